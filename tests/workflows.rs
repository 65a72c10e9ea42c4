//! The workflows of `.github` do what they say, and give nobody more than they need; the examples are valid.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here is a failing test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory as _;
use stagemask::cli::args::Cli;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files in a folder and below it that end so, by their path from the root.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::from(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn workflows() -> Vec<PathBuf> {
    let found = files(".github/workflows", ".yml");
    assert!(found.len() >= 6, "only {found:?}");
    found
}

/// The lines of every `run:`: the rest of its line, or the block below it.
fn scripts(text: &str) -> String {
    let (mut scripts, mut inside) = (String::new(), None);
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if inside.is_some_and(|outer| indent > outer || line.trim().is_empty()) {
            scripts.extend([line, "\n"]);
            continue;
        }
        inside = None;
        let key = line.trim_start().trim_start_matches("- ");
        if let Some(rest) = key.strip_prefix("run:") {
            scripts.extend([rest, "\n"]);
            inside = Some(line.len() - key.len());
        }
    }
    scripts
}

#[test]
fn every_action_is_pinned_by_its_commit_with_the_version_beside_it() {
    let mut checked = 0;
    for path in workflows().into_iter().chain(["action.yml".into()]) {
        for line in read(&path).lines() {
            let Some((_, used)) = line.split_once("uses:") else { continue };
            let used = used.trim();
            if used.starts_with("./") {
                continue;
            }
            let (name, version) = used.split_once(" # v").unwrap_or((used, ""));
            let commit = name.split_once('@').unwrap_or_default().1;
            let pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(pinned && version.split('.').count() == 3, "{}: {line}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 5, "only {checked}");
}

#[test]
fn every_workflow_begins_without_permissions_and_every_job_has_a_limit() {
    for path in workflows() {
        let text = read(&path);
        assert!(text.contains("\npermissions: {}\n"), "{}", path.display());
        assert!(!text.contains("pull_request_target") && !text.contains("secrets: inherit"), "{}", path.display());
        let (runs_on, limits) = (text.matches("    runs-on:").count(), text.matches("    timeout-minutes:").count());
        assert!(limits >= runs_on, "{}: {runs_on} jobs and {limits} limits", path.display());
    }
}

#[test]
fn no_expression_is_ever_part_of_a_script() {
    for path in workflows().into_iter().chain(["action.yml".into()]) {
        let scripts = scripts(&read(&path));
        assert!(!scripts.contains("${{"), "{}:\n{scripts}", path.display());
    }
    let unsafe_one =
        "steps:\n  - run: |\n      echo ${{ inputs.x }}\n    shell: bash\n  - run: a ${{ github.event.y }}\n";
    assert_eq!(scripts(unsafe_one).matches("${{").count(), 2, "the search itself sees them");
    assert!(!scripts(unsafe_one).contains("shell"));
}

#[test]
fn only_the_comment_of_the_coverage_may_write() {
    for path in workflows() {
        let text = read(&path);
        let writes: Vec<&str> = text.lines().map(str::trim).filter(|line| line.contains(": write")).collect();
        let allowed = |line: &&str| {
            line.starts_with("id-token: write")
                || (path.ends_with("rules-check.yml") && line.starts_with("pull-requests: write"))
        };
        assert!(writes.iter().all(allowed), "{}: {writes:?}", path.display());
    }
    let comment = read(".github/workflows/rules-check.yml");
    let comment = comment.split("\n  comment:").nth(1).unwrap();
    assert!(!comment.contains("actions/checkout"), "nothing of the pull request is there when the token may write");
}

#[test]
fn a_refresh_waits_for_the_one_before_and_keeps_evidence_but_no_values() {
    let refresh = read(".github/workflows/refresh-staging.yml");
    assert!(refresh.contains("cancel-in-progress: false"));
    let stage = read(".github/workflows/stage.yml");
    assert!(stage.contains("'staging-refresh'") && stage.contains("if: always()"));
    assert!(stage.contains("(failure() || cancelled())"));
    let artifacts = stage.split("path: |").nth(1).unwrap();
    let kept: BTreeSet<&str> =
        artifacts.lines().filter_map(|line| line.trim().split("outputs.folder }}/").nth(1)).collect();
    let may_be_seen = [
        "proof.json",
        "report.md",
        "report.json",
        "report.html",
        "report.sarif",
        "report.junit.xml",
        "evidence.md",
        "evidence.json",
        "audit.jsonl",
        "journal.jsonl",
    ];
    assert_eq!(kept, may_be_seen.into_iter().collect());
}

/// A folder in which `stagemask` is a script that tells what it was called with.
struct Runner(tempfile::TempDir);

impl Runner {
    fn new(stagemask: &str) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("stagemask");
        fs::write(&program, format!("#!/bin/bash\nprintf '<%s>' \"$@\" >>\"$CALLS\"\n{stagemask}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    fn script(&self, name: &str, variables: &[(&str, &str)]) -> i32 {
        let path = format!("{}:{}", self.0.path().display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        command.arg(root().join(".github/action").join(name)).current_dir(self.0.path()).env("PATH", path);
        for name in ["COMMAND", "CONFIG", "RULES", "RUN", "SNAPSHOT", "AT", "KEEP", "DRY_RUN", "STATE_DIR", "FOLDER"] {
            command.env(name, "");
        }
        command.env("CALLS", self.path("calls")).env("GITHUB_OUTPUT", self.path("output"));
        command.env("STARTED", self.path("started")).envs(variables.iter().copied());
        command.output().unwrap().status.code().unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }
}

const RUN: &str = "20261121T034512-k3f9x2";

#[test]
fn inputs_become_arguments_and_never_commands() {
    let runner = Runner::new("exit 0");
    let evil = "x.yaml; touch pwned $(touch pwned) `touch pwned`";
    let code = runner.script("run.sh", &[("COMMAND", "refresh"), ("CONFIG", evil), ("SNAPSHOT", "latest")]);
    assert_eq!(code, 0);
    assert_eq!(runner.text("calls"), format!("<refresh><--config><{evil}><--snapshot><latest>"));
    assert!(!runner.path("pwned").exists());
    assert_eq!(runner.text("output"), "exit-code=0\noutcome=done\n");

    let code = runner.script("run.sh", &[("COMMAND", "completions; touch pwned")]);
    assert_eq!((code, runner.path("pwned").exists()), (2, false));
    let code = runner.script("run.sh", &[("COMMAND", "check"), ("RULES", "--source-url=postgres://elsewhere")]);
    assert_eq!(code, 2);
}

#[test]
fn the_exit_code_is_passed_on_with_its_meaning() {
    let help = Cli::command().render_help().to_string();
    for (code, outcome) in
        [(1, "failed"), (2, "usage"), (3, "findings"), (4, "coverage"), (5, "integrity"), (6, "restore")]
    {
        assert!(help.contains(&format!("\n  {code}    ")), "{code}");
        let runner = Runner::new(&format!("exit {code}"));
        assert_eq!(runner.script("run.sh", &[("COMMAND", "refresh"), ("CONFIG", "r.yaml")]), code);
        assert_eq!(runner.text("output"), format!("exit-code={code}\noutcome={outcome}\n"));
    }
}

#[test]
fn a_cancelled_job_lets_the_command_clean_up() {
    let ends_by_itself_some_time = "for _ in {1..100}; do sleep 0.1; done";
    let runner = Runner::new(&format!(
        "trap 'echo cleaned >cleaned; exit 130' TERM; kill -TERM $PPID; {ends_by_itself_some_time}"
    ));
    assert_eq!(runner.script("run.sh", &[("COMMAND", "refresh"), ("CONFIG", "r.yaml")]), 130);
    assert_eq!(runner.text("cleaned"), "cleaned\n");
    assert!(runner.text("output").contains("outcome=interrupted"));
}

#[test]
fn the_run_is_found_after_a_failure_too() {
    let runner = Runner::new(&format!("mkdir -p .stagemask/runs/{RUN} .stagemask/runs/nonsense; exit 3"));
    assert_eq!(runner.script("run.sh", &[("COMMAND", "refresh"), ("CONFIG", "r.yaml")]), 3);
    assert_eq!(runner.script("locate.sh", &[("COMMAND", "refresh")]), 0);
    assert!(runner.text("output").ends_with(&format!("run-id={RUN}\nfolder=.stagemask/runs/{RUN}\n")));

    let other = Runner::new("exit 0");
    assert_eq!(other.script("locate.sh", &[("COMMAND", "verify"), ("RUN", "x\nfolder=/etc")]), 0);
    assert_eq!(other.text("output"), "");
}

#[test]
fn cleaning_up_after_a_failure_never_takes_the_staging_from_before() {
    for (state, named) in [
        ("masking", true),
        ("masked", true),
        ("refused", true),
        ("failed", true),
        ("verified", false),
        ("released", false),
        ("rolled_back", false),
    ] {
        let runner = Runner::new("exit 0");
        fs::write(runner.path("record.json"), format!("{{\n  \"version\": 1,\n  \"state\": \"{state}\"\n}}\n"))
            .unwrap();
        let folder = runner.path("");
        let variables = [("CONFIG", "r.yaml"), ("RUN", RUN), ("FOLDER", folder.to_str().unwrap())];
        assert_eq!(runner.script("clean-up.sh", &variables), 0);
        let run = if named { format!("<--run><{RUN}>") } else { String::new() };
        assert_eq!(runner.text("calls"), format!("<cleanup><--config><r.yaml>{run}"), "{state}");
    }
}

#[test]
fn the_coverage_names_each_rules_file_that_changed_and_fails_with_the_worst() {
    let runner = Runner::new(
        r#"case "$2 $STAGEMASK_SOURCE_URL" in
        *gap*) exit 4 ;;
        *dbname*) echo '{"tables":1,"plan":{"tables":19,"masked":61,"kept":40}}' ;;
        *) echo '{"tables":3,"plan":null}' ;;
        esac"#,
    );
    for program in ["createdb", "psql"] {
        fs::copy("/bin/true", runner.path(program)).unwrap();
    }
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.com"]).args(arguments);
        assert!(git.current_dir(runner.0.path()).output().unwrap().status.success(), "{arguments:?}");
    };
    for folder in ["rules", "schemas/drop"] {
        fs::create_dir_all(runner.path(folder)).unwrap();
    }
    fs::write(runner.path("rules/untouched.yaml"), "").unwrap();
    fs::write(runner.path("rules/drop.yaml"), "").unwrap();
    git(&["init", "--quiet"]);
    git(&["add", "rules"]);
    git(&["commit", "--quiet", "--message", "before"]);
    git(&["tag", "before"]);
    fs::write(runner.path("schemas/drop/schema.sql"), "select 1").unwrap();
    fs::write(runner.path("rules/plain.yaml"), "").unwrap();
    git(&["add", "rules", "schemas"]);
    git(&["commit", "--quiet", "--message", "after"]);

    let variables = [("BASE", "before"), ("RULES", "rules"), ("SCHEMAS", "schemas"), ("PGHOST", "h"), ("PGUSER", "u")];
    let coverage = runner.path("coverage.md");
    let variables = [&variables[..], &[("COVERAGE", coverage.to_str().unwrap())]].concat();
    assert_eq!(runner.script("check-rules.sh", &variables), 0);
    let table = "### Masking rules\n\n| rules | tables | masked | kept | |\n|---|---:|---:|---:|---|\n\
                 | rules/drop.yaml | 19 | 61 | 40 | covers its schema |\n\
                 | rules/plain.yaml | 3 |  |  | valid; no schema to compare with |\n";
    assert_eq!(runner.text("coverage.md"), table);

    fs::write(runner.path("rules/gap.yaml"), "").unwrap();
    git(&["add", "rules"]);
    git(&["commit", "--quiet", "--message", "gap"]);
    assert_eq!(runner.script("check-rules.sh", &variables), 1);
    assert!(runner.text("coverage.md").contains("| rules/gap.yaml |  |  |  | **doesn't cover its schema** |"));
}

/// The words that follow `stagemask` are checked by `tests/docs.rs`; these are the flags that scripts add.
#[test]
fn every_flag_that_the_action_adds_exists() {
    let cli = Cli::command();
    let run = read(".github/action/run.sh");
    let words = run.split(|c: char| c.is_whitespace() || "()".contains(c));
    let flags: BTreeSet<&str> = words.filter_map(|word| word.strip_prefix("--")).collect();
    assert!(flags.len() > 5, "{flags:?}");
    for (command, wanted) in [
        ("refresh", &["config", "snapshot", "at", "state-dir", "dry-run"][..]),
        ("mask", &["config", "snapshot", "at", "state-dir"]),
        ("drill", &["config", "snapshot", "at", "state-dir"]),
        ("verify", &["config", "run", "state-dir"]),
        ("release", &["config", "run", "state-dir"]),
        ("rollback", &["config", "run", "state-dir"]),
        ("cleanup", &["config", "run", "keep", "state-dir", "dry-run"]),
        ("status", &["config", "state-dir"]),
    ] {
        let command = cli.find_subcommand(command).unwrap();
        for flag in wanted {
            assert!(flags.contains(flag), "{flag}");
            assert!(command.get_arguments().any(|known| known.get_long() == Some(*flag)), "{command} --{flag}");
        }
    }
}

#[cfg(feature = "aws")]
#[test]
fn every_example_refresh_file_is_valid() {
    let found: Vec<PathBuf> = files("examples", ".yaml");
    for path in &found {
        let folder = root().join(path.parent().unwrap());
        let parsed = stagemask::cli::refresh_file::parse(path.to_str().unwrap(), read(path).as_bytes(), &folder);
        let file = parsed.unwrap_or_else(|error| panic!("{error}"));
        assert!(file.source.is_some() && file.target.is_some(), "{}", path.display());
        assert!(file.objectives.rto.is_some() && file.objectives.rpo.is_some(), "{}", path.display());
        let rules = file.rules.unwrap();
        assert!(rules.parent().unwrap().ends_with("masking-rules"), "{}", rules.display());
        assert!(rules.parent().unwrap().is_dir(), "{}", rules.display());
    }
    assert!(found.len() >= 7, "only {found:?}");
}
