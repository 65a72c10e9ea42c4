//! What the file says of the rows of a table: which are carried, and which of them are masked.

use super::rule::{Condition, Place, RowRules};
use super::sql_expression;
use super::syntax::Content;
use super::walk::{Entry, Walk};

/// The keys of a table that are about its rows, and what they mean.
pub(super) const ROW_KEYS: [(&str, &str); 4] = [
    ("where", "Only rows of which this SQL condition is true are carried."),
    ("unless", "Rows of which this SQL condition is true are carried unmasked. They are listed in the report."),
    ("limit", "At most so many rows are carried, those with the lowest primary keys."),
    ("truncate", "No row is carried; then the columns need no rules."),
];

/// Reads one of these keys; whether it is one.
pub(super) fn read(walk: &mut Walk, entry: &Entry<'_>, rows: &mut RowRules) -> bool {
    match entry.key {
        "where" => rows.only = condition(walk, entry),
        "unless" => rows.unless = condition(walk, entry),
        "limit" => rows.limit = limit(walk, entry),
        "truncate" => rows.truncate = truncate(walk, entry),
        _ => return false,
    }
    true
}

/// Notes what contradicts itself.
pub(super) fn check(walk: &mut Walk, entries: &[Entry<'_>], rows: &RowRules) {
    if !rows.truncate {
        return;
    }
    for entry in entries.iter().filter(|entry| matches!(entry.key, "where" | "unless" | "limit")) {
        let what = format!("`{}` says which rows, and `truncate` that there are none", entry.key);
        walk.wrong(entry.place, what, "take one of them out".to_owned());
    }
}

/// Reads a condition: text that is one SQL expression.
pub(super) fn condition(walk: &mut Walk, entry: &Entry<'_>) -> Option<Condition> {
    const HELP: &str = "write SQL as it would stand behind WHERE, such as \"kind = 'person'\"";
    let place = entry.value.place;
    match &entry.value.content {
        Content::Text { text, .. } => match sql_expression::require_one(text) {
            Ok(()) => return Some(Condition { sql: text.clone(), place }),
            Err(why) => walk.wrong(place, format!("the condition {why}"), HELP.to_owned()),
        },
        Content::Nothing => walk.wrong(entry.place, format!("`{}` has no condition", entry.key), HELP.to_owned()),
        Content::Broken => {}
        _ => walk.wrong(place, format!("`{}` has to be a text", entry.key), HELP.to_owned()),
    }
    None
}

fn limit(walk: &mut Walk, entry: &Entry<'_>) -> Option<u64> {
    let help = "write a number of rows, such as `limit: 1000`";
    let wrong = |walk: &mut Walk, place: Place, help: &str| {
        walk.wrong(place, "`limit` has to be a whole number above 0, without quotes", help.to_owned());
        None
    };
    match &entry.value.content {
        Content::Text { text, quoted: false } => match text.parse::<i64>().ok().and_then(|rows| rows.try_into().ok()) {
            Some(0) => wrong(walk, entry.value.place, "for no rows write `truncate: true`"),
            Some(rows) => Some(rows),
            None => wrong(walk, entry.value.place, help),
        },
        Content::Broken => None,
        Content::Nothing => wrong(walk, entry.place, help),
        _ => wrong(walk, entry.value.place, help),
    }
}

fn truncate(walk: &mut Walk, entry: &Entry<'_>) -> bool {
    match &entry.value.content {
        Content::Text { text, quoted: false } if text == "true" => return true,
        Content::Text { text, quoted: false } if text == "false" => {}
        Content::Broken => {}
        content => {
            let place = if matches!(content, Content::Nothing) { entry.place } else { entry.value.place };
            walk.wrong(place, "`truncate` has to be `true` or `false`", "write `truncate: true`".to_owned());
        }
    }
    false
}
