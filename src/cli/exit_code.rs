//! What a program that starts us learns from the exit code.

use crate::error::ErrorKind;

/// Everything is done.
pub const DONE: u8 = 0;

/// Interrupted a second time, or so that nothing was left to do: 128 and the number of SIGINT, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// The exit code for an error.
pub fn of(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Failed => 1,
        ErrorKind::Usage => 2,
        ErrorKind::Findings => 3,
        ErrorKind::Coverage => 4,
        ErrorKind::Integrity => 5,
        ErrorKind::Restore | ErrorKind::Objective => 6,
        ErrorKind::Interrupted => INTERRUPTED,
    }
}

/// What they mean, for `--help`.
pub(super) const HELP: &str = "\
Exit codes:
  0    done
  1    failed, nothing released
  2    wrong usage, rules or refresh file
  3    personal data found, the gate is closed
  4    schema and rules don't cover one another
  5    masked data doesn't agree with its source, or an assertion failed
  6    the restore failed, or an objective was missed
  130  interrupted";
