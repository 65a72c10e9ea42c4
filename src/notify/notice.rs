//! What a notice says.

use std::time::Duration;

use crate::report::evidence::{Evidence, MARKDOWN};
use crate::report::figures::{age, duration};
use crate::report::objectives;
use crate::rules::diagnostics::printable;
use crate::verify::findings::Severity;

/// A subject of Amazon SNS has at most this many characters, all of them ASCII (API reference, `Publish`).
const SUBJECT: usize = 100;

/// How a run ended, in a few lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// One line of at most 100 ASCII characters.
    pub subject: String,
    /// A few lines.
    pub text: String,
    /// For filters: `command`, `result`, `run`, `target`, `succeeded`.
    pub attributes: Vec<(&'static str, String)>,
}

impl Notice {
    /// Of a run that is over.
    pub fn of(evidence: &Evidence) -> Self {
        let about = printable(evidence.about());
        let (command, result) = (evidence.command.word(), evidence.outcome.result);
        let missed = if evidence.outcome.missed.is_empty() { "" } else { ", objective missed" };
        let attributes = vec![
            ("command", command.to_owned()),
            ("result", result.to_owned()),
            ("run", evidence.run.to_string()),
            ("target", about.clone()),
            ("succeeded", evidence.succeeded().to_string()),
        ];
        // The name comes last, since it is what may be cut off.
        let subject = ascii(&format!("stagemask {command} {result}{missed}: {about}"));
        Self { subject, text: lines(evidence, &about).join("\n"), attributes }
    }
}

fn lines(evidence: &Evidence, about: &str) -> Vec<String> {
    let mut lines = vec![format!("stagemask {} of {about}: {}", evidence.command.word(), evidence.outcome.result)];
    lines.extend(evidence.outcome.reason.iter().map(|reason| format!("why: {reason}")));
    lines.extend(evidence.outcome.missed.iter().map(|missed| format!("objective missed: {missed}")));
    if let Some(source) = &evidence.source {
        let described = printable(&source.record.described);
        lines.push(format!("source: {described}, {} old", age(source.record.age_seconds)));
    }
    let phases: Vec<String> = evidence
        .phases
        .iter()
        .map(|phase| {
            let time = Duration::try_from_secs_f64(phase.seconds).unwrap_or_default();
            format!("{} {}", phase.stage.word(), duration(time))
        })
        .collect();
    if !phases.is_empty() {
        let whole = objectives::in_words(evidence.objectives.rto.measured).replace('*', "");
        lines.push(format!("time: {}; in all {whole}", phases.join(", ")));
    }
    if let Some(verification) = &evidence.checks.verification {
        let blocking = verification.findings.get(&Severity::Blocking).copied().unwrap_or_default();
        lines.push(format!("findings that block: {blocking}"));
    }
    if let Some(restorable) = &evidence.checks.restorable {
        let (rows, tables) = (restorable.rows(), restorable.tables.len());
        lines.push(format!("read: {rows} rows of {tables} tables, {} problems", restorable.problems.len()));
    }
    let assertions = &evidence.checks.assertions;
    if !assertions.is_empty() {
        let held = assertions.iter().filter(|result| result.held).count();
        lines.push(format!("assertions: {held} of {} held", assertions.len()));
    }
    lines.extend(evidence.who.workflow.iter().map(|workflow| format!("workflow: {}", printable(workflow))));
    lines.push(format!("run: {} by {}, see {MARKDOWN} in its folder", evidence.run, printable(&evidence.who.system)));
    lines
}

fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).take(SUBJECT).collect()
}
