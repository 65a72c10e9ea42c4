//! A look at some rows of a table: what is counted of each column and of each part of its documents, never a value.

use std::collections::{BTreeMap, HashSet};

use futures_util::{StreamExt as _, pin_mut};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};
use crate::postgres::catalog::{Column, Table};
use crate::postgres::connect::Session;
use crate::postgres::copy_binary::{TupleSplitter, read_tuple};
use crate::postgres::error::ServerContext as _;
use crate::postgres::texts::{as_text, visit_texts};
use crate::postgres::types::TypeClass;
use crate::verify::detectors::verdict::{Finding, Tally};
use crate::verify::detectors::{Context, Detectors, Hits, Kind};
use crate::verify::findings::Severity;

/// Parts that are told apart in the documents of one column. With more, they use data as keys.
const MOST_PARTS: usize = 60;

/// Shorter words are met by chance.
const SHORTEST_TOKEN: usize = 6;

/// How deep a document is looked into.
const DEEPEST: usize = 12;

/// What was seen in the cells of a column, or of one part of its documents.
#[derive(Default)]
pub(super) struct Look {
    /// Cells that aren't NULL nor empty.
    pub(super) filled: u64,
    /// Words, of which a cell counts those of its longest line.
    words: u64,
    /// Cells that look like a word of a program: letters, digits and a little punctuation, without spaces.
    symbols: u64,
    /// Of different cells.
    distinct: HashSet<u64>,
    /// Of what stands before the @ of different e-mail addresses.
    local_parts: HashSet<u64>,
    /// Cells that are hexadecimal digits, as many as a digest has.
    digests: u64,
    /// Whether some cell has a secret in it.
    secrets: bool,
    /// Of the longer words in all cells.
    tokens: HashSet<u64>,
    /// Cells in which something was recognised.
    by_kind: BTreeMap<Kind, u64>,
    /// Cells of text; the others are numbers and truth values.
    pub(super) texts: u64,
    tally: Tally,
}

/// What was seen in a column.
#[derive(Default)]
pub(super) struct ColumnLook {
    /// The cells as a whole.
    pub(super) whole: Look,
    /// The parts of its documents by their paths, in the order in which they were met; none if they can't be told apart.
    pub(super) parts: Option<Vec<(String, Look)>>,
}

impl Look {
    /// Different cells among those that were looked at.
    pub(super) fn distinct(&self) -> u64 {
        self.distinct.len() as u64
    }

    /// The kind that most cells hold and nothing else does, with the share of cells.
    pub(super) fn main_kind(&self) -> Option<(Kind, f64)> {
        let found = |kind: &Kind| {
            let is_found = |found: &Finding| found.kind == *kind && found.severity >= Severity::Warning;
            *kind != Kind::NationalIdFrom2032 && self.tally.findings().iter().any(is_found)
        };
        let (kind, cells) = self.by_kind.iter().filter(|(kind, _)| found(kind)).max_by_key(|(_, cells)| **cells)?;
        Some((*kind, *cells as f64 / self.filled.max(1) as f64))
    }

    /// Words a cell on average.
    pub(super) fn words(&self) -> f64 {
        self.words as f64 / self.filled.max(1) as f64
    }

    /// Whether the cells are a few words of a program, again and again.
    pub(super) fn is_enumeration(&self) -> bool {
        self.filled > 0 && self.symbols == self.filled && (self.distinct() <= 12 || self.distinct() * 20 <= self.filled)
    }

    /// Whether no cell has a space or a letter outside of ASCII.
    pub(super) fn is_symbolic(&self) -> bool {
        self.filled > 0 && self.symbols == self.filled
    }

    /// Whether the cells could be whole names of people, which are two to four words and seldom the same.
    pub(super) fn could_be_names(&self) -> bool {
        self.filled == 0
            || (1.7..=4.0).contains(&self.words()) && self.distinct() * 4 >= self.filled && self.filled >= 4
    }

    /// Whether every cell has the form of a digest.
    pub(super) fn is_digest(&self) -> bool {
        self.filled > 0 && self.digests == self.filled
    }

    /// Whether a value of an identifying column stands among the words of this one.
    pub(super) fn mentions(&self, identifying: &Self) -> bool {
        !identifying.distinct.is_disjoint(&self.tokens)
    }

    /// Whether the part before the @ of some address stands among the words of this column, without the rest.
    pub(super) fn mentions_mailbox(&self, addresses: &Self) -> bool {
        !addresses.local_parts.is_disjoint(&self.tokens)
    }

    /// Whether some secret is in it, by its form or by the key under which it stands.
    pub(super) fn holds_secrets(&self) -> bool {
        self.secrets
    }

