//! `references`: what refers to what though the schema doesn't say so.

use super::diagnostics::quoted;
use super::json_path::JsonPath;
use super::rule::{Condition, Place, Reference};
use super::schema::REFERENCE_KEYS;
use super::syntax::{Content, Node};
use super::table_name;
use super::walk::{Entry, Walk};
use crate::postgres::identifier::TableName;

/// The path that stands for the elements of an array.
pub const ELEMENTS: &str = "[*]";

const SHORT: &str = "audit_log.user_email -> users.email";
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
        let Some(reference) = one(walk, node) else { continue };
        match references.iter().find(|other| is_same(other, &reference)) {
            Some(same) if same.place != reference.place => {
                let help = format!("it is on line {} too", same.place.line);
                walk.wrong(reference.place, "the reference is there twice", help);
            }
            _ => references.push(reference),
        }
    }
    references
}

fn is_same(a: &Reference, b: &Reference) -> bool {
    let sql = |reference: &Reference| reference.when.as_ref().map(|when| when.sql.clone());
    (&a.table, &a.column, &a.path, sql(a), &a.to_table, &a.to_column)
        == (&b.table, &b.column, &b.path, sql(b), &b.to_table, &b.to_column)
}

fn one(walk: &mut Walk, node: &Node) -> Option<Reference> {
    match &node.content {
        Content::Text { text, .. } => short(walk, text, node.place),
        Content::Mapping(_) => long(walk, node),
        Content::Broken => None,
        Content::Nothing | Content::List(_) => {
            walk.wrong(node.place, "a reference is missing", format!("write `{SHORT}`, or `{LONG}`"));
            None
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

fn long(walk: &mut Walk, node: &Node) -> Option<Reference> {
    let entries = walk.entries(node, "a reference", LONG)?;
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
    whole(walk, node.place, from?, to?, path, when)
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
mod tests {
    use crate::rules::load;
    use crate::rules::rule::Reference;

    fn file(references: &str) -> String {
        format!("version: 1\ntables: {{}}\nreferences:\n{references}")
    }

    fn read(references: &str) -> Vec<Reference> {
        load::parse("", file(references).as_bytes())
            .unwrap_or_else(|invalid| panic!("{:?}", invalid.mistakes))
            .references
    }

    fn mistakes(references: &str) -> Vec<(usize, String, String)> {
        let invalid = load::parse("", file(references).as_bytes()).expect_err(references);
        let place = |mistake: &crate::rules::rule::Mistake| mistake.place.map_or(0, |place| place.line);
        invalid.mistakes.iter().map(|m| (place(m), m.what.clone(), m.help.clone().unwrap_or_default())).collect()
    }

    fn shown(reference: &Reference) -> String {
        let when = reference.when.as_ref().map(|when| format!(" when {}", when.sql)).unwrap_or_default();
        let path = reference.path.as_deref().unwrap_or_default();
        let Reference { table, column, to_table, to_column, .. } = reference;
        format!("{table} {column} {path} > {to_table} {to_column}{when}")
    }

    #[test]
    fn every_form_is_read() {
        let references = read(
            r#"  - audit_log.user_email -> users.email
  - "orders.user_ids[*]->support.\"odd -> name\".id"
  - { from: comments.subject_id, to: users.id, when: "subject_type = 'User'" }
  - from: audit_log.details
    path: $['user'].email
    to: users.email
  - { from: orders.details, path: "[*]", to: '"v1.users"."e.mail"' }
"#,
        );
        let shown: Vec<String> = references.iter().map(shown).collect();
        assert_eq!(
            shown,
            [
                "audit_log user_email  > users email",
                "orders user_ids [*] > support.odd -> name id",
                "comments subject_id  > users id when subject_type = 'User'",
                "audit_log details $.user.email > users email",
                "orders details [*] > \"v1.users\" e.mail",
            ]
        );
        assert_eq!((references[0].place.line, references[0].place.column), (4, 5));
    }

    #[test]
    fn each_mistake_has_its_line_and_says_what_to_write() {
        for (text, what, help) in [
            ("  - users.email", "has no `->`", "audit_log.user_email -> users.email"),
            ("  - email -> users.email", "names no column", "table.column"),
            ("  - a.b.c.d -> users.email", "has more than", "double quotes"),
            ("  - a.b -> users.ids[*]", "elements of an array", "alone"),
            ("  - a.b -> a.b", "refers to itself", "another"),
            ("  - { form: a.b, to: c.d }", "unknown key `form`", "did you mean `from`?"),
            ("  - { from: a.b }", "needs `to`", "write it as in"),
            ("  - { from: a.b, to: [c.d] }", "`to` has to be a text", "as in"),
            ("  - { from: a.b, to: c.d, path: user.email }", "`user.email` is not a path", "begin with `$`"),
            ("  - { from: \"a.b[*]\", to: c.d, path: $.x }", "either `[*]` or a `path`", "into the path"),
            ("  - { from: a.b, to: c.d, path: $.x, when: 'true' }", "can't have `when`", "leave"),
            ("  -", "a reference is missing", "users.email"),
            ("  a.b: c.d", "has to be a list", "begin each with `-`"),
            ("", "names none", "remove"),
        ] {
            let found = mistakes(text);
            let line = if text.is_empty() { 3 } else { 4 };
            assert!(
                found.iter().any(|(at, w, h)| *at == line && w.contains(what) && h.contains(help)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn one_that_is_there_twice_is_found_however_it_is_written() {
        let twice =
            mistakes("  - { from: a.b, path: $.x, to: c.d }\n  - { from: a.b, path: \"$['x']\", to: public.c.d }");
        assert_eq!(twice.len(), 1, "{twice:?}");
        assert_eq!((twice[0].0, twice[0].1.as_str()), (5, "the reference is there twice"));
        assert_eq!(read("  - { from: a.b, to: c.d, when: x }\n  - { from: a.b, to: c.d, when: y }").len(), 2);
    }
}
