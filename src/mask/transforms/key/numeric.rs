//! Whole numbers in the binary form of `numeric` (`numeric_send`, `numeric.c`).

use super::super::CellError;
use super::super::wire::Reader;

/// The base of its digits.
const BASE: u128 = 10_000;

/// The sign of a number below zero.
const NEGATIVE: i16 = 0x4000;

/// The decimal digits of a `numeric` by its type; `None` if it has decimals. Without a precision: as many as there may be.
pub(super) fn digits(type_name: &str) -> Option<usize> {
    let Some((_, modifier)) = type_name.split_once('(') else { return Some(36) };
    let (precision, scale) = modifier.trim_end_matches([')', '[', ']']).split_once(',')?;
    // A negative scale rounds to tens, which leaves no room for a permutation.
    (scale.trim() == "0").then(|| precision.trim().parse().ok()).flatten()
}

/// Whether a whole number is below zero, and its size.
pub(super) fn read(cell: &[u8]) -> Result<(bool, u128), CellError> {
    let mut reader = Reader(cell);
    let (count, weight, sign, _) = (reader.i16()?, reader.i16()?, reader.i16()?, reader.i16()?);
    let not_a_key = || CellError("a key is a whole number of at most 36 digits".to_owned());
    if (sign != 0 && sign != NEGATIVE) || i32::from(count) > i32::from(weight) + 1 || weight > 9 {
        return Err(not_a_key());
    }
    let mut size = 0u128;
    for place in 0..=weight {
        let digit = if place < count { reader.i16()?.unsigned_abs().into() } else { 0 };
        size = size.checked_mul(BASE).and_then(|size| size.checked_add(digit)).ok_or_else(not_a_key)?;
    }
    Ok((sign == NEGATIVE, size))
}

/// Appends a whole number.
pub(super) fn write(negative: bool, size: u128, out: &mut Vec<u8>) {
    let mut digits = [0i16; 10];
    let mut rest = size;
    for digit in digits.iter_mut().rev() {
        *digit = (rest % BASE) as i16;
        rest /= BASE;
    }
    let lead = digits.iter().take_while(|digit| **digit == 0).count();
    let trail = digits.iter().rev().take_while(|digit| **digit == 0).count();
    let kept = digits.get(lead..digits.len() - trail.min(digits.len() - lead)).unwrap_or_default();
    let weight = if kept.is_empty() { 0 } else { 9 - lead as i16 };
    let sign = if negative && size > 0 { NEGATIVE } else { 0 };
    for part in [kept.len() as i16, weight, sign, 0].iter().chain(kept) {
        out.extend_from_slice(&part.to_be_bytes());
    }
}
