//! Decimal numbers changed without a float in between.

use super::super::CellError;
use super::super::decimal::Decimal;
use super::super::wire::{Reader, short};
use super::{ONE, whole};

/// Digits of a number that is changed as a whole one of 128 bits.
const MOST_SMALL_DIGITS: usize = 30;

/// The base of `numeric`'s digits.
const BASE: u64 = 10_000;

/// Appends a `numeric` (`numeric_send`, `numeric.c`) changed by so many millionths, with the same scale, sign and no
/// more digits before the point. NaN, infinities and 0 stay.
pub(super) fn change_numeric(cell: &[u8], millionths: i64, out: &mut Vec<u8>) -> Result<(), CellError> {
    let mut reader = Reader(cell);
    let (count, weight, sign, scale) = (reader.i16()?, reader.i16()?, reader.i16()?, reader.i16()?);
    let digits: Vec<u64> =
        (0..count).map(|_| Ok(reader.i16()?.unsigned_abs().into())).collect::<Result<_, CellError>>()?;
    let special = sign != 0 && sign != 0x4000;
    if special || digits.iter().all(|digit| *digit == 0) {
        out.extend_from_slice(cell);
        return Ok(());
    }
    let scale_digits = i32::from(scale.max(0)).div_euclid(4) + i32::from(scale.max(0) % 4 != 0);
    let length = usize::try_from((i32::from(weight) + 1 + scale_digits).max(1)).map_err(|_| short())?;
    // Place by place from the weight down to the last decimal; what a value of this scale can't have is cut.
    let (lead, weight) = if weight < 0 { (usize::from(weight.unsigned_abs()) - 1, -1) } else { (0, weight) };
    let mut size = vec![0u64; length.max(lead + digits.len()).max(usize::from(weight >= 0))];
    for (place, digit) in size.iter_mut().skip(lead).zip(&digits) {
        *place = *digit;
    }
    let length = if weight < 0 { scale_digits.max(1) as usize } else { length };
    size.truncate(length);
    let unit = 10u64.pow(((4 - i32::from(scale.max(0)).rem_euclid(4)) % 4) as u32);
    let grown =
        scaled(&size, (ONE + millionths.abs()) as u64, unit).filter(|grown| millionths > 0 && same_width(grown, &size));
    let mut changed =
        grown.or_else(|| scaled(&size, (ONE - millionths.abs()) as u64, unit)).unwrap_or_else(|| size.clone());
    if changed.iter().all(|digit| *digit == 0)
        && let Some(last) = changed.last_mut()
    {
        *last = unit;
    }
    if changed == size {
        changed = one_unit_away(&size, unit);
    }
    write(&changed, weight, sign, scale, out)
}

/// The size times a number of millionths, cut to whole units of the last place; `None` if it needs one more place.
fn scaled(size: &[u64], millionths: u64, unit: u64) -> Option<Vec<u64>> {
    // A multiple of 10^8 is exactly two places.
    let factor = millionths * 100;
    let mut product = vec![0u64; size.len() + 2];
    let mut carry = 0;
    for (place, digit) in product.iter_mut().skip(2).zip(size).rev() {
        let sum = digit * factor + carry;
        *place = sum % BASE;
        carry = sum / BASE;
    }
    for place in product.iter_mut().take(2).rev() {
        *place = carry % BASE;
        carry /= BASE;
    }
    // The two places in front are the ones that the multiple of 10^8 takes away again.
    if carry > 0 {
        return None;
    }
    product.truncate(size.len());
    if let Some(last) = product.last_mut() {
        *last -= *last % unit;
    }
    Some(product)
}

/// Whether both have as many decimal digits before the point, and so after the first that counts.
fn same_width(a: &[u64], b: &[u64]) -> bool {
    let width = |digits: &[u64]| digits.iter().enumerate().find(|(_, d)| **d > 0).map(|(i, d)| (i, d.ilog10()));
    width(a) == width(b)
}

