//! The countries' account parts (SWIFT IBAN registry), each with a bank code that no bank has.

use super::super::checksum::{luhn_sum, mod97, value};

/// A country's IBAN.
pub(in super::super) struct Country {
    /// ISO 3166 alpha-2.
    pub(super) code: &'static str,
    /// What follows the check digits: `n` is a free digit, `k` a national check digit, anything else stands for itself.
    pub(super) bban: &'static str,
    /// How `k` is found.
    pub(super) check: Check,
}

impl Country {
    /// Characters of the whole IBAN.
    pub(super) fn length(&self) -> usize {
        self.bban.len() + 4
    }

    /// How many digits are free.
    pub(super) fn free_digits(&self) -> usize {
        self.bban.bytes().filter(|place| *place == b'n').count()
    }
}

/// A country's own check digits, inside the account part.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// None, or none that validators look at.
    None,
    /// Belgium: the first ten digits modulo 97, 97 for 0.
    Belgium,
    /// Spain: one digit for bank and branch, one for the account, modulo 11.
    Spain,
    /// Finland: Luhn.
    Finland,
    /// France: the RIB key.
    France,
    /// Italy: the CIN letter.
    Italy,
    /// Poland: one digit in the bank's number.
    Poland,
    /// Serbia, Bosnia and Herzegovina: ISO 7064 modulo 97-10.
    Iso7064,
}

/// Where an IBAN that isn't one is moved to.
pub(super) const NORWAY: &Country = &COUNTRIES[0];

/// Why nobody has the bank code is said beside each.
const COUNTRIES: &[Country] = &[
    // 9904 to 9999 aren't given out (Bits, registration numbers).
    Country { code: "NO", bban: "9904nnnnnnk", check: Check::None },
    // The code is that of a clearing number, which starts at 1000.
    Country { code: "SE", bban: "000nnnnnnnnnnnnnnnnn", check: Check::None },
    // Registration numbers start at 0001.
    Country { code: "DK", bban: "0000nnnnnnnnnn", check: Check::None },
    // Groups of banks start with 1 to 8.
    Country { code: "FI", bban: "99nnnnnnnnnnnk", check: Check::Finland },
    // A bank code's first digit is its clearing area, 1 to 8.
    Country { code: "DE", bban: "9nnnnnnnnnnnnnnnnn", check: Check::None },
    // No BIC starts with ZZZZ, and no sort code with 00.
    Country { code: "GB", bban: "ZZZZ00nnnnnnnnnnnn", check: Check::None },
    // Codes of establishments end before 99999.
    Country { code: "FR", bban: "99999nnnnnnnnnnnnnnnnkk", check: Check::France },
    // No BIC starts with ZZZZ.
    Country { code: "NL", bban: "ZZZZnnnnnnnnnn", check: Check::None },
    // Numbers of institutions start at 101; the cooperative banks' at 8000.
    Country { code: "PL", bban: "000nnnnknnnnnnnnnnnnnnnn", check: Check::Poland },
    // Numbers of banks start at 105.
    Country { code: "RS", bban: "000nnnnnnnnnnnnnkk", check: Check::Iso7064 },
    // Numbers of banks start at 101.
    Country { code: "BA", bban: "000nnnnnnnnnnnkk", check: Check::Iso7064 },
    // Codes of banks have four digits, so the first of the five is 0. The sixth is reserved and 0.
    Country { code: "TR", bban: "9nnnn0nnnnnnnnnnnnnnnn", check: Check::None },
    // No BIC starts with ZZZZ.
    Country { code: "PK", bban: "ZZZZnnnnnnnnnnnnnnnn", check: Check::None },
    // Numbers of entities start at 0001.
    Country { code: "ES", bban: "0000nnnnkknnnnnnnnnn", check: Check::Spain },
    // ABI codes start with 0, 1, 3, 5 or 6.
    Country { code: "IT", bban: "k99999nnnnnnnnnnnnnnnnn", check: Check::Italy },
    // Free in the list of the National Bank.
    Country { code: "BE", bban: "999nnnnnnnkk", check: Check::Belgium },
    // Bank codes end before 99999.
    Country { code: "AT", bban: "99999nnnnnnnnnnn", check: Check::None },
    // Institution numbers have four digits, QR ones five from 30000 to 31999.
    Country { code: "CH", bban: "99999nnnnnnnnnnnn", check: Check::None },
    // No BIC starts with ZZZZ, and Irish sort codes start with 9.
    Country { code: "IE", bban: "ZZZZ00nnnnnnnnnnnn", check: Check::None },
];

