//! The command line, as clap understands it. What it says is made valid in `options`.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::builder::ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

pub use super::detectors_args::{DetectorsArgs, DetectorsCommand, Format, ScanArgs};
use super::exit_code;
pub use super::proof_args::ProofArgs;
pub use super::rules_args::{InitArgs, PreviewArgs, TransformsArgs};
pub use super::verify_args::VerifyArgs;
use crate::postgres::identifier::TableName;
use crate::rules::diagnostics::quoted;
use crate::rules::table_name::parse_column;
use crate::secret::Secret;

/// How many tables can be streamed at once.
pub const JOBS: RangeInclusive<usize> = 1..=64;

/// Restores a production PostgreSQL snapshot into a closed staging database, masks it, proves that no personal data
/// remains, and only then opens staging.
#[derive(Debug, Parser)]
#[command(name = "stagemask", version, max_term_width = 100, after_help = exit_code::HELP)]
#[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to tell about it.
    #[command(flatten)]
    pub output: Output,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the whole story on a throw-away server with made-up data
    Demo(DemoArgs),
    /// Check a rules file, by itself or against a database
    Check(CheckArgs),
    /// Propose rules for a database that has none, from names, types and a sample of rows
    Init(InitArgs),
    /// Show some rows of a table as they would be masked, beside the shapes of their originals
    Preview(PreviewArgs),
    /// List the transforms, with what each can be told
    Transforms(TransformsArgs),
    /// List the detectors of personal data, prove them, and try them on files
    Detectors(DetectorsArgs),
    /// Restore, mask, verify and release, in one go
    Refresh(WholeRefreshArgs),
    /// Restore, read everything, ask the assertions, clean up: is the backup any good?
    Drill(DrillArgs),
    /// Restore and mask only: leaves a closed database that waits for `verify`
    Mask(RefreshArgs),
    /// Prove that no personal data remains in the closed database of a run, or audit any database
    Verify(VerifyArgs),
    /// Open the verified database of a run: it becomes staging
    Release(RunArgs),
    /// Make the database before a released run staging again
    Rollback(RunArgs),
    /// List the runs, and the databases that they left on the target's server
    Status(StatusArgs),
    /// Drop databases that runs left behind
    Cleanup(CleanupArgs),
    /// Make keys for proofs, check a proof, or make an attestation of it
    Proof(ProofArgs),
    /// Print the JSON Schema of rules files
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

/// How to tell about it.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// How progress is shown: auto, bars, plain, json (one object a line, on standard error) or none
    #[arg(long, value_enum, default_value_t = ProgressFormat::Auto, global = true, value_name = "FORMAT")]
    #[arg(hide_possible_values = true)]
    pub progress: ProgressFormat,
    /// Whether to use colours: auto, always or never; NO_COLOR is honoured
    #[arg(long, value_enum, default_value_t = When::Auto, global = true, value_name = "WHEN")]
    #[arg(hide_possible_values = true)]
    pub color: When,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressFormat {
    /// Bars on a terminal, lines elsewhere and in CI
    Auto,
    /// Bars, where there is a terminal
    Bars,
    /// Lines of text
    Plain,
    /// One JSON object a line, on standard error
    Json,
    /// Nothing but warnings and errors
    None,
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal
    Auto,
    /// In every case
    Always,
    /// Never
    Never,
}

/// What a command that works on rows needs.
#[derive(Debug, Args)]
#[command(next_help_heading = "How")]
pub struct Work {
    /// How many tables are streamed at once [default: the number of processors, from 2 to 8]
    #[arg(long, short, value_name = "N", value_parser = jobs)]
    pub jobs: Option<usize>,
    /// A file with the masking key: 64 hexadecimal digits [env: STAGEMASK_KEY, the key itself]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key_file: Option<PathBuf>,
    /// A file with the key that signs the proof [env: STAGEMASK_PROOF_KEY, the key itself]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub proof_key_file: Option<PathBuf>,
    /// A file with the public key that has to have signed what is released
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub proof_public_key: Option<PathBuf>,
    /// Where pg_dump and its relatives are [env: STAGEMASK_PG_BIN]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub pg_bin: Option<PathBuf>,
    /// Where runs are kept
    #[command(flatten)]
    pub state: State,
}

