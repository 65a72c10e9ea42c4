//! Splits an SQL script into statements and COPY data, by the rules of `psql`'s own scanner (`psqlscan.l`), as it streams by.

use crate::error::{Error, Result};

/// A statement may hold a whole row (`pg_dump --inserts`), which is why there is a bound at all.
const LONGEST_STATEMENT: usize = 256 << 20;

/// A part of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A statement without its comments and without the semicolon.
    Statement(Vec<u8>),
    /// Whole lines of the data behind `COPY … FROM stdin`.
    CopyData(Vec<u8>),
    /// The end of that data.
    CopyEnd,
    /// A command of `psql`'s own, with its backslash.
    Meta(String),
}

/// What a script says about itself in comments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Remarks {
    /// `pg_dump` came to its end.
    pub complete: bool,
    /// It is by `pg_dumpall`.
    pub cluster: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Plain,
    LineComment(Vec<u8>),
    BlockComment { depth: u32, before: u8 },
    Text { escapes: bool },
    Escaped,
    TextEnd { escapes: bool },
    Name,
    DollarTag(Vec<u8>),
    Dollar(Vec<u8>),
    Meta(Vec<u8>),
    Copy { line: Vec<u8> },
}

/// The scanner; bytes go in by [`Scanner::push`], in pieces of any size.
#[derive(Debug)]
pub struct Scanner {
    state: State,
    statement: Vec<u8>,
    data: Vec<u8>,
    /// The first words of the statement and the one that is being read, for `BEGIN ATOMIC` (PostgreSQL 14).
    words: Vec<Vec<u8>>,
    word: Vec<u8>,
    parentheses: u32,
    begins: u32,
    backslash_escapes: bool,
    remarks: Remarks,
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            state: State::Plain,
            statement: Vec::new(),
            data: Vec::new(),
            words: Vec::new(),
            word: Vec::new(),
            parentheses: 0,
            begins: 0,
            backslash_escapes: false,
            remarks: Remarks::default(),
        }
    }
}