/// One unit less, or the double of a single unit.
fn one_unit_away(size: &[u64], unit: u64) -> Vec<u64> {
    let mut changed = size.to_vec();
    let single = size.iter().rev().skip(1).all(|digit| *digit == 0) && size.last().is_some_and(|last| *last <= unit);
    if single {
        if let Some(last) = changed.last_mut() {
            *last = unit * 2;
        }
        return changed;
    }
    let mut borrow = unit;
    for place in changed.iter_mut().rev() {
        if *place >= borrow {
            *place -= borrow;
            break;
        }
        *place += BASE - borrow;
        borrow = 1;
    }
    changed
}

fn write(size: &[u64], weight: i16, sign: i16, scale: i16, out: &mut Vec<u8>) -> Result<(), CellError> {
    let lead = size.iter().take_while(|digit| **digit == 0).count();
    let end = size.len() - size.iter().rev().take_while(|digit| **digit == 0).count();
    let digits = size.get(lead..end).unwrap_or_default();
    let count = i16::try_from(digits.len()).map_err(|_| short())?;
    let weight = i16::try_from(i32::from(weight) - lead as i32).map_err(|_| short())?;
    for part in [count, weight, sign, scale] {
        out.extend_from_slice(&part.to_be_bytes());
    }
    for digit in digits {
        out.extend_from_slice(&(*digit as u16).to_be_bytes());
    }
    Ok(())
}

