//! Columns that refer to another: what they hold is masked as it is there, whatever the type it is written in.

mod form;

use std::borrow::Cow;
use std::sync::Arc;

use super::array::EachElement;
use super::prescan::Prescan;
use super::redact::WORD;
use super::text_cell::truncate;
use super::wire::fixed;
use super::{Built, CellError, CollisionKey, Facts, Masked, Refusal, Row, Site, Spec, Transform, build};
use crate::postgres::catalog::Column;
use crate::postgres::texts::as_text;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Decision, Locale, PartDecision};
use crate::secret::MaskingKey;
pub use form::can_refer;
use form::{Form, form_of, integer, longest, narrow, uuid, uuid_text, width};

/// What is equal for the types of both ends, though the bytes differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Equality {
    /// Spaces at the end don't count: `char(n)`.
    pub ignores_end: bool,
    /// Capitals don't count: `citext`.
    pub ignores_case: bool,
}

/// The column that is referred to, as those that refer to it have to know it.
pub struct Referred<'a> {
    /// What happens to it.
    pub spec: &'a Spec,
    /// The column. Those that refer to it have a say in its length, and in whether it is unique.
    pub column: &'a Column,
    /// What is equal in it.
    pub equality: Equality,
    /// Whose names are made up.
    pub locale: Locale,
    /// The run's key.
    pub key: &'a MaskingKey,
    /// Its consistency domain.
    pub domain: Option<&'a str>,
    /// What is known of the originals before any row is masked.
    pub prescan: &'a Arc<Prescan>,
}

/// Reads what refers, masks it as what is referred to, and writes it back in its own form.
struct Referring {
    inner: Box<dyn Transform>,
    form: Form,
    /// How many bytes an integer has where it is referred to.
    referred_bytes: usize,
    equality: Equality,
    /// Whether the row is the one that the inner transform was built for.
    own_row: bool,
    room: usize,
    /// What becomes of text that refers to nothing: a placeholder, which can repeat, or an error.
    strays: bool,
}

impl Transform for Referring {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let alone = Row { cells: &[], transforms: &[] };
        let row = if self.own_row { row } else { &alone };
        if self.form == Form::Same {
            return self.inner.mask(&self.equality.normal(cell), row, out);
        }
        let start = out.len();
        let Some(original) = self.read(cell)? else {
            if !cell.trim_ascii().is_empty() {
                self.stray(start, out)?;
            } else {
                out.extend_from_slice(cell);
            }
            return Ok(Masked::Value);
        };
        let mut masked = Vec::with_capacity(16);
        if self.inner.mask(&original, row, &mut masked)? == Masked::Null {
            return Ok(Masked::Null);
        }
        self.write(cell, &masked, out)?;
        Ok(Masked::Value)
    }

    fn collision_key(&self, cell: &[u8]) -> Option<CollisionKey> {
        match self.form {
            Form::Same => self.inner.collision_key(&self.equality.normal(cell)),
            _ => self.inner.collision_key(&self.read(cell).ok()??),
        }
    }
}

impl Referring {
    /// The cell as it would be where it is referred to; `None` if there could be no such value.
    fn read(&self, cell: &[u8]) -> Result<Option<Vec<u8>>, CellError> {
        Ok(match self.form {
            Form::Same => Some(cell.to_vec()),
            Form::Integer { .. } => {
                let bytes = narrow(integer(cell)?, self.referred_bytes);
                Some(bytes.ok_or_else(|| CellError("it is larger than what it refers to can be".to_owned()))?)
            }
            Form::TextOfInteger => {
                let text = as_text(cell);
                let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
                number.and_then(|number| narrow(number, self.referred_bytes))
            }
            Form::TextOfUuid => uuid(&as_text(cell)).map(|uuid| uuid.to_vec()),
        })
    }

    fn write(&self, cell: &[u8], masked: &[u8], out: &mut Vec<u8>) -> Result<(), CellError> {
        match self.form {
            Form::Same => out.extend_from_slice(masked),
            Form::Integer { bytes } => {
                let too_large = || CellError("the masked value is too large for the column".to_owned());
                out.extend_from_slice(&narrow(integer(masked)?, bytes).ok_or_else(too_large)?);
            }
            Form::TextOfInteger => out.extend_from_slice(integer(masked)?.to_string().as_bytes()),
            Form::TextOfUuid => {
                let capitals = cell.iter().any(u8::is_ascii_uppercase);
                let text = uuid_text(fixed(masked)?);
                out.extend_from_slice(if capitals { text.to_uppercase() } else { text }.as_bytes());
            }
        }
        Ok(())
    }

