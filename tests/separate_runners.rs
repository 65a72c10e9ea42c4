//! The four stages on four machines, which share the target's server and the key, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "these are tests")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use stagemask::error::{Error, ErrorKind};
use stagemask::pipeline::{self, Outcome, Settings};
use stagemask::postgres::client_tools::{ClientTools, Tool};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::postgres::tool_run::Output;
use stagemask::run_record::carried::is_note;
use stagemask::run_record::{RunFolder, RunId, RunState};
use stagemask::secret::MaskingKey;
use support::drop::{TestRefresh, production, refresh_of, settings, silent};
use support::{TestDatabase, server};

/// A machine: an empty state directory.
struct Machine {
    folder: tempfile::TempDir,
    settings: Settings,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&folder.path().join("state"));
        Self { folder, settings }
    }

    fn with_key(mut self, key: Option<&str>) -> Self {
        self.settings.key = key.map(|key| MaskingKey::parse(&key.repeat(16)).unwrap());
        self
    }

    async fn verify(&self, masked: &Masked) -> Result<Outcome, Error> {
        pipeline::verify(&masked.run, &masked.refresh.refresh.target, &self.settings, &silent()).await
    }

    async fn release(&self, masked: &Masked) -> Result<Outcome, Error> {
        pipeline::release(&masked.run, &masked.refresh.refresh.target, &self.settings, &silent()).await
    }

    async fn rollback(&self, masked: &Masked) -> Result<Outcome, Error> {
        pipeline::rollback(&masked.run, &masked.refresh.refresh.target, &self.settings, &silent()).await
    }

    fn has_nothing(&self) -> bool {
        let runs = self.settings.state_dir.join("runs");
        !runs.exists() || std::fs::read_dir(runs).unwrap().next().is_none()
    }
}

/// What a first machine masked.
struct Masked {
    source: TestDatabase,
    refresh: TestRefresh,
    run: RunId,
    staging: Endpoint,
    incoming: Endpoint,
}

impl Masked {
    async fn new(prefix: &str) -> Self {
        let source = production(&format!("{prefix}source")).await;
        let before = support::database(&format!("{prefix}staging")).await;
        before.execute("CREATE TABLE the_one_before (id int)").await;
        let refresh = refresh_of(source.endpoint(), &format!("{prefix}staging"));
        let outcome = pipeline::mask(&refresh.refresh, &silent()).await.unwrap();
        let incoming = source.endpoint().with_database(&outcome.record.target.incoming);
        let staging = source.endpoint().with_database(&format!("{prefix}staging"));
        Self { source, refresh, run: outcome.record.run, staging, incoming }
    }

    fn staging(&self) -> &Endpoint {
        &self.staging
    }

    async fn change(&self, sql: &str) {
        execute(&self.incoming, sql).await;
    }
}

async fn execute(endpoint: &Endpoint, sql: &str) {
    let session = endpoint.connect("stagemask test").await.unwrap();
    session.batch_execute(sql).await.unwrap();
    session.close().await;
}

/// The first column of the first row, as text.
async fn ask(endpoint: &Endpoint, sql: &str) -> String {
    let session = endpoint.connect("stagemask test").await.unwrap();
    let answer: String = session.query_one(&format!("SELECT ({sql})::text"), &[]).await.unwrap().get(0);
    session.close().await;
    answer
}

async fn comment_on(database: &str) -> Option<String> {
    let session = server().await.endpoint("postgres").connect("stagemask test").await.unwrap();
    stagemask::database::comment_of(&session, database).await.unwrap()
}

/// A dump of everything in a database, without the random words that newer tools put around it.
async fn dump(endpoint: &Endpoint) -> String {
    let server = server().await;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let text = tools.command(Tool::PgDump, Some(endpoint)).output(Output::Capture).run().await.unwrap();
    let text = String::from_utf8(text.require("dumping").unwrap()).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with('\\') || *line == "\\.").collect();
    kept.join("\n")
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
    found
}

