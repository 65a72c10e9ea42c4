//! What the transforms that take values apart have in common: what happens to one part.

use super::redact::WORD;
use super::{CellError, Masked, Refusal, Row, Site, Spec, Transform, build as build_one};
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Decision, PartDecision};

/// What happens to a part that is text.
pub(super) enum Action {
    Keep,
    Null,
    Redact,
    Mask(Box<dyn Transform>),
}

impl Action {
    /// What the rules say of a part, which they call `label`.
    pub(super) fn new(part: &PartDecision, label: &str, site: &Site<'_>) -> Result<Self, Refusal> {
        let within = |refusal: Refusal| Refusal { what: format!("{label}: {}", refusal.what), help: refusal.help };
        let unknown = || within(site.bad_option("no such transform", "give it options, or choose another"));
        let spec = match part.decision().ok_or_else(unknown)? {
            Decision::Keep => return Ok(Self::Keep),
            Decision::Mask(Spec::Null(_)) => return Ok(Self::Null),
            Decision::Mask(Spec::Redact(_)) => return Ok(Self::Redact),
            Decision::Mask(spec) => spec,
        };
        let column = part_column(site.column, TypeClass::Text);
        build_one(&spec, &site.of(&column)).map(|built| Self::Mask(built.transform)).map_err(within)
    }

    /// Appends the masked part. White text stays.
    pub(super) fn mask(&self, text: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        match self {
            Self::Null => return Ok(Masked::Null),
            Self::Redact if !text.trim_ascii().is_empty() => out.extend_from_slice(WORD),
            Self::Keep | Self::Redact => out.extend_from_slice(text),
            Self::Mask(transform) => return transform.mask(text, row, out),
        }
        Ok(Masked::Value)
    }
}

/// A part of a column's values, seen as a column without limits.
pub(super) fn part_column(column: &Column, class: TypeClass) -> Column {
    Column {
        type_name: if class == TypeClass::Text { "text".to_owned() } else { format!("{class:?}").to_lowercase() },
        class,
        max_chars: None,
        not_null: false,
        unique: false,
        ..column.clone()
    }
}