impl Scanner {
    /// Takes the next bytes, and adds to `pieces` what they complete.
    ///
    /// # Errors
    /// When a statement is too long.
    pub fn push(&mut self, bytes: &[u8], pieces: &mut Vec<Piece>) -> Result<()> {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            rest = if matches!(self.state, State::Copy { .. }) {
                self.copy(rest, pieces)
            } else {
                self.step(byte, pieces);
                after
            };
        }
        self.flush_data(pieces);
        if self.statement.len() > LONGEST_STATEMENT {
            return Err(Error::failed(format!("a statement of the script is longer than {LONGEST_STATEMENT} bytes"))
                .help("make the dump without --inserts, or better in the custom format (pg_dump -Fc)"));
        }
        Ok(())
    }

    /// Ends the script: says what it said about itself, or `None` if it breaks off inside a statement or data.
    pub fn finish(mut self, pieces: &mut Vec<Piece>) -> Option<Remarks> {
        match self.state {
            State::LineComment(_) | State::Meta(_) | State::TextEnd { .. } | State::DollarTag(_) => {
                self.step(b'\n', pieces);
            }
            _ => {}
        }
        let whole = self.state == State::Plain && self.statement.iter().all(u8::is_ascii_whitespace);
        whole.then_some(self.remarks)
    }

    fn step(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        match std::mem::replace(&mut self.state, State::Plain) {
            State::Plain => self.plain(byte, pieces),
            State::LineComment(mut text) => {
                if byte == b'\n' {
                    self.remark(&text);
                    self.statement.push(b'\n');
                } else {
                    if text.len() < 80 {
                        text.push(byte);
                    }
                    self.state = State::LineComment(text);
                }
            }
            State::BlockComment { depth, before } => self.state = block_comment(depth, before, byte),
            State::Text { escapes } => {
                self.statement.push(byte);
                self.state = match byte {
                    b'\'' => State::TextEnd { escapes },
                    b'\\' if escapes => State::Escaped,
                    _ => State::Text { escapes },
                };
            }
            State::Escaped => {
                self.statement.push(byte);
                self.state = State::Text { escapes: true };
            }
            State::TextEnd { escapes } => {
                if byte == b'\'' {
                    self.statement.push(byte);
                    self.state = State::Text { escapes };
                } else {
                    self.plain(byte, pieces);
                }
            }
            State::Name => {
                self.statement.push(byte);
                self.state = if byte == b'"' { State::Plain } else { State::Name };
            }
            State::DollarTag(tag) => self.dollar_tag(tag, byte, pieces),
            State::Dollar(tag) => {
                self.statement.push(byte);
                let ends = byte == b'$' && self.statement.ends_with(&tag);
                self.state = if ends { State::Plain } else { State::Dollar(tag) };
            }
            State::Meta(mut text) => {
                if byte == b'\n' {
                    pieces.push(Piece::Meta(String::from_utf8_lossy(&text).trim_end().to_owned()));
                } else {
                    if text.len() < 200 {
                        text.push(byte);
                    }
                    self.state = State::Meta(text);
                }
            }
            state @ State::Copy { .. } => self.state = state,
        }
    }

    fn plain(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        let before = self.statement.last().copied().unwrap_or(b' ');
        if !is_word(byte) {
            self.end_word();
        }
        self.state = match byte {
            b'\'' => {
                let marked =
                    matches!(before, b'e' | b'E') && !self.statement.iter().rev().nth(1).is_some_and(|b| is_word(*b));
                State::Text { escapes: marked || self.backslash_escapes }
            }
            b'"' => State::Name,
            b'$' if !is_word(before) => State::DollarTag(vec![b'$']),
            b'-' if before == b'-' => {
                self.statement.pop();
                self.state = State::LineComment(Vec::new());
                return;
            }
            b'*' if before == b'/' => {
                self.statement.pop();
                self.state = State::BlockComment { depth: 1, before: b' ' };
                return;
            }
            b'\\' => {
                self.state = State::Meta(vec![b'\\']);
                return;
            }
            b';' if self.parentheses == 0 && self.begins == 0 => return self.end_statement(pieces),
            _ => State::Plain,
        };
        match byte {
            b'(' => self.parentheses += 1,
            b')' => self.parentheses = self.parentheses.saturating_sub(1),
            byte if is_word(byte) && self.word.len() < 32 => self.word.push(byte.to_ascii_lowercase()),
            _ => {}
        }
        self.statement.push(byte);
    }

    fn dollar_tag(&mut self, mut tag: Vec<u8>, byte: u8, pieces: &mut Vec<Piece>) {
        let fits = is_word(byte) && byte != b'$' && !(tag.len() == 1 && byte.is_ascii_digit());
        if byte == b'$' {
            self.statement.push(byte);
            tag.push(byte);
            self.state = State::Dollar(tag);
        } else if fits && tag.len() < 64 {
            self.statement.push(byte);
            tag.push(byte);
            self.state = State::DollarTag(tag);
        } else {
            self.plain(byte, pieces);
        }
    }

    /// Semicolons inside the body of `CREATE FUNCTION … BEGIN ATOMIC … END` don't end the statement.
    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        let words: Vec<&[u8]> = self.words.iter().map(Vec::as_slice).collect();
        let routine = matches!(
            words.as_slice(),
            [b"create", b"function" | b"procedure", ..]
                | [b"create", b"or", b"replace", b"function" | b"procedure", ..]
        );
        if routine && self.parentheses == 0 {
            match word.as_slice() {
                b"begin" => self.begins += 1,
                b"case" if self.begins > 0 => self.begins += 1,
                b"end" => self.begins = self.begins.saturating_sub(1),
                _ => {}
            }
        }
        if self.words.len() < 4 {
            self.words.push(word);
        }
    }

    fn end_statement(&mut self, pieces: &mut Vec<Piece>) {
        let statement = std::mem::take(&mut self.statement).trim_ascii().to_vec();
        self.words.clear();
        self.state = State::Plain;
        if statement.is_empty() {
            return;
        }
        if copies_from_stdin(&statement) {
            // The rest of the line, at least its end, is psql's.
            self.state = State::Copy { line: vec![] };
        }
        if statement.starts_with(b"SET standard_conforming_strings") {
            self.backslash_escapes = statement.ends_with(b"off");
        }
        pieces.push(Piece::Statement(statement));
    }

    /// Takes bytes up to the end of a line, and gives back those behind it.
    fn copy<'a>(&mut self, bytes: &'a [u8], pieces: &mut Vec<Piece>) -> &'a [u8] {
        let State::Copy { line } = &mut self.state else { return bytes };
        let Some(end) = memchr::memchr(b'\n', bytes) else {
            line.extend_from_slice(bytes);
            return &[];
        };
        let (head, rest) = bytes.split_at(end + 1);
        line.extend_from_slice(head);
        let first = !line.is_empty() && line.iter().all(u8::is_ascii_whitespace) && self.words.is_empty();
        if matches!(line.as_slice(), b"\\.\n" | b"\\.\r\n") {
            self.state = State::Plain;
            self.words.clear();
            self.flush_data(pieces);
            pieces.push(Piece::CopyEnd);
        } else {
            // The first line end is that of the statement; what `words` holds then tells it from an empty row.
            if !first {
                self.data.append(line);
            }
            line.clear();
            self.words = vec![b"copy".to_vec()];
        }
        rest
    }

    fn flush_data(&mut self, pieces: &mut Vec<Piece>) {
        if !self.data.is_empty() {
            pieces.push(Piece::CopyData(std::mem::take(&mut self.data)));
        }
    }

    fn remark(&mut self, text: &[u8]) {
        match text.trim_ascii() {
            b"PostgreSQL database dump complete" => self.remarks.complete = true,
            b"PostgreSQL database cluster dump" => self.remarks.cluster = true,
            _ => {}
        }
    }
}