#[tokio::test]
async fn each_stage_is_done_by_another_machine() {
    let masked = Masked::new("apart_").await;
    execute(masked.staging(), "COMMENT ON DATABASE apart_staging IS 'what QA uses'").await;
    let first = RunFolder::open(&masked.refresh.refresh.settings.state_dir, &masked.run).unwrap();

    let second = Machine::new();
    let verified = second.verify(&masked).await.unwrap();
    assert_eq!(verified.record.state, RunState::Verified);
    let (there, here) = (files(first.path()), files(verified.folder.path()));
    assert!(there.contains_key("originals/hashes") && there.len() >= 4, "{:?}", there.keys());
    for name in ["schema.dump", "database-settings.json", "originals/hashes"] {
        assert_eq!(there[name], here[name], "{name}");
    }

    let third = Machine::new();
    let released = third.release(&masked).await.unwrap();
    assert_eq!(released.record.state, RunState::Released);
    assert_eq!(released.proof, verified.proof);
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname ~ 'stagemask'";
    assert_eq!(ask(masked.staging(), schemas).await, "0");
    let retired = released.record.target.retired.unwrap();
    let note = comment_on(&retired).await.unwrap();
    assert!(is_note(&note) && !note.contains("the_one_before") && !note.contains("what QA uses"), "{note}");

    // Who is asked to release it once more, without a folder, sees that it is done.
    let again = Machine::new().release(&masked).await.unwrap();
    assert_eq!(again.record.state, RunState::Released);

    let fourth = Machine::new();
    let back = fourth.rollback(&masked).await.unwrap();
    assert_eq!(back.record.state, RunState::RolledBack);
    execute(masked.staging(), "SELECT id FROM public.the_one_before").await;
    assert_eq!(comment_on("apart_staging").await.as_deref(), Some("what QA uses"));
    assert_eq!(ask(masked.staging(), schemas).await, "0");
}

#[tokio::test]
async fn what_is_released_is_what_one_machine_alone_would_have_released() {
    let masked = Masked::new("equal_").await;
    Machine::new().verify(&masked).await.unwrap();
    Machine::new().release(&masked).await.unwrap();
    let alone = refresh_of(masked.source.endpoint(), "equal_alone");
    alone.run().await.unwrap();
    let (apart, alone) =
        (dump(masked.staging()).await, dump(&masked.source.endpoint().with_database("equal_alone")).await);
    assert!(apart.contains("COPY public.users") && apart.len() > 100_000);
    assert!(apart == alone, "the two dumps differ");
    assert!(!apart.contains("SCHEMA stagemask"));
}

#[tokio::test]
async fn the_folder_is_for_its_owner_alone_and_a_refused_run_can_be_looked_into_elsewhere() {
    use std::os::unix::fs::PermissionsExt as _;
    let masked = Masked::new("modes_").await;
    masked.change("UPDATE public.users SET risk_level = 3 - risk_level").await;
    let machine = Machine::new();
    assert_eq!(machine.verify(&masked).await.map(|_| ()).unwrap_err().kind(), ErrorKind::Integrity);
    let folder = RunFolder::open(&machine.settings.state_dir, &masked.run).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.path()), 0o700);
    assert_eq!(mode(&folder.join("originals")), 0o700);
    for name in files(folder.path()).keys().filter(|name| !name.starts_with("report")) {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    // The refusal has travelled too.
    let error = Machine::new().release(&masked).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
}

#[tokio::test]
async fn without_the_key_or_with_another_one_nothing_is_read_and_nothing_left_behind() {
    let masked = Masked::new("keys_").await;
    let other = Machine::new().with_key(Some("feed"));
    let error = other.verify(&masked).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert!(error.to_string().contains("another key"), "{error}");
    let none = Machine::new().with_key(None);
    let error = none.verify(&masked).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("STAGEMASK_KEY"), "{error}");
    for machine in [other, none] {
        assert_eq!(std::fs::read_dir(machine.folder.path()).unwrap().count(), 0);
    }
    Machine::new().verify(&masked).await.unwrap();
}

/// Each is a way to meddle with what is carried, and what it must be noticed by.
const TAMPERED: [(&str, &str, &str); 9] = [
    (
        "byte_",
        "UPDATE stagemask.carried SET bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) WHERE file = 'originals/hashes' AND part = 0",
        "originals/hashes",
    ),
    (
        "last_",
        "UPDATE stagemask.carried SET bytes = set_byte(bytes, octet_length(bytes) - 1, get_byte(bytes, octet_length(bytes) - 1) # 128) WHERE file = 'record.json'",
        "record.json",
    ),
    (
        "swap_",
        "UPDATE stagemask.carried a SET bytes = b.bytes FROM stagemask.carried b WHERE a.file = 'record.json' AND b.file = 'database-settings.json'",
        "record.json",
    ),
    (
        "many_",
        "INSERT INTO stagemask.carried SELECT file, part + 1, bytes FROM stagemask.carried WHERE file = 'record.json'",
        "record.json",
    ),
    ("gone_", "DELETE FROM stagemask.carried WHERE file = 'schema.dump'", "schema.dump"),
    ("more_", "INSERT INTO stagemask.carried VALUES ('../../evil', 0, 'x')", "something else"),
    ("list_", "DELETE FROM stagemask.carried WHERE file = ':manifest'", "the list of files"),
    (
        "long_",
        "UPDATE stagemask.carried SET bytes = bytes || decode(repeat('00', 2000000), 'hex') WHERE file = 'record.json'",
        "record.json",
    ),
    ("form_", "ALTER TABLE stagemask.carried ADD COLUMN hidden text", "another table"),
];

