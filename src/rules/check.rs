//! The rules that a tree says: what keys there are at each level, and what is valid.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::accept::{self, Accept};
use super::cases;
use super::diagnostics::quoted;
use super::row_rules;
use super::rule::{ColumnRule, LargeObjects, Place, RowRules, TableRules};
use super::schema::{FILE_KEYS, LARGE_OBJECTS, TABLE_KEYS, VERSION, locales};
use super::suggest;
use super::syntax::{Content, Node};
use super::table_name;
use super::transform::Locale;
use super::walk::{Entry, Walk};
use crate::postgres::identifier::TableName;

/// What a file says, as far as it could be read; only what left no mistake is whole.
#[derive(Default)]
pub(super) struct Said {
    pub(super) locale: Locale,
    pub(super) tables: Vec<TableRules>,
    pub(super) large_objects: LargeObjects,
    pub(super) accepted: Vec<Accept>,
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
            "locale" => said.locale = locale(walk, entry).unwrap_or_default(),
            "large_objects" => said.large_objects = large_objects(walk, entry).unwrap_or_default(),
            "accept" => said.accepted.extend(accept::read(walk, entry)),
            "tables" => said.tables.extend(tables(walk, entry)),
            _ => walk.unknown_key(entry, "a rules file", FILE_KEYS),
        }
    }
    for (key, help) in [
        ("version", format!("write `version: {VERSION}` first")),
        ("tables", format!("write `tables:`, and below it `{TABLE_EXAMPLE}`")),
    ] {
        if !entries.iter().any(|entry| entry.key == key) {
            walk.wrong(root.place, format!("`{key}` is missing"), help);
        }
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
            walk.wrong(entry.value.place, what, suggest::advice(text, known.iter().copied()));
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
    let name = word(walk, entry, &names)?;
    Locale::deserialize(Value::from(name)).ok()
}

fn large_objects(walk: &mut Walk, entry: &Entry<'_>) -> Option<LargeObjects> {
    let [(drop, _), (keep, _)] = LARGE_OBJECTS;
    let chosen = word(walk, entry, &[drop, keep])?;
    Some(if chosen == keep { LargeObjects::Keep } else { LargeObjects::Drop })
}

fn tables(walk: &mut Walk, entry: &Entry<'_>) -> Vec<TableRules> {
    if matches!(entry.value.content, Content::Nothing) {
        walk.wrong(entry.place, "`tables` names no tables", "write `tables: {}` if there are none".to_owned());
    }
    let mut tables = Vec::new();
    let mut seen: HashMap<TableName, (&str, Place)> = HashMap::new();
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
        tables.push(TableRules { name, place: entry.place, columns, rows });
    }
    tables
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
    let rule = |column: &Entry<'_>| {
        let (decision, cases) = cases::read(walk, column)?;
        Some(ColumnRule { name: column.key.to_owned(), decision, cases, domain: None, place: column.place })
    };
    columns.iter().filter_map(rule).collect()
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
