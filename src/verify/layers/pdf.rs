//! The text of a PDF (ISO 32000-1): what its content streams show, and the strings of its objects, such as the author.
//!
//! Fonts with encodings of their own show other characters than they hold; those PDFs give nothing here.

use super::{Layer, MOST, archives::inflated, loose};

/// Streams that are opened.
const MOST_STREAMS: usize = 2000;

pub(super) fn visit(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) {
    let mut left = MOST;
    give(bytes, found);
    let mut at = 0;
    for _ in 0..MOST_STREAMS {
        let Some(next) = bytes.get(at..).and_then(|rest| memchr::memmem::find(rest, b"stream")) else { break };
        let start = at + next + b"stream".len();
        let body = bytes.get(start..).unwrap_or_default();
        let body = body.strip_prefix(b"\r\n").or(body.strip_prefix(b"\n")).unwrap_or(body);
        let length = memchr::memmem::find(body, b"endstream").unwrap_or(body.len());
        let body = body.get(..length).unwrap_or_default();
        let plain = inflated(body, left);
        left = left.saturating_sub(plain.len());
        give(&plain, found);
        at = start + length;
        if left == 0 {
            break;
        }
    }
}

fn give(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) {
    let text = strings(bytes);
    if text.iter().any(|byte| !byte.is_ascii_whitespace()) {
        found(Layer::Pdf, &loose(&text));
    }
}

/// The strings in parentheses and angle brackets. Those of one array belong to one line, as its numbers only move letters;
/// so do those before one operator that shows text without moving to another line.
fn strings(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'(' => at = literal(bytes, at, &mut text),
            // A dictionary.
            b'<' if bytes.get(at) == Some(&b'<') => at += 1,
            b'<' => at = hexadecimal(bytes, at, &mut text),
            // Td, TD, T*, ET, and the end of an object.
            b'T' if matches!(bytes.get(at), Some(b'd' | b'D' | b'*' | b'm')) => text.push(b'\n'),
            b'E' if bytes.get(at) == Some(&b'T') => text.push(b'\n'),
            b'/' => text.push(b'\n'),
            b'>' if bytes.get(at) == Some(&b'>') => text.push(b'\n'),
            _ => {}
        }
    }
    text
}

/// Reads a string in parentheses, and gives where it ends.
fn literal(bytes: &[u8], start: usize, text: &mut Vec<u8>) -> usize {
    let (mut at, mut depth) = (start, 1);
    let begins = text.len();
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                if let Some(escaped) = bytes.get(at) {
                    text.push(if matches!(escaped, b'n' | b'r' | b't') { b' ' } else { *escaped });
                    at += 1;
                }
            }
            b'(' => depth += 1,
            b')' if depth == 1 => break,
            b')' => depth -= 1,
            byte => text.push(*byte),
        }
    }
    narrow(text, begins);
    at
}

/// Reads hexadecimal digits, and gives where they end.
fn hexadecimal(bytes: &[u8], start: usize, text: &mut Vec<u8>) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let Some(length) = memchr::memchr(b'>', rest) else { return start };
    let value = |byte: &u8| char::from(*byte).to_digit(16).map(|value| value as u8);
    let digits: Vec<u8> = rest.get(..length).unwrap_or_default().iter().filter_map(value).collect();
    let begins = text.len();
    text.extend(digits.chunks(2).map(|pair| pair.first().unwrap_or(&0) << 4 | pair.get(1).unwrap_or(&0)));
    narrow(text, begins);
    start + length + 1
}

/// UTF-16 with its mark becomes UTF-8.
fn narrow(text: &mut Vec<u8>, begins: usize) {
    let Some([0xfe, 0xff, wide @ ..]) = text.get(begins..) else { return };
    let units = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let narrow: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.truncate(begins);
    text.extend_from_slice(narrow.as_bytes());
}