#[tokio::test]
async fn whatever_is_changed_in_what_is_carried_is_noticed() {
    let masked = Masked::new("tamper_").await;
    let keep = "CREATE TABLE public.kept_aside AS SELECT * FROM stagemask.carried";
    masked.change(keep).await;
    for (name, sql, said) in TAMPERED {
        masked.change(sql).await;
        let machine = Machine::new();
        let error = machine.verify(&masked).await.map(|_| ()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("is not what was stored there") && text.contains(said), "{name}: {text}");
        assert!(machine.has_nothing(), "{name}");
        masked.change("ALTER TABLE stagemask.carried DROP COLUMN IF EXISTS hidden; TRUNCATE stagemask.carried").await;
        masked.change("INSERT INTO stagemask.carried SELECT * FROM public.kept_aside").await;
    }
}

#[tokio::test]
async fn parts_of_a_long_file_can_be_neither_swapped_nor_cut_off() {
    let masked = Masked::new("parts_").await;
    let folder = RunFolder::open(&masked.refresh.refresh.settings.state_dir, &masked.run).unwrap();
    // Noise of three parts, the last one short, stands for the hashes of a large database.
    let noise: Vec<u8> = (0..2_500_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    std::fs::write(folder.join("originals/more"), &noise).unwrap();
    let key = masked.refresh.refresh.settings.key.clone().unwrap();
    let seal = stagemask::run_record::carried::Seal::of(&key, &masked.run).unwrap();
    let session = masked.incoming.connect("stagemask test").await.unwrap();
    stagemask::run_record::carried::store(&session, &folder, &seal).await.unwrap();
    let sizes = "SELECT string_agg(part || ':' || octet_length(bytes), ' ' ORDER BY part) FROM stagemask.carried \
        WHERE file = 'originals/more'";
    assert_eq!(ask(&masked.incoming, sizes).await, "0:1048576 1:1048576 2:402956");

    let fetched = async || {
        let state = tempfile::tempdir().unwrap();
        let found = stagemask::run_record::carried::fetch(&session, &seal, state.path()).await;
        found.map(|_| files(state.path())[&format!("runs/{}/originals/more", masked.run)].clone())
    };
    assert!(fetched().await.unwrap() == noise);
    let swap = "UPDATE stagemask.carried SET part = 1 - part WHERE file = 'originals/more' AND part < 2";
    for (change, undo) in [(swap, swap)] {
        session.batch_execute(change).await.unwrap();
        assert!(fetched().await.unwrap_err().to_string().contains("originals/more"));
        session.batch_execute(undo).await.unwrap();
    }
    assert!(fetched().await.is_ok());
    session.batch_execute("DELETE FROM stagemask.carried WHERE file = 'originals/more' AND part = 2").await.unwrap();
    assert!(fetched().await.unwrap_err().to_string().contains("originals/more"));
}

#[tokio::test]
async fn no_original_and_no_hash_of_one_can_be_read_in_what_is_carried() {
    let masked = Masked::new("plain_").await;
    let hay = ask(&masked.incoming, "SELECT string_agg(encode(bytes, 'hex'), '') FROM stagemask.carried").await;
    assert!(hay.len() > 50_000);
    let mut needles: Vec<Vec<u8>> = Vec::new();
    for column in ["email", "phone", "national_id_hash", "first_name", "last_name"] {
        let originals = masked.source.query(&format!("SELECT DISTINCT {column} FROM public.users")).await;
        needles.extend(originals.into_iter().flatten().filter(|text| text.len() >= 5).map(String::into_bytes));
    }
    assert!(needles.len() > 100);
    // The hashes are no originals, but whoever has them and the key could look for one.
    let folder = RunFolder::open(&masked.refresh.refresh.settings.state_dir, &masked.run).unwrap();
    let hashes = std::fs::read(folder.join("originals/hashes")).unwrap();
    needles.extend(hashes[72..].chunks(10).take(200).map(|record| record[..8].to_vec()));
    needles.push(b"national_id_hash".to_vec());
    for needle in needles {
        let hex: String = needle.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!hay.contains(&hex), "{}", String::from_utf8_lossy(&needle));
    }
}

#[tokio::test]
async fn a_leak_beside_what_is_carried_is_found_and_the_gate_stays_closed() {
    let masked = Masked::new("beside_").await;
    masked.change("CREATE TABLE stagemask.something AS SELECT 'ask kari.nordmann@fjordpost.no'::text AS note").await;
    let error = Machine::new().verify(&masked).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings, "{error}");
    let text = error.to_string();
    assert!(text.contains("stagemask.something") && text.contains("never decided"), "{text}");
    assert!(!text.contains("stagemask.carried"), "{text}");
}

