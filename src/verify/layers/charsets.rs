//! Bytes that are text, though not in UTF-8.

use super::{Layer, MOST};

/// A shorter run of two-byte characters is met in any binary file.
const SHORTEST: usize = 6;

/// So many bytes are looked at before the rest is.
const PROBE: usize = 4096;

/// Calls `found` with the text, if there is some that UTF-8 doesn't show.
pub(super) fn visit(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) -> bool {
    let bytes = bytes.get(..MOST).unwrap_or(bytes);
    if memchr::memchr(0, bytes).is_some() {
        let text = utf16(bytes);
        if !text.is_empty() {
            found(Layer::Utf16, &text);
        }
        return !text.is_empty();
    }
    let is_latin1 = bytes.len() >= SHORTEST && std::str::from_utf8(bytes).is_err() && is_text(bytes);
    if is_latin1 {
        found(Layer::Latin1, &bytes.iter().map(|byte| latin1(*byte)).collect::<String>());
    }
    is_latin1
}

/// The runs of characters up to U+00FF between which every other byte is zero, a line each: so it is in either order of bytes.
fn utf16(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while let Some(zero) = bytes.get(at..).and_then(|rest| memchr::memchr(0, rest)) {
        let zero = at + zero;
        // What is before the zero begins a run of the one order, what is behind it one of the other.
        let before = zero.checked_sub(1).filter(|before| *before >= at && is_printable(bytes.get(*before)));
        let start = before.unwrap_or(zero + 1);
        let mut end = start;
        while is_printable(bytes.get(end)) && (end == start || bytes.get(end - 1) == Some(&0)) {
            end += 2;
        }
        if (end - start) / 2 >= SHORTEST {
            if !text.is_empty() {
                text.push('\n');
            }
            text.extend((start..end).step_by(2).filter_map(|at| bytes.get(at)).map(|byte| latin1(*byte)));
        }
        at = end.max(zero + 1);
    }
    text
}

fn is_printable(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0xa0..))
}

/// Whether it reads as text: nothing that isn't printed, and mostly ASCII.
fn is_text(bytes: &[u8]) -> bool {
    let probe = bytes.get(..PROBE).unwrap_or(bytes);
    let is_odd = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || *byte == 0x7f;
    let high = probe.iter().filter(|byte| **byte >= 0x80).count();
    !probe.iter().any(is_odd) && high * 2 < probe.len()
}

/// A character of Windows-1252, whose quotes and dashes stand where ISO 8859-1 has control characters.
fn latin1(byte: u8) -> char {
    match byte {
        0x91 | 0x92 => '\'',
        0x93 | 0x94 => '"',
        0x96 | 0x97 => '-',
        0x80..=0x9f => ' ',
        _ => char::from(byte),
    }
}
