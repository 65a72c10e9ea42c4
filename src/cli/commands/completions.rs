//! `stagemask completions`

use clap::CommandFactory as _;

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::console::to_stdout;
use crate::error::Result;

pub(super) fn run(args: &CompletionsArgs) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "stagemask", &mut script);
    to_stdout(&String::from_utf8_lossy(&script))
}
