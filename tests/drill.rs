//! Drills and objectives on a real server: what is found, what is left behind, and what the evidence says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use stagemask::error::{Error, ErrorKind};
use stagemask::interrupt::Interrupt;
use stagemask::pipeline::drill::{self, Drill};
use stagemask::pipeline::{self, Objectives, Outcome, Source};
use stagemask::postgres::client_tools::{ClientTools, Tool};
use stagemask::progress::{Event, Progress, Stage};
use stagemask::run_record::{RunFolder, RunState};
use support::TestDatabase;
use support::drop::{databases_like, production, refresh_of, settings, silent};

/// A drill that a test can change before it runs it.
struct TestDrill {
    drill: Drill,
    state: tempfile::TempDir,
}

impl TestDrill {
    fn of(source: Source, server: &TestDatabase, name: &str) -> Self {
        let state = tempfile::tempdir().unwrap();
        let drill = Drill {
            source,
            target: Some(server.endpoint().with_database(name)),
            assertions: [("there_are_users".to_owned(), "SELECT count(*) > 0 FROM users".to_owned())].into(),
            objectives: Objectives::default(),
            settings: settings(state.path()),
        };
        Self { drill, state }
    }

    fn live(database: &TestDatabase) -> Self {
        let mut drill = Self::of(Source::Live(Box::new(database.endpoint().clone())), database, "unused");
        drill.drill.target = None;
        drill
    }

    fn asserting(mut self, name: &str, sql: &str) -> Self {
        self.drill.assertions.insert(name.to_owned(), sql.to_owned());
        self
    }

    async fn passes(&self) -> Outcome {
        drill::drill(&self.drill, &silent()).await.unwrap()
    }

    async fn fails(&self) -> Error {
        drill::drill(&self.drill, &silent()).await.map(|_| ()).unwrap_err()
    }

    /// The evidence of the only run.
    fn evidence(&self) -> Value {
        evidence(self.state.path())
    }
}

fn folder(state: &Path) -> RunFolder {
    let runs = RunFolder::list(state).unwrap();
    assert_eq!(runs.len(), 1);
    RunFolder::open(state, &runs[0]).unwrap()
}

fn evidence(state: &Path) -> Value {
    let folder = folder(state);
    assert!(folder.join("evidence.md").is_file());
    folder.read("evidence.json").unwrap()
}

