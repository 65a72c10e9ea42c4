//! `truncate`: the first characters of what another transform makes.

use super::text_cell::truncate;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform, build as build_one};
use crate::postgres::catalog::Column;
use crate::rules::transform::{Decision, Truncate as Options};

/// Masks, then cuts.
struct Truncate {
    of: Box<dyn Transform>,
    length: usize,
}

impl Transform for Truncate {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let start = out.len();
        let masked = self.of.mask(cell, row, out)?;
        truncate(out, start, self.length);
        Ok(masked)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("truncate")?;
    site.forbid_unique("truncate")?;
    let spec = match options.of.decision() {
        Some(Decision::Mask(spec)) => spec,
        Some(Decision::Keep) => {
            let help = "name the transform that masks the value before it is cut, or use partial";
            return Err(site.bad_option("the beginning of an original is a part of it", help));
        }
        None => return Err(site.bad_option("no such transform", "give it options, or choose another")),
    };
    // What is cut need not fit, so a transform that is too long for the column can be used like this.
    let column = Column { max_chars: None, ..site.column.clone() };
    let inner = build_one(&spec, &site.of(&column))?;
    let facts = Facts { unique: false, resolvable: false, always_changes: false, ..inner.facts };
    let length = options.length.min(site.room());
    Ok(Built { transform: Box::new(Truncate { of: inner.transform, length }), facts })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_with, refusal};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::{PartDecision, Transform as Spec};

    fn spec(length: usize, of: &str) -> Spec {
        Spec::Truncate(Options { length, of: PartDecision::Name(of.to_owned()) })
    }

    #[test]
    fn the_masked_value_is_cut_and_not_the_original() {
        let whole = mask(&Spec::FullName(Default::default()), "Kari Lie");
        assert_eq!(mask(&spec(3, "full_name"), "Kari Lie"), whole.chars().take(3).collect::<String>());
        assert_eq!(mask(&spec(1000, "full_name"), "Kari Lie"), whole);
    }

    #[test]
    fn what_is_too_long_for_the_column_can_be_cut_for_it() {
        let narrow = column(TypeClass::Text, Some(5));
        assert_eq!(mask_with(&spec(20, "email"), &narrow, "k@x.n").chars().count(), 5);
    }

    #[test]
    fn the_beginning_of_an_original_is_refused() {
        assert!(refusal(&spec(2, "keep"), &column(TypeClass::Text, None)).what.contains("part of it"));
    }
}
