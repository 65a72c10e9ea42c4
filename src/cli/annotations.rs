//! Annotations of GitHub Actions: what is wrong in a file, beside its line in the review of a pull request.
//!
//! They are workflow commands (GitHub, "Workflow commands": `error`), and go to standard error: the runner reads
//! commands from both streams, and standard output is for programs.

use std::fmt::Write as _;
use std::path::Path;

use super::console::to_stderr;
use crate::error::Spot;
use crate::report::rule_lines::RuleLines;
use crate::run_record::RulesRecord;
use crate::verify::findings::{Finding, Severity};

/// How many findings get an annotation; GitHub shows ten a step, and the report has them all.
const SHOWN: usize = 10;

/// Writes an annotation for each spot, where GitHub Actions reads them.
pub(super) fn tell(spots: &[Spot], environment: impl Fn(&str) -> Option<String>) {
    if !wanted(&environment) {
        return;
    }
    let root = environment("GITHUB_WORKSPACE");
    for spot in spots {
        to_stderr(&command(spot, root.as_deref().map(Path::new)));
    }
}

/// Whether somebody reads annotations: GitHub sets this variable on its runners.
pub(super) fn wanted(environment: impl Fn(&str) -> Option<String>) -> bool {
    environment("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// The command for a spot. GitHub names files from the root of the workspace.
pub fn command(spot: &Spot, workspace: Option<&Path>) -> String {
    let mut command = format!("::error file={}", property(&from_root(&spot.file, workspace)));
    if let Some((line, column)) = spot.at {
        let _ = write!(command, ",line={line},col={column}");
    }
    let mut message = spot.what.clone();
    if let Some(help) = &spot.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    format!("{command},title=stagemask::{}", data(&message))
}

/// The spots of what closed the gate: the rule of the column, as long as the file is the one that the run had.
pub(super) fn of_findings(findings: &[Finding], used: &RulesRecord) -> Vec<Spot> {
    let lines = RuleLines::of(used);
    let blocking = findings.iter().filter(|finding| finding.severity == Severity::Blocking);
    let spot = |finding: &Finding| {
        let (file, at) = lines.at(finding).unzip();
        Spot {
            file: file.unwrap_or_else(|| used.file.clone()),
            at,
            what: format!("{}: {}", finding.place, finding.kind),
            help: Some(finding.advice.clone()).filter(|advice| !advice.is_empty()),
        }
    };
    blocking.take(SHOWN).map(spot).collect()
}

fn from_root(file: &str, workspace: Option<&Path>) -> String {
    let absolute = Path::new(file).canonicalize().ok();
    let root = workspace.and_then(|root| root.canonicalize().ok());
    let inside = absolute.as_deref().zip(root.as_deref()).and_then(|(file, root)| file.strip_prefix(root).ok());
    inside.map_or_else(|| file.to_owned(), |path| path.display().to_string())
}

/// A message, as the runner reads it back (`actions/toolkit`, `escapeData`). Other controls could hide what follows.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            c if c.is_control() => escaped.extend(c.escape_unicode()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A property, as the runner reads it back (`escapeProperty`).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
#[path = "annotations_tests.rs"]
mod tests;
