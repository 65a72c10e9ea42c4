//! The command line of the commands that help with rules.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::args::secret;
use crate::secret::Secret;

/// `init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The rules file to write, which must not be there yet; `-` for standard output
    #[arg(value_name = "RULES", value_hint = ValueHint::FilePath)]
    pub rules: PathBuf,
    /// The database to look at, which is only read [env: STAGEMASK_SOURCE_URL]
    #[arg(long, value_name = "URL", value_parser = secret(), allow_hyphen_values = true)]
    pub source_url: Option<Secret>,
    /// How many rows of each table are looked at, at most
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub rows: u64,
    /// Whose names are made up, such as nb_NO
    #[arg(long, value_name = "LOCALE", default_value = "en")]
    pub locale: String,
    /// Print what is proposed for each column as JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// `preview`
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The table, as rules name it: `users`, `support.tickets`
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// The rules file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub rules: PathBuf,
    /// The database to look at, which is only read [env: STAGEMASK_SOURCE_URL]
    #[arg(long, value_name = "URL", value_parser = secret(), allow_hyphen_values = true)]
    pub source_url: Option<Secret>,
    /// How many rows
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub rows: u64,
    /// A file with the masking key: 64 hexadecimal digits [env: STAGEMASK_KEY, the key itself]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key_file: Option<PathBuf>,
    /// Show the originals themselves, on a terminal only
    #[arg(long, conflicts_with = "json")]
    pub show_originals: bool,
    /// Print the result as JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// `transforms`
#[derive(Debug, Args)]
pub struct TransformsArgs {
    /// Only this one
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Print the result as JSON on standard output
    #[arg(long)]
    pub json: bool,
}
