//! The command itself: what it prints, and with which exit code it ends. No server is needed.
#![allow(clippy::unwrap_used, reason = "what fails here is a failing test")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// A folder to work in, with nothing of the machine's environment.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagemask"));
        command.args(arguments).current_dir(self.path()).env_clear().env("HOME", self.path()).env("COLUMNS", "100");
        command.envs(variables.iter().copied());
        command.output().unwrap().into()
    }
}

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn stagemask(arguments: &[&str]) -> Ended {
    Desk::new().run(arguments, &[])
}

const RULES: &str = "version: 1\ntables:\n  users:\n    columns:\n      email: email\n      id: keep\n";

#[test]
fn each_command_explains_itself() {
    let commands = [
        "demo",
        "check",
        "detectors",
        "refresh",
        "drill",
        "mask",
        "verify",
        "release",
        "rollback",
        "status",
        "cleanup",
        "schema",
        "completions",
    ];
    let ended = stagemask(&["--help"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("help", ended.stdout);
    for command in commands {
        let ended = stagemask(&[command, "--help"]);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{command}");
        insta::assert_snapshot!(format!("help_{command}"), ended.stdout);
        assert!(ended.stdout.lines().all(|line| line.chars().count() <= 100), "{command} is too wide");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &[][..],
        &["refersh"],
        &["refresh", "--no-such-flag"],
        &["refresh", "--jobs", "0"],
        &["refresh", "--source-url", "a", "--archive", "b"],
        &["refresh"],
        &["verify"],
        &["verify", "--run", "../../etc"],
        &["verify", "--run", "20261121T034512-k3f9x2"],
        &["cleanup"],
        &["cleanup", "--keep", "soon"],
        &["check", "/nowhere/rules.yaml"],
        &["check", "preset:devise", "--explain", "users.email"],
        &["check", "preset:devise", "--explain", "users"],
        &["check", "preset:devize"],
        &["demo", "--scale", "-1"],
    ] {
        let ended = stagemask(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stderr);
        assert!(!ended.stderr.is_empty() && ended.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_schema_is_the_one_that_is_shipped() {
    let ended = stagemask(&["schema"]);
    assert_eq!(ended.code, 0);
    assert_eq!(ended.stdout, include_str!("../masking-rules/schema.json"));
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = stagemask(&["completions", shell]);
        assert_eq!(ended.code, 0, "{shell}");
        assert!(ended.stdout.contains("stagemask") && ended.stdout.contains("refresh"), "{shell}");
    }
}

#[test]
fn valid_rules_are_summed_up() {
    let desk = Desk::new();
    desk.file("rules.yaml", RULES);
    let ended = desk.run(&["check", "rules.yaml"], &[]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, "rules.yaml: 1 table, 2 columns, valid\n"));
    assert_eq!(ended.stdout, "", "standard output is for programs");

    let ended = desk.run(&["check", "rules.yaml", "--json"], &[]);
    let result: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&result["tables"], &result["columns"], &result["plan"]), (&1.into(), &2.into(), &Value::Null));
}

#[test]
fn a_broken_rules_file_is_shown_with_every_mistake() {
    let desk = Desk::new();
    desk.file("rules.yaml", RULES.replace("email: email", "email: emial").replace("id: keep", "id: keeep") + "x: 1\n");
    let ended = desk.run(&["check", "rules.yaml"], &[]);
    assert_eq!(ended.code, 2);
    insta::assert_snapshot!(ended.stderr);
}

#[test]
fn in_a_workflow_every_mistake_is_an_annotation_of_its_line() {
    let desk = Desk::new();
    desk.file("rules.yaml", RULES.replace("email: email", "email: emial").replace("id: keep", "id: keeep") + "x: 1\n");
    let workspace = desk.path().to_str().unwrap().to_owned();
    let ended =
        desk.run(&["check", "rules.yaml", "--json"], &[("GITHUB_ACTIONS", "true"), ("GITHUB_WORKSPACE", &workspace)]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "standard output is for programs");
    let annotations: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("::")).collect();
    let places: Vec<&str> = annotations.iter().map(|line| line.split(",title=").next().unwrap()).collect();
    let expected = ["line=5,col=14", "line=6,col=11", "line=7,col=1"].map(|at| format!("::error file=rules.yaml,{at}"));
    assert_eq!(places, expected, "{annotations:#?}");
    assert!(annotations[0].contains("::unknown transform `emial`%0Ahelp: "), "{}", annotations[0]);

    let elsewhere = desk.run(&["check", "rules.yaml"], &[]);
    assert!(!elsewhere.stderr.contains("::error"), "{}", elsewhere.stderr);
}

