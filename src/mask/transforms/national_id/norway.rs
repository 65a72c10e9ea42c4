//! Fødselsnummer and D-numbers: 80 is added to the month (Skatteetaten, Tenor's synthetic people).

use super::super::account_number::write_number;
use super::super::checksum::{WEIGHTS_NINE, WEIGHTS_TEN, mod11};
use super::super::draw::Draw;
use super::{birthday, number};
use crate::postgres::civil_date::CivilDate;

/// What a number says of its owner.
pub(super) struct Person {
    pub(super) born: CivilDate,
    /// A D-number has 40 added to the day.
    d_number: bool,
    /// The third digit of the individual number: odd for men.
    pub(super) odd: bool,
}

/// A number for a person like the owner of the original.
pub(super) fn draw(original: &[u8], draw: &mut Draw) -> Option<[u8; 11]> {
    let person = read(original);
    let born = birthday(person.as_ref().map(|person| person.born), draw);
    let odd = person.as_ref().map_or_else(|| draw.below(2) == 1, |person| person.odd);
    write(born, odd, person.as_ref().is_some_and(|person| person.d_number), draw)
}

/// Reads the date and sex out of eleven digits; synthetic months (80, 65 and 40 added) are understood too.
pub(super) fn read(digits: &[u8]) -> Option<Person> {
    if digits.len() != 11 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
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
