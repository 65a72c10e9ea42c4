//! `references`: what refers to what though the schema doesn't say so.

use super::diagnostics::quoted;
use super::json_path::JsonPath;
use super::rule::{Condition, Place, Reference};
use super::schema::REFERENCE_KEYS;
use super::syntax::{Content, Node};
use super::table_name;
use super::walk::{Entry, Walk};
use crate::postgres::identifier::{TableName, quote_identifier, quote_literal};

/// The path that stands for the elements of an array.
pub const ELEMENTS: &str = "[*]";

const SHORT: &str = "audit_log.user_email -> users.email";
const PAIR: &str = "{ from: comments.subject_id, type: subject_type, to: { User: users.id, Post: posts.id } }";
const LONG: &str = "{ from: audit_log.details, path: \"$.user.email\", to: users.email }";
const PATH_HELP: &str = "a path leads into a document, as in \"$.user.email\"; the elements of an array are `\"[*]\"`";

/// A column as a reference names it.
struct End {
    table: TableName,
    column: String,
    /// Whether it names the elements of the column.
    elements: bool,
}

/// Reads the list of references.
pub(super) fn read(walk: &mut Walk, entry: &Entry<'_>) -> Vec<Reference> {
    let nodes = match &entry.value.content {
        Content::List(nodes) => nodes,
        Content::Broken => return Vec::new(),
        Content::Nothing => {
            walk.wrong(entry.place, "`references` names none", format!("write `- {SHORT}` below it, or remove it"));
            return Vec::new();
        }
        Content::Text { .. } | Content::Mapping(_) => {
            walk.wrong(entry.value.place, "`references` has to be a list", format!("begin each with `-`: `- {SHORT}`"));
            return Vec::new();
        }
    };
    let mut references: Vec<Reference> = Vec::new();
    for node in nodes {
        for reference in one(walk, node) {
            match references.iter().find(|other| is_same(other, &reference)) {
                Some(same) if same.place != reference.place => {
                    let help = format!("it is on line {} too", same.place.line);
                    walk.wrong(reference.place, "the reference is there twice", help);
                }
                _ => references.push(reference),
            }
        }
    }
    references
}

fn is_same(a: &Reference, b: &Reference) -> bool {
    let sql = |reference: &Reference| reference.when.as_ref().map(|when| when.sql.clone());
    (&a.table, &a.column, &a.path, sql(a), &a.to_table, &a.to_column)
        == (&b.table, &b.column, &b.path, sql(b), &b.to_table, &b.to_column)
}

/// What one item of the list says: a reference, or of a pair of type and id one for each type.
fn one(walk: &mut Walk, node: &Node) -> Vec<Reference> {
    match &node.content {
        Content::Text { text, .. } => short(walk, text, node.place).into_iter().collect(),
        Content::Mapping(_) => long(walk, node).unwrap_or_default(),
        Content::Broken => Vec::new(),
        Content::Nothing | Content::List(_) => {
            walk.wrong(node.place, "a reference is missing", format!("write `{SHORT}`, or `{LONG}`"));
            Vec::new()
        }
    }
}

fn short(walk: &mut Walk, text: &str, place: Place) -> Option<Reference> {
    let Some((from, to)) = around_arrow(text) else {
        let help = format!("write `{SHORT}`");
        walk.wrong(place, format!("{} has no `->`", quoted(text)), help);
        return None;
    };
    let (from, to) = (end(walk, from, place), end(walk, to, place));
    whole(walk, place, from?, to?, None, None)
}

fn long(walk: &mut Walk, node: &Node) -> Option<Vec<Reference>> {
    let entries = walk.entries(node, "a reference", LONG)?;
    let is_mapping = |entry: &Entry<'_>| entry.key == "to" && matches!(entry.value.content, Content::Mapping(_));
    if entries.iter().any(|entry| entry.key == "type" || is_mapping(entry)) {
        return pair(walk, node, &entries);
    }
    let (mut from, mut to, mut path, mut when) = (None, None, None, None);
    let mut complete = true;
    for entry in &entries {
        let Some(text) = text(walk, entry) else {
            complete = false;
            continue;
        };
        match entry.key {
            "from" => from = Some(end(walk, text, entry.value.place)?),
            "to" => to = Some(end(walk, text, entry.value.place)?),
            "path" => path = Some(json_path(walk, text, entry.value.place)?),
            "when" => when = Some(Condition { sql: text.to_owned(), place: entry.value.place }),
            _ => {
                walk.unknown_key(entry, "a reference", REFERENCE_KEYS);
                complete = false;
            }
        }
    }
    for missing in ["from", "to"] {
        if !entries.iter().any(|entry| entry.key == missing) {
            walk.wrong(node.place, format!("a reference needs `{missing}`"), format!("write it as in `{LONG}`"));
            complete = false;
        }
    }
    if !complete {
        return None;
    }
    whole(walk, node.place, from?, to?, path, when).map(|reference| vec![reference])
}

