//! `stagemask verify`

use super::outcome;
use crate::cli::annotations;
use crate::cli::args::VerifyArgs;
use crate::cli::console::json_to_stdout;
use crate::cli::options::{Surroundings, run_id};
use crate::error::Result;
use crate::pipeline;
use crate::report;

pub(super) async fn run(args: &VerifyArgs, around: &Surroundings<'_>) -> Result<()> {
    let Some(run) = &args.run else { return audit(args, around).await };
    let run = run_id(run)?;
    let (target, settings, again) = around.verify(args)?;
    let work = pipeline::verify_again(&run, &target, again.as_ref(), &settings, around.progress);
    outcome::of_run(work, &run, args.json, &settings.state_dir, around).await
}

/// Without a run: what the detectors find in the target as it is.
async fn audit(args: &VerifyArgs, around: &Surroundings<'_>) -> Result<()> {
    let audited = around.audited(args)?;
    let audit = pipeline::audit(&audited, around.progress).await?;
    if let Some(folder) = &args.report_dir {
        report::audit::write(folder, &audit)?;
        around.console.fact("report", &folder.join(report::MARKDOWN).display().to_string());
    }
    if args.json {
        json_to_stdout(&report::audit::document(&audit)?)?;
    } else {
        around.console.lines(&report::audit::text(&audit));
    }
    let Some(error) = report::audit::refusal(&audit) else { return Ok(()) };
    let spots = audit.rules.as_ref().filter(|_| annotations::wanted(around.environment));
    Err(error.at(spots.map(|rules| annotations::of_findings(&audit.findings, rules)).unwrap_or_default()))
}
