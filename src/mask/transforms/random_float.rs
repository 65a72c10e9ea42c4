//! `random_float`: a floating-point number in a range.

use super::drawn::Drawn;
use super::random_int::empty_range;
use super::{Built, Facts, Refusal, Site};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::RandomFloat as Options;

/// As many different fractions as a double can tell apart.
const FRACTIONS: u64 = 1 << 53;

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let is_short = match site.column.class {
        TypeClass::Float4 => true,
        TypeClass::Float8 => false,
        _ => return Err(site.wrong_type("random_float")),
    };
    let Options { min, max } = *options;
    let largest = if is_short { f64::from(f32::MAX) } else { f64::MAX };
    if !(-largest..=largest).contains(&min) || !(-largest..=largest).contains(&max) {
        return Err(site.bad_option("random_float has an end that the type can't hold", "narrow the range"));
    }
    if min > max {
        return Err(empty_range("random_float", site));
    }
    let drawn = Drawn::new(site, "random_float", move |draw, out| {
        let share = draw.below(FRACTIONS) as f64 / (FRACTIONS - 1) as f64;
        // Weighing both ends doesn't overflow where their difference would.
        let number = (min * (1.0 - share) + max * share).clamp(min, max);
        if is_short {
            out.extend_from_slice(&(number as f32).clamp(min as f32, max as f32).to_be_bytes());
        } else {
            out.extend_from_slice(&number.to_be_bytes());
        }
    });
    Ok(Built { transform: Box::new(drawn), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask_bytes, refusal};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn spec(min: f64, max: f64) -> Spec {
        Spec::RandomFloat(Options { min, max })
    }

    #[test]
    fn numbers_spread_over_the_range_and_stay_in_it() {
        let masked = |n: u64| {
            let masked = mask_bytes(&spec(-1.0, 3.0), &column(TypeClass::Float8, None), &n.to_be_bytes());
            f64::from_be_bytes(masked.try_into().unwrap())
        };
        let all: Vec<f64> = (0..1000).map(masked).collect();
        assert!(all.iter().all(|number| (-1.0..=3.0).contains(number)));
        assert!((0.8..1.2).contains(&(all.iter().sum::<f64>() / 1000.0)));
        let wide = mask_bytes(&spec(f64::MIN, f64::MAX), &column(TypeClass::Float8, None), &[7; 8]);
        assert!(f64::from_be_bytes(wide.try_into().unwrap()).is_finite());
    }

    #[test]
    fn an_end_that_the_type_cannot_hold_is_refused() {
        assert!(refusal(&spec(0.0, 1e300), &column(TypeClass::Float4, None)).what.contains("can't hold"));
        assert!(refusal(&spec(f64::NAN, 1.0), &column(TypeClass::Float8, None)).what.contains("can't hold"));
        assert!(refusal(&spec(2.0, 1.0), &column(TypeClass::Float8, None)).what.contains("min above"));
        assert!(refusal(&spec(2.0, 1.0), &column(TypeClass::Text, None)).what.contains("can't mask"));
    }
}
