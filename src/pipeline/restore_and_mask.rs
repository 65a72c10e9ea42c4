//! The first two stages: from a snapshot to a closed database that holds every row, masked.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use super::drift::drift_of;
use super::run::{Begun, DATABASE_SETTINGS, DRIFT, ORIGINALS, Run};
use super::{Refresh, Source, source};
use crate::database::{self, DatabaseProperties, DatabaseSettings};
use crate::error::{Error, ErrorKind, Result};
use crate::mask::conditions;
use crate::mask::plan::Plan;
use crate::mask::schema::SchemaArchive;
use crate::mask::{Job, MaskedDatabase};
use crate::postgres::catalog::Catalog;
use crate::postgres::client_tools::ClientTools;
use crate::postgres::readable;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::progress::{Event, Stage};
use crate::report;
use crate::restore::{RestoredDatabase, SourceKind};
use crate::rules::rule::{LargeObjects, Rules};
use crate::run_record::audit::DONE;
use crate::run_record::{RunState, carried};
use crate::verify::assertions;
use crate::verify::canaries::Canaries;
use crate::verify::detectors::Detectors;
use crate::verify::findings::Severity;
use crate::verify::{metadata, state};

impl Run {
    /// The first two stages. If either fails, what they made is gone again.
    pub(super) async fn restore_and_mask(&mut self, refresh: &Refresh) -> Result<MaskedDatabase> {
        if let Err(error) = self.look_at_target(refresh).await {
            // Nothing was made yet, and the server may not even let us in to look for it.
            return Err(self.keep(RunState::Failed).err().unwrap_or(error));
        }
        let done = self.try_restore_and_mask(refresh).await;
        match done {
            Ok(masked) => Ok(masked),
            Err(error) => Err(self.abandon(error, RunState::Failed).await),
        }
    }

    async fn try_restore_and_mask(&mut self, refresh: &Refresh) -> Result<MaskedDatabase> {
        let interrupt = self.settings.interrupt.clone();
        // What a release takes is asked now, and not when hours of work depend on it.
        if let Some(target) = &self.target {
            let admin = database::admin_session(target).await?;
            database::require_rights(&admin, target.database()).await?;
            admin.close().await;
        }
        let restored = interrupt.or_interrupted(self.restore(refresh)).await?;
        let masked = interrupt.or_interrupted(self.mask(refresh, &restored)).await?;
        // Raw data is gone before anything else happens with the masked data.
        self.destroy(restored).await?;
        self.keep(RunState::Masked)?;
        Ok(masked)
    }

    async fn destroy(&self, restored: RestoredDatabase) -> Result<()> {
        if restored.kind() == SourceKind::Live {
            return restored.destroy().await;
        }
        let name = restored.endpoint().database().to_owned();
        self.audit.around("database.drop", &name, restored.destroy()).await
    }

