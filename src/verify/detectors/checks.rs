//! The arithmetic of check digits and calendars that several kinds share. Digits are numbers, not characters.

/// The number that some decimal digits make.
pub(super) fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number: u32, digit| number.wrapping_mul(10).wrapping_add(u32::from(*digit)))
}

/// The sum of digits, each times its weight.
pub(super) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// Whether the last digit is Luhn's check digit of those before it (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match u32::from(*digit) * if at % 2 == 0 { 1 } else { 2 } {
            doubled @ 10.. => doubled - 9,
            plain => plain,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether the last digit makes the whole 0 mod 11 with these weights; 10 is never a check digit.
pub(super) fn mod_11(digits: &[u8], weights: &[u32]) -> bool {
    weighted(digits, weights).is_multiple_of(11)
}

/// ISO/IEC 7064, MOD 11,10: the last digit checks those before it.
pub(super) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, digit| {
        let sum = (u32::from(*digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(*check)
}

/// The days of a month; none where there is no such month. Years are taken by their last two digits.
pub(super) fn days_in_month(month: u32, year: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digits_of_well_known_numbers_fit_and_no_others_do() {
        let digits = |text: &str| text.bytes().map(|byte| byte - b'0').collect::<Vec<u8>>();
        assert!(luhn(&digits("4111111111111111")) && !luhn(&digits("4111111111111112")));
        assert!(mod_11_10(&digits("136695976")) && !mod_11_10(&digits("136695977")));
        assert!(mod_11(&digits("974760673"), &[3, 2, 7, 6, 5, 4, 3, 2, 1]));
        assert_eq!((days_in_month(2, 0), days_in_month(2, 99), days_in_month(13, 1)), (29, 28, 0));
    }
}
