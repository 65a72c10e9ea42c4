//! Rewriting the leaves of a JSON document (RFC 8259). Everything else stays as it is, byte for byte: the order of keys, keys
//! that occur twice, the way numbers are written, white space.

use std::borrow::Cow;

use super::super::CellError;
use crate::rules::json_path::{Child, Step};
use crate::rules::json_text::Cursor;

/// Deeper documents are an error, not a deep stack.
const DEEPEST: usize = 200;

/// PostgreSQL's own limit of a field, 1 GiB less a little.
const LARGEST: usize = (1 << 30) - 64;

/// A leaf, as it is in the document.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Leaf<'a> {
    /// A string, with its escapes taken away.
    Text(Cow<'a, str>),
    /// A number as it is written.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// Why a document could not be rewritten.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Trouble {
    /// It isn't JSON.
    Malformed,
    /// It is, and something else is wrong.
    Cell(CellError),
}

/// What stands in place of a leaf: appended, or `false` for the leaf itself.
pub(in super::super) trait LeafMask {
    /// Appends the new leaf as JSON; `false` if the old one stays.
    fn leaf(&mut self, leaf: Leaf<'_>, out: &mut Vec<u8>) -> Result<bool, CellError>;

    /// Appends the new name of the member that was entered last, as JSON; `false` if the old one stays, as it does for most.
    fn key(&mut self, _key: &str, _out: &mut Vec<u8>) -> Result<bool, CellError> {
        Ok(false)
    }

    /// Whether [`Child::length`] is wanted, which takes another look at every array.
    fn wants_lengths(&self) -> bool {
        false
    }

    /// A member or element comes next.
    fn enter(&mut self, _child: &Child<'_, '_>) {}

    /// The one that was entered last is done.
    fn leave(&mut self) {}
}

/// Appends the document with its leaves replaced.
pub(in super::super) fn rewrite(text: &str, mask: &mut dyn LeafMask, out: &mut Vec<u8>) -> Result<(), Trouble> {
    let mut document = Document { cursor: Cursor::new(text), copied: 0, depth: 0, mask, out };
    document.cursor.space();
    document.value()?;
    document.cursor.space();
    if document.cursor.at() != text.len() {
        return Err(Trouble::Malformed);
    }
    document.copy_to(text.len())
}

struct Document<'a, 'm> {
    cursor: Cursor<'a>,
    /// Up to where the document has been written.
    copied: usize,
    depth: usize,
    mask: &'m mut dyn LeafMask,
    out: &'m mut Vec<u8>,
}

impl<'a> Document<'a, '_> {
    fn value(&mut self) -> Result<(), Trouble> {
        if self.depth > DEEPEST {
            return Err(Trouble::Cell(CellError(format!("the document is nested more than {DEEPEST} deep"))));
        }
        let start = self.cursor.at();
        let leaf = match self.cursor.peek() {
            Some(b'{') => return self.object(),
            Some(b'[') => return self.array(),
            Some(b'"') => Leaf::Text(self.cursor.string().ok_or(Trouble::Malformed)?),
            Some(b'-' | b'0'..=b'9') => Leaf::Number(self.cursor.number()),
            _ => match self.cursor.run(|byte| byte.is_ascii_lowercase()) {
                "true" => Leaf::Bool(true),
                "false" => Leaf::Bool(false),
                "null" => Leaf::Null,
                _ => return Err(Trouble::Malformed),
            },
        };
        self.copy_to(start)?;
        if self.mask.leaf(leaf, self.out).map_err(Trouble::Cell)? {
            self.copied = self.cursor.at();
        }
        Ok(())
    }

    fn object(&mut self) -> Result<(), Trouble> {
        self.cursor.take(b'{');
        self.cursor.space();
        if self.cursor.take(b'}') {
            return Ok(());
        }
        loop {
            let start = self.cursor.at();
            let name = self.cursor.string().ok_or(Trouble::Malformed)?;
            let end = self.cursor.at();
            self.cursor.space();
            if !self.cursor.take(b':') {
                return Err(Trouble::Malformed);
            }
            self.cursor.space();
            let step = Step::Name(name);
            self.mask.enter(&Child { step: &step, length: 0, value: self.cursor.rest() });
            self.copy_to(start)?;
            if let Step::Name(name) = &step
                && self.mask.key(name, self.out).map_err(Trouble::Cell)?
            {
                self.copied = end;
            }
            if self.part(b'}')? {
                return Ok(());
            }
        }
    }

    fn array(&mut self) -> Result<(), Trouble> {
        let length = if self.mask.wants_lengths() { self.cursor.count_elements().unwrap_or(0) } else { 0 };
        self.cursor.take(b'[');
        self.cursor.space();
        if self.cursor.take(b']') {
            return Ok(());
        }
        for index in 0.. {
            self.mask.enter(&Child { step: &Step::Index(index), length, value: self.cursor.rest() });
            if self.part(b']')? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The value of a member or an element, and what comes behind it; true if it was the last.
    fn part(&mut self, end: u8) -> Result<bool, Trouble> {
        self.depth += 1;
        self.value()?;
        self.depth -= 1;
        self.mask.leave();
        self.cursor.space();
        if self.cursor.take(end) {
            return Ok(true);
        }
        if !self.cursor.take(b',') {
            return Err(Trouble::Malformed);
        }
        self.cursor.space();
        Ok(false)
    }

    fn copy_to(&mut self, end: usize) -> Result<(), Trouble> {
        self.out.extend_from_slice(self.cursor.text().get(self.copied..end).unwrap_or_default().as_bytes());
        self.copied = end;
        if self.out.len() > LARGEST {
            return Err(Trouble::Cell(CellError("the masked document is larger than a field can be".to_owned())));
        }
        Ok(())
    }
}

/// Appends a text as a JSON string.
pub(in super::super) fn put_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Whether a text is a JSON number.
pub(in super::super) fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && serde_json::from_str::<serde_json::Number>(text).is_ok()
}

/// A masked number as JSON writes it, if it still is one: without the signs, spaces and zeros in front that numbers of people
/// have and JSON's have not.
pub(in super::super) fn as_number(text: &str) -> Option<Cow<'_, str>> {
    if is_number(text) {
        return Some(Cow::Borrowed(text));
    }
    let digits: String = text.trim_start_matches('+').chars().filter(|c| !c.is_whitespace()).collect();
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let significant = digits.trim_start_matches('0');
    is_whole.then(|| Cow::Owned(if significant.is_empty() { "0".to_owned() } else { significant.to_owned() }))
}
