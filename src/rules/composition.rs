//! The keys by which rules are put together: other files, presets, patterns, defaults.

use std::collections::HashMap;

use super::check::{Named, column_rule};
use super::diagnostics::quoted;
use super::glob::{Glob, TableGlob};
use super::presets;
use super::rule::{ColumnRule, PatternRule, Place, TypeRule};
use super::suggest;
use super::syntax::Content;
use super::table_name;
use super::transform::Decision;
use super::type_name::{TYPE_NAMES, TypeName};
use super::walk::{Entry, Walk};

const PATTERN_EXAMPLE: &str = "\"*.email\": email";
const DEFAULT_EXAMPLE: &str = "inet: ip";

/// The texts of a list, or the one text that stands in its place.
pub(super) fn names(walk: &mut Walk, entry: &Entry<'_>, example: &str) -> Vec<Named> {
    let key = quoted(entry.key);
    let help = || format!("write it as in `{}: [{example}]`", entry.key);
    let items = match &entry.value.content {
        Content::List(items) if !items.is_empty() => items.iter().map(AsRef::as_ref).collect(),
        Content::Text { .. } => vec![entry.value],
        Content::Broken => Vec::new(),
        Content::Mapping(_) => {
            walk.wrong(entry.value.place, format!("{key} has to be a list of texts"), help());
            Vec::new()
        }
        Content::List(_) | Content::Nothing => {
            walk.wrong(entry.place, format!("{key} names nothing"), help());
            Vec::new()
        }
    };
    let mut names: Vec<Named> = Vec::new();
    for item in items {
        match &item.content {
            Content::Text { text, .. } if names.iter().any(|name| name.text == *text) => {
                let help = "take one of them out".to_owned();
                walk.wrong(item.place, format!("{} is named twice in {key}", quoted(text)), help);
            }
            Content::Text { text, .. } if !text.trim().is_empty() => {
                names.push(Named { text: text.clone(), place: item.place });
            }
            Content::Broken => {}
            _ => walk.wrong(item.place, format!("each of {key} has to be a text"), help()),
        }
    }
    names
}

/// The presets that are named, if there are such.
pub(super) fn presets(walk: &mut Walk, entry: &Entry<'_>) -> Vec<Named> {
    let mut named = names(walk, entry, "django-auth");
    named.retain(|name| {
        let known = presets::find(&name.text).is_some();
        if !known {
            let advice = suggest::advice(&name.text, presets::PRESETS.iter().map(|preset| preset.name));
            walk.wrong(name.place, format!("unknown preset {}", quoted(&name.text)), advice);
        }
        known
    });
    named
}

/// Columns by patterns of their names.
pub(super) fn patterns(walk: &mut Walk, entry: &Entry<'_>) -> Vec<PatternRule> {
    if entry.value.is_empty() {
        let help = format!("write it as in `{PATTERN_EXAMPLE}`, or take it out");
        walk.wrong(entry.place, "`patterns` has no patterns", help);
    }
    let mut seen: HashMap<(TableGlob, Glob), (&str, Place)> = HashMap::new();
    let mut patterns = Vec::new();
    for entry in walk.entries(entry.value, "`patterns`", PATTERN_EXAMPLE).unwrap_or_default() {
        let rule = column_rule(walk, &entry);
        let (table, column) = match table_name::parse_columns(entry.key) {
            Ok(parsed) => parsed,
            Err((what, help)) => {
                walk.wrong(entry.place, format!("the pattern {} {what}", quoted(entry.key)), help.to_owned());
                continue;
            }
        };
        // The same spelling is noted as a duplicate key already.
        if let Some((key, place)) = seen.insert((table.clone(), column.clone()), (entry.key, entry.place))
            && key != entry.key
        {
            let help = format!("it is written as {} on line {}", quoted(key), place.line);
            walk.wrong(entry.place, format!("the pattern {} is there twice", quoted(entry.key)), help);
        }
        let Some(rule) = rule else { continue };
        if keeps(&rule) && !column.names_enough_to_keep() {
            let what = format!("the pattern {} keeps columns that nobody has looked at", quoted(entry.key));
            let help = "`keep` needs more of the column's name: `\"*.created_at\": keep`, `\"*.*_id\": keep`";
            walk.wrong(entry.place, what, help.to_owned());
        }
        patterns.push(PatternRule { table, column, rule });
    }
    patterns
}

/// What happens to columns of a type that nothing else decides.
pub(super) fn defaults(walk: &mut Walk, entry: &Entry<'_>) -> Vec<TypeRule> {
    if entry.value.is_empty() {
        let help = format!("write it as in `{DEFAULT_EXAMPLE}`, or take it out");
        walk.wrong(entry.place, "`defaults` names no types", help);
    }
    let mut rules = Vec::new();
    for entry in walk.entries(entry.value, "`defaults`", DEFAULT_EXAMPLE).unwrap_or_default() {
        let rule = column_rule(walk, &entry);
        let Some(of) = TypeName::parse(entry.key) else {
            let what = format!("unknown type {} in `defaults`", quoted(entry.key));
            let known: Vec<&str> = TYPE_NAMES.iter().map(|name| name.word).collect();
            let all = || format!("there are {}", known.join(", "));
            let help = suggest::advice(entry.key, known.iter().copied()).unwrap_or_else(all);
            walk.wrong(entry.place, what, help);
            continue;
        };
        let Some(rule) = rule else { continue };
        if of.personal && keeps(&rule) {
            let what = format!("{} can't be kept by default: it can hold personal data", quoted(entry.key));
            let help = "write a transform, and `keep` for single columns under `tables` or `patterns`";
            walk.wrong(entry.place, what, help.to_owned());
        }
        rules.push(TypeRule { of, rule });
    }
    rules
}

/// Whether it keeps the value of some row.
fn keeps(rule: &ColumnRule) -> bool {
    rule.decision == Decision::Keep || rule.cases.iter().any(|case| case.decision == Decision::Keep)
}