#[tokio::test]
async fn a_leak_in_the_place_of_what_is_carried_is_found() {
    let masked = Masked::new("inside_").await;
    // The machine that masked has the folder, so that it doesn't ask what is carried.
    let leak =
        "TRUNCATE stagemask.carried; INSERT INTO stagemask.carried VALUES ('kari.nordmann@fjordpost.no', 0, 'x')";
    masked.change(leak).await;
    let (target, own) = (&masked.refresh.refresh.target, &masked.refresh.refresh.settings);
    let error = pipeline::verify(&masked.run, target, own, &silent()).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings, "{error}");
    assert!(error.to_string().contains("stagemask.carried"), "{error}");
}

#[tokio::test]
async fn a_function_or_a_view_beside_what_is_carried_is_noticed() {
    let masked = Masked::new("hidden_").await;
    masked.change("CREATE FUNCTION stagemask.f() RETURNS text LANGUAGE sql AS 'SELECT ''x'''; CREATE VIEW stagemask.v AS SELECT 1 AS x").await;
    let error = Machine::new().verify(&masked).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert!(error.to_string().contains("function"), "{error}");
}

#[tokio::test]
async fn what_stands_in_the_schema_at_release_keeps_the_gate_closed() {
    let masked = Masked::new("late_").await;
    let second = Machine::new();
    second.verify(&masked).await.unwrap();
    masked.change("CREATE TABLE stagemask.something (id int)").await;
    let error = Machine::new().release(&masked).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("schema stagemask"), "{error}");
    execute(masked.staging(), "SELECT id FROM public.the_one_before").await;
    // Nothing is lost by the attempt: another machine can try again.
    masked.change("DROP TABLE stagemask.something").await;
    Machine::new().release(&masked).await.unwrap();
}

#[tokio::test]
async fn a_release_that_fails_leaves_the_state_where_another_machine_finds_it() {
    let masked = Masked::new("retry_").await;
    Machine::new().verify(&masked).await.unwrap();
    let admin = server().await.endpoint("postgres").connect("stagemask test").await.unwrap();
    // The name that staging would get is taken, which shows only when the swap is made.
    let retired = format!("retry_staging__retired_{}", masked.run.in_name());
    admin.batch_execute(&format!("CREATE DATABASE {retired}")).await.unwrap();
    let error = Machine::new().release(&masked).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("staging is as it was"), "{error}");
    admin.batch_execute(&format!("DROP DATABASE {retired}")).await.unwrap();
    Machine::new().release(&masked).await.unwrap();
    execute(masked.staging(), "SELECT id FROM public.users").await;
}

#[tokio::test]
async fn a_run_that_nobody_knows_and_one_whose_state_is_not_carried_are_told_apart() {
    let masked = Masked::new("lost_").await;
    masked.change("DROP SCHEMA stagemask CASCADE").await;
    let error = Machine::new().verify(&masked).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("doesn't carry the state"), "{error}");
    let unknown = RunId::try_from("20261121T034512-k3f9x2".to_owned()).unwrap();
    let machine = Machine::new();
    let error = pipeline::verify(&unknown, &masked.refresh.refresh.target, &machine.settings, &silent())
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert!(error.to_string().contains("there is no run 20261121T034512-k3f9x2"), "{error}");
    assert!(machine.has_nothing());
}

#[tokio::test]
async fn a_source_with_a_schema_of_that_name_is_refused_before_a_row_moves() {
    let source = production("taken_source").await;
    source.execute("CREATE SCHEMA stagemask").await;
    let refresh = refresh_of(source.endpoint(), "taken_staging");
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Coverage, "{error}");
    assert!(error.to_string().contains("a schema named stagemask"), "{error}");
    let error = pipeline::plan(source.endpoint(), &refresh.refresh.rules).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Coverage, "{error}");
    assert_eq!(support::drop::databases_like("taken_").await, ["taken_source"]);
}

#[tokio::test]
async fn what_can_be_gone_on_with_from_anywhere_is_told() {
    let masked = Masked::new("told_").await;
    let of_this = async || {
        let target = &masked.refresh.refresh.target;
        let server = pipeline::standing_server(target).await.unwrap().unwrap();
        let left = pipeline::left_overs(&server).await.unwrap();
        let left: Vec<_> = left.into_iter().filter(|left| left.run == masked.run).collect();
        pipeline::carried_runs(&server, &left).await.unwrap().contains(&masked.run)
    };
    assert!(of_this().await);
    masked.change("ALTER SCHEMA stagemask RENAME TO elsewhere").await;
    assert!(!of_this().await);
    masked.change("ALTER SCHEMA elsewhere RENAME TO stagemask").await;
    Machine::new().verify(&masked).await.unwrap();
    Machine::new().release(&masked).await.unwrap();
    assert!(of_this().await);
}
