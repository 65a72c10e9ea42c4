//! One file a command.

mod check;
mod cleanup;
mod completions;
mod demo;
mod detectors;
mod drill;
mod init;
mod mask;
mod outcome;
mod preview;
mod proof;
mod refresh;
mod release;
mod rollback;
mod scan_files;
mod schema;
mod status;
mod transforms;
mod verify;

use std::sync::Arc;

use super::args::Command;
use super::console::Console;
use super::options::Surroundings;
use crate::error::Result;
use crate::interrupt::Interrupt;
use crate::progress::Progress;

/// Does what was asked for.
pub(super) async fn run(command: Command, console: &Arc<Console>, interrupt: &Interrupt) -> Result<()> {
    let environment = |name: &str| std::env::var(name).ok();
    let progress: Arc<dyn Progress> = Arc::<Console>::clone(console);
    let around = Surroundings { console, progress: &progress, interrupt, environment: &environment };
    match command {
        Command::Demo(args) => demo::run(&args, &around).await,
        Command::Check(args) => check::run(&args, &around).await,
        Command::Init(args) => init::run(&args, &around).await,
        Command::Preview(args) => preview::run(&args, &around).await,
        Command::Transforms(args) => transforms::run(&args),
        Command::Detectors(args) => detectors::run(&args),
        Command::Refresh(args) => refresh::run(&args, &around).await,
        Command::Drill(args) => drill::run(&args, &around).await,
        Command::Mask(args) => mask::run(&args, &around).await,
        Command::Verify(args) => verify::run(&args, &around).await,
        Command::Release(args) => release::run(&args, &around).await,
        Command::Rollback(args) => rollback::run(&args, &around).await,
        Command::Status(args) => status::run(&args, &around).await,
        Command::Cleanup(args) => cleanup::run(&args, &around).await,
        Command::Proof(args) => proof::run(&args, &around),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::run(&args),
    }
}