    fn note_secrets(&mut self, text: &str, context: &Context, detectors: &Detectors, hits: &mut Hits) {
        hits.clear();
        detectors.scan(text, context, hits);
        self.secrets |= hits.found.iter().any(|hit| is_secret(hit.kind));
    }

    fn add(&mut self, text: &str, is_text: bool, context: &Context, detectors: &Detectors, hits: &mut Hits) {
        if text.trim().is_empty() {
            return;
        }
        self.filled += 1;
        self.texts += u64::from(is_text);
        let longest_line = text.lines().map(|line| line.split_whitespace().count()).max();
        self.words += longest_line.unwrap_or(0) as u64;
        // The elements of an array are lines here.
        let symbolic = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/+*{},\n".contains(&byte);
        self.symbols += u64::from(text.len() <= 64 && text.bytes().all(symbolic));
        self.distinct.insert(hash(text));
        if let Some((local, _)) = text.split_once('@').filter(|(local, _)| local.len() >= SHORTEST_TOKEN) {
            self.local_parts.insert(hash(local));
        }
        let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.digests += u64::from(is_hex && matches!(text.len(), 32 | 40 | 56 | 64 | 96 | 128));
        let words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '@' | '.'));
        self.tokens.extend(words.filter(|word| word.len() >= SHORTEST_TOKEN).map(|word| hash(word.trim_matches('.'))));
        hits.clear();
        detectors.scan(text, context, hits);
        self.tally.add(hits);
        self.secrets |= hits.found.iter().any(|hit| is_secret(hit.kind));
        let kinds: HashSet<Kind> = hits.found.iter().map(|hit| hit.kind).collect();
        kinds.into_iter().for_each(|kind| *self.by_kind.entry(kind).or_default() += 1);
    }
}

/// Looks at up to `rows` rows of a table.
///
/// # Errors
/// When the server fails or the table can't be read.
pub(super) async fn look(
    session: &Session,
    table: &Table,
    rows: u64,
    detectors: &Detectors,
) -> Result<Vec<ColumnLook>> {
    let columns: Vec<&Column> = table.streamed().map(|(_, column)| column).collect();
    let doing = || format!("reading a sample of {}", table.name);
    let malformed = |cause| Error::failed(format!("{} failed", doing())).because(cause);
    let stream = session.copy_out(&statement(table, &columns, rows)).await.server_context(doing)?;
    pin_mut!(stream);
    let mut looks = Looks::new(&columns, detectors);
    let mut splitter = TupleSplitter::new(columns.len());
    while let Some(message) = stream.next().await.transpose().server_context(doing)? {
        splitter.push(&message).map_err(malformed)?;
        let tuples = splitter.take(Vec::new());
        let (mut at, mut fields) = (0, Vec::with_capacity(columns.len()));
        while at < tuples.bytes.len() {
            at = read_tuple(&tuples.bytes, at, &mut fields).map_err(malformed)?;
            looks.row(&fields);
        }
    }
    splitter.finish().map_err(malformed)?;
    Ok(looks.columns)
}

fn is_secret(kind: Kind) -> bool {
    matches!(kind, Kind::Secret | Kind::HighEntropy | Kind::Jwt | Kind::PasswordHash)
}

fn hash(text: &str) -> u64 {
    xxh3_64(text.to_lowercase().as_bytes())
}

/// A large table is sampled by pages, the same ones each time, so that its end is seen as well as its beginning.
fn statement(table: &Table, columns: &[&Column], rows: u64) -> String {
    let read: Vec<String> = columns.iter().map(|column| column.as_read()).collect();
    let share = rows as f64 / table.estimated_rows.max(1) as f64 * 200.0;
    let sample = if table.estimated_rows > rows * 2 && share < 100.0 && table.pages > 0 {
        format!(" TABLESAMPLE SYSTEM ({share:.6}) REPEATABLE (1)")
    } else {
        String::new()
    };
    format!(
        "COPY (SELECT {} FROM ONLY {}{sample} LIMIT {rows}) TO STDOUT (FORMAT binary)",
        read.join(", "),
        table.name.sql()
    )
}

struct Looks<'a> {
    sampled: &'a [&'a Column],
    contexts: Vec<Context>,
    detectors: &'a Detectors,
    hits: Hits,
    columns: Vec<ColumnLook>,
}

