//! The command line of `stagemask verify`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::args::{Target, Work, secret};
use crate::secret::Secret;

/// `verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Which run: `stagemask status` lists them. Without one, the target is audited as it is
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// Where its database is, or what is audited.
    #[command(flatten)]
    pub target: Target,
    /// The rules: for an audit, what they mask and accept; for a run, if they aren't where they were
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub rules: Option<PathBuf>,
    /// Read the originals of the run again from here, if they aren't at hand [env: STAGEMASK_SOURCE_URL]
    #[arg(long, value_name = "URL", value_parser = secret(), allow_hyphen_values = true, requires = "run")]
    pub source_url: Option<Secret>,
    /// Let the rules run programs while the originals are read again: the transform `command`
    #[arg(long, requires = "run")]
    pub allow_commands: bool,
    /// Write the report of an audit to this folder: report.md, .json, .sarif and .junit.xml
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "run")]
    pub report_dir: Option<PathBuf>,
    /// Print the result as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// How.
    #[command(flatten)]
    pub work: Work,
}
