//! The report for people, also shown as the step summary of GitHub Actions.

use std::fmt::Write as _;
use std::time::Duration;

use super::figures::{age, bytes, count, duration, many};
use super::findings::severity;
use super::objectives;
use super::paste::paste;
use crate::rules::diagnostics::printable;
use crate::run_record::{How, MaskedRecord, MaskedTable, RunRecord, RunState};
use crate::verify::findings::Finding;
use crate::verify::proof::{Accepted, Distinct, Proof, TableProof};

/// How many rows a table of the report has: GitHub cuts a step summary off at 1 MiB. `report.json` has everything.
const MOST_ROWS: usize = 2000;

/// The whole report.
pub fn markdown(record: &RunRecord, proof: Option<&Proof>) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "# {}\n", verdict(record, proof));
    about(&mut text, record, proof);
    stages(&mut text, record);
    if let Some(proof) = proof {
        verified(&mut text, proof);
        joins(&mut text, proof);
        varied(&mut text, proof);
        accepted_in_rules(&mut text, &proof.accepted);
        if let Some(yaml) = record.masked.as_ref().and_then(|masked| paste(&proof.findings, masked)) {
            let _ = writeln!(text, "## What to change in the rules\n\n```yaml\n{yaml}```\n");
        }
    }
    if let Some(masked) = &record.masked {
        tables(&mut text, masked);
        left_behind(&mut text, masked);
        columns(&mut text, masked);
    }
    next_steps(&mut text, record);
    text
}

fn verdict(record: &RunRecord, proof: Option<&Proof>) -> String {
    let database = inline(&record.target.database);
    let found = proof.map_or(0, |proof| proof.findings.len() as u64);
    match record.state {
        RunState::Masking => format!("{database}: masking, or stopped while at it"),
        RunState::Masked => format!("{database}: masked, not yet verified"),
        RunState::Verified => format!("{database}: verified, not yet released"),
        RunState::Refused => format!("{database}: the gate is closed, {}", many(found, "finding")),
        RunState::Opened => format!("{database}: open, on an instance that isn't staging yet"),
        RunState::Released => format!("{database}: released"),
        RunState::RolledBack => format!("{database}: rolled back"),
        RunState::Failed => format!("{database}: failed, nothing was released"),
        RunState::Drilling | RunState::Drilled => format!("{database}: a drill, nothing was released"),
    }
}

fn about(text: &mut String, record: &RunRecord, proof: Option<&Proof>) {
    let source = &record.source;
    let key = match record.key_fingerprint.as_str() {
        "" => "made for this run and forgotten".to_owned(),
        fingerprint => format!("given, fingerprint {}", code(fingerprint)),
    };
    let mut rows = vec![
        ("Run", format!("{}, started {}", code(&record.run.to_string()), inline(&record.started))),
        (
            "Source",
            format!(
                "{} ({}), {}, {} old when the run started",
                code(&source.described),
                inline(&source.kind),
                bytes(source.bytes),
                age(source.age_seconds)
            ),
        ),
        ("Target", format!("{} on {}", code(&record.target.database), code(&record.target.server))),
        ("Rules", format!("{}, SHA-256 {}", code(&record.rules.file), code(&record.rules.digest))),
        ("Masking key", key),
        ("Tool", inline(&record.tool)),
    ];
    let objectives = record.objectives;
    for (name, measured) in [("Recovery time", objectives.rto), ("Recovery point", objectives.rpo)] {
        if measured.measured_seconds.is_some() || measured.objective_seconds.is_some() {
            rows.push((name, objectives::in_words(measured)));
        }
    }
    if let Some(proof) = proof {
        rows.push(("Schema", format!("SHA-256 {}", code(&proof.schema_digest))));
    }
    table(text, &["", ""], rows.into_iter().map(|(name, what)| vec![name.to_owned(), what]));
}

fn stages(text: &mut String, record: &RunRecord) {
    if record.stages.is_empty() {
        return;
    }
    text.push_str("## Stages\n\n");
    let rows = record.stages.iter().map(|stage| {
        // What isn't a duration must not stop the report.
        let time = Duration::try_from_secs_f64(stage.seconds).unwrap_or_default();
        vec![stage.stage.word().to_owned(), inline(&stage.started), duration(time), inline(&stage.summary)]
    });
    table(text, &["Stage", "Began", "Took", "What it did"], rows);
}