impl<'a> Looks<'a> {
    fn new(sampled: &'a [&'a Column], detectors: &'a Detectors) -> Self {
        let contexts = sampled.iter().map(|column| detectors.context(&column.name, None)).collect();
        let is_document = |class: &TypeClass| matches!(class, TypeClass::Json | TypeClass::Jsonb | TypeClass::Text);
        let new =
            |column: &&Column| ColumnLook { parts: is_document(&column.class).then(Vec::new), ..ColumnLook::default() };
        Self { sampled, contexts, detectors, hits: Hits::new(), columns: sampled.iter().map(new).collect() }
    }

    fn row(&mut self, fields: &[Option<&[u8]>]) {
        let Self { sampled, contexts, detectors, hits, columns } = self;
        for (((column, look), context), field) in sampled.iter().zip(columns).zip(contexts).zip(fields) {
            let Some(cell) = field else { continue };
            let is_text = matches!(column.class, TypeClass::Text);
            if is_text || !column.binary {
                look.whole.add(&as_text(cell), true, context, detectors, hits);
                if matches!(cell.first(), Some(b'{' | b'[')) {
                    visit_texts(&column.class, cell, &mut |found| {
                        let context = detectors.context(&column.name, found.key);
                        look.whole.note_secrets(found.text, &context, detectors, hits);
                    });
                }
            } else {
                let mut joined = String::new();
                visit_texts(&column.class, cell, &mut |found| {
                    joined.push_str(found.text);
                    joined.push('\n');
                });
                look.whole.add(joined.trim_end(), true, context, detectors, hits);
            }
            let document = match column.class {
                TypeClass::Text if !matches!(cell.first(), Some(b'{' | b'[')) => {
                    look.parts = None;
                    None
                }
                TypeClass::Json | TypeClass::Text => Some(*cell),
                TypeClass::Jsonb => cell.get(1..),
                _ => None,
            };
            if let (Some(document), Some(parts)) = (document, &mut look.parts)
                && !take_apart(document, column, parts, detectors, hits)
            {
                look.parts = None;
            }
        }
    }
}

/// Looks at each part of a document. False if its parts can't be told apart.
fn take_apart(
    document: &[u8],
    column: &Column,
    parts: &mut Vec<(String, Look)>,
    detectors: &Detectors,
    hits: &mut Hits,
) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(document) else { return false };
    let mut told_apart = true;
    leaves(&value, "$", "", 0, &mut |path, key, leaf| {
        let Some(path) = path else {
            told_apart = false;
            return;
        };
        let at = parts.iter().position(|(known, _)| known == path).unwrap_or_else(|| {
            parts.push((path.to_owned(), Look::default()));
            parts.len() - 1
        });
        let context = detectors.context(&column.name, Some(key).filter(|key| !key.is_empty()));
        let Some((_, look)) = parts.get_mut(at) else { return };
        match leaf {
            Value::String(text) => look.add(text, true, &context, detectors, hits),
            Value::Null => {}
            other => look.add(&other.to_string(), false, &context, detectors, hits),
        }
    });
    told_apart && parts.len() <= MOST_PARTS
}

/// Visits the leaves of a document with their paths; no path where a key isn't a plain name.
fn leaves(value: &Value, path: &str, key: &str, depth: usize, visit: &mut dyn FnMut(Option<&str>, &str, &Value)) {
    match value {
        Value::Object(members) if depth < DEEPEST => {
            for (name, member) in members {
                if is_plain(name) {
                    leaves(member, &format!("{path}.{name}"), name, depth + 1, visit);
                } else {
                    visit(None, name, member);
                }
            }
        }
        Value::Array(elements) if depth < DEEPEST => {
            let path = format!("{path}[*]");
            elements.iter().for_each(|element| leaves(element, &path, key, depth + 1, visit));
        }
        Value::Object(_) | Value::Array(_) => visit(None, key, value),
        leaf => visit(Some(path), key, leaf),
    }
}

/// A name that a program chose; data are used as keys too.
fn is_plain(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leaves_of_a_document_have_paths_and_data_used_as_keys_has_none() {
        let value = serde_json::json!({ "a": { "b": [{ "c": 1 }, { "c": "x" }] }, "kari@post.no": true });
        let mut seen = Vec::new();
        leaves(&value, "$", "", 0, &mut |path, key, _| seen.push((path.map(str::to_owned), key.to_owned())));
        let path = Some("$.a.b[*].c".to_owned());
        assert_eq!(seen, [(path.clone(), "c".to_owned()), (path, "c".to_owned()), (None, "kari@post.no".to_owned())]);
    }

    #[test]
    fn a_few_words_again_and_again_are_an_enumeration_and_names_are_not() {
        let detectors = Detectors::new();
        let context = detectors.context("state", None);
        let look = |cells: &[&str]| {
            let mut look = Look::default();
            cells.iter().for_each(|cell| look.add(cell, true, &context, &detectors, &mut Hits::new()));
            look
        };
        assert!(look(&["open", "closed", "open"]).is_enumeration());
        assert!(!look(&["Kari Lie", "Ola Nordby"]).is_enumeration());
        let (kind, share) = look(&["kari@fjordpost.no", "ola@bergenmail.no", "none"]).main_kind().unwrap();
        assert_eq!(kind, Kind::Email);
        assert!((share - 2.0 / 3.0).abs() < 1e-9);
    }
}
