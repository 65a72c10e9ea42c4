//! `stagemask refresh`

use super::{check, outcome};
use crate::cli::args::WholeRefreshArgs;
use crate::cli::console::json_to_stdout;
use crate::cli::options::{Surroundings, run_id};
use crate::error::{Error, Result};
use crate::pipeline::{self, Refresh, Source};

pub(super) async fn run(args: &WholeRefreshArgs, around: &Surroundings<'_>) -> Result<()> {
    let WholeRefreshArgs { refresh: args, resume } = args;
    let earlier = resume.as_deref().map(run_id).transpose()?;
    let refresh = around.refresh(args)?;
    if let Some(run) = earlier {
        let work = pipeline::resume(&run, &refresh, around.progress);
        return outcome::of_run(work, &run, args.json, &refresh.settings.state_dir, around).await;
    }
    if args.dry_run {
        return show_plan(&refresh, args.json, around).await;
    }
    let work = pipeline::refresh(&refresh, around.progress);
    outcome::of_new_run(work, args.json, &refresh.settings.state_dir, around).await
}

/// The plan of a refresh, without doing anything.
pub(super) async fn show_plan(refresh: &Refresh, json: bool, around: &Surroundings<'_>) -> Result<()> {
    let Source::Live(source) = &refresh.source else {
        return Err(Error::usage("what is restored first has no plan before it is there")
            .help("use --dry-run with --source-url, or check the rules alone with `stagemask check`"));
    };
    let plan = around.interrupt.or_interrupted(pipeline::plan(source, &refresh.rules)).await?;
    if json {
        return json_to_stdout(&check::plan_as_json(&plan));
    }
    around.console.lines(&check::plan_text(&plan));
    Ok(())
}
