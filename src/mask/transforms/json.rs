//! `json`: transforms for parts of a JSON document, by path; what no path names is redacted.

pub(super) mod document;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::parts::part_column;
use super::redact::WORD;
use super::text_cell::truncate;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Spec, Transform, build as build_one};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::json_path::{Child, JsonPath, Progress};
use crate::rules::transform::{Decision, PartDecision};
use document::{Leaf, LeafMask, Trouble, as_number, put_string, rewrite};

/// A path and what happens to the leaves that it covers, or to the names that it leads to.
struct Part {
    path: JsonPath,
    action: Action,
}

enum Action {
    Keep,
    Null,
    Redact,
    Mask {
        transform: Box<dyn Transform>,
        /// The same transform for `true` and `false`, where it takes them.
        of_bools: Option<Box<dyn Transform>>,
    },
}

/// Masks the leaves of documents.
struct Json {
    /// The closest path first.
    parts: Vec<Part>,
    wants_lengths: bool,
}

/// A document's leaves with the row that it is in.
struct Leaves<'a> {
    json: &'a Json,
    row: &'a Row<'a>,
    /// How far each path is, for each step on the way to where we are.
    way: Vec<Progress>,
    scratch: Vec<u8>,
}

impl Leaves<'_> {
    /// The first part of which this holds where we are.
    fn action(&self, of_names: bool, holds: fn(&JsonPath, Progress) -> bool) -> Option<&Action> {
        let here = self.way.get(self.way.len().saturating_sub(self.json.parts.len())..).unwrap_or_default();
        let mut parts = self.json.parts.iter().zip(here);
        parts
            .find(|(part, progress)| part.path.is_of_names() == of_names && holds(&part.path, **progress))
            .map(|(part, _)| &part.action)
    }
}

impl LeafMask for Leaves<'_> {
    fn wants_lengths(&self) -> bool {
        self.json.wants_lengths
    }

    fn enter(&mut self, child: &Child<'_, '_>) {
        let before = self.way.len().saturating_sub(self.json.parts.len());
        for (index, part) in self.json.parts.iter().enumerate() {
            if let Some(progress) = self.way.get(before + index) {
                self.way.push(part.path.advance(*progress, child));
            }
        }
    }

    fn leave(&mut self) {
        self.way.truncate(self.way.len().saturating_sub(self.json.parts.len()));
    }

    fn key(&mut self, key: &str, out: &mut Vec<u8>) -> Result<bool, CellError> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        let masked = match self.action(true, JsonPath::leads_here) {
            None | Some(Action::Keep) => Masked::Null,
            Some(Action::Redact | Action::Null) => {
                scratch.extend_from_slice(WORD);
                Masked::Value
            }
            Some(Action::Mask { transform, .. }) => transform.mask(key.as_bytes(), self.row, &mut scratch)?,
        };
        if masked == Masked::Value {
            put_string(&String::from_utf8_lossy(&scratch), out);
        }
        self.scratch = scratch;
        Ok(masked == Masked::Value)
    }

    fn leaf(&mut self, leaf: Leaf<'_>, out: &mut Vec<u8>) -> Result<bool, CellError> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        let replaced = match self.action(false, JsonPath::covers) {
            None => Ok(redact(&leaf, out)),
            Some(Action::Keep) => Ok(false),
            Some(Action::Null) => {
                out.extend_from_slice(b"null");
                Ok(true)
            }
            Some(Action::Redact) => match leaf {
                Leaf::Bool(_) => {
                    out.extend_from_slice(b"false");
                    Ok(true)
                }
                leaf => Ok(redact(&leaf, out)),
            },
            Some(Action::Mask { transform, of_bools }) => {
                let of_bools = of_bools.as_deref();
                mask_leaf(&**transform, of_bools, &leaf, self.row, &mut scratch, out)
            }
        };
        self.scratch = scratch;
        replaced
    }
}

/// Masks a leaf and keeps its type: a number becomes text only if what it is masked to can't be written as one.
fn mask_leaf(
    transform: &dyn Transform,
    of_bools: Option<&dyn Transform>,
    leaf: &Leaf<'_>,
    row: &Row<'_>,
    scratch: &mut Vec<u8>,
    out: &mut Vec<u8>,
) -> Result<bool, CellError> {
    let masked = match (leaf, of_bools) {
        (Leaf::Text(text), _) => transform.mask(text.as_bytes(), row, scratch)?,
        (Leaf::Number(number), _) => transform.mask(number.as_bytes(), row, scratch)?,
        (Leaf::Bool(value), Some(of_bools)) => of_bools.mask(&[u8::from(*value)], row, scratch)?,
        (Leaf::Bool(_) | Leaf::Null, _) => return Ok(false),
    };
    if masked == Masked::Null {
        out.extend_from_slice(b"null");
        return Ok(true);
    }
    let text = String::from_utf8_lossy(scratch);
    match leaf {
        Leaf::Bool(_) => out.extend_from_slice(if scratch.first() == Some(&0) { b"false" } else { b"true" }),
        Leaf::Number(_) => match as_number(&text) {
            Some(number) => out.extend_from_slice(number.as_bytes()),
            None => put_string(&text, out),
        },
        Leaf::Text(_) | Leaf::Null => put_string(&text, out),
    }
    Ok(true)
}

