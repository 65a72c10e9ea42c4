//! `random_int`: a whole number in a range.

use std::io::Write as _;

use super::decimal::Decimal;
use super::draw::Draw;
use super::drawn::Drawn;
use super::numbers::Numbers;
use super::{Built, Facts, Refusal, Site};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::RandomInt as Options;

/// A number from `min` to `max`, both included.
pub(super) fn between(draw: &mut Draw, min: i64, max: i64) -> i64 {
    let span = max.wrapping_sub(min) as u64;
    // A range of all 2^64 numbers has no bound that 64 bits could hold: its last number is never met.
    min.wrapping_add(draw.below(span.saturating_add(1)) as i64)
}

/// The range is empty.
pub(super) fn empty_range(transform: &str, site: &Site<'_>) -> Refusal {
    site.bad_option(format!("{transform} has a min above its max"), "exchange them")
}

fn put(class: &TypeClass, number: i64, out: &mut Vec<u8>) {
    match class {
        TypeClass::Int2 => out.extend_from_slice(&(number as i16).to_be_bytes()),
        TypeClass::Int4 => out.extend_from_slice(&(number as i32).to_be_bytes()),
        TypeClass::Int8 => out.extend_from_slice(&number.to_be_bytes()),
        TypeClass::Float4 => out.extend_from_slice(&(number as f32).to_be_bytes()),
        TypeClass::Float8 => out.extend_from_slice(&(number as f64).to_be_bytes()),
        TypeClass::Numeric => Decimal::from_i64(number).put_numeric(out),
        // Writing into a vector can't fail.
        _ => drop(write!(out, "{number}")),
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let numbers = Numbers::of(site, "random_int")?;
    let Options { min, max } = *options;
    if min > max {
        return Err(empty_range("random_int", site));
    }
    for end in [min, max].map(Decimal::from_i64) {
        if !numbers.write(&end, &end, &mut Vec::new()) {
            let what = format!("{} doesn't fit type {}", end.text(), site.column.type_name);
            return Err(site.bad_option(what, "narrow the range"));
        }
    }
    let class = site.column.class.clone();
    let drawn = Drawn::new(site, "random_int", move |draw, out| put(&class, between(draw, min, max), out));
    Ok(Built { transform: Box::new(drawn), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::rules::transform::Transform as Spec;

    fn spec(min: i64, max: i64) -> Spec {
        Spec::RandomInt(Options { min, max })
    }

    #[test]
    fn both_ends_are_met_and_nothing_beyond_them() {
        let seen: HashSet<i64> = (0..500).map(|n| mask(&spec(-2, 2), &n.to_string()).parse().unwrap()).collect();
        assert_eq!(seen, (-2..=2).collect());
        let whole = mask_bytes(&spec(i64::MIN, i64::MAX), &column(TypeClass::Int8, None), &[0; 8]);
        assert_ne!(whole, [0; 8]);
        let small = mask_bytes(&spec(7, 7), &column(TypeClass::Int2, None), &[0; 2]);
        assert_eq!(small, 7i16.to_be_bytes());
    }

    #[test]
    fn a_range_past_the_type_is_refused() {
        assert!(refusal(&spec(0, 70_000), &column(TypeClass::Int2, None)).what.contains("70000 doesn't fit"));
        assert!(refusal(&spec(-1000, 5), &column(TypeClass::Text, Some(4))).what.contains("-1000 doesn't fit"));
        let narrow = Column { type_name: "numeric(3,1)".to_owned(), ..column(TypeClass::Numeric, None) };
        assert!(refusal(&spec(0, 100), &narrow).what.contains("100 doesn't fit"));
        assert!(refusal(&spec(2, 1), &column(TypeClass::Int4, None)).what.contains("min above"));
    }
}
