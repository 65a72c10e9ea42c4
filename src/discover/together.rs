//! What one column is proposed to be says something of others: what refers to it, and what mentions its values.

use super::classify::{self, Confidence, Proposal};
use super::starter::{Entries, Entry};
use crate::postgres::catalog::Catalog;
use crate::postgres::identifier::TableName;
use crate::rules::naming;

/// Transforms of values that have a form of their own, by which nobody else would know them in a text.
const OWN_FORMS: &[&str] =
    &["token", "api_key", "totp_seed", "cookie", "passport", "code", "hex_digest", "key", "username"];

/// Has all that belongs together decided alike.
pub(super) fn decide(tables: &mut [Entries], catalog: &Catalog) {
    keep_what_refers(tables);
    scrub_what_mentions_kept_keys(tables);
    redact_what_mentions(tables);
    agree(tables, catalog);
}

/// Identifiers that a kept key has too refer to it, though the schema doesn't say so.
fn keep_what_refers(tables: &mut [Entries]) {
    let refers = |entry: &Entry| {
        let is_guess = entry.preset.is_none() && entry.proposal.confidence == Confidence::Guess;
        let is_open = is_guess && naming::is_identifier(&entry.column);
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
        let is_own = entry.preset.is_none();
        let is_redacted = is_own && (entry.decision() == "redact" || entry.decision().contains("json"));
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
    let own_form = |entry: &Entry| OWN_FORMS.contains(&entry.decision());
    let mut mentioning = Vec::new();
    for (table, (_, entries)) in tables.iter().enumerate() {
        for (number, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.is_scrubbed()) {
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
                let Some(head) = entry(tables, &key.to, to) else { continue };
                let (decisions, confidence) = (head.decisions(), head.proposal.confidence);
                let preset = head.preset.clone();
                if let Some(entry) = entry(tables, &key.from, from)
                    && entry.decisions() != decisions
                {
                    let reason = format!("as {}.{to}, which it refers to", key.to);
                    entry.say(Proposal { decisions, confidence, reason });
                    // It follows what the preset decides without being named.
                    entry.preset = preset;
                }
            }
        }
    }
}

fn entry<'a>(tables: &'a mut [Entries], table: &TableName, column: &str) -> Option<&'a mut Entry> {
    let (_, entries) = tables.iter_mut().find(|(name, _)| name == table)?;
    entries.iter_mut().find(|entry| entry.column == column)
}
