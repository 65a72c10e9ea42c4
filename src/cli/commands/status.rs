//! `stagemask status`

use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

use serde_json::json;

use crate::cli::args::StatusArgs;
use crate::cli::console::json_to_stdout;
use crate::cli::options::Surroundings;
use crate::error::Result;
use crate::pipeline::{self, LeftOver};
use crate::report::figures::{age, bytes};
use crate::rules::diagnostics::printable;
use crate::run_record::{RunFolder, RunId, RunRecord, RunState};

/// A run, and its record if that can be read.
pub(super) struct Run {
    pub(super) id: RunId,
    pub(super) record: Option<RunRecord>,
}

pub(super) async fn run(args: &StatusArgs, around: &Surroundings<'_>) -> Result<()> {
    let runs = runs(&args.state.state_dir)?;
    let (mut left, mut carried) = (None, BTreeSet::new());
    let target = match around.target_if_named(&args.target)? {
        Some(target) => around.interrupt.or_interrupted(pipeline::standing_server(&target)).await?,
        None => None,
    };
    if let Some(target) = target {
        let found = around.interrupt.or_interrupted(pipeline::left_overs(&target)).await?;
        carried = around.interrupt.or_interrupted(pipeline::carried_runs(&target, &found)).await?;
        left = Some(found);
    }
    #[cfg(feature = "aws")]
    let on_rds = on_rds(args, around).await?;
    #[cfg(not(feature = "aws"))]
    let on_rds: Vec<String> = Vec::new();
    if args.json {
        return json_to_stdout(&json!({
            "runs": runs.iter().map(run_as_json).collect::<Vec<_>>(),
            "on_rds": on_rds,
            "left_overs": left.map(|left| left.iter().map(|left| left_over_as_json(left, &carried)).collect::<Vec<_>>()),
        }));
    }
    around.console.lines(&text(&runs, left.as_deref(), &carried, &args.state.state_dir, SystemTime::now()));
    for line in &on_rds {
        around.console.lines(&format!("on RDS: {line}"));
    }
    Ok(())
}

/// What runs have on RDS, in words.
#[cfg(feature = "aws")]
async fn on_rds(args: &StatusArgs, around: &Surroundings<'_>) -> Result<Vec<String>> {
    let sides = around.sides(&args.target)?;
    let found = around.interrupt.or_interrupted(Box::pin(pipeline::left_on_rds(&sides))).await?;
    Ok(found.iter().map(|left| left.what.to_string()).collect())
}

/// All runs, oldest first.
pub(super) fn runs(state_dir: &Path) -> Result<Vec<Run>> {
    let read = |id: RunId| {
        let record = RunFolder::open(state_dir, &id).and_then(|folder| folder.record()).ok();
        Run { id, record }
    };
    Ok(RunFolder::list(state_dir)?.into_iter().map(read).collect())
}

/// How old a run is, by its id.
pub(super) fn age_of(run: &RunId, now: SystemTime) -> Option<std::time::Duration> {
    now.duration_since(run.time()?).ok()
}

fn text(
    runs: &[Run],
    left: Option<&[LeftOver]>,
    carried: &BTreeSet<RunId>,
    state_dir: &Path,
    now: SystemTime,
) -> String {
    let mut lines = Vec::new();
    if runs.is_empty() {
        lines.push(format!("there are no runs in {}", state_dir.display()));
    }
    let old = |id| age_of(id, now).map_or_else(|| "?".to_owned(), |time| age(time.as_secs()));
    for Run { id, record } in runs {
        let (state, target) = match record {
            Some(record) => (word(record.state), printable(&record.target.database)),
            None => ("unreadable", String::new()),
        };
        lines.push(format!("{id}  {state:<11}  {:>12} old  {target}", old(id)).trim_end().to_owned());
    }
    match left {
        None => {}
        Some([]) => lines.push("no run left a database on the target's server".to_owned()),
        Some(left) => {
            lines.push("left on the target's server:".to_owned());
            lines.extend(left.iter().map(|left| left_over_text(left) + next_step(left, runs, carried)));
        }
    }
    lines.join("\n")
}

/// Of a run that has no folder here, whether its state can be had from the server.
fn next_step(left: &LeftOver, runs: &[Run], carried: &BTreeSet<RunId>) -> &'static str {
    let is_here = runs.iter().any(|run| run.id == left.run);
    match left.part.as_str() {
        _ if is_here || !carried.contains(&left.run) => "",
        "retired" => "; can be rolled back to from here, with its key",
        _ => "; can be gone on with from here, with its key",
    }
}

pub(super) fn left_over_text(left: &LeftOver) -> String {
    format!("  {}  {}, {}, run {}", printable(&left.database), left.part, bytes(left.bytes), left.run)
}

fn left_over_as_json(left: &LeftOver, carried: &BTreeSet<RunId>) -> serde_json::Value {
    json!({
        "database": left.database,
        "run": left.run,
        "part": left.part,
        "bytes": left.bytes,
        "carried": carried.contains(&left.run),
    })
}

fn run_as_json(run: &Run) -> serde_json::Value {
    match &run.record {
        Some(record) => json!({
            "run": run.id,
            "state": record.state,
            "started": record.started,
            "target": { "server": record.target.server, "database": record.target.database },
        }),
        None => json!({ "run": run.id, "state": null }),
    }
}

fn word(state: RunState) -> &'static str {
    match state {
        RunState::Masking => "masking",
        RunState::Masked => "masked",
        RunState::Verified => "verified",
        RunState::Refused => "refused",
        RunState::Released => "released",
        RunState::RolledBack => "rolled back",
        RunState::Failed => "failed",
        RunState::Drilling => "drilling",
        RunState::Drilled => "drilled",
    }
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
