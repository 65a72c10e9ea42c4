//! Rewriting the leaves of a JSON document (RFC 8259). Everything else stays as it is, byte for byte: the order of keys, keys
//! that occur twice, the way numbers are written, white space.

use std::borrow::Cow;

use super::super::CellError;
use crate::rules::json_path::Step;

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
    /// `true`, `false` or `null`.
    Word,
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
    fn leaf(&mut self, place: &[Step<'_>], leaf: Leaf<'_>, out: &mut Vec<u8>) -> Result<bool, CellError>;

    /// Appends the new name of a member as JSON; `false` if the old one stays, as it does for most.
    fn key(&mut self, _key: &str, _out: &mut Vec<u8>) -> Result<bool, CellError> {
        Ok(false)
    }
}

/// Appends the document with its leaves replaced.
pub(in super::super) fn rewrite(text: &str, mask: &mut dyn LeafMask, out: &mut Vec<u8>) -> Result<(), Trouble> {
    let mut document = Document { text, at: 0, copied: 0, place: Vec::new(), mask, out };
    document.space();
    document.value()?;
    document.space();
    if document.at != text.len() {
        return Err(Trouble::Malformed);
    }
    document.copy_to(text.len())
}

struct Document<'a, 'm> {
    text: &'a str,
    at: usize,
    /// Up to where the document has been written.
    copied: usize,
    place: Vec<Step<'a>>,
    mask: &'m mut dyn LeafMask,
    out: &'m mut Vec<u8>,
}

impl<'a> Document<'a, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Result<(), Trouble> {
        if self.place.len() > DEEPEST {
            return Err(Trouble::Cell(CellError(format!("the document is nested more than {DEEPEST} deep"))));
        }
        let start = self.at;
        match self.peek() {
            Some(b'{') => self.container(b'}', true),
            Some(b'[') => self.container(b']', false),
            Some(b'"') => {
                let text = self.string()?;
                self.replace(start, Leaf::Text(text))
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.run(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
                self.replace(start, Leaf::Number(number))
            }
            _ => match self.run(|byte| byte.is_ascii_lowercase()) {
                "true" | "false" | "null" => self.replace(start, Leaf::Word),
                _ => Err(Trouble::Malformed),
            },
        }
    }

    /// An object or an array, from its opening bracket.
    fn container(&mut self, end: u8, named: bool) -> Result<(), Trouble> {
        self.at += 1;
        self.space();
        if self.take(end) {
            return Ok(());
        }
        for index in 0.. {
            let step = if named { Step::Name(self.name()?) } else { Step::Index(index) };
            self.place.push(step);
            self.space();
            self.value()?;
            self.place.pop();
            self.space();
            if self.take(end) {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(Trouble::Malformed);
            }
            self.space();
        }
        Ok(())
    }

    /// A key and its colon.
    fn name(&mut self) -> Result<Cow<'a, str>, Trouble> {
        let start = self.at;
        let name = self.string()?;
        self.copy_to(start)?;
        if self.mask.key(&name, self.out).map_err(Trouble::Cell)? {
            self.copied = self.at;
        }
        self.space();
        if self.take(b':') { Ok(name) } else { Err(Trouble::Malformed) }
    }

    fn run(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// A string without its quotes and escapes.
    fn string(&mut self) -> Result<Cow<'a, str>, Trouble> {
        if !self.take(b'"') {
            return Err(Trouble::Malformed);
        }
        let start = self.at;
        let mut escaped = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let next = memchr::memchr2(b'"', b'\\', rest).ok_or(Trouble::Malformed)?;
            self.at += next + 1;
            if rest.get(next) == Some(&b'"') {
                break;
            }
            escaped = true;
            self.at += 1;
        }
        let inner = self.text.get(start..self.at - 1).ok_or(Trouble::Malformed)?;
        if escaped { unescape(inner).map(Cow::Owned).ok_or(Trouble::Malformed) } else { Ok(Cow::Borrowed(inner)) }
    }

    fn copy_to(&mut self, end: usize) -> Result<(), Trouble> {
        self.out.extend_from_slice(self.text.get(self.copied..end).unwrap_or_default().as_bytes());
        self.copied = end;
        if self.out.len() > LARGEST {
            return Err(Trouble::Cell(CellError("the masked document is larger than a field can be".to_owned())));
        }
        Ok(())
    }

    fn replace(&mut self, start: usize, leaf: Leaf<'_>) -> Result<(), Trouble> {
        self.copy_to(start)?;
        if self.mask.leaf(&self.place, leaf, self.out).map_err(Trouble::Cell)? {
            self.copied = self.at;
        }
        Ok(())
    }
}

/// Takes the escapes away (RFC 8259, 7); half a surrogate pair becomes U+FFFD.
fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(rest.get(..at)?);
        let kind = *rest.as_bytes().get(at + 1)?;
        rest = rest.get(at + 2..)?;
        match kind {
            b'"' | b'\\' | b'/' => plain.push(kind as char),
            b'b' => plain.push('\u{8}'),
            b'f' => plain.push('\u{c}'),
            b'n' => plain.push('\n'),
            b'r' => plain.push('\r'),
            b't' => plain.push('\t'),
            b'u' => {
                let mut unit = u32::from_str_radix(rest.get(..4)?, 16).ok()?;
                rest = rest.get(4..)?;
                let low = rest.strip_prefix("\\u").and_then(|low| u32::from_str_radix(low.get(..4)?, 16).ok());
                if let (0xD800..0xDC00, Some(low @ 0xDC00..0xE000)) = (unit, low) {
                    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                    rest = rest.get(6..)?;
                }
                plain.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => return None,
        }
    }
    plain.push_str(rest);
    Some(plain)
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