fn actions(state: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder(state).join("audit.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    lines.map(|line| (text(&line, "action"), text(&line, "outcome"))).collect()
}

async fn dump(database: &TestDatabase, files: &tempfile::TempDir) -> PathBuf {
    let archive = files.path().join("drop.dump");
    let server = support::server().await;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let dump = tools.command(Tool::PgDump, Some(database.endpoint())).args(["--format=custom", "--file"]);
    dump.arg(archive.as_os_str()).run().await.unwrap().require("dumping").unwrap();
    archive
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_restored_read_to_the_last_row_and_gone_again() {
    let source = production("drill_archive_source").await;
    source.execute("SELECT lo_from_bytea(0, decode(repeat('61', 5000000), 'hex'))").await;
    let counted = source.query("SELECT count(*) FROM public.users").await[0].clone().unwrap();
    let files = tempfile::tempdir().unwrap();
    let archive = dump(&source, &files).await;
    let test = TestDrill::of(Source::Archive(archive), &source, "drill_archive_staging");
    let outcome = test.passes().await;
    outcome.as_asked().unwrap();
    assert_eq!(outcome.record.state, RunState::Drilled);
    assert_eq!(databases_like("drill_archive_").await, ["drill_archive_source"]);

    let evidence = test.evidence();
    assert_eq!((&evidence["command"], &evidence["outcome"]["result"]), (&"drill".into(), &"passed".into()));
    let read = &evidence["checks"]["restorable"];
    let users = read["tables"].as_array().unwrap().iter().find(|table| table["name"] == "users").unwrap();
    assert_eq!(users["rows"].to_string(), counted);
    let counted = source.query("SELECT count(DISTINCT loid) || ' ' || sum(length(data)) FROM pg_largeobject").await;
    assert_eq!(format!("{} {}", read["large_objects"], read["large_object_bytes"]), counted[0].clone().unwrap());
    assert!(read["indexes_checked"].as_u64().unwrap() > 100, "with those of the catalogs: {read}");
    assert_eq!(read["problems"], Value::Array(Vec::new()));
    assert_eq!(evidence["checks"]["assertions"][0]["held"], true);
    let phases: Vec<_> = evidence["phases"].as_array().unwrap().iter().map(|phase| &phase["stage"]).collect();
    assert_eq!(phases, ["restore", "verify", "clean-up"]);
    let done = |action: &str| (action.to_owned(), "done".to_owned());
    let expected = ["run.begin", "database.restore", "database.drop", "drill"].map(done);
    assert_eq!(actions(test.state.path()), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_runs_is_only_read() {
    let source = production("drill_live").await;
    let before = source.query("SELECT extname FROM pg_extension ORDER BY 1").await;
    let test = TestDrill::live(&source);
    test.passes().await.as_asked().unwrap();
    assert_eq!(source.query("SELECT extname FROM pg_extension ORDER BY 1").await, before);
    let read = &test.evidence()["checks"]["restorable"];
    assert_eq!(read["indexes_checked"], Value::Null);
    assert!(read["notes"].to_string().contains("amcheck is not installed"), "{read}");
    source.execute("CREATE EXTENSION amcheck").await;
    let test = TestDrill::live(&source);
    test.passes().await;
    assert!(test.evidence()["checks"]["restorable"]["indexes_checked"].as_u64().unwrap() > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_that_does_not_hold_ends_with_integrity_and_is_named() {
    let source = production("drill_assertion").await;
    let test = TestDrill::live(&source)
        .asserting("no_users", "SELECT count(*) = 0 FROM users")
        .asserting("no_such_table", "SELECT true FROM nowhere")
        .asserting("writes", "WITH gone AS (DELETE FROM sessions RETURNING 1) SELECT count(*) > 0 FROM gone");
    let error = test.fails().await;
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    for name in ["no_users doesn't hold", "no_such_table could not be asked", "writes could not be asked"] {
        assert!(error.what().contains(name), "{error}");
    }
    let results = &test.evidence()["checks"]["assertions"];
    let held: Vec<_> = results.as_array().unwrap().iter().map(|result| (&result["name"], &result["held"])).collect();
    assert_eq!(held.iter().filter(|(_, held)| **held == Value::Bool(true)).count(), 1, "{results}");
    assert_eq!(test.evidence()["outcome"]["kind"], "integrity");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_may_not_take_for_ever() {
    let source = support::database("drill_slow").await;
    let session = source.session().await;
    let slow = [("slow".to_owned(), "SELECT pg_sleep(3600) IS NOT NULL".to_owned())].into();
    let limit = Duration::from_millis(50);
    let results = stagemask::verify::assertions::ask(&session, &slow, limit).await.unwrap();
    assert!(!results[0].held && results[0].error.as_ref().unwrap().contains("57014"), "{results:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequence_behind_its_keys_can_not_be_used() {
    let source = support::database("drill_sequence").await;
    source
        .execute(
            "CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users SELECT FROM generate_series(1, 3); \
             CREATE TABLE up_to_date (id int GENERATED ALWAYS AS IDENTITY); INSERT INTO up_to_date DEFAULT VALUES; \
             CREATE TABLE never_used (id bigserial)",
        )
        .await;
    TestDrill::live(&source).passes().await;
    source.execute("INSERT INTO users VALUES (4711)").await;
    let test = TestDrill::live(&source);
    let error = test.fails().await;
    assert_eq!(error.kind(), ErrorKind::Restore);
    assert!(error.what().contains("users_id_seq is behind users.id"), "{error}");
    assert!(!test.evidence().to_string().contains("4711"));
    assert_eq!(test.evidence()["checks"]["restorable"]["sequences_checked"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_and_a_damaged_index_are_found() {
    let source = support::database("drill_damage").await;
    source
        .execute(
            "CREATE EXTENSION amcheck; CREATE TABLE users (id int PRIMARY KEY, note text); \
             INSERT INTO users SELECT n, repeat('x', 10) FROM generate_series(1, 100) n; \
             ALTER TABLE users ALTER note SET STORAGE EXTERNAL; INSERT INTO users VALUES (101, repeat('y', 9000)); \
             CREATE TABLE kept (id int PRIMARY KEY); INSERT INTO kept SELECT generate_series(1, 100)",
        )
        .await;
    TestDrill::live(&source).passes().await;
    // The file with the long value is lost, and the index of `kept` misses a row.
    source
        .execute(
            "UPDATE pg_class SET relfilenode = 999999 \
             WHERE oid = (SELECT reltoastrelid FROM pg_class WHERE oid = 'users'::regclass)",
        )
        .await;
    source
        .execute(
            "UPDATE pg_index SET indisready = false, indisvalid = false \
             WHERE indexrelid = 'kept_pkey'::regclass",
        )
        .await;
    source.execute("INSERT INTO kept VALUES (1000)").await;
    source
        .execute(
            "UPDATE pg_index SET indisready = true, indisvalid = true \
             WHERE indexrelid = 'kept_pkey'::regclass",
        )
        .await;
    let mut test = TestDrill::live(&source);
    test.drill.assertions.clear();
    let error = test.fails().await;
    assert_eq!(error.kind(), ErrorKind::Restore);
    assert!(error.what().contains("users can't be read to its last row"), "{error}");
    assert!(error.what().contains("kept_pkey the index is damaged"), "{error}");
    let read = &test.evidence()["checks"]["restorable"];
    let kept = read["tables"].as_array().unwrap().iter().find(|table| table["name"] == "kept").unwrap();
    assert_eq!(kept["rows"], 101, "the others are read all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_can_not_be_restored_ends_with_restore_and_leaves_nothing() {
    let source = production("drill_cut_source").await;
    let files = tempfile::tempdir().unwrap();
    let archive = dump(&source, &files).await;
    let bytes = std::fs::read(&archive).unwrap();
    std::fs::write(&archive, &bytes[..bytes.len() / 2]).unwrap();
    let test = TestDrill::of(Source::Archive(archive), &source, "drill_cut_staging");
    let error = test.fails().await;
    assert_eq!(error.kind(), ErrorKind::Restore, "{error}");
    assert_eq!(databases_like("drill_cut_").await, ["drill_cut_source"]);
    let evidence = test.evidence();
    assert_eq!(evidence["outcome"]["result"], "failed");
    assert_eq!(evidence["checks"]["assertions_not_asked"][0], "there_are_users");
}

/// Pulls the trigger when a stage begins.
struct PullAt(Stage, stagemask::interrupt::Trigger);

impl Progress for PullAt {
    fn event(&self, event: Event<'_>) {
        if matches!(event, Event::TableStarted { stage, .. } | Event::StageStarted { stage, .. } if stage == self.0) {
            self.1.pull();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_drill_cleans_up_and_has_evidence() {
    let source = production("drill_stop_source").await;
    let files = tempfile::tempdir().unwrap();
    let archive = dump(&source, &files).await;
    for stage in [Stage::Restore, Stage::Verify] {
        let mut test = TestDrill::of(Source::Archive(archive.clone()), &source, "drill_stop_staging");
        let (interrupt, trigger) = Interrupt::by_hand();
        test.drill.settings.interrupt = interrupt;
        let progress: Arc<dyn Progress> = Arc::new(PullAt(stage, trigger));
        let error = drill::drill(&test.drill, &progress).await.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
        assert_eq!(databases_like("drill_stop_").await, ["drill_stop_source"]);
        assert_eq!(test.evidence()["outcome"]["result"], "interrupted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_that_takes_too_long_passes_and_says_by_how_much() {
    let source = production("drill_late").await;
    let mut test = TestDrill::live(&source);
    test.drill.objectives.rto = Some(Duration::ZERO);
    let outcome = test.passes().await;
    let error = outcome.as_asked().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Objective);
    assert!(error.what().starts_with("restored and usable, but ") && error.what().contains("over the RTO"), "{error}");
    let evidence = test.evidence();
    assert_eq!(
        (&evidence["outcome"]["result"], &evidence["objectives"]["rto"]["met"]),
        (&"passed".into(), &false.into())
    );
}

fn set_back(archive: &Path, hours: u64) {
    let file = std::fs::File::options().write(true).open(archive).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(hours * 3600)).unwrap();
}

/// Plain SQL, whose age is that of the file.
async fn old_script(database: &TestDatabase, files: &tempfile::TempDir) -> PathBuf {
    let script = files.path().join("drop.sql");
    let server = support::server().await;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let dump = tools.command(Tool::PgDump, Some(database.endpoint())).args(["--format=plain", "--file"]);
    dump.arg(script.as_os_str()).run().await.unwrap().require("dumping").unwrap();
    set_back(&script, 26);
    script
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_is_too_old_is_released_and_said_to_be() {
    let source = production("old_source").await;
    let files = tempfile::tempdir().unwrap();
    let mut refresh = refresh_of(source.endpoint(), "old_staging");
    refresh.refresh.source = Source::Archive(old_script(&source, &files).await);
    let day = Duration::from_secs(24 * 3600);
    refresh.refresh.objectives = Objectives { rto: Some(day), rpo: Some(day), strict_rpo: false };
    let outcome = refresh.run().await.unwrap();
    assert_eq!(outcome.record.state, RunState::Released);
    let error = outcome.as_asked().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Objective);
    assert!(error.what().starts_with("released, but 2 h 00 min over the RPO of 1 d 00 h"), "{error}");
    let evidence = evidence(refresh.state.path());
    assert_eq!(evidence["objectives"]["rpo"]["met"], false);
    assert_eq!(evidence["objectives"]["rto"]["met"], true);
    assert_eq!(evidence["outcome"]["kind"], Value::Null);
    let report = std::fs::read_to_string(outcome.folder.join("report.md")).unwrap();
    assert!(report.contains("| Recovery point | 1 d 02 h (objective 1 d 00 h, **missed**) |"), "{report}");
    let done: Vec<_> = actions(refresh.state.path()).into_iter().map(|(action, _)| action).collect();
    for action in ["database.restore", "database.create", "database.drop", "database.release", "database.rename"] {
        assert!(done.iter().any(|done| done == action), "{action}: {done:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_age_is_strict_nothing_is_masked() {
    let source = production("strict_source").await;
    let files = tempfile::tempdir().unwrap();
    let mut refresh = refresh_of(source.endpoint(), "strict_staging");
    refresh.refresh.source = Source::Archive(old_script(&source, &files).await);
    refresh.refresh.objectives = Objectives { rto: None, rpo: Some(Duration::from_secs(3600)), strict_rpo: true };
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Objective, "{error}");
    assert_eq!(databases_like("strict_").await, ["strict_source"]);
    let evidence = evidence(refresh.state.path());
    assert_eq!(
        (&evidence["outcome"]["result"], &evidence["objectives"]["rpo"]["met"]),
        (&"failed".into(), &false.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_whose_target_is_out_of_reach_has_evidence_too() {
    let source = production("unreachable_source").await;
    let mut refresh = refresh_of(source.endpoint(), "unreachable_staging");
    let nowhere = "postgres://u@127.0.0.1:1/staging?sslmode=disable";
    refresh.refresh.target =
        stagemask::postgres::endpoint::Endpoint::parse_with(nowhere, "the target", &|_| None).unwrap().into();
    pipeline::refresh(&refresh.refresh, &silent()).await.map(|_| ()).unwrap_err();
    let evidence = evidence(refresh.state.path());
    assert_eq!((&evidence["outcome"]["result"], &evidence["source"]), (&"failed".into(), &Value::Null));
}
