//! Characters that are spelled: `%40`, `\u0040`, `\n`.

use std::ops::Range;

use super::{Layer, MOST};

/// A run that is undone is no longer than this on either side of the first spelled character.
const LONGEST: usize = 64 << 10;

/// Calls `found` with each run of characters that are spelled.
pub(super) fn visit(text: &str, found: &mut dyn FnMut(Layer, Range<usize>, &str)) {
    let bytes = text.as_bytes();
    if memchr::memchr(b'%', bytes).is_some() {
        runs(
            text,
            b'%',
            |byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'`'),
            &mut |place, run| {
                if let Some(plain) = unpercent(run) {
                    found(Layer::Percent, place, &plain);
                }
            },
        );
    }
    if memchr::memchr(b'\\', bytes).is_some() {
        let whole = text.get(..text.len().min(MOST)).unwrap_or_default();
        if let Some(plain) = unescape(whole) {
            found(Layer::Escaped, 0..whole.len(), &plain);
        }
    }
}

/// The runs of characters that belong together and hold this one.
fn runs(text: &str, holds: u8, belongs: impl Fn(u8) -> bool, visit: &mut dyn FnMut(Range<usize>, &str)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr::memchr(holds, rest)) {
        let mark = at + next;
        let before = bytes.get(at..mark).unwrap_or_default();
        let start = mark - before.iter().rev().take(LONGEST).take_while(|byte| belongs(**byte)).count();
        let after = bytes.get(mark..).unwrap_or_default();
        let end = mark + 1 + after.iter().skip(1).take(LONGEST).take_while(|byte| belongs(**byte)).count();
        if let Some(run) = text.get(start..end) {
            visit(start..end, run);
        }
        at = end;
    }
}

/// `%40` and the like; `None` where there is none. A plus is a space in forms.
fn unpercent(text: &str) -> Option<String> {
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut any = false;
    while let Some((first, after)) = rest.split_first() {
        let spelled = match after {
            [high, low, ..] if *first == b'%' => value(*high).zip(value(*low)),
            _ => None,
        };
        match spelled {
            Some((high, low)) => {
                any = true;
                plain.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    any.then(|| String::from_utf8_lossy(&plain).into_owned())
}

/// The escapes of JSON strings; `None` where there is none.
fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut any = false;
    while let Some(at) = rest.find('\\') {
        plain.push_str(rest.get(..at)?);
        let after = rest.get(at + 1..)?;
        let Some(sign) = after.chars().next() else { break };
        let (character, length) = match sign {
            'n' | 'r' | 't' | 'b' | 'f' => (' ', 1),
            '"' | '\\' | '/' => (sign, 1),
            'u' => code(after).unwrap_or(('\\', 0)),
            _ => ('\\', 0),
        };
        any |= length > 0;
        plain.push(character);
        rest = after.get(length..)?;
    }
    plain.push_str(rest);
    any.then_some(plain)
}

/// `u0040`, or two of them for a character beyond the first plane, and how many bytes that takes.
fn code(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| u16::from_str_radix(text.get(1..5)?, 16).ok();
    let first = unit(text)?;
    if let Some(plain) = char::from_u32(u32::from(first)) {
        return Some((plain, 5));
    }
    let second = text.get(5..)?.strip_prefix('\\').filter(|rest| rest.starts_with('u')).and_then(unit)?;
    char::decode_utf16([first, second]).next()?.ok().map(|character| (character, 11))
}
