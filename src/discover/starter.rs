//! Writes a starter file, and goes on to the next best decision where a column can't have the best.

use super::classify::{Confidence, Proposal};
use super::presets::{self, ByPreset, Found};
use super::sample::Look;
use crate::error::{Error, ErrorKind, Result, Spot};
use crate::mask::plan::Plan;
use crate::postgres::catalog::{Catalog, Column};
use crate::postgres::identifier::TableName;
use crate::rules::load;
use crate::secret::MaskingKey;

/// What the file is called as long as it is none.
const NAME: &str = "starter.yaml";

/// A column with its proposal, and which of its decisions is taken.
pub(super) struct Entry {
    pub(super) column: String,
    pub(super) type_name: String,
    pub(super) proposal: Proposal,
    pub(super) look: Look,
    pub(super) is_kept_key: bool,
    /// What a preset says of it, as long as it decides: then the file doesn't name the column.
    pub(super) preset: Option<ByPreset>,
    taken: usize,
}

impl Entry {
    pub(super) fn new(column: &Column, proposal: Proposal, look: Look, is_key: bool, preset: Option<ByPreset>) -> Self {
        let (column, type_name) = (column.name.clone(), column.type_name.clone());
        let mut entry = Self { column, type_name, proposal, look, is_kept_key: false, preset, taken: 0 };
        entry.is_kept_key = is_key && entry.decision() == "keep";
        entry
    }

    /// Whether the text, or a part of it, stays but for what looks like personal data.
    pub(super) fn is_scrubbed(&self) -> bool {
        let decision = self.decision();
        self.preset.is_none() && (decision.contains("free_text") || decision.contains("json"))
    }

    /// The decision that is taken.
    pub(super) fn decision(&self) -> &str {
        match &self.preset {
            Some(preset) => &preset.decision,
            None => self.proposal.decisions.get(self.taken).map_or("redact", String::as_str),
        }
    }

    /// All that can be decided, best first.
    pub(super) fn decisions(&self) -> Vec<String> {
        match &self.preset {
            Some(preset) => vec![preset.decision.clone()],
            None => self.proposal.decisions.clone(),
        }
    }

    /// Has the file decide on the column, whatever a preset says.
    pub(super) fn say(&mut self, proposal: Proposal) {
        (self.proposal, self.preset, self.taken) = (proposal, None, 0);
    }

    /// Goes on to the next decision. False if none is left: then the column isn't named any more.
    fn go_on(&mut self) -> bool {
        // What the preset says can't be, so that the first decision hasn't been tried.
        self.taken += usize::from(self.preset.take().is_none());
        self.proposal.confidence = Confidence::Guess;
        self.taken < self.proposal.decisions.len()
    }
}

/// A table with what is proposed for its columns.
pub(super) type Entries = (TableName, Vec<Entry>);

/// The file, in which every decision is one that its column can have.
///
/// # Errors
/// When a column can have none of those that were proposed.
pub(super) fn write(tables: &mut [Entries], catalog: &Catalog, head: &str, presets: &[Found]) -> Result<String> {
    let key = MaskingKey::random()?;
    let most = tables.iter().flat_map(|(_, entries)| entries).map(|entry| entry.decisions().len() + 1).sum::<usize>();
    for _ in 0..=most {
        let head = format!("{head}{}", presets::block(&presets::used(presets, tables)));
        let (text, lines) = render(tables, &head);
        let wrong = match load::parse(NAME, text.as_bytes()) {
            Err(invalid) => Error::from(invalid),
            Ok(rules) => match Plan::make(&rules, catalog, &key) {
                Ok(_) => return Ok(text),
                Err(error) => error,
            },
        };
        if !try_next(tables, &lines, wrong.spots()) {
            return Err(Error::new(ErrorKind::Failed, "no rules could be found that fit the schema").because(wrong));
        }
    }
    Err(Error::failed("no rules could be found that fit the schema"))
}

/// Moves the columns that these lines decide on to their next decision, be the lines in this file or in a preset. One that
/// has none left is not named any more: numbers are kept then, and anything else stops the run. False if no line is a
/// column's.
fn try_next(tables: &mut [Entries], lines: &[(usize, usize, usize)], spots: &[Spot]) -> bool {
    let mut moved = false;
    for (table, (_, entries)) in tables.iter_mut().enumerate() {
        let mut number = 0;
        entries.retain_mut(|entry| {
            let (at, preset) = (number, entry.preset.as_ref());
            number += 1;
            let is_own = |line| lines.contains(&(line, table, at));
            let is_meant =
                spots.iter().filter_map(|spot| Some((&spot.file, spot.at?.0))).any(|(file, line)| match preset {
                    Some(preset) => preset.is_line(file, line),
                    None => file == NAME && is_own(line),
                });
            moved |= is_meant;
            !is_meant || entry.go_on()
        });
    }
    moved
}

/// The text, and for each line of a column its number, table and entry.
fn render(tables: &[Entries], head: &str) -> (String, Vec<(usize, usize, usize)>) {
    let is_own = |entry: &Entry| entry.preset.is_none();
    let any = tables.iter().any(|(_, entries)| entries.iter().any(is_own));
    let mut text = format!("{head}tables:{}\n", if any { "" } else { " {}" });
    let mut lines = Vec::new();
    for (table, (name, entries)) in tables.iter().enumerate() {
        if !entries.iter().any(is_own) {
            continue;
        }
        text.push_str(&format!("  {}:\n    columns:\n", yaml_key(&name.to_string())));
        for (number, entry) in entries.iter().enumerate().filter(|(_, entry)| is_own(entry)) {
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
