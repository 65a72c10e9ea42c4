//! Reading a JSON document as text (RFC 8259), without a tree: what isn't looked at is stepped over, and every part can be
//! given as it is written.

use std::borrow::Cow;

/// A place in a document. Every read answers `None` where the text isn't JSON.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The text from its beginning.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Where the cursor is, in bytes.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The text from here on.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte.
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over white space.
    pub fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Steps over this byte, if it is the next.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// The bytes that belong, from here on.
    pub fn run(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// A number as it is written.
    pub fn number(&mut self) -> &'a str {
        self.run(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
    }

    /// A string without its quotes and escapes.
    pub fn string(&mut self) -> Option<Cow<'a, str>> {
        let (inner, escaped) = self.raw_string()?;
        if escaped { unescape(inner).map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
    }

    /// What stands between the quotes of a string, and whether there are escapes in it.
    fn raw_string(&mut self) -> Option<(&'a str, bool)> {
        if !self.take(b'"') {
            return None;
        }
        let start = self.at;
        let mut escaped = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let next = memchr::memchr2(b'"', b'\\', rest)?;
            self.at += next + 1;
            if rest.get(next) == Some(&b'"') {
                return Some((self.text.get(start..self.at - 1)?, escaped));
            }
            escaped = true;
            self.at += 1;
        }
    }

    /// Steps over a value of any kind, however deep, and gives it as it is written.
    pub fn skip(&mut self) -> Option<&'a str> {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            match self.peek()? {
                b'"' => drop(self.raw_string()?),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    let word = self.run(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
                    if word.is_empty() {
                        return None;
                    }
                }
            }
            if depth == 0 {
                return self.text.get(start..self.at);
            }
        }
    }

    /// How many elements the array has that begins here.
    pub fn count_elements(mut self) -> Option<usize> {
        if !self.take(b'[') {
            return None;
        }
        self.space();
        if self.take(b']') {
            return Some(0);
        }
        for count in 1.. {
            self.space();
            self.skip()?;
            self.space();
            if self.take(b']') {
                return Some(count);
            }
            if !self.take(b',') {
                break;
            }
        }
        None
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_is_stepped_over_whatever_it_holds() {
        for value in ["1.5e3", "\"a \\\" ]\"", "[1, [\"]\"], {}]", "{\"a\": {\"b\": [null]}}", "null"] {
            let text = format!("{value}, 2");
            let mut cursor = Cursor::new(&text);
            assert_eq!(cursor.skip(), Some(value));
            assert_eq!(cursor.peek(), Some(b','));
        }
        assert_eq!(Cursor::new("[[1,2], \"a,b\" ,{\"c\":[]}]").count_elements(), Some(3));
        assert_eq!(Cursor::new("[ ]").count_elements(), Some(0));
        assert_eq!(Cursor::new("[1,").count_elements(), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([\\[\\]{}\",:0-9.e\\\\ntu]|\\PC){0,30}") {
            let mut cursor = Cursor::new(&text);
            let _ = (cursor.skip(), cursor.count_elements(), cursor.string());
        }
    }
}
