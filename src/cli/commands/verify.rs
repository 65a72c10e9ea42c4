//! `stagemask verify`

use super::outcome;
use crate::cli::args::RunArgs;
use crate::cli::options::{Surroundings, run_id};
use crate::error::Result;
use crate::pipeline;

pub(super) async fn run(args: &RunArgs, around: &Surroundings<'_>) -> Result<()> {
    let (target, settings) = around.run(args)?;
    let run = run_id(&args.run)?;
    let work = pipeline::verify(&run, &target, &settings, around.progress);
    outcome::of_run(work, &run, args.json, &settings.state_dir, around).await
}
