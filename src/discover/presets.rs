//! Presets of frameworks that a database has: which they are, and what they decide of it.

use std::collections::{BTreeSet, HashMap};

use super::Preset;
use super::classify::{self, Confidence, Proposal};
use super::sample::ColumnLook;
use super::starter::Entries;
use crate::error::{Error, Result};
use crate::mask::plan;
use crate::postgres::catalog::Catalog;
use crate::postgres::identifier::TableName;
use crate::rules::load;
use crate::rules::presets::{PREFIX, PRESETS, PresetFile};
use crate::rules::resolve::{Origin, spelled};
use crate::secret::MaskingKey;

/// A preset that applies, and the tables by which its framework was recognised.
pub(super) type Found = (&'static PresetFile, Vec<String>);

/// What presets decide, by table and column.
pub(super) type Decided = HashMap<(TableName, String), ByPreset>;

/// What a preset says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ByPreset {
    /// The preset.
    name: &'static str,
    /// The line that says it.
    line: usize,
    /// The decision as it is written.
    pub(super) decision: String,
}

impl ByPreset {
    /// Whether this line of a file is the one that says it.
    pub(super) fn is_line(&self, file: &str, line: usize) -> bool {
        self.line == line && file.strip_prefix(PREFIX) == Some(self.name)
    }
}

/// The presets whose frameworks a database has.
pub(super) fn find(catalog: &Catalog) -> Vec<Found> {
    PRESETS.iter().filter_map(|preset| Some((preset, preset.applies(catalog)?))).collect()
}

/// What these presets decide of a database.
///
/// # Errors
/// When the system has no random bytes.
pub(super) fn decided(found: &[Found], catalog: &Catalog) -> Result<Decided> {
    if found.is_empty() {
        return Ok(Decided::new());
    }
    let names: Vec<&str> = found.iter().map(|(preset, _)| preset.name).collect();
    let text = format!("version: 1\npresets: [{}]\n", names.join(", "));
    let rules = load::parse("presets", text.as_bytes()).map_err(Error::from)?;
    let resolution = plan::resolve(&rules, catalog, &MaskingKey::random()?);
    let mut decided = Decided::new();
    for (column, by) in resolution.columns.iter().filter_map(|(column, decided)| Some((column, decided.by?))) {
        let Origin::Preset(name) = by.origin else { continue };
        let Some((preset, _)) = found.iter().find(|(preset, _)| preset.name == name) else { continue };
        let says = ByPreset { name: preset.name, line: by.rule.place.line, decision: spelled(by.rule) };
        decided.insert(column.clone(), says);
    }
    Ok(decided)
}

/// Whether a preset's decision holds: it does, unless it keeps what the cells say is personal. The proposal is what holds
/// without it; none for a column that neither of them speaks of.
pub(super) fn weigh(
    preset: Option<&ByPreset>,
    proposal: Option<Proposal>,
    look: &ColumnLook,
) -> (Option<Proposal>, Option<ByPreset>) {
    let Some(preset) = preset else { return (proposal, None) };
    match proposal {
        Some(mut proposal) if preset.decision == "keep" && classify::is_personal(look) => {
            proposal.reason = format!("{}; the preset {} would keep it", proposal.reason, preset.name);
            (Some(proposal), None)
        }
        Some(proposal) => (Some(proposal), Some(preset.clone())),
        None => {
            let reason = "by its type".to_owned();
            let nothing = Proposal { decisions: Vec::new(), confidence: Confidence::Likely, reason };
            (Some(nothing), Some(preset.clone()))
        }
    }
}

/// The presets that decide some column.
pub(super) fn used(found: &[Found], tables: &[Entries]) -> Vec<Preset> {
    let of = |(preset, tables_of_it): &Found| {
        let entries = tables.iter().flat_map(|(table, entries)| entries.iter().map(move |entry| (table, entry)));
        let decided = entries.filter(|(_, entry)| entry.preset.as_ref().is_some_and(|by| by.name == preset.name));
        let decided: Vec<&TableName> = decided.map(|(table, _)| table).collect();
        Preset {
            name: preset.name,
            recognised_by: tables_of_it.clone(),
            tables: decided.iter().collect::<BTreeSet<_>>().len() as u64,
            columns: decided.len() as u64,
        }
    };
    found.iter().map(of).filter(|preset| preset.columns > 0).collect()
}

/// What the file says of its presets, and why it names them.
pub(super) fn block(presets: &[Preset]) -> String {
    if presets.is_empty() {
        return String::new();
    }
    let mut text = "\
        # What the tables of these frameworks hold is known, and their presets decide on it. Named below are the columns\n\
        # that a preset doesn't know, and those whose data speak against it. `stagemask check --explain table.column` says\n\
        # which line decides.\n\
        presets:\n"
        .to_owned();
    for preset in presets {
        let line = format!("  - {}", preset.name);
        let (tables, columns) = (preset.tables, preset.columns);
        let because = preset.recognised_by.join(", ");
        text.push_str(&format!("{line:<30}  # {columns} columns of {tables} tables; it has {because}\n"));
    }
    text
}
