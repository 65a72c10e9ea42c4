//! What the file says of a column whose decision depends on the row: a list of cases, and what else happens.

use super::decision;
use super::diagnostics::quoted;
use super::row_rules;
use super::rule::Case;
use super::syntax::{Content, Node};
use super::transform::Decision;
use super::walk::{Entry, Walk};

const EXAMPLE: &str = "{ when: \"kind = 'person'\", then: free_text }";

/// Reads what happens to a column: one decision, or a list of cases with one for all other rows at its end.
/// Beside the one decision, a consistency domain may stand.
pub(super) fn read(walk: &mut Walk, column: &Entry<'_>) -> Option<(Decision, Vec<Case>, Option<String>)> {
    let items = match &column.value.content {
        Content::List(items) if items.iter().any(|item| is_case(item)) => items,
        _ => return decision::read_column(walk, column).map(|(decision, domain)| (decision, Vec::new(), domain)),
    };
    let (mut cases, mut otherwise, mut complete) = (Vec::new(), None, true);
    for (position, item) in items.iter().enumerate() {
        if is_case(item) {
            match case(walk, item) {
                Some(case) => cases.push(case),
                None => complete = false,
            }
            continue;
        }
        let said = decision::read(walk, &Entry { key: column.key, place: item.place, value: item });
        if position + 1 < items.len() {
            complete = false;
            let help = format!("put it last, or give it a condition: `{EXAMPLE}`");
            walk.wrong(item.place, "what happens in all other rows has to stand last", help);
        } else {
            complete &= said.is_some();
            otherwise = said;
        }
    }
    if complete && otherwise.is_none() {
        let help = format!("end the list with what happens then, such as `redact`: `[{EXAMPLE}, redact]`");
        let what = format!("nothing is said of {} in rows of which no case is true", quoted(column.key));
        walk.wrong(column.place, what, help);
    }
    otherwise.filter(|_| complete).map(|otherwise| (otherwise, cases, None))
}

/// Whether an item of the list has a condition, or was meant to.
fn is_case(item: &Node) -> bool {
    let Content::Mapping(entries) = &item.content else { return false };
    let is_key = |key: &Node| matches!(&key.content, Content::Text { text, .. } if text == "when" || text == "then");
    entries.iter().any(|(key, _)| is_key(key))
}

fn case(walk: &mut Walk, item: &Node) -> Option<Case> {
    let entries = walk.entries(item, "a case", EXAMPLE)?;
    let (mut when, mut then) = (None, None);
    for entry in &entries {
        match entry.key {
            "when" => when = row_rules::condition(walk, entry),
            "then" => then = decision::read(walk, entry),
            _ => walk.unknown_key(entry, "a case", ["when", "then"]),
        }
    }
    for missing in ["when", "then"] {
        if !entries.iter().any(|entry| entry.key == missing) {
            walk.wrong(item.place, format!("a case needs `{missing}`"), format!("write it as in `{EXAMPLE}`"));
        }
    }
    Some(Case { when: when?, decision: then? })
}
