//! The refresh file: from where to where, so that a schedule and a person start the same refresh.
//!
//! It is read as strictly as the rules are. It may be kept in version control, so a password in it is refused.

#[cfg(feature = "aws")]
mod rds;
#[cfg(feature = "aws")]
mod section;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::credentials;
use crate::error::{Context as _, Error, ErrorKind, Result};
use crate::notify::EvidenceBucket;
use crate::pipeline::Objectives;
use crate::postgres::endpoint::Endpoint;
#[cfg(feature = "aws")]
use crate::release::rds::request::RdsStaging;
#[cfg(feature = "aws")]
use crate::restore::rds::request::RdsSource;
use crate::rules::diagnostics::{self, quoted};
use crate::rules::load::{self, Invalid};
use crate::rules::presets::PREFIX;
use crate::rules::syntax::{Content, Node};
use crate::rules::walk::{Entry, Walk};

pub use proof::{KeyText, ProofText};
pub use reporting::{NotifyText, WebhookText};

mod proof;
mod reporting;

const FILE_KEYS: [&str; 11] =
    ["source", "target", "rules", "allow", "jobs", "assertions", "verify", "objectives", "proof", "evidence", "notify"];
const SOURCE_KEYS: [&str; 4] = ["url", "service", "archive", "rds"];
const TARGET_KEYS: [&str; 2] = ["url", "service"];
#[cfg(feature = "aws")]
const TARGET_ON_RDS: &str = "target: { database: drop, server: { rds: { instance: drop-staging, … } } }";
const EXAMPLE: &str = "source: { service: drop }";
const ASSERTIONS_EXAMPLE: &str = "adults: \"select bool_and(age >= 18) from users\"";

/// What a refresh file says. What it leaves out is for the command line and the environment to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefreshFile {
    /// From where.
    pub source: Option<SourceText>,
    /// To where.
    pub target: Option<TargetText>,
    /// The rules file, from where we are.
    pub rules: Option<PathBuf>,
    /// Whether the rules may run programs.
    pub allow_commands: bool,
    /// How many tables are streamed at once.
    pub jobs: Option<usize>,
    /// SQL that has to return true on the masked database, by name.
    pub assertions: BTreeMap<String, String>,
    /// The file of the shop's own detectors, from where we are.
    pub detectors: Option<PathBuf>,
    /// What it may take, and how old the data may be.
    pub objectives: Objectives,
    /// How proofs are signed, and whose are believed.
    pub proof: ProofText,
    /// The bucket that keeps the evidence.
    pub evidence: Option<EvidenceBucket>,
    /// Where notices go.
    pub notify: NotifyText,
}

/// From where, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceText {
    /// A connection string without a password.
    Connection(String),
    /// An archive, from where we are.
    Archive(PathBuf),
    /// Production on Amazon RDS.
    #[cfg(feature = "aws")]
    Rds(Box<RdsSource>),
}

/// To where, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetText {
    /// A connection string without a password.
    Connection(String),
    /// Staging on Amazon RDS.
    #[cfg(feature = "aws")]
    Rds(Box<RdsStaging>),
}

/// Reads and checks a refresh file. Paths in it are relative to it.
///
/// # Errors
/// When the file can't be read, and when it isn't valid: then with all its mistakes.
pub fn load(path: &Path) -> Result<RefreshFile> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(load::LARGEST + 1).read_to_end(&mut bytes))
        .context(format!("the refresh file {name} can't be read"))
        .map_err(|error| error.of_kind(ErrorKind::Usage))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    parse(&name, &bytes, folder)
}

/// Checks the bytes of a refresh file. The name is only for messages; paths are relative to the folder.
///
/// # Errors
/// When the file isn't valid: with all its mistakes, and without anything that may be a credential.
pub fn parse(name: &str, bytes: &[u8], folder: &Path) -> Result<RefreshFile> {
    let advice = "a refresh file has `source`, `target` and `rules`";
    match load::document(name, bytes, advice, |walk, root| read(walk, root, folder)) {
        Ok((file, _)) => Ok(file),
        Err(invalid) => Err(shown(invalid)),
    }
}

/// The line of a mistake is shown, and a password may stand in it.
fn shown(mut invalid: Invalid) -> Error {
    for file in &mut invalid.files {
        file.text = credentials::cover(&file.text);
    }
    for mistake in &mut invalid.mistakes {
        mistake.what = credentials::leave_out(&mistake.what);
        mistake.help = mistake.help.take().map(|help| credentials::leave_out(&help));
    }
    diagnostics::error(&invalid.files, &invalid.mistakes)
}

