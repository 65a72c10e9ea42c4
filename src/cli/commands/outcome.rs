//! What every command on a run says when it is over.

use std::future::Future;
use std::path::{Path, PathBuf};

use crate::cli::console::json_to_stdout;
use crate::cli::options::Surroundings;
use crate::cli::{annotations, step_summary};
use crate::error::{ErrorKind, Result};
use crate::pipeline::Outcome;
use crate::report::{self, evidence};
use crate::run_record::{RunFolder, RunId, RunState};
use crate::verify::proof::Proof;

/// Awaits a command that begins a run, and tells about it.
pub(super) async fn of_new_run(
    work: impl Future<Output = Result<Outcome>>,
    json: bool,
    state_dir: &Path,
    around: &Surroundings<'_>,
) -> Result<()> {
    let before = step_summary::runs(state_dir);
    let done = work.await;
    match step_summary::runs(state_dir).difference(&before).last() {
        Some(run) => tell(done, run, json, state_dir, around),
        None => show(&done?, json, around),
    }
}

/// Awaits a command that goes on with a run, and tells about it.
pub(super) async fn of_run(
    work: impl Future<Output = Result<Outcome>>,
    run: &RunId,
    json: bool,
    state_dir: &Path,
    around: &Surroundings<'_>,
) -> Result<()> {
    tell(work.await, run, json, state_dir, around)
}

/// A run that failed has its evidence too, and nothing else of it is shown.
fn tell(done: Result<Outcome>, run: &RunId, json: bool, state_dir: &Path, around: &Surroundings<'_>) -> Result<()> {
    if let Some(file) = summary_file(around) {
        told(around, step_summary::append(&file, state_dir, run));
    }
    let outcome = match with_findings(done, run, state_dir, around) {
        Ok(outcome) => outcome,
        Err(error) => {
            if let Ok(folder) = RunFolder::open(state_dir, run) {
                around.console.fact("evidence", &folder.join(evidence::MARKDOWN).display().to_string());
            }
            return Err(error);
        }
    };
    show(&outcome, json, around)
}

/// What closed the gate, as annotations of the rules file. That there may be none of it changes nothing.
fn with_findings(done: Result<Outcome>, run: &RunId, state_dir: &Path, around: &Surroundings<'_>) -> Result<Outcome> {
    done.map_err(|error| {
        let closed = matches!(error.kind(), ErrorKind::Findings | ErrorKind::Coverage | ErrorKind::Integrity);
        if !closed || !error.spots().is_empty() || !annotations::wanted(around.environment) {
            return error;
        }
        let spots = RunFolder::open(state_dir, run).ok().and_then(|folder| {
            let proof = Proof::read(&folder.join("proof.json")).ok()?;
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
    let drilled = outcome.record.state == RunState::Drilled;
    if !drilled {
        around.console.fact("report", &outcome.folder.join(report::MARKDOWN).display().to_string());
    }
    around.console.fact("evidence", &outcome.folder.join(evidence::MARKDOWN).display().to_string());
    if json && drilled {
        json_to_stdout(&outcome.folder.read(evidence::JSON)?)?;
    } else if json {
        json_to_stdout(&report::document(&outcome.record, outcome.proof.as_ref())?)?;
    }
    outcome.as_asked()
}
