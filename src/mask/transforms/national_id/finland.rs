//! HETU: individual numbers 900 to 999 are nobody's (Digital and Population Data Services Agency).

use super::super::account_number::write_number;
use super::super::draw::Draw;
use super::super::few::Few;
use super::{birthday, number};
use crate::postgres::civil_date::CivilDate;

/// The check characters, by the remainder of the nine digits by 31.
const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// The signs of a century; those behind the first came in 2023.
const CENTURIES: [(i64, &[u8]); 3] = [(1800, b"+"), (1900, b"-YXWVU"), (2000, b"ABCDEF")];

/// A number of eleven characters.
pub(super) fn draw(original: &[u8], draw: &mut Draw) -> Option<Few> {
    let sign = original.get(6).copied().filter(|_| original.len() == 11).unwrap_or(b'-');
    let person = read(original, sign);
    let born = birthday(person.map(|(born, _)| born), draw);
    let odd = person.map_or_else(|| draw.below(2) == 1, |(_, odd)| odd);
    let (_, signs) = CENTURIES.iter().find(|(century, _)| born.year < century + 100)?;
    let mut masked = Few::filled(b'0', 11);
    write_number(&mut masked[..2], born.day.into());
    write_number(&mut masked[2..4], born.month.into());
    write_number(&mut masked[4..6], born.year.rem_euclid(100) as u64);
    masked[6] = if signs.contains(&sign) { sign } else { *signs.first()? };
    write_number(&mut masked[7..10], 900 + draw.below(50) * 2 + u64::from(odd));
    let digits = u64::from(number(&masked[..6])) * 1000 + u64::from(number(&masked[7..10]));
    masked[10] = *CHECK.get((digits % 31) as usize)?;
    Some(masked)
}

/// The birthday and whether the individual number is odd, as men's are.
fn read(original: &[u8], sign: u8) -> Option<(CivilDate, bool)> {
    let (century, _) = CENTURIES.iter().find(|(_, signs)| signs.contains(&sign))?;
    let digits = |from: usize, to: usize| {
        original.get(from..to).filter(|digits| digits.iter().all(u8::is_ascii_digit)).map(number)
    };
    let year = century + i64::from(digits(4, 6)?);
    let born = CivilDate::new(year, digits(2, 4)? as u8, digits(0, 2)? as u8)?;
    Some((born, digits(7, 10)? % 2 == 1))
}

/// Appends a number, in small letters if it was.
pub(super) fn put(text: &str, masked: &[u8], out: &mut Vec<u8>) {
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) && text.len() == masked.len() {
        out.extend(masked.iter().map(u8::to_ascii_lowercase));
    } else {
        out.extend_from_slice(masked);
    }
}
