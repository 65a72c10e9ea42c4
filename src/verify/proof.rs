//! The proof: what was checked, on which database, and what was found.

mod attest;
mod canonical;
mod key;
mod seal;
mod tool;

use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::findings::{Finding, Severity};
use super::state::State;
use crate::error::{Context as _, Error, Result};
use crate::postgres::civil_date::CivilDate;
use crate::postgres::identifier::TableName;
use crate::run_record::{Acceptance, DatabaseIdentity, How, Lengths, RunId, Spread};

pub use attest::{PREDICATE_TYPE, envelope, statement};
pub use canonical::canonical;
pub use key::{ProofKey, PublicKey};
pub use seal::Signature;
pub use tool::tool_digest;

/// The version of the document that is written.
pub const VERSION: u32 = 2;

/// The result of verification. Written to `proof.json` in the run's folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The version of this document: 2. One of version 1 is read, but opens nothing.
    pub version: u32,
    /// The run.
    pub run: RunId,
    /// Name and version of the tool.
    pub tool: String,
    /// SHA-256 of the program that made it; empty where it can't read itself.
    #[serde(default)]
    pub tool_digest: String,
    /// When it was made, RFC 3339.
    pub made: String,
    /// The database that was verified.
    pub target: DatabaseIdentity,
    /// SHA-256 of the rules file.
    pub rules_digest: String,
    /// SHA-256 of the schema's DDL.
    pub schema_digest: String,
    /// What tells later writes to the database.
    #[serde(default)]
    pub state: State,
    /// What was scanned.
    pub tables: Vec<TableProof>,
    /// How many large objects were read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub large_objects: u64,
    /// The references of the rules, which no constraint proves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joins: Vec<JoinProof>,
    /// The canaries.
    pub canaries: Canaries,
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// What of them somebody has accepted in the rules, and who.
    #[serde(default)]
    pub accepted: Vec<Accepted>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// SHA-256 of the canonical JSON (RFC 8785) of this document without `digest` and `signature`.
    #[serde(default)]
    pub digest: String,
    /// A signature of the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

/// A use of an acceptance: a finding that would have closed the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// What the rules say.
    pub acceptance: Acceptance,
    /// How many cells.
    pub count: u64,
}

/// Known leaks that are planted on every run, to show that the scan sees them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Canaries {
    /// How many were planted.
    pub planted: u32,
    /// How many the scan found.
    pub found: u32,
}

/// A reference that the schema doesn't know of: it joins as many rows as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinProof {
    /// The column that refers, and where in it.
    pub from: String,
    /// The column that is referred to.
    pub to: String,
    /// Pairs of rows in the source.
    pub before: u64,
    /// Pairs of rows in the target.
    pub after: u64,
}

/// What was scanned of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableProof {
    /// Which table.
    pub name: TableName,
    /// Rows that were read.
    pub rows: u64,
    /// The columns that were read.
    pub columns: Vec<ColumnProof>,
}

/// What was scanned of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnProof {
    /// Which column.
    pub name: String,
    /// The type as PostgreSQL prints it.
    pub type_name: String,
    /// How it was decided; `None` for a generated or computed column.
    pub how: Option<How>,
    /// NULLs that were read.
    pub nulls: u64,
    /// Of a masked column, about how many distinct values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distinct: Option<Distinct>,
    /// Of masked text, how long the values are: as long as they were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<Lengths>,
    /// Of masked numbers and dates, where they lie, if there are enough of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<SpreadProof>,
}

/// About how many distinct values, to two digits. NULL is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Distinct {
    /// Of the originals.
    pub before: u64,
    /// On the target.
    pub after: u64,
}

