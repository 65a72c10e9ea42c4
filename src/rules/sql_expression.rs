//! A condition in SQL, looked at without a server: whether it is one expression that stays inside of its parentheses,
//! and which functions it calls.
//!
//! PostgreSQL parses and judges it later (`mask::conditions`); this only makes sure that what it is asked is what is
//! asked of every row. The rules are those of PostgreSQL's own lexer (manual, 4.1, "Lexical Structure").

/// Why a text is not one expression, in words that follow "the condition".
///
/// # Errors
/// With these words.
pub(super) fn require_one(sql: &str) -> Result<(), &'static str> {
    let (mut open, mut is_empty) = (Vec::new(), true);
    for token in Tokens::of(sql) {
        is_empty = false;
        match token? {
            Token::Mark(b'(') => open.push(b')'),
            Token::Mark(b'[') => open.push(b']'),
            Token::Mark(mark @ (b')' | b']')) if open.pop() != Some(mark) => {
                return Err("closes a parenthesis that it doesn't open");
            }
            Token::Mark(b';') => return Err("has a semicolon: it has to be one expression"),
            Token::Parameter => return Err("has a parameter, and nobody gives a value for it"),
            _ => {}
        }
    }
    match (is_empty, open.is_empty()) {
        (true, _) => Err("is empty"),
        (_, false) => Err("opens a parenthesis that it doesn't close"),
        _ => Ok(()),
    }
}

/// The names of the functions that a condition calls, without their schemas, as the catalog knows them. Words of the
/// language that stand before a parenthesis (`IN`, `AND`) are among them.
pub fn called(sql: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut last: Option<String> = None;
    for token in Tokens::of(sql).flatten() {
        if let (Token::Mark(b'('), Some(name)) = (&token, last.take()) {
            names.push(name);
        }
        last = match token {
            Token::Word(word) => Some(word.to_lowercase()),
            Token::Name(name) => Some(name),
            _ => None,
        };
    }
    names
}

/// The words of a condition that aren't in quotes, in lower case.
pub fn words(sql: &str) -> impl Iterator<Item = String> {
    Tokens::of(sql).flatten().filter_map(|token| match token {
        Token::Word(word) => Some(word.to_lowercase()),
        _ => None,
    })
}

/// All that a condition could name a column by: its words in lower case, and the names in double quotes as they are.
pub fn names(sql: &str) -> impl Iterator<Item = String> {
    Tokens::of(sql).flatten().filter_map(|token| match token {
        Token::Word(word) => Some(word.to_lowercase()),
        Token::Name(name) => Some(name),
        _ => None,
    })
}

/// What a condition is made of, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A word that isn't in quotes.
    Word(&'a str),
    /// A name in double quotes, without them.
    Name(String),
    /// A text, a number.
    Constant,
    /// `$1`.
    Parameter,
    /// A character that stands for itself.
    Mark(u8),
}

struct Tokens<'a> {
    sql: &'a str,
    at: usize,
    failed: bool,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let token = self.skip_blanks().and_then(|()| self.token());
        self.failed = token.is_err();
        token.transpose()
    }
}

fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn continues_word(byte: u8) -> bool {
    begins_word(byte) || byte.is_ascii_digit() || byte == b'$'
}

impl<'a> Tokens<'a> {
    fn of(sql: &'a str) -> Self {
        Self { sql, at: 0, failed: false }
    }

