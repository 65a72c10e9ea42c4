//! `stagemask cleanup`

use std::time::{Duration, SystemTime};

use super::status::{self, Run, age_of, left_over_text};
#[cfg(feature = "aws")]
use crate::aws::rds::{RdsKind, RdsLeftOver};
use crate::cli::args::CleanupArgs;
use crate::cli::options::{Surroundings, no_target, run_id};
use crate::error::Result;
use crate::pipeline::{self, LeftOver};
use crate::postgres::endpoint::Endpoint;
use crate::report::figures::{age, bytes, many};
use crate::run_record::{RunId, RunState};

pub(super) async fn run(args: &CleanupArgs, around: &Surroundings<'_>) -> Result<()> {
    let named = args.run.iter().map(|run| run_id(run)).collect::<Result<Vec<_>>>()?;
    let runs = status::runs(&args.state.state_dir)?;
    let policy = Policy { runs: &runs, named: &named, keep: args.keep, now: SystemTime::now() };
    #[cfg(feature = "aws")]
    let on_rds = on_rds(args, &policy, around).await?;
    #[cfg(not(feature = "aws"))]
    let on_rds = false;
    let target = match around.target_if_named(&args.target)? {
        Some(target) => around.interrupt.or_interrupted(pipeline::standing_server(&target)).await?,
        None if on_rds => None,
        None => return Err(no_target()),
    };
    match target {
        Some(target) => databases(args, &target, &policy, around).await,
        None => Ok(()),
    }
}

async fn databases(
    args: &CleanupArgs,
    target: &Endpoint,
    policy: &Policy<'_>,
    around: &Surroundings<'_>,
) -> Result<()> {
    let left = around.interrupt.or_interrupted(pipeline::left_overs(target)).await?;
    let (drop, stay): (Vec<LeftOver>, Vec<LeftOver>) = left.into_iter().partition(|left| policy.may_go(left));

    let console = around.console;
    for left in &stay {
        console.lines(&format!("stays for now:{}", left_over_text(left)));
    }
    if !stay.is_empty() {
        let time = age(args.keep.as_secs());
        console.lines(&format!("what is younger than {time} stays; `--keep` and `--run ID` change that"));
    }
    if drop.is_empty() {
        console.lines("there is nothing to drop");
        return Ok(());
    }
    let verb = if args.dry_run { "would be dropped" } else { "goes" };
    for left in &drop {
        console.lines(&format!("{verb}:{}", left_over_text(left)));
    }
    if !args.dry_run {
        pipeline::drop_left_overs(target, &drop, &args.state.state_dir).await?;
        let size = drop.iter().map(|left| left.bytes).sum();
        console.lines(&format!("dropped {}, {}", many(drop.len() as u64, "database"), bytes(size)));
    }
    Ok(())
}

/// Deletes what may go on RDS. Says whether the refresh file names anything there at all.
#[cfg(feature = "aws")]
async fn on_rds(args: &CleanupArgs, policy: &Policy<'_>, around: &Surroundings<'_>) -> Result<bool> {
    let sides = around.sides(&args.target)?;
    let found = around.interrupt.or_interrupted(Box::pin(pipeline::left_on_rds(&sides))).await?;
    let console = around.console;
    for left in &found {
        let goes = policy.may_go_from_rds(&left.what);
        let verb = match (goes, args.dry_run) {
            (false, _) => "stays for now",
            (true, true) => "would be deleted",
            (true, false) => "goes",
        };
        console.lines(&format!("{verb}:  {}", left.what));
        if goes && !args.dry_run {
            pipeline::remove_from_rds(left, &args.state.state_dir, around.progress).await?;
        }
    }
    if !sides.is_empty() && found.is_empty() {
        console.lines("runs have left nothing on RDS");
    }
    Ok(!sides.is_empty())
}

/// How long raw data is kept for a run that doesn't say that it is over.
const RAW_AT_MOST: Duration = Duration::from_secs(24 * 3600);

/// What may be dropped.
struct Policy<'a> {
    runs: &'a [Run],
    named: &'a [RunId],
    keep: Duration,
    now: SystemTime,
}

impl Policy<'_> {
    /// What a run left that is over goes, except what people may want to go back to. What a run left that could go on,
    /// or that another state directory knows of, goes when it is old. A copy of raw data is old after a day: no run takes
    /// as long.
    fn may_go(&self, left: &LeftOver) -> bool {
        if self.named.contains(&left.run) {
            return true;
        }
        let record = self.runs.iter().find(|run| run.id == left.run).and_then(|run| run.record.as_ref());
        let over = record.is_some_and(|record| is_over(record.state));
        let keep = if left.part == "raw" { self.keep.min(RAW_AT_MOST) } else { self.keep };
        let old = age_of(&left.run, self.now).is_some_and(|age| age >= keep);
        old || (over && left.part != "retired")
    }

    /// What has expired goes, and what a run left raw that is over. A retired instance is kept until it expires: people
    /// may want to go back to it.
    #[cfg(feature = "aws")]
    fn may_go_from_rds(&self, left: &RdsLeftOver) -> bool {
        if self.named.iter().any(|run| run.to_string() == left.run) {
            return true;
        }
        let raw = matches!(left.kind, RdsKind::Quarantined | RdsKind::Copy);
        let record = self.runs.iter().find(|run| run.id.to_string() == left.run).and_then(|run| run.record.as_ref());
        let over = record.is_some_and(|record| is_over(record.state));
        left.expires.is_some_and(|expires| expires <= self.now) || (raw && over)
    }
}

/// Whether a run in this state never goes on.
fn is_over(state: RunState) -> bool {
    matches!(
        state,
        RunState::Failed | RunState::Released | RunState::RolledBack | RunState::Refused | RunState::Drilled
    )
}

#[cfg(test)]
#[path = "cleanup_tests.rs"]
mod tests;
