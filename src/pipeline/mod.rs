//! The story in one screen: restore, mask, verify, release.

mod audit;
#[cfg(feature = "aws")]
mod cloud;
mod conclusion;
mod drift;
pub mod drill;
mod elsewhere;
#[cfg(feature = "aws")]
mod left_on_rds;
mod left_overs;
mod objectives;
mod originals_again;
mod proving;
mod questions;
mod restore_and_mask;
mod resume;
mod run;
mod source;
mod verify_and_release;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::Interrupt;
use crate::mask::MaskedDatabase;
use crate::notify::{EvidenceBucket, Notify};
use crate::postgres::endpoint::Endpoint;
use crate::progress::Progress;
#[cfg(feature = "aws")]
use crate::release::rds::request::RdsStaging;
use crate::report::evidence::Command;
#[cfg(feature = "aws")]
use crate::restore::rds::request::RdsSource;
use crate::rules::rule::Rules;
use crate::run_record::audit::Actor;
use crate::run_record::{RunFolder, RunId, RunRecord, RunState};
use crate::secret::MaskingKey;
use crate::verify::detectors::custom::CustomDetector;
use crate::verify::proof::Proof;
use run::Run;

pub use crate::database::LeftOver;
pub use audit::{Audited, audit};
pub use drift::{Change, SchemaDrift, drift};
pub use elsewhere::carried_runs;
#[cfg(feature = "aws")]
pub use left_on_rds::{LeftOnRds, left_on_rds, remove_from_rds};
pub use left_overs::{drop_left_overs, left_overs, standing_server};
pub use objectives::Objectives;
pub use originals_again::SourceAgain;
pub use proving::{KeySource, Proving};
pub use questions::{PlanSummary, Previewed, discover, explain, plan, preview};
pub use resume::resume;

/// Where the data comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A database that runs: production itself, or better a replica.
    Live(Box<Endpoint>),
    /// A `pg_dump` archive (custom or directory format) or plain SQL, also compressed with gzip or zstd.
    Archive(PathBuf),
    /// Production on Amazon RDS: a snapshot, a point in time or a recovery point.
    #[cfg(feature = "aws")]
    Rds(Box<RdsSource>),
}

/// Where the masked data goes: the database that people will connect to. It need not exist.
#[derive(Debug, Clone)]
pub enum Target {
    /// A database on a server that is there.
    Server(Box<Endpoint>),
    /// Staging on Amazon RDS.
    #[cfg(feature = "aws")]
    Rds(Box<RdsStaging>),
}

impl Target {
    /// The name of the database.
    pub fn database(&self) -> &str {
        match self {
            Self::Server(endpoint) => endpoint.database(),
            #[cfg(feature = "aws")]
            Self::Rds(staging) => &staging.database,
        }
    }
}

impl From<Endpoint> for Target {
    fn from(endpoint: Endpoint) -> Self {
        Self::Server(Box::new(endpoint))
    }
}

/// What every command that runs a stage needs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the folders of runs are; `.stagemask` by default.
    pub state_dir: PathBuf,
    /// How many tables are streamed at once.
    pub jobs: usize,
    /// From how many bytes on a table that dominates is cut, so that several streams share it; `chunks::CUT_FROM`.
    pub cut_from: u64,
    /// Where `pg_dump` and its relatives are, if not where they are looked for.
    pub pg_bin: Option<PathBuf>,
    /// The masking key; `None` makes one for the run and forgets it.
    pub key: Option<MaskingKey>,
    /// What the shop's own detectors look for.
    pub detectors: Vec<CustomDetector>,
    /// Whether a person wants the run to stop.
    pub interrupt: Interrupt,
    /// Who is told of it.
    pub reporting: Reporting,
    /// How proofs are signed, and whose are believed.
    pub proving: Proving,
}

/// Who does it, and who is told how it ended.
#[derive(Debug, Clone, Default)]
pub struct Reporting {
    /// Who does it, as far as the environment tells.
    pub actor: Actor,
    /// Where notices go.
    pub notify: Notify,
    /// The bucket that keeps the evidence, if there is one.
    pub evidence: Option<EvidenceBucket>,
}

/// A whole refresh.
#[derive(Debug, Clone)]
pub struct Refresh {
    /// From where.
    pub source: Source,
    /// To where.
    pub target: Target,
    /// What to mask.
    pub rules: Rules,
    /// SQL that has to return true on the masked database, by name.
    pub assertions: BTreeMap<String, String>,
    /// What it may take, and how old the data may be.
    pub objectives: Objectives,
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
    /// What is not as asked for, although everything is done.
    pub shortfalls: Vec<Shortfall>,
}

/// Something that is not as asked for, although everything is done: a missed objective, evidence that could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// What it means for the exit code.
    pub kind: ErrorKind,
    /// What it is.
    pub what: String,
    /// What to do about it, or more about it.
    pub help: String,
}

