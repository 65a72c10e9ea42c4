//! Findings for a terminal.

use super::figures::{count, many};
use crate::error::{Error, ErrorKind};
use crate::rules::diagnostics::printable;
use crate::verify::findings::{Finding, Question, Severity};
use crate::verify::proof::Proof;

/// How many findings are shown; all of them are in the report.
const SHOWN: usize = 20;

/// What was found, worst first: place, kind, count, keys and advice. Empty when there is nothing to say.
pub fn findings_text(proof: &Proof) -> String {
    let mut lines = Vec::new();
    let canaries = proof.canaries;
    if canaries.planted == 0 || canaries.found != canaries.planted {
        lines.push(format!(
            "only {} of {} canaries were found, so the scan may have missed other things too",
            canaries.found, canaries.planted
        ));
    }
    lines.extend(proof.findings.iter().take(SHOWN).map(finding_text));
    if let Some(more) = proof.findings.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        lines.push(format!("and {} more, see the report", count(more as u64)));
    }
    lines.join("\n")
}

fn finding_text(finding: &Finding) -> String {
    let severity = severity(finding.severity);
    let place = printable(&finding.place.to_string());
    let mut text = format!("{severity}: {place}: {}", printable(&finding.kind));
    if matches!(finding.question, Question::Leak | Question::Detector) {
        text += &format!(" in {}", many(finding.count, "cell"));
    }
    if !finding.keys.is_empty() {
        let keys: Vec<String> = finding.keys.iter().map(|key| printable(key)).collect();
        text += &format!("\n  rows with key {}", keys.join(", "));
        if finding.count > keys.len() as u64 {
            text += ", …";
        }
    }
    if !finding.advice.is_empty() {
        text += &format!("\n  help: {}", finding.advice.replace('\n', "\n        "));
    }
    text
}

/// The error of a proof that doesn't allow release.
pub fn refusal(proof: &Proof) -> Option<Error> {
    (!proof.passes()).then(|| refusal_of(proof))
}

/// The error of a gate that stays closed: by the worst of what was found.
pub fn refusal_of(proof: &Proof) -> Error {
    let blocking = || proof.findings.iter().filter(|finding| finding.severity == Severity::Blocking);
    let has = |question: fn(&Finding) -> bool| blocking().any(question);
    let kind = if has(|finding| matches!(finding.question, Question::Leak | Question::Detector | Question::Metadata)) {
        ErrorKind::Findings
    } else if has(|finding| finding.question == Question::Coverage) {
        ErrorKind::Coverage
    } else {
        ErrorKind::Integrity
    };
    let (found, planted) = (proof.canaries.found, proof.canaries.planted);
    if found < planted && blocking().next().is_none() {
        return Error::failed(format!("the scan found {found} of {planted} planted canaries, so it proves nothing"))
            .help("report this as a bug; nothing was released");
    }
    Error::new(kind, findings_text(proof))
        .help("mend the rules and refresh again; the staging that people use is as it was")
}

/// The word for a severity.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Accepted => "accepted",
        Severity::Blocking => "blocking",
    }
}
