//! What a run leaves for people and programs: `report.md`, `report.json`, `report.sarif` and `report.junit.xml` in its
//! folder. Places, kinds and counts, never a value.

use serde_json::{Value, json};

use crate::error::{Context, Result};
use crate::run_record::{RunFolder, RunRecord};
use crate::verify::proof::Proof;
use rule_lines::RuleLines;

pub mod audit;
pub mod evidence;
mod evidence_markdown;
pub mod figures;
mod findings;
mod junit;
mod markdown;
pub mod objectives;
mod paste;
pub mod rule_lines;
mod sarif;
mod subject;

pub use findings::{findings_text, refusal, refusal_of};
pub use junit::junit;
pub use markdown::markdown;
pub use paste::paste;
pub use sarif::sarif;

/// The name of the report for people, in the run's folder.
pub const MARKDOWN: &str = "report.md";

/// The name of the report for programs, in the run's folder.
pub const JSON: &str = "report.json";

/// The findings for code scanning, in the run's folder.
pub const SARIF: &str = "report.sarif";

/// The verdict for CI systems, in the run's folder.
pub const JUNIT: &str = "report.junit.xml";

/// Writes the reports into the run's folder; those for CI systems once there is a proof.
///
/// # Errors
/// When one of them can't be written.
pub fn write(folder: &RunFolder, record: &RunRecord, proof: Option<&Proof>) -> Result<()> {
    folder.write(JSON, &document(record, proof)?)?;
    if let Some(proof) = proof {
        folder.write(SARIF, &sarif(record, proof, &RuleLines::of(&record.rules)))?;
        folder.write_bytes(JUNIT, junit(proof).as_bytes())?;
    }
    folder.write_bytes(MARKDOWN, markdown(record, proof).as_bytes())
}

/// The report for programs: every fact of the record and the proof.
///
/// # Errors
/// When they can't be put into JSON.
pub fn document(record: &RunRecord, proof: Option<&Proof>) -> Result<Value> {
    let as_json = || -> serde_json::Result<Value> {
        Ok(json!({
            "version": 1,
            "gate": proof.map(|proof| if proof.passes() { "open" } else { "closed" }),
            "run": serde_json::to_value(record)?,
            "proof": proof.map(serde_json::to_value).transpose()?,
        }))
    };
    as_json().context(format!("putting the report of run {} into JSON failed", record.run))
}
