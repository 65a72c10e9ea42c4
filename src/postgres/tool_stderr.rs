//! What may be shown of a client program's stderr.
//!
//! Behind "ERROR:" stands a message of the server, which may quote a cell, as do the DETAIL, CONTEXT and "Command was"
//! lines after it. A message passes only if it has a form that is known to name things and quote nothing.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use tokio::sync::mpsc::UnboundedSender;

/// More lines than this help nobody.
const MOST_MESSAGES: usize = 200;

/// A longer line is cut: it may be a cell of any length.
const LONGEST_LINE: usize = 2000;

/// Splits a stream into lines and keeps what may be shown of each.
#[derive(Debug, Default)]
pub(super) struct Sanitizer {
    line: Vec<u8>,
    messages: Vec<String>,
    tables: Option<UnboundedSender<String>>,
}

impl Sanitizer {
    /// As the default one, which also tells when the data of a table is done.
    pub(super) fn telling(tables: Option<UnboundedSender<String>>) -> Self {
        Self { tables, ..Self::default() }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' {
                self.end_line();
            } else if self.line.len() < LONGEST_LINE {
                self.line.push(byte);
            }
        }
    }

    pub(super) fn finish(mut self) -> Vec<String> {
        self.end_line();
        self.messages
    }

    fn end_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line);
        if let Some(message) = sanitize(&line).filter(|_| self.messages.len() < MOST_MESSAGES) {
            self.messages.push(message);
        }
        if let Some(tables) = &self.tables
            && let Some(table) = TABLE_DATA.captures(&line).and_then(|found| found.get(1))
        {
            // Nobody listens any more only when nobody wants to know.
            let _ = tables.send(table.as_str().to_owned());
        }
        self.line.clear();
    }
}

/// What may be shown of a line; `None` for lines that may quote or say nothing.
fn sanitize(line: &str) -> Option<String> {
    let Some((before, severity, message)) = split_at_severity(line) else { return own_message(line) };
    let text = OWN_WORDS.captures(before).and_then(|own| own.name("text"));
    let ours = text.is_some() && !BELOW_ERROR.contains(&severity);
    if !ours && !["ERROR", "FATAL", "PANIC"].contains(&severity) {
        return None;
    }
    let text = text.map_or("", |text| text.as_str());
    let text = text.strip_prefix("Error message from server: ").unwrap_or(text);
    Some(format!("{text}{}", server_message(message.trim())))
}

fn split_at_severity(line: &str) -> Option<(&str, &str, &str)> {
    let found = SERVER_MESSAGE.captures(line)?;
    let (whole, severity) = (found.get(0)?, found.get(1)?);
    Some((line.get(..severity.start())?, severity.as_str(), line.get(whole.end()..)?))
}

/// What the program says in its own name, without the server.
fn own_message(line: &str) -> Option<String> {
    let own = OWN_WORDS.captures(line)?;
    let (kind, text) = (own.name("kind")?.as_str(), own.name("text")?.as_str());
    let quotes = text.contains("uery was:") || text.contains("ommand was:");
    let tells = matches!(kind, "error: " | "warning: ") || text.starts_with("from TOC entry ");
    (tells && !quotes).then(|| text.to_owned())
}

fn server_message(message: &str) -> &str {
    if SAFE.is_match(message) {
        return message;
    }
    let translated = OUR_WORDS.iter().find(|(start, _)| message.starts_with(start));
    translated.map_or("the server reports an error whose text is withheld, as it may quote a value", |(_, words)| words)
}

/// The severity, in whatever language, and the two spaces that libpq puts behind it.
static SERVER_MESSAGE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|\s)(\p{L}+) ?:  "));