fn block_comment(depth: u32, before: u8, byte: u8) -> State {
    match (before, byte) {
        (b'*', b'/') if depth == 1 => State::Plain,
        (b'*', b'/') => State::BlockComment { depth: depth - 1, before: b' ' },
        (b'/', b'*') => State::BlockComment { depth: depth.saturating_add(1), before: b' ' },
        _ => State::BlockComment { depth, before: byte },
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn copies_from_stdin(statement: &[u8]) -> bool {
    let word = statement.get(..4).unwrap_or_default();
    let behind = statement.get(4).copied().unwrap_or(b'_');
    // What follows `FROM stdin` is short, and the columns before it may be many.
    let tail = statement.get(statement.len().saturating_sub(80)..).unwrap_or_default().to_ascii_uppercase();
    word.eq_ignore_ascii_case(b"COPY") && !is_word(behind) && memchr::memmem::find(&tail, b"FROM STDIN").is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scan(script: &str, size: usize) -> (Vec<Piece>, Option<Remarks>) {
        let (mut scanner, mut pieces) = (Scanner::default(), Vec::new());
        for part in script.as_bytes().chunks(size) {
            scanner.push(part, &mut pieces).unwrap();
        }
        let remarks = scanner.finish(&mut pieces);
        (joined(pieces), remarks)
    }

    /// Data comes in as many pieces as the bytes did.
    fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (Some(Piece::CopyData(data)), Piece::CopyData(more)) => data.extend(more),
                (_, piece) => joined.push(piece),
            }
        }
        joined
    }

    fn statements(script: &str) -> Vec<String> {
        let (pieces, _) = scan(script, 7);
        let text = |piece| match piece {
            Piece::Statement(text) => String::from_utf8(text).unwrap(),
            other => format!("{other:?}"),
        };
        pieces.into_iter().map(text).collect()
    }

    #[test]
    fn a_semicolon_ends_a_statement_only_outside_of_quotes_and_parentheses() {
        for one in [
            "SELECT 'a;b''c;'",
            r"SELECT E'it\';s'",
            "SELECT \"a;b\"",
            "DO $$ BEGIN; END $$",
            "DO $f$ $$;$$ $f$",
            "CREATE RULE r AS ON DELETE TO t DO (DELETE FROM a; DELETE FROM b)",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
            "SELECT $1, a$b, 5 - -3, 4 / 2",
        ] {
            assert_eq!(statements(&format!("{one};\nSELECT 1;")), [one, "SELECT 1"], "{one}");
        }
    }

    #[test]
    fn comments_are_left_out() {
        assert_eq!(statements("-- a; b\nSELECT /* ; /* nested; */ */ 1;"), ["SELECT  1"]);
    }

    #[test]
    fn data_goes_up_to_its_end_whatever_it_holds() {
        let script = "COPY public.t (a, b) FROM stdin;\n\n1\t;'\n\\\\.\n\\.\n\nSELECT 1;";
        let (pieces, _) = scan(script, 3);
        let statement = |text: &str| Piece::Statement(text.as_bytes().to_vec());
        assert_eq!(
            pieces,
            [
                statement("COPY public.t (a, b) FROM stdin"),
                Piece::CopyData(b"\n1\t;'\n\\\\.\n".to_vec()),
                Piece::CopyEnd,
                statement("SELECT 1")
            ]
        );
    }

    #[test]
    fn psql_commands_are_told_apart_from_backslashes_in_texts() {
        let (pieces, _) = scan("\\connect other\nSELECT '\\! ls';\n\\! ls\n", 5);
        assert_eq!(
            pieces,
            [
                Piece::Meta("\\connect other".to_owned()),
                Piece::Statement(b"SELECT '\\! ls'".to_vec()),
                Piece::Meta("\\! ls".to_owned())
            ]
        );
    }

    #[test]
    fn a_script_that_breaks_off_is_noticed() {
        for cut in ["SELECT 1", "SELECT 'a;", "DO $$ x;", "COPY t FROM stdin;\n1\n", "/* a"] {
            assert_eq!(scan(cut, 4).1, None, "{cut}");
        }
        let whole = scan("SELECT 1;\n-- PostgreSQL database dump complete", 9).1.unwrap();
        assert!(whole.complete && !whole.cluster);
        assert!(!scan("SELECT 1;\n", 9).1.unwrap().complete);
    }

    proptest! {
        #[test]
        fn how_the_bytes_arrive_makes_no_difference(script in "[-a'\"$;(/* \n\\\\.E]{0,80}", size in 1..20usize) {
            prop_assert_eq!(scan(&script, size), scan(&script, script.len().max(1)));
        }

        #[test]
        fn a_quoted_text_is_never_split(text in "[a;'\\\\$\n-]{0,40}") {
            let statement = format!("SELECT {}", crate::postgres::identifier::quote_literal(&text));
            prop_assert_eq!(statements(&format!("{statement};")), [statement]);
        }
    }
}
