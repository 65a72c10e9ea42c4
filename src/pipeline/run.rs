//! One run: its folder and record, its key, and the four stages, each timed, recorded and interruptible.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use super::{Outcome, Refresh, Settings, Source};
use crate::database::{self, DatabaseProperties, DatabaseSettings};
use crate::error::{Error, ErrorKind, Result};
use crate::mask::plan::Plan;
use crate::mask::schema::{FILE as SCHEMA_FILE, SchemaArchive};
use crate::mask::{Job as MaskJob, MaskedDatabase, transforms};
use crate::postgres::catalog::Catalog;
use crate::postgres::client_tools::ClientTools;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::progress::{Event, Progress, Stage};
use crate::release::{self, Release};
use crate::report;
use crate::restore::archive::ArchiveOptions;
use crate::restore::{self, RestoredDatabase};
use crate::rules::rule::Rules;
use crate::rules::transform::{Decision, Transform};
use crate::run_record::{
    DatabaseIdentity, RulesRecord, RunFolder, RunId, RunRecord, RunState, SourceRecord, StageRecord, TargetRecord, utc,
};
use crate::secret::MaskingKey;
use crate::verify::canaries::Canaries;
use crate::verify::detectors::{Allowed, Detectors};
use crate::verify::findings::{Finding, Question, Severity};
use crate::verify::proof::Proof;
use crate::verify::{self, Verdict, VerifiedDatabase, metadata};

/// A run, from its first stage or from where another process left it.
pub(super) struct Run {
    folder: RunFolder,
    record: RunRecord,
    proof: Option<Proof>,
    settings: Settings,
    key: MaskingKey,
    /// The released name, on the target's server.
    target: Endpoint,
    progress: Arc<dyn Progress>,
}

const RECORD_OF_PROOF: &str = "proof.json";
const DATABASE_SETTINGS: &str = "database-settings.json";
pub(super) const ORIGINALS: &str = "originals";

impl Run {
    /// A new run. Nothing is done yet, but the target's server has been asked.
    pub(super) async fn begin(refresh: &Refresh, progress: &Arc<dyn Progress>) -> Result<Self> {
        let run = RunId::new()?;
        let settings = refresh.settings.clone();
        let incoming = database::incoming_name(refresh.target.database(), &run)?;
        let admin = database::admin_session(&refresh.target).await?;
        if let Source::Live(source) = &refresh.source {
            refuse_same_database(source, &refresh.target).await?;
        }
        admin.close().await;
        let (key, key_fingerprint) = match &settings.key {
            Some(key) => (key.clone(), key.fingerprint()),
            None => (MaskingKey::random()?, String::new()),
        };
        let record = RunRecord {
            run: run.clone(),
            tool: crate::TOOL.to_owned(),
            started: utc(SystemTime::now()),
            source: SourceRecord { kind: String::new(), described: String::new(), age_seconds: 0, bytes: 0 },
            target: TargetRecord {
                server: refresh.target.to_string(),
                database: refresh.target.database().to_owned(),
                incoming,
                retired: None,
                identity: DatabaseIdentity { system_identifier: String::new(), oid: 0 },
            },
            rules: RulesRecord { file: refresh.rules.file.name.clone(), digest: refresh.rules.digest.clone() },
            allowed_domains: own_domains(&refresh.rules),
            assertions: refresh.assertions.clone(),
            key_fingerprint,
            stages: Vec::new(),
            masked: None,
            state: RunState::Masking,
        };
        let folder = RunFolder::create(&settings.state_dir, &run)?;
        folder.keep(&record)?;
        let (target, progress) = (refresh.target.clone(), Arc::clone(progress));
        Ok(Self { folder, record, proof: None, settings, key, target, progress })
    }

    /// A run that another process has begun.
    pub(super) fn resume(
        run: &RunId,
        target: &Endpoint,
        settings: &Settings,
        progress: &Arc<dyn Progress>,
    ) -> Result<Self> {
        let folder = RunFolder::open(&settings.state_dir, run)?;
        let record = folder.record()?;
        if record.target.database != target.database() {
            return Err(Error::usage(format!(
                "run {run} was for the database {}, not {}",
                record.target.database,
                target.database()
            ))
            .help("name the target of the run with --target-url"));
        }
        let proof = folder.join(RECORD_OF_PROOF).is_file().then(|| folder.read(RECORD_OF_PROOF)).transpose()?;
        let key = match &settings.key {
            Some(key) if record.key_fingerprint == key.fingerprint() => key.clone(),
            Some(_) => {
                return Err(Error::usage(format!("run {run} was masked under another key"))
                    .help("pass the key of the run in STAGEMASK_KEY or with --key-file"));
            }
            // Only verification needs the key, and asks for it.
            None => MaskingKey::random()?,
        };
        let (settings, target, progress) = (settings.clone(), target.clone(), Arc::clone(progress));
        Ok(Self { folder, record, proof, settings, key, target, progress })
    }

