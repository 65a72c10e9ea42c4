//! Writes a starter file, and goes on to the next best decision where a column can't have the best.

use super::classify::{Confidence, Proposal};
use super::sample::Look;
use crate::error::{Error, ErrorKind, Result};
use crate::mask::plan::Plan;
use crate::postgres::catalog::{Catalog, Column};
use crate::postgres::identifier::TableName;
use crate::rules::load;
use crate::secret::MaskingKey;

/// A column with its proposal, and which of its decisions is taken.
pub(super) struct Entry {
    pub(super) column: String,
    pub(super) type_name: String,
    pub(super) proposal: Proposal,
    pub(super) look: Look,
    pub(super) is_kept_key: bool,
    taken: usize,
}

impl Entry {
    pub(super) fn new(column: &Column, proposal: Proposal, look: Look, is_key: bool) -> Self {
        let is_kept_key = is_key && proposal.decisions.first().is_some_and(|first| first == "keep");
        let (column, type_name) = (column.name.clone(), column.type_name.clone());
        Self { column, type_name, proposal, look, is_kept_key, taken: 0 }
    }

    /// Whether the text, or a part of it, stays but for what looks like personal data.
    pub(super) fn is_scrubbed_or_kept(&self) -> bool {
        let decision = self.decision();
        decision.contains("free_text") || decision.contains("json")
    }

    /// The decision that is taken.
    pub(super) fn decision(&self) -> &str {
        self.proposal.decisions.get(self.taken).map_or("redact", String::as_str)
    }
}

/// A table with what is proposed for its columns.
pub(super) type Entries = (TableName, Vec<Entry>);

/// The file, in which every decision is one that its column can have.
///
/// # Errors
/// When a column can have none of those that were proposed.
pub(super) fn write(tables: &mut [Entries], catalog: &Catalog, head: &str) -> Result<String> {
    let key = MaskingKey::random()?;
    let most =
        tables.iter().flat_map(|(_, entries)| entries).map(|entry| entry.proposal.decisions.len()).sum::<usize>();
    for _ in 0..=most {
        let (text, lines) = render(tables, head);
        let wrong = match load::parse("starter.yaml", text.as_bytes()) {
            Err(invalid) => Error::from(invalid),
            Ok(rules) => match Plan::make(&rules, catalog, &key) {
                Ok(_) => return Ok(text),
                Err(error) => error,
            },
        };
        let spots: Vec<usize> = wrong.spots().iter().filter_map(|spot| spot.at).map(|(line, _)| line).collect();
        if !try_next(tables, &lines, &spots) {
            return Err(Error::new(ErrorKind::Failed, "no rules could be found that fit the schema").because(wrong));
        }
    }
    Err(Error::failed("no rules could be found that fit the schema"))
}

/// Moves the columns of these lines on to their next decision. One that has none left is not named any more: numbers are
/// kept then, and anything else stops the run. False if no line is a column's.
fn try_next(tables: &mut [Entries], lines: &[(usize, usize, usize)], spots: &[usize]) -> bool {
    let mut moved = false;
    for (_, table, number) in lines.iter().rev().filter(|(line, ..)| spots.contains(line)) {
        let Some((_, entries)) = tables.get_mut(*table) else { continue };
        let Some(entry) = entries.get_mut(*number) else { continue };
        entry.taken += 1;
        entry.proposal.confidence = Confidence::Guess;
        if entry.taken >= entry.proposal.decisions.len() {
            entries.remove(*number);
        }
        moved = true;
    }
    moved
}

/// The text, and for each line of a column its number, table and entry.
fn render(tables: &[Entries], head: &str) -> (String, Vec<(usize, usize, usize)>) {
    let any = tables.iter().any(|(_, entries)| !entries.is_empty());
    let mut text = format!("{head}tables:{}\n", if any { "" } else { " {}" });
    let mut lines = Vec::new();
    for (table, (name, entries)) in tables.iter().enumerate() {
        if entries.is_empty() {
            continue;
        }
        text.push_str(&format!("  {}:\n    columns:\n", yaml_key(&name.to_string())));
        for (number, entry) in entries.iter().enumerate() {
            let line = format!("      {}: {}", yaml_key(&entry.column), entry.decision());
            let why = format!("{}: {} ({})", word(entry.proposal.confidence), entry.proposal.reason, entry.type_name);
            text.push_str(&format!("{line:<58}  # {why}\n"));
            lines.push((text.lines().count(), table, number));
        }
    }
    (text, lines)
}

pub(super) fn word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Guess => "guess",
        Confidence::Likely => "likely",
        Confidence::Sure => "sure",
    }
}

/// A plain scalar where YAML allows one, else in single quotes.
fn yaml_key(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
        && name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if plain && !matches!(name, "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n") {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "''"))
    }
}
