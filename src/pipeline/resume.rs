//! Going on with a refresh that was killed, from what its folder says of it.

use std::sync::Arc;

#[cfg(feature = "aws")]
use super::Target;
use super::run::Run;
use super::{Outcome, Refresh};
use crate::database;
use crate::error::{Error, Result};
use crate::progress::{Event, Progress};
#[cfg(feature = "aws")]
use crate::release::rds::request::Strategy;
use crate::report::evidence::Command;
#[cfg(feature = "aws")]
use crate::run_record::RunFolder;
use crate::run_record::{RunId, RunRecord, RunState};

/// Goes on with a refresh that was killed. What was being restored or masked is dropped and begun again under the same id;
/// what was masked is verified and released; what was verified is released; what was released is left alone.
///
/// # Errors
/// As [`refresh`](super::refresh); also when a process is still at work on the run, when it is over, or when rules or key
/// aren't those of the run.
pub async fn resume(run: &RunId, refresh: &Refresh, progress: &Arc<dyn Progress>) -> Result<Outcome> {
    let settings = &refresh.settings;
    #[cfg(feature = "aws")]
    if on_an_instance_of_its_own(refresh) {
        let record = RunFolder::open(&settings.state_dir, run)?.record()?;
        if record.state == RunState::Masking {
            // The restore finds what it has begun, and the instance has nothing on it that somebody else needs.
            let mut again = Run::begin_as(run.clone(), refresh, progress)?;
            let done = Box::pin(again.whole(refresh)).await;
            return again.conclude(Command::Refresh, done).await;
        }
    }
    let mut earlier = Run::find(run, &refresh.target, settings, progress).await?;
    let done = match earlier.state() {
        RunState::Masking => {
            earlier.refuse_company().await?;
            earlier.drop_databases().await?;
            drop(earlier);
            let mut again = Run::begin_as(run.clone(), refresh, progress)?;
            let done = Box::pin(again.whole(refresh)).await;
            return again.conclude(Command::Refresh, done).await;
        }
        RunState::Masked => {
            same_rules(&earlier.record, refresh)?;
            key_is_kept(&earlier.record)?;
            earlier.check_key()?;
            earlier.refuse_company().await?;
            let done = Box::pin(async {
                let masked = earlier.masked().await?;
                earlier.prove_and_release(&masked).await
            });
            done.await
        }
        RunState::Verified | RunState::Opened => {
            same_rules(&earlier.record, refresh)?;
            earlier.check_key()?;
            let done = Box::pin(async {
                let verified = earlier.verified()?;
                earlier.release(&verified).await
            });
            done.await
        }
        RunState::Released => {
            progress.event(Event::Fact { label: "released", text: &format!("run {run} is released already") });
            Ok(())
        }
        state => return Err(over(run, state)),
    };
    earlier.conclude(Command::Refresh, done).await
}

impl Run {
    /// A run that was killed has no sessions on its databases any more, or none for long.
    async fn refuse_company(&self) -> Result<()> {
        let admin = database::admin_session(self.target()?).await?;
        let target = &self.record.target;
        let raw = database::raw_name(&target.database, &self.record.run)?;
        for name in [raw.as_str(), target.incoming.as_str()] {
            if let Some(session) = database::other_sessions(&admin, name).await?.first() {
                let what = format!("{name} is in use by {} as {}", session.application, session.user);
                return Err(Error::failed(what).help(
                    "the run may still be at work; if it was killed, its sessions end within some seconds: try again",
                ));
            }
        }
        admin.close().await;
        Ok(())
    }
}

/// Whether the run masks into an instance that it makes itself.
#[cfg(feature = "aws")]
fn on_an_instance_of_its_own(refresh: &Refresh) -> bool {
    matches!(&refresh.target, Target::Rds(staging) if staging.strategy != Strategy::StagingInstance)
}

/// What was masked by other rules is not what is asked for now.
fn same_rules(record: &RunRecord, refresh: &Refresh) -> Result<()> {
    if record.rules.digest == refresh.rules.digest {
        return Ok(());
    }
    Err(Error::usage(format!("run {} masked by other rules than {} has now", record.run, refresh.rules.name()))
        .help("go on with the rules of the run, or refresh again without --resume"))
}

/// A key that was made for the run is gone with its process.
pub(super) fn key_is_kept(record: &RunRecord) -> Result<()> {
    if !record.key_fingerprint.is_empty() {
        return Ok(());
    }
    Err(Error::usage(format!("run {} was masked under a key that is forgotten, so nobody can verify it", record.run))
        .help("refresh again; with a key of your own, a run can be gone on with"))
}

fn over(run: &RunId, state: RunState) -> Error {
    let what = match state {
        RunState::Refused => "was refused by verification",
        RunState::RolledBack => "was released and rolled back",
        RunState::Failed => "failed, and what it made is gone",
        _ => "is no refresh",
    };
    Error::usage(format!("run {run} {what}, so there is nothing to go on with")).help("refresh again, without --resume")
}
