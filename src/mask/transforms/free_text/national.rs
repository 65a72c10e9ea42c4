//! National identity numbers of other countries than Norway, whose own are found among the numbers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::super::checksum::{luhn_sum, value};
use super::super::parts::part_column;
use super::super::redact::WORD;
use super::super::{CellError, Masked, Row, Site, Spec, Transform, build as build_one};
use super::Finds;
use crate::postgres::types::TypeClass;
use crate::rules::transform::NationalId as Options;

/// The countries whose numbers can be told by their form.
const COUNTRIES: [&str; 5] = ["SE", "DK", "FI", "GB", "US"];

/// Digits in these groups, and letters where Finland and Britain have them.
static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x-u) \b(?:[0-9]{2})?[0-9]{6}[-+][0-9]{4}\b
        | \b[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]\b
        | \b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:\ ?[0-9]{2}){3}\ ?[A-D]\b
        | \b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
    )
    .ok()
});

/// The transforms of each country, where there is one.
pub(super) struct NationalIds([Option<Box<dyn Transform>>; 5]);

impl NationalIds {
    pub(super) fn new(site: &Site<'_>) -> Self {
        let column = part_column(site.column, TypeClass::Text);
        Self(COUNTRIES.map(|country| {
            let spec = Spec::NationalId(Options { country: Some(country.to_owned()) });
            build_one(&spec, &site.of(&column)).ok().map(|built| built.transform)
        }))
    }

    /// Finds them all.
    pub(super) fn find(&self, text: &str, row: &Row<'_>, finds: &mut Finds) -> Result<(), CellError> {
        let Some(pattern) = NUMBERS.as_ref() else { return Ok(()) };
        for found in pattern.find_iter(text.as_bytes()) {
            let place: Range<usize> = found.range();
            let Some(number) = text.get(place.clone()) else { continue };
            let Some(country) = country_of(number).filter(|_| !goes_on(text, &place)) else { continue };
            let mut fake = Vec::new();
            let transform =
                COUNTRIES.iter().zip(&self.0).find(|(code, _)| **code == country).and_then(|(_, t)| t.as_ref());
            match transform {
                Some(transform) if transform.mask(number.as_bytes(), row, &mut fake)? == Masked::Value => {}
                _ => fake = WORD.to_vec(),
            }
            finds.add(place, |out| out.append(&mut fake));
        }
        Ok(())
    }
}

/// `2024-11-21-1234`, `+47-…` and the like are something else.
fn goes_on(text: &str, place: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let joins = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'-' | b'+' | b'/' | b'_'));
    joins(place.start.checked_sub(1).and_then(|at| bytes.get(at))) || joins(bytes.get(place.end))
}

/// Whose number this is, by its check digit or, where there is none, its date and form.
fn country_of(number: &str) -> Option<&'static str> {
    let bytes = number.as_bytes();
    let digits: Vec<u8> = bytes.iter().copied().filter(u8::is_ascii_digit).collect();
    if bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return Some("GB");
    }
    if bytes.get(3) == Some(&b'-') {
        return Some("US");
    }
    if bytes.get(6).is_some_and(|sign| !sign.is_ascii_digit()) && is_finnish(bytes) {
        return Some("FI");
    }
    let ten = digits.get(digits.len().checked_sub(10)?..)?;
    let two = |at: usize| Some(value(*ten.get(at)?) * 10 + value(*ten.get(at + 1)?));
    let (first, second, third) = (two(0)?, two(2)?, two(4)?);
    let is_month = |month: u32| (1..=12).contains(&month);
    // A coordination number has 60 added to the day (Skatteverket).
    let swedish_day = matches!(third, 1..=31 | 61..=91);
    if is_month(second) && swedish_day && luhn_sum(ten.iter().copied()).is_multiple_of(10) {
        return Some("SE");
    }
    (digits.len() == 10 && bytes.get(6) == Some(&b'-') && (1..=31).contains(&first) && is_month(second)).then_some("DK")
}

/// The last character is the remainder of the digits before it modulo 31 (DVV).
fn is_finnish(number: &[u8]) -> bool {
    const LETTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let [before @ .., last] = number else { return false };
    let digits = before.iter().filter(|byte| byte.is_ascii_digit());
    let sum = digits.fold(0u32, |sum, digit| (sum * 10 + value(*digit)) % 31);
    number.len() == 11 && LETTERS.get(sum as usize) == Some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_known_by_its_country() {
        for (number, country) in [
            ("811228-9874", Some("SE")),
            ("19811228-9874", Some("SE")),
            ("811288-9871", Some("SE")),
            ("251248-3916", Some("DK")),
            ("131052-308T", Some("FI")),
            ("010594Y9032", Some("FI")),
            ("AB123456C", Some("GB")),
            ("AB 12 34 56 C", Some("GB")),
            ("078-05-1120", Some("US")),
            ("131052-308U", None),
            ("991399-1234", None),
        ] {
            assert_eq!(country_of(number), country, "{number}");
        }
    }
}
