//! Raw flags, variables and files become valid options, once: flag before environment before refresh file before
//! default.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use super::args::{RefreshArgs, RunArgs, Target as TargetArgs, Work};
use super::console::Console;
use super::refresh_file::{self, RefreshFile, SourceText, TargetText};
use crate::error::{Context as _, Error, ErrorKind, Result};
use crate::interrupt::Interrupt;
use crate::pipeline::{Refresh, Settings, Source, Target};
use crate::postgres::chunks;
use crate::postgres::endpoint::Endpoint;
use crate::progress::Progress;
use crate::rules::load;
use crate::run_record::RunId;
use crate::secret::{MaskingKey, Secret};
use crate::verify::detectors::custom::{self, CustomDetector};

mod proving;
mod reporting;
mod restore_from;
mod verifying;

pub(super) const SOURCE_URL: &str = "STAGEMASK_SOURCE_URL";
pub(super) const TARGET_URL: &str = "STAGEMASK_TARGET_URL";
pub(super) use proving::public_key;

const KEY: &str = "STAGEMASK_KEY";

/// What a command needs besides its own arguments.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) console: &'a Console,
    /// The console again, as the stages hold on to it.
    pub(super) progress: &'a Arc<dyn Progress>,
    pub(super) interrupt: &'a Interrupt,
    pub(super) environment: &'a dyn Fn(&str) -> Option<String>,
}

