//! Identifiers, by their form and check digits.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::super::account_number::overlay;
use super::super::checksum::{is_account_number, is_iban, is_national_id, luhn_sum};
use super::super::draw::Draw;
use super::super::iban::length_in;
use super::super::ip::addresses_in;
use super::super::{CellError, Row};
use super::{Finds, FreeText};

/// Secrets that can be told by their beginning.
static SECRETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?x-u) -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY (?s:.*?) (?:-----END\ [A-Z\ ]*-----|\z)
        | eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*
        | \b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}
        | \b(?:sk|rk)_(?:test|live|prod)_[A-Za-z0-9]{10,99}
        | \bgh[pousr]_[0-9A-Za-z]{36} | \bgithub_pat_\w{22,} | \bglpat-[\w-]{20,} | \bnpm_[0-9A-Za-z]{36}
        | \bAIza[\w-]{35} | \bwhsec_[A-Za-z0-9+/=]{32,100}
        | \bxox[abeoprs]-[\w-]{8,} | \bxapp-[\w-]{8,} | hooks\.slack\.com/services/[\w/]+
        | \bSG\.[\w=\-.]{66} | \b(?:SK|AC)[0-9a-f]{32}\b
        | \b(?:sbx|prd):[A-Za-z0-9]{24}\.[A-Za-z0-9]{32}
        | \b[\w-]{11,22}:APA91b[\w-]{134}
        | \$2[abxy]\$\d+\$[./A-Za-z0-9]{53} | \$argon2(?:id|i|d)\$[^\s]+
        | otpauth://[^\s]+",
    )
});

/// A user and password in an address, and e-mail.
static ADDRESSES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r#"(?x-u) \b[a-z][a-z0-9+.-]*://[^\s/@:]+(?::[^\s/@]*)?@
        | [^\s@<>"'(),;:\[\]{}|=/\\]+@[A-Za-z0-9\x80-\xFF-]+(?:\.[A-Za-z0-9\x80-\xFF-]+)+"#,
    )
});

/// Numbers of the length and grouping of an IBAN, a card, an account, a person or a telephone; and uuids, to be passed over.
static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?x-u) \b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b
        | \b[A-Za-z]{2}[0-9]{2}(?:\ ?[A-Za-z0-9]){11,30}\b
        | (?:\+|\b00)[1-9](?:[\ .()/-]{0,2}[0-9]){6,14}
        | \b[0-9]{4}[\ -][0-9]{4}[\ -][0-9]{4}[\ -][0-9]{1,7}\b
        | \b[0-9]{4}[\ -][0-9]{6}[\ -][0-9]{5}\b
        | \b[0-9]{4}[.\ ][0-9]{2}[.\ ][0-9]{5}\b
        | \b[0-9]{6}[\ -][0-9]{5}\b
        | \b[0-9]{8,}\b
        | \b[49][0-9]{2}\ [0-9]{2}\ [0-9]{3}\b
        | \b[2-9][0-9](?:\ [0-9]{2}){3}\b",
    )
});

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Finds them all, in the order in which one may hold another.
pub(super) fn find(masks: &FreeText, text: &str, row: &Row<'_>, finds: &mut Finds) -> Result<(), CellError> {
    let bytes = text.as_bytes();
    let has_at = memchr::memchr(b'@', bytes).is_some();
    let has_digit = bytes.iter().any(u8::is_ascii_digit);
    let has_key = has_digit || memchr::memmem::find(bytes, b"PRIVATE KEY").is_some();
    if has_key || memchr::memmem::find(bytes, b"://").is_some() {
        for place in matches(&SECRETS, text) {
            finds.add(place.clone(), |out| masks.token.put(text.get(place).unwrap_or_default(), out));
        }
    }
    if has_at {
        find_addresses(masks, text, row, finds)?;
    }
    if !has_digit && memchr::memchr(b':', bytes).is_none() {
        return Ok(());
    }
    if has_digit {
        masks.foreign_ids.find(text, row, finds)?;
    }
    find_ibans_and_numbers(masks, text, finds);
    for (place, address) in addresses_in(text) {
        if is_version(text, place.start) {
            continue;
        }
        finds.add(place, |out| out.extend_from_slice(masks.ip.address(address).to_string().as_bytes()));
    }
    Ok(())
}

/// `Chrome/141.0.0.0` is a product and its version (RFC 9110, 10.1.5).
fn is_version(text: &str, at: usize) -> bool {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    before.ends_with(b"/") && before.iter().rev().nth(1).is_some_and(u8::is_ascii_alphabetic)
}

fn matches(pattern: &'static LazyLock<Option<Regex>>, text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    pattern.as_ref().into_iter().flat_map(move |regex| regex.find_iter(text.as_bytes()).map(|found| found.range()))
}

fn find_addresses(masks: &FreeText, text: &str, row: &Row<'_>, finds: &mut Finds) -> Result<(), CellError> {
    for place in matches(&ADDRESSES, text) {
        let Some(found) = text.get(place.clone()) else { continue };
        if let Some((scheme, _)) = found.split_once("://") {
            finds.add(place, |out| out.extend_from_slice(format!("{scheme}://masked:masked@").as_bytes()));
            continue;
        }
        let address = found.trim_start_matches('.');
        let start = place.end - address.len();
        let mut fake = Vec::new();
        masks.email.put(address, row, &mut fake)?;
        finds.add(start..place.end, |out| out.append(&mut fake));
    }
    Ok(())
}

