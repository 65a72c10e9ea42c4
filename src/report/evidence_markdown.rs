//! The evidence for people.

use std::fmt::Write as _;
use std::time::Duration;

use super::evidence::{Evidence, Verification};
use super::figures::{age, bytes, count, duration, many};
use super::markdown::{code, inline, table};
use super::objectives::in_words;
use crate::verify::findings::Severity;
use crate::verify::restorable::Restorable;

/// How many tables a drill shows; `evidence.json` has all of them.
const MOST_TABLES: usize = 500;

/// The whole document.
pub(super) fn markdown(evidence: &Evidence) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "# Evidence: {} of {}, {}\n",
        evidence.command.word(),
        code(evidence.about()),
        evidence.outcome.result
    );
    if let (Some(kind), Some(reason)) = (evidence.outcome.kind, &evidence.outcome.reason) {
        let _ = writeln!(text, "**{kind}**: {}\n", inline(reason));
    }
    for missed in &evidence.outcome.missed {
        let _ = writeln!(text, "**objective missed**: {missed}\n");
    }
    about(&mut text, evidence);
    phases(&mut text, evidence);
    assertions(&mut text, evidence);
    if let Some(verification) = &evidence.checks.verification {
        verified(&mut text, verification);
    }
    if let Some(restorable) = &evidence.checks.restorable {
        restored(&mut text, restorable);
    }
    text.push_str("## Digests\n\n");
    let rows = evidence.digests.iter().map(|(name, digest)| vec![code(name), code(digest)]);
    table(&mut text, &["What", "SHA-256"], rows);
    text
}

fn about(text: &mut String, evidence: &Evidence) {
    let who = &evidence.who;
    let mut by = vec![inline(&who.system)];
    by.extend(who.caller.as_deref().map(code));
    by.extend(who.workflow.as_deref().map(inline));
    let mut rows = vec![
        ("Run", code(&evidence.run.to_string())),
        ("Who", by.join(", ")),
        ("When", format!("{} to {}", inline(&evidence.started), inline(&evidence.ended))),
    ];
    if let Some(source) = &evidence.source {
        let record = &source.record;
        rows.push((
            "Source",
            format!(
                "{} ({}), {}, taken {}, {} old when the run started",
                code(&record.described),
                inline(&record.kind),
                bytes(record.bytes),
                inline(&source.taken),
                age(record.age_seconds)
            ),
        ));
    }
    if let Some(target) = &evidence.target {
        rows.push(("Target", format!("{} on {}", code(&target.database), code(&target.server))));
        rows.extend(target.retired.as_deref().map(|retired| ("Database before", code(retired))));
    }
    rows.push(("Recovery time", in_words(evidence.objectives.rto.measured)));
    rows.push(("Recovery point", in_words(evidence.objectives.rpo.measured)));
    rows.push(("Tool", inline(&evidence.tool)));
    table(text, &["", ""], rows.into_iter().map(|(name, what)| vec![name.to_owned(), what]));
}

fn phases(text: &mut String, evidence: &Evidence) {
    if evidence.phases.is_empty() {
        return;
    }
    text.push_str("## Phases\n\n");
    let rows = evidence.phases.iter().map(|stage| {
        let time = Duration::try_from_secs_f64(stage.seconds).unwrap_or_default();
        vec![stage.stage.word().to_owned(), inline(&stage.started), duration(time), inline(&stage.summary)]
    });
    table(text, &["Phase", "Began", "Took", "What it did"], rows);
}

fn assertions(text: &mut String, evidence: &Evidence) {
    let checks = &evidence.checks;
    if checks.assertions.is_empty() && checks.assertions_not_asked.is_empty() {
        return;
    }
    text.push_str("## Assertions\n\n");
    let asked = checks.assertions.iter().map(|result| {
        let outcome = match (&result.error, result.held) {
            (Some(error), _) => format!("**could not be asked**: {}", inline(error)),
            (None, true) => "held".to_owned(),
            (None, false) => "**doesn't hold**".to_owned(),
        };
        vec![code(&result.name), outcome]
    });
    let not_asked = checks.assertions_not_asked.iter().map(|name| vec![code(name), "not asked".to_owned()]);
    table(text, &["Assertion", "Result"], asked.chain(not_asked));
}

fn verified(text: &mut String, verification: &Verification) {
    text.push_str("## Verification\n\n");
    let findings = |severity| verification.findings.get(&severity).copied().unwrap_or_default() as u64;
    let rows = [
        ("Gate", if verification.passed { "may open".to_owned() } else { "**closed**".to_owned() }),
        (
            "Read",
            format!(
                "{}, {}, {}",
                many(verification.tables as u64, "table"),
                many(verification.rows, "row"),
                many(verification.columns as u64, "column")
            ),
        ),
        ("Canaries", format!("{} of {} found", verification.canaries.found, verification.canaries.planted)),
        (
            "Findings",
            format!(
                "{} blocking, {}, {}",
                findings(Severity::Blocking),
                many(findings(Severity::Warning), "warning"),
                many(findings(Severity::Note), "note")
            ),
        ),
    ];
    table(text, &["", ""], rows.into_iter().map(|(name, what)| vec![name.to_owned(), what]));
}

fn restored(text: &mut String, restorable: &Restorable) {
    text.push_str("## What was read\n\n");
    let indexes = restorable.indexes_checked.map_or_else(
        || "not checked".to_owned(),
        |checked| format!("{} whole, with every row in them", many(checked, "B-tree")),
    );
    let rows = [
        ("Rows", format!("{} of {}", many(restorable.rows(), "row"), many(restorable.tables.len() as u64, "table"))),
        ("Large objects", format!("{}, {}", count(restorable.large_objects), bytes(restorable.large_object_bytes))),
        ("Indexes", indexes),
        ("Sequences", format!("{} ahead of their keys", count(restorable.sequences_checked))),
        ("Extensions", restorable.extensions.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")),
        ("Page checksums", if restorable.page_checksums { "on".to_owned() } else { "off".to_owned() }),
    ];
    table(text, &["", ""], rows.into_iter().map(|(name, what)| vec![name.to_owned(), what]));
    if !restorable.problems.is_empty() {
        text.push_str("## Problems\n\n");
        let rows = restorable.problems.iter().map(|problem| vec![code(&problem.object), inline(&problem.what)]);
        table(text, &["Object", "What"], rows);
    }
    if !restorable.notes.is_empty() {
        text.push_str("## Notes\n\n");
        for note in &restorable.notes {
            let _ = writeln!(text, "- {}", inline(note));
        }
        text.push('\n');
    }
    text.push_str("## Tables\n\n");
    let rows = restorable.tables.iter().take(MOST_TABLES);
    table(text, &["Table", "Rows"], rows.map(|read| vec![code(&read.name), count(read.rows)]));
    if let Some(more) = restorable.tables.len().checked_sub(MOST_TABLES).filter(|more| *more > 0) {
        let _ = writeln!(text, "… and {more} more, all of them in `evidence.json`.\n");
    }
}
