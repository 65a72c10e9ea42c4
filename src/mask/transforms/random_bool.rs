//! `random_bool`: true or false, chosen anew in each row: there are too few originals for one choice each.

use super::drawn::Drawn;
use super::literal;
use super::{Built, Facts, Refusal, Site};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::RandomBool as Options;

/// The probability counts in these.
const PARTS: u64 = 1 << 32;

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let words = match site.column.class {
        TypeClass::Bool => ["true", "false"],
        TypeClass::Text => {
            site.require_room("random_bool", "false".len())?;
            ["true", "false"]
        }
        TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8 => ["1", "0"],
        _ => return Err(site.wrong_type("random_bool")),
    };
    let [Some(yes), Some(no)] = words.map(|word| literal::binary(site.column, word)) else {
        return Err(site.wrong_type("random_bool"));
    };
    let probability = options.probability.unwrap_or(0.5);
    if !(0.0..=1.0).contains(&probability) {
        return Err(site.bad_option("random_bool has a probability outside 0 to 1", "write { probability: 0.1 }"));
    }
    let limit = (probability * PARTS as f64).round() as u64;
    let drawn = Drawn::in_each_row(site, "random_bool", move |draw, out| {
        out.extend_from_slice(if draw.below(PARTS) < limit { &yes } else { &no });
    });
    Ok(Built { transform: Box::new(drawn), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, key, mask, mask_bytes, refusal};
    use super::super::{Row, build as build_one};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::rules::transform::{Locale, Transform as Spec};

    fn spec(probability: f64) -> Spec {
        Spec::RandomBool(Options { probability: Some(probability) })
    }

    #[test]
    fn true_comes_as_often_as_asked_for() {
        let share = |probability| (0..2000).filter(|n| mask(&spec(probability), &n.to_string()) == "true").count();
        assert_eq!((share(0.0), share(1.0)), (0, 2000));
        assert!((150..250).contains(&share(0.1)), "{}", share(0.1));
        assert_eq!(mask_bytes(&spec(1.0), &column(TypeClass::Bool, None), &[0]), [1]);
        assert_eq!(mask_bytes(&spec(1.0), &column(TypeClass::Int2, None), &[0; 2]), [0, 1]);
    }

    #[test]
    fn rows_with_the_same_original_differ_and_one_row_does_not() {
        let columns = [Column { unique: true, ..column(TypeClass::Int4, None) }, column(TypeClass::Bool, None)];
        let (key, prescan) = (key(), Default::default());
        let site = Site {
            column: &columns[1],
            columns: &columns,
            specs: &[None, None],
            locale: Locale::En,
            key: &key,
            domain: None,
            prescan: &prescan,
        };
        let transform = build_one(&spec(0.3), &site).unwrap().transform;
        let masked = |id: i32| {
            let (id, mut out) = (id.to_be_bytes(), Vec::new());
            let row = Row { cells: &[Some(&id), Some(&[1])], transforms: &[] };
            transform.mask(&[1], &row, &mut out).unwrap();
            out == [1]
        };
        let trues = (0..1000).filter(|id| masked(*id)).count();
        assert!((240..360).contains(&trues), "{trues}");
        assert!((0..100).all(|id| masked(id) == masked(id)));
    }

    #[test]
    fn a_probability_that_is_none_is_refused() {
        assert!(refusal(&spec(1.5), &column(TypeClass::Bool, None)).what.contains("probability"));
        assert!(refusal(&spec(0.5), &column(TypeClass::Date, None)).what.contains("can't mask"));
    }
}
