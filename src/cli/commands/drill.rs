//! `stagemask drill`

use super::outcome;
use crate::cli::args::DrillArgs;
use crate::cli::options::Surroundings;
use crate::error::Result;
use crate::pipeline::drill;

pub(super) async fn run(args: &DrillArgs, around: &Surroundings<'_>) -> Result<()> {
    let drill = around.drill(args)?;
    let work = drill::drill(&drill, around.progress);
    outcome::of_new_run(work, args.json, &drill.settings.state_dir, around).await
}
