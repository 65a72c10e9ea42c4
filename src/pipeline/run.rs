//! One run: its folder and record, its key, and what every stage needs to time, record and end it.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

#[cfg(feature = "aws")]
use super::cloud::{Around, Cloud};
use super::conclusion::{Conclusion, with_shortfalls};
use super::{Outcome, Refresh, Settings, Source, Target, elsewhere};
use crate::database;
#[cfg(feature = "aws")]
use crate::error::Context as _;
use crate::error::{Error, Result};
use crate::mask::schema::{FILE as SCHEMA_FILE, SchemaArchive};
use crate::mask::transforms;
use crate::postgres::client_tools::ClientTools;
use crate::postgres::endpoint::Endpoint;
use crate::progress::{Event, Progress, Stage};
use crate::report;
use crate::report::evidence::Command;
use crate::rules::diagnostics;
use crate::rules::rule::Rules;
use crate::rules::transform::{Decision, Transform};
use crate::run_record::audit::{AuditLog, DONE};
use crate::run_record::{
    RulesRecord, RunFolder, RunId, RunLock, RunRecord, RunState, SourceRecord, StageRecord, TargetRecord, utc,
};
use crate::secret::MaskingKey;
use crate::verify::detectors::Allowed;
use crate::verify::proof::Proof;
use crate::verify::{self, assertions};

/// A run, from its first stage or from where another process left it.
pub(super) struct Run {
    pub(super) folder: RunFolder,
    pub(super) record: RunRecord,
    pub(super) proof: Option<Proof>,
    pub(super) settings: Settings,
    pub(super) key: MaskingKey,
    /// The released name, on the target's server; `None` as long as that server is still to be made.
    pub(super) target: Option<Endpoint>,
    pub(super) progress: Arc<dyn Progress>,
    /// Who did what to which object.
    pub(super) audit: AuditLog,
    /// What of it is on Amazon RDS.
    #[cfg(feature = "aws")]
    pub(super) cloud: Option<Cloud>,
    /// As long as this is held, no other process of this machine goes on with the run.
    _lock: RunLock,
}

pub(super) const PROOF: &str = "proof.json";
/// What has changed in the schema since it was last proved, where anything has.
pub(super) const DRIFT: &str = "drift.json";
pub(super) const DATABASE_SETTINGS: &str = "database-settings.json";
pub(super) const ORIGINALS: &str = "originals";

impl Run {
    /// A new run. Nothing is done yet, and no server has been asked.
    pub(super) fn begin(refresh: &Refresh, progress: &Arc<dyn Progress>) -> Result<Self> {
        Self::begin_as(RunId::new()?, refresh, progress)
    }

    /// A run under an id that may have had a folder before, of a process that was killed.
    pub(super) fn begin_as(run: RunId, refresh: &Refresh, progress: &Arc<dyn Progress>) -> Result<Self> {
        let mistakes = verify::mistakes_in_acceptances(&refresh.rules.accepted);
        if !mistakes.is_empty() {
            return Err(diagnostics::error(&refresh.rules.files, &mistakes));
        }
        let settings = refresh.settings.clone();
        let incoming = database::incoming_name(refresh.target.database(), &run)?;
        let (target, server) = match &refresh.target {
            Target::Server(endpoint) => (Some(endpoint.as_ref().clone()), endpoint.to_string()),
            #[cfg(feature = "aws")]
            Target::Rds(staging) => (None, staging.instance.clone()),
        };
        let (key, key_fingerprint) = match &settings.key {
            Some(key) => (key.clone(), key.fingerprint()),
            None => (MaskingKey::random()?, String::new()),
        };
        let record = RunRecord {
            run: run.clone(),
            tool: crate::TOOL.to_owned(),
            started: utc(SystemTime::now()),
            source: SourceRecord::default(),
            target: TargetRecord {
                server,
                database: refresh.target.database().to_owned(),
                incoming,
                ..TargetRecord::default()
            },
            rules: RulesRecord { file: refresh.rules.name().to_owned(), digest: refresh.rules.digest.clone() },
            allowed_domains: own_domains(&refresh.rules),
            assertions: assertions::together(&refresh.rules, &refresh.assertions)?,
            accepted: refresh.rules.accepted.iter().map(|accept| accept.acceptance.clone()).collect(),
            key_fingerprint,
            objectives: refresh.objectives.record(),
            stages: Vec::new(),
            masked: None,
            state: RunState::Masking,
        };
        let folder = RunFolder::create(&settings.state_dir, &run)?;
        let lock = folder.lock()?;
        folder.keep(&record)?;
        let audit = AuditLog::of(&folder, &run, settings.reporting.actor.clone());
        audit.action("run.begin", refresh.target.database(), DONE, None)?;
        Ok(Self {
            folder,
            record,
            proof: None,
            settings,
            key,
            target,
            progress: Arc::clone(progress),
            audit,
            #[cfg(feature = "aws")]
            cloud: None,
            _lock: lock,
        })
    }

