//! `check` against a schema that has changed since it was proved.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::process::Command;

use stagemask::pipeline;
use support::drop::{production, refresh_of};

#[tokio::test]
async fn what_changed_since_the_last_proof_is_listed() {
    let source = production("drift_source").await;
    let refresh = refresh_of(source.endpoint(), "drift_staging");
    let drift =
        async || pipeline::drift(source.endpoint(), &refresh.refresh.rules, refresh.state.path()).await.unwrap();
    assert_eq!(drift().await, None, "nothing was proved yet");
    let outcome = refresh.run().await.unwrap();
    let unchanged = drift().await.unwrap();
    assert_eq!((unchanged.since, unchanged.changes), (outcome.record.run.clone(), Vec::new()));

    source
        .execute(
            "ALTER TABLE users ADD COLUMN shoe_size int; ALTER TABLE exchange_rates ALTER COLUMN source TYPE varchar(90);
             CREATE TABLE pets (id int); DROP TABLE feature_trials; ALTER TABLE consents DROP COLUMN user_agent",
        )
        .await;
    let changes: Vec<String> = drift().await.unwrap().changes.iter().map(ToString::to_string).collect();
    assert!(changes.iter().any(|change| change == "table pets is new"), "{changes:?}");
    assert!(changes.iter().any(|change| change == "table feature_trials is gone"), "{changes:?}");
    assert!(changes.iter().any(|change| change == "column users.shoe_size is new"), "{changes:?}");
    assert!(changes.iter().any(|change| change == "column consents.user_agent is gone"), "{changes:?}");
    assert!(
        changes.iter().any(|change| change == "column exchange_rates.source was text and is character varying(90)"),
        "{changes:?}"
    );
    assert_eq!(changes.len(), 5, "{changes:?}");
}

#[tokio::test]
async fn a_strict_check_ends_with_4_when_a_column_of_no_consequence_is_new() {
    let source = production("strict_source").await;
    let refresh = refresh_of(source.endpoint(), "strict_staging");
    refresh.run().await.unwrap();
    let check = |strict: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagemask"));
        command.args(["check", "masking-rules/drop.yaml", "--state-dir"]).arg(refresh.state.path());
        if strict {
            command.arg("--strict");
        }
        let output =
            command.envs(source.endpoint().client_env()).env("STAGEMASK_SOURCE_URL", "postgres://").output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(check(true).0, Some(0), "{}", check(true).1);
    source.execute("ALTER TABLE users ADD COLUMN shoe_size int").await;
    let (code, text) = check(false);
    assert!(code == Some(0) && text.contains("column users.shoe_size is new"), "{text}");
    assert_eq!(check(true).0, Some(4));
}
