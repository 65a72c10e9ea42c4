use std::ops::Range;

use super::{
    engine::Detectors,
    topics::{Context, Topics},
};

/// How many bytes before a number are searched for a telling word: about six words.
const WINDOW_BEFORE: usize = 40;

/// How many bytes after it: `41234567 (mobil)`.
const WINDOW_AFTER: usize = 16;

/// The text that is being scanned, and what is known about it.
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
    pub(super) context: Context,
    pub(super) detectors: &'a Detectors,
    /// How many tokens this text was decoded out of.
    pub(super) depth: u8,
}

impl<'a> Cell<'a> {
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The byte there, 0 past the end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes().get(at).copied().unwrap_or(0)
    }

    /// The byte so many places before, 0 past the start.
    pub(super) fn byte_before(&self, at: usize, places: usize) -> u8 {
        at.checked_sub(places).map_or(0, |at| self.byte(at))
    }

    /// The bytes of a part, none if there is no such part.
    pub(super) fn part(&self, span: Range<usize>) -> &'a [u8] {
        self.bytes().get(span).unwrap_or_default()
    }

    /// The bytes from there on.
    pub(super) fn rest(&self, from: usize) -> &'a [u8] {
        self.bytes().get(from..).unwrap_or_default()
    }

    /// Where a run of such bytes ends.
    pub(super) fn run_end(&self, from: usize, belongs: impl Fn(u8) -> bool) -> usize {
        from + self.rest(from).iter().take_while(|byte| belongs(**byte)).count()
    }

    /// Where a run of such bytes starts that ends there.
    pub(super) fn run_start(&self, to: usize, belongs: impl Fn(u8) -> bool) -> usize {
        to - self.part(0..to).iter().rev().take_while(|byte| belongs(**byte)).count()
    }

    /// What the names around the cell and the words around that part of it are about.
    pub(super) fn topics_near(&self, span: &Range<usize>) -> Topics {
        let before = self.part(span.start.saturating_sub(WINDOW_BEFORE)..span.start);
        let after = self.part(span.end..self.text.len().min(span.end + WINDOW_AFTER));
        self.context.topics | self.detectors.lexicon.of_text(before) | self.detectors.lexicon.of_text(after)
    }

    /// Whether the names or words around are about that. The names are asked first, as they cost nothing.
    pub(super) fn is_about(&self, topics: Topics, span: &Range<usize>) -> bool {
        self.context.topics.has(topics) || self.topics_near(span).has(topics)
    }

    /// Whether a number that stands there stands alone: not inside a word, a decimal number, a time, a UUID or the first
    /// part of an e-mail address.
    pub(super) fn stands_alone(&self, span: &Range<usize>) -> bool {
        let before = self.byte_before(span.start, 1);
        let before_that = self.byte_before(span.start, 2);
        let after = self.byte(span.end);
        let after_that = self.byte(span.end + 1);
        let glued_before = self.is_after_word(span.start)
            || (matches!(before, b'.' | b',' | b':' | b'/' | b'\'' | b'+') && before_that.is_ascii_digit())
            || (before == b'-' && before_that.is_ascii_digit());
        let glued_after = self.is_before_word(span.end)
            || after == b'@'
            || (matches!(after, b'.' | b',' | b':' | b'/' | b'\'' | b'-') && after_that.is_ascii_digit());
        !glued_before && !glued_after && !self.is_in_uuid(span)
    }

    /// Whether a letter of any script, a digit or an underscore stands right before.
    pub(super) fn is_after_word(&self, at: usize) -> bool {
        match self.byte_before(at, 1) {
            byte if byte.is_ascii() => is_wordy(byte),
            _ => self.text.get(..at).and_then(|text| text.chars().next_back()).is_none_or(char::is_alphanumeric),
        }
    }

    /// Whether one stands right there.
    pub(super) fn is_before_word(&self, at: usize) -> bool {
        match self.byte(at) {
            byte if byte.is_ascii() => is_wordy(byte),
            _ => self.text.get(at..).and_then(|text| text.chars().next()).is_none_or(char::is_alphanumeric),
        }
    }

    /// The separator of digit groups that stands there, and its length: spaces that don't break are spaces too.
    pub(super) fn separator(&self, at: usize) -> Option<(u8, usize)> {
        match self.rest(at) {
            [separator @ (b' ' | b'-' | b'.' | b'/'), ..] => Some((*separator, 1)),
            [0xC2, 0xA0, ..] => Some((b' ', 2)),
            [0xE2, 0x80, 0x89 | 0xAF, ..] => Some((b' ', 3)),
            _ => None,
        }
    }

    /// Whether that part belongs to a UUID (RFC 9562, section 4).
    fn is_in_uuid(&self, span: &Range<usize>) -> bool {
        let belongs = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
        let start = self.run_start(span.start, belongs);
        let end = self.run_end(span.end, belongs);
        is_uuid(self.part(start..end))
    }
}

/// Whether this ASCII character is a part of a word: a letter, a digit, an underscore.
pub(super) fn is_wordy(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether this is a UUID with its hyphens.
pub(super) fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether a masked value says so.
pub(super) fn is_marked_as_masked(text: &[u8]) -> bool {
    text.windows(6).any(|part| part.eq_ignore_ascii_case(b"masked"))
}

/// Digits that stand in groups, with one and the same separator, and nothing but these groups: `1234.56.78903`.
pub(super) struct Grouped<const DIGITS: usize> {
    pub(super) digits: [u8; DIGITS],
    pub(super) span: Range<usize>,
    /// What stands between the groups; nothing where there is only one.
    pub(super) separator: Option<u8>,
}

impl Grouped<11> {
    /// Reads a cell of ten digits as eleven of which the first was a zero, as in a column of numbers; only where the
    /// column's name is about such numbers.
    pub(super) fn read_without_zero(cell: &Cell<'_>, place: Range<usize>, topics: Topics) -> Option<Self> {
        if !cell.context.topics.has(topics) || place != (0..cell.text.len()) {
            return None;
        }
        let mut digits = [0; 11];
        for (slot, digit) in digits.iter_mut().skip(1).zip(cell.part(place.clone())) {
            *slot = digit - b'0';
        }
        Some(Self { digits, span: place, separator: None })
    }
}

impl<const DIGITS: usize> Grouped<DIGITS> {
    /// Reads groups of these lengths, of `DIGITS` digits in all, from there on.
    pub(super) fn read(cell: &Cell<'_>, start: usize, groups: &[usize], separators: &[u8]) -> Option<Self> {
        let mut digits = [0; DIGITS];
        let mut slots = digits.iter_mut();
        let (mut at, mut separator) = (start, None);
        for (number, length) in groups.iter().enumerate() {
            if number > 0 {
                let (between, length) = cell.separator(at)?;
                if !separators.contains(&between) || separator.is_some_and(|known| known != between) {
                    return None;
                }
                separator = Some(between);
                at += length;
            }
            let group = cell.part(at..at + length);
            if group.len() != *length || !group.iter().all(u8::is_ascii_digit) {
                return None;
            }
            for digit in group {
                *slots.next()? = digit - b'0';
            }
            at += length;
        }
        let span = start..at;
        (slots.next().is_none() && cell.stands_alone(&span)).then_some(Self { digits, span, separator })
    }
}
