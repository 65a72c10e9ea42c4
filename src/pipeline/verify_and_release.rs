//! The last two stages: the proof, and the gate that it opens.

use super::SchemaDrift;
use super::objectives;
use super::originals_again::{ReadAgain, SourceAgain};
use super::run::{DATABASE_SETTINGS, DRIFT, ORIGINALS, PROOF, Run};
use crate::database::{self, DatabaseSettings};
use crate::error::{Error, Result};
use crate::mask::MaskedDatabase;
use crate::progress::{Event, Stage};
use crate::release::{self, Release, Released};
use crate::report;
use crate::run_record::RunState;
#[cfg(feature = "aws")]
use crate::run_record::TargetRecord;
use crate::run_record::audit::DONE;
use crate::verify::findings::Severity;
use crate::verify::{self, Verdict, VerifiedDatabase, metadata};

impl Run {
    /// The masked database of a run that another process masked.
    pub(super) async fn masked(&self) -> Result<MaskedDatabase> {
        let record = self.record.masked.clone().ok_or_else(|| {
            Error::usage(format!("run {} has no masked database", self.record.run)).help("refresh again")
        })?;
        let session = self
            .incoming()?
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
        Ok(MaskedDatabase::resume(self.incoming()?, record))
    }

    /// The third stage. The proof is kept whatever it says. Originals that aren't at hand are read `again`, if possible.
    pub(super) async fn verify(
        &mut self,
        masked: &MaskedDatabase,
        again: Option<&SourceAgain>,
    ) -> Result<VerifiedDatabase> {
        if self.settings.key.is_none() && !self.record.key_fingerprint.is_empty() {
            return Err(
                Error::usage("verifying this run needs its key").help("pass it in STAGEMASK_KEY or with --key-file")
            );
        }
        let interrupt = self.settings.interrupt.clone();
        let verdict = interrupt.or_interrupted(self.look(masked, again)).await?;
        let (proof, verified) = match verdict {
            Verdict::Passed(verified) => (verified.proof().clone(), Some(verified)),
            Verdict::Refused(proof) => (*proof, None),
        };
        self.folder.write(PROOF, &proof)?;
        self.proof = Some(proof);
        self.keep(if verified.is_some() { RunState::Verified } else { RunState::Refused })?;
        match (verified, &self.proof) {
            (Some(verified), _) => Ok(*verified),
            (None, Some(proof)) => Err(report::refusal_of(proof)),
            (None, None) => Err(Error::failed("verification gave no proof")),
        }
    }

