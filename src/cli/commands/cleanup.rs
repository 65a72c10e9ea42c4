//! `stagemask cleanup`

use std::time::{Duration, SystemTime};

use super::status::{self, Run, age_of, left_over_text};
use crate::cli::args::CleanupArgs;
use crate::cli::options::{Surroundings, run_id};
use crate::error::Result;
use crate::pipeline::{self, LeftOver};
use crate::report::figures::{age, bytes, many};
use crate::run_record::{RunId, RunState};

pub(super) async fn run(args: &CleanupArgs, around: &Surroundings<'_>) -> Result<()> {
    let named = args.run.iter().map(|run| run_id(run)).collect::<Result<Vec<_>>>()?;
    let target = around.target(&args.target)?;
    let runs = status::runs(&args.state.state_dir)?;
    let left = around.interrupt.or_interrupted(pipeline::left_overs(&target)).await?;
    let policy = Policy { runs: &runs, named: &named, keep: args.keep, now: SystemTime::now() };
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
        pipeline::drop_left_overs(&target, &drop, &args.state.state_dir).await?;
        let size = drop.iter().map(|left| left.bytes).sum();
        console.lines(&format!("dropped {}, {}", many(drop.len() as u64, "database"), bytes(size)));
    }
    Ok(())
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
        let over = record.is_some_and(|record| {
            matches!(
                record.state,
                RunState::Failed | RunState::Released | RunState::RolledBack | RunState::Refused | RunState::Drilled
            )
        });
        let keep = if left.part == "raw" { self.keep.min(RAW_AT_MOST) } else { self.keep };
        let old = age_of(&left.run, self.now).is_some_and(|age| age >= keep);
        old || (over && left.part != "retired")
    }
}

#[cfg(test)]
#[path = "cleanup_tests.rs"]
mod tests;
