//! `stagemask demo`

use crate::cli::args::DemoArgs;
use crate::cli::options::Surroundings;
use crate::cli::refresh_file::RefreshFile;
use crate::demo::{self, Demo};
use crate::error::Result;
use crate::sandbox;

pub(super) async fn run(args: &DemoArgs, around: &Surroundings<'_>) -> Result<()> {
    if let Some(directory) = &args.stop {
        return sandbox::stop_kept(directory);
    }
    let settings = around.settings(&args.work, &RefreshFile::default())?;
    let demo = Demo { scale: args.scale, seed: args.seed, keep: args.keep, settings };
    demo::run(&demo, around.progress).await
}
