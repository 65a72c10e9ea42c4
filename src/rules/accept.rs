//! What is accepted of findings: `accept` at the top of a rules file.
//!
//! Each entry names one place and one kind of finding, why it may stay, who says so, and until when. None of them can be
//! left out, and no place can be a pattern: what nobody has looked at can't be accepted.

use std::collections::HashMap;

use super::diagnostics::quoted;
use super::rule::Place;
use super::syntax::{Content, Node};
use super::table_name;
use super::walk::{Entry, Walk};
use crate::postgres::civil_date::CivilDate;
use crate::postgres::identifier::TableName;
use crate::run_record::Acceptance;

/// The keys of an entry, and what they say.
pub(super) const KEYS: [(&str, &str); 5] = [
    ("place", "The one place, as the report has it: `table.column`, or `table.column at \"key\"`."),
    ("kind", "What was found there: a detector's kind such as `email`, or the words of the report."),
    ("reason", "Why it may stay."),
    ("who", "Who says so."),
    ("until", "The last day on which it counts, in UTC: `2026-12-31`."),
];

const EXAMPLE: &str = "{ place: notes.body, kind: email, reason: \"our own address\", who: Kari, until: 2026-12-31 }";

/// An entry of `accept`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    /// What it says.
    pub acceptance: Acceptance,
    /// Where the place stands in the file.
    pub place: Place,
    /// Where the kind stands in the file.
    pub kind_place: Place,
}

/// Reads the list.
pub(super) fn read(walk: &mut Walk, entry: &Entry<'_>) -> Vec<Accept> {
    let help = format!("write a list, each entry as in `- {EXAMPLE}`");
    let items = match &entry.value.content {
        Content::List(items) => items,
        Content::Broken => return Vec::new(),
        Content::Nothing => {
            walk.wrong(entry.place, "`accept` accepts nothing", format!("{help}, or leave it out"));
            return Vec::new();
        }
        _ => {
            walk.wrong(entry.value.place, "`accept` has to be a list", help);
            return Vec::new();
        }
    };
    let mut seen: HashMap<(TableName, String, Option<String>, String), usize> = HashMap::new();
    let mut accepted = Vec::new();
    for item in items {
        let Some(accept) = one(walk, item) else { continue };
        let Acceptance { table, column, key, kind, .. } = &accept.acceptance;
        let same = (table.clone(), column.clone(), key.clone(), kind.clone());
        if let Some(line) = seen.insert(same, accept.place.line) {
            walk.wrong(accept.place, "this is accepted twice", format!("it is on line {line} too; keep one of them"));
        }
        accepted.push(accept);
    }
    accepted
}

fn one(walk: &mut Walk, item: &Node) -> Option<Accept> {
    let entries = walk.entries(item, "an entry of `accept`", EXAMPLE)?;
    for entry in entries.iter().filter(|entry| !KEYS.iter().any(|(key, _)| *key == entry.key)) {
        walk.unknown_key(entry, "an entry of `accept`", KEYS.map(|(key, _)| key));
    }
    let said = KEYS.map(|(key, what)| {
        let Some(entry) = entries.iter().find(|entry| entry.key == key) else {
            walk.wrong(item.place, format!("`{key}` is missing"), what.to_owned());
            return None;
        };
        text(walk, entry, what).map(|text| (text, entry.value.place))
    });
    let [place, kind, reason, who, until] = said;
    let where_it_is = place.and_then(|(text, at)| Some((place_in(walk, text, at)?, at)));
    let until = until.and_then(|(text, at)| day(walk, text, at));
    let (((table, column, key), place), (kind, kind_place)) = (where_it_is?, kind?);
    Some(Accept {
        acceptance: Acceptance {
            table,
            column,
            key,
            kind: kind.to_owned(),
            reason: reason?.0.to_owned(),
            who: who?.0.to_owned(),
            until: until?,
        },
        place,
        kind_place,
    })
}

fn text<'n>(walk: &mut Walk, entry: &Entry<'n>, what: &str) -> Option<&'n str> {
    match &entry.value.content {
        Content::Text { text, .. } if !text.trim().is_empty() => return Some(text.trim()),
        Content::Broken => {}
        Content::Text { .. } | Content::Nothing => {
            walk.wrong(entry.place, format!("`{}` has no value", entry.key), what.to_owned());
        }
        _ => walk.wrong(entry.value.place, format!("`{}` has to be a text", entry.key), what.to_owned()),
    }
    None
}

