//! The story in one screen: restore, mask, verify, release.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::interrupt::Interrupt;
use crate::postgres::endpoint::Endpoint;
use crate::progress::Progress;
use crate::rules::rule::Rules;
use crate::run_record::{RunFolder, RunId, RunRecord};
use crate::secret::MaskingKey;
use crate::verify::proof::Proof;

/// Where the data comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A database that runs: production itself, or better a replica.
    Live(Box<Endpoint>),
    /// A `pg_dump` archive (custom or directory format) or plain SQL, also compressed with gzip or zstd.
    Archive(PathBuf),
}

/// What every command that runs a stage needs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the folders of runs are; `.stagemask` by default.
    pub state_dir: PathBuf,
    /// How many tables are streamed at once.
    pub jobs: usize,
    /// Where `pg_dump` and its relatives are, if not where they are looked for.
    pub pg_bin: Option<PathBuf>,
    /// The masking key; `None` makes one for the run and forgets it.
    pub key: Option<MaskingKey>,
    /// Whether a person wants the run to stop.
    pub interrupt: Interrupt,
}

/// A whole refresh.
#[derive(Debug, Clone)]
pub struct Refresh {
    /// From where.
    pub source: Source,
    /// To where: the database that people will connect to. It need not exist.
    pub target: Endpoint,
    /// What to mask.
    pub rules: Rules,
    /// SQL that has to return true on the masked database, by name.
    pub assertions: BTreeMap<String, String>,
    /// The rest.
    pub settings: Settings,
}

/// What a command on a run leaves behind.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The run's folder.
    pub folder: RunFolder,
    /// What was done.
    pub record: RunRecord,
    /// What was proved, once the run is verified.
    pub proof: Option<Proof>,
}

/// What a plan would do, for `check` and `--dry-run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSummary {
    /// Tables with rows of their own.
    pub tables: usize,
    /// Rows, by the statistics of the server.
    pub rows: u64,
    /// Bytes of the database.
    pub bytes: u64,
    /// Columns that are masked.
    pub masked: usize,
    /// Columns that are kept.
    pub kept: usize,
    /// One line a column: `users.email  email`, `users.id  (kept, uuid)`, in the order of the plan.
    pub lines: Vec<String>,
}

/// Does all four stages. On any error nothing is released, and the staging that people use is as it was.
///
/// # Errors
/// With the kind of what went wrong; a finding that closes the gate is `ErrorKind::Findings`.
pub async fn refresh(refresh: &Refresh, progress: &dyn Progress) -> Result<Outcome> {
    let _ = (refresh, progress);
    Err(Error::failed("not there yet"))
}

/// Restores and masks only: leaves a closed target that waits for [`verify`].
///
/// # Errors
/// As [`refresh`].
pub async fn mask(refresh: &Refresh, progress: &dyn Progress) -> Result<Outcome> {
    let _ = (refresh, progress);
    Err(Error::failed("not there yet"))
}

/// Verifies the closed target of a run.
///
/// # Errors
/// As [`refresh`].
pub async fn verify(run: &RunId, target: &Endpoint, settings: &Settings, progress: &dyn Progress) -> Result<Outcome> {
    let _ = (run, target, settings, progress);
    Err(Error::failed("not there yet"))
}

/// Opens the verified target of a run.
///
/// # Errors
/// As [`refresh`].
pub async fn release(run: &RunId, target: &Endpoint, settings: &Settings, progress: &dyn Progress) -> Result<Outcome> {
    let _ = (run, target, settings, progress);
    Err(Error::failed("not there yet"))
}

/// Makes the database before a released run staging again.
///
/// # Errors
/// When there is none, or the swap fails; then everything is as it was.
pub async fn rollback(run: &RunId, target: &Endpoint, settings: &Settings, progress: &dyn Progress) -> Result<Outcome> {
    let _ = (run, target, settings, progress);
    Err(Error::failed("not there yet"))
}

/// Makes the plan of a refresh without doing anything.
///
/// # Errors
/// With everything that stands against it.
pub async fn plan(source: &Endpoint, rules: &Rules) -> Result<PlanSummary> {
    let _ = (source, rules);
    Err(Error::failed("not there yet"))
}

/// A database that a run left on the target's server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOver {
    /// Its name.
    pub database: String,
    /// The run, by the name.
    pub run: RunId,
    /// `incoming`, `raw` or `retired`.
    pub part: String,
    /// Bytes that it takes.
    pub bytes: u64,
}

/// The databases that runs left on the target's server: raw, incoming and retired ones.
///
/// # Errors
/// When the server can't be asked.
pub async fn left_overs(target: &Endpoint) -> Result<Vec<LeftOver>> {
    let _ = target;
    Err(Error::failed("not there yet"))
}

/// Drops databases that runs left behind, except those of runs that can still go on.
///
/// # Errors
/// When one of them can't be dropped.
pub async fn drop_left_overs(target: &Endpoint, which: &[LeftOver]) -> Result<()> {
    let _ = (target, which);
    Err(Error::failed("not there yet"))
}