    /// Takes away text that is no id and may be anything.
    fn stray(&self, start: usize, out: &mut Vec<u8>) -> Result<(), CellError> {
        if !self.strays {
            return Err(CellError("the text is not an id of what it refers to, and has to be unique".to_owned()));
        }
        out.extend_from_slice(WORD);
        truncate(out, start, self.room);
        Ok(())
    }
}

impl Equality {
    /// What stands for all values that are equal to this one.
    fn normal<'c>(&self, cell: &'c [u8]) -> Cow<'c, [u8]> {
        let cell = if self.ignores_end { trim_spaces(cell) } else { cell };
        let has_capitals = |cell: &[u8]| cell.iter().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii());
        if self.ignores_case && has_capitals(cell) {
            return Cow::Owned(as_text(cell).to_lowercase().into_bytes());
        }
        Cow::Borrowed(cell)
    }
}

fn trim_spaces(cell: &[u8]) -> &[u8] {
    let length = cell.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    cell.get(..length).unwrap_or_default()
}

/// Makes the transform of the column that others refer to. It is its own, but for what is equal in it.
///
/// # Errors
/// As [`build`].
pub fn build_referred(spec: &Spec, site: &Site<'_>, equality: Equality) -> Result<Built, Refusal> {
    let built = build(spec, site)?;
    if equality == Equality::default() || site.column.class != TypeClass::Text {
        return Ok(built);
    }
    let inner = built.transform;
    let (form, own_row) = (Form::Same, true);
    let referring = Referring { inner, form, referred_bytes: 0, equality, own_row, room: site.room(), strays: true };
    Ok(Built { transform: Box::new(referring), facts: built.facts })
}

/// Makes the transform of a column that refers to another: equal originals are equal in both after masking. With
/// `elements`, it is the elements of an array that refer.
///
/// # Errors
/// When the masked values couldn't be written in the column's type, or depend on more than the original.
pub fn build_referring(referred: &Referred<'_>, column: &Column, elements: bool) -> Result<Built, Refusal> {
    let (class, inside) = match (&column.class, elements) {
        (TypeClass::Array(element), true) => (element.as_ref(), true),
        (class, _) => (class, false),
    };
    let to = referred.column;
    let form = form_of(class, &to.class).ok_or_else(|| cannot_write(column, to))?;
    let room = column.max_chars.unwrap_or(usize::MAX);
    if form == Form::TextOfInteger && width(&to.class).is_some_and(|bytes| room < longest(bytes))
        || form == Form::TextOfUuid && room < 36
    {
        return Err(cannot_write(column, to));
    }
    let built = build_alone(referred)?;
    let is_text = matches!(form, Form::TextOfInteger | Form::TextOfUuid);
    let strays = is_text && !column.unique;
    let referring = Referring {
        inner: built.transform,
        form,
        referred_bytes: width(&to.class).unwrap_or(0),
        equality: if *class == TypeClass::Text { referred.equality } else { Equality::default() },
        own_row: false,
        room,
        strays,
    };
    let facts = Facts {
        unique: built.facts.unique && !strays,
        resolvable: built.facts.resolvable && !inside,
        always_changes: built.facts.always_changes && !is_text,
        ..built.facts
    };
    let transform: Box<dyn Transform> = Box::new(referring);
    Ok(Built { transform: if inside { Box::new(EachElement(transform)) } else { transform }, facts })
}

fn cannot_write(column: &Column, to: &Column) -> Refusal {
    Refusal {
        what: format!("masked values of type {} may not fit into {}", to.type_name, column.type_name),
        help: "give both columns the same type, or keep the column that is referred to".to_owned(),
    }
}

/// Builds the transform of the referred column without the rest of its row, which isn't there where it is referred to.
fn build_alone(referred: &Referred<'_>) -> Result<Built, Refusal> {
    let Referred { spec, column, locale, key, domain, prescan, .. } = *referred;
    let needs_row = |why: String| Refusal {
        what: format!("what it refers to isn't masked by its own value alone{why}"),
        help:
            "give the column that is referred to a transform that looks at nothing else: without `from`, and neither \
            free_text nor parts with it"
                .to_owned(),
    };
    if reads_row(spec) {
        return Err(needs_row(String::new()));
    }
    let (columns, specs) = (std::slice::from_ref(column), [Some(spec)]);
    let site = Site { column, columns, specs: &specs, locale, key, domain, prescan };
    build(spec, &site).map_err(|refusal| needs_row(format!(" ({})", refusal.what)))
}

/// Whether a transform looks at other columns without naming them.
fn reads_row(spec: &Spec) -> bool {
    let part = |part: &PartDecision| matches!(part.decision(), Some(Decision::Mask(spec)) if reads_row(&spec));
    match spec {
        Spec::FreeText(_) => true,
        Spec::Json(parts) | Spec::Fields(parts) => parts.values().any(part),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
