//! Which line decided a column, and why.

use serde::Serialize;

use super::{Candidate, Resolution};
use crate::postgres::catalog::{Catalog, Table};
use crate::postgres::identifier::TableName;
use crate::rules::diagnostics::printable;
use crate::rules::rule::{ColumnRule, RulesFile};
use crate::rules::suggest::nearest;

/// What was decided on a column, and by which line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The table, as rules name it.
    pub table: String,
    /// The column.
    pub column: String,
    /// Its type.
    pub r#type: String,
    /// What happens to it: a decision as it is written in rules; `None` if nothing was decided and it has to be.
    pub decision: Option<String>,
    /// The line that decided; `None` where no rule speaks of the column.
    pub decided_by: Option<Reason>,
    /// Lines that would have decided otherwise, the most specific first.
    pub instead_of: Vec<Reason>,
    /// Lines that go before but can't be used for the column.
    pub passed_over: Vec<Reason>,
    /// What isn't a matter of a line, in a sentence.
    pub note: Option<String>,
}

/// A line of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What kind of rule it is: `table`, `extended`, `table_pattern`, `pattern`, `preset`, `default`.
    pub kind: &'static str,
    /// The same in words, with the pattern or the preset's name.
    pub what: String,
    /// The file.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What it says, as it is written in rules.
    pub decision: String,
    /// Why it was passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Explains a column; `Err` with what is wrong and what may have been meant if there is none of this name.
///
/// # Errors
/// When the catalog has no such table or column.
pub fn explain(
    resolution: &Resolution<'_>,
    files: &[RulesFile],
    catalog: &Catalog,
    (name, column): (&TableName, &str),
) -> Result<Explanation, (String, Option<String>)> {
    let meant = |near: Option<&str>| near.map(|near| format!("did you mean {near}?"));
    let table = catalog.tables.iter().find(|table| table.name == *name || table.root == *name);
    let Some(table) = table else {
        let names: Vec<String> = catalog.tables.iter().map(|table| table.root.to_string()).collect();
        let near = nearest(&name.to_string(), names.iter().map(String::as_str));
        return Err((format!("there is no table {name}"), meant(near)));
    };
    let Some(of_catalog) = table.columns.iter().find(|known| known.name == column) else {
        let near = nearest(column, table.columns.iter().map(|column| column.name.as_str()));
        return Err((format!("table {name} has no column {column}"), meant(near)));
    };
    let decided = resolution.decided(table, column).cloned().unwrap_or_default();
    let reason = |candidate: &Candidate<'_>, why: Option<&String>| reason(files, candidate, why.cloned());
    let (decision, note) = match &decided.by {
        Some(by) => (Some(said(by.rule)), partition_note(name, table)),
        None if of_catalog.generated => {
            (Some("keep".to_owned()), Some("it is generated: computed again from the masked columns".to_owned()))
        }
        None if of_catalog.class.can_carry_personal_data() => {
            (None, Some("nothing decides on it, and it could carry personal data: a run stops".to_owned()))
        }
        None => {
            (Some("keep".to_owned()), Some("no rule speaks of it, and its type can't carry personal data".to_owned()))
        }
    };
    Ok(Explanation {
        table: name.to_string(),
        column: column.to_owned(),
        r#type: of_catalog.type_name.clone(),
        decision,
        decided_by: decided.by.as_ref().map(|by| reason(by, None)),
        instead_of: decided.instead_of.iter().map(|candidate| reason(candidate, None)).collect(),
        passed_over: decided.passed_over.iter().map(|(candidate, why)| reason(candidate, Some(why))).collect(),
        note,
    })
}

fn partition_note(name: &TableName, table: &Table) -> Option<String> {
    (table.root != table.name && table.name == *name).then(|| format!("it is a partition of {}", table.root))
}

fn reason(files: &[RulesFile], candidate: &Candidate<'_>, why: Option<String>) -> Reason {
    let place = candidate.rule.place;
    Reason {
        kind: candidate.origin.kind().word(),
        what: printable(&candidate.origin.words()),
        file: files.get(place.file).map(|file| printable(&file.name)).unwrap_or_default(),
        line: place.line,
        decision: said(candidate.rule),
        why,
    }
}

/// What a rule says, and of how many cases.
fn said(rule: &ColumnRule) -> String {
    match rule.cases.len() {
        0 => spelled(rule),
        1 => format!("{}, and otherwise in one case", spelled(rule)),
        cases => format!("{}, and otherwise in {cases} cases", spelled(rule)),
    }
}

/// A decision, as it could be written in rules.
pub fn spelled(rule: &ColumnRule) -> String {
    let Some(transform) = rule.transform() else { return "keep".to_owned() };
    let written = serde_json::to_value(transform).unwrap_or_default();
    let has_options = written.get(transform.name()).and_then(|options| options.as_object()).is_some_and(|options| {
        options.values().any(|value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
    });
    if has_options { printable(&written.to_string()) } else { transform.name().to_owned() }
}