impl Surroundings<'_> {
    fn variable(&self, name: &str) -> Option<Secret> {
        (self.environment)(name).filter(|value| !value.trim().is_empty()).map(Secret::new)
    }

    /// Everything that `refresh` and `mask` need.
    pub(super) fn refresh(&self, args: &RefreshArgs) -> Result<Refresh> {
        let file = refresh_file(args.target.config.as_deref())?;
        let source = self.source(args.source_url.as_ref(), args.archive.as_deref(), &file)?;
        let source = restore_from::instead(source, &args.instead)?;
        let objectives = Self::objectives(&args.objectives, &file);
        let mut settings = self.settings(&args.work, &file)?;
        settings.proving.refuse_drift |= args.strict;
        let target = self.target_in(&args.target, &file)?.ok_or_else(no_target)?;
        let rules = args.rules.as_ref().or(file.rules.as_ref()).ok_or_else(|| {
            Error::usage("no rules are named").help("name the rules file with --rules, or as `rules` in a refresh file")
        })?;
        let mut assertions = file.assertions;
        for (name, sql) in &args.assertions {
            assertions.insert(name.clone(), sql.clone());
        }
        let mut rules = load::load(rules)?;
        rules.commands_allowed = args.allow_commands || file.allow_commands;
        Ok(Refresh { source, target, rules, assertions, objectives, settings })
    }

    fn source(&self, url: Option<&Secret>, archive: Option<&Path>, file: &RefreshFile) -> Result<Source> {
        let live = |text: &Secret| Ok(Source::Live(Box::new(self.endpoint(text, "the source")?)));
        if let Some(url) = url {
            self.warn_of_password(url, "--source-url", SOURCE_URL);
            return live(url);
        }
        if let Some(archive) = archive {
            return archive_at(archive);
        }
        if let Some(url) = self.variable(SOURCE_URL) {
            return live(&url);
        }
        match &file.source {
            Some(SourceText::Connection(text)) => live(&Secret::new(text)),
            Some(SourceText::Archive(path)) => archive_at(path),
            #[cfg(feature = "aws")]
            Some(SourceText::Rds(source)) => Ok(Source::Rds(source.clone())),
            None => Err(Error::usage("no source is named").help(format!(
                "name one with --source-url or --archive, in {SOURCE_URL}, or as `source` in a refresh file (--config)"
            ))),
        }
    }

    /// The database to check rules against, if one is named.
    pub(super) fn source_to_check(&self, flag: Option<&Secret>) -> Result<Option<Endpoint>> {
        if let Some(url) = flag {
            self.warn_of_password(url, "--source-url", SOURCE_URL);
        }
        let url = flag.cloned().or_else(|| self.variable(SOURCE_URL));
        url.map(|url| self.endpoint(&url, "the source")).transpose()
    }

    /// What a command on a run needs: its database, which has to be named, and the rest.
    pub(super) fn run(&self, args: &RunArgs) -> Result<(Target, Settings)> {
        let file = refresh_file(args.target.config.as_deref())?;
        let settings = self.settings(&args.work, &file)?;
        Ok((self.target_in(&args.target, &file)?.ok_or_else(no_target)?, settings))
    }

    /// The target, if it is named.
    pub(super) fn target_if_named(&self, args: &TargetArgs) -> Result<Option<Target>> {
        self.target_in(args, &refresh_file(args.config.as_deref())?)
    }

    /// The sides of a refresh that are on AWS.
    #[cfg(feature = "aws")]
    pub(super) fn sides(&self, args: &TargetArgs) -> Result<Vec<crate::aws::Side>> {
        let file = refresh_file(args.config.as_deref())?;
        let mut sides = Vec::new();
        if let Some(SourceText::Rds(source)) = &file.source {
            sides.push(source.side.clone());
        }
        if let Some(TargetText::Rds(staging)) = &file.target {
            sides.push(staging.side.clone());
        }
        Ok(sides)
    }

    pub(super) fn target_in(&self, args: &TargetArgs, file: &RefreshFile) -> Result<Option<Target>> {
        if let Some(url) = &args.target_url {
            self.warn_of_password(url, "--target-url", TARGET_URL);
        }
        let server = |url: &Secret| self.endpoint(url, "the target").map(|endpoint| Some(Target::from(endpoint)));
        if let Some(url) = args.target_url.clone().or_else(|| self.variable(TARGET_URL)) {
            return server(&url);
        }
        match &file.target {
            Some(TargetText::Connection(text)) => server(&Secret::new(text)),
            #[cfg(feature = "aws")]
            Some(TargetText::Rds(staging)) => Ok(Some(Target::Rds(staging.clone()))),
            None => Ok(None),
        }
    }

    /// What every stage needs.
    pub(super) fn settings(&self, work: &Work, file: &RefreshFile) -> Result<Settings> {
        Ok(Settings {
            state_dir: work.state.state_dir.clone(),
            jobs: work.jobs.or(file.jobs).unwrap_or_else(default_jobs),
            cut_from: chunks::CUT_FROM,
            pg_bin: work.pg_bin.clone(),
            key: self.key(work.key_file.as_deref())?,
            detectors: own_detectors(file)?,
            interrupt: self.interrupt.clone(),
            reporting: self.reporting(file),
            proving: self.proving(work, file)?,
        })
    }

    pub(super) fn key(&self, file: Option<&Path>) -> Result<Option<MaskingKey>> {
        match file {
            Some(file) => {
                let mut text = zeroize::Zeroizing::new(String::new());
                // A key has 64 digits; what is much longer is some other file, perhaps without an end.
                let reading = File::open(file).and_then(|file| file.take(1024).read_to_string(&mut text));
                reading
                    .context(format!("the key file {} can't be read", file.display()))
                    .map_err(|error| error.of_kind(ErrorKind::Usage))?;
                MaskingKey::parse(&text).map(Some)
            }
            None => self.variable(KEY).map(|key| MaskingKey::parse(key.expose())).transpose(),
        }
    }

    fn endpoint(&self, text: &Secret, what_for: &str) -> Result<Endpoint> {
        let endpoint = Endpoint::parse_with(text.expose(), what_for, self.environment)?;
        for note in endpoint.notes() {
            self.console.warn(note);
        }
        Ok(endpoint)
    }

    fn warn_of_password(&self, url: &Secret, flag: &str, variable: &str) {
        if Endpoint::text_has_password(url.expose()) {
            self.console.warn(&format!(
                "everybody on this machine can see the password in {flag} with `ps`; {variable} keeps it out of there"
            ));
        }
    }
}

/// The shop's own detectors that the refresh file names.
fn own_detectors(file: &RefreshFile) -> Result<Vec<CustomDetector>> {
    file.detectors.as_deref().map_or(Ok(Vec::new()), custom::load)
}

fn refresh_file(path: Option<&Path>) -> Result<RefreshFile> {
    Ok(path.map(refresh_file::load).transpose()?.unwrap_or_default())
}

/// A run by its id.
pub(super) fn run_id(text: &str) -> Result<RunId> {
    RunId::try_from(text.to_owned())
}

fn archive_at(path: &Path) -> Result<Source> {
    if path.exists() {
        return Ok(Source::Archive(path.to_owned()));
    }
    Err(Error::usage(format!("there is no archive {}", path.display()))
        .help("name what pg_dump has written: a file, or a directory (--format=directory)"))
}

pub(super) fn no_target() -> Error {
    Error::usage("no target is named").help(format!(
        "name the database that people will connect to with --target-url, in {TARGET_URL}, or as `target` in a refresh file"
    ))
}

/// One for each processor. More than eight seldom help: the servers have to keep up.
fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(2, |processors| processors.get().clamp(2, 8))
}

#[cfg(test)]
#[path = "options_tests.rs"]
mod tests;
