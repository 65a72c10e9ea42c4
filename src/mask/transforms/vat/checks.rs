//! The check digits of VAT numbers, where they are well known (European Commission, VIES algorithms).

use super::super::checksum::{luhn_sum, mod97};

/// Whether the part behind the country has the right check digits; `None` where they aren't known here.
pub(super) fn passes(country: &[u8], body: &[u8]) -> Option<bool> {
    let digits: Vec<u32> =
        body.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0')).collect();
    let weighted = |weights: &[u32]| digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>();
    let tail = |count: usize| digits.iter().skip(digits.len().saturating_sub(count)).fold(0, |n, digit| n * 10 + digit);
    let head = |from: usize, count: usize| {
        digits.iter().skip(from).take(count).fold(0u64, |n, digit| n * 10 + u64::from(*digit))
    };
    let length = digits.len();
    let passes = match (country, length) {
        (b"DE", 9) => tail(1) == iso_11_10(digits.get(..8)?),
        (b"IT", 11) => luhn_sum(body.iter().copied()).is_multiple_of(10),
        (b"FR", 11) => head(0, 2) == (12 + 3 * (head(2, 9) % 97)) % 97,
        (b"BE", 10) => u64::from(tail(2)) == 97 - head(0, 8) % 97,
        (b"NL", 11) => {
            let whole = b"NL".iter().chain(body).copied();
            weighted(&[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == *digits.get(8)? || mod97(whole) == 1
        }
        (b"PL", 10) => weighted(&[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == tail(1),
        (b"PT", 9) => (11 - weighted(&[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == tail(1),
        (b"GB" | b"XI", 9 | 12) => {
            let sum = weighted(&[8, 7, 6, 5, 4, 3, 2]) + head(7, 2) as u32;
            sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)
        }
        _ => return None,
    };
    Some(passes)
}

/// ISO 7064, modulus 11,10.
fn iso_11_10(digits: &[u32]) -> u32 {
    let product = digits.iter().fold(10, |product, digit| {
        let sum = match (product + digit) % 10 {
            0 => 10,
            sum => sum,
        };
        2 * sum % 11
    });
    (11 - product) % 10
}
