//! stagemask: parse, do, exit.

use std::process::ExitCode;
use std::sync::Arc;

use stagemask::cli::{self, console::Console};

fn main() -> ExitCode {
    let arguments = match cli::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let console = Arc::new(Console::new(arguments.output));
    let done = cli::run(arguments, &console);
    cli::finish(done, &console)
}
