//! What a run checked, in figures and by name.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Facts;
use crate::verify::assertions::{AssertionResult, does_not_hold};
use crate::verify::findings::{Question, Severity};
use crate::verify::proof::{Canaries, Proof};
use crate::verify::restorable::Restorable;

/// What was checked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Checks {
    /// The shop's own assertions that were asked.
    pub assertions: Vec<AssertionResult>,
    /// Assertions that the run didn't come to.
    pub assertions_not_asked: Vec<String>,
    /// What verification of the masked database looked at.
    pub verification: Option<Verification>,
    /// What a drill read.
    pub restorable: Option<Restorable>,
}

/// What verification of the masked database looked at, in figures; `proof.json` has every place.
#[derive(Debug, Clone, Serialize)]
pub struct Verification {
    /// Whether the gate may open.
    pub passed: bool,
    /// Tables that were read to the last row.
    pub tables: usize,
    /// Rows that were read.
    pub rows: u64,
    /// Columns that were read.
    pub columns: usize,
    /// The planted leaks.
    pub canaries: Canaries,
    /// Findings by severity.
    pub findings: BTreeMap<Severity, usize>,
    /// Blocking findings by question; 0 where the answer was yes.
    pub blocking: BTreeMap<Question, usize>,
}

/// What a drill found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drilled {
    /// What was read.
    pub restorable: Option<Restorable>,
    /// The shop's own assertions.
    pub assertions: Vec<AssertionResult>,
}

/// Those of a run.
pub(super) fn of(facts: &Facts<'_>) -> Checks {
    let mut checks = Checks::default();
    if let Some(proof) = facts.proof {
        let held = |name: &String| {
            let kind = does_not_hold(name);
            let held = !proof.findings.iter().any(|finding| finding.kind == kind);
            AssertionResult { name: name.clone(), held, error: None }
        };
        checks.assertions = facts.record.assertions.keys().map(held).collect();
        checks.verification = Some(verification(proof));
    }
    if let Some(drilled) = facts.drilled {
        checks.assertions.clone_from(&drilled.assertions);
        checks.restorable.clone_from(&drilled.restorable);
    }
    let asked = |name: &&String| checks.assertions.iter().any(|result| result.name == **name);
    checks.assertions_not_asked = facts.record.assertions.keys().filter(|name| !asked(name)).cloned().collect();
    checks
}

fn verification(proof: &Proof) -> Verification {
    const SEVERITIES: [Severity; 3] = [Severity::Blocking, Severity::Warning, Severity::Note];
    const QUESTIONS: [Question; 5] =
        [Question::Coverage, Question::Leak, Question::Detector, Question::Integrity, Question::Metadata];
    let of_severity = |severity| proof.findings.iter().filter(|finding| finding.severity == severity).count();
    let blocking = |question| {
        let blocks = |severity| severity == Severity::Blocking;
        proof.findings.iter().filter(|finding| finding.question == question && blocks(finding.severity)).count()
    };
    Verification {
        passed: proof.passes(),
        tables: proof.tables.len(),
        rows: proof.rows(),
        columns: proof.tables.iter().map(|table| table.columns.len()).sum(),
        canaries: proof.canaries,
        findings: SEVERITIES.map(|severity| (severity, of_severity(severity))).into(),
        blocking: QUESTIONS.map(|question| (question, blocking(question))).into(),
    }
}
