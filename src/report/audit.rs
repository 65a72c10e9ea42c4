//! The report of an audit: for a terminal, and as `report.md`, `report.json`, `report.sarif` and `report.junit.xml`.
//! Places, kinds and counts, never a value.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use super::figures::{count, many};
use super::findings::severity;
use super::junit::junit_of;
use super::markdown::{accepted_in_rules, code, finding_row, inline, table};
use super::paste::{paste, transform_for};
use super::rule_lines::RuleLines;
use super::sarif::sarif_of;
use super::subject::Subject;
use super::{JSON, JUNIT, MARKDOWN, SARIF};
use crate::error::{Context as _, Error, ErrorKind, Result};
use crate::rules::diagnostics::printable;
use crate::run_record::{How, MaskedColumn, MaskedRecord, MaskedTable};
use crate::verify::audit::{Audit, AuditedTable};
use crate::verify::findings::{Finding, Severity};

/// How many findings a terminal shows; all of them are in the report.
const SHOWN: usize = 40;

/// Writes the reports into a folder, which is made if need be; only its owner can read them.
///
/// # Errors
/// When one of them can't be written.
pub fn write(folder: &Path, audit: &Audit) -> Result<()> {
    let writing = || format!("writing the report to {} failed", folder.display());
    fs::create_dir_all(folder).with_context(writing)?;
    let subject = Subject::of_audit(audit);
    let lines = audit.rules.as_ref().map_or_else(RuleLines::none, RuleLines::of);
    for (name, text) in [
        (MARKDOWN, markdown(audit)),
        (JSON, format!("{:#}\n", document(audit)?)),
        (SARIF, format!("{:#}\n", sarif_of(&subject, &lines))),
        (JUNIT, junit_of(&subject)),
    ] {
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(folder.join(name));
        file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(writing)?;
    }
    Ok(())
}

/// The report for programs.
///
/// # Errors
/// When it can't be put into JSON.
pub fn document(audit: &Audit) -> Result<Value> {
    let all = serde_json::to_value(audit).context("putting the audit into JSON failed")?;
    Ok(json!({ "version": 1, "clean": audit.is_clean(), "audit": all, "rules_to_add": yaml(audit) }))
}

/// The error of an audit that isn't clean.
pub fn refusal(audit: &Audit) -> Option<Error> {
    let canaries = audit.canaries;
    if !audit.is_valid() {
        let what = format!("the scanner found {} of {} canaries", canaries.found, canaries.planted);
        return Some(Error::failed(format!("{what}, so the audit is invalid")).help("report this as a bug"));
    }
    let blocking = audit.blocking();
    (blocking > 0).then(|| {
        let what = format!("{} in {} that no staging should have", many(blocking, "finding"), audit.database);
        Error::new(ErrorKind::Findings, what)
            .help("mask these places, or accept them in the rules; nothing was changed")
    })
}

/// What a person sees at once.
pub fn text(audit: &Audit) -> String {
    let mut text = format!("{}\n{}\n", verdict(audit), what_was_read(audit));
    if !audit.findings.is_empty() {
        text += &findings_table(audit);
    }
    if let Some(yaml) = yaml(audit) {
        let _ = write!(text, "\nwhat to change in the rules:\n{yaml}");
    }
    text += "\nan audit can't prove:\n";
    for what in audit.cannot_prove {
        let _ = writeln!(text, "- {what}");
    }
    text.trim_end().to_owned()
}

fn verdict(audit: &Audit) -> String {
    let found = match audit.blocking() {
        _ if !audit.is_valid() => "invalid, for the scanner is blind".to_owned(),
        0 => "the detectors find nothing that should not be there".to_owned(),
        blocking => many(blocking, "finding"),
    };
    format!("audit, not a proof: {}: {found}", printable(&audit.database))
}

fn what_was_read(audit: &Audit) -> String {
    let columns = audit.tables.iter().map(|table| table.columns.len() as u64).sum();
    format!(
        "{} of {}, {} and {} were read as of {}; {} of {} canaries were found",
        many(audit.rows(), "row"),
        many(audit.tables.len() as u64, "table"),
        many(columns, "column"),
        many(audit.large_objects, "large object"),
        audit.made,
        audit.canaries.found,
        audit.canaries.planted,
    )
}