/// A preset by its name is no path.
fn rules_at(folder: &Path, text: impl AsRef<str>) -> PathBuf {
    let text = text.as_ref();
    if text.starts_with(PREFIX) { PathBuf::from(text) } else { folder.join(text) }
}

fn read(walk: &mut Walk, root: &Node, folder: &Path) -> RefreshFile {
    let mut file = RefreshFile::default();
    for entry in walk.entries(root, "a refresh file", EXAMPLE).unwrap_or_default() {
        match entry.key {
            "source" => file.source = place(walk, &entry, &SOURCE_KEYS).and_then(|place| source(walk, &place, folder)),
            "target" => file.target = target(walk, &entry, folder),
            "rules" => file.rules = text(walk, &entry).map(|path| rules_at(folder, path)),
            "allow" => file.allow_commands = allow(walk, &entry),
            "jobs" => file.jobs = jobs(walk, &entry),
            "assertions" => file.assertions = assertions(walk, &entry),
            "verify" => file.detectors = detectors(walk, &entry).map(|path| folder.join(path)),
            "objectives" => file.objectives = reporting::objectives(walk, &entry),
            "proof" => file.proof = proof::read(walk, &entry, folder),
            "evidence" => file.evidence = reporting::evidence(walk, &entry),
            "notify" => file.notify = reporting::notify(walk, &entry),
            _ => walk.unknown_key(&entry, "a refresh file", FILE_KEYS),
        }
    }
    file
}

/// The one key that says where a source or target is.
fn place<'n>(walk: &mut Walk, owner: &Entry<'n>, known: &[&str]) -> Option<Entry<'n>> {
    let what = quoted(owner.key);
    let example = format!("{}: {{ {}: … }}", owner.key, known.first().copied().unwrap_or_default());
    let empty = matches!(owner.value.content, Content::Nothing);
    let entries = match walk.entries(owner.value, &what, &example) {
        Some(entries) => entries,
        None if empty => Vec::new(),
        None => return None,
    };
    let mut places = Vec::new();
    for entry in entries {
        if known.contains(&entry.key) {
            places.push(entry);
        } else {
            walk.unknown_key(&entry, &what, known.iter().copied());
            return None;
        }
    }
    if let Some(second) = places.get(1) {
        let help = format!("{what} is one place: write one of {}", names(known));
        walk.wrong(second.place, format!("{what} already has a place"), help);
    } else if places.is_empty() {
        walk.wrong(owner.place, format!("{what} says nothing"), format!("write one of {}", names(known)));
    }
    places.into_iter().next()
}

fn names(known: &[&str]) -> String {
    known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn source(walk: &mut Walk, entry: &Entry<'_>, folder: &Path) -> Option<SourceText> {
    match entry.key {
        "archive" => text(walk, entry).map(|path| SourceText::Archive(folder.join(path))),
        "rds" => source_on_rds(walk, entry, folder),
        _ => connection(walk, entry).map(SourceText::Connection),
    }
}

fn target(walk: &mut Walk, entry: &Entry<'_>, folder: &Path) -> Option<TargetText> {
    let Content::Mapping(keys) = &entry.value.content else {
        return place(walk, entry, &TARGET_KEYS).and_then(|place| connection(walk, &place)).map(TargetText::Connection);
    };
    let on_a_server =
        |key: &Content| matches!(key, Content::Text { text, .. } if text == "server" || text == "database");
    if keys.iter().any(|(key, _)| on_a_server(&key.content)) {
        return target_on_rds(walk, entry, folder);
    }
    place(walk, entry, &TARGET_KEYS).and_then(|place| connection(walk, &place)).map(TargetText::Connection)
}

#[cfg(feature = "aws")]
fn source_on_rds(walk: &mut Walk, entry: &Entry<'_>, folder: &Path) -> Option<SourceText> {
    rds::source(walk, entry, folder).map(|source| SourceText::Rds(Box::new(source)))
}

#[cfg(feature = "aws")]
fn target_on_rds(walk: &mut Walk, entry: &Entry<'_>, folder: &Path) -> Option<TargetText> {
    let mut target = section::Section::open(walk, entry, TARGET_ON_RDS)?;
    let database = target.required(walk, "database", "name the database that people connect to");
    let Some(server) = target.take("server") else {
        target.missing(walk, "server", &format!("write it as in `{TARGET_ON_RDS}`"));
        return None;
    };
    target.end(walk);
    let mut server = section::Section::open(walk, &server, TARGET_ON_RDS)?;
    let Some(rds) = server.take("rds") else {
        server.missing(walk, "rds", &format!("write it as in `{TARGET_ON_RDS}`"));
        return None;
    };
    server.end(walk);
    rds::target(walk, &rds, database?, folder).map(|staging| TargetText::Rds(Box::new(staging)))
}

#[cfg(not(feature = "aws"))]
fn source_on_rds(walk: &mut Walk, entry: &Entry<'_>, _: &Path) -> Option<SourceText> {
    without_aws(walk, entry);
    None
}

#[cfg(not(feature = "aws"))]
fn target_on_rds(walk: &mut Walk, entry: &Entry<'_>, _: &Path) -> Option<TargetText> {
    without_aws(walk, entry);
    None
}

#[cfg(not(feature = "aws"))]
fn without_aws(walk: &mut Walk, entry: &Entry<'_>) {
    let help = "build it with the feature `aws`, which is on by default".to_owned();
    walk.wrong(entry.place, format!("{} needs AWS, and this stagemask was built without it", quoted(entry.key)), help);
}

fn connection(walk: &mut Walk, entry: &Entry<'_>) -> Option<String> {
    let text = text(walk, entry)?;
    if entry.key == "service" {
        // As libpq's keyword list wants it: in quotes, with backslashes before quotes and backslashes.
        return Some(format!("service='{}'", text.replace('\\', "\\\\").replace('\'', "\\'")));
    }
    if Endpoint::text_has_password(text) {
        let help = "leave it out, and keep it in the password file (~/.pgpass), in a service file, or in \
                    STAGEMASK_SOURCE_URL or STAGEMASK_TARGET_URL";
        walk.wrong(entry.value.place, "a password doesn't belong into a refresh file", help.to_owned());
        return None;
    }
    Some(text.to_owned())
}

fn text<'n>(walk: &mut Walk, entry: &Entry<'n>) -> Option<&'n str> {
    match &entry.value.content {
        Content::Text { text, .. } if !text.trim().is_empty() => return Some(text),
        Content::Broken => {}
        Content::Nothing | Content::Text { .. } => {
            walk.wrong(entry.place, format!("{} has no value", quoted(entry.key)), None);
        }
        _ => walk.wrong(entry.value.place, format!("{} must be a text", quoted(entry.key)), None),
    }
    None
}

