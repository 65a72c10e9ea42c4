//! What reports for CI systems tell of, be it a proof or an audit.

use crate::postgres::identifier::TableName;
use crate::verify::audit::Audit;
use crate::verify::findings::Finding;
use crate::verify::proof::{Accepted, Canaries, Proof};

/// What was looked at and what was found.
pub(super) struct Subject<'a> {
    /// The command.
    pub(super) command: &'static str,
    /// Name and version of the tool.
    pub(super) tool: &'a str,
    /// Tells it from others: the run, or the database.
    pub(super) id: String,
    /// When it was made, RFC 3339.
    pub(super) made: &'a str,
    pub(super) seconds: f64,
    /// The rules file, to which findings point; empty without one.
    pub(super) file: &'a str,
    /// What else identifies it.
    pub(super) properties: Vec<(&'static str, String)>,
    pub(super) canaries: Canaries,
    pub(super) tables: Vec<&'a TableName>,
    pub(super) findings: &'a [Finding],
    pub(super) accepted: &'a [Accepted],
}

impl<'a> Subject<'a> {
    /// Of a proof, which knows only the digest of its rules.
    pub(super) fn of(proof: &'a Proof) -> Self {
        Self {
            command: "verify",
            tool: &proof.tool,
            id: proof.run.to_string(),
            made: &proof.made,
            seconds: proof.seconds,
            file: "",
            properties: vec![
                ("run", proof.run.to_string()),
                ("tool", proof.tool.clone()),
                ("rules", proof.rules_digest.clone()),
                ("schema", proof.schema_digest.clone()),
            ],
            canaries: proof.canaries,
            tables: proof.tables.iter().map(|table| &table.name).collect(),
            findings: &proof.findings,
            accepted: &proof.accepted,
        }
    }

    /// Of an audit.
    pub(super) fn of_audit(audit: &'a Audit) -> Self {
        let digest = audit.rules.as_ref().map(|rules| rules.digest.clone()).unwrap_or_default();
        Self {
            command: "audit",
            tool: &audit.tool,
            id: format!("audit/{}", audit.database),
            made: &audit.made,
            seconds: audit.seconds,
            file: audit.rules.as_ref().map_or("", |rules| rules.file.as_str()),
            properties: vec![
                ("document", audit.document.to_owned()),
                ("database", audit.database.clone()),
                ("tool", audit.tool.clone()),
                ("rules", digest),
            ],
            canaries: audit.canaries,
            tables: audit.tables.iter().map(|table| &table.name).collect(),
            findings: &audit.findings,
            accepted: &audit.accepted,
        }
    }
}
