//! The benchmark database, and how it is refreshed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stagemask::interrupt::Interrupt;
use stagemask::pipeline::{Objectives, Proving, Refresh, Reporting, Settings, Source};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::rules::load;
use stagemask::sandbox::{Options, Server};
use stagemask::secret::MaskingKey;

/// How many users the database has; its other tables follow.
fn users() -> String {
    std::env::var("STAGEMASK_BENCH_USERS").unwrap_or_else(|_| "150000".to_owned())
}

/// A server with the benchmark database, which is told.
pub(crate) async fn source() -> (Server, Endpoint) {
    let server = Server::start(&Options::default()).await.unwrap();
    let source = server.create_database("bench_source").await.unwrap();
    load_source(&server, &source);
    println!("{} users, PostgreSQL {}", users(), server.version());
    (server, source)
}

/// Loads the script that the environment names, or the one beside a checkout.
fn load_source(server: &Server, source: &Endpoint) {
    let script = std::env::var_os("STAGEMASK_BENCH_SQL")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench/prod.sql"), PathBuf::from);
    assert!(
        script.is_file(),
        "name a script of the benchmark database in STAGEMASK_BENCH_SQL: {} is missing",
        script.display()
    );
    let mut psql = psql(server, source);
    let status =
        psql.arg("-v").arg(format!("users={}", users())).arg("-f").arg(script).stdout(Stdio::null()).status().unwrap();
    assert!(status.success());
}

/// Writes down what the server still holds in memory, or the next to be measured pays for the one before.
pub(crate) async fn settle(source: &Endpoint) {
    source.connect("bench").await.unwrap().batch_execute("CHECKPOINT").await.unwrap();
}

/// `psql` for a database, silent, which stops at the first error.
pub(crate) fn psql(server: &Server, database: &Endpoint) -> Command {
    let mut command = Command::new(server.bin_dir().join("psql"));
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1"]).envs(database.client_env());
    command
}

/// A refresh by these rules, in so many streams, with its state in a folder.
pub(crate) fn refresh(
    server: &Server,
    source: &Endpoint,
    target: Endpoint,
    rules: &str,
    (streams, state): (usize, &Path),
) -> Refresh {
    Refresh {
        source: Source::Live(Box::new(source.clone())),
        target: target.into(),
        rules: load::parse("bench.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap(),
        assertions: std::collections::BTreeMap::new(),
        objectives: Objectives::default(),
        settings: Settings {
            state_dir: state.to_owned(),
            jobs: streams,
            cut_from: stagemask::postgres::chunks::CUT_FROM,
            pg_bin: Some(server.bin_dir().to_owned()),
            key: Some(MaskingKey::random().unwrap()),
            detectors: Vec::new(),
            interrupt: Interrupt::default(),
            reporting: Reporting::default(),
            proving: Proving::default(),
        },
    }
}
