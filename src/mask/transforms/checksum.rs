//! Check digits. Digits are ASCII throughout.

/// The weights of a Norwegian account number's first ten digits, and of a fødselsnummer's second check digit.
pub(super) const WEIGHTS_TEN: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// The weights of a fødselsnummer's first nine digits, for its first check digit.
pub(super) const WEIGHTS_NINE: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];

/// The modulus-11 check digit; `None` where it would be 10, so that no such number is issued.
pub(super) fn mod11(digits: &[u8], weights: &[u32]) -> Option<u8> {
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| value(*digit) * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => None,
        digit => Some(b'0' + digit as u8),
    }
}

/// Whether eleven digits are a Norwegian account number.
pub(super) fn is_account_number(digits: &[u8]) -> bool {
    digits.len() == 11 && mod11(&digits[..10], &WEIGHTS_TEN) == digits.last().copied()
}

/// Whether eleven digits are a fødselsnummer or D-number, synthetic ones too, under the rules of before or after 2032.
pub(super) fn is_national_id(digits: &[u8]) -> bool {
    if digits.len() != 11 || mod11(&digits[..10], &WEIGHTS_TEN) != digits.last().copied() {
        return false;
    }
    let two = |at: usize| value(digits[at]) * 10 + value(digits[at + 1]);
    let (day, month) = (two(0), two(2));
    let is_day = matches!(day, 1..=31 | 41..=71);
    let is_month = matches!(month, 1..=12 | 41..=52 | 66..=77 | 81..=92);
    let weights = WEIGHTS_NINE.iter().chain(&[1]);
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| value(*digit) * weight).sum();
    is_day && is_month && sum % 11 <= 3
}

/// The weighted sum of a card number, a multiple of ten when its check digit is right (Luhn, ISO/IEC 7812-1).
pub(super) fn luhn_sum(digits: impl DoubleEndedIterator<Item = u8>) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    digits.rev().enumerate().map(|(i, digit)| if i % 2 == 1 { doubled(value(digit)) } else { value(digit) }).sum()
}

/// The remainder of a number modulo 97, letters counting as 10 to 35 (ISO 7064, ISO 13616).
pub(super) fn mod97(text: impl Iterator<Item = u8>) -> u32 {
    /// Two more digits still fit 64 bits. A division for each digit would wait for the one before it.
    const MOST: u64 = 10u64.pow(17);
    let number = text.fold(0u64, |number, byte| {
        let number = if number < MOST { number } else { number % 97 };
        match byte {
            b'A'..=b'Z' => number * 100 + u64::from(byte - b'A') + 10,
            _ => number * 10 + u64::from(value(byte)),
        }
    });
    (number % 97) as u32
}

/// Whether an IBAN without spaces, in capitals, has the right check digits.
pub(super) fn is_iban(iban: &[u8]) -> bool {
    iban.split_at_checked(4).is_some_and(|(head, rest)| mod97(rest.iter().chain(head).copied()) == 1)
}

/// What a digit counts.
pub(super) fn value(digit: u8) -> u32 {
    u32::from(digit.wrapping_sub(b'0') % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_and_their_neighbours_fail() {
        assert!(is_iban(b"NO9386011117947"));
        assert!(is_iban(b"GB82WEST12345698765432"));
        assert!(!is_iban(b"NO9386011117948"));
        assert!(is_account_number(b"86011117947"));
        assert_eq!(luhn_sum(b"4111111111111111".iter().copied()) % 10, 0);
        assert_ne!(luhn_sum(b"4111111111111112".iter().copied()) % 10, 0);
    }
}