/// The country of a code in capitals.
pub(super) fn country(code: &[u8]) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.code.as_bytes() == code)
}

/// The length of a country's IBAN, for those that are known here.
pub(in super::super) fn length_in(code: &[u8]) -> Option<usize> {
    country(code).map(Country::length)
}

/// The codes, for a message.
pub(super) fn known() -> String {
    COUNTRIES.iter().map(|country| country.code).collect::<Vec<_>>().join(", ")
}

/// Replaces each `k`.
pub(super) fn finish(check: Check, bban: &mut [u8]) {
    let digits = |from: &[u8]| from.iter().fold(0u64, |number, digit| number * 10 + u64::from(value(*digit)));
    let weighted = |from: &[u8], weights: &[u32]| -> u32 {
        from.iter().zip(weights).map(|(digit, weight)| value(*digit) * weight).sum()
    };
    match check {
        Check::None => {}
        Check::Belgium => {
            let key = digits(&bban[..10]) % 97;
            put_two(bban, 10, if key == 0 { 97 } else { key });
        }
        Check::Spain => {
            let control = |sum: u32| match 11 - sum % 11 {
                11 => b'0',
                10 => b'1',
                digit => b'0' + digit as u8,
            };
            bban[8] = control(weighted(&bban[..8], &[4, 8, 5, 10, 9, 7, 3, 6]));
            bban[9] = control(weighted(&bban[10..], &[1, 2, 4, 8, 5, 10, 9, 7, 3, 6]));
        }
        Check::Finland => {
            bban[13] = b'0';
            bban[13] += ((10 - luhn_sum(bban.iter().copied()) % 10) % 10) as u8;
        }
        Check::France => {
            let sum = 89 * digits(&bban[..5]) + 15 * digits(&bban[5..10]) + 3 * digits(&bban[10..21]);
            put_two(bban, 21, 97 - sum % 97);
        }
        Check::Italy => bban[0] = italian_letter(&bban[1..]),
        Check::Poland => {
            bban[7] = b'0' + ((10 - weighted(&bban[..7], &[3, 9, 7, 1, 3, 9, 7]) % 10) % 10) as u8;
        }
        Check::Iso7064 => {
            let end = bban.len() - 2;
            let remainder = mod97(bban[..end].iter().copied().chain(*b"00"));
            put_two(bban, end, u64::from(98 - remainder));
        }
    }
}

fn put_two(bban: &mut [u8], at: usize, number: u64) {
    bban[at] = b'0' + (number / 10) as u8;
    bban[at + 1] = b'0' + (number % 10) as u8;
}

/// The CIN of digits: those in odd places count by a table.
fn italian_letter(digits: &[u8]) -> u8 {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let count = |(index, digit): (usize, &u8)| {
        if index % 2 == 0 { ODD[value(*digit) as usize] } else { value(*digit) }
    };
    b'A' + (digits.iter().enumerate().map(count).sum::<u32>() % 26) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the IBAN registry and of the national banks.
    #[test]
    fn national_check_digits_agree_with_published_examples() {
        for (check, holes, whole) in [
            (Check::Belgium, "5390075470kk", "539007547034"),
            (Check::Spain, "21000418kk0200051332", "21000418450200051332"),
            (Check::Finland, "1234560000078k", "12345600000785"),
            (Check::France, "300060000112345678901kk", "30006000011234567890189"),
            (Check::Italy, "k0542811101000000123456", "X0542811101000000123456"),
            (Check::Poland, "1090101k0000071219812874", "109010140000071219812874"),
            (Check::Iso7064, "2600056010016113kk", "260005601001611379"),
            (Check::Iso7064, "12900794010284kk", "1290079401028494"),
        ] {
            let mut bban = holes.as_bytes().to_vec();
            finish(check, &mut bban);
            assert_eq!(String::from_utf8(bban).unwrap(), whole);
        }
    }

    #[test]
    fn lengths_are_those_of_the_registry() {
        let lengths = [
            ("NO", 15),
            ("SE", 24),
            ("DK", 18),
            ("FI", 18),
            ("DE", 22),
            ("GB", 22),
            ("FR", 27),
            ("NL", 18),
            ("PL", 28),
            ("RS", 22),
            ("BA", 20),
            ("TR", 26),
            ("PK", 24),
            ("ES", 24),
            ("IT", 27),
            ("BE", 16),
            ("AT", 20),
            ("CH", 21),
            ("IE", 22),
        ];
        assert_eq!(lengths.len(), COUNTRIES.len());
        for (code, length) in lengths {
            assert_eq!(length_in(code.as_bytes()), Some(length), "{code}");
        }
    }
}
