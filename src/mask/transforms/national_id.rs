//! `national_id`: a fødselsnummer from the range for synthetic people, whose month is 80 too high.

use super::account_number::{overlay, write_number};
use super::checksum::{WEIGHTS_NINE, WEIGHTS_TEN, mod11};
use super::draw::Draw;
use super::text_cell::{TextCell, TextMask};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Locale, NationalId as Options};
use crate::secret::DomainKey;

/// Makes numbers. The masked person is up to a year older, so that nobody becomes a minor, and of the same sex.
pub(super) struct NationalId(DomainKey);

/// What a number says of its owner.
struct Person {
    born: CivilDate,
    /// A D-number has 40 added to the day.
    d_number: bool,
    /// The third digit of the individual number: odd for men.
    odd: bool,
}

impl NationalId {
    pub(super) fn new(site: &Site<'_>) -> Self {
        Self(site.sub_key("national_id"))
    }

    /// The fake of a number, given its digits: another one than it.
    pub(super) fn digits(&self, original: &[u8]) -> [u8; 11] {
        let mut draw = Draw::new(&self.0, original);
        let person = read(original);
        loop {
            let born = match &person {
                Some(person) => CivilDate::from_days(person.born.days() - 1 - draw.below(365) as i64),
                None => CivilDate::from_days(-(draw.below(50 * 365) as i64)),
            };
            let odd = person.as_ref().map_or_else(|| draw.below(2) == 1, |person| person.odd);
            let d_number = person.as_ref().is_some_and(|person| person.d_number);
            if let Some(digits) = write(born, odd, d_number, &mut draw)
                && digits != original
            {
                return digits;
            }
        }
    }

    /// Appends the fake of a number as it is written.
    pub(super) fn put(&self, text: &str, out: &mut Vec<u8>) {
        let text = text.trim();
        let original: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
        if original.len() == 11
            && text.len() <= 13
            && text.bytes().all(|b| b.is_ascii_digit() || b == b' ' || b == b'-')
        {
            overlay(text, &self.digits(&original), out);
        } else {
            out.extend_from_slice(&self.digits(text.as_bytes()));
        }
    }
}

/// Reads the date and sex out of eleven digits; synthetic months (80, 65 and 40 added) are understood too.
fn read(digits: &[u8]) -> Option<Person> {
    if digits.len() != 11 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |from: &[u8]| from.iter().fold(0u32, |number, digit| number * 10 + u32::from(digit - b'0'));
    let (day, month, year, individual) =
        (number(&digits[..2]), number(&digits[2..4]), number(&digits[4..6]), number(&digits[6..9]));
    let d_number = day > 40;
    let day = if d_number { day - 40 } else { day };
    let month = [80, 65, 40].into_iter().find(|added| month > *added).map_or(month, |added| month - added);
    let born = CivilDate::new(century(year, individual) + i64::from(year), month as u8, day as u8)?;
    Some(Person { born, d_number, odd: individual % 2 == 1 })
}

/// The century by the individual number (Skatteetaten); since 2032 it means nothing, and the nearest is taken.
fn century(year: u32, individual: u32) -> i64 {
    match (individual, year) {
        (500..=749, 54..) => 1800,
        (500.., 0..=39) => 2000,
        _ => 1900,
    }
}

/// Writes a number for a date with a random individual number; `None` where a check digit would be 10.
fn write(born: CivilDate, odd: bool, d_number: bool, draw: &mut Draw) -> Option<[u8; 11]> {
    let (from, count) = match born.year {
        ..1900 => (500, 250),
        1900..2000 => (0, 500),
        _ => (500, 500),
    };
    let individual = from + draw.below(count / 2) * 2 + u64::from(odd);
    let day = u64::from(born.day) + if d_number { 40 } else { 0 };
    let mut digits = [b'0'; 11];
    write_number(&mut digits[..2], day);
    write_number(&mut digits[2..4], u64::from(born.month) + 80);
    write_number(&mut digits[4..6], born.year.rem_euclid(100) as u64);
    write_number(&mut digits[6..9], individual);
    digits[9] = mod11(&digits[..9], &WEIGHTS_NINE)?;
    digits[10] = mod11(&digits[..10], &WEIGHTS_TEN)?;
    Some(digits)
}

impl TextMask for NationalId {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, out);
        Ok(())
    }
}

/// Numbers kept as numbers, where a leading zero is lost.
struct AsInt8(NationalId);

impl Transform for AsInt8 {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let number = i64::from_be_bytes(super::wire::fixed(cell)?);
        let mut digits = [b'0'; 11];
        write_number(&mut digits, number.unsigned_abs());
        let masked = self.0.digits(&digits);
        let masked = masked.iter().fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0'));
        out.extend_from_slice(&masked.to_be_bytes());
        Ok(Masked::Value)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let norwegian = match options.country.as_deref() {
        Some(country) => country == "NO",
        None => site.locale == Locale::NbNo,
    };
    if !norwegian {
        return Err(site.bad_option(
            "national_id knows no country but NO",
            "write { national_id: { country: NO } }; for another country use token, which keeps the form",
        ));
    }
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Text => {
            site.require_room("national_id", 11)?;
            Box::new(TextCell(NationalId::new(site)))
        }
        TypeClass::Int8 => Box::new(AsInt8(NationalId::new(site))),
        _ => return Err(site.wrong_type("national_id")),
    };
    Ok(Built { transform, facts: Facts::changing(OriginalsOf::Identifier) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use super::*;
    use crate::rules::transform::Transform as Spec;

    #[test]
    fn a_masked_person_is_synthetic_older_by_a_year_at_most_and_of_the_same_sex() {
        // 15.05.1986, woman: made up, with the right check digits.
        let mut digits = *b"15058630000";
        let original = (0..).step_by(2).find_map(|n| {
            write_number(&mut digits[6..9], 300 + n);
            digits[9] = mod11(&digits[..9], &WEIGHTS_NINE)?;
            digits[10] = mod11(&digits[..10], &WEIGHTS_TEN)?;
            Some(String::from_utf8(digits.to_vec()).unwrap())
        });
        let original = original.unwrap();
        let masked = mask(&Spec::NationalId(Default::default()), &original);
        let (before, after) = (read(original.as_bytes()).unwrap(), read(masked.as_bytes()).unwrap());
        assert!(masked[2..4].parse::<u8>().unwrap() > 80, "{masked}");
        assert!((1..=365).contains(&(before.born.days() - after.born.days())));
        assert_eq!(before.odd, after.odd);
        let spaced = format!("{} {}", &original[..6], &original[6..]);
        assert_eq!(mask(&Spec::NationalId(Default::default()), &spaced).replace(' ', ""), masked);
    }
}
