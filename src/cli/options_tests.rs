use std::path::PathBuf;

use clap::Parser as _;

use super::*;
use crate::cli::args::{Cli, Command, Output, ProgressFormat, When};

const RULES: &str = "version: 1\ntables:\n  users:\n    columns:\n      email: email\n";

/// A folder with rules and a refresh file, which is gone afterwards.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(refresh_file: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("rules.yaml"), RULES).unwrap();
        std::fs::write(folder.path().join("refresh.yaml"), refresh_file).unwrap();
        std::fs::write(folder.path().join("prod.dump"), "PGDMP").unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// The refresh that these flags and variables ask for, on top of the refresh file.
    fn refresh(&self, flags: &[&str], variables: &[(&str, &str)]) -> Result<Refresh> {
        let config = self.path("refresh.yaml");
        let line = ["stagemask", "refresh", "--config", config.as_str()];
        let cli = Cli::try_parse_from(line.iter().chain(flags)).unwrap();
        let Command::Refresh(args) = cli.command else { panic!("that was refresh") };
        let environment = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let console = Console::new(Output { progress: ProgressFormat::None, color: When::Never });
        let interrupt = Interrupt::default();
        let progress: Arc<dyn Progress> = Arc::new(crate::progress::Silent);
        let around =
            Surroundings { console: &console, progress: &progress, interrupt: &interrupt, environment: &environment };
        around.refresh(&args.refresh)
    }
}

const FILE: &str = "source: { url: postgres://u@file/drop }\ntarget: { url: postgres://u@file/staging }\n\
                    rules: rules.yaml\njobs: 3\nassertions: { one: select true }\n";

fn source_of(refresh: &Refresh) -> String {
    match &refresh.source {
        Source::Live(endpoint) => endpoint.to_string(),
        Source::Archive(path) => path.display().to_string(),
        #[cfg(feature = "aws")]
        Source::Rds(source) => panic!("on RDS: {source:?}"),
    }
}

fn target_of(refresh: &Refresh) -> String {
    match &refresh.target {
        Target::Server(endpoint) => endpoint.to_string(),
        #[cfg(feature = "aws")]
        Target::Rds(staging) => panic!("on RDS: {staging:?}"),
    }
}

#[test]
fn a_refresh_file_says_everything() {
    let refresh = Folder::new(FILE).refresh(&[], &[]).unwrap();
    assert_eq!(source_of(&refresh), "file:5432/drop");
    assert_eq!(target_of(&refresh), "file:5432/staging");
    assert_eq!(refresh.settings.jobs, 3);
    assert_eq!(refresh.assertions.get("one").map(String::as_str), Some("select true"));
    assert!(refresh.settings.key.is_none());
    assert_eq!(refresh.settings.state_dir, PathBuf::from(".stagemask"));
}

#[test]
fn a_variable_beats_the_file_and_a_flag_beats_both() {
    let folder = Folder::new(FILE);
    let variables = [(SOURCE_URL, "postgres://u@variable/drop"), (TARGET_URL, "postgres://u@variable/staging")];
    let refresh = folder.refresh(&[], &variables).unwrap();
    assert_eq!(source_of(&refresh), "variable:5432/drop");
    assert_eq!(target_of(&refresh), "variable:5432/staging");

    let flags = ["--source-url", "postgres://u@flag/drop", "--target-url", "postgres://u@flag/staging", "--jobs", "5"];
    let refresh = folder.refresh(&flags, &variables).unwrap();
    assert_eq!(source_of(&refresh), "flag:5432/drop");
    assert_eq!(target_of(&refresh), "flag:5432/staging");
    assert_eq!(refresh.settings.jobs, 5);

    let archive = folder.path("prod.dump");
    assert_eq!(source_of(&folder.refresh(&["--archive", &archive], &variables).unwrap()), archive);
}

#[test]
fn an_empty_variable_counts_as_none() {
    let refresh = Folder::new(FILE).refresh(&[], &[(SOURCE_URL, ""), ("STAGEMASK_KEY", " ")]).unwrap();
    assert_eq!(source_of(&refresh), "file:5432/drop");
    assert!(refresh.settings.key.is_none());
}

#[test]
fn a_key_file_beats_the_variable() {
    let folder = Folder::new(FILE);
    let (one, other) = ("11".repeat(32), "22".repeat(32));
    std::fs::write(folder.0.path().join("key"), format!("{one}\n")).unwrap();
    let fingerprint = |refresh: Refresh| refresh.settings.key.unwrap().fingerprint();
    let of_one = MaskingKey::parse(&one).unwrap().fingerprint();
    let of_other = MaskingKey::parse(&other).unwrap().fingerprint();
    let variables = [("STAGEMASK_KEY", other.as_str())];
    assert_eq!(fingerprint(folder.refresh(&["--key-file", &folder.path("key")], &variables).unwrap()), of_one);
    assert_eq!(fingerprint(folder.refresh(&[], &variables).unwrap()), of_other);
}

#[test]
fn an_assertion_of_the_command_line_replaces_one_of_the_file() {
    let refresh =
        Folder::new(FILE).refresh(&["--assert", "one=select 1 = 1", "--assert", "two=select a = 'b'"], &[]).unwrap();
    let said: Vec<_> = refresh.assertions.iter().map(|(name, sql)| (name.as_str(), sql.as_str())).collect();
    assert_eq!(said, [("one", "select 1 = 1"), ("two", "select a = 'b'")]);
}

#[test]
fn what_nobody_says_is_asked_for() {
    let folder = Folder::new("rules: rules.yaml\n");
    let missing = |flags: &[&str]| folder.refresh(flags, &[]).unwrap_err();
    assert!(missing(&[]).to_string().contains("no source is named"));
    assert!(missing(&["--source-url", "postgres://u@h/d"]).to_string().contains("no target is named"));
    let folder = Folder::new("jobs: 2\n");
    let flags = ["--source-url", "postgres://u@h/d", "--target-url", "postgres://u@h/e"];
    assert!(folder.refresh(&flags, &[]).unwrap_err().to_string().contains("no rules are named"));
    assert_eq!(folder.refresh(&flags, &[]).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_missing_archive_is_wrong_usage() {
    let error = Folder::new(FILE).refresh(&["--archive", "/nowhere/prod.dump"], &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[test]
fn programs_are_allowed_by_the_refresh_file_or_a_flag_and_by_nothing_else() {
    let plain = Folder::new(FILE);
    assert!(!plain.refresh(&[], &[]).unwrap().rules.commands_allowed);
    assert!(plain.refresh(&["--allow-commands"], &[]).unwrap().rules.commands_allowed);
    let allowing = Folder::new(&format!("{FILE}allow: [commands]\n"));
    assert!(allowing.refresh(&[], &[]).unwrap().rules.commands_allowed);
    for wrong in ["allow: commands", "allow: [everything]", "allow: []", "allow:"] {
        let error = Folder::new(&format!("{FILE}{wrong}\n")).refresh(&[], &[]).unwrap_err();
        assert!(error.to_string().contains("allow: [commands]"), "{error}");
    }
}