#[test]
fn an_annotation_of_a_refresh_file_shows_no_password() {
    let desk = Desk::new();
    desk.file("refresh.yaml", "source: { url: \"postgres://app:hunter2@host/drop\", nonsense: 1 }\n");
    let ended = desk.run(&["refresh", "--config", "refresh.yaml"], &[("GITHUB_ACTIONS", "true")]);
    assert!(ended.stderr.contains("::error file=refresh.yaml,line=1"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
}

#[test]
fn a_wrong_key_is_refused_without_being_shown() {
    let desk = Desk::new();
    desk.file("rules.yaml", RULES);
    let wrong = "f00dfeed".repeat(7);
    desk.file("key", &wrong);
    let refresh =
        ["refresh", "--source-url", "postgres://h/a", "--target-url", "postgres://h/b", "--rules", "rules.yaml"];
    let from_file = [&refresh[..], &["--key-file", "key"]].concat();
    for ended in
        [desk.run(&refresh, &[("STAGEMASK_KEY", &wrong), ("USER", "u")]), desk.run(&from_file, &[("USER", "u")])]
    {
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains("64 hexadecimal digits"), "{}", ended.stderr);
        assert!(!ended.stderr.contains("f00dfeed"), "{}", ended.stderr);
    }
}

#[test]
fn a_refresh_file_is_shown_with_every_mistake() {
    let desk = Desk::new();
    desk.file(
        "refresh.yaml",
        "source: { archive: prod.dump, service: drop }\ntarget:\nrule: rules.yaml\njobs: many\njobs: 3\n\
         assertions:\n  adults: [select true]\nobjectives: { rto: soon, rto_: 2h }\n\
         notify: { sns: refreshes, webhook: \"https://hooks.example.com/hunter2\" }\n\
         evidence: { s3: { bucket: kept, mode: forever } }\n",
    );
    let ended = desk.run(&["refresh", "--config", "refresh.yaml"], &[]);
    assert_eq!(ended.code, 2);
    insta::assert_snapshot!(ended.stderr);
}

#[test]
fn a_password_in_a_refresh_file_is_refused_and_not_shown() {
    for file in [
        "source: { url: \"postgres://app:hunter2@host/drop\" }\n",
        "source: { url: \"postgres://app:hunter2@host/drop\", nonsense: 1 }\n",
        "source:\n  url: host=db password=hunter2\n",
        "source: { postgres://app:hunter2@host/drop }\n",
        "source: { url: postgres://app:hunter2@host/drop\n",
        "source: postgres://app:hunter2@host/drop\n",
        "target: { password: hunter2, service: drop }\n",
        "STAGEMASK_KEY: hunter2\n",
    ] {
        let desk = Desk::new();
        desk.file("refresh.yaml", file);
        let ended = desk.run(&["refresh", "--config", "refresh.yaml"], &[]);
        assert_eq!(ended.code, 2, "{file}");
        assert!(
            ended.stderr.contains("refresh.yaml:1:") || ended.stderr.contains("refresh.yaml:2:"),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("hunter2"), "{file}\n{}", ended.stderr);
    }
}

#[test]
fn a_refresh_file_that_is_empty_says_what_belongs_into_it() {
    let desk = Desk::new();
    desk.file("refresh.yaml", "");
    let ended = desk.run(&["refresh", "--config", "refresh.yaml"], &[]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("a refresh file has `source`, `target` and `rules`"), "{}", ended.stderr);
}

#[test]
fn a_password_on_the_command_line_is_warned_of_and_never_repeated() {
    let desk = Desk::new();
    desk.file("rules.yaml", RULES);
    // Nothing listens on port 1.
    let url = "postgres://app:hunter2@127.0.0.1:1/drop";
    for arguments in [
        &["check", "rules.yaml", "--source-url", url][..],
        &["refresh", "--source-url", url, "--target-url", url, "--rules", "rules.yaml"],
        &["status", "--target-url", url],
        &["cleanup", "--target-url", url],
    ] {
        for format in ["auto", "bars", "plain", "json", "none"] {
            let ended = desk.run(&[arguments, &["--progress", format]].concat(), &[]);
            assert_ne!(ended.code, 0, "{arguments:?}");
            assert!(!format!("{ended:?}").contains("hunter2"), "{arguments:?}: {}", ended.stderr);
            assert!(ended.stderr.contains("with `ps`; STAGEMASK_"), "{arguments:?}: {}", ended.stderr);
        }
    }
    let ended = desk.run(&["status"], &[("STAGEMASK_TARGET_URL", url)]);
    assert!(!ended.stderr.contains("hunter2") && !ended.stderr.contains("`ps`"), "{}", ended.stderr);
}

#[test]
fn an_argument_that_is_not_understood_is_not_repeated_when_it_may_be_a_credential() {
    for arguments in [
        &["refresh", "postgres://app:hunter2@host/drop"][..],
        &["refresh", "app:hunter2@host/drop"],
        &["refresh", "--souce-url=postgres://app:hunter2@host/drop"],
        &["status", "--target-url", "postgres://h/d", "password=hunter2"],
        &["refresh", "--target-url", "app:hunter2@host/drop", "--source-url", "postgres://app:hunter2@[host/drop"],
    ] {
        let ended = stagemask(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
    }
}

#[test]
fn an_error_for_programs_is_one_line_of_json() {
    let ended = stagemask(&["check", "/nowhere/rules.yaml", "--progress", "json"]);
    let error: Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!((&error["event"], &error["kind"], &error["exit_code"]), (&"failed".into(), &"usage".into(), &2.into()));
}

#[test]
fn colours_come_only_when_they_are_asked_for() {
    let arguments = ["check", "/nowhere/rules.yaml", "--color"];
    let with = |when| stagemask(&[&arguments[..], &[when]].concat()).stderr;
    assert!(with("always").contains("\u{1b}[1;31merror:"));
    assert!(!with("auto").contains('\u{1b}') && !with("never").contains('\u{1b}'));
}

#[test]
fn status_lists_no_runs_where_there_are_none() {
    let ended = stagemask(&["status"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, "there are no runs in .stagemask\n"));
    let ended = stagemask(&["status", "--json"]);
    let status: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(status, serde_json::json!({ "runs": [], "on_rds": [], "left_overs": null }));
    let line: Value = serde_json::from_str(&stagemask(&["status", "--progress", "json"]).stderr).unwrap();
    assert_eq!((&line["event"], &line["text"]), (&"text".into(), &"there are no runs in .stagemask".into()));
}

#[test]
fn every_detector_is_listed_and_holds_for_its_examples() {
    let listed = stagemask(&["detectors"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    for kind in ["e-mail address", "IBAN", "machine-readable zone", "person's name", "VAT number"] {
        assert!(listed.stdout.contains(kind), "{kind}: {}", listed.stdout);
    }
    let proved = stagemask(&["detectors", "--self-test"]);
    assert_eq!((proved.code, proved.stderr.as_str()), (0, ""));
    assert!(proved.stdout.contains("detectors hold for their"), "{}", proved.stdout);
}

const OWN: &str = r"
version: 1
detectors:
  member_number:
    pattern: 'M-\d{8}'
    validator: luhn
    context: [member, medlem]
    severity: warning
    examples: [{ column: member_no, text: M-12345674 }, 'medlem M-12345674 sa opp']
    counter_examples: ['M-12345674', { column: member_no, text: M-12345675 }]
";

#[test]
fn a_scan_tells_where_it_found_what_and_no_value_unless_asked() {
    let desk = Desk::new();
    desk.file("own.yaml", OWN);
    desk.file(
        "people.csv",
        "id,epost,member_no\n1,kari@fjordpost.no,M-12345674\n2,\"ola\n@\",x\n3,x@example.com,M-1\n",
    );
    desk.file("log.jsonl", "{\"user\":{\"mobile\":\"41234567\"}}\n{\"kari@fjordpost.no\":1}\n");
    desk.file("note.txt", "ingenting\nskriv til kari@fjordpost.no\n");
    let scanned =
        desk.run(&["detectors", "scan", "--detectors", "own.yaml", "people.csv", "log.jsonl", "note.txt"], &[]);
    assert_eq!((scanned.code, scanned.stderr.as_str()), (0, ""));
    assert!(!scanned.stdout.contains("kari") && !scanned.stdout.contains("41234567"), "{}", scanned.stdout);
    insta::assert_snapshot!("detectors_scan", scanned.stdout);
    let shown = desk.run(&["detectors", "scan", "--show-values", "note.txt"], &[]);
    assert!(shown.stdout.contains("\"value\":\"kari@fjordpost.no\""), "{}", shown.stdout);
}

#[test]
fn a_file_of_detectors_is_shown_with_every_mistake() {
    let desk = Desk::new();
    let broken = "detectors:\n  Member: { patern: x }\n  a: { pattern: '(', validator: lun, severity: bad, examples: [], counter_examples: x }\n  b: { pattern: 'x*', examples: [x], counter_examples: [{ texte: y }] }\n";
    desk.file("own.yaml", broken);
    let ended = desk.run(&["detectors", "--detectors", "own.yaml"], &[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    insta::assert_snapshot!("detectors_mistakes", ended.stderr);
}

#[test]
fn a_detector_that_does_not_do_what_its_examples_say_is_refused() {
    let desk = Desk::new();
    desk.file("own.yaml", OWN.replace("text: M-12345674", "text: M-12345675"));
    let ended = desk.run(&["detectors", "--self-test", "--detectors", "own.yaml"], &[]);
    assert_eq!(ended.code, 2, "{}", ended.stdout);
    assert!(ended.stderr.contains("member_number misses its example"), "{}", ended.stderr);
    desk.file("own.yaml", OWN);
    assert_eq!(desk.run(&["detectors", "--self-test", "--detectors", "own.yaml"], &[]).code, 0);
}
