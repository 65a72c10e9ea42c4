//! Ways to a server: several hosts, IPv6, connections that stay, and servers that come back.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy knows tests, but not what they share"
)]

mod support;

use std::fs::metadata;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use stagemask::postgres::client_tools::{ClientTools, Tool};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::postgres::tool_run::Output;
use stagemask::progress::{Event, Progress};
use stagemask::sandbox::{Options, Server};
use stagemask::secret::Secret;
use tokio::net::{UnixSocket, UnixStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Longer than any test may take.
const LONG: Duration = Duration::from_secs(120);

/// Passes warnings on.
struct Heard(UnboundedSender<String>);

impl Progress for Heard {
    fn event(&self, event: Event<'_>) {
        if let Event::Warning { text } = event {
            self.0.send(text.to_owned()).unwrap();
        }
    }
}

fn heard() -> (Arc<dyn Progress>, UnboundedReceiver<String>) {
    let (sender, receiver) = unbounded_channel();
    (Arc::new(Heard(sender)), receiver)
}

/// A role that signs in with a password, so that any way to the server will do.
async fn role(name: &str) {
    let session = support::server().await.endpoint("postgres").connect("test").await.unwrap();
    session.batch_execute(&format!("CREATE ROLE {name} LOGIN PASSWORD 'x'")).await.unwrap();
}

fn at(hosts: &str, user: &str) -> Endpoint {
    let text = format!("postgres://{user}:x@{hosts}/postgres?sslmode=disable");
    Endpoint::parse_with(&text, "the test", &|_| None).unwrap()
}

/// That both a session and a client program get there.
async fn leads_there(endpoint: &Endpoint) {
    let server = support::server().await;
    let session = endpoint.connect("test").await.unwrap();
    let port: i32 = session.query_one("SELECT inet_server_port()", &[]).await.unwrap().get(0);
    assert_eq!(port, i32::from(server.port()));
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let dump = tools.command(Tool::PgDump, Some(endpoint)).arg("--schema-only").output(Output::Capture);
    assert!(!dump.run().await.unwrap().require("dumping").unwrap().is_empty());
}

fn closed_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn of_several_hosts_the_first_that_answers_is_taken() {
    role("several").await;
    let port = support::server().await.port();
    leads_there(&at(&format!("127.0.0.1:{},127.0.0.1:{port}", closed_port()), "several")).await;
}

/// The sandbox listens on IPv4 only, so this passes on what arrives on IPv6.
async fn on_ipv6() -> u16 {
    let to = (Ipv4Addr::LOCALHOST, support::server().await.port());
    let listener = tokio::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = tokio::net::TcpStream::connect(to).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut server).await });
        }
    });
    port
}

#[tokio::test]
async fn an_address_of_ipv6_leads_there_as_host_and_as_detour() {
    role("six").await;
    let port = on_ipv6().await;
    leads_there(&at(&format!("[::1]:{port}"), "six")).await;
    let detour =
        format!("host=db.example hostaddr=::1 port={port} user=six password=x dbname=postgres sslmode=disable");
    leads_there(&Endpoint::parse_with(&detour, "the test", &|_| None).unwrap()).await;
}

/// After how many seconds the kernel probes a connection of ours to this port of 127.0.0.1 (its `proc_net_tcp`).
fn probed_after(own_port: i32, server_port: u16) -> u64 {
    let (own, other) = (format!(":{own_port:04X}"), format!(":{server_port:04X}"));
    loop {
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let mut fields = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let found = fields.find(|fields| fields[1].ends_with(&own) && fields[2].ends_with(&other)).unwrap();
        let (timer, when) = found[5].split_once(':').unwrap();
        match timer {
            // What was sent is not acknowledged yet.
            "01" => {}
            "02" => return u64::from_str_radix(when, 16).unwrap() / 100,
            other => panic!("timer {other}: it is never probed"),
        }
    }
}

