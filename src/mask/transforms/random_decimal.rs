//! `random_decimal`: a decimal number in a range, without a float in between.

use super::decimal::Decimal;
use super::draw::Draw;
use super::drawn::Drawn;
use super::numbers::Numbers;
use super::random_int::empty_range;
use super::{Built, Facts, Refusal, Site};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::RandomDecimal as Options;

/// Ends of more units of the last place leave too little of 128 bits for a fair choice.
const MOST_UNITS: i128 = 10i128.pow(30);

/// A number below a bound of at most 101 bits; the bias is below 2^-26.
fn below(draw: &mut Draw, bound: u128) -> u128 {
    let word = |draw: &mut Draw| u128::from(draw.below(u64::MAX));
    ((word(draw) << 64) | word(draw)) % bound.max(1)
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    if !matches!(site.column.class, TypeClass::Numeric | TypeClass::Text) {
        return Err(site.wrong_type("random_decimal"));
    }
    let numbers = Numbers::of(site, "random_decimal")?;
    let number = |text: &str| {
        let number = Decimal::parse(text.trim());
        number.ok_or_else(|| site.bad_option("random_decimal has an end that is no number", "write it as in 0.50"))
    };
    let (min, max) = (number(&options.min)?, number(&options.max)?);
    let scale = options.scale.map_or(min.scale().max(max.scale()), |scale| scale as usize);
    let units = |end: &Decimal| end.units(scale).filter(|units| units.abs() <= MOST_UNITS);
    let (Some(first), Some(last)) = (units(&min), units(&max)) else {
        let what = format!("the ends of random_decimal have more than {scale} decimals, or too many digits");
        return Err(site.bad_option(what, "give them no more decimals than scale says, and 30 digits at most"));
    };
    if first > last {
        return Err(empty_range("random_decimal", site));
    }
    for end in [first, last].map(|units| Decimal::from_units(units, scale)) {
        if !numbers.write(&end, &end, &mut Vec::new()) {
            let what = format!("{} doesn't fit type {}", end.text(), site.column.type_name);
            return Err(site.bad_option(what, "narrow the range"));
        }
    }
    let span = (last - first).unsigned_abs() + 1;
    let is_text = numbers.is_text();
    let drawn = Drawn::new(site, "random_decimal", move |draw, out| {
        let number = Decimal::from_units(first + below(draw, span) as i128, scale);
        if is_text { number.put_text(out) } else { number.put_numeric(out) }
    });
    Ok(Built { transform: Box::new(drawn), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::rules::transform::Transform as Spec;

    fn spec(min: &str, max: &str, scale: Option<u32>) -> Spec {
        Spec::RandomDecimal(Options { min: min.to_owned(), max: max.to_owned(), scale })
    }

    #[test]
    fn numbers_have_the_decimals_of_the_ends_and_stay_between_them() {
        for n in 0..300 {
            let masked = mask(&spec("-0.50", "1.5", None), &n.to_string());
            assert_eq!(masked.split_once('.').unwrap().1.len(), 2, "{masked}");
            assert!((-0.5..=1.5).contains(&masked.parse::<f64>().unwrap()), "{masked}");
        }
        let long = format!("1{}", "0".repeat(29));
        let cell = mask_bytes(&spec("0", &long, None), &column(TypeClass::Numeric, None), b"x");
        assert!(Decimal::from_numeric(&cell).unwrap().unwrap().whole_digits() > 20);
        assert_eq!(mask(&spec("7", "7", Some(3)), "x"), "7.000");
    }

    #[test]
    fn ends_that_do_not_fit_are_refused() {
        let narrow = Column { type_name: "numeric(5,2)".to_owned(), ..column(TypeClass::Numeric, None) };
        assert!(refusal(&spec("0", "1000", None), &narrow).what.contains("doesn't fit"));
        assert!(refusal(&spec("0", "0.05", Some(1)), &narrow).what.contains("decimals"));
        assert!(refusal(&spec("0", "abc", None), &narrow).what.contains("no number"));
        assert!(refusal(&spec("1", "0", None), &narrow).what.contains("min above"));
    }
}
