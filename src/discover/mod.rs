//! Proposes rules for a database that has none: looks at names, types and a sample of rows, and decides on every column.
//!
//! What it can't tell it masks; it keeps only what name and data both call a word of the program, or what can't carry
//! personal data. The proposal passes `check`, and says of every line how sure it is and why, without any value.

mod classify;
mod names;
mod sample;
mod starter;
mod subject;

use std::collections::BTreeSet;

use crate::error::Result;
use crate::postgres::catalog::{Catalog, Kind, Table};
use crate::postgres::connect::Session;
use crate::postgres::identifier::TableName;
use crate::rules::transform::Locale;
use crate::verify::detectors::Detectors;
pub use classify::Confidence;
use sample::ColumnLook;
use starter::{Entries, Entry};
pub use subject::Subject;

/// How a database is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Looking {
    /// At most so many rows of each table are read.
    pub rows: u64,
    /// Whose names are made up.
    pub locale: Locale,
}

/// A rules file to start from.
#[derive(Debug, Clone)]
pub struct Starter {
    /// The file.
    pub text: String,
    /// What it says, column by column.
    pub columns: Vec<Proposed>,
}

/// What is proposed for one column.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Proposed {
    /// The table, as rules name it.
    pub table: String,
    /// The column.
    pub column: String,
    /// The decision, as it is written.
    pub decision: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why.
    pub reason: String,
}

/// Looks at a database, inside the transaction of the session.
///
/// # Errors
/// When it can't be read, or some column can have no rule at all.
pub async fn discover(session: &Session, catalog: &Catalog, looking: Looking) -> Result<Starter> {
    let detectors = Detectors::new();
    let keys = key_columns(catalog);
    let mut tables: Vec<Entries> = Vec::new();
    for table in catalog.tables.iter().filter(|table| table.kind != Kind::MaterializedView) {
        if tables.iter().any(|(name, _)| *name == table.root) {
            continue;
        }
        let looks = sample::look(session, table, looking.rows, &detectors).await?;
        tables.push((table.root.clone(), entries(table, looks, &keys)));
    }
    keep_what_refers(&mut tables);
    scrub_what_mentions_kept_keys(&mut tables);
    redact_what_mentions(&mut tables);
    agree(&mut tables, catalog);
    let text = starter::write(&mut tables, catalog, &head(looking))?;
    let columns =
        tables.iter().flat_map(|(table, entries)| entries.iter().map(|entry| proposed(table, entry))).collect();
    Ok(Starter { text, columns })
}

fn proposed(table: &TableName, entry: &Entry) -> Proposed {
    Proposed {
        table: table.to_string(),
        column: entry.column.clone(),
        decision: entry.decision().to_owned(),
        confidence: entry.proposal.confidence,
        reason: entry.proposal.reason.clone(),
    }
}

/// Columns of primary and foreign keys.
fn key_columns(catalog: &Catalog) -> BTreeSet<(TableName, String)> {
    let mut keys = BTreeSet::new();
    for key in &catalog.foreign_keys {
        keys.extend(key.from_columns.iter().map(|column| (key.from.clone(), column.clone())));
        keys.extend(key.to_columns.iter().map(|column| (key.to.clone(), column.clone())));
    }
    for table in &catalog.tables {
        let primary = table.primary_key.iter().filter_map(|position| table.columns.get(*position));
        keys.extend(primary.map(|column| (table.root.clone(), column.name.clone())));
    }
    keys
}

fn entries(table: &Table, looks: Vec<ColumnLook>, keys: &BTreeSet<(TableName, String)>) -> Vec<Entry> {
    let streamed = table.streamed().map(|(_, column)| column).zip(looks);
    let proposed = streamed.filter_map(|(column, look)| {
        let is_key = keys.contains(&(table.root.clone(), column.name.clone()));
        let proposal = classify::column(column, &look, is_key)?;
        Some(Entry::new(column, proposal, look.whole, is_key))
    });
    proposed.collect()
}

/// Identifiers that a kept key has too refer to it, though the schema doesn't say so.
fn keep_what_refers(tables: &mut [Entries]) {
    let refers = |entry: &Entry| {
        let is_open = entry.proposal.confidence == Confidence::Guess && names::is_identifier(&entry.column);
        let kept = tables.iter().flat_map(|(name, entries)| entries.iter().map(move |entry| (name, entry)));
        let mut kept = kept.filter(|(_, other)| is_open && other.is_kept_key && other.decision() == "keep");
        kept.find(|(_, other)| other.look.mentions(&entry.look)).map(|(name, other)| format!("{name}.{}", other.column))
    };
    let found: Vec<Vec<Option<String>>> =
        tables.iter().map(|(_, entries)| entries.iter().map(refers).collect()).collect();
    for ((_, entries), found) in tables.iter_mut().zip(found) {
        for (entry, key) in entries.iter_mut().zip(found) {
            if let Some(key) = key {
                entry.proposal.decisions.insert(0, "keep".to_owned());
                entry.proposal.confidence = Confidence::Likely;
                entry.proposal.reason = format!("holds keys of {key}, which are kept");
            }
        }
    }
}