fn verified(text: &mut String, proof: &Proof) {
    text.push_str("## What was verified\n\n");
    let columns: usize = proof.tables.iter().map(|table| table.columns.len()).sum();
    let canaries = proof.canaries;
    let _ = writeln!(
        text,
        "Every row of {} was read: {}, {}. {} of {} planted canaries were found{}.\n",
        many(proof.tables.len() as u64, "table"),
        many(proof.rows(), "row"),
        many(columns as u64, "column"),
        canaries.found,
        canaries.planted,
        if canaries.planted > 0 && canaries.found == canaries.planted { "" } else { ": **the scan is invalid**" },
    );
    if proof.findings.is_empty() {
        text.push_str("Nothing was found.\n\n");
        return;
    }
    text.push_str("## Findings\n\n");
    table(
        text,
        &["Severity", "Place", "What", "Cells", "Rows with key", "What to change"],
        proof.findings.iter().map(finding_row),
    );
}

/// The references of the rules, which no constraint proves.
fn joins(text: &mut String, proof: &Proof) {
    if proof.joins.is_empty() {
        return;
    }
    text.push_str("## References that the schema doesn't know of\n\n");
    let rows =
        proof.joins.iter().map(|join| vec![code(&join.from), code(&join.to), count(join.before), count(join.after)]);
    table(text, &["From", "To", "Rows joined before", "After"], rows);
}