    /// What the run leaves behind.
    pub(super) fn outcome(self) -> Outcome {
        Outcome { folder: self.folder, record: self.record, proof: self.proof }
    }

    /// Where the run stands.
    pub(super) fn state(&self) -> RunState {
        self.record.state
    }

    /// The first two stages. If either fails, what they made is gone again.
    pub(super) async fn restore_and_mask(&mut self, refresh: &Refresh) -> Result<MaskedDatabase> {
        let done = self.try_restore_and_mask(refresh).await;
        match done {
            Ok(masked) => Ok(masked),
            Err(error) => Err(self.abandon(error, RunState::Failed).await),
        }
    }

    async fn try_restore_and_mask(&mut self, refresh: &Refresh) -> Result<MaskedDatabase> {
        let interrupt = self.settings.interrupt.clone();
        let restored = interrupt.or_interrupted(self.restore(refresh)).await?;
        let masked = interrupt.or_interrupted(self.mask(refresh, &restored)).await?;
        // Raw data is gone before anything else happens with the masked data.
        restored.destroy().await?;
        self.keep(RunState::Masked)?;
        Ok(masked)
    }

    async fn restore(&mut self, refresh: &Refresh) -> Result<RestoredDatabase> {
        let begun = Begun { stage: Stage::Restore, at: SystemTime::now(), since: Instant::now() };
        let restored = match &refresh.source {
            Source::Live(source) => {
                self.progress.event(Event::StageStarted { stage: Stage::Restore, tables: 0, rows: 0 });
                restore::live::open(source).await?
            }
            Source::Archive(file) => {
                let options = ArchiveOptions { pg_bin: self.settings.pg_bin.as_deref(), jobs: self.settings.jobs };
                restore::archive::restore(file, &self.target, &self.record.run, options, self.progress.as_ref()).await?
            }
        };
        for text in restored.warnings() {
            self.progress.event(Event::Warning { text });
        }
        let age = SystemTime::now().duration_since(restored.taken()).unwrap_or_default();
        self.record.source = SourceRecord {
            kind: restored.kind().word().to_owned(),
            described: restored.described().to_owned(),
            age_seconds: age.as_secs(),
            bytes: 0,
        };
        let summary = match &refresh.source {
            Source::Live(_) => "read-only, in one snapshot".to_owned(),
            Source::Archive(_) => format!("snapshot {} old", report::figures::duration(age)),
        };
        self.finish(begun, 0, &summary)?;
        Ok(restored)
    }

    async fn mask(&mut self, refresh: &Refresh, restored: &RestoredDatabase) -> Result<MaskedDatabase> {
        let source = restored.endpoint();
        let session = source.connect("stagemask source").await?;
        let tools = ClientTools::find(self.settings.pg_bin.as_deref(), session.server_version_num())?;
        let like = DatabaseProperties::of(&session).await?;
        let settings = DatabaseSettings::of(&session).await?;
        let snapshot = ExportedSnapshot::export(session).await?;
        let catalog = Catalog::load(snapshot.session()).await?;
        self.record.source.bytes = catalog.bytes;
        let plan = Arc::new(Plan::make(&refresh.rules, &catalog, &self.key)?);
        let rows = plan.tables.iter().map(|table| table.table.estimated_rows).sum();
        let begun = self.stage(Stage::Mask, plan.tables.len(), rows);
        let schema = SchemaArchive::dump(&tools, source, snapshot.id(), &self.folder).await?;
        self.folder.write(DATABASE_SETTINGS, &settings)?;
        let ddl = schema.ddl_text().await?;
        self.refuse_personal_data_in_ddl(&with_settings(&ddl, &settings))?;

        let admin = database::admin_session(&self.target).await?;
        database::create_closed(&admin, &self.record.target.incoming, &like).await?;
        let target = self.incoming();
        let originals = self.folder.join(ORIGINALS);
        let job = MaskJob {
            snapshot: &snapshot,
            source,
            catalog: &catalog,
            plan: &plan,
            schema: &schema,
            schema_digest: &SchemaArchive::digest(&ddl),
            target: &target,
            originals: &originals,
            key: &self.key,
            jobs: self.settings.jobs,
        };
        let canaries = Canaries::new(&self.key);
        let masked = MaskedDatabase::mask(&job, |store, column| canaries.record(store, column), &self.progress).await?;
        let session = target.connect("stagemask").await?;
        self.record.target.identity = database::identity(&session).await?;
        session.close().await;
        self.record.masked = Some(masked.record().clone());
        let rows = masked.record().tables.iter().map(|table| table.rows).sum();
        let (columns, kept) = plan.counts();
        self.finish(begun, rows, &format!("{columns} columns masked, {kept} kept, 0 undecided"))?;
        Ok(masked)
    }

