//! Going on with a run on another machine: its state is taken from the target's server, where the stage before left it.

use std::collections::BTreeSet;

use super::Settings;
use super::run::Run;
use crate::database::{self, LeftOver};
use crate::error::{Error, Result};
use crate::interrupt::Interrupt;
use crate::postgres::endpoint::Endpoint;
use crate::progress::Event;
use crate::release::retired_note;
use crate::run_record::carried::{self, Found, Look, Seal};
use crate::run_record::{RunFolder, RunId};
use crate::secret::MaskingKey;

impl Run {
    /// What the run's state is encrypted with where it is carried; `None` for a run whose key isn't at hand.
    pub(super) fn seal(&self) -> Result<Option<Seal>> {
        let key = self.settings.key.as_ref().filter(|_| !self.record.key_fingerprint.is_empty());
        key.map(|key| Seal::of(key, &self.record.run)).transpose()
    }

    /// Leaves the state of the run in the closed target, for whoever does the next stage elsewhere. That it can't be left
    /// there doesn't make the masked database any worse, so it is a warning.
    pub(super) async fn carry(&self) {
        let interrupt: &Interrupt = &self.settings.interrupt;
        if let Err(error) = interrupt.or_interrupted(self.try_carry()).await {
            let text = format!(
                "the state of the run could not be left in the target, so only this machine can go on with it: {}",
                error.what()
            );
            self.progress.event(Event::Warning { text: &text });
        }
    }

    async fn try_carry(&self) -> Result<()> {
        let Some(seal) = self.seal()? else { return Ok(()) };
        let session = self.incoming()?.connect("stagemask state").await?;
        let stored = carried::store(&session, &self.folder, &seal).await;
        session.close().await;
        stored
    }
}

/// The folder of a run that was begun elsewhere, made from what the target's server has of it.
///
/// # Errors
/// With the error that says that there is no such run here, if there is none on the server either.
pub(super) async fn fetch(run: &RunId, target: &Endpoint, settings: &Settings, absent: Error) -> Result<RunFolder> {
    let admin = database::admin_session(target).await?;
    let incoming = database::incoming_name(target.database(), run)?;
    let note = retired_note(&admin, target.database(), run).await?;
    let waits = database::exists(&admin, &incoming).await?;
    admin.close().await;
    // A run that was released and rolled back has both names behind it.
    if waits {
        let session = target.with_database(&incoming).connect("stagemask state").await?;
        let found = match carried::look(&session).await {
            Ok(Look::Absent) => Ok(Found::Nothing),
            Ok(_) => match key_of(run, settings) {
                Ok(key) => carried::fetch(&session, &Seal::of(key, run)?, &settings.state_dir).await,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        session.close().await;
        if let Found::Folder(folder) = found? {
            return Ok(folder);
        }
    }
    match note {
        Some(note) => {
            let documents = carried::read_note(&Seal::of(key_of(run, settings)?, run)?, &note)?;
            RunFolder::arrive(&settings.state_dir, run, &documents)
        }
        None if waits => Err(Error::usage(absent.what()).help(format!(
            "{incoming} is there, but doesn't carry the state of the run: go on on the machine that has its folder, or refresh \
             again"
        ))),
        None => Err(absent),
    }
}

fn key_of<'a>(run: &RunId, settings: &'a Settings) -> Result<&'a MaskingKey> {
    settings.key.as_ref().ok_or_else(|| {
        Error::usage(format!("run {run} was begun on another machine, and its state is encrypted under its key"))
            .help("pass the key of the run in STAGEMASK_KEY or with --key-file")
    })
}

/// The runs among those of left-overs whose state is on the target's server, so that any machine with the key can go on
/// with them or roll them back.
///
/// # Errors
/// When the server can't be asked. A database that doesn't let us in carries nothing for us.
pub async fn carried_runs(target: &Endpoint, left: &[LeftOver]) -> Result<BTreeSet<RunId>> {
    let mut runs = BTreeSet::new();
    let admin = database::admin_session(target).await?;
    for left in left {
        let carries = match left.part.as_str() {
            "retired" => retired_note(&admin, &left.released, &left.run).await?.is_some(),
            "incoming" => match target.with_database(&left.database).connect("stagemask state").await {
                Ok(session) => {
                    let look = carried::look(&session).await;
                    session.close().await;
                    look? == Look::AsMade
                }
                Err(_) => false,
            },
            _ => false,
        };
        if carries {
            runs.insert(left.run.clone());
        }
    }
    Ok(runs)
}
