//! `json`: transforms for parts of a JSON document, by path; what no path names is redacted.

pub(super) mod document;

use std::collections::BTreeMap;

use super::redact::WORD;
use super::text_cell::truncate;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Spec, Transform, build as build_one};
use crate::originals::OriginalsOf;
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::json_path::{JsonPath, Step};
use crate::rules::transform::{Decision, PartDecision};
use document::{Leaf, LeafMask, Trouble, is_number, put_string, rewrite};

/// A path and what happens to the leaves that it covers.
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
        numbers: bool,
    },
    /// As the column that the leaf refers to; a number that can't stay one becomes text.
    Refer(Box<dyn Transform>),
}

/// Masks the leaves of documents.
struct Json {
    /// The closest path first.
    parts: Vec<Part>,
}

/// A document's leaves with the row that it is in.
struct Leaves<'a> {
    json: &'a Json,
    row: &'a Row<'a>,
    scratch: Vec<u8>,
}

impl LeafMask for Leaves<'_> {
    fn leaf(&mut self, place: &[Step<'_>], leaf: Leaf<'_>, out: &mut Vec<u8>) -> Result<bool, CellError> {
        let action =
            self.json.parts.iter().find(|part| part.path.covers(place)).map_or(&Action::Redact, |part| &part.action);
        let (transform, numbers) = match action {
            Action::Keep => return Ok(false),
            Action::Null => {
                out.extend_from_slice(b"null");
                return Ok(true);
            }
            Action::Redact => return Ok(redact(&leaf, out)),
            Action::Mask { transform, numbers } => (transform, *numbers),
            Action::Refer(transform) => (transform, true),
        };
        let text = match &leaf {
            Leaf::Text(text) => text.as_ref(),
            Leaf::Number(number) if numbers => number,
            Leaf::Number(_) | Leaf::Word => return Ok(redact(&leaf, out)),
        };
        self.scratch.clear();
        match transform.mask(text.as_bytes(), self.row, &mut self.scratch)? {
            Masked::Null => out.extend_from_slice(b"null"),
            Masked::Value => {
                let masked = String::from_utf8_lossy(&self.scratch);
                match leaf {
                    Leaf::Number(_) if is_number(&masked) => out.extend_from_slice(masked.as_bytes()),
                    Leaf::Number(_) if !matches!(action, Action::Refer(_)) => out.push(b'0'),
                    _ => put_string(&masked, out),
                }
            }
        }
        Ok(true)
    }
}

/// Strings and numbers are redacted; a word (`true`, `false`, `null`) names nobody.
fn redact(leaf: &Leaf<'_>, out: &mut Vec<u8>) -> bool {
    match leaf {
        Leaf::Text(text) if text.is_empty() => return false,
        Leaf::Text(_) => put_string("redacted", out),
        Leaf::Number(_) => out.push(b'0'),
        Leaf::Word => return false,
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
        Box::new(Leaves { json: self, row, scratch: Vec::new() })
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
        let action = built.map_or(Action::Keep, |built| Action::Refer(built.transform));
        Part { path, action }
    }));
    // Sorting keeps the order of equals, so reversing first makes the later of two equals the first.
    parts.reverse();
    parts.sort_by_key(|part| std::cmp::Reverse(part.path.specificity()));
    let documents = Documents::new(Json { parts }, site);
    Ok(Built { transform: Box::new(documents), facts: Facts::of(OriginalsOf::Text) })
}

fn action(decision: Decision, path: &str, site: &Site<'_>) -> Result<Action, Refusal> {
    let spec = match decision {
        Decision::Keep => return Ok(Action::Keep),
        Decision::Mask(Spec::Null(_)) => return Ok(Action::Null),
        Decision::Mask(Spec::Redact(_)) => return Ok(Action::Redact),
        Decision::Mask(Spec::Json(_) | Spec::Fields(_)) => {
            return Err(site.bad_option(format!("{path} has paths inside"), "write the whole path in one line"));
        }
        Decision::Mask(spec) => spec,
    };
    let column = leaf_column(site.column);
    let numbers = takes_numbers(&spec);
    let built = build_one(&spec, &site.of(&column))
        .map_err(|refusal| Refusal { what: format!("{path}: {}", refusal.what), help: refusal.help })?;
    Ok(Action::Mask { transform: built.transform, numbers })
}

