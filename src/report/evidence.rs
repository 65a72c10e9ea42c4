//! The evidence of a run, for whoever asks a month later: who did what, when, with which snapshot, how long it took
//! against which objective, what was checked, and how it ended. Names, counts, times and digests, never a value.

mod checks;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::objectives;
use crate::error::{Context as _, Error, ErrorKind, Result};
use crate::rules::diagnostics::printable;
use crate::run_record::audit::Actor;
use crate::run_record::{Measured, RunFolder, RunId, RunRecord, RunState, SourceRecord, StageRecord, utc};
use crate::verify::proof::Proof;

pub use checks::{Checks, Drilled, Verification};

/// The evidence for programs, in the run's folder.
pub const JSON: &str = "evidence.json";
/// The evidence for people, in the run's folder.
pub const MARKDOWN: &str = "evidence.md";
/// The files of the run whose digests the evidence has.
pub const WITH_DIGEST: [&str; 3] = ["proof.json", super::JSON, super::MARKDOWN];

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Command {
    /// All four stages.
    Refresh,
    /// Restore and mask.
    Mask,
    /// The proof.
    Verify,
    /// The gate.
    Release,
    /// Back to the database before.
    Rollback,
    /// Restore, look at everything, clean up.
    Drill,
}

impl Command {
    /// The word that people see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Mask => "mask",
            Self::Verify => "verify",
            Self::Release => "release",
            Self::Rollback => "rollback",
            Self::Drill => "drill",
        }
    }
}

/// The document. A change of its shape changes `version`.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// The version of this document: 1.
    pub version: u32,
    /// What was done.
    pub command: Command,
    /// The run.
    pub run: RunId,
    /// Name and version of the tool.
    pub tool: String,
    /// How it ended.
    pub outcome: Ended,
    /// Who did it.
    pub who: Actor,
    /// When the run started, RFC 3339.
    pub started: String,
    /// When this was written, RFC 3339.
    pub ended: String,
    /// Which snapshot, and how old; `None` if the run never came to one.
    pub source: Option<SourceEvidence>,
    /// Into which database; `None` for a drill of a database that runs.
    pub target: Option<TargetEvidence>,
    /// Time and age, against what was asked for.
    pub objectives: ObjectivesEvidence,
    /// How long each stage took.
    pub phases: Vec<StageRecord>,
    /// What was checked.
    pub checks: Checks,
    /// SHA-256 of what this belongs to, in hexadecimal digits.
    pub digests: BTreeMap<String, String>,
}

/// How it ended.
#[derive(Debug, Clone, Serialize)]
pub struct Ended {
    /// `released`, `passed`, `masked`, `verified`, `rolled back`, `refused`, `failed` or `interrupted`.
    pub result: &'static str,
    /// Which kind of error it was.
    pub kind: Option<&'static str>,
    /// The first line of the error.
    pub reason: Option<String>,
    /// By how much each objective was missed.
    pub missed: Vec<String>,
}

/// Which snapshot.
#[derive(Debug, Clone, Serialize)]
pub struct SourceEvidence {
    /// Kind, name, age and size.
    #[serde(flatten)]
    pub record: SourceRecord,
    /// When the data was as it is, RFC 3339.
    pub taken: String,
}

/// Into which database.
#[derive(Debug, Clone, Serialize)]
pub struct TargetEvidence {
    /// The server.
    pub server: String,
    /// The name that people connect to.
    pub database: String,
    /// The name of the database before, while it is kept.
    pub retired: Option<String>,
}

/// Time and age.
#[derive(Debug, Clone, Serialize)]
pub struct ObjectivesEvidence {
    /// How long it took until staging was open, or, in a drill, until the restored database was shown to be usable.
    pub rto: Judged,
    /// How old what was restored was.
    pub rpo: Judged,
}

/// One objective.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// Asked for and measured, in seconds.
    #[serde(flatten)]
    pub measured: Measured,
    /// Whether it was met; `None` where nothing was asked for or measured.
    pub met: Option<bool>,
}

