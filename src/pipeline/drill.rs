//! The drill: restore, look at everything, ask the shop's assertions, clean up. Nothing is masked or released.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

#[cfg(feature = "aws")]
use super::cloud::{Around, Cloud};
use super::conclusion::{Conclusion, with_shortfalls};
use super::run::Begun;
use super::{Objectives, Outcome, Settings, Source, objectives, source};
use crate::database;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::catalog::Catalog;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::readable;
use crate::progress::{Event, Progress, Stage};
use crate::report::evidence::{Command, Drilled};
use crate::report::figures::{age, many};
use crate::restore::{RestoredDatabase, SourceKind};
use crate::run_record::audit::{AuditLog, DONE};
use crate::run_record::{
    RulesRecord, RunFolder, RunId, RunRecord, RunState, SourceRecord, StageRecord, TargetRecord, utc,
};
use crate::verify::{assertions, restorable};

/// A drill.
#[derive(Debug, Clone)]
pub struct Drill {
    /// What to restore.
    pub source: Source,
    /// A database of the server that an archive is restored on; it need not exist, and is not touched.
    pub target: Option<Endpoint>,
    /// SQL that has to return true on the restored database, by name.
    pub assertions: BTreeMap<String, String>,
    /// What it may take, and how old the data may be.
    pub objectives: Objectives,
    /// The rest.
    pub settings: Settings,
}

/// Restores, looks at everything, asks the assertions, and destroys what was restored. Evidence is written and sent
/// whatever the outcome.
///
/// # Errors
/// Of kind `Restore` when it can't be restored, read to the last row or destroyed again, `Integrity` when an assertion
/// doesn't hold. Missed objectives are in the [`Outcome`].
pub async fn drill(drill: &Drill, progress: &Arc<dyn Progress>) -> Result<Outcome> {
    let mut running = Running::begin(drill, progress)?;
    let done = running.restore_look_and_clean_up().await;
    running.conclude(done).await
}

struct Running<'a> {
    drill: &'a Drill,
    folder: RunFolder,
    record: RunRecord,
    drilled: Drilled,
    audit: AuditLog,
    progress: &'a Arc<dyn Progress>,
    #[cfg(feature = "aws")]
    cloud: Option<Cloud>,
}

impl<'a> Running<'a> {
    fn begin(drill: &'a Drill, progress: &'a Arc<dyn Progress>) -> Result<Self> {
        let run = RunId::new()?;
        let target = drill.target.as_ref();
        let record = RunRecord {
            run: run.clone(),
            tool: crate::TOOL.to_owned(),
            started: utc(SystemTime::now()),
            source: SourceRecord::default(),
            target: TargetRecord {
                server: target.map(ToString::to_string).unwrap_or_default(),
                database: target.map(|target| target.database().to_owned()).unwrap_or_default(),
                ..TargetRecord::default()
            },
            rules: RulesRecord { file: String::new(), digest: String::new() },
            allowed_domains: Vec::new(),
            accepted: Vec::new(),
            assertions: drill.assertions.clone(),
            key_fingerprint: String::new(),
            objectives: drill.objectives.record(),
            stages: Vec::new(),
            masked: None,
            state: RunState::Drilling,
        };
        let folder = RunFolder::create(&drill.settings.state_dir, &run)?;
        folder.keep(&record)?;
        let audit = AuditLog::of(&folder, &run, drill.settings.reporting.actor.clone());
        let about = target.map_or("the source", Endpoint::database);
        audit.action("run.begin", about, DONE, None)?;
        Ok(Self {
            drill,
            folder,
            record,
            drilled: Drilled::default(),
            audit,
            progress,
            #[cfg(feature = "aws")]
            cloud: None,
        })
    }