/// Looks at every candidate; behind one that is nothing, the search goes on inside it.
fn find_ibans_and_numbers(masks: &FreeText, text: &str, finds: &mut Finds) {
    let Some(pattern) = NUMBERS.as_ref() else { return };
    let mut from = 0;
    while let Some(found) = pattern.find_at(text.as_bytes(), from) {
        let (start, candidate) = (found.start(), text.get(found.range()).unwrap_or_default());
        if is_uuid(candidate) {
            from = found.end();
            continue;
        }
        let length = if candidate.starts_with(|c: char| c.is_ascii_alphabetic()) {
            iban_at(candidate)
        } else {
            (!glued(text, &found.range()) && is_number(candidate)).then_some(candidate.len())
        };
        from = match length {
            Some(length) => {
                let end = start + length;
                finds.add(start..end, |out| put_number(masks, text.get(start..end).unwrap_or_default(), out));
                end
            }
            // A word that only looks like an IBAN may be followed by a number: go on behind its first two letters.
            None if candidate.starts_with(|c: char| c.is_ascii_alphabetic()) => start + 2,
            None => found.end(),
        };
    }
}

/// Whether a number goes on before or behind: `3.14159265358` and `2024-11-21` and `id_12345678` are no telephones.
fn glued(text: &str, place: &std::ops::Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let before = place.start.checked_sub(1).and_then(|at| bytes.get(at));
    let fraction = before.is_some_and(|byte| matches!(byte, b'.' | b','))
        && place.start.checked_sub(2).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    // Letters outside ASCII aren't word characters to the pattern.
    fraction || before.is_some_and(|byte| *byte >= 0x80 && text.get(..place.start).is_some_and(ends_with_letter))
}

fn ends_with_letter(text: &str) -> bool {
    text.chars().next_back().is_some_and(char::is_alphanumeric)
}

/// Whether a candidate is a uuid, which names a row and nobody else.
fn is_uuid(candidate: &str) -> bool {
    candidate.len() == 36
        && candidate.bytes().enumerate().filter(|(_, byte)| *byte == b'-').map(|(at, _)| at).eq([8, 13, 18, 23])
}

/// How much of a candidate is an IBAN.
fn iban_at(candidate: &str) -> Option<usize> {
    let compact: Vec<u8> = candidate.bytes().filter(|b| *b != b' ').map(|b| b.to_ascii_uppercase()).collect();
    let expected = length_in(compact.get(..2)?);
    let lengths = expected.map_or(15..=34, |length| length..=length);
    let length = lengths.rev().find(|length| compact.get(..*length).is_some_and(is_iban))?;
    let mut seen = 0;
    let end = candidate.bytes().position(|byte| {
        seen += usize::from(byte != b' ');
        seen == length
    })?;
    let ends_a_word = candidate.as_bytes().get(end + 1).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    ends_a_word.then_some(end + 1)
}

/// Whether digits in this grouping identify somebody.
fn is_number(candidate: &str) -> bool {
    let digits: Vec<u8> = candidate.bytes().filter(u8::is_ascii_digit).collect();
    let grouped = candidate.len() != digits.len();
    match digits.len() {
        _ if candidate.starts_with(['+']) || (candidate.starts_with("00") && digits.len() <= 17) => true,
        8 if grouped => true,
        8 => matches!(digits.first(), Some(b'4' | b'9')),
        11 if grouped => is_account_number(&digits) || is_national_id(&digits),
        13..=19 if grouped => luhn_sum(digits.iter().copied()).is_multiple_of(10),
        _ => !grouped,
    }
}

/// Appends the fake of a number of whatever kind it is.
fn put_number(masks: &FreeText, number: &str, out: &mut Vec<u8>) {
    let digits: Vec<u8> = number.bytes().filter(u8::is_ascii_digit).collect();
    if number.starts_with(|c: char| c.is_ascii_alphabetic()) {
        masks.iban.put(number, out);
    } else if number.starts_with('+') || number.starts_with("00") && digits.len() <= 17 || digits.len() == 8 {
        masks.phone.put(number, out);
    } else if digits.len() == 11 && is_national_id(&digits) {
        overlay(number, &masks.national_id.digits(&digits), out);
    } else if digits.len() == 11 {
        overlay(number, &masks.account.digits(&digits), out);
    } else {
        overlay(number, &long_digits(masks, &digits), out);
    }
}

/// As many digits, of the range that no card network issues (ISO/IEC 7812: first digit 0), with a valid Luhn digit where a
/// card has one. Never two zeros first, which would make a telephone number with its country of it (ITU-T E.123).
fn long_digits(masks: &FreeText, digits: &[u8]) -> Vec<u8> {
    let mut draw = Draw::new(&masks.digits, digits);
    let mut fake: Vec<u8> = digits.iter().map(|_| draw.digit()).collect();
    if let Some(first) = fake.first_mut() {
        *first = b'0';
    }
    if let Some(second) = fake.get_mut(1).filter(|second| **second == b'0') {
        *second = b'1' + draw.below(9) as u8;
    }
    if (13..=19).contains(&fake.len())
        && luhn_sum(digits.iter().copied()).is_multiple_of(10)
        && let Some((last, before)) = fake.split_last_mut()
    {
        let sum = luhn_sum(before.iter().copied().chain([b'0']).collect::<Vec<_>>().into_iter());
        *last = b'0' + ((10 - sum % 10) % 10) as u8;
    }
    fake
}
