//! Personnummer and samordningsnummer (day + 60), with ten digits or twelve.
//!
//! Skatteverket's test people have the birth numbers 980 to 982, and since 1990 238 and 239. Two or three a day.

use super::super::account_number::{overlay, write_number};
use super::super::checksum::luhn_sum;
use super::super::draw::Draw;
use super::super::few::Few;
use super::{birthday, number};
use crate::postgres::civil_date::CivilDate;

/// The year before which two digits of a year mean this century.
const PIVOT: u32 = 25;

/// What masks one person alike: century, then ten digits. Without a century in the number the sign tells it: a plus from
/// the age of a hundred on.
pub(super) fn normal(text: &str, digits: Few) -> Few {
    if digits.len() != 10 || !digits.iter().all(u8::is_ascii_digit) {
        return digits;
    }
    let this_century = number(&digits[..2]) <= PIVOT;
    let century: &[u8] = match (this_century, text.contains('+')) {
        (true, false) => b"20",
        (false, false) | (true, true) => b"19",
        (false, true) => b"18",
    };
    let mut normal = Few::from(century);
    normal.extend_from_slice(&digits);
    normal
}

/// A number of twelve digits.
pub(super) fn draw(original: &[u8], draw: &mut Draw) -> Option<Few> {
    let is_number = original.len() == 12 && original.iter().all(u8::is_ascii_digit);
    let digits = if is_number { original } else { b"" };
    let coordination = digits.get(6..8).is_some_and(|day| number(day) > 60);
    let read = |digits: &[u8]| {
        let day = number(digits.get(6..8)?) - if coordination { 60 } else { 0 };
        CivilDate::new(number(digits.get(..4)?).into(), number(digits.get(4..6)?) as u8, day as u8)
    };
    let born = birthday(read(digits), draw);
    let odd = digits.get(10).map_or_else(|| draw.below(2) == 1, |digit| digit % 2 == 1);
    let birth_number = match (born.year >= 1990, odd) {
        (true, odd) => 238 + u64::from(odd),
        (false, true) => 981,
        (false, false) => 980 + draw.below(2) * 2,
    };
    let mut masked = Few::filled(b'0', 12);
    write_number(&mut masked[..4], born.year.unsigned_abs());
    write_number(&mut masked[4..6], born.month.into());
    write_number(&mut masked[6..8], u64::from(born.day) + if coordination { 60 } else { 0 });
    write_number(&mut masked[8..11], birth_number);
    masked[11] = b'0' + ((10 - luhn_sum(masked[2..].iter().copied()) % 10) % 10) as u8;
    Some(masked)
}

/// Appends a number with as many digits as there were, signs where they were.
pub(super) fn put(text: &str, masked: &[u8], out: &mut Vec<u8>) {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b" -+".contains(&byte)) && text.len() <= 14;
    match digits {
        12 if is_plain => overlay(text, masked, out),
        10 if is_plain => overlay(text, masked.get(2..).unwrap_or_default(), out),
        _ => out.extend_from_slice(masked.get(2..).unwrap_or_default()),
    }
}
