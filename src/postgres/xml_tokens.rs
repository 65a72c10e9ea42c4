//! The tokens of an XML document (XML 1.0, fifth edition) and where each stands, so that a document can be rewritten
//! with everything else as it was. PostgreSQL has made sure that its `xml` values are well-formed (chapter 8.13); what
//! isn't, ends with [`Malformed`].

use std::borrow::Cow;
use std::ops::Range;

/// A part of a document. Places are in bytes of the text that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'a> {
    /// An element of this name begins; its attributes come next.
    Open(&'a str),
    /// An attribute, and where its value stands between the quotes, with entities.
    Attribute {
        /// The name with its prefix.
        name: &'a str,
        /// The place of the value.
        value: Range<usize>,
    },
    /// The element that was opened last ends.
    Close,
    /// Text with entities.
    Text(Range<usize>),
    /// The inside of a CDATA section, without entities.
    Verbatim(Range<usize>),
    /// The inside of a comment.
    Comment(Range<usize>),
    /// The inside of a processing instruction, its target first. The XML declaration is none.
    Instruction(Range<usize>),
    /// What stands in a document type declaration.
    Doctype(Range<usize>),
}

/// The text isn't well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Reads a document token by token. After an error it ends.
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    in_tag: bool,
    open: Vec<&'a str>,
}

/// Deeper documents are malformed to us.
const DEEPEST: usize = 500;

impl<'a> Tokens<'a> {
    /// From the beginning of a document.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, in_tag: false, open: Vec::new() }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn take(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        self.at += if found { expected.len() } else { 0 };
        found
    }

    /// From here up to a mark, and past it.
    fn until(&mut self, mark: &str) -> Option<Range<usize>> {
        let start = self.at;
        let end = start + self.rest().find(mark)?;
        self.at = end + mark.len();
        Some(start..end)
    }

    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let ends = |c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '<' | '"' | '\'' | '&');
        let name = rest.get(..rest.find(ends)?)?;
        self.at += name.len();
        (!name.is_empty()).then_some(name)
    }

    fn token(&mut self) -> Option<Token<'a>> {
        if self.in_tag {
            return self.in_tag();
        }
        if !self.rest().starts_with('<') {
            let start = self.at;
            self.at += self.rest().find('<').unwrap_or(self.rest().len());
            return Some(Token::Text(start..self.at));
        }
        if self.take("<!--") {
            return self.until("-->").map(Token::Comment);
        }
        if self.take("<![CDATA[") {
            return self.until("]]>").map(Token::Verbatim);
        }
        if self.take("<!DOCTYPE") {
            return self.doctype().map(Token::Doctype);
        }
        if self.take("<?") {
            return self.until("?>").map(Token::Instruction);
        }
        if self.take("</") {
            let name = self.name()?;
            self.space();
            return (self.take(">") && self.open.pop() == Some(name)).then_some(Token::Close);
        }
        self.at += 1;
        let name = self.name()?;
        self.open.push(name);
        self.in_tag = true;
        (self.open.len() <= DEEPEST).then_some(Token::Open(name))
    }

    /// An attribute, or what follows the last one.
    fn in_tag(&mut self) -> Option<Token<'a>> {
        self.space();
        if self.take("/>") {
            self.in_tag = false;
            self.open.pop()?;
            return Some(Token::Close);
        }
        if self.take(">") {
            self.in_tag = false;
            return if self.at == self.text.len() { None } else { self.token() };
        }
        let name = self.name()?;
        self.space();
        if !self.take("=") {
            return None;
        }
        self.space();
        let quote = ["\"", "'"].into_iter().find(|quote| self.take(quote))?;
        self.until(quote).map(|value| Token::Attribute { name, value })
    }

    /// Up to the `>` that stands in no bracket and no quotes.
    fn doctype(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let (mut quote, mut brackets) = (None, 0usize);
        for (at, c) in self.rest().char_indices() {
            match (quote, c) {
                (Some(open), c) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '[') => brackets += 1,
                (None, ']') => brackets = brackets.checked_sub(1)?,
                (None, '>') if brackets == 0 => {
                    self.at = start + at + 1;
                    return Some(start..start + at);
                }
                _ => {}
            }
        }
        None
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.at >= self.text.len() && !self.in_tag {
                let left_open = !self.open.is_empty();
                self.open.clear();
                return left_open.then_some(Err(Malformed));
            }
            let Some(token) = self.token() else {
                *self = Self::new("");
                return Some(Err(Malformed));
            };
            match token {
                // The declaration is for the server (`xml_send` rewrites it).
                Token::Instruction(place) if self.text.get(place.clone()).is_some_and(is_declaration) => {}
                token => return Some(Ok(token)),
            }
        }
    }
}