/// Where runs are kept.
#[derive(Debug, Args)]
pub struct State {
    /// Where the folders of runs are
    #[arg(long, value_name = "DIR", default_value = ".stagemask", value_hint = ValueHint::DirPath)]
    pub state_dir: PathBuf,
}

/// The target's server.
#[derive(Debug, Args)]
pub struct Target {
    /// The database that people will connect to [env: STAGEMASK_TARGET_URL]
    #[arg(long, value_name = "URL", value_parser = secret(), allow_hyphen_values = true)]
    pub target_url: Option<Secret>,
    /// A refresh file, which says what isn't said here
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
}

/// `demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How large the made-up production is; 1 is about 200,000 rows
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = scale)]
    pub scale: f64,
    /// The seed of the made-up production
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Keep the server afterwards, to look into the released database
    #[arg(long)]
    pub keep: bool,
    /// Stop a server that was kept, and remove it
    #[arg(long, value_name = "DIRECTORY", value_hint = ValueHint::DirPath, conflicts_with = "keep")]
    pub stop: Option<PathBuf>,
    /// How.
    #[command(flatten)]
    pub work: Work,
}

/// `check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The rules file
    #[arg(value_name = "RULES", value_hint = ValueHint::FilePath)]
    pub rules: PathBuf,
    /// A database to check them against [env: STAGEMASK_SOURCE_URL]
    #[arg(long, value_name = "URL", value_parser = secret(), allow_hyphen_values = true)]
    pub source_url: Option<Secret>,
    /// End with 4 when the schema has changed since it was last proved
    #[arg(long)]
    pub strict: bool,
    /// Say which line of the rules decides this column of the database, and why; can be repeated
    #[arg(long, value_name = "TABLE.COLUMN", value_parser = column)]
    pub explain: Vec<(TableName, String)>,
    /// Print the result as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Where proofs are.
    #[command(flatten)]
    pub state: State,
}

fn column(text: &str) -> Result<(TableName, String), String> {
    parse_column(text).map_err(|(what, help)| format!("{} {what}; {help}", quoted(text)))
}

/// `refresh` and `mask`
#[derive(Debug, Args)]
pub struct RefreshArgs {
    /// The database to copy: production, or better a replica of it [env: STAGEMASK_SOURCE_URL]
    #[arg(long, value_name = "URL", value_parser = secret(), allow_hyphen_values = true, conflicts_with = "archive")]
    pub source_url: Option<Secret>,
    /// A pg_dump archive (custom or directory) or plain SQL, also .gz and .zst
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub archive: Option<PathBuf>,
    /// What to restore, if not what the refresh file says.
    #[command(flatten)]
    pub instead: RestoreFlags,
    /// Where to.
    #[command(flatten)]
    pub target: Target,
    /// The rules file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub rules: Option<PathBuf>,
    /// Let the rules run programs: the transform `command`
    #[arg(long)]
    pub allow_commands: bool,
    /// SQL that has to return true on the masked database; can be repeated
    #[arg(long = "assert", value_name = "NAME=SQL", value_parser = super::refresh_file::assertion)]
    pub assertions: Vec<(String, String)>,
    /// Stop, with 4, when the schema has changed since it was last proved
    #[arg(long)]
    pub strict: bool,
    /// What it may take.
    #[command(flatten)]
    pub objectives: ObjectiveFlags,
    /// Print the plan and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Print the result as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// How.
    #[command(flatten)]
    pub work: Work,
}

/// Another state of production than the refresh file names.
#[derive(Debug, Default, Args)]
pub struct RestoreFlags {
    /// Restore this snapshot of Amazon RDS instead: latest, an identifier or an ARN
    #[arg(long, value_name = "ID", conflicts_with = "at")]
    pub snapshot: Option<String>,
    /// Restore this point in time instead: latest, or such as 2026-11-21T03:00:00Z
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    pub at: Option<PointInTime>,
}

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointInTime {
    /// The latest that can be restored.
    Latest,
    /// This one.
    At(SystemTime),
}

/// `refresh`
#[derive(Debug, Args)]
pub struct WholeRefreshArgs {
    // Before the rest, whose last part has a heading of its own, and shown after it.
    /// Go on with a refresh that was killed: `stagemask status` lists the runs
    #[arg(long, value_name = "ID", conflicts_with = "dry_run", display_order = 100)]
    pub resume: Option<String>,
    /// Everything else.
    #[command(flatten)]
    pub refresh: RefreshArgs,
}

