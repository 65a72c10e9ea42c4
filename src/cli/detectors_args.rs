//! The command line of `detectors`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

/// `detectors`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct DetectorsArgs {
    /// Prove every detector by its examples and counter-examples
    #[arg(long)]
    pub self_test: bool,
    /// A YAML file with detectors of your own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub detectors: Option<PathBuf>,
    /// Print the result as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// What else to do
    #[command(subcommand)]
    pub command: Option<DetectorsCommand>,
}

/// What else to do with detectors.
#[derive(Debug, Subcommand)]
pub enum DetectorsCommand {
    /// Try the detectors on files: each hit is a line of JSON on standard output
    Scan(ScanArgs),
}

/// `detectors scan`
#[derive(Debug, Args)]
pub struct ScanArgs {
    /// Text, CSV with a header, or JSON lines, by the ending of their names; `-` for standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// What the files are, whatever their names
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// A YAML file with detectors of your own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub detectors: Option<PathBuf>,
    /// Show what was found, too; take care where that goes
    #[arg(long)]
    pub show_values: bool,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines of text
    Text,
    /// Comma-separated values, whose first line names the columns
    Csv,
    /// One JSON document a line
    Jsonl,
}