/// Masked columns that have lost some of their distinct values, or gained some.
fn varied(text: &mut String, proof: &Proof) {
    // An estimate is a few per cent off.
    let has_moved = |Distinct { before, after }: Distinct| before.abs_diff(after) * 20 > before.max(after);
    let of_table = |table: &TableProof| {
        let name = table.name.to_string();
        let moved = table.columns.iter().filter_map(move |column| {
            let distinct = column.distinct.filter(|distinct| has_moved(*distinct))?;
            Some(vec![code(&name), code(&column.name), count(distinct.before), count(distinct.after)])
        });
        moved.collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = proof.tables.iter().flat_map(of_table).collect();
    if !rows.is_empty() {
        text.push_str("## Distinct values\n\n");
        table(text, &["Table", "Column", "Before, about", "After"], rows.into_iter());
    }
}

/// What somebody has accepted, and until when.
pub(super) fn accepted_in_rules(text: &mut String, accepted: &[Accepted]) {
    let rows: Vec<Vec<String>> = accepted
        .iter()
        .map(|accepted| {
            let of = &accepted.acceptance;
            let (place, kind, count) = (code(&of.place()), inline(&of.kind), count(accepted.count));
            vec![place, kind, count, inline(&of.reason), inline(&of.who), inline(&of.until)]
        })
        .collect();
    if !rows.is_empty() {
        text.push_str("## Accepted in the rules\n\n");
        table(text, &["Place", "What", "Cells", "Why", "Who", "Until"], rows.into_iter());
    }
}

pub(super) fn finding_row(finding: &Finding) -> Vec<String> {
    let keys: Vec<String> = finding.keys.iter().map(|key| code(key)).collect();
    vec![
        severity(finding.severity).to_owned(),
        code(&finding.place.to_string()),
        inline(&finding.kind),
        count(finding.count),
        keys.join(", "),
        finding.advice.lines().map(inline).collect::<Vec<_>>().join("<br>"),
    ]
}

fn tables(text: &mut String, masked: &MaskedRecord) {
    text.push_str("## Tables\n\n");
    let rows = masked.tables.iter().map(|table| {
        let of = |which: fn(&How) -> bool| table.columns.iter().filter(|column| which(&column.how)).count() as u64;
        vec![
            code(&table.name.to_string()),
            count(table.rows),
            count(of(|how| matches!(how, How::Masked { .. }))),
            count(of(|how| matches!(how, How::Kept))),
            count(of(|how| matches!(how, How::KeptByType))),
        ]
    });
    table(text, &["Table", "Rows", "Masked", "Kept by a rule", "Kept by type"], rows);
    if masked.large_objects > 0 {
        let _ = writeln!(
            text,
            "{} were copied as they are, and looked into.\n",
            many(masked.large_objects, "large object")
        );
    }
}

/// Where not every row of the source is in the target, and why.
fn left_behind(text: &mut String, masked: &MaskedRecord) {
    let rows: Vec<Vec<String>> = masked
        .tables
        .iter()
        .filter_map(|table| {
            let behind = table.left_behind.as_ref()?;
            let reasons: Vec<String> = behind.reasons.iter().map(|reason| inline(reason)).collect();
            let (name, there) = (code(&table.name.to_string()), table.rows + behind.rows);
            Some(vec![name, count(there), count(table.rows), count(behind.rows), reasons.join(", ")])
        })
        .collect();
    if !rows.is_empty() {
        text.push_str("## Rows that stay behind\n\n");
        table(text, &["Table", "In the source", "Carried", "Left behind", "By"], rows.into_iter());
    }
}

fn columns(text: &mut String, masked: &MaskedRecord) {
    let decided = |table: &MaskedTable| {
        let name = table.name.to_string();
        let rows = table.columns.iter().filter_map(move |column| {
            let how = match &column.how {
                How::Masked { transform, follows: None, .. } => code(transform),
                How::Masked { transform, follows: Some(to), .. } => format!("{}, as {}", code(transform), code(to)),
                How::Kept => "kept".to_owned(),
                How::KeptByType => return None,
            };
            Some(vec![code(&name), code(&column.name), code(&column.type_name), how])
        });
        rows.collect::<Vec<_>>()
    };
    text.push_str("## Columns that rules decide on\n\n");
    table(text, &["Table", "Column", "Type", "Transform"], masked.tables.iter().flat_map(decided));
}

fn next_steps(text: &mut String, record: &RunRecord) {
    let run = &record.run;
    let step = match record.state {
        RunState::Masked => format!("Verify it: `stagemask verify --run {run}`"),
        RunState::Verified => format!("Release it: `stagemask release --run {run}`"),
        RunState::Refused => {
            "Change the rules where the findings say so, and refresh again. The staging that people use is as it was."
                .to_owned()
        }
        RunState::Released if record.target.retired.is_some() => {
            format!("Go back to the database before: `stagemask rollback --run {run}`")
        }
        RunState::Released => "There was no database before to go back to.".to_owned(),
        RunState::Opened => format!("Go on with it: `stagemask refresh --resume {run}`"),
        RunState::Masking | RunState::Drilling => {
            "If no process is at it any more: `stagemask cleanup` shows what it left.".to_owned()
        }
        RunState::RolledBack | RunState::Failed | RunState::Drilled => {
            "The staging that people use is as it was before the run.".to_owned()
        }
    };
    let _ = writeln!(text, "## What to do next\n\n{step}");
    if let Some(retired) = &record.target.retired {
        let _ = writeln!(text, "\nThe database before is kept as {} until `stagemask cleanup`.", code(retired));
    }
}

/// A table with these headings; nothing in it can end a cell early.
pub(super) fn table(text: &mut String, headings: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    text.push_str(&line(&headings.iter().map(|&heading| heading.to_owned()).collect::<Vec<_>>()));
    text.push_str(&line(&headings.iter().map(|_| "---".to_owned()).collect::<Vec<_>>()));
    let mut rows = rows;
    for row in rows.by_ref().take(MOST_ROWS) {
        text.push_str(&line(&row));
    }
    text.push('\n');
    let more = rows.count() as u64;
    if more > 0 {
        let _ = writeln!(text, "… and {} more, all of them in `{}`.\n", count(more), super::JSON);
    }
}

/// Text in a cell or a heading: on one line, and without meaning for Markdown or HTML.
pub(super) fn inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '|' | '*' | '[' | ']' | '#' | '_' | '~' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A name as code. Inside of backticks a `|` still ends a cell and nothing can be escaped, so a name with either is
/// written in HTML.
pub(super) fn code(name: &str) -> String {
    let name = printable(name);
    if name.is_empty() {
        return String::new();
    }
    if name.contains(['`', '|', '\\']) { format!("<code>{}</code>", in_html(&name)) } else { format!("`{name}`") }
}

/// Every mark that Markdown could read, as a character reference.
fn in_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            let _ = write!(html, "&#{};", u32::from(c));
        } else {
            html.push(c);
        }
    }
    html
}

#[cfg(test)]
#[path = "tests.rs"]
pub(super) mod tests;