/// What `pg_restore --verbose` says when it begins with the rows of a table, with workers and without.
static TABLE_DATA: LazyLock<Regex> = LazyLock::new(|| regex(r#"^pg_restore: processing data for table "(.+)"$"#));

/// What a server says that is no failure.
const BELOW_ERROR: [&str; 5] = ["WARNING", "NOTICE", "INFO", "LOG", "DEBUG"];

/// `pg_dump: error: …`, `pg_restore: from TOC entry …`, `psql:file.sql:3: …`
static OWN_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:pg_dump|pg_restore|psql)(?::[^:]*:\d+)?: ?(?P<kind>(?:error|warning|detail|hint): |)(?P<text>.*)$")
});

const OUR_WORDS: [(&str, &str); 6] = [
    ("syntax error at or near", "a statement has a syntax error"),
    ("invalid input syntax for type", "a value is not valid for its type"),
    ("date/time field value out of range", "a date or time is out of range"),
    ("invalid byte sequence for encoding", "a text has bytes that are not valid in the database's encoding"),
    ("value \"", "a value is out of the range of its type"),
    ("extra data after last expected column", "the COPY data doesn't have the columns of the table"),
];

/// Forms of messages in which only names, types and numbers vary. `{n}` is a quoted name, `{w}` words.
const SAFE_FORMS: [&str; 43] = [
    "{w} {n} does not exist",
    "{w} {n} already exists",
    "{w} {n} of {w} {n} does not exist",
    "{w} {n} of {w} {n} already exists",
    "{w} {n} for {w} {n} does not exist",
    "{w} {n} for encoding {n} does not exist",
    "{w} {n} does not exist for access method {n}",
    r"function [\w.]+\([\w ,.\[\]]*\) (does not exist|is not unique|already exists with same argument types)",
    r"operator does not exist: [\w.\[\] ]+ \S{1,6} [\w.\[\] ]+",
    r"permission denied (for|to) [\w ]+( {n}|)",
    r"permission denied for [\w ]+",
    r"must be (owner of|superuser to|a member of|able to SET ROLE|able to) ?[\w ]*( {n}|)",
    "extension {n} is not available",
    "extension {n} must be installed in schema {n}",
    "could not open extension control file {n}: No such file or directory",
    "could not access file {n}: No such file or directory",
    "unrecognized configuration parameter {n}",
    "syntax error at end of input",
    "could not create unique index {n}",
    "duplicate key value violates unique constraint {n}",
    "insert or update on table {n} violates foreign key constraint {n}",
    "update or delete on table {n} violates foreign key constraint {n} on table {n}",
    "null value in column {n}( of relation {n})? violates not-null constraint",
    "new row for relation {n} violates check constraint {n}",
    "check constraint {n} of relation {n} is violated by some row",
    "column {n} of relation {n} contains null values",
    r"value too long for type [\w ]+\(\d+\)",
    "multiple primary keys for table {n} are not allowed",
    "there is no unique constraint matching given keys for referenced table {n}",
    "cannot drop {w} {n} because other objects depend on it",
    "data type [\\w .\\[\\]]+ has no default operator class for access method {n}",
    r"index row size \d+ exceeds btree version \d+ maximum \d+ for index {n}",
    "password authentication failed for user {n}",
    "role {n} is not permitted to log in",
    "no pg_hba.conf entry for host {n}, user {n}, database {n}, (no encryption|SSL encryption|SSL on|SSL off)",
    "Peer authentication failed for user {n}",
    "the database system is [a-z ]+",
    r"(sorry, too many clients already|too many connections for (role|database) {n}|remaining connection slots are [\w \-]+)",
    "(terminating connection|canceling statement) due to [a-z \\-]+",
    r"could not (extend|write to|write|create) file {n}(: wrote only \d+ of \d+ bytes at block \d+|: No space left on device)",
    "out of (shared )?memory",
    "deadlock detected",
    "cannot execute [A-Z ]+ in a read-only transaction",
];

static SAFE: LazyLock<RegexSet> = LazyLock::new(|| {
    let forms = SAFE_FORMS.iter().map(|form| {
        let form = form.replace("{w}", "[a-z][a-z ]+").replace("{n}", "\"[^\"]+\"");
        format!("^(?:{form})$")
    });
    set(forms.collect())
});

#[allow(clippy::expect_used, reason = "the patterns are constants, and every test of this file compiles them")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