/// `allow: [commands]`
fn allow(walk: &mut Walk, entry: &Entry<'_>) -> bool {
    let help = "write `allow: [commands]` to let the rules run programs, or leave it out";
    match &entry.value.content {
        Content::List(items) if !items.is_empty() => {
            for item in items {
                match &item.content {
                    Content::Text { text, .. } if text == "commands" => {}
                    Content::Broken => {}
                    _ => walk.wrong(item.place, "there is nothing of that name to allow", help.to_owned()),
                }
            }
            true
        }
        Content::Broken => false,
        _ => {
            walk.wrong(entry.place, "`allow` has to be a list", help.to_owned());
            false
        }
    }
}

/// `verify: { detectors: shop-detectors.yaml }`
fn detectors<'n>(walk: &mut Walk, entry: &Entry<'n>) -> Option<&'n str> {
    let mut file = None;
    for key in walk.entries(entry.value, "`verify`", "verify: { detectors: shop-detectors.yaml }").unwrap_or_default() {
        match key.key {
            "detectors" => file = text(walk, &key),
            _ => walk.unknown_key(&key, "`verify`", ["detectors"]),
        }
    }
    file
}

fn jobs(walk: &mut Walk, entry: &Entry<'_>) -> Option<usize> {
    let text = text(walk, entry)?;
    let jobs = text.parse().ok().filter(|jobs| super::args::JOBS.contains(jobs));
    if jobs.is_none() {
        let help = format!("write a number from {} to {}", super::args::JOBS.start(), super::args::JOBS.end());
        walk.wrong(entry.value.place, "this is no number of jobs", help);
    }
    jobs
}

fn assertions(walk: &mut Walk, entry: &Entry<'_>) -> BTreeMap<String, String> {
    let mut assertions = BTreeMap::new();
    for assertion in walk.entries(entry.value, "`assertions`", ASSERTIONS_EXAMPLE).unwrap_or_default() {
        if let Some(sql) = text(walk, &assertion) {
            assertions.insert(assertion.key.to_owned(), sql.to_owned());
        }
    }
    assertions
}

/// One assertion of the command line: `NAME=SQL`.
///
/// # Errors
/// When the text isn't one.
pub(super) fn assertion(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, sql)) if !name.trim().is_empty() && !sql.trim().is_empty() => {
            Ok((name.trim().to_owned(), sql.trim().to_owned()))
        }
        _ => Err(format!("write NAME=SQL, as in {}", ASSERTIONS_EXAMPLE.replacen(": ", "=", 1))),
    }
}
