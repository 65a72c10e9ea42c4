//! CPR numbers: 60 is added to the day, as in the CPR office's own test data. There has been no check digit since 2007.

use super::super::account_number::write_number;
use super::super::draw::Draw;
use super::super::few::Few;
use super::{birthday, number};
use crate::postgres::civil_date::CivilDate;

/// A number of ten digits.
pub(super) fn draw(original: &[u8], draw: &mut Draw) -> Option<Few> {
    let is_number = original.len() == 10 && original.iter().all(u8::is_ascii_digit);
    let digits = if is_number { original } else { b"" };
    let born = birthday(read(digits), draw);
    let odd = digits.last().map_or_else(|| draw.below(2) == 1, |digit| digit % 2 == 1);
    let century_digit = match born.year {
        ..1900 => 5 + draw.below(4),
        1900..2000 => draw.below(4),
        _ => 5 + draw.below(4),
    };
    let mut masked = Few::filled(b'0', 10);
    write_number(&mut masked[..2], u64::from(born.day) + 60);
    write_number(&mut masked[2..4], born.month.into());
    write_number(&mut masked[4..6], born.year.rem_euclid(100) as u64);
    write_number(&mut masked[6..10], century_digit * 1000 + draw.below(500) * 2 + u64::from(odd));
    Some(masked)
}

/// The birthday; the seventh digit tells the century (CPR-kontoret, "Personnummeret i CPR").
fn read(digits: &[u8]) -> Option<CivilDate> {
    let (day, year) = (number(digits.get(..2)?), number(digits.get(4..6)?));
    let century = match (digits.get(6)?, year) {
        (b'0'..=b'3', _) | (b'4' | b'9', 37..) => 1900,
        (b'5'..=b'8', 58..) => 1800,
        _ => 2000,
    };
    let day = if day > 60 { day - 60 } else { day };
    CivilDate::new(century + i64::from(year), number(digits.get(2..4)?) as u8, day as u8)
}
