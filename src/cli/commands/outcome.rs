//! What every command on a run says when it is over.

use std::future::Future;
use std::path::{Path, PathBuf};

use crate::cli::console::json_to_stdout;
use crate::cli::options::{Surroundings, run_id};
use crate::cli::{annotations, step_summary};
use crate::error::{ErrorKind, Result};
use crate::pipeline::Outcome;
use crate::report;
use crate::run_record::{RunFolder, RunId, RunState};
use crate::verify::proof::Proof;

/// Awaits a command that begins a run, and tells about it.
pub(super) async fn of_new_run(
    work: impl Future<Output = Result<Outcome>>,
    json: bool,
    state_dir: &Path,
    around: &Surroundings<'_>,
) -> Result<()> {
    let summary = summary_file(around);
    let before = step_summary::runs(state_dir);
    let done = work.await;
    if let Some(file) = summary {
        told(around, step_summary::append_new(&file, state_dir, &before));
    }
    let new = step_summary::runs(state_dir).difference(&before).last().cloned();
    show(&with_findings(done, new.as_ref(), state_dir, around)?, json, around)
}

/// Awaits a command that goes on with a run, and tells about it.
pub(super) async fn of_run(
    work: impl Future<Output = Result<Outcome>>,
    run: &RunId,
    json: bool,
    state_dir: &Path,
    around: &Surroundings<'_>,
) -> Result<()> {
    let done = work.await;
    if let Some(file) = summary_file(around) {
        told(around, step_summary::append(&file, state_dir, run));
    }
    show(&with_findings(done, Some(run), state_dir, around)?, json, around)
}

/// What closed the gate, as annotations of the rules file. That there may be none of it changes nothing.
fn with_findings(
    done: Result<Outcome>,
    run: Option<&RunId>,
    state_dir: &Path,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    done.map_err(|error| {
        let closed = matches!(error.kind(), ErrorKind::Findings | ErrorKind::Coverage | ErrorKind::Integrity);
        if !closed || !error.spots().is_empty() || !annotations::wanted(around.environment) {
            return error;
        }
        let spots = run.and_then(|run| {
            let folder = RunFolder::open(state_dir, run).ok()?;
            let proof: Proof = folder.read("proof.json").ok()?;
            Some(annotations::of_findings(&proof.findings, &folder.record().ok()?.rules))
        });
        error.at(spots.unwrap_or_default())
    })
}

fn summary_file(around: &Surroundings<'_>) -> Option<PathBuf> {
    (around.environment)(step_summary::VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// A summary that can't be written is no reason to fail: the run is what it is.
fn told(around: &Surroundings<'_>, done: Result<()>) {
    if let Err(error) = done {
        around.console.warn(&error.to_string());
    }
}

fn show(outcome: &Outcome, json: bool, around: &Surroundings<'_>) -> Result<()> {
    let run = &outcome.record.run;
    match outcome.record.state {
        RunState::Masked => around.console.fact("next", &format!("stagemask verify --run {run}")),
        RunState::Verified => around.console.fact("next", &format!("stagemask release --run {run}")),
        _ => {}
    }
    around.console.fact("report", &outcome.folder.join(report::MARKDOWN).display().to_string());
    if json {
        json_to_stdout(&report::document(&outcome.record, outcome.proof.as_ref())?)?;
    }
    Ok(())
}

/// The id of a run that has a folder.
pub(super) fn known_run(text: &str, state_dir: &Path) -> Result<RunId> {
    let run = run_id(text)?;
    RunFolder::open(state_dir, &run)?;
    Ok(run)
}
