//! The command line: what a person or a workflow types, and what they see. The library below knows no terminal.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use clap::error::ErrorKind as Clap;

use crate::error::{Context as _, ErrorKind, Result};
use crate::interrupt::Interrupt;
use args::Cli;
use console::{Console, to_stderr};

pub mod annotations;
pub mod args;
mod commands;
pub mod console;
mod credentials;
mod detectors_args;
pub mod exit_code;
pub mod json_lines;
mod options;
pub mod plain;
pub mod proof_args;
pub mod refresh_file;
#[cfg(test)]
mod renderer_tests;
mod rules_args;
mod step_summary;
mod tally;
pub mod terminal;
mod verify_args;

/// Reads the command line. Help and mistakes are already printed when there is an exit code instead.
///
/// # Errors
/// The exit code, when there is nothing to do.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, ExitCode> {
    Cli::try_parse_from(arguments).map_err(|error| {
        if matches!(error.kind(), Clap::DisplayHelp | Clap::DisplayVersion) {
            // Where nobody reads it any more, help is no longer needed.
            let _ = error.print();
            return ExitCode::from(exit_code::DONE);
        }
        // clap repeats what it doesn't understand, and that may be a connection string.
        to_stderr(credentials::leave_out(&error.render().to_string()).trim_end());
        ExitCode::from(exit_code::of(ErrorKind::Usage))
    })
}

/// Does what the command line says.
///
/// # Errors
/// Whatever stands against it.
pub fn run(cli: Cli, console: &Arc<Console>) -> Result<()> {
    leave_no_core();
    let runtime = tokio::runtime::Runtime::new().context("starting the runtime failed")?;
    let done = runtime.block_on(async {
        let interrupt = Interrupt::on_signals()?;
        tokio::spawn(give_up_when_asked_again(interrupt.clone(), Arc::clone(console)));
        commands::run(cli.command, console, &interrupt).await
    });
    // Whatever still runs in the background belongs to work that was given up.
    runtime.shutdown_background();
    done
}

/// A core dump would hold rows, passwords and the key. The limit can't be raised again, and programs that we start have it
/// too.
fn leave_no_core() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // It fails only where somebody has forbidden the call, and lowering a limit is always allowed.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Prints what came out, and turns it into an exit code.
pub fn finish(done: Result<()>, console: &Console) -> ExitCode {
    match done {
        Ok(()) => ExitCode::from(exit_code::DONE),
        Err(error) => {
            console.error(&error);
            annotations::tell(error.spots(), |name| std::env::var(name).ok());
            ExitCode::from(exit_code::of(error.kind()))
        }
    }
}

/// Cleaning up may take longer than a person wants to wait, or hang with the server that it talks to.
async fn give_up_when_asked_again(interrupt: Interrupt, console: Arc<Console>) {
    interrupt.wait().await;
    console.warn("interrupted: cleaning up; once more gives up at once");
    interrupt.wait_again().await;
    console.warn(
        "interrupted again: what the run made may be left behind; \
         `stagemask status` shows it and `stagemask cleanup` drops it",
    );
    std::process::exit(exit_code::INTERRUPTED.into());
}