    /// Makes sure that the target's server lets us in, and that it isn't production that would be replaced.
    pub(super) async fn look_at_target(&mut self, refresh: &Refresh) -> Result<()> {
        #[cfg(feature = "aws")]
        {
            let around = Around::of(&self.record.run, &self.folder, &self.audit, &self.progress);
            self.cloud = Box::pin(Cloud::sign_in(&refresh.source, Some(&refresh.target), around)).await?;
            if let Some(cloud) = &self.cloud
                && let Some(target) = Box::pin(cloud.target_that_is_there()).await?
            {
                self.target = Some(target);
            }
        }
        let Some(target) = &self.target else { return Ok(()) };
        let admin = database::admin_session(target).await?;
        if let Source::Live(source) = &refresh.source {
            refuse_same_database(source, target).await?;
        }
        admin.close().await;
        Ok(())
    }

    /// A run that another process has begun, here or on another machine.
    pub(super) async fn resume(
        run: &RunId,
        target: &Target,
        settings: &Settings,
        progress: &Arc<dyn Progress>,
    ) -> Result<Self> {
        let run = Self::find(run, target, settings, progress).await?;
        run.check_key()?;
        Ok(run)
    }

    /// That the key, if there is one, is that of the run.
    pub(super) fn check_key(&self) -> Result<()> {
        match &self.settings.key {
            Some(key) if self.record.key_fingerprint != key.fingerprint() => {
                Err(Error::usage(format!("run {} was masked under another key", self.record.run))
                    .help("pass the key of the run in STAGEMASK_KEY or with --key-file"))
            }
            _ => Ok(()),
        }
    }

    /// As [`Run::resume`], whatever the key.
    pub(super) async fn find(
        run: &RunId,
        target: &Target,
        settings: &Settings,
        progress: &Arc<dyn Progress>,
    ) -> Result<Self> {
        let server = match target {
            Target::Server(endpoint) => Some(endpoint.as_ref().clone()),
            #[cfg(feature = "aws")]
            Target::Rds(_) => Box::pin(server_of(run, target, settings, progress)).await?,
        };
        let folder = match (RunFolder::open(&settings.state_dir, run), &server) {
            (Ok(folder), _) => folder,
            (Err(absent), Some(server)) => elsewhere::fetch(run, server, settings, absent).await?,
            (Err(absent), None) => return Err(absent),
        };
        let lock = folder.lock()?;
        let record = folder.record()?;
        if record.target.database != target.database() {
            return Err(Error::usage(format!(
                "run {run} was for the database {}, not {}",
                record.target.database,
                target.database()
            ))
            .help("name the target of the run with --target-url"));
        }
        let proof = folder.join(PROOF).is_file().then(|| Proof::read(&folder.join(PROOF))).transpose()?;
        // Only verification needs the key, and asks for it.
        let key = settings.key.clone().map_or_else(MaskingKey::random, Ok)?;
        let audit = AuditLog::of(&folder, run, settings.reporting.actor.clone());
        #[cfg(feature = "aws")]
        let cloud = Box::pin(Cloud::sign_in_again(target, Around::of(run, &folder, &audit, progress))).await?;
        let (settings, progress) = (settings.clone(), Arc::clone(progress));
        Ok(Self {
            folder,
            record,
            proof,
            settings,
            key,
            target: server,
            progress,
            audit,
            _lock: lock,
            #[cfg(feature = "aws")]
            cloud,
        })
    }