    async fn restore_look_and_clean_up(&mut self) -> Result<()> {
        let interrupt = self.drill.settings.interrupt.clone();
        let restored = match interrupt.or_interrupted(self.restore()).await {
            Ok(restored) => restored,
            // What was dropped half-way can't clean up after itself.
            Err(error) => return Err(self.drop_raw(error).await),
        };
        let looked = match self.drill.objectives.judge_age(&self.record.objectives) {
            Ok(warning) => {
                if let Some(text) = &warning {
                    self.progress.event(Event::Warning { text });
                }
                interrupt.or_interrupted(self.look(&restored)).await.map_err(of_the_restore)
            }
            Err(error) => Err(error),
        };
        let gone = self.clean_up(restored).await;
        match (looked, gone) {
            (Ok(()), gone) => gone,
            (Err(error), Ok(())) => Err(error),
            (Err(error), Err(left)) => {
                let advice = error.advice().map(|advice| format!("{advice}\n")).unwrap_or_default();
                Err(error.help(format!("{advice}{left}")))
            }
        }
    }

    async fn restore(&mut self) -> Result<RestoredDatabase> {
        let begun = Begun { stage: Stage::Restore, at: SystemTime::now(), since: Instant::now() };
        let drill = self.drill;
        let (run, settings, target) = (self.record.run.clone(), &drill.settings, drill.target.as_ref());
        #[cfg(feature = "aws")]
        {
            let around = Around::of(&run, &self.folder, &self.audit, self.progress);
            self.cloud = Box::pin(Cloud::sign_in(&drill.source, None, around)).await.map_err(of_the_restore)?;
        }
        let restored = source::restore(
            &drill.source,
            target,
            &run,
            settings,
            &self.audit,
            self.progress.as_ref(),
            #[cfg(feature = "aws")]
            self.cloud.as_mut(),
        )
        .await;
        let restored = restored.map_err(of_the_restore)?;
        let (record, how_old) = source::record(&restored, begun.at);
        self.record.source = record;
        self.record.objectives.rpo.measured_seconds = Some(how_old.as_secs_f64());
        let summary = format!("{} old", age(how_old.as_secs()));
        self.finish(begun, 0, &summary)?;
        Ok(restored)
    }

    async fn look(&mut self, restored: &RestoredDatabase) -> Result<()> {
        let session = restored.endpoint().connect("stagemask drill").await?;
        if restored.kind() != SourceKind::Live {
            // On what is destroyed afterwards, the tool may make itself a member of whoever owns the tables.
            readable::become_reader(&session).await?;
            readable::lift_forced_policies(&session).await?;
        }
        let catalog = Catalog::load(&session).await?;
        self.record.source.bytes = catalog.bytes;
        let rows = catalog.tables.iter().map(|table| table.estimated_rows).sum();
        let begun = Begun { stage: Stage::Verify, at: SystemTime::now(), since: Instant::now() };
        self.progress.event(Event::StageStarted { stage: Stage::Verify, tables: catalog.tables.len(), rows });
        // Only what is destroyed afterwards may be changed for the sake of looking at it.
        let may_change = restored.kind() != SourceKind::Live;
        let asked = assertions::ask(&session, &self.drill.assertions, assertions::LIMIT).await;
        session.close().await;
        self.drilled.assertions = asked?;
        let jobs = self.drill.settings.jobs;
        let read = restorable::check(restored.endpoint(), may_change, jobs, self.progress).await;
        let read = self.drilled.restorable.insert(read?);
        let held = self.drilled.assertions.iter().filter(|result| result.held).count();
        let summary = format!(
            "{} of {} read, {}, {held} of {} assertions held",
            many(read.rows(), "row"),
            many(read.tables.len() as u64, "table"),
            many(read.problems.len() as u64, "problem"),
            self.drilled.assertions.len(),
        );
        let rows = read.rows();
        for text in &read.notes {
            self.progress.event(Event::Warning { text });
        }
        self.finish(begun, rows, &summary)?;
        objectives::measure_time(&mut self.record);
        self.judge()
    }

