//! The command itself on a real server: what it prints, where it leaves what, and its exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use std::process::{Command, Output};

use support::drop::{RULES, databases_like, production};
use support::server;

struct Shop {
    folder: tempfile::TempDir,
    source: String,
    target: String,
}

impl Shop {
    async fn new(name: &str) -> Self {
        production(&format!("{name}_source")).await;
        let server = server().await;
        let url = |database: &str| {
            let directory = server.directory().display();
            format!("postgres://stagemask@/{name}_{database}?host={directory}&port={}", server.port())
        };
        Self { folder: tempfile::tempdir().unwrap(), source: url("source"), target: url("staging") }
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagemask"));
        command.args(arguments).current_dir(self.folder.path()).env("STAGEMASK_PG_BIN", server().await.bin_dir());
        command.env("STAGEMASK_SOURCE_URL", &self.source).env("STAGEMASK_TARGET_URL", &self.target);
        command.env("STAGEMASK_KEY", "5eed".repeat(16)).env_remove("GITHUB_STEP_SUMMARY");
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", self.folder.path());
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    fn rules(&self, change: impl FnOnce(&str) -> String) -> &'static str {
        std::fs::write(self.folder.path().join("drop.yaml"), change(RULES)).unwrap();
        "drop.yaml"
    }
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_ends_with_0_and_says_where_everything_is() {
    let shop = Shop::new("command").await;
    let rules = shop.rules(str::to_owned);
    let check = shop.run(&["check", rules]).await;
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    let dry = shop.run(&["refresh", "--rules", rules, "--dry-run"]).await;
    assert_eq!(dry.status.code(), Some(0), "{}", said(&dry));
    assert_eq!(databases_like("command_").await, ["command_source"]);

    let refresh = shop.run(&["refresh", "--rules", rules, "--json"]).await;
    let text = said(&refresh);
    assert_eq!(refresh.status.code(), Some(0), "{text}");
    for word in ["restore", "mask", "verify", "release", "canaries found, 0 findings", "report.md"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let result: serde_json::Value = serde_json::from_slice(&refresh.stdout).unwrap();
    assert!(result.to_string().contains("command_staging"));
    let status = shop.run(&["status"]).await;
    assert!(said(&status).contains("released") || String::from_utf8_lossy(&status.stdout).contains("released"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_without_a_rule_ends_with_4_and_kept_personal_data_with_3() {
    let shop = Shop::new("sabotage").await;
    let rules = shop.rules(|rules| rules.replacen("      phone: phone\n", "", 1));
    let refresh = shop.run(&["refresh", "--rules", rules]).await;
    assert_eq!(refresh.status.code(), Some(4), "{}", said(&refresh));
    assert!(said(&refresh).contains("      phone: phone"), "{}", said(&refresh));
    assert!(said(&refresh).contains("\n::error file=drop.yaml,title=stagemask::a column could"), "{}", said(&refresh));

    let rules = shop.rules(|rules| rules.replacen("      phone: phone\n", "      phone: keep\n", 1));
    let refresh = shop.run(&["refresh", "--rules", rules]).await;
    let text = said(&refresh);
    assert_eq!(refresh.status.code(), Some(3), "{text}");
    assert!(text.contains("recipients.phone") && !text.contains("+381"), "{text}");
    let kept = RULES.replacen("      phone: phone\n", "      phone: keep\n", 1);
    let line = kept.lines().position(|line| line.trim() == "phone: keep").unwrap() + 1;
    assert!(text.contains(&format!("\n::error file=drop.yaml,line={line},col=7,")), "{line}: {text}");
    assert_eq!(databases_like("sabotage_").await, ["sabotage_source"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_rules_ends_with_2() {
    let shop = Shop::new("mistake").await;
    let rules = shop.rules(|rules| rules.replacen("email: email ", "email: emial ", 1));
    let refresh = shop.run(&["refresh", "--rules", rules]).await;
    assert_eq!(refresh.status.code(), Some(2), "{}", said(&refresh));
    assert!(said(&refresh).contains("did you mean"), "{}", said(&refresh));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_command_starts_can_leave_no_core_dump() {
    let shop = Shop::new("core").await;
    let rules = shop.rules(str::to_owned);
    let tools = tempfile::tempdir().unwrap();
    for tool in ["pg_dump", "pg_restore", "psql"] {
        let script = "#!/bin/sh\ncat /proc/self/limits > \"$0.limits\"; echo \"$0 (PostgreSQL) 99.0\"\n";
        let file = tools.path().join(tool);
        std::fs::write(&file, script).unwrap();
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    let directory = tools.path().to_str().unwrap();
    let raised = format!("ulimit -c unlimited; exec \"$0\" refresh --rules {rules} --pg-bin {directory}");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &raised, env!("CARGO_BIN_EXE_stagemask")]).current_dir(shop.folder.path());
    command.env("STAGEMASK_SOURCE_URL", &shop.source).env("STAGEMASK_TARGET_URL", &shop.target);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let limits = std::fs::read_to_string(tools.path().join("pg_dump.limits")).map_err(|_| said(&output)).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().collect::<Vec<_>>()[4..6], ["0", "0"], "{core}");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_explains_which_line_decides_a_column() {
    let shop = Shop::new("explain").await;
    shop.rules(str::to_owned);
    let ours = "version: 1\nextends: drop.yaml\npatterns: { '*.iban': iban, '*.user_agent': redact }\ntables:\n  \
        users: { columns: { nickname: redact } }\n";
    std::fs::write(shop.folder.path().join("ours.yaml"), ours).unwrap();
    let arguments = ["check", "ours.yaml", "--explain", "users.nickname", "--explain", "bank_accounts.iban"];
    let explained = shop.run(&arguments).await;
    assert_eq!(explained.status.code(), Some(0), "{}", said(&explained));
    let text = said(&explained);
    let line = 1 + RULES.lines().position(|line| line.trim() == "nickname: first_name").unwrap();
    for part in [
        "users.nickname (text)  redact\n  decided by   ours.yaml, line 5, the table\n".to_owned(),
        format!("  instead of   drop.yaml, line {line}, the table, in a file that is extended: first_name\n"),
        "bank_accounts.iban (".to_owned(),
        "  instead of   ours.yaml, line 3, the pattern `*.iban`: iban\n".to_owned(),
    ] {
        assert!(text.contains(&part), "{part} in\n{text}");
    }
    let json = shop.run(&[&arguments[..], &["--json"]].concat()).await;
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["explained"][0]["decided_by"]["file"], "ours.yaml");
    assert_eq!(json["explained"][0]["instead_of"][0]["kind"], "extended");

    let wrong = shop.run(&["check", "ours.yaml", "--explain", "users.nickmane"]).await;
    assert_eq!(wrong.status.code(), Some(4), "{}", said(&wrong));
    assert!(said(&wrong).contains("did you mean nickname?"), "{}", said(&wrong));
}
