//! Coverage and integrity: was everything scanned, and does it agree with what was streamed?

mod columns;
mod objects;
mod sequences;

use std::collections::BTreeMap;

use super::findings::{Finding, Place, Question, Severity};
use super::large_objects::Looked;
use super::layout::Layout;
use super::proof::JoinProof;
use super::seen::Seen;
use super::state::State;
use crate::error::Result;
use crate::postgres::catalog::{Catalog, Kind};
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::TableName;
use crate::run_record::{JoinedRows, MaskedRecord, MaskedTable};

pub(super) use columns::{column_proof, columns};
pub(super) use objects::same_objects;
pub(super) use sequences::ahead_of_keys;

fn blocking(question: Question, table: Option<&TableName>, column: Option<&str>, kind: String, count: u64) -> Finding {
    let advice = match question {
        Question::Coverage => "refresh again; if it stays, report it as a bug",
        _ => "the masked database doesn't agree with its source: refresh again; if it stays, report it as a bug",
    };
    Finding {
        question,
        place: Place { table: table.cloned(), column: column.map(str::to_owned), key: None },
        kind,
        severity: Severity::Blocking,
        count,
        keys: Vec::new(),
        advice: advice.to_owned(),
    }
}

/// Every table of the record has to be in the target with its columns, and nothing else may hold rows.
pub(super) fn coverage(
    record: &MaskedRecord,
    catalog: &Catalog,
    is_canary: impl Fn(&TableName) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for masked in &record.tables {
        let Some(table) = catalog.table(&masked.name) else {
            findings.push(blocking(Question::Coverage, Some(&masked.name), None, "table is missing".to_owned(), 1));
            continue;
        };
        let missing =
            masked.columns.iter().filter(|masked| !table.columns.iter().any(|column| column.name == masked.name));
        findings.extend(missing.map(|column| {
            blocking(Question::Coverage, Some(&masked.name), Some(&column.name), "column is missing".to_owned(), 1)
        }));
        let retyped = masked.columns.iter().filter_map(|masked| {
            let now = &table.columns.iter().find(|column| column.name == masked.name)?.type_name;
            (*now != masked.type_name).then(|| (&masked.name, format!("type is {now} instead of {}", masked.type_name)))
        });
        findings
            .extend(retyped.map(|(name, kind)| blocking(Question::Coverage, Some(&masked.name), Some(name), kind, 1)));
        let undecided = table
            .columns
            .iter()
            .filter(|column| !column.generated && !masked.columns.iter().any(|masked| masked.name == column.name));
        findings.extend(undecided.map(|column| {
            blocking(
                Question::Coverage,
                Some(&masked.name),
                Some(&column.name),
                "column was never decided".to_owned(),
                1,
            )
        }));
    }
    let unknown = catalog.tables.iter().filter(|table| {
        table.kind != Kind::MaterializedView
            && !is_canary(&table.name)
            && !record.tables.iter().any(|masked| masked.name == table.name)
    });
    findings.extend(
        unknown.map(|table| {
            blocking(Question::Coverage, Some(&table.name), None, "table was never decided".to_owned(), 1)
        }),
    );
    findings
}

/// Nothing may be written while it is looked at: what has been looked at already could be it.
pub(super) fn changed_meanwhile(what: String) -> Finding {
    let mut finding = blocking(Question::Coverage, None, None, format!("{what} during verification"), 1);
    "find out who writes to the closed database, then verify again".clone_into(&mut finding.advice);
    finding
}

/// After masking, nobody has any business with the schema. Most changes that were taken back show too.
pub(super) fn schema_changed(now: &State, since_masking: &BTreeMap<String, String>) -> Option<Finding> {
    let changed: Vec<&str> = now.changed_catalogs(since_masking).collect();
    if since_masking.is_empty() || changed.is_empty() {
        return None;
    }
    let kind = format!("the schema was changed since masking ({})", changed.join(", "));
    let mut finding = blocking(Question::Integrity, None, None, kind, changed.len() as u64);
    "find out who changes the closed database, then refresh again".clone_into(&mut finding.advice);
    Some(finding)
}