/// A decimal number in text, changed; `None` for what isn't one. An exponent stays.
pub(super) fn change_text(text: &str, millionths: i64) -> Option<String> {
    let (mantissa, exponent) = text.split_at(text.find(['e', 'E']).unwrap_or(text.len()));
    let (sign, size) = match mantissa.strip_prefix('-') {
        Some(size) => ("-", size),
        None => ("", mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (before, after) = size.split_once('.').unwrap_or((size, ""));
    let digits = format!("{before}{after}");
    if digits.len() > MOST_SMALL_DIGITS && exponent.is_empty() {
        return change_long_text(text, millionths);
    }
    let is_number =
        !digits.is_empty() && digits.len() <= MOST_SMALL_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_exponent = exponent.bytes().skip(1).all(|byte| byte.is_ascii_digit() || b"+-".contains(&byte));
    if !is_number || !is_exponent || exponent.len() > 8 {
        return None;
    }
    let changed = whole(digits.parse().ok()?, millionths);
    // Zeros in front stay where they are written, and come nowhere else: `0987` would be no number in JSON.
    let width = if before.starts_with('0') { digits.len() } else { after.len() + before.len().min(1) };
    let padded = format!("{changed:0width$}");
    let (before, after) = padded.split_at(padded.len() - after.len());
    let point = if size.contains('.') { "." } else { "" };
    Some(format!("{sign}{before}{point}{after}{exponent}"))
}

/// As [`change_numeric`] would, for a number of any length.
fn change_long_text(text: &str, millionths: i64) -> Option<String> {
    let (mut cell, mut changed) = (Vec::new(), Vec::new());
    Decimal::parse(text)?.put_numeric(&mut cell);
    change_numeric(&cell, millionths, &mut changed).ok()?;
    Some(Decimal::from_numeric(&changed).ok()??.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A `numeric` from text, by itself.
    fn numeric(text: &str) -> Vec<u8> {
        let (sign, size) = text.strip_prefix('-').map_or((0i16, text), |size| (0x4000, size));
        let (before, after) = size.split_once('.').unwrap_or((size, ""));
        let before = format!("{:0>width$}", before, width = before.len().div_ceil(4) * 4);
        let padded = format!("{before}{after:0<width$}", width = after.len().div_ceil(4) * 4);
        let digits: Vec<i16> =
            padded.as_bytes().chunks(4).map(|c| std::str::from_utf8(c).unwrap().parse().unwrap()).collect();
        let lead = digits.iter().take_while(|digit| **digit == 0).count();
        let end = digits.len() - digits.iter().rev().take_while(|digit| **digit == 0).count();
        let digits = if lead < end { &digits[lead..end] } else { &[] };
        let weight = (before.len() / 4) as i16 - 1 - if digits.is_empty() { 0 } else { lead as i16 };
        let head = [digits.len() as i16, weight, sign, after.len() as i16];
        head.iter().chain(digits).flat_map(|part| part.to_be_bytes()).collect()
    }

    /// The text of a `numeric`, by itself.
    fn text(cell: &[u8]) -> String {
        let parts: Vec<i16> = cell.chunks(2).map(|c| i16::from_be_bytes([c[0], c[1]])).collect();
        let (weight, sign, scale) = (i32::from(parts[1]), parts[2], parts[3] as usize);
        let digit =
            |place: i32| parts.get((4 + weight - place) as usize).filter(|_| place <= weight).copied().unwrap_or(0);
        let before: String = (0..=weight.max(0)).rev().map(|place| format!("{:04}", digit(place))).collect();
        let after: String = (1..=(scale as i32 + 3) / 4).map(|place| format!("{:04}", digit(-place))).collect();
        let before = before.trim_start_matches('0');
        let before = if before.is_empty() { "0" } else { before };
        let point = if scale > 0 { "." } else { "" };
        format!("{}{before}{point}{}", if sign == 0 { "" } else { "-" }, &after[..scale])
    }

    #[test]
    fn a_numeric_changes_as_its_decimal_text_does() {
        for number in [
            "1250.50",
            "-1250.50",
            "9",
            "1",
            "0.01",
            "0.05",
            "99999999.99",
            "123456789012345678.123456",
            "10000",
            "0.0001",
            "0.00000001",
            "12345.6",
            "100",
            "20000.0000",
            "0.10",
            "9999.9999",
            "0.000012345678",
        ] {
            assert_eq!(text(&numeric(number)), number);
            for millionths in [200_000, -200_000, 1, -1, 137_111, -999_999, 1_000_000, -1_000_000] {
                let mut out = Vec::new();
                change_numeric(&numeric(number), millionths, &mut out).unwrap();
                let expected = change_text(number, millionths).unwrap();
                assert_ne!(text(&out), number, "{millionths}");
                let places = |text: &str| text.split_once('.').map_or(0, |(_, after)| after.len());
                assert_eq!(places(&text(&out)), places(number), "{number} {millionths}");
                let (a, b): (f64, f64) = (text(&out).parse().unwrap(), expected.parse().unwrap());
                let unit = 10f64.powi(-(places(number) as i32));
                assert!((a - b).abs() <= unit * 1.01 + a.abs() * 1e-12, "{number} {millionths}: {a} {b}");
                assert_eq!(numeric(&text(&out)), out, "{number} {millionths}: not in normal form");
            }
        }
    }

    #[test]
    fn zero_and_not_a_number_stay() {
        for cell in [numeric("0.00"), vec![0, 0, 0, 0, 0xC0, 0, 0, 0]] {
            let mut out = Vec::new();
            change_numeric(&cell, 5, &mut out).unwrap();
            assert_eq!(out, cell);
        }
    }

    #[test]
    fn a_text_of_any_length_is_changed_like_the_number() {
        let long = format!("-{}.25", "123456789".repeat(8));
        let changed = change_text(&long, 100_000).unwrap();
        assert!(changed.starts_with("-1358024") && changed.len() == long.len(), "{changed}");
        assert_eq!(change_text(&format!("{long}x"), 100_000), None);
    }

    #[test]
    fn a_number_that_loses_a_digit_has_no_zero_in_its_place() {
        assert_eq!(change_text("1000.00", -100_000).as_deref(), Some("900.00"));
        assert_eq!(change_text("0100", -100_000).as_deref(), Some("0090"));
        assert_eq!(change_text("1.05", -900_000).as_deref(), Some("0.11"));
        assert_eq!(change_text(".50", -900_000).as_deref(), Some(".05"));
    }
}