fn is_declaration(instruction: &str) -> bool {
    instruction.strip_prefix("xml").is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// A name without its prefix.
pub fn local_name(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Text without its entities (XML 1.0, 4.6); `None` if one isn't known, since a document type may say anything of it.
pub fn unescape(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('&') {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        let (entity, after) = after.split_once(';')?;
        plain.push_str(before);
        plain.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = entity.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        });
        rest = after;
    }
    plain.push_str(rest);
    Some(Cow::Owned(plain))
}

/// Appends text for between tags or quotes of either kind. Characters that XML can't hold (XML 1.0, 2.2) become U+FFFD.
pub fn put_escaped(text: &str, out: &mut Vec<u8>) {
    for c in text.chars() {
        match c {
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '&' => out.extend_from_slice(b"&amp;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\'' => out.extend_from_slice(b"&apos;"),
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.extend_from_slice("\u{fffd}".as_bytes());
            }
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<String> {
        let shown = |token: Token<'_>| match token {
            Token::Open(name) => format!("<{name}"),
            Token::Attribute { name, value } => format!("{name}={}", &text[value]),
            Token::Close => ">".to_owned(),
            Token::Text(place) => text[place].to_owned(),
            Token::Verbatim(place) => format!("[{}]", &text[place]),
            Token::Comment(place) => format!("!{}", &text[place]),
            Token::Instruction(place) => format!("?{}", &text[place]),
            Token::Doctype(place) => format!("D{}", &text[place]),
        };
        Tokens::new(text).map(|token| token.map_or("wrong".to_owned(), shown)).collect()
    }

    #[test]
    fn every_part_of_a_document_is_read() {
        assert_eq!(
            read(
                "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \"]>\">]><a x = '1' y=\"2\"><b/>t<![CDATA[<]]><!--c--><?p i?></a>"
            ),
            ["D a [<!ENTITY b \"]>\">]", "<a", "x=1", "y=2", "<b", ">", "t", "[<]", "!c", "?p i", ">"]
        );
        assert_eq!(read("a <b>c</b> d"), ["a ", "<b", "c", ">", " d"]);
        assert_eq!(read("<a></a>"), ["<a", ">"]);
    }

    #[test]
    fn what_is_not_well_formed_ends_with_an_error() {
        for text in ["<a>", "<a></b>", "<a", "<a b>", "<a b=c/>", "<!-- x", "</a>", "<a x='1/>", "<![CDATA[x"] {
            assert_eq!(read(text).last().map(String::as_str), Some("wrong"), "{text}");
        }
    }

    #[test]
    fn what_is_escaped_is_read_back() {
        let mut out = Vec::new();
        put_escaped("<Ødegård & \"O'Brien\">", &mut out);
        assert_eq!(unescape(std::str::from_utf8(&out).unwrap()).unwrap(), "<Ødegård & \"O'Brien\">");
        assert_eq!(unescape("&#229;&#xE5;").unwrap(), "åå");
        assert_eq!(unescape("&other;"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_run_for_ever(text in "([<>/!?&;=a\"' \\[\\]-]|CDATA|DOCTYPE|\\PC){0,40}") {
            prop_assert!(Tokens::new(&text).count() <= 2 * text.len() + 2);
            let _ = unescape(&text);
        }
    }
}
