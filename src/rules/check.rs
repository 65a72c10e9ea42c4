//! The rules that a tree says: what keys there are at each level, and what is valid.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::accept::{self, Accept};
use super::assertions::{self, Assertion};
use super::diagnostics::quoted;
use super::rule::{ColumnRule, GlobRules, LargeObjects, PatternRule, Place, Reference, RowRules, TableRules, TypeRule};
use super::schema::{FILE_KEYS, LARGE_OBJECTS, SAYS_SOMETHING, TABLE_KEYS, VERSION, locales};
use super::suggest;
use super::syntax::{Content, Node};
use super::table_name::{self, Tables};
use super::transform::Locale;
use super::walk::{Entry, Walk};
use super::{cases, composition, references, row_rules};

/// What one file says, as far as it could be read; only what left no mistake is whole.
#[derive(Default)]
pub(super) struct Said {
    pub(super) extends: Vec<Named>,
    pub(super) include: Vec<Named>,
    pub(super) presets: Vec<Named>,
    pub(super) locale: Option<(Locale, Place)>,
    pub(super) large_objects: Option<(LargeObjects, Place)>,
    pub(super) defaults: Vec<TypeRule>,
    pub(super) patterns: Vec<PatternRule>,
    pub(super) tables: Vec<TableRules>,
    pub(super) table_globs: Vec<GlobRules>,
    pub(super) references: Vec<Reference>,
    pub(super) accepted: Vec<Accept>,
    pub(super) assertions: Vec<Assertion>,
}

/// Another file, or a preset, and where it is named.
pub(super) struct Named {
    pub(super) text: String,
    pub(super) place: Place,
}

const EXAMPLE: &str = "version: 1";
const TABLE_EXAMPLE: &str = "users: { columns: { email: email } }";

/// Reads the whole file.
pub(super) fn read(walk: &mut Walk, root: &Node) -> Said {
    let mut said = Said::default();
    let Some(entries) = walk.entries(root, "a rules file", EXAMPLE) else { return said };
    for entry in &entries {
        match entry.key {
            "version" => version(walk, entry),
            "extends" => said.extends = composition::names(walk, entry, "base.yaml"),
            "include" => said.include = composition::names(walk, entry, "parts/users.yaml"),
            "presets" => said.presets = composition::presets(walk, entry),
            "locale" => said.locale = locale(walk, entry).map(|locale| (locale, entry.place)),
            "large_objects" => said.large_objects = large_objects(walk, entry).map(|chosen| (chosen, entry.place)),
            "defaults" => said.defaults = composition::defaults(walk, entry),
            "patterns" => said.patterns = composition::patterns(walk, entry),
            "tables" => tables(walk, entry, &mut said),
            "references" => said.references.extend(references::read(walk, entry)),
            "assertions" => said.assertions.extend(assertions::read(walk, entry)),
            "accept" => said.accepted.extend(accept::read(walk, entry)),
            _ => walk.unknown_key(entry, "a rules file", FILE_KEYS),
        }
    }
    let has = |key: &str| entries.iter().any(|entry| entry.key == key);
    if !has("version") {
        walk.wrong(root.place, "`version` is missing", format!("write `version: {VERSION}` first"));
    }
    if !SAYS_SOMETHING.into_iter().any(has) {
        let help = format!("write `tables:`, and below it `{TABLE_EXAMPLE}`");
        walk.wrong(root.place, "`tables` is missing", help);
    }
    said
}

fn version(walk: &mut Walk, entry: &Entry<'_>) {
    let help = format!("write `version: {VERSION}`");
    match &entry.value.content {
        Content::Text { text, quoted: false } if *text == VERSION.to_string() => {}
        Content::Text { text, quoted: false } if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            let what = format!("version {} of the rules is not known here", quoted(text));
            walk.wrong(entry.value.place, what, format!("{help}, or use a newer stagemask"));
        }
        Content::Broken => {}
        Content::Nothing => walk.wrong(entry.place, "`version` has no value", help),
        _ => walk.wrong(entry.value.place, "`version` has to be a number, without quotes", help),
    }
}

/// The text of a value that is one of a few words.
fn word<'n>(walk: &mut Walk, entry: &Entry<'n>, known: &[&str]) -> Option<&'n str> {
    match &entry.value.content {
        Content::Text { text, .. } if known.contains(&text.as_str()) => return Some(text),
        Content::Text { text, .. } => {
            let what = format!("unknown {} {}", entry.key.replace('_', " "), quoted(text));
            let all = || format!("there are {}", known.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "));
            walk.wrong(entry.value.place, what, suggest::advice(text, known.iter().copied()).unwrap_or_else(all));
        }
        Content::Broken => {}
        Content::Nothing => {
            walk.wrong(entry.place, format!("`{}` has no value", entry.key), suggest::advice("", known.iter().copied()))
        }
        _ => walk.wrong(
            entry.value.place,
            format!("`{}` has to be a text", entry.key),
            suggest::advice("", known.iter().copied()),
        ),
    }
    None
}

