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
mod objectives;
mod originals_again;
mod proving;
mod restore_and_mask;
mod resume;
mod run;
mod source;
mod verify_and_release;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::database;
use crate::discover::{self, Looking, Starter};
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::Interrupt;
use crate::mask::MaskedDatabase;
use crate::mask::conditions;
use crate::mask::plan::{ColumnDecision, Plan, TablePlan};
use crate::mask::preview::{self, Originals, Preview};
use crate::notify::{EvidenceBucket, Notify};
use crate::postgres::catalog::Catalog;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::TableName;
use crate::postgres::readable;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::progress::Progress;
#[cfg(feature = "aws")]
use crate::release::rds::request::RdsStaging;
use crate::report::evidence::Command;
#[cfg(feature = "aws")]
use crate::restore::rds::request::RdsSource;
use crate::rules::resolve::{self, Explanation};
use crate::rules::rule::{LargeObjects, Rules};
use crate::run_record::audit::Actor;
use crate::run_record::{RunFolder, RunId, RunRecord, RunState, carried};
use crate::secret::MaskingKey;
use crate::verify::assertions;
use crate::verify::detectors::custom::CustomDetector;
use crate::verify::proof::Proof;
use run::Run;

pub use crate::database::LeftOver;
pub use audit::{Audited, audit};
pub use drift::{Change, SchemaDrift, drift};
pub use elsewhere::carried_runs;
#[cfg(feature = "aws")]
pub use left_on_rds::{LeftOnRds, left_on_rds, remove_from_rds};
pub use objectives::Objectives;
pub use originals_again::SourceAgain;
pub use proving::{KeySource, Proving};
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
    /// One line for each table of which not all rows are carried, or not all masked: `orders  rows: limit 100`.
    pub row_lines: Vec<String>,
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

/// Makes the plan of a refresh without doing anything.
///
/// # Errors
/// With everything that stands against it.
pub async fn plan(source: &Endpoint, rules: &Rules) -> Result<PlanSummary> {
    let snapshot = ExportedSnapshot::export(source.connect("stagemask check").await?).await?;
    readable::require_all(snapshot.session()).await?;
    carried::refuse_schema_of_source(snapshot.session()).await?;
    let catalog = Catalog::load(snapshot.session()).await?;
    let mut found = conditions::mistakes(rules, &catalog, snapshot.session()).await?;
    found.extend(assertions::mistakes(rules, snapshot.session()).await?);
    let plan = Plan::make_knowing(rules, &catalog, &MaskingKey::random()?, found)?;
    conditions::prepare(&plan, snapshot.session()).await?;
    if plan.large_objects == LargeObjects::Keep {
        readable::require_large_objects(snapshot.session()).await?;
    }
    let (masked, kept) = plan.counts();
    let line = |table: &TablePlan, position: usize| {
        let column = table.columns.get(position)?;
        let origin = table.origins.get(position)?.as_ref().map(|origin| format!("  (by {origin})"));
        let decision = match table.decisions.get(position)? {
            ColumnDecision::Masked(transform) => transform.clone(),
            ColumnDecision::Kept => "keep".to_owned(),
            ColumnDecision::KeptByType => format!("(kept: {})", column.type_name),
            ColumnDecision::Follows { to, transform } => {
                format!("{}, follows {to}", transform.as_deref().unwrap_or("keep"))
            }
        };
        Some(format!("{}.{}  {decision}{}", table.table.name, column.name, origin.unwrap_or_default()))
    };
    Ok(PlanSummary {
        tables: plan.tables.len(),
        rows: plan.tables.iter().map(|table| table.table.estimated_rows).sum(),
        bytes: catalog.bytes,
        masked,
        kept,
        lines: plan
            .tables
            .iter()
            .flat_map(|table| (0..table.columns.len()).filter_map(move |position| line(table, position)))
            .collect(),
        row_lines: plan.row_lines(),
    })
}