/// What is redacted must not be found anywhere any more, and kept keys are: where they are mentioned, only what looks
/// like personal data can be replaced.
fn scrub_what_mentions_kept_keys(tables: &mut [Entries]) {
    let mentions = |entry: &Entry| {
        let others = tables.iter().flat_map(|(_, entries)| entries);
        let is_redacted = entry.decision() == "redact" || entry.decision().contains("json");
        let mut kept = others.filter(|other| is_redacted && other.is_kept_key && other.decision() == "keep");
        kept.any(|other| entry.look.mentions(&other.look))
    };
    let found: Vec<Vec<bool>> = tables.iter().map(|(_, entries)| entries.iter().map(mentions).collect()).collect();
    for ((_, entries), found) in tables.iter_mut().zip(found) {
        for entry in entries.iter_mut().zip(found).filter_map(|(entry, found)| found.then_some(entry)) {
            entry.proposal.decisions.insert(0, "free_text".to_owned());
            entry.proposal.reason = format!("{}; keys that are kept are mentioned in it", entry.proposal.reason);
        }
    }
}

/// A text in which a code, a number or a token of another column is mentioned can't be scrubbed by look: only that column
/// knows what they look like.
fn redact_what_mentions(tables: &mut [Entries]) {
    let own_form = |entry: &Entry| matches!(entry.decision(), "token" | "code" | "hex_digest" | "key" | "username");
    let mut mentioning = Vec::new();
    for (table, (_, entries)) in tables.iter().enumerate() {
        for (number, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.is_scrubbed_or_kept()) {
            let mut others = tables.iter().flat_map(|(name, entries)| entries.iter().map(move |entry| (name, entry)));
            let is_mentioned = |(_, other): &(&TableName, &Entry)| {
                own_form(other) && entry.look.mentions(&other.look)
                    || other.decision() == "email" && entry.look.mentions_mailbox(&other.look)
            };
            if let Some((name, other)) = others.find(is_mentioned) {
                mentioning.push((table, number, format!("what is in {name}.{} is mentioned in it", other.column)));
            }
        }
    }
    for (table, number, reason) in mentioning {
        if let Some(entry) = tables.get_mut(table).and_then(|(_, entries)| entries.get_mut(number)) {
            entry.proposal.decisions = classify::or_safe(&["redact"]);
            entry.proposal.reason = reason;
        }
    }
}

/// Both ends of a foreign key get one decision: that of the column that is referred to.
fn agree(tables: &mut [Entries], catalog: &Catalog) {
    // A chain of references is followed to its end; each round takes one step of it.
    for _ in 0..catalog.foreign_keys.len() {
        for key in &catalog.foreign_keys {
            for (from, to) in key.from_columns.iter().zip(&key.to_columns) {
                let proposal = entry(tables, &key.to, to).map(|entry| entry.proposal.clone());
                if let Some(entry) = entry(tables, &key.from, from)
                    && let Some(proposal) = proposal
                    && entry.proposal.decisions != proposal.decisions
                {
                    entry.proposal.decisions = proposal.decisions;
                    entry.proposal.reason = format!("as {}.{to}, which it refers to", key.to);
                }
            }
        }
    }
}

fn entry<'a>(tables: &'a mut [Entries], table: &TableName, column: &str) -> Option<&'a mut Entry> {
    let (_, entries) = tables.iter_mut().find(|(name, _)| name == table)?;
    entries.iter_mut().find(|entry| entry.column == column)
}

fn head(looking: Looking) -> String {
    let locale = serde_json::to_value(looking.locale).ok();
    let locale = locale.as_ref().and_then(serde_json::Value::as_str).unwrap_or("en");
    format!(
        "# yaml-language-server: $schema=./schema.json\n\
         #\n\
         # A start, from the names and types of columns and a look at {} rows of each table at most. Go through every line:\n\
         # `sure` is what name and data agree on, `guess` is masked because nothing tells what it holds. Numbers, times, uuids\n\
         # and enums that nothing is said of are kept.\n\
         version: 1\n\
         locale: {locale}\n",
        looking.rows
    )
}