#[tokio::test]
async fn idle_connections_of_ours_and_of_programs_are_kept_alive() {
    let database = support::database("alive").await;
    let server = support::server().await;
    let endpoint = server.tcp_endpoint("alive");
    let session = endpoint.connect("test").await.unwrap();
    let own: i32 = session.query_one("SELECT inet_client_port()", &[]).await.unwrap().get(0);
    assert!(probed_after(own, server.port()) <= 60);

    // A program that waits for a lock is as idle as one that waits for rows.
    database.execute("CREATE TABLE locked ()").await;
    let blocker = database.session().await;
    blocker.batch_execute("BEGIN; LOCK TABLE public.locked IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let sql = "SELECT client_port FROM pg_stat_activity WHERE datname = 'alive' AND application_name = 'stagemask' \
        AND wait_event_type = 'Lock'";
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let dump = tools.command(Tool::PgDump, Some(&endpoint)).run();
    tokio::pin!(dump);
    let port: i32 = loop {
        tokio::select! {
            ended = &mut dump => panic!("{ended:?}"),
            waiting = session.query_opt(sql, &[]) => if let Some(row) = waiting.unwrap() { break row.get(0) },
        }
    };
    assert!(probed_after(port, server.port()) <= 60);
}

/// Stops or starts a server by PostgreSQL's own means, as the account that it runs under.
async fn pg_ctl(server: &Server, arguments: &[&str]) {
    let owner = metadata(server.directory()).unwrap();
    let mut command = Command::new(server.bin_dir().join("pg_ctl"));
    command.arg("-D").arg(server.directory().join("data")).args(["-w", "-s"]).args(arguments).current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if metadata("/proc/self").unwrap().uid() == 0 {
        command.uid(owner.uid()).gid(owner.gid());
    }
    assert!(tokio::task::spawn_blocking(move || command.status()).await.unwrap().unwrap().success());
}

#[tokio::test]
async fn a_server_that_restarts_is_waited_for_and_only_with_patience() {
    let server = Server::start(&Options { shared_buffers_mib: 16, ..Options::default() }).await.unwrap();
    let endpoint = server.tcp_endpoint("postgres");
    pg_ctl(&server, &["-m", "fast", "stop"]).await;
    let error = endpoint.connect("test").await.err().unwrap().to_string();
    assert!(error.contains("nothing listens at"), "{error}");

    let (progress, mut warnings) = heard();
    let patient = endpoint.with_patience(LONG, Some(progress));
    let waiting = tokio::spawn(async move { patient.connect("test").await });
    let warning = warnings.recv().await.unwrap();
    assert!(warning.contains("nothing listens at") && warning.contains("trying again for 120 s"), "{warning}");
    pg_ctl(&server, &["-o", &format!("-p {}", server.port()), "start"]).await;
    let session = waiting.await.unwrap().unwrap();
    assert!(warnings.try_recv().is_err(), "it is told once");
    session.close().await;
    pg_ctl(&server, &["-m", "fast", "stop"]).await;
}

#[tokio::test]
async fn the_time_to_wait_has_an_end() {
    let endpoint = at(&format!("127.0.0.1:{}", closed_port()), "nobody");
    let (progress, mut warnings) = heard();
    let error = endpoint.with_patience(Duration::from_millis(300), Some(progress)).connect("test").await.err().unwrap();
    assert!(error.to_string().contains("nothing listens at"), "{error}");
    assert!(warnings.recv().await.is_some());
}

#[tokio::test]
async fn a_server_without_a_place_left_is_waited_for() {
    role("alone").await;
    let session = support::server().await.endpoint("postgres").connect("test").await.unwrap();
    session.batch_execute("ALTER ROLE alone CONNECTION LIMIT 1").await.unwrap();
    let (progress, mut warnings) = heard();
    let port = support::server().await.port();
    let endpoint = at(&format!("127.0.0.1:{port}"), "alone").with_patience(LONG, Some(progress));
    let first = endpoint.connect("test").await.unwrap();
    let second = tokio::spawn(async move { endpoint.connect("test").await });
    assert!(warnings.recv().await.unwrap().contains("refused the connection"));
    first.close().await;
    second.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_socket_that_too_many_connect_to_is_waited_for() {
    let server = support::server().await;
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join(".s.PGSQL.5432");
    let listening = UnixSocket::new_stream().unwrap();
    listening.bind(&socket).unwrap();
    let listener = listening.listen(0).unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = UnixStream::connect(&socket).await {
        queue.push(stream);
    }
    let (folder, endpoint) = (directory.path().display(), server.endpoint("postgres"));
    let text = format!("host={folder} user={} dbname=postgres", endpoint.user());
    let (progress, mut warnings) = heard();
    let endpoint = Endpoint::parse_with(&text, "the test", &|_| None).unwrap().with_patience(LONG, Some(progress));
    let waiting = tokio::spawn(async move { endpoint.connect("test").await });
    let warning = warnings.recv().await.unwrap();
    assert!(warning.contains("too many connect to") && warning.contains("trying again for 120 s"), "{warning}");

    // What waited is turned away, and who comes now is led to the server.
    for _ in queue.drain(..) {
        drop(listener.accept().await.unwrap());
    }
    let (mut client, _) = listener.accept().await.unwrap();
    let mut there = UnixStream::connect(server.directory().join(format!(".s.PGSQL.{}", server.port()))).await.unwrap();
    tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut there).await });
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_waiting_does_not_help_is_refused_at_once() {
    role("impatient").await;
    let port = support::server().await.port();
    let good = at(&format!("127.0.0.1:{port}"), "impatient");
    let wrong = [
        (good.with_user("impatient", Some(Secret::new("wrong"))), "refused the password"),
        (good.with_database("nowhere"), "there is no database"),
        (good.with_user("impatient", None), "asks for a password"),
    ];
    for (endpoint, expected) in wrong {
        let (progress, mut warnings) = heard();
        let error = endpoint.with_patience(LONG, Some(progress)).connect("test").await.err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(warnings.try_recv().is_err(), "{expected}: it was tried again");
    }
}