fn locale(walk: &mut Walk, entry: &Entry<'_>) -> Option<Locale> {
    let known = locales();
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    if let Content::Text { text, .. } = &entry.value.content
        && !names.contains(&text.as_str())
        && let Some(meant) = names.iter().find(|name| name.split('_').any(|part| part.eq_ignore_ascii_case(text)))
    {
        let what = format!("unknown locale {}", quoted(text));
        walk.wrong(entry.value.place, what, format!("did you mean `{meant}`?"));
        return None;
    }
    let name = word(walk, entry, &names)?;
    Locale::deserialize(Value::from(name)).ok()
}

fn large_objects(walk: &mut Walk, entry: &Entry<'_>) -> Option<LargeObjects> {
    let [(drop, _), (keep, _)] = LARGE_OBJECTS;
    let chosen = word(walk, entry, &[drop, keep])?;
    Some(if chosen == keep { LargeObjects::Keep } else { LargeObjects::Drop })
}

fn tables(walk: &mut Walk, entry: &Entry<'_>, said: &mut Said) {
    if matches!(entry.value.content, Content::Nothing) {
        walk.wrong(entry.place, "`tables` names no tables", "write `tables: {}` if there are none".to_owned());
    }
    let mut seen: HashMap<Tables, (&str, Place)> = HashMap::new();
    for entry in walk.entries(entry.value, "`tables`", TABLE_EXAMPLE).unwrap_or_default() {
        let (columns, rows) = table(walk, &entry);
        let name = match table_name::parse(entry.key) {
            Ok(name) => name,
            Err((what, help)) => {
                walk.wrong(entry.place, format!("the name {} {what}", quoted(entry.key)), help.to_owned());
                continue;
            }
        };
        // The same spelling is noted as a duplicate key already.
        if let Some((key, place)) = seen.insert(name.clone(), (entry.key, entry.place))
            && key != entry.key
        {
            let help = format!("it is written as {} on line {}", quoted(key), place.line);
            walk.wrong(entry.place, format!("the table {} is there twice", quoted(entry.key)), help);
        }
        let place = entry.place;
        match name {
            Tables::One(name) => said.tables.push(TableRules { name, place, columns, rows }),
            Tables::Many(name) => {
                said.table_globs.push(GlobRules { name, written: entry.key.to_owned(), place, columns, rows });
            }
        }
    }
}

fn table(walk: &mut Walk, table: &Entry<'_>) -> (Vec<ColumnRule>, RowRules) {
    let owner = format!("the table {}", quoted(table.key));
    let (mut rules, mut rows) = (Vec::new(), RowRules::default());
    let mut names_none = table.value.is_empty();
    let entries = walk.entries(table.value, &owner, TABLE_EXAMPLE).unwrap_or_default();
    for entry in &entries {
        match entry.key {
            "columns" => {
                names_none |= entry.value.is_empty();
                rules.extend(columns(walk, entry, &owner));
            }
            _ if row_rules::read(walk, entry, &mut rows) => {}
            _ => unknown_table_key(walk, entry, &owner),
        }
    }
    row_rules::check(walk, &entries, &rows);
    if names_none {
        let help = "name its columns, or remove the table";
        walk.wrong(table.place, format!("{owner} names no columns"), help.to_owned());
    }
    (rules, rows)
}

fn columns(walk: &mut Walk, entry: &Entry<'_>, owner: &str) -> Vec<ColumnRule> {
    let columns = walk.entries(entry.value, &format!("`columns` of {owner}"), TABLE_EXAMPLE).unwrap_or_default();
    columns.iter().filter_map(|column| column_rule(walk, column)).collect()
}

/// What is said of one column, or of all that a pattern fits.
pub(super) fn column_rule(walk: &mut Walk, entry: &Entry<'_>) -> Option<ColumnRule> {
    let (decision, cases, domain) = cases::read(walk, entry)?;
    Some(ColumnRule { name: entry.key.to_owned(), decision, cases, domain, place: entry.place })
}

fn unknown_table_key(walk: &mut Walk, entry: &Entry<'_>, owner: &str) {
    if suggest::nearest(entry.key, TABLE_KEYS).is_some() {
        walk.unknown_key(entry, owner, TABLE_KEYS);
    } else {
        let what = format!("unknown key {} in {owner}", quoted(entry.key));
        let others: Vec<String> = TABLE_KEYS.iter().skip(1).map(|key| quoted(key)).collect();
        let help = format!("a table has `columns`, {}; names of columns go below `columns`", others.join(", "));
        walk.wrong(entry.place, what, help);
    }
}
