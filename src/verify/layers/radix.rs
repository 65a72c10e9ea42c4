//! Base64 and hexadecimal digits inside a text.

use std::ops::Range;

use super::{Layer, MOST};

/// Shorter runs hold no more than eleven bytes.
const SHORTEST: usize = 16;

/// So many bytes are decoded first; where they are neither text nor a file, nothing more is.
const PROBE: usize = 12;

/// Told of bytes, and where in a text they are written.
type Found<'a> = dyn FnMut(Layer, Range<usize>, &[u8]) + 'a;

/// Calls `found` with the bytes behind each run of such digits that begins like a text or a file.
pub(super) fn visit(text: &str, found: &mut Found<'_>) {
    let bytes = text.as_bytes();
    // A run that is long enough covers one of these places, so most of a text is never looked at.
    let mut at = SHORTEST - 1;
    while let Some(byte) = bytes.get(at) {
        if !is_digit(*byte) {
            at += SHORTEST;
            continue;
        }
        let before = bytes.get(..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|byte| is_digit(**byte)).count();
        let end = at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_digit(**byte)).count();
        if end - start >= SHORTEST {
            run(bytes, start..end, found);
        }
        at = end + SHORTEST - 1;
    }
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn run(bytes: &[u8], place: Range<usize>, found: &mut Found<'_>) {
    let digits = bytes.get(place.clone()).unwrap_or_default();
    // PostgreSQL writes bytes as `\x…`; programs write `0x…`.
    let after_x = digits.strip_prefix(b"0x").or(digits.strip_prefix(b"x"));
    let hex = after_x.unwrap_or(digits);
    if hex.len().is_multiple_of(2) && hex.iter().all(u8::is_ascii_hexdigit) {
        if hex.get(..2 * PROBE).and_then(unhex).is_some_and(|probe| is_worth_it(&probe))
            && let Some(decoded) = unhex(hex.get(..hex.len().min(2 * MOST)).unwrap_or_default())
        {
            found(Layer::Hexadecimal, place, &decoded);
        }
        return;
    }
    // Letters alone are words far more often; random digits have all kinds.
    if digits.get(..PROBE / 3 * 4).and_then(unbase64).is_some_and(|probe| is_worth_it(&probe))
        && let Some(decoded) = unbase64(digits.get(..digits.len().min(MOST / 3 * 4)).unwrap_or_default())
    {
        found(Layer::Base64, place, &decoded);
    }
}

/// Whether this is how a text or a file that can be opened begins.
fn is_worth_it(probe: &[u8]) -> bool {
    let is_file = matches!(
        probe,
        [0x1f, 0x8b, ..]
            | [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..]
            | [b'P', b'K', 3 | 5, 4 | 6, ..]
            | [0xff, 0xd8, 0xff, ..]
            | [0x89, b'P', b'N', b'G', ..]
            | [b'R', b'I', b'F', b'F', ..]
    );
    let is_plain = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..);
    // The last character may be cut.
    let is_text = probe.iter().all(is_plain)
        && match std::str::from_utf8(probe) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none(),
        };
    is_file || is_text
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    digits.chunks_exact(2).map(|pair| Some(value(*pair.first()?)? << 4 | value(*pair.last()?)?)).collect()
}

/// Decodes both alphabets of RFC 4648, without padding, which isn't part of a run.
pub(in crate::verify) fn unbase64(digits: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut bits, mut held) = (0u32, 0);
    for digit in digits {
        let six = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            decoded.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(decoded)
}