    /// The detectors look at the DDL before it is applied anywhere; the originals are compared with it later.
    fn refuse_personal_data_in_ddl(&self, ddl: &str) -> Result<()> {
        let findings = metadata::scan_ddl(ddl, &Detectors::allowing(self.allowed()), None)?;
        let blocking: Vec<String> = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Blocking)
            .map(|finding| format!("{}: {}", finding.place.key.as_deref().unwrap_or("the schema"), finding.kind))
            .collect();
        if blocking.is_empty() {
            return Ok(());
        }
        let what = format!("the schema itself holds personal data:\n  {}", blocking.join("\n  "));
        Err(Error::new(ErrorKind::Findings, what)
            .help("take it out of the comments, defaults or functions in production: masking doesn't change DDL"))
    }

    /// The masked database of a run that another process masked.
    pub(super) async fn masked(&self) -> Result<MaskedDatabase> {
        let record = self.record.masked.clone().ok_or_else(|| {
            Error::usage(format!("run {} has no masked database", self.record.run)).help("refresh again")
        })?;
        let session = self
            .incoming()
            .connect("stagemask")
            .await
            .map_err(|error| error.help("the closed database of this run is gone: refresh again"))?;
        let identity = database::identity(&session).await?;
        session.close().await;
        if identity != self.record.target.identity {
            return Err(Error::failed(format!(
                "{} isn't the database that this run masked",
                self.record.target.incoming
            )));
        }
        Ok(MaskedDatabase::resume(self.incoming(), record))
    }

    /// The third stage. The proof is kept whatever it says.
    pub(super) async fn verify(&mut self, masked: &MaskedDatabase) -> Result<VerifiedDatabase> {
        if self.settings.key.is_none() && !self.record.key_fingerprint.is_empty() {
            return Err(
                Error::usage("verifying this run needs its key").help("pass it in STAGEMASK_KEY or with --key-file")
            );
        }
        let interrupt = self.settings.interrupt.clone();
        let verdict = interrupt.or_interrupted(self.look(masked)).await?;
        let (proof, verified) = match verdict {
            Verdict::Passed(verified) => (verified.proof().clone(), Some(verified)),
            Verdict::Refused(proof) => (*proof, None),
        };
        self.folder.write(RECORD_OF_PROOF, &proof)?;
        self.proof = Some(proof);
        self.keep(if verified.is_some() { RunState::Verified } else { RunState::Refused })?;
        match (verified, &self.proof) {
            (Some(verified), _) => Ok(*verified),
            (None, Some(proof)) => Err(refusal(proof)),
            (None, None) => Err(Error::failed("verification gave no proof")),
        }
    }

    async fn look(&mut self, masked: &MaskedDatabase) -> Result<Verdict> {
        let tables = &masked.record().tables;
        let begun = self.stage(Stage::Verify, tables.len(), tables.iter().map(|table| table.rows).sum());
        let schema = self.schema().await?;
        let settings: DatabaseSettings = self.folder.read(DATABASE_SETTINGS)?;
        let ddl = with_settings(&schema.ddl_text().await?, &settings);
        let job = verify::Job {
            masked,
            identity: self.record.target.identity.clone(),
            run: &self.record.run,
            rules_digest: &self.record.rules.digest,
            ddl: &ddl,
            originals: &self.folder.join(ORIGINALS),
            key: &self.key,
            allowed: self.allowed(),
            assertions: &self.record.assertions,
            jobs: self.settings.jobs,
        };
        let verdict = verify::verify(job, &self.progress).await?;
        let proof = match &verdict {
            Verdict::Passed(verified) => verified.proof(),
            Verdict::Refused(proof) => proof,
        };
        let blocking = proof.findings.iter().filter(|finding| finding.severity == Severity::Blocking).count();
        let (found, planted) = (proof.canaries.found, proof.canaries.planted);
        let (rows, summary) = (
            proof.rows(),
            format!("{found} of {planted} canaries found, {}", report::figures::many(blocking as u64, "finding")),
        );
        self.finish(begun, rows, &summary)?;
        Ok(verdict)
    }

    /// The last stage: the masked database becomes staging.
    pub(super) async fn release(&mut self, verified: &VerifiedDatabase) -> Result<()> {
        let begun = self.stage(Stage::Release, 0, 0);
        let schema = self.schema().await?;
        let settings: DatabaseSettings = self.folder.read(DATABASE_SETTINGS)?;
        let what = Release {
            verified,
            target: &self.target,
            record: &self.record,
            folder: &self.folder,
            schema: &schema,
            settings: &settings,
        };
        let released = release::release(what, self.progress.as_ref()).await?;
        self.record.target.retired = released.retired;
        let database = &self.record.target.database;
        let summary = match &self.record.target.retired {
            Some(retired) => format!("{database} is open; the one before is kept as {retired}"),
            None => format!("{database} is open; there was none before"),
        };
        self.finish(begun, 0, &summary)?;
        self.forget_originals();
        self.keep(RunState::Released)
    }

    /// Makes the database before staging again.
    pub(super) async fn rollback(&mut self) -> Result<()> {
        release::rollback(&self.folder, &self.target).await?;
        self.keep(RunState::RolledBack)
    }

    /// The proof of a run that another process verified, if it allows release.
    pub(super) fn verified(&self) -> Result<VerifiedDatabase> {
        let run = &self.record.run;
        let proof = self.proof.clone().ok_or_else(|| {
            Error::usage(format!("run {run} has no proof"))
                .help(format!("verify it first: stagemask verify --run {run}"))
        })?;
        let refused = refusal(&proof);
        VerifiedDatabase::resume(proof).ok_or(refused)
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
        let cleaned = self.drop_databases().await;
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

    async fn drop_databases(&self) -> Result<()> {
        let admin = database::admin_session(&self.target).await?;
        let raw = database::raw_name(&self.record.target.database, &self.record.run)?;
        for name in [raw.as_str(), self.record.target.incoming.as_str()] {
            database::drop_database(&admin, name).await?;
        }
        Ok(())
    }

    /// The schema that an earlier stage left, and tools that can read it.
    async fn schema(&self) -> Result<SchemaArchive> {
        let admin = database::admin_session(&self.target).await?;
        let tools = ClientTools::find(self.settings.pg_bin.as_deref(), admin.server_version_num())?;
        admin.close().await;
        SchemaArchive::open(&tools, &self.folder).await
    }

    /// Nothing needs them any more. That they can't be removed is no harm: they are hashes under a key.
    fn forget_originals(&self) {
        let _ = std::fs::remove_dir_all(self.folder.join(ORIGINALS));
    }

    fn incoming(&self) -> Endpoint {
        self.target.with_database(&self.record.target.incoming)
    }

    fn allowed(&self) -> Allowed {
        Allowed {
            domains: self.record.allowed_domains.clone(),
            texts: transforms::staging_password_hashes().map(str::to_owned).collect(),
        }
    }

    fn keep(&mut self, state: RunState) -> Result<()> {
        self.record.state = state;
        self.folder.keep(&self.record)?;
        report::write(&self.folder, &self.record, self.proof.as_ref())
    }

    fn stage(&self, stage: Stage, tables: usize, rows: u64) -> Begun {
        self.progress.event(Event::StageStarted { stage, tables, rows });
        Begun { stage, at: SystemTime::now(), since: Instant::now() }
    }

    fn finish(&mut self, begun: Begun, rows: u64, summary: &str) -> Result<()> {
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
struct Begun {
    stage: Stage,
    at: SystemTime,
    since: Instant,
}

/// What the schema consists of and what is set on the database, as one text.
fn with_settings(ddl: &str, settings: &DatabaseSettings) -> String {
    format!("{ddl}\n-- Name: settings; Type: DATABASE; Schema: -; Owner: -\n{}", settings.sql("staging"))
}

/// Masking a database onto itself would replace production by its masked copy.
async fn refuse_same_database(source: &Endpoint, target: &Endpoint) -> Result<()> {
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

/// The domains that the rules send masked addresses to.
fn own_domains(rules: &Rules) -> Vec<String> {
    let columns = rules.tables.iter().flat_map(|table| &table.columns);
    let domains = columns.filter_map(|column| match &column.decision {
        Decision::Mask(Transform::Email(email)) => email.domain.clone(),
        _ => None,
    });
    let mut domains: Vec<String> = domains.collect();
    domains.sort();
    domains.dedup();
    domains
}

/// The error of a gate that stays closed: by the worst of what was found.
fn refusal(proof: &Proof) -> Error {
    let blocking = || proof.findings.iter().filter(|finding| finding.severity == Severity::Blocking);
    let has = |question: fn(&Finding) -> bool| blocking().any(question);
    let kind = if has(|finding| matches!(finding.question, Question::Leak | Question::Detector | Question::Metadata)) {
        ErrorKind::Findings
    } else if has(|finding| finding.question == Question::Coverage) {
        ErrorKind::Coverage
    } else {
        ErrorKind::Integrity
    };
    let (found, planted) = (proof.canaries.found, proof.canaries.planted);
    if found < planted && blocking().next().is_none() {
        return Error::failed(format!("the scan found {found} of {planted} planted canaries, so it proves nothing"))
            .help("report this as a bug; nothing was released");
    }
    Error::new(kind, report::findings_text(proof))
        .help("mend the rules and refresh again; the staging that people use is as it was")
}
