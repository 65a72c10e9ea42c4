//! The record of a run: what each stage did, kept in the run's folder, so that another process can go on from it.
//!
//! The folder is `.stagemask/runs/<run>/` with mode 0700. Nothing in it is raw data or a credential.

pub mod audit;
pub mod carried;
mod counts;
mod folder;
pub mod journal;
mod masked;
mod objectives;

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::postgres::identifier::TableName;
use crate::progress::Stage;
use crate::secret::random_bytes;

pub use counts::{ColumnCounts, Lengths, Spread, Variety, two_digits};
pub use folder::{RunFolder, RunLock};
pub use masked::{How, JoinedRows, LeftBehind, MaskedColumn, MaskedRecord, MaskedTable, RecordedColumn, Written};
pub use objectives::{Measured, ObjectivesRecord};

/// Names a run: a UTC time and six random characters, such as `20261121T034512-k3f9x2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct RunId(String);

impl RunId {
    /// A new id, for a run that starts now.
    ///
    /// # Errors
    /// When the system has no source of randomness.
    pub fn new() -> Result<Self> {
        const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
        let time: String = utc(SystemTime::now()).chars().filter(|c| c.is_ascii_digit() || *c == 'T').collect();
        let random: String = random_bytes::<6>()?
            .iter()
            .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)).copied().map(char::from))
            .collect();
        Ok(Self(format!("{time}-{random}")))
    }

    /// When the run started, by its id; `None` for a day that no calendar has.
    pub fn time(&self) -> Option<SystemTime> {
        let digits: Vec<&str> =
            [0..4, 4..6, 6..8, 9..11, 11..13, 13..15].iter().filter_map(|part| self.0.get(part.clone())).collect();
        let [year, month, day, hour, minute, second] = digits.as_slice() else { return None };
        humantime::parse_rfc3339(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).ok()
    }

    /// The form in which it is part of a database's name: lower case, `_` for `-`.
    pub fn in_name(&self) -> String {
        self.0.to_lowercase().replace('-', "_")
    }
}

impl TryFrom<String> for RunId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        let (time, random) = text.split_once('-').unwrap_or_default();
        let is_time = time.len() == 15
            && time.bytes().enumerate().all(|(at, byte)| if at == 8 { byte == b'T' } else { byte.is_ascii_digit() });
        if is_time && random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text))
        } else {
            Err(Error::usage(format!("{text:?} is not the id of a run"))
                .help("an id looks like 20261121T034512-k3f9x2; `stagemask status` lists them"))
        }
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A time as RFC 3339, in UTC, to the second.
pub fn utc(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

/// Tells one database of one cluster from every other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatabaseIdentity {
    /// `pg_control_system().system_identifier`, as text; empty where the role may not read it.
    pub system_identifier: String,
    /// `pg_database.oid`, which a rename doesn't change.
    pub oid: u32,
}

/// Everything that a run has done so far.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// The run.
    pub run: RunId,
    /// Name and version of the tool.
    pub tool: String,
    /// When it started, RFC 3339.
    pub started: String,
    /// What was restored.
    pub source: SourceRecord,
    /// Where to.
    pub target: TargetRecord,
    /// The rules file.
    pub rules: RulesRecord,
    /// Domains on top of the reserved ones that masked addresses may have.
    pub allowed_domains: Vec<String>,
    /// SQL that has to return true on the masked database, by name.
    pub assertions: BTreeMap<String, String>,
    /// Findings that somebody has accepted for a time.
    #[serde(default)]
    pub accepted: Vec<Acceptance>,
    /// Tells two keys apart; empty when the key was made for this run and forgotten.
    pub key_fingerprint: String,
    /// How long it took until staging was open and how old it was, against what was asked for.
    #[serde(default)]
    pub objectives: ObjectivesRecord,
    /// The stages that have been done, in order.
    pub stages: Vec<StageRecord>,
    /// What masking did.
    pub masked: Option<MaskedRecord>,
    /// Where the run stands.
    pub state: RunState,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Restoring or masking: a process is at it, or it was killed.
    Masking,
    /// The closed target is complete and waits for verification.
    Masked,
    /// The proof allows release.
    Verified,
    /// Verification found something; the target stays closed.
    Refused,
    /// The database is open on an instance that isn't staging yet.
    Opened,
    /// The target is staging.
    Released,
    /// The database before is staging again.
    RolledBack,
    /// It failed or was interrupted, and its databases are gone.
    Failed,
    /// A drill: restoring and looking, or a process was killed at it.
    Drilling,
    /// A drill that is over: what it restored is gone.
    Drilled,
}

/// What was restored.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRecord {
    /// `live` or `archive`.
    pub kind: String,
    /// The server and database, or the file; never a credential.
    pub described: String,
    /// How old the data was when the run started, in seconds.
    pub age_seconds: u64,
    /// Bytes of the source database.
    pub bytes: u64,
    /// Tells the database that was masked from every other; of an archive, there is none that stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<DatabaseIdentity>,
    /// The oid of the database on the target's server that an archive was restored into. It is gone once masking ends, and
    /// what the server remembers of it may not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scratch_oid: Option<u32>,
}

/// Where the masked database is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetRecord {
    /// The server.
    pub server: String,
    /// The name that people connect to.
    pub database: String,
    /// The name while it is closed.
    pub incoming: String,
    /// The name that the database before has now.
    pub retired: Option<String>,
    /// Tells it from every other database.
    pub identity: DatabaseIdentity,
    /// Digests of the versions of rows of its catalogs when masking ended, by catalog. Nobody changes its schema from then
    /// on until the release.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub catalogs: BTreeMap<String, String>,
    /// The instance, where one was swapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceRecord>,
}

/// Which instance of Amazon RDS became staging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceRecord {
    /// The name that people connect to.
    pub staging: String,
    /// The name that the run gave to it.
    pub incoming: String,
    /// The name that the instance before has now.
    pub retired: Option<String>,
    /// The security groups of the quarantine, with which it is closed again after a rollback.
    pub quarantine: Vec<String>,
}

/// The rules that a run followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesRecord {
    /// As named on the command line.
    pub file: String,
    /// SHA-256, hexadecimal.
    pub digest: String,
}

/// A finding that somebody has accepted, for a time: it no longer closes the gate, and is listed all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: String,
    /// The JSON or hstore key, or the field of a composite, nearest to it; `None` only stands for the cell itself.
    #[serde(default)]
    pub key: Option<String>,
    /// What was found: a detector's kind such as `email`, or the words of the report.
    pub kind: String,
    /// Why it may stay.
    pub reason: String,
    /// Who says so.
    pub who: String,
    /// The last day on which it counts, in UTC: `2026-12-31`.
    pub until: String,
}

impl Acceptance {
    /// The place, as a report shows it.
    pub fn place(&self) -> String {
        let key = self.key.as_ref().map(|key| format!(" at {key:?}")).unwrap_or_default();
        format!("{}.{}{key}", self.table, self.column)
    }
}

/// A stage that is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRecord {
    /// Which stage.
    pub stage: Stage,
    /// When it began, RFC 3339.
    pub started: String,
    /// How long it took.
    pub seconds: f64,
    /// What it did, in a few words.
    pub summary: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_as_it_was_written() {
        let id = RunId::new().unwrap();
        assert_eq!(RunId::try_from(id.to_string()).unwrap(), id);
        assert!(id.in_name().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "../../etc", "20261121T034512-", "20261121X034512-k3f9x2", "20261121T034512-k3f9x2/.."] {
            assert!(RunId::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