/// Where numbers lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpreadProof {
    /// The originals.
    pub before: Spread,
    /// Those on the target; `None` where there are too few, or all are alike.
    pub after: Option<Spread>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Proof {
    /// Reads a proof, also one of an older version.
    ///
    /// # Errors
    /// When the text is none, or one of a newer version.
    pub fn parse(text: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        if let Ok(Version { version }) = serde_json::from_slice(text)
            && !(1..=VERSION).contains(&version)
        {
            return Err(Error::usage(format!("the proof is of version {version}, which isn't known here"))
                .help("use the stagemask that made it, or a newer one"));
        }
        serde_json::from_slice(text).context("this is no proof, or a damaged one")
    }

    /// Reads the file of a proof: see [`Proof::parse`].
    ///
    /// # Errors
    /// Also when the file can't be read.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read(path).context(format!("reading {} failed", path.display()))?;
        Self::parse(&text).map_err(|error| Error::new(error.kind(), format!("{}: {error}", path.display())))
    }

    /// Whether the gate may open.
    pub fn passes(&self) -> bool {
        self.canaries.planted > 0
            && self.canaries.found == self.canaries.planted
            && self.findings.iter().all(|finding| finding.severity < Severity::Blocking)
    }

    /// What was accepted until a day that is over.
    pub fn expired(&self, today: CivilDate) -> impl Iterator<Item = &Acceptance> {
        let is_over = move |until: &str| CivilDate::parse(until).is_none_or(|until| until < today);
        self.accepted.iter().map(|accepted| &accepted.acceptance).filter(move |accepted| is_over(&accepted.until))
    }

    /// Rows that were read, over all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// SHA-256, hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The JSON Schema (draft 2020-12) of a proof, indented, with a newline at the end. Its shipped form is
/// `docs/proof.schema.json`.
pub fn json_schema_text() -> String {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Proof>().to_value();
    let mut schema = match schema {
        Value::Object(members) => members,
        other => return other.to_string(),
    };
    schema.insert("$id".to_owned(), PREDICATE_TYPE.into());
    format!("{:#}\n", Value::Object(schema))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(super) fn proof() -> Proof {
        let text = str::to_owned;
        Proof {
            version: VERSION,
            run: RunId::try_from(text("20261121T034512-k3f9x2")).unwrap(),
            tool: text("stagemask"),
            tool_digest: String::new(),
            made: text("2026-11-21T03:48:00Z"),
            target: DatabaseIdentity { system_identifier: text("7561238947612"), oid: 16_402 },
            rules_digest: text("ab12"),
            schema_digest: text("cd34"),
            state: State::default(),
            tables: Vec::new(),
            large_objects: 0,
            joins: Vec::new(),
            canaries: Canaries { planted: 12, found: 12 },
            findings: Vec::new(),
            accepted: Vec::new(),
            seconds: 0.612,
            digest: String::new(),
            signature: None,
        }
    }

    #[test]
    fn a_proof_of_version_1_is_read_and_one_of_version_3_refused_by_name() {
        let old = r#"{ "version": 1, "run": "20261121T034512-k3f9x2", "tool": "stagemask 0.1.0", "made": "",
            "target": { "system_identifier": "7", "oid": 1 }, "rules_digest": "", "schema_digest": "", "tables": [],
            "canaries": { "planted": 1, "found": 1 }, "findings": [], "seconds": 0.5 }"#;
        let read = Proof::parse(old.as_bytes()).unwrap();
        assert!(read.passes() && read.state == State::default() && read.digest.is_empty());
        let newer = Proof::parse(br#"{ "version": 3, "zk": {} }"#).unwrap_err();
        assert!(newer.what().contains("version 3"), "{newer}");
        assert!(Proof::parse(b"{}").is_err());
    }

    #[test]
    fn the_schema_asks_for_what_is_written() {
        let schema: Value = serde_json::from_str(&json_schema_text()).unwrap();
        let written = serde_json::to_value(proof().sealed(None).unwrap()).unwrap();
        let properties = schema["properties"].as_object().unwrap();
        for name in written.as_object().unwrap().keys() {
            assert!(properties.contains_key(name), "{name}");
        }
        assert_eq!(schema["additionalProperties"], false);
    }
}