/// Proposes rules for a database, which is only read.
///
/// # Errors
/// When the database can't be read.
pub async fn discover(source: &Endpoint, looking: Looking) -> Result<Starter> {
    let snapshot = ExportedSnapshot::export(source.connect("stagemask init").await?).await?;
    readable::require_all(snapshot.session()).await?;
    let catalog = Catalog::load(snapshot.session()).await?;
    discover::discover(snapshot.session(), &catalog, looking).await
}

/// Masks some rows of a table of a database, which is only read.
///
/// # Errors
/// When rules and schema don't fit, or the table can't be read.
pub async fn preview(source: &Endpoint, rules: &Rules, key: &MaskingKey, what: &Previewed) -> Result<Preview> {
    let snapshot = ExportedSnapshot::export(source.connect("stagemask preview").await?).await?;
    readable::require_all(snapshot.session()).await?;
    let catalog = Catalog::load(snapshot.session()).await?;
    let plan = Arc::new(Plan::make(rules, &catalog, key)?);
    preview::preview(&plan, &what.table, what.rows, what.originals, snapshot.session()).await
}

/// What is previewed.
#[derive(Debug, Clone)]
pub struct Previewed {
    /// The table.
    pub table: TableName,
    /// How many of its rows.
    pub rows: u64,
    /// What is shown of the originals.
    pub originals: Originals,
}

/// Explains which line of the rules decides each of these columns, without doing anything. Unlike [`plan`] it needs
/// rules that are valid in themselves, but not that they fit the schema.
///
/// # Errors
/// When a column isn't there, or the schema can't be read.
pub async fn explain(source: &Endpoint, rules: &Rules, of: &[(TableName, String)]) -> Result<Vec<Explanation>> {
    let session = source.connect("stagemask check").await?;
    let catalog = Catalog::load(&session).await;
    session.close().await;
    let catalog = catalog?;
    let key = MaskingKey::random()?;
    let resolution = crate::mask::plan::resolve(rules, &catalog, &key);
    let explain = |(table, column): &(TableName, String)| {
        resolve::explain(&resolution, &rules.files, &catalog, (table, column)).map_err(|(what, help)| {
            let error = Error::new(ErrorKind::Coverage, what);
            help.into_iter().fold(error, Error::help)
        })
    };
    of.iter().map(explain).collect()
}

/// The databases that runs left on the target's server: raw, incoming and retired ones.
///
/// # Errors
/// When the server can't be asked.
pub async fn left_overs(target: &Endpoint) -> Result<Vec<LeftOver>> {
    database::left_overs(&database::admin_session(target).await?).await
}

/// The server of a target, where it is there without any run: for [`left_overs`].
///
/// # Errors
/// When signing in to AWS fails, or staging isn't there.
pub async fn standing_server(target: &Target) -> Result<Option<Endpoint>> {
    match target {
        Target::Server(endpoint) => Ok(Some(endpoint.as_ref().clone())),
        #[cfg(feature = "aws")]
        Target::Rds(staging) => Box::pin(cloud::standing_server(staging)).await,
    }
}

/// Drops databases that runs left behind, and the hashes of originals that only they needed.
///
/// # Errors
/// When one of them is in use or can't be dropped; those before it are gone then.
pub async fn drop_left_overs(target: &Endpoint, which: &[LeftOver], state_dir: &Path) -> Result<()> {
    let admin = database::admin_session(target).await?;
    for left in which {
        let sessions = database::other_sessions(&admin, &left.database).await?;
        if let Some(session) = sessions.first() {
            let what = format!("{} is in use by {} as {}", left.database, session.application, session.user);
            return Err(Error::failed(what).help("the run may still be at work; end its sessions before you drop it"));
        }
        database::drop_database(&admin, &left.database).await?;
        // Of a run that is over, or from another machine, there is nothing here.
        if let Ok(folder) = RunFolder::open(state_dir, &left.run) {
            let _ = std::fs::remove_dir_all(folder.join(run::ORIGINALS));
        }
    }
    Ok(())
}
