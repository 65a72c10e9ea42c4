//! `amount`: an amount of money, changed by some share of itself, written as it was.

mod sums;

use super::account_number::overlay;
use super::noise::{self, Change, whole};
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Amount as Options, Noise};

/// Longer words beside an amount are no currency.
const LONGEST_WORD: usize = 3;

/// Digits that fit the arithmetic.
const MOST_DIGITS: usize = 30;

/// Amounts in text.
struct InText {
    change: Change,
}

impl TextMask for InText {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let text = text.trim();
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
        let mut words = text.split(|c: char| !c.is_alphabetic());
        let is_amount =
            (1..=MOST_DIGITS).contains(&digits.len()) && words.all(|word| word.chars().count() <= LONGEST_WORD);
        let size = std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse::<i128>().ok());
        let Some(size) = size.filter(|_| is_amount) else {
            out.push(if text == "0" { b'1' } else { b'0' });
            return Ok(());
        };
        // Keyed by the number alone, so that `1 250,50 kr` and `1250.50` change alike.
        let significant = format!("{size}");
        let changed = whole(size, self.change.millionths(significant.as_bytes()));
        overlay(text, format!("{changed:0width$}", width = digits.len()).as_bytes(), out);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    if !options.sum_within.is_empty() {
        return sums::build(Change::new("amount", options.ratio, site)?.most(), &options.sum_within, site);
    }
    if site.column.class != TypeClass::Text {
        let built = noise::build(&Noise { ratio: options.ratio }, site);
        return built.map_err(|refusal| Refusal { what: refusal.what.replacen("noise", "amount", 1), ..refusal });
    }
    let change = Change::new("amount", options.ratio, site)?;
    Ok(built(InText { change }, Facts::changing(OriginalsOf::Shared)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn spec() -> Spec {
        Spec::Amount(Options::default())
    }

    #[test]
    fn an_amount_is_written_as_it_was_and_stays_on_its_side_of_zero() {
        for (original, form) in [
            ("1 250,50 kr", "9 999,99 kr"),
            ("NOK -1.250,50", "NOK -9.999,99"),
            ("$12.00", "$99.99"),
            ("(0.05)", "(9.99)"),
            ("+47", "+99"),
        ] {
            let masked = mask(&spec(), original);
            let shape: String = masked.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
            assert_eq!(shape, form);
            let value =
                |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().parse::<f64>().unwrap();
            assert!(value(&masked) > 0.0 && masked != original, "{masked}");
            assert!((value(&masked) / value(original) - 1.0).abs() <= 0.21 || value(original) < 10.0, "{masked}");
        }
        assert_eq!(mask(&spec(), "0,00"), "0,00");
    }

    #[test]
    fn what_is_no_amount_leaves_nothing_behind() {
        assert_eq!(mask(&spec(), "see Ingrid, 500"), "0");
    }

    #[test]
    fn numbers_change_as_with_noise() {
        let cell = 125_050i64.to_be_bytes();
        let of = |spec: &Spec| mask_bytes(spec, &column(TypeClass::Int8, None), &cell);
        assert_eq!(of(&spec()), of(&Spec::Noise(Noise::default())));
        assert!(refusal(&spec(), &column(TypeClass::Uuid, None)).what.starts_with("amount"));
        let nothing = Spec::Amount(Options { ratio: Some(2.0), ..Options::default() });
        assert!(refusal(&nothing, &column(TypeClass::Text, None)).what.contains("amount has a ratio"));
    }
}