/// Strings and numbers are redacted; `true`, `false` and `null` name nobody.
fn redact(leaf: &Leaf<'_>, out: &mut Vec<u8>) -> bool {
    match leaf {
        Leaf::Text(text) if text.is_empty() => return false,
        Leaf::Text(_) => put_string("redacted", out),
        Leaf::Number(_) => out.push(b'0'),
        Leaf::Bool(_) | Leaf::Null => return false,
    }
    true
}

/// A column of documents, whatever masks their leaves.
pub(super) struct Documents<M> {
    class: TypeClass,
    room: usize,
    mask: M,
}

/// Makes what masks the leaves of one document.
pub(super) trait MaskLeaves: Send + Sync {
    /// For a row.
    fn for_row<'a>(&'a self, row: &'a Row<'a>) -> Box<dyn LeafMask + 'a>;
}

impl MaskLeaves for Json {
    fn for_row<'a>(&'a self, row: &'a Row<'a>) -> Box<dyn LeafMask + 'a> {
        let way = self.parts.iter().map(|part| part.path.start()).collect();
        Box::new(Leaves { json: self, row, way, scratch: Vec::new() })
    }
}

impl<M: MaskLeaves> Documents<M> {
    /// Documents in a column of this class.
    pub(super) fn new(mask: M, site: &Site<'_>) -> Self {
        Self { class: site.column.class.clone(), room: site.room(), mask }
    }
}

impl<M: MaskLeaves> Transform for Documents<M> {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let start = out.len();
        let document = match (&self.class, cell.split_first()) {
            (TypeClass::Jsonb, Some((version, document))) => {
                out.push(*version);
                document
            }
            _ => cell,
        };
        let text = String::from_utf8_lossy(document);
        if self.class == TypeClass::Text && text.trim().is_empty() {
            out.extend_from_slice(cell);
            return Ok(Masked::Value);
        }
        match rewrite(&text, &mut *self.mask.for_row(row), out) {
            Ok(()) => {}
            Err(Trouble::Cell(error)) => return Err(error),
            // Text that should hold JSON and doesn't may hold anything.
            Err(Trouble::Malformed) if self.class == TypeClass::Text => {
                out.truncate(start);
                put_string(&String::from_utf8_lossy(WORD), out);
            }
            Err(Trouble::Malformed) => return Err(CellError("the document isn't JSON".to_owned())),
        }
        if self.room != usize::MAX
            && String::from_utf8_lossy(out.get(start..).unwrap_or_default()).chars().count() > self.room
        {
            out.truncate(start);
            out.extend_from_slice(b"{}");
            truncate(out, start, self.room);
        }
        Ok(Masked::Value)
    }
}

pub(super) fn build(paths: &BTreeMap<String, PartDecision>, site: &Site<'_>) -> Result<Built, Refusal> {
    build_with(paths, Vec::new(), site)
}

/// Builds with paths that refer to other columns; `None` is keep.
pub(super) fn build_with(
    paths: &BTreeMap<String, PartDecision>,
    references: Vec<(JsonPath, Option<Built>)>,
    site: &Site<'_>,
) -> Result<Built, Refusal> {
    match site.column.class {
        TypeClass::Json | TypeClass::Jsonb => {}
        TypeClass::Text => site.require_room("json", 2)?,
        _ => return Err(site.wrong_type("json")),
    }
    site.forbid_unique("json")?;
    let mut parts = Vec::with_capacity(paths.len());
    for (path, part) in paths {
        let help = "write paths like $.applicant.name, $.tags[*] and $.applicant.**";
        let parsed = JsonPath::parse(path).map_err(|what| site.bad_option(what, help))?;
        let decision = part.decision().ok_or_else(|| site.bad_option(format!("{path}: no such transform"), help))?;
        parts.push(Part { path: parsed, action: action(decision, path, site)? });
    }
    parts.extend(references.into_iter().map(|(path, built)| {
        let mask = |built: Built| Action::Mask { transform: built.transform, of_bools: None };
        Part { path, action: built.map_or(Action::Keep, mask) }
    }));
    // Sorting keeps the order of equals, so reversing first makes the later of two equals the first.
    parts.reverse();
    parts.sort_by_key(|part| std::cmp::Reverse(part.path.specificity()));
    let wants_lengths = parts.iter().any(|part| part.path.counts_from_the_end());
    let documents = Documents::new(Json { parts, wants_lengths }, site);
    Ok(Built { transform: Box::new(documents), facts: Facts::of(OriginalsOf::Text) })
}

fn action(decision: Decision, path: &str, site: &Site<'_>) -> Result<Action, Refusal> {
    let spec = match decision {
        Decision::Keep => return Ok(Action::Keep),
        Decision::Mask(Spec::Null(_)) => return Ok(Action::Null),
        Decision::Mask(Spec::Redact(_)) => return Ok(Action::Redact),
        Decision::Mask(spec) => spec,
    };
    let within = |refusal: Refusal| Refusal { what: format!("{path}: {}", refusal.what), help: refusal.help };
    let text = part_column(site.column, TypeClass::Text);
    let transform = build_one(&spec, &site.of(&text)).map_err(within)?.transform;
    let bools = part_column(site.column, TypeClass::Bool);
    let of_bools = build_one(&spec, &site.of(&bools)).ok().map(|built| built.transform);
    Ok(Action::Mask { transform, of_bools })
}
