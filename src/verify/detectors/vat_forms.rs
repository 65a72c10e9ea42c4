//! The forms and check digits of VAT numbers, country by country (European Commission, "VAT number validation"; national
//! registers).

use super::checks::{luhn, mod_11, mod_11_10, number, weighted};

/// What is known of a number that has the form of its country's.
pub(super) enum Checked {
    /// Nobody has it.
    Synthetic,
    /// The country has check digits, which one in so many random numbers fits.
    Digits { by_chance: f64, passed: bool },
    /// The country has none, or none that is public.
    FormOnly,
}

/// Judges what stands behind the letters of a country, if it has the form of that country's numbers.
pub(super) fn judge(country: [u8; 2], body: &[u8]) -> Option<Checked> {
    let digits: Vec<u8> = body.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0').collect();
    let form = form(country)?;
    if !form.split('|').any(|form| fits(form.as_bytes(), body)) {
        return None;
    }
    if digits.starts_with(&[0, 0, 0]) || is_of_nobodys_organisation(country, &digits) {
        return Some(Checked::Synthetic);
    }
    Some(match passes(country, body, &digits) {
        Some(passed) => Checked::Digits { by_chance: chance(country), passed },
        None => Checked::FormOnly,
    })
}

/// `9` is a digit, `A` a letter, `*` either; anything else is itself. Forms are separated by bars.
fn form(country: [u8; 2]) -> Option<&'static str> {
    Some(match &country {
        b"AT" => "U99999999",
        b"BE" => "9999999999",
        b"BG" => "999999999|9999999999",
        b"CY" => "99999999A",
        b"CZ" => "99999999|999999999|9999999999",
        b"DE" | b"EE" | b"EL" | b"GR" | b"PT" => "999999999",
        b"DK" | b"FI" | b"HU" | b"LU" | b"MT" | b"SI" => "99999999",
        b"ES" => "A9999999*|99999999A",
        b"FR" => "**999999999",
        b"GB" | b"XI" => "999999999|999999999999",
        b"HR" | b"IT" | b"LV" => "99999999999",
        b"IE" => "9999999A|9999999AA|9*99999A",
        b"LT" => "999999999|999999999999",
        b"NL" => "999999999B99",
        b"NO" => "999999999",
        b"PL" | b"SK" => "9999999999",
        b"RO" => "99999999|999999999|9999999999",
        b"SE" => "999999999901",
        _ => return None,
    })
}

fn fits(form: &[u8], body: &[u8]) -> bool {
    form.len() == body.len()
        && form.iter().zip(body).all(|(form, byte)| match form {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'*' => byte.is_ascii_alphanumeric(),
            form => form == byte,
        })
}

/// Numbers of organisations that don't exist begin so: NO with 2 or 3, SE with 4, DK and FI with 9, GB companies with 99.
fn is_of_nobodys_organisation(country: [u8; 2], digits: &[u8]) -> bool {
    matches!(
        (&country, digits),
        (b"NO", [2 | 3, ..]) | (b"SE", [4, ..]) | (b"DK" | b"FI", [9, ..]) | (b"GB" | b"XI", [9, 9, ..])
    )
}

/// The share of random numbers of this form that pass.
fn chance(country: [u8; 2]) -> f64 {
    match &country {
        b"BE" | b"FR" => 1.0 / 97.0,
        b"GB" | b"XI" => 2.0 / 97.0,
        b"LU" => 1.0 / 89.0,
        b"IE" | b"NL" => 0.15,
        b"ES" => 1.0 / 10.0,
        _ => 1.0 / 9.0,
    }
}

/// Whether the check digits fit; `None` where the country has none that is known here.
fn passes(country: [u8; 2], body: &[u8], digits: &[u8]) -> Option<bool> {
    let weigh = |weights: &[u32]| weighted(digits, weights);
    let check = u32::from(*digits.last()?);
    let part = |from: usize, to: usize| number(digits.get(from..to).unwrap_or_default());
    Some(match &country {
        b"AT" => {
            let sum: u32 = digits.iter().take(7).enumerate().map(|(at, digit)| cross_sum(*digit, at)).sum();
            (96 - sum) % 10 == check
        }
        b"BE" => part(8, 10) == 97 - part(0, 8) % 97,
        b"DE" => mod_11_10(digits),
        b"DK" => mod_11(digits, &[2, 7, 6, 5, 4, 3, 2, 1]),
        b"EE" => (weigh(&[3, 7, 1, 3, 7, 1, 3, 7]) + check).is_multiple_of(10),
        b"EL" | b"GR" => weigh(&[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == check,
        b"ES" => spanish(body, digits)?,
        b"FI" => mod_11(digits, &[7, 9, 10, 5, 8, 4, 2, 1]),
        b"FR" if body.iter().all(u8::is_ascii_digit) => part(0, 2) == (12 + 3 * (part(2, 11) % 97)) % 97,
        b"GB" | b"XI" => {
            let sum = weigh(&[8, 7, 6, 5, 4, 3, 2]) + part(7, 9);
            sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)
        }
        b"HR" => mod_11_10(digits),
        b"HU" => (weigh(&[9, 7, 3, 1, 9, 7, 3]) + check).is_multiple_of(10),
        b"IE" if fits(b"9999999A", body) => {
            body.last() == b"WABCDEFGHIJKLMNOPQRSTUV".get(weigh(&[8, 7, 6, 5, 4, 3, 2]) as usize % 23)
        }
        b"IT" => luhn(digits),
        b"LU" => part(0, 6) % 89 == part(6, 8),
        b"NL" => {
            weighted(digits.get(..8)?, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == u32::from(*digits.get(8)?) || mod_97(body)
        }
        b"NO" => mod_11(digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]),
        b"PL" => weigh(&[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == check,
        b"PT" => (11 - weigh(&[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == check,
        b"SE" => luhn(digits.get(..10)?),
        b"SI" => (11 - weigh(&[8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == check,
        _ => return None,
    })
}

/// Austria: every second digit is doubled, and its digits added.
fn cross_sum(digit: u8, at: usize) -> u32 {
    let doubled = u32::from(digit) * if at % 2 == 1 { 2 } else { 1 };
    doubled / 10 + doubled % 10
}

/// Spain: a letter for people (NIF), a digit or letter for companies (CIF).
fn spanish(body: &[u8], digits: &[u8]) -> Option<bool> {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let last = *body.last()?;
    let seven = digits.get(..7)?;
    match body.first()? {
        b'0'..=b'9' => Some(LETTERS.get(number(digits.get(..8)?) as usize % 23) == Some(&last)),
        first @ b'X'..=b'Z' => {
            let whole = u32::from(first - b'X') * 10_000_000 + number(seven);
            Some(LETTERS.get(whole as usize % 23) == Some(&last))
        }
        _ => {
            let sum: u32 = seven.iter().enumerate().map(|(at, digit)| cross_sum(*digit, at + 1)).sum();
            let check = (10 - sum % 10) % 10;
            Some(last == b'0' + check as u8 || b"JABCDEFGHI".get(check as usize) == Some(&last))
        }
    }
}

/// The Netherlands since 2020: the whole, with its letters as numbers, is 1 mod 97 (`NL` is 23 21).
fn mod_97(body: &[u8]) -> bool {
    let rest = b"NL".iter().chain(body).fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter - b'A') + 10) % 97,
    });
    rest == 1
}
