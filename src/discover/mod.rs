//! Proposes rules for a database that has none: looks at names, types and a sample of rows, and decides on every column.
//!
//! What it can't tell it masks; it keeps only what name and data both call a word of the program, or what can't carry
//! personal data. The proposal passes `check`, and says of every line how sure it is and why, without any value.
//!
//! Where a database has the tables of a framework that a preset is for, the preset decides on them, and the file names only
//! what it leaves open, and what the data speak against.

mod classify;
mod document;
mod presets;
mod sample;
mod starter;
mod together;
mod typed;

use std::collections::BTreeSet;

use crate::error::Result;
use crate::postgres::catalog::{Catalog, Kind, Table};
use crate::postgres::connect::Session;
use crate::postgres::identifier::TableName;
pub use crate::rules::naming::Subject;
use crate::rules::transform::Locale;
use crate::verify::detectors::Detectors;
pub use classify::Confidence;
use sample::ColumnLook;
use starter::{Entries, Entry};

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
    /// The presets that it names.
    pub presets: Vec<Preset>,
    /// What it says itself, column by column.
    pub columns: Vec<Proposed>,
}

/// A preset whose framework the database has.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// The tables by which the framework was recognised.
    pub recognised_by: Vec<String>,
    /// In how many tables it decides columns.
    pub tables: u64,
    /// How many columns it decides.
    pub columns: u64,
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
    let found = presets::find(catalog);
    let by_preset = presets::decided(&found, catalog)?;
    let mut tables: Vec<Entries> = Vec::new();
    for table in catalog.tables.iter().filter(|table| table.kind != Kind::MaterializedView) {
        if tables.iter().any(|(name, _)| *name == table.root) {
            continue;
        }
        let looks = sample::look(session, table, looking.rows, &detectors).await?;
        tables.push((table.root.clone(), entries(table, looks, &keys, &by_preset)));
    }
    together::decide(&mut tables, catalog);
    let text = starter::write(&mut tables, catalog, &head(looking), &found)?;
    let presets = presets::used(&found, &tables);
    let all = tables.iter().flat_map(|(table, entries)| entries.iter().map(move |entry| (table, entry)));
    let own = all.filter(|(_, entry)| entry.preset.is_none());
    let columns = own.map(|(table, entry)| proposed(table, entry)).collect();
    Ok(Starter { text, presets, columns })
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

fn entries(
    table: &Table,
    looks: Vec<ColumnLook>,
    keys: &BTreeSet<(TableName, String)>,
    by_preset: &presets::Decided,
) -> Vec<Entry> {
    let streamed = table.streamed().map(|(_, column)| column).zip(looks);
    let proposed = streamed.filter_map(|(column, look)| {
        let is_key = keys.contains(&(table.root.clone(), column.name.clone()));
        let proposal = classify::column(column, &look, is_key, &table.columns);
        let preset = by_preset.get(&(table.root.clone(), column.name.clone()));
        match presets::weigh(preset, proposal, &look) {
            (Some(proposal), preset) => Some(Entry::new(column, proposal, look.whole, is_key, preset)),
            (None, _) => None,
        }
    });
    proposed.collect()
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
