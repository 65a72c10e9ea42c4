//! The digits of a number in the text that it stands in.

use std::borrow::Cow;

use super::extension::Extension;

/// The number in a text, and its extension. Other letters end it, so a note is dropped.
pub(super) fn number_in(text: &str) -> (Cow<'_, str>, Option<Extension<'_>>) {
    if is_plain(text) {
        return (Cow::Borrowed(text), None);
    }
    let from = text.find(|c: char| c.is_ascii_digit() || c == '+' || c == '(').unwrap_or(0);
    let text = text.get(from..).unwrap_or_default();
    let first_digit = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let ends = |(at, c): &(usize, char)| {
        // A plus sign behind a digit begins another number.
        let goes_on =
            matches!(c, '0'..='9' | ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}') || (*c == '+' && *at < first_digit);
        !goes_on
    };
    let end = text.char_indices().find(ends).map_or(text.len(), |(at, _)| at);
    let number = text.get(..end).unwrap_or_default();
    let extension = Extension::read(text.get(number.trim_end_matches([' ', '\u{a0}']).len()..).unwrap_or_default());
    let mut text = Cow::Borrowed(number);
    if text.contains(['(', '\u{a0}']) {
        text = text.replace("(0)", "").replace('\u{a0}', " ").into();
    }
    if text.starts_with("(0") || text.starts_with("(+") {
        text = text.replace(['(', ')'], "").into();
    }
    let trimmed = text.trim_end_matches(|c: char| !c.is_ascii_digit() && c != ')').len();
    let number = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..trimmed).unwrap_or_default()),
        Cow::Owned(mut text) => {
            text.truncate(trimmed);
            Cow::Owned(text)
        }
    };
    (number, extension)
}

/// Whether a text is a number as nearly all are written: digits from its beginning to its end, behind a plus sign if need
/// be, and nothing between them but spaces and the like.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text).as_bytes();
    let belongs = |byte: &u8| byte.is_ascii_digit() | matches!(byte, b' ' | b'-' | b'.' | b'/');
    let [first, .., last] = digits else { return false };
    first.is_ascii_digit() && last.is_ascii_digit() && digits.iter().fold(true, |all, byte| all & belongs(byte))
}

/// What follows the first so many digits.
pub(super) fn after_digits(text: &str, count: usize) -> &str {
    let mut digits = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit());
    let end = if count == 0 { 0 } else { digits.nth(count - 1).map_or(text.len(), |(index, _)| index + 1) };
    text.get(end..).unwrap_or_default()
}