/// What a run is asked for in time and age.
#[derive(Debug, Clone, Copy, Args)]
pub struct ObjectiveFlags {
    /// How long it may take until staging is open; what takes longer ends with 6
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub rto: Option<Duration>,
    /// How old what is restored may be; what is older is released all the same, and ends with 6
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub rpo: Option<Duration>,
    /// Stop right after the restore when it is older
    #[arg(long)]
    pub strict_rpo: bool,
}

/// `drill`
#[derive(Debug, Args)]
pub struct DrillArgs {
    /// The database to look at, which is only read [env: STAGEMASK_SOURCE_URL]
    #[arg(long, value_name = "URL", value_parser = secret(), allow_hyphen_values = true, conflicts_with = "archive")]
    pub source_url: Option<Secret>,
    /// A pg_dump archive (custom or directory) or plain SQL, also .gz and .zst
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub archive: Option<PathBuf>,
    /// What to restore, if not what the refresh file says.
    #[command(flatten)]
    pub instead: RestoreFlags,
    /// On which server an archive is restored.
    #[command(flatten)]
    pub target: Target,
    /// SQL that has to return true on the restored database; can be repeated
    #[arg(long = "assert", value_name = "NAME=SQL", value_parser = super::refresh_file::assertion)]
    pub assertions: Vec<(String, String)>,
    /// What it may take.
    #[command(flatten)]
    pub objectives: ObjectiveFlags,
    /// Print the evidence as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// How many tables are read at once [default: the number of processors, from 2 to 8]
    #[arg(long, short, value_name = "N", value_parser = jobs, help_heading = "How")]
    pub jobs: Option<usize>,
    /// Where pg_restore and its relatives are [env: STAGEMASK_PG_BIN]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "How")]
    pub pg_bin: Option<PathBuf>,
    /// Where runs are kept.
    #[command(flatten, next_help_heading = "How")]
    pub state: State,
}

/// `release` and `rollback`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Which run: `stagemask status` lists them
    #[arg(long, value_name = "ID")]
    pub run: String,
    /// Where its database is.
    #[command(flatten)]
    pub target: Target,
    /// Print the result as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// How.
    #[command(flatten)]
    pub work: Work,
}

/// `status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Where the databases are.
    #[command(flatten)]
    pub target: Target,
    /// Print the result as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Where runs are kept.
    #[command(flatten)]
    pub state: State,
}

/// `cleanup`
#[derive(Debug, Args)]
pub struct CleanupArgs {
    /// Where the databases are.
    #[command(flatten)]
    pub target: Target,
    /// Keep what is younger: retired databases, and those of runs that could still go on
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = time)]
    pub keep: Duration,
    /// Drop what this run left, however young it is; can be repeated
    #[arg(long, value_name = "ID")]
    pub run: Vec<String>,
    /// Show what would be dropped and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Where runs are kept.
    #[command(flatten)]
    pub state: State,
}

/// `schema`
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// That of proofs instead
    #[arg(long)]
    pub proof: bool,
}

/// `completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Which shell
    pub shell: clap_complete::Shell,
}

/// A connection string. It may hold a password, so that neither `Debug` nor an error may show it.
pub(super) fn secret() -> ValueParser {
    ValueParser::from(|text: &str| Ok::<_, std::convert::Infallible>(Secret::new(text)))
}

fn jobs(text: &str) -> Result<usize, String> {
    let jobs = text.parse().ok().filter(|jobs| JOBS.contains(jobs));
    jobs.ok_or_else(|| format!("write a number from {} to {}", JOBS.start(), JOBS.end()))
}

fn scale(text: &str) -> Result<f64, String> {
    let scale = text.parse().ok().filter(|scale| (0.001..=1000.0).contains(scale));
    scale.ok_or_else(|| "write a number from 0.001 to 1000".to_owned())
}

fn point_in_time(text: &str) -> Result<PointInTime, String> {
    if text == "latest" {
        return Ok(PointInTime::Latest);
    }
    let time =
        humantime::parse_rfc3339(text).map_err(|_| "write latest, or such as 2026-11-21T03:00:00Z".to_owned())?;
    Ok(PointInTime::At(time))
}

fn time(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| "write a time, such as 7d or 12h".to_owned())
}