    /// Writes the evidence of what was done, and tells whoever wants to know: what the run leaves behind.
    pub(super) async fn conclude(self, command: Command, done: Result<()>) -> Result<Outcome> {
        let conclusion = Conclusion {
            command,
            folder: &self.folder,
            record: &self.record,
            proof: self.proof.as_ref(),
            drilled: None,
            error: done.as_ref().err(),
            reporting: &self.settings.reporting,
            audit: &self.audit,
            progress: self.progress.as_ref(),
        };
        let shortfalls = Box::pin(conclusion.draw()).await;
        // Others go on from a masked target, and see what was refused.
        if command == Command::Verify || (command == Command::Mask && done.is_ok()) {
            self.carry().await;
        }
        match done {
            Ok(()) => Ok(Outcome { folder: self.folder, record: self.record, proof: self.proof, shortfalls }),
            Err(error) => Err(with_shortfalls(error, &shortfalls)),
        }
    }

    /// Where the run stands.
    pub(super) fn state(&self) -> RunState {
        self.record.state
    }

    /// After an interrupt that leaves a masked, closed database: says how to go on.
    pub(super) fn paused(&self, error: Error) -> Error {
        let run = &self.record.run;
        error.help(format!(
            "the masked database waits, closed; go on with `stagemask verify --run {run}` and `stagemask release --run {run}`\n\
            or drop it with `stagemask cleanup`"
        ))
    }

    /// After a failure: drops what the run made, and says in the error what could not be dropped.
    pub(super) async fn abandon(&mut self, error: Error, state: RunState) -> Error {
        self.forget_originals();
        // Whatever stopped the run may have been in the schema itself.
        for file in [SCHEMA_FILE, DATABASE_SETTINGS] {
            let _ = std::fs::remove_file(self.folder.join(file));
        }
        let cleaned = self.remove_what_was_made().await;
        let kept = self.keep(state);
        match cleaned.and(kept) {
            Ok(()) => error,
            Err(left) => {
                let what = format!("{}\nand cleaning up failed too: {}", error.what(), left.what());
                let help = error.advice().map(|advice| format!("{advice}\n")).unwrap_or_default();
                Error::new(error.kind(), what)
                    .help(format!("{help}`stagemask status` lists what was left, `stagemask cleanup` drops it"))
            }
        }
    }

    async fn remove_what_was_made(&self) -> Result<()> {
        #[cfg(feature = "aws")]
        if let Some(cloud) = &self.cloud {
            // On an instance that is deleted, no database needs to be dropped; and it may not even let us in.
            let dropped = if cloud.keeps_server() { self.drop_databases().await } else { Ok(()) };
            return Box::pin(cloud.abandon()).await.and(dropped);
        }
        self.drop_databases().await
    }

    pub(super) async fn drop_databases(&self) -> Result<()> {
        let Some(target) = &self.target else { return Ok(()) };
        let admin = database::admin_session(target).await?;
        let raw = database::raw_name(&self.record.target.database, &self.record.run)?;
        for name in [raw.as_str(), self.record.target.incoming.as_str()] {
            if database::exists(&admin, name).await? {
                self.audit.around("database.drop", name, database::drop_database(&admin, name)).await?;
            }
        }
        Ok(())
    }

    /// The schema that an earlier stage left, and tools that can read it.
    pub(super) async fn schema(&self) -> Result<SchemaArchive> {
        let admin = database::admin_session(self.target()?).await?;
        let tools = ClientTools::find(self.settings.pg_bin.as_deref(), admin.server_version_num())?;
        admin.close().await;
        SchemaArchive::open(&tools, &self.folder).await
    }

    /// Nothing needs them any more. That they can't be removed is no harm: they are hashes under a key.
    pub(super) fn forget_originals(&self) {
        let _ = std::fs::remove_dir_all(self.folder.join(ORIGINALS));
    }

    /// The released name, on the target's server.
    pub(super) fn target(&self) -> Result<&Endpoint> {
        self.target.as_ref().ok_or_else(|| Error::failed("the target's server isn't there yet"))
    }

    pub(super) fn incoming(&self) -> Result<Endpoint> {
        Ok(self.target()?.with_database(&self.record.target.incoming))
    }

    pub(super) fn allowed(&self) -> Allowed {
        Allowed {
            domains: self.record.allowed_domains.clone(),
            texts: transforms::staging_password_hashes().map(str::to_owned).collect(),
            own: self.settings.detectors.clone(),
        }
    }