/// Rows, NULLs and the checksum of what is kept.
pub(super) fn agreement(masked: &MaskedTable, layout: &Layout, seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    let table = Some(&masked.name);
    if seen.rows != masked.rows {
        let kind = format!("{} rows instead of {}", seen.rows, masked.rows);
        findings.push(blocking(Question::Integrity, table, None, kind, seen.rows.abs_diff(masked.rows)));
    }
    for column in &masked.columns {
        let Some(position) = layout.columns.iter().position(|scanned| scanned.name == column.name) else { continue };
        let nulls = seen.nulls.get(position).copied().unwrap_or(0);
        let expected = column.nulls;
        if nulls != expected {
            let kind = format!("{nulls} NULLs instead of {expected}");
            findings.push(blocking(Question::Integrity, table, Some(&column.name), kind, nulls.abs_diff(expected)));
        }
    }
    let unmasked = masked.unmasked.unwrap_or(0);
    if seen.unmasked.count != unmasked {
        let kind = format!("{} unmasked rows instead of {unmasked}", seen.unmasked.count);
        findings.push(blocking(Question::Integrity, table, None, kind, seen.unmasked.count.abs_diff(unmasked)));
    }
    if seen.checksum.to_hex() != masked.checksum {
        let kind = "the columns that are kept aren't what they were in the source".to_owned();
        findings.push(blocking(Question::Integrity, table, None, kind, 1));
    } else if masked.written.as_ref().is_some_and(|written| written.checksum != seen.written.to_hex()) {
        let kind = "masked cells aren't those that masking wrote into their rows".to_owned();
        findings.push(blocking(Question::Integrity, table, None, kind, 1));
    }
    findings
}

/// What the schema of the target has more or less of than the source's.
pub(super) fn same_inventory(source: &BTreeMap<String, u64>, target: &BTreeMap<String, u64>) -> Vec<Finding> {
    let mut kinds: Vec<&String> = source.keys().chain(target.keys()).collect();
    kinds.sort();
    kinds.dedup();
    let count = |of: &BTreeMap<String, u64>, kind: &String| of.get(kind).copied().unwrap_or(0);
    let differing = kinds.into_iter().filter(|kind| count(source, kind) != count(target, kind));
    let finding = |kind: &String| {
        let (before, after) = (count(source, kind), count(target, kind));
        let text = format!("{kind}: {after} instead of {before}");
        blocking(Question::Integrity, None, None, text, before.abs_diff(after))
    };
    differing.map(finding).collect()
}

/// Counts again what the references of the rules join.
///
/// # Errors
/// When the target can't be read.
pub(super) async fn joins(session: &Session, joined: &[JoinedRows]) -> Result<Vec<JoinProof>> {
    let mut joins = Vec::with_capacity(joined.len());
    for JoinedRows { from, to, rows, sql } in joined {
        let counting = || format!("counting what {from} joins with {to}");
        let row = session.query_one(sql.as_str(), &[]).await.server_context(counting)?;
        let after = u64::try_from(row.get::<_, i64>(0)).unwrap_or(0);
        joins.push(JoinProof { from: from.clone(), to: to.clone(), before: *rows, after });
    }
    Ok(joins)
}

/// Fewer rows that join are a reference that is lost. More are two spellings that are one after masking, such as an address
/// in capitals: worth knowing.
pub(super) fn lost_rows(join: &JoinProof) -> Option<Finding> {
    let JoinProof { from, to, before, after } = join;
    let severity = if after < before { Severity::Blocking } else { Severity::Note };
    let kind = format!("{from} joins {after} rows of {to} instead of {before}");
    let finding = blocking(Question::Integrity, None, None, kind, before.abs_diff(*after));
    let advice = match severity {
        Severity::Blocking => "look whether the reference holds for all values; a path may lead past some of them",
        _ => "values that were spelt differently are equal now; nothing needs to be done",
    };
    (before != after).then(|| Finding { severity, advice: advice.to_owned(), ..finding })
}

/// They are either all there as the rules say, with the bytes that they had, or none is.
pub(super) fn large_objects(record: &MaskedRecord, looked: &Looked) -> Vec<Finding> {
    let (carried, there) = (record.large_objects, looked.count);
    let finding = |question, kind: String, severity, advice: &str| Finding {
        question,
        place: Place { table: None, column: None, key: None },
        kind,
        severity,
        count: there,
        keys: Vec::new(),
        advice: advice.to_owned(),
    };
    let mut findings = Vec::new();
    if carried != there {
        let kind = format!("{there} large objects instead of {carried}");
        findings.push(finding(Question::Integrity, kind, Severity::Blocking, "refresh again"));
    }
    if carried == there && record.large_objects_checksum.as_ref().is_some_and(|then| *then != looked.checksum) {
        let kind = "large objects aren't what they were in the source".to_owned();
        findings.push(finding(Question::Integrity, kind, Severity::Blocking, "refresh again"));
    }
    if there > 0 {
        let kind = "large objects are kept as they are".to_owned();
        let advice = "texts in them were looked into, pictures and sounds can't be: set large_objects to drop, unless they \
                      hold no personal data";
        findings.push(finding(Question::Coverage, kind, Severity::Warning, advice));
    }
    findings
}