/// `table.column`, `schema.table.column` or either with ` at key`, where each part may be in double quotes.
fn place_in(walk: &mut Walk, text: &str, at: Place) -> Option<(TableName, String, Option<String>)> {
    const HELP: &str = "write it as the report has it: `users.note`, `support.tickets.body at \"email\"`";
    let (column, key) = match text.split_once(" at ") {
        Some((column, key)) => (column.trim(), Some(key.trim())),
        None => (text, None),
    };
    let is_pattern = |part: &str| part.split('.').any(|part| part.contains(['*', '%', '?']) && !part.starts_with('"'));
    if is_pattern(column) || key.is_some_and(is_pattern) {
        let help = "name one table and one column: what nobody has looked at can't be accepted".to_owned();
        walk.wrong(at, format!("{} is a pattern, and not a place", quoted(text)), help);
        return None;
    }
    let parts = table_name::names(column).ok();
    let names = match parts.as_deref() {
        Some([table, column]) => Some((TableName::new("public", table), column.clone())),
        Some([schema, table, column]) => Some((TableName::new(schema, table), column.clone())),
        _ => None,
    };
    let key = match key {
        None => Some(None),
        Some(quoted) if quoted.starts_with('"') => serde_json::from_str(quoted).ok().map(Some),
        Some("") => None,
        Some(bare) => Some(Some(bare.to_owned())),
    };
    match (names, key) {
        (Some((table, column)), Some(key)) => Some((table, column, key)),
        _ => {
            walk.wrong(at, format!("{} isn't the name of a column", quoted(text)), HELP.to_owned());
            None
        }
    }
}

fn day(walk: &mut Walk, text: &str, at: Place) -> Option<String> {
    if CivilDate::parse(text).is_none() {
        let help = "write a day of the calendar as in 2026-12-31".to_owned();
        walk.wrong(at, format!("{} is no date", quoted(text)), help);
        return None;
    }
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::load;

    const GOOD: &str = "{ place: notes.body, kind: email, reason: ours, who: Kari, until: 2026-12-31 }";

    fn rules(entries: &str) -> String {
        format!("version: 1\ntables: {{}}\naccept:\n{entries}")
    }

    fn accepted(entries: &str) -> Vec<Accept> {
        load::parse("r.yaml", rules(entries).as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap().accepted
    }

    fn mistakes(entries: &str) -> Vec<String> {
        let invalid = load::parse("r.yaml", rules(entries).as_bytes()).unwrap_err();
        let words = |mistake: &crate::rules::rule::Mistake| {
            format!("{}: {}", mistake.place.map_or(0, |place| place.line), mistake.what)
        };
        invalid.mistakes.iter().map(words).collect()
    }

    #[test]
    fn a_place_is_written_as_the_report_has_it() {
        for (place, table, column, key) in [
            ("notes.body", TableName::new("public", "notes"), "body", None),
            ("support.notes.body at from", TableName::new("support", "notes"), "body", Some("from")),
            ("'notes.body at \"a \\\"b\\\"\"'", TableName::new("public", "notes"), "body", Some("a \"b\"")),
            ("'\"v1.users\".\"odd.name\"'", TableName::new("public", "v1.users"), "odd.name", None),
            ("'users.\"with *\"'", TableName::new("public", "users"), "with *", None),
        ] {
            let accept = &accepted(&GOOD.replacen("notes.body", place, 1).replacen('{', "- {", 1))[0].acceptance;
            assert_eq!(
                (&accept.table, accept.column.as_str(), accept.key.as_deref()),
                (&table, column, key),
                "{place}"
            );
        }
    }

    #[test]
    fn every_mistake_is_shown_at_its_place() {
        let entries = "- { place: 'users.*', kind: email, reason: ours, who: Kari, until: 2026-12-31 }\n\
            - { place: users, kind: email, reason: ours, who: '', until: 2026-02-30 }\n\
            - { place: users.note, knid: email, reason: ours, who: Kari, until: [2026] }\n\
            - users.note\n";
        assert_eq!(
            mistakes(entries),
            [
                "4: `users.*` is a pattern, and not a place",
                "5: `users` isn't the name of a column",
                "5: `who` has no value",
                "5: `2026-02-30` is no date",
                "6: `kind` is missing",
                "6: unknown key `knid` in an entry of `accept`",
                "6: `until` has to be a text",
                "7: an entry of `accept` must be a mapping",
            ]
        );
    }

    #[test]
    fn nothing_is_accepted_by_pattern() {
        for place in ["'*.*'", "'*'", "'public.*.email'", "'users.%'", "'users.note at *'", "'users.not?'"] {
            let found = mistakes(&GOOD.replacen("notes.body", place, 1).replacen('{', "- {", 1));
            assert!(found.len() == 1 && found[0].contains("is a pattern"), "{place}: {found:?}");
        }
    }

    #[test]
    fn the_same_is_not_accepted_twice_and_a_list_is_a_list() {
        assert_eq!(mistakes(&format!("- {GOOD}\n- {GOOD}\n")), ["5: this is accepted twice"]);
        assert_eq!(mistakes(&format!("  {GOOD}\n")), ["4: `accept` has to be a list"]);
        assert_eq!(mistakes(""), ["3: `accept` accepts nothing"]);
    }
}