    pub(super) fn keep(&mut self, state: RunState) -> Result<()> {
        self.record.state = state;
        self.folder.keep(&self.record)?;
        report::write(&self.folder, &self.record, self.proof.as_ref())
    }

    pub(super) fn stage(&self, stage: Stage, tables: usize, rows: u64) -> Begun {
        self.progress.event(Event::StageStarted { stage, tables, rows });
        Begun { stage, at: SystemTime::now(), since: Instant::now() }
    }

    pub(super) fn finish(&mut self, begun: Begun, rows: u64, summary: &str) -> Result<()> {
        let elapsed = begun.since.elapsed();
        self.progress.event(Event::StageFinished { stage: begun.stage, rows, elapsed, summary });
        self.record.stages.retain(|stage| stage.stage != begun.stage);
        self.record.stages.push(StageRecord {
            stage: begun.stage,
            started: utc(begun.at),
            seconds: elapsed.as_secs_f64(),
            summary: summary.to_owned(),
        });
        self.folder.keep(&self.record)
    }
}

/// A stage that is being done.
pub(super) struct Begun {
    pub(super) stage: Stage,
    pub(super) at: SystemTime,
    pub(super) since: Instant,
}

/// The target's server of a run that another process has begun, perhaps on another machine: its folder may not be here.
#[cfg(feature = "aws")]
async fn server_of(
    run: &RunId,
    target: &Target,
    settings: &Settings,
    progress: &Arc<dyn Progress>,
) -> Result<Option<Endpoint>> {
    let here = RunFolder::open(&settings.state_dir, run).and_then(|folder| folder.record());
    if here.is_ok_and(|record| record.target.instance.is_some()) {
        // What was swapped is swapped back without a look at any database.
        return Ok(None);
    }
    let elsewhere = tempfile::tempdir().context("making a temporary folder failed")?;
    // What is noted on the way to a folder that comes from the server has nowhere else to go.
    let folder = match RunFolder::open(&settings.state_dir, run) {
        Ok(folder) => folder,
        Err(_) => RunFolder::create(elsewhere.path(), run)?,
    };
    let audit = AuditLog::of(&folder, run, settings.reporting.actor.clone());
    let cloud = Cloud::sign_in_again(target, Around::of(run, &folder, &audit, progress)).await?;
    match cloud {
        Some(cloud) => cloud.target_again().await,
        None => Ok(None),
    }
}

/// Masking a database onto itself would replace production by its masked copy.
pub(super) async fn refuse_same_database(source: &Endpoint, target: &Endpoint) -> Result<()> {
    let refusal = || {
        Error::usage(format!("source and target are the same database, {source}"))
            .help("name another database in --target-url; it need not exist")
    };
    let source_session = source.connect("stagemask").await?;
    let source_identity = database::identity(&source_session).await?;
    let admin = database::admin_session(target).await?;
    let same_cluster = match database::system_identifier(&admin).await {
        known if !known.is_empty() && !source_identity.system_identifier.is_empty() => {
            known == source_identity.system_identifier
        }
        _ => source.same_server(target),
    };
    let target_oid = database::oid_of(&admin, target.database()).await?;
    source_session.close().await;
    if same_cluster && target_oid == Some(source_identity.oid) { Err(refusal()) } else { Ok(()) }
}

/// What the rules allow on top of the synthetic spaces, without the shop's own detectors.
pub(super) fn allowed_by(rules: Option<&Rules>) -> Allowed {
    Allowed {
        domains: rules.map(own_domains).unwrap_or_default(),
        texts: transforms::staging_password_hashes().map(str::to_owned).collect(),
        own: Vec::new(),
    }
}

/// The domains that the rules send masked addresses to.
fn own_domains(rules: &Rules) -> Vec<String> {
    let decisions = rules
        .column_rules()
        .flat_map(|column| std::iter::once(&column.decision).chain(column.cases.iter().map(|case| &case.decision)));
    let domains = decisions.filter_map(|decision| match decision {
        Decision::Mask(Transform::Email(email)) => email.domain.clone(),
        _ => None,
    });
    let mut domains: Vec<String> = domains.collect();
    domains.sort();
    domains.dedup();
    domains
}