    fn rest(&self) -> &'a str {
        self.sql.get(self.at..).unwrap_or_default()
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.sql.as_bytes().get(self.at + ahead).copied()
    }

    /// Passes over white space and comments; those between `/*` and `*/` nest.
    fn skip_blanks(&mut self) -> Result<(), &'static str> {
        loop {
            let rest = self.rest();
            if rest.starts_with("--") {
                self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += block_comment(rest).ok_or("has a comment without an end")?;
            } else if self.byte(0).is_some_and(|byte| byte.is_ascii_whitespace() || byte == 0x0b) {
                self.at += 1;
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<Option<Token<'a>>, &'static str> {
        const OPEN: &str = "has a text without an end";
        let Some(byte) = self.byte(0) else { return Ok(None) };
        let rest = self.rest();
        let (token, length) = match byte {
            0 => return Err("has a zero byte"),
            b'\'' => (Token::Constant, text(rest, false)?),
            b'"' => {
                let length = quoted(rest, b'"').ok_or("has a name in quotes without an end")?;
                let name = rest.get(1..length - 1).unwrap_or_default().replace("\"\"", "\"");
                (Token::Name(name), length)
            }
            b'$' if self.byte(1).is_some_and(|byte| byte.is_ascii_digit()) => (Token::Parameter, 2),
            b'$' => match dollar_tag(rest) {
                Some(tag) => {
                    let body = rest.get(tag.len()..).unwrap_or_default();
                    (Token::Constant, tag.len() * 2 + body.find(tag).ok_or(OPEN)?)
                }
                None => (Token::Mark(byte), 1),
            },
            b'0'..=b'9' => (Token::Constant, run(rest, |byte| continues_word(byte) || byte == b'.')),
            _ if begins_word(byte) => {
                let length = run(rest, continues_word);
                let word = rest.get(..length).unwrap_or_default();
                match rest.as_bytes().get(length) {
                    Some(b'\'') if word.eq_ignore_ascii_case("e") => {
                        (Token::Constant, 1 + text(rest.get(1..).unwrap_or_default(), true)?)
                    }
                    _ => (Token::Word(word), length),
                }
            }
            _ => (Token::Mark(byte), 1),
        };
        self.at += length;
        Ok(Some(token))
    }
}

fn run(text: &str, belongs: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(|byte| !belongs(byte)).unwrap_or(text.len())
}

fn block_comment(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0u32, 0);
    loop {
        let rest = text.as_bytes().get(at..)?;
        match rest {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            [_, ..] => at += 1,
            [] => return None,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The length of what stands in quotes, where two of them stand for one.
fn quoted(text: &str, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == quote)? + 1;
        if bytes.get(at) != Some(&quote) {
            return Some(at);
        }
        at += 1;
    }
}

/// The length of a text in single quotes. Whether a backslash escapes in one without an `E` is a setting of the server,
/// so that there none may stand before a quote.
fn text(text: &str, escapes: bool) -> Result<usize, &'static str> {
    const OPEN: &str = "has a text without an end";
    if !escapes {
        let length = quoted(text, b'\'').ok_or(OPEN)?;
        let inside = text.get(..length).unwrap_or_default();
        return if inside.contains("\\'") { Err("has a backslash before a quote: write E'…'") } else { Ok(length) };
    }
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\\'), Some(_)) | (Some(b'\''), Some(b'\'')) => at += 2,
            (Some(b'\''), _) => return Ok(at + 1),
            (Some(_), _) => at += 1,
            (None, _) => return Err(OPEN),
        }
    }
}

/// `$$` or `$tag$`.
fn dollar_tag(text: &str) -> Option<&str> {
    let inside = text.get(1..)?;
    let length = run(inside, |byte| begins_word(byte) || byte.is_ascii_digit());
    (inside.as_bytes().get(length) == Some(&b'$')).then(|| text.get(..length + 2)).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_one_expression_is_taken() {
        for sql in [
            "kind = 'person'",
            "email LIKE '%@shop.example' -- testers",
            "id IN (SELECT account_id FROM public.accounts WHERE name = $$it's (not; one$$)",
            "note = E'it\\'s ('",
            "\"odd (name\" = ')' AND a[1] = 2 /* ; /* ( */ */",
            "note = $tag$ $$ ( $tag$ AND price::text <> '$1'",
            "true",
        ] {
            assert_eq!(require_one(sql), Ok(()), "{sql}");
        }
    }

    #[test]
    fn what_would_leave_its_parentheses_is_refused() {
        for sql in [
            "true) OR (true",
            "true), (true",
            "true; DROP TABLE users",
            "(true",
            "note = 'open",
            "note = $$open",
            "\"open",
            "true /* open",
            "id = $1",
            "note = 'a\\' OR true) --'",
            "a[1)",
            "",
            "  -- nothing",
            "true\0",
        ] {
            assert!(require_one(sql).is_err(), "{sql}");
        }
    }

    #[test]
    fn the_functions_that_are_called_are_known() {
        assert_eq!(called("public.f (a) AND \"My F\"(lower(b)) OR 'g(' = now() -- h()"), ["f", "My F", "lower", "now"]);
        assert!(words("a < CURRENT_TIMESTAMP AND b <> 'localtime'").any(|word| word == "current_timestamp"));
        assert!(words("b <> 'localtime'").all(|word| word != "localtime"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(sql in "[a-eE0$'\"()\\[\\];/*\\-\\\\ \né]{0,40}") {
            let _ = require_one(&sql);
            let _ = (called(&sql), words(&sql).count());
        }
    }
}