/// A pair of columns, of which one says to what the other refers: one reference for each type.
fn pair(walk: &mut Walk, node: &Node, entries: &[Entry<'_>]) -> Option<Vec<Reference>> {
    let (mut from, mut by, mut to) = (None, None, None);
    let help = || format!("write it as in `{PAIR}`");
    let mut complete = true;
    for entry in entries {
        match (entry.key, &entry.value.content) {
            ("to", Content::Mapping(_)) => to = walk.entries(entry.value, "`to`", PAIR),
            ("to", _) => {
                walk.wrong(entry.value.place, "beside `type`, `to` has to say to what each type refers", help());
                complete = false;
            }
            ("from" | "type", _) => match text(walk, entry) {
                Some(text) if entry.key == "from" => from = Some((text, entry.value.place)),
                Some(text) => by = Some(text),
                None => complete = false,
            },
            ("path" | "when", _) => {
                let what = format!("a reference with `type` can't have `{}`", entry.key);
                walk.wrong(entry.place, what, "leave one of them out".to_owned());
                complete = false;
            }
            _ => {
                walk.unknown_key(entry, "a reference", REFERENCE_KEYS);
                complete = false;
            }
        }
    }
    for missing in ["from", "type", "to"].into_iter().filter(|key| !entries.iter().any(|entry| entry.key == *key)) {
        walk.wrong(node.place, format!("a reference by types needs `{missing}`"), help());
        complete = false;
    }
    let (Some((from, from_place)), Some(by), Some(to), true) = (from, by, to, complete) else { return None };
    let mut references = Vec::new();
    for entry in to {
        let Some(target) = text(walk, &entry) else { continue };
        let place = entry.place;
        let when = Condition { sql: format!("{} = {}", quote_identifier(by), quote_literal(entry.key)), place };
        let (from, to) = (end(walk, from, from_place)?, end(walk, target, entry.value.place));
        references.extend(to.and_then(|to| whole(walk, place, from, to, None, Some(when))));
    }
    Some(references)
}

/// Puts a reference together, unless its parts don't go together.
fn whole(
    walk: &mut Walk,
    place: Place,
    from: End,
    to: End,
    path: Option<String>,
    when: Option<Condition>,
) -> Option<Reference> {
    let mut wrong = |what: &str, help: &str| {
        walk.wrong(place, what, help.to_owned());
        None
    };
    if to.elements {
        return wrong("a reference can't lead to the elements of an array", "refer to a column whose values are alone");
    }
    if from.elements && path.is_some() {
        return wrong("a reference has either `[*]` or a `path`", "put the `[*]` into the path: \"$[*].id\"");
    }
    let path = if from.elements { Some(ELEMENTS.to_owned()) } else { path };
    if path.is_some() && when.is_some() {
        return wrong("a reference out of a part of a column can't have `when`", "leave one of them out");
    }
    if path.is_none() && (&from.table, &from.column) == (&to.table, &to.column) {
        return wrong("the column refers to itself", "name another column behind the arrow");
    }
    Some(Reference {
        table: from.table,
        column: from.column,
        path,
        when,
        to_table: to.table,
        to_column: to.column,
        place,
    })
}

/// The text of a value.
fn text<'n>(walk: &mut Walk, entry: &Entry<'n>) -> Option<&'n str> {
    match &entry.value.content {
        Content::Text { text, .. } if !text.trim().is_empty() => Some(text),
        Content::Broken => None,
        _ => {
            walk.wrong(entry.place, format!("{} has to be a text", quoted(entry.key)), format!("as in `{LONG}`"));
            None
        }
    }
}

fn json_path(walk: &mut Walk, text: &str, place: Place) -> Option<String> {
    if text == ELEMENTS {
        return Some(text.to_owned());
    }
    match JsonPath::parse(text) {
        // One spelling for each, so that two of the same are seen to be.
        Ok(path) => Some(path.to_string()),
        Err(why) => {
            walk.wrong(place, format!("{} is not a path", quoted(text)), format!("{why}; {PATH_HELP}"));
            None
        }
    }
}

fn end(walk: &mut Walk, text: &str, place: Place) -> Option<End> {
    let text = text.trim();
    let (name, elements) = text.strip_suffix(ELEMENTS).map_or((text, false), |name| (name, true));
    match table_name::parse_column(name) {
        Ok((table, column)) => Some(End { table, column, elements }),
        Err((what, help)) => {
            walk.wrong(place, format!("the name {} {what}", quoted(text)), help.to_owned());
            None
        }
    }
}

/// What stands on both sides of the arrow, which isn't one inside of a quoted name.
fn around_arrow(text: &str) -> Option<(&str, &str)> {
    let outside = |at: &usize| text.get(..*at).is_some_and(|before| before.matches('"').count().is_multiple_of(2));
    let at = text.match_indices("->").map(|(at, _)| at).find(outside)?;
    Some((text.get(..at)?, text.get(at + 2..)?))
}

#[cfg(test)]
mod tests;