    async fn restore(&mut self, refresh: &Refresh) -> Result<RestoredDatabase> {
        let begun = Begun { stage: Stage::Restore, at: SystemTime::now(), since: Instant::now() };
        let (run, target) = (self.record.run.clone(), self.target.as_ref());
        let progress = self.progress.as_ref();
        let restored = source::restore(
            &refresh.source,
            target,
            &run,
            &self.settings,
            &self.audit,
            progress,
            #[cfg(feature = "aws")]
            self.cloud.as_mut(),
        )
        .await?;
        #[cfg(feature = "aws")]
        if let Some(cloud) = &mut self.cloud {
            let of_run = [restored.endpoint().database(), self.record.target.incoming.as_str()];
            if let Some(target) = Box::pin(cloud.target_that_is_made(&of_run)).await? {
                // A run that was killed in mid-mask has left it.
                let admin = database::admin_session(&target).await?;
                database::drop_database(&admin, &self.record.target.incoming).await?;
                admin.close().await;
                self.target = Some(target);
            }
        }
        let (record, age) = source::record(&restored, begun.at);
        self.record.source = record;
        self.record.objectives.rpo.measured_seconds = Some(age.as_secs_f64());
        let summary = match &refresh.source {
            Source::Live(_) => "read-only, in one snapshot".to_owned(),
            _ => format!("snapshot {} old", report::figures::duration(age)),
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
        let identity = database::identity(&session).await?;
        match restored.kind() {
            SourceKind::Archive => self.record.source.scratch_oid = Some(identity.oid),
            _ => self.record.source.identity = Some(identity),
        }
        let snapshot = ExportedSnapshot::export(session).await?;
        if restored.kind() != SourceKind::Live {
            let session = source.connect("stagemask source").await?;
            readable::become_reader(&session).await?;
            // The snapshot was exported before, so that the schema is dumped with them.
            readable::lift_forced_policies(&session).await?;
            session.close().await;
        }
        readable::require_all(snapshot.session()).await?;
        carried::refuse_schema_of_source(snapshot.session()).await?;
        let catalog = Catalog::load(snapshot.session()).await?;
        self.record.source.bytes = catalog.bytes;
        if let Some(text) = refresh.objectives.judge_age(&self.record.objectives)? {
            self.progress.event(Event::Warning { text: &text });
        }
        self.look_for_drift(&refresh.rules, &catalog)?;
        let mut found = conditions::mistakes(&refresh.rules, &catalog, snapshot.session()).await?;
        found.extend(assertions::mistakes(&refresh.rules, snapshot.session()).await?);
        let plan = Arc::new(Plan::make_knowing(&refresh.rules, &catalog, &self.key, found)?);
        conditions::prepare(&plan, snapshot.session()).await?;
        if plan.large_objects == LargeObjects::Keep {
            readable::require_large_objects(snapshot.session()).await?;
        }
        let rows = plan.tables.iter().map(|table| table.table.estimated_rows).sum();
        let begun = self.stage(Stage::Mask, plan.tables.len(), rows);
        let schema = SchemaArchive::dump(&tools, source, snapshot.id(), &self.folder).await?;
        self.folder.write(DATABASE_SETTINGS, &settings)?;
        self.warn_of_what_stays_behind(&catalog, &plan, &schema);
        let ddl = schema.ddl_text().await?;
        self.refuse_personal_data_in_ddl(&metadata::with_settings(&ddl, &settings))?;

        let admin = database::admin_session(self.target()?).await?;
        let incoming = &self.record.target.incoming;
        let creating = database::create_closed(&admin, incoming, &like);
        self.audit.around("database.create", incoming, creating).await?;
        let target = self.incoming()?;
        let originals = self.folder.join(ORIGINALS);
        let job = Job {
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
            cut_from: self.settings.cut_from,
        };
        let canaries = Canaries::new(&self.key);
        let masked = MaskedDatabase::mask(&job, |store, column| canaries.record(store, column), &self.progress).await?;
        let session = target.connect("stagemask").await?;
        self.record.target.identity = database::identity(&session).await?;
        self.record.target.catalogs = state::catalogs(&session).await?;
        session.close().await;
        self.record.masked = Some(masked.record().clone());
        let rows = masked.record().tables.iter().map(|table| table.rows).sum();
        let (columns, kept) = plan.counts();
        self.audit.action("database.mask", &self.record.target.incoming, DONE, None)?;
        self.finish(begun, rows, &format!("{columns} columns masked, {kept} kept, 0 undecided"))?;
        Ok(masked)
    }

    /// Says what has changed since the schema was last proved, and keeps it for the proof.
    fn look_for_drift(&self, rules: &Rules, catalog: &Catalog) -> Result<()> {
        let drift = drift_of(&catalog.tables, rules, &self.settings.state_dir);
        let Some(drift) = drift.filter(|drift| !drift.changes.is_empty()) else { return Ok(()) };
        self.folder.write(DRIFT, &drift)?;
        if self.settings.proving.refuse_drift {
            return Err(drift.refusal());
        }
        for change in &drift.changes {
            self.progress.event(Event::Warning { text: &format!("{change} since run {} was proved", drift.since) });
        }
        Ok(())
    }

    fn warn_of_what_stays_behind(&self, catalog: &Catalog, plan: &Plan, schema: &SchemaArchive) {
        let warn = |text: String| self.progress.event(Event::Warning { text: &text });
        for (kind, count) in schema.left_out() {
            warn(format!("{count} × {kind} stays behind: it leads to other servers"));
        }
        for table in &catalog.extension_tables {
            warn(format!("{table} belongs to an extension: what the source added to it stays behind"));
        }
        if catalog.large_objects > 0 && plan.large_objects == LargeObjects::Drop {
            warn(format!("{} large objects stay behind; references to them dangle", catalog.large_objects));
        }
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
}
