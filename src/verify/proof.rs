//! The proof: what was checked, on which database, and what was found.

use serde::{Deserialize, Serialize};

use super::findings::{Finding, Severity};
use crate::postgres::identifier::TableName;
use crate::run_record::{DatabaseIdentity, How, RunId};

/// The result of verification. Written to `proof.json` in the run's folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The version of this document: 1.
    pub version: u32,
    /// The run.
    pub run: RunId,
    /// Name and version of the tool.
    pub tool: String,
    /// When it was made, RFC 3339.
    pub made: String,
    /// The database that was verified.
    pub target: DatabaseIdentity,
    /// SHA-256 of the rules file.
    pub rules_digest: String,
    /// SHA-256 of the schema's DDL.
    pub schema_digest: String,
    /// What was scanned.
    pub tables: Vec<TableProof>,
    /// The references of the rules, which no constraint proves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joins: Vec<JoinProof>,
    /// The canaries.
    pub canaries: Canaries,
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// How long it took.
    pub seconds: f64,
}

/// Known leaks that are planted on every run, to show that the scan sees them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canaries {
    /// How many were planted.
    pub planted: u32,
    /// How many the scan found.
    pub found: u32,
}

/// A reference that the schema doesn't know of: it joins as many rows as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

impl Proof {
    /// Whether the gate may open.
    pub fn passes(&self) -> bool {
        self.canaries.planted > 0
            && self.canaries.found == self.canaries.planted
            && self.findings.iter().all(|finding| finding.severity < Severity::Blocking)
    }

    /// Rows that were read, over all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}