/// Whether a transform can make a number of a number.
fn takes_numbers(spec: &Spec) -> bool {
    matches!(
        spec,
        Spec::Noise(_)
            | Spec::Constant(_)
            | Spec::Choice(_)
            | Spec::Dictionary(_)
            | Spec::Round(_)
            | Spec::RandomInt(_)
            | Spec::RandomDecimal(_)
    )
}

/// A leaf seen as a column of text without limits.
fn leaf_column(column: &Column) -> Column {
    Column {
        class: TypeClass::Text,
        type_name: "text".to_owned(),
        max_chars: None,
        not_null: false,
        unique: false,
        ..column.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes};
    use super::*;

    fn spec(paths: &[(&str, &str)]) -> Spec {
        let part = |name: &str| PartDecision::Name(name.to_owned());
        Spec::Json(paths.iter().map(|(path, name)| ((*path).to_owned(), part(name))).collect())
    }

    fn masked(paths: &[(&str, &str)], document: &str) -> String {
        let out = mask_bytes(&spec(paths), &column(TypeClass::Json, None), document.as_bytes());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_no_path_names_is_redacted_and_everything_else_stays_byte_for_byte() {
        assert_eq!(
            masked(
                &[("$.keep", "keep")],
                "{ \"b\" : \"x\",\"keep\":{\"n\":1.50e2 ,\"s\":\"\\u00e5\"}, \"b\":[1, true,null,\"\"]}"
            ),
            "{ \"b\" : \"redacted\",\"keep\":{\"n\":1.50e2 ,\"s\":\"\\u00e5\"}, \"b\":[0, true,null,\"\"]}"
        );
    }

    #[test]
    fn the_closest_path_wins() {
        let paths = [("$.**", "redact"), ("$.user", "keep"), ("$.user.name", "full_name"), ("$.user.old", "null")];
        let name = mask(&Spec::FullName(Default::default()), "Ingrid Ødegård");
        assert_eq!(
            masked(&paths, r#"{"user":{"name":"Ingrid \u00d8deg\u00e5rd","old":[1,"a"],"id":7},"x":"y"}"#),
            format!(r#"{{"user":{{"name":"{name}","old":[null,null],"id":7}},"x":"redacted"}}"#)
        );
    }

    #[test]
    fn noise_works_on_a_number_and_text_transforms_do_not() {
        let out = masked(&[("$.a", "noise"), ("$.b", "email")], r#"{"a":1000.00,"b":123}"#);
        assert!(!out.contains("1000.00") && out.contains(".") && out.ends_with("\"b\":0}"), "{out}");
    }

    #[test]
    fn a_document_in_text_that_is_none_is_redacted_whole() {
        let text = column(TypeClass::Text, None);
        assert_eq!(mask_bytes(&spec(&[("$.**", "keep")]), &text, b"{broken, Ingrid"), b"\"redacted\"");
    }

    #[test]
    fn a_document_too_deep_is_an_error_and_no_overflow() {
        let deep = "[".repeat(100_000);
        let built = super::super::testing::built(&spec(&[]), &column(TypeClass::Json, None));
        let row = Row { cells: &[], transforms: &[] };
        assert!(built.transform.mask(deep.as_bytes(), &row, &mut Vec::new()).unwrap_err().0.contains("nested"));
    }

    #[test]
    fn the_version_of_a_jsonb_stays() {
        assert_eq!(mask_bytes(&spec(&[]), &column(TypeClass::Jsonb, None), b"\x01\"Ingrid\""), b"\x01\"redacted\"");
    }
}
