//! `stagemask detectors`

use std::path::Path;

use serde_json::json;

use super::scan_files;
use crate::cli::args::{DetectorsArgs, DetectorsCommand};
use crate::cli::console::{json_to_stdout, to_stdout};
use crate::error::{Error, Result};
use crate::verify::detectors::{CATALOGUE, Detectors, custom, self_test};
use crate::verify::findings::Severity;

pub(super) fn run(args: &DetectorsArgs) -> Result<()> {
    match &args.command {
        Some(DetectorsCommand::Scan(scan)) => {
            let detectors = Detectors::new().and(own(scan.detectors.as_deref())?);
            scan_files::scan(scan, &detectors)
        }
        None if args.self_test => prove(args),
        None => list(args),
    }
}

fn own(file: Option<&Path>) -> Result<Vec<custom::CustomDetector>> {
    file.map_or(Ok(Vec::new()), custom::load)
}

fn list(args: &DetectorsArgs) -> Result<()> {
    let own = own(args.detectors.as_deref())?;
    if args.json {
        let built_in = CATALOGUE.iter().map(|detector| {
            let kinds: Vec<_> = detector
                .kinds
                .iter()
                .map(|kind| json!({ "kind": kind.to_string(), "severity": kind.severity() }))
                .collect();
            let examples = (detector.examples.len(), detector.counter_examples.len());
            json!({ "name": detector.name, "kinds": kinds, "examples": examples.0, "counter_examples": examples.1 })
        });
        let own = own.iter().map(|detector| {
            let kind = json!({ "kind": detector.kind.name, "severity": detector.kind.severity });
            let examples = (detector.examples.len(), detector.counter_examples.len());
            json!({ "name": detector.kind.name, "kinds": [kind], "examples": examples.0, "counter_examples": examples.1 })
        });
        return json_to_stdout(&built_in.chain(own).collect());
    }
    let mut text = String::new();
    let mut line = |name: &str, kind: &str, severity: Severity| {
        let effect = match severity {
            Severity::Blocking => "blocks",
            Severity::Warning => "warns",
            Severity::Note | Severity::Accepted => "notes",
        };
        text.push_str(&format!("{name:<20} {kind:<44} {effect}\n"));
    };
    for detector in CATALOGUE {
        detector.kinds.iter().for_each(|kind| line(detector.name, &kind.to_string(), kind.severity()));
    }
    own.iter().for_each(|detector| line(detector.kind.name, "of your own", detector.kind.severity));
    to_stdout(&text)
}

/// Those of a shop are proved when they are read.
fn prove(args: &DetectorsArgs) -> Result<()> {
    let own = own(args.detectors.as_deref())?;
    let failures = self_test::of_catalogue();
    if !failures.is_empty() {
        let told: Vec<String> = failures.iter().map(ToString::to_string).collect();
        return Err(Error::failed(format!(
            "{} examples don't prove their detectors:\n{}",
            told.len(),
            told.join("\n")
        ))
        .help("this is a fault of stagemask: report it"));
    }
    let examples: usize =
        CATALOGUE.iter().map(|detector| detector.examples.len() + detector.counter_examples.len()).sum();
    let of_own: usize = own.iter().map(|detector| detector.examples.len() + detector.counter_examples.len()).sum();
    let (detectors, examples) = (CATALOGUE.len() + own.len(), examples + of_own);
    if args.json {
        return json_to_stdout(&json!({ "detectors": detectors, "examples": examples }));
    }
    to_stdout(&format!("{detectors} detectors hold for their {examples} examples\n"))
}