impl Outcome {
    /// Whether everything is as asked for.
    ///
    /// # Errors
    /// With all shortfalls; everything is done all the same.
    pub fn as_asked(&self) -> Result<()> {
        Shortfall::error(&self.shortfalls).map_or(Ok(()), Err)
    }
}

/// Does all four stages. On any error nothing is released, and the staging that people use is as it was. Missed
/// objectives are no error: they are in the [`Outcome`].
///
/// # Errors
/// With the kind of what went wrong; a finding that closes the gate is `ErrorKind::Findings`.
pub async fn refresh(refresh: &Refresh, progress: &Arc<dyn Progress>) -> Result<Outcome> {
    let mut run = Run::begin(refresh, progress)?;
    let done = Box::pin(run.whole(refresh)).await;
    run.conclude(Command::Refresh, done).await
}

impl Run {
    async fn whole(&mut self, refresh: &Refresh) -> Result<()> {
        let masked = self.restore_and_mask(refresh).await?;
        self.prove_and_release(&masked).await
    }

    /// The last two stages, one right after the other.
    async fn prove_and_release(&mut self, masked: &MaskedDatabase) -> Result<()> {
        let released = async {
            let verified = self.verify(masked, None).await?;
            self.release(&verified).await
        };
        match released.await {
            Ok(()) => Ok(()),
            // What was masked and not refused can still be verified and released by another process.
            Err(error) if error.kind() == ErrorKind::Interrupted && self.settings.key.is_some() => {
                Err(self.paused(error))
            }
            Err(error) => {
                let state = if self.state() == RunState::Refused { RunState::Refused } else { RunState::Failed };
                Err(self.abandon(error, state).await)
            }
        }
    }
}

/// Restores and masks only: leaves a closed target that waits for [`verify`].
///
/// # Errors
/// As [`refresh`]; also without a key, for verification in another process needs the same.
pub async fn mask(refresh: &Refresh, progress: &Arc<dyn Progress>) -> Result<Outcome> {
    if refresh.settings.key.is_none() {
        return Err(Error::usage("masking without releasing needs a key, or nobody can verify the result later")
            .help("make one with: openssl rand -hex 32\nand pass it in STAGEMASK_KEY or with --key-file"));
    }
    let mut run = Run::begin(refresh, progress)?;
    let done = Box::pin(run.restore_and_mask(refresh)).await.map(|_| ());
    run.conclude(Command::Mask, done).await
}

/// Verifies the closed target of a run. A refused target stays closed, to be looked into or dropped by `cleanup`.
///
/// # Errors
/// As [`refresh`].
pub async fn verify(
    run: &RunId,
    target: &Target,
    settings: &Settings,
    progress: &Arc<dyn Progress>,
) -> Result<Outcome> {
    verify_again(run, target, None, settings, progress).await
}

/// As [`verify`]; where the originals of the run aren't at hand, they are read again from its source, as that is now. The
/// proof then says so.
///
/// # Errors
/// As [`refresh`]; also when the rules aren't those of the run, or the source isn't what was masked.
pub async fn verify_again(
    run: &RunId,
    target: &Target,
    again: Option<&SourceAgain>,
    settings: &Settings,
    progress: &Arc<dyn Progress>,
) -> Result<Outcome> {
    let mut run = Run::resume(run, target, settings, progress).await?;
    let done = async {
        let masked = run.masked().await?;
        run.verify(&masked, again).await.map(|_| ())
    };
    let done = Box::pin(done).await;
    run.conclude(Command::Verify, done).await
}

/// Opens the verified target of a run.
///
/// # Errors
/// As [`refresh`]; also when there is no proof that allows it.
pub async fn release(
    run: &RunId,
    target: &Target,
    settings: &Settings,
    progress: &Arc<dyn Progress>,
) -> Result<Outcome> {
    let mut run = Run::resume(run, target, settings, progress).await?;
    let done = async {
        // What is left on the server of a run that was released elsewhere holds no proof any more, and needs none.
        if run.proof.is_none() && run.state() == RunState::Released {
            return Ok(());
        }
        let verified = run.verified()?;
        run.release(&verified).await
    };
    let done = Box::pin(done).await;
    run.conclude(Command::Release, done).await
}

/// Makes the database before a released run staging again.
///
/// # Errors
/// When there is none, or the swap fails; then everything is as it was.
pub async fn rollback(
    run: &RunId,
    target: &Target,
    settings: &Settings,
    progress: &Arc<dyn Progress>,
) -> Result<Outcome> {
    let mut run = Run::resume(run, target, settings, progress).await?;
    let done = Box::pin(run.rollback()).await;
    run.conclude(Command::Rollback, done).await
}