#[allow(clippy::expect_used, reason = "the patterns are constants, and every test of this file compiles them")]
fn set(patterns: Vec<String>) -> RegexSet {
    RegexSet::new(patterns).expect("constant patterns")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sanitized(text: &str) -> Vec<String> {
        let mut sanitizer = Sanitizer::default();
        sanitizer.push(text.as_bytes());
        sanitizer.finish()
    }

    #[test]
    fn an_index_that_cannot_be_built_shows_its_entry_and_its_name() {
        let shown = sanitized(
            "pg_restore: while PROCESSING TOC:\n\
             pg_restore: from TOC entry 3458; 2606 16390 CONSTRAINT users users_email_key postgres\n\
             pg_restore: error: could not execute query: ERROR:  could not create unique index \"users_email_key\"\n\
             DETAIL:  Key (email)=(ada@example.com) is duplicated.\n\
             Command was: ALTER TABLE ONLY public.users\n    ADD CONSTRAINT users_email_key UNIQUE (email);\n\n\
             pg_restore: warning: errors ignored on restore: 1\n",
        );
        assert_eq!(
            shown,
            [
                "from TOC entry 3458; 2606 16390 CONSTRAINT users users_email_key postgres",
                "could not execute query: could not create unique index \"users_email_key\"",
                "errors ignored on restore: 1"
            ]
        );
    }

    #[test]
    fn a_data_exception_is_told_in_our_own_words() {
        let shown = sanitized(
            "pg_restore: error: COPY failed for table \"users\": ERROR:  invalid input syntax for type integer: \"ada\"\n\
             CONTEXT:  COPY users, line 1, column id: \"ada\"\n",
        );
        assert_eq!(shown, ["COPY failed for table \"users\": a value is not valid for its type"]);
    }

    #[test]
    fn a_message_of_unknown_form_is_withheld_in_any_language() {
        for severity in ["ERROR", "FEHLER", "ОШИБКА", "错误", "FATAL"] {
            let shown =
                sanitized(&format!("psql:file.sql:12: {severity}:  user ada@example.com has no phone\nada again\n"));
            assert_eq!(shown.len(), 1, "{shown:?}");
            assert!(shown[0].contains("withheld") && !shown[0].contains("ada"), "{shown:?}");
        }
    }

    #[test]
    fn what_the_program_itself_says_is_kept() {
        assert_eq!(
            sanitized("pg_restore: error: could not open input file \"shop.dump\": No such file or directory\n"),
            ["could not open input file \"shop.dump\": No such file or directory"]
        );
        assert_eq!(
            sanitized(
                "psql: error: connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  password authentication failed for user \"me\"\n"
            ),
            [
                "connection to server at \"db\" (10.0.0.1), port 5432 failed: password authentication failed for user \"me\""
            ]
        );
    }

    #[test]
    fn statements_that_failed_are_not_shown() {
        assert!(
            sanitized(
                "pg_dump: detail: Command was: COPY (SELECT 'ada') TO stdout;\npg_dump: error: query was: SELECT 'ada'\n"
            )
            .is_empty()
        );
        assert_eq!(
            sanitized("pg_dump: detail: Error message from server: ERROR:  permission denied for table users\n"),
            ["permission denied for table users"]
        );
    }

    proptest! {
        #[test]
        fn a_value_in_a_free_message_never_passes(value in "[a-z@. \"':()]{0,30}") {
            for line in [
                format!("pg_restore: error: could not execute query: ERROR:  no such person: {value}XYZZY"),
                format!("DETAIL:  Key (email)=({value}XYZZY) already exists."),
                format!("psql:f:1: ERROR:  invalid input syntax for type uuid: \"{value}XYZZY\""),
                format!("pg_restore: error: could not execute query: ERROR:  syntax error at or near \"{value}XYZZY\""),
            ] {
                prop_assert!(!sanitize(&line).unwrap_or_default().contains("XYZZY"), "{line}");
            }
        }
    }
}