/// Severity, place, kind, count, and what to change.
fn findings_table(audit: &Audit) -> String {
    let masked = as_masked(audit);
    let headings = ["severity", "place", "what", "cells", "what to change"].map(str::to_owned);
    let rows = audit.findings.iter().take(SHOWN).map(|finding| {
        let place = finding.place.to_string();
        let change = change(finding, audit, &masked);
        [
            severity(finding.severity).to_owned(),
            printable(&place),
            printable(&finding.kind),
            count(finding.count),
            change,
        ]
    });
    let rows: Vec<[String; 5]> = std::iter::once(headings).chain(rows).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: [usize; 4] = std::array::from_fn(width);
    let mut text = String::from("\n");
    for [severity, place, what, cells, change] in &rows {
        let [first, second, third, fourth] = widths;
        let _ = writeln!(text, "{severity:first$}  {place:second$}  {what:third$}  {cells:>fourth$}  {change}");
    }
    let more = audit.findings.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(text, "and {} more: --report-dir writes them all", count(more as u64));
    }
    text
}

/// A transform, where the rules are to have one, and else what to do.
fn change(finding: &Finding, audit: &Audit, masked: &MaskedRecord) -> String {
    let is_column = proposable(finding, audit);
    let transform = transform_for(finding, masked).filter(|_| is_column);
    let column = finding.place.column.as_deref().unwrap_or_default();
    transform.map_or_else(|| printable(&finding.advice), |transform| format!("{}: {transform}", printable(column)))
}

/// Whether a rule for the column would mend it: not where there is one, nor where rules don't reach.
fn proposable(finding: &Finding, audit: &Audit) -> bool {
    let (Some(table), Some(column)) = (&finding.place.table, &finding.place.column) else { return false };
    let mut tables = audit.tables.iter().filter(|audited| audited.name == *table);
    let known = tables.find_map(|audited| audited.columns.iter().find(|audited| audited.name == *column));
    finding.severity == Severity::Blocking
        && known.is_some_and(|known| known.rule.as_deref().is_none_or(|rule| rule == "keep"))
}

/// The YAML to paste.
fn yaml(audit: &Audit) -> Option<String> {
    let open: Vec<Finding> = audit.findings.iter().filter(|finding| proposable(finding, audit)).cloned().collect();
    paste(&open, &as_masked(audit))
}

/// The schema, in the form in which a run records it.
fn as_masked(audit: &Audit) -> MaskedRecord {
    let table = |table: &AuditedTable| MaskedTable {
        name: table.name.clone(),
        rows: table.rows,
        checksum: String::new(),
        written: None,
        columns: table
            .columns
            .iter()
            .map(|column| MaskedColumn {
                name: column.name.clone(),
                type_name: column.type_name.clone(),
                class: column.class.clone(),
                how: How::Kept,
                nulls: column.nulls,
                recorded: None,
                counts: None,
            })
            .collect(),
        kept_key: Vec::new(),
        left_behind: None,
        unmasked: None,
    };
    MaskedRecord {
        tables: audit.tables.iter().map(table).collect(),
        recorded: Vec::new(),
        large_objects: audit.large_objects,
        large_objects_checksum: None,
        inventory: BTreeMap::new(),
        schema_digest: String::new(),
        joined: Vec::new(),
        objects: Default::default(),
        behind: Default::default(),
    }
}

/// The report for people.
pub fn markdown(audit: &Audit) -> String {
    let mut text = format!("# {}\n\n{}.\n\n", inline(&verdict(audit)), inline(&what_was_read(audit)));
    let rules = audit.rules.as_ref().map_or_else(
        || "none: whatever the detectors find is a finding".to_owned(),
        |rules| format!("{}, SHA-256 {}", code(&rules.file), code(&rules.digest)),
    );
    let about = [("Database", code(&audit.database)), ("Rules", rules), ("Tool", inline(&audit.tool))];
    table(&mut text, &["", ""], about.into_iter().map(|(name, what)| vec![name.to_owned(), what]));
    text.push_str("## What this can't prove\n\n");
    for what in audit.cannot_prove {
        let _ = writeln!(text, "- {}", inline(what));
    }
    text.push_str("\n## Findings\n\n");
    if audit.findings.is_empty() {
        text.push_str("None.\n\n");
    } else {
        let headings = ["Severity", "Place", "What", "Cells", "Rows with key", "What to change"];
        table(&mut text, &headings, audit.findings.iter().map(finding_row));
    }
    accepted_in_rules(&mut text, &audit.accepted);
    if let Some(yaml) = yaml(audit) {
        let _ = writeln!(text, "## What to change in the rules\n\n```yaml\n{yaml}```\n");
    }
    text.push_str("## What was read\n\n");
    let of_table = |audited: &AuditedTable| {
        let masked = audited.columns.iter().filter(|column| column.rule.as_deref().is_some_and(|rule| rule != "keep"));
        vec![
            code(&audited.name.to_string()),
            count(audited.rows),
            count(audited.columns.len() as u64),
            masked.map(|column| code(&column.name)).collect::<Vec<_>>().join(", "),
        ]
    };
    table(&mut text, &["Table", "Rows", "Columns", "Masked by the rules"], audit.tables.iter().map(of_table));
    text
}