/// What the evidence is made of.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// What was done.
    pub command: Command,
    /// The run's record.
    pub record: &'a RunRecord,
    /// What was proved, if the run came so far.
    pub proof: Option<&'a Proof>,
    /// What a drill found.
    pub drilled: Option<&'a Drilled>,
    /// What went wrong, if something did.
    pub error: Option<&'a Error>,
    /// Who did it.
    pub who: &'a Actor,
}

impl Evidence {
    /// Puts it together, at this time.
    pub fn of(facts: &Facts<'_>, now: SystemTime) -> Self {
        let record = facts.record;
        let judged = |measured: Measured| Judged { measured, met: measured.met() };
        let target = TargetEvidence {
            server: record.target.server.clone(),
            database: record.target.database.clone(),
            retired: record.target.retired.clone(),
        };
        Self {
            version: 1,
            command: facts.command,
            run: record.run.clone(),
            tool: record.tool.clone(),
            outcome: ended(facts),
            who: facts.who.clone(),
            started: record.started.clone(),
            ended: utc(now),
            source: source(record),
            target: (!target.server.is_empty()).then_some(target),
            objectives: ObjectivesEvidence { rto: judged(record.objectives.rto), rpo: judged(record.objectives.rpo) },
            phases: record.stages.clone(),
            checks: checks::of(facts),
            digests: digests_of(facts),
        }
    }

    /// Writes both documents into the run's folder, with the digests of what is there.
    ///
    /// # Errors
    /// When a file can't be read or written.
    pub fn write(&mut self, folder: &RunFolder) -> Result<()> {
        for name in WITH_DIGEST {
            let path = folder.join(name);
            if path.is_file() {
                let bytes = std::fs::read(&path).context(format!("reading {} failed", path.display()))?;
                self.digests.insert(name.to_owned(), sha256(&bytes));
            }
        }
        folder.write(JSON, self)?;
        folder.write_bytes(MARKDOWN, super::evidence_markdown::markdown(self).as_bytes())
    }

    /// Whether what was asked for is done, and every objective met.
    pub fn succeeded(&self) -> bool {
        self.outcome.kind.is_none() && self.outcome.missed.is_empty()
    }

    /// The database that it is about: the target, or what was drilled.
    pub fn about(&self) -> &str {
        match (&self.target, &self.source) {
            (Some(target), _) => &target.database,
            (None, Some(source)) => &source.record.described,
            (None, None) => "the source",
        }
    }
}

fn ended(facts: &Facts<'_>) -> Ended {
    let result = match (facts.error.map(Error::kind), facts.command, facts.record.state) {
        (Some(ErrorKind::Interrupted), ..) => "interrupted",
        (Some(_), Command::Refresh | Command::Verify, RunState::Refused) => "refused",
        (Some(_), ..) => "failed",
        (None, Command::Drill, _) => "passed",
        (None, Command::Rollback, _) => "rolled back",
        (None, Command::Refresh | Command::Release, _) => "released",
        (None, Command::Mask, _) => "masked",
        (None, Command::Verify, _) => "verified",
    };
    Ended {
        result,
        kind: facts.error.map(|error| error.kind().word()),
        reason: facts.error.map(first_line),
        missed: objectives::missed(&facts.record.objectives),
    }
}

/// What follows is a list, which the evidence has in its own places.
fn first_line(error: &Error) -> String {
    printable(error.what().lines().next().unwrap_or_default().trim_end_matches(':'))
}

fn source(record: &RunRecord) -> Option<SourceEvidence> {
    let started = record.run.time()?;
    let taken = started.checked_sub(Duration::from_secs(record.source.age_seconds))?;
    (!record.source.kind.is_empty()).then(|| SourceEvidence { record: record.source.clone(), taken: utc(taken) })
}

fn digests_of(facts: &Facts<'_>) -> BTreeMap<String, String> {
    let mut digests = BTreeMap::new();
    if !facts.record.rules.digest.is_empty() {
        digests.insert("rules".to_owned(), facts.record.rules.digest.clone());
    }
    if let Some(masked) = &facts.record.masked {
        digests.insert("schema".to_owned(), masked.schema_digest.clone());
    }
    digests
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