    async fn look(&mut self, masked: &MaskedDatabase, again: Option<&SourceAgain>) -> Result<Verdict> {
        let read_again = self.originals_at_hand(again).await?;
        let tables = &masked.record().tables;
        let begun = self.stage(Stage::Verify, tables.len(), tables.iter().map(|table| table.rows).sum());
        let schema = self.schema().await?;
        let settings: DatabaseSettings = self.folder.read(DATABASE_SETTINGS)?;
        let ddl = metadata::with_settings(&schema.ddl_text().await?, &settings);
        let drift: Option<SchemaDrift> =
            self.folder.join(DRIFT).is_file().then(|| self.folder.read(DRIFT)).transpose()?;
        let proof_key = self.settings.proving.signing_key(&self.audit).await?;
        let job = verify::Job {
            masked,
            identity: self.record.target.identity.clone(),
            run: &self.record.run,
            rules_digest: &self.record.rules.digest,
            ddl: &ddl,
            schema: &schema,
            originals: &self.folder.join(ORIGINALS),
            key: &self.key,
            allowed: self.allowed(),
            assertions: &self.record.assertions,
            accepted: &self.record.accepted,
            known: drift
                .iter()
                .flat_map(SchemaDrift::findings)
                .chain(read_again.iter().flat_map(ReadAgain::findings))
                .collect(),
            scratch: self.record.source.scratch_oid,
            since_masking: &self.record.target.catalogs,
            proof_key: proof_key.as_ref(),
            jobs: self.settings.jobs,
            cut_from: self.settings.cut_from,
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
        #[cfg(feature = "aws")]
        let emptied = match &self.cloud {
            Some(cloud) => {
                let TargetRecord { database, incoming, .. } = &self.record.target;
                let masked = if self.state() == RunState::Opened { database } else { incoming };
                Box::pin(cloud.before_opening(self.target()?, masked)).await?
            }
            None => None,
        };
        if self.state() != RunState::Opened {
            self.open(verified).await?;
        }
        #[cfg(feature = "aws")]
        if let Some(cloud) = self.cloud.take() {
            if !cloud.keeps_server() {
                self.keep(RunState::Opened)?;
            }
            let swapped = Box::pin(cloud.swap(verified, emptied.as_ref())).await;
            self.cloud = Some(cloud);
            self.record.target.instance = swapped?;
        }
        objectives::measure_time(&mut self.record);
        let database = &self.record.target.database;
        let kept = self.record.target.instance.as_ref().and_then(|instance| instance.retired.as_ref());
        let summary = match kept.or(self.record.target.retired.as_ref()) {
            Some(retired) => format!("{database} is open; the one before is kept as {retired}"),
            None => format!("{database} is open; there was none before"),
        };
        self.finish(begun, 0, &summary)?;
        self.forget_originals();
        self.keep(RunState::Released)
    }

    /// Opens the database, on the server that it is on.
    async fn open(&mut self, verified: &VerifiedDatabase) -> Result<()> {
        let schema = self.schema().await?;
        let settings: DatabaseSettings = self.folder.read(DATABASE_SETTINGS)?;
        let seal = self.seal()?;
        let trusted = self.settings.proving.trusted_key(&self.audit).await?;
        let what = Release {
            verified,
            target: self.target()?,
            record: &self.record,
            folder: &self.folder,
            schema: &schema,
            settings: &settings,
            trusted: trusted.as_ref(),
            seal: seal.as_ref(),
        };
        let database = self.record.target.database.clone();
        // Once the swap is made, a line that can't be written must not make it look undone; so there is one before it.
        self.audit.action("database.release", &database, "begun", None)?;
        let released = release::release(what, self.progress.as_ref()).await;
        self.note("database.release", &database, released.as_ref().map_or_else(|error| error.kind().word(), |_| DONE));
        if released.is_err() {
            // It may have been taken away already, and whoever tries again may do so elsewhere.
            self.carry().await;
        }
        let released = released?;
        self.note_swap(&released);
        self.record.target.retired = released.retired;
        Ok(())
    }

    /// A line about what can't be taken back any more: that it can't be written is a warning.
    fn note(&self, action: &str, object: &str, outcome: &str) {
        if let Err(error) = self.audit.action(action, object, outcome, None) {
            self.progress.event(Event::Warning { text: &error.to_string() });
        }
    }

    /// What the release consisted of.
    fn note_swap(&self, released: &Released) {
        let target = &self.record.target;
        let mut lines: Vec<(&str, String)> =
            released.created_roles.iter().map(|role| ("role.create", role.clone())).collect();
        lines.push(("database.grant", target.database.clone()));
        if let Some(retired) = &released.retired {
            lines.push(("database.rename", format!("{} to {retired}", target.database)));
        }
        lines.push(("database.rename", format!("{} to {}", target.incoming, target.database)));
        for (action, object) in lines {
            self.note(action, &object, DONE);
        }
    }

    /// Makes the database before staging again.
    pub(super) async fn rollback(&mut self) -> Result<()> {
        let database = self.record.target.database.clone();
        self.audit.action("database.rollback", &database, "begun", None)?;
        let back = self.swap_back().await;
        self.note("database.rollback", &database, back.as_ref().map_or_else(|error| error.kind().word(), |_| DONE));
        back?;
        self.keep(RunState::RolledBack)
    }

    async fn swap_back(&self) -> Result<()> {
        #[cfg(feature = "aws")]
        if let (Some(cloud), Some(instance)) = (&self.cloud, &self.record.target.instance) {
            return Box::pin(cloud.rollback(instance)).await;
        }
        release::rollback(&self.folder, self.target()?).await.map(|_| ())
    }

    /// The proof of a run that another process verified, if it allows release.
    pub(super) fn verified(&self) -> Result<VerifiedDatabase> {
        let run = &self.record.run;
        let proof = self.proof.clone().ok_or_else(|| {
            Error::usage(format!("run {run} has no proof"))
                .help(format!("verify it first: stagemask verify --run {run}"))
        })?;
        let refused = report::refusal_of(&proof);
        VerifiedDatabase::resume(proof).ok_or(refused)
    }
}