    /// The error of a database that can't be used, or that isn't what the shop expects.
    fn judge(&self) -> Result<()> {
        let problems = self.drilled.restorable.iter().flat_map(|read| &read.problems);
        let problems: Vec<String> = problems.map(|problem| format!("{} {}", problem.object, problem.what)).collect();
        let failed = self.drilled.assertions.iter().filter(|result| !result.held);
        let failed: Vec<String> = failed
            .map(|result| match &result.error {
                Some(error) => format!("assertion {} could not be asked: {error}", result.name),
                None => assertions::does_not_hold(&result.name),
            })
            .collect();
        if !problems.is_empty() {
            let all: Vec<_> = problems.into_iter().chain(failed).collect();
            let what = format!("what was restored can't be used as it is:\n  {}", all.join("\n  "));
            return Err(Error::new(ErrorKind::Restore, what)
                .help("the same would happen in a disaster: look at the backup, and drill another one"));
        }
        if !failed.is_empty() {
            return Err(Error::new(ErrorKind::Integrity, failed.join("\n"))
                .help("an assertion has to return one row with one boolean that is true"));
        }
        Ok(())
    }

    async fn clean_up(&mut self, restored: RestoredDatabase) -> Result<()> {
        if restored.kind() == SourceKind::Live {
            return Ok(());
        }
        let begun = Begun { stage: Stage::CleanUp, at: SystemTime::now(), since: Instant::now() };
        self.progress.event(Event::StageStarted { stage: Stage::CleanUp, tables: 0, rows: 0 });
        let name = restored.endpoint().database().to_owned();
        self.audit.around("database.drop", &name, restored.destroy()).await?;
        self.finish(begun, 0, "what was restored is gone")
    }

    async fn drop_raw(&self, error: Error) -> Error {
        #[cfg(feature = "aws")]
        if let Some(cloud) = &self.cloud {
            return match Box::pin(cloud.abandon()).await {
                Ok(()) => error,
                Err(left) => left_behind(error, &left),
            };
        }
        let (Some(target), Source::Archive(_)) = (&self.drill.target, &self.drill.source) else { return error };
        let dropped = async {
            let name = database::raw_name(target.database(), &self.record.run)?;
            let admin = database::admin_session(target).await?;
            if database::exists(&admin, &name).await? {
                self.audit.around("database.drop", &name, database::drop_database(&admin, &name)).await?;
            }
            Ok::<_, Error>(())
        };
        match dropped.await {
            Ok(()) => error,
            Err(left) => left_behind(error, &left),
        }
    }

    fn finish(&mut self, begun: Begun, rows: u64, summary: &str) -> Result<()> {
        let elapsed = begun.since.elapsed();
        self.progress.event(Event::StageFinished { stage: begun.stage, rows, elapsed, summary });
        self.record.stages.push(StageRecord {
            stage: begun.stage,
            started: utc(begun.at),
            seconds: elapsed.as_secs_f64(),
            summary: summary.to_owned(),
        });
        self.folder.keep(&self.record)
    }

    async fn conclude(mut self, done: Result<()>) -> Result<Outcome> {
        self.record.state = if done.is_ok() { RunState::Drilled } else { RunState::Failed };
        let done = done.and_then(|()| self.folder.keep(&self.record));
        let conclusion = Conclusion {
            command: Command::Drill,
            folder: &self.folder,
            record: &self.record,
            proof: None,
            drilled: Some(&self.drilled),
            error: done.as_ref().err(),
            reporting: &self.drill.settings.reporting,
            audit: &self.audit,
            progress: self.progress.as_ref(),
        };
        let shortfalls = Box::pin(conclusion.draw()).await;
        match done {
            Ok(()) => Ok(Outcome { folder: self.folder, record: self.record, proof: None, shortfalls }),
            Err(error) => {
                // It is only a record of a failure: that failure matters more.
                let _ = self.folder.keep(&self.record);
                Err(with_shortfalls(error, &shortfalls))
            }
        }
    }
}

/// What a drill can't do could not be done in a disaster either: a server that doesn't let us in has restored nothing.
fn of_the_restore(error: Error) -> Error {
    if error.kind() == ErrorKind::Failed { error.of_kind(ErrorKind::Restore) } else { error }
}

/// An error after which something that was restored is there still.
fn left_behind(error: Error, left: &Error) -> Error {
    let help = error.advice().map(|advice| format!("{advice}\n")).unwrap_or_default();
    error.help(format!("{help}cleaning up failed too ({}): `stagemask cleanup` tries again", left.what()))
}
