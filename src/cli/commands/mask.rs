//! `stagemask mask`

use super::{outcome, refresh};
use crate::cli::args::RefreshArgs;
use crate::cli::options::Surroundings;
use crate::error::Result;
use crate::pipeline;

pub(super) async fn run(args: &RefreshArgs, around: &Surroundings<'_>) -> Result<()> {
    let refresh = around.refresh(args)?;
    if args.dry_run {
        return refresh::show_plan(&refresh, args.json, around).await;
    }
    let work = pipeline::mask(&refresh, around.progress);
    outcome::of_new_run(work, args.json, &refresh.settings.state_dir, around).await
}
