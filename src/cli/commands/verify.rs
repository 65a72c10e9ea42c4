//! `stagemask verify`

use super::outcome;
use crate::cli::args::RunArgs;
use crate::cli::options::Surroundings;
use crate::error::Result;
use crate::pipeline;

pub(super) async fn run(args: &RunArgs, around: &Surroundings<'_>) -> Result<()> {
    let (target, settings) = around.run(args)?;
    let run = outcome::known_run(&args.run, &settings.state_dir)?;
    let work = pipeline::verify(&run, &target, &settings, around.progress);
    outcome::of_run(work, &run, args.json, &settings.state_dir, around).await
}
