//! Sessions, what goes wrong on the way to one, and what errors show.
#![allow(clippy::unwrap_used, reason = "clippy knows tests, but not what they share")]

mod support;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use stagemask::postgres::client_tools::{ClientTools, Tool};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::postgres::error::{ServerContext, describe};
use stagemask::postgres::tool_run::{Input, Output};
use stagemask::secret::Secret;

/// What the person sees when the connection fails.
async fn refusal(endpoint: &Endpoint) -> String {
    endpoint.connect("test").await.err().unwrap().to_string()
}

/// An endpoint without anything from the environment.
fn parse(text: &str) -> Endpoint {
    Endpoint::parse_with(text, "the test", &|_| None).unwrap()
}

#[tokio::test]
async fn a_wrong_password_is_named_as_such_and_not_shown() {
    let server = support::server().await;
    let endpoint = server.tcp_endpoint("postgres").with_user("stagemask", Some(Secret::new("hunter2")));
    let error = refusal(&endpoint).await;
    assert!(error.contains("refused the password of user \"stagemask\"") && error.contains("PGPASSWORD"), "{error}");
    assert!(!error.contains("hunter2"));
    let error = refusal(&endpoint.with_user("stagemask", None)).await;
    assert!(error.contains("asks for a password"), "{error}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let error = refusal(&support::server().await.endpoint("nowhere")).await;
    assert!(error.contains("there is no database \"nowhere\"") && error.contains("3D000"), "{error}");
}

#[tokio::test]
async fn a_port_without_a_listener_and_a_name_without_an_address_are_told_apart() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let error = refusal(&parse(&format!("host=127.0.0.1 port={port} user=me"))).await;
    assert!(error.contains(&format!("nothing listens at 127.0.0.1:{port}")), "{error}");
    let error = refusal(&parse("host=no-such-host.invalid user=me")).await;
    assert!(error.contains("the host name no-such-host.invalid is not known"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    let error = refusal(&parse(&format!("host={} user=me", empty.path().display()))).await;
    assert!(error.contains("no server has its socket for port 5432"), "{error}");
}

#[tokio::test]
async fn a_server_of_another_kind_is_recognised_whether_it_talks_or_not() {
    let port = answer_with(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".to_vec());
    let error = refusal(&parse(&format!("host=127.0.0.1 port={port} user=me sslmode=disable"))).await;
    assert!(error.contains("doesn't answer as a PostgreSQL server does"), "{error}");

    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = silent.local_addr().unwrap().port();
    let error = refusal(&parse(&format!("host=127.0.0.1 port={port} user=me connect_timeout=2"))).await;
    assert!(error.contains("no answer from 127.0.0.1") && error.contains("within 2 s"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_too_old_is_refused_with_its_version() {
    let message = |kind: u8, body: &[u8]| {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[kind][..], &length, body].concat()
    };
    // AuthenticationOk, ParameterStatus, BackendKeyData, ReadyForQuery (PostgreSQL manual, 53.2.1)
    let answer = [
        message(b'R', &[0; 4]),
        message(b'S', b"server_version\x0013.9\0"),
        message(b'K', &[0; 8]),
        message(b'Z', b"I"),
    ];
    let port = answer_with(answer.concat());
    let error = refusal(&parse(&format!("host=127.0.0.1 port={port} user=me sslmode=disable"))).await;
    assert!(error.contains("PostgreSQL 13.9, which is too old") && error.contains("14 and later"), "{error}");
}

/// A server that answers the first message of the first client, then hangs up when the client does.
fn answer_with(answer: Vec<u8>) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = move |mut client: TcpStream| -> std::io::Result<()> {
        client.read_exact(&mut [0; 8])?;
        client.write_all(&answer)?;
        client.shutdown(std::net::Shutdown::Write)?;
        client.read_to_end(&mut Vec::new())?;
        Ok(())
    };
    std::thread::spawn(move || listener.accept().and_then(|(client, _)| serve(client)));
    port
}

#[tokio::test]
async fn a_session_does_not_depend_on_what_role_and_database_have_set() {
    let database = support::database("settings").await;
    database
        .execute(
            "ALTER DATABASE settings SET DateStyle = 'SQL, DMY'; ALTER DATABASE settings SET statement_timeout = '1ms';
             ALTER DATABASE settings SET bytea_output = 'escape'; ALTER DATABASE settings SET TimeZone = 'Asia/Tokyo';
             ALTER DATABASE settings SET extra_float_digits = 0; ALTER DATABASE settings SET search_path = public",
        )
        .await;
    let sql = "SELECT concat_ws(' ', '2026-02-01'::date, '\\x00'::bytea, 0.1::float8 + 0.2::float8,
        '2026-01-01 00:00Z'::timestamptz, current_setting('search_path'), current_setting('row_security'))";
    assert_eq!(
        database.query(sql).await,
        [Some(r"2026-02-01 \x00 0.30000000000000004 2026-01-01 00:00:00+00 pg_catalog off".to_owned())]
    );
}

#[tokio::test]
async fn a_closed_session_no_longer_stands_in_the_way_of_dropping_its_database() {
    let database = support::database("closing").await;
    database.session().await.close().await;
    let session = support::server().await.endpoint("postgres").connect("test").await.unwrap();
    session.batch_execute("DROP DATABASE closing").await.unwrap();
}

#[tokio::test]
async fn a_violated_constraint_is_named_without_the_value_that_violates_it() {
    let database = support::database("redaction").await;
    database
        .execute(
            "CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL UNIQUE, age int CHECK (age < 150), d date);
             INSERT INTO people VALUES (1, 'ada@example.com', 36);
             CREATE FUNCTION fail(who text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
                 RAISE 'no such person: %', who USING ERRCODE = '42501', TABLE = who; END $$;
             CREATE FUNCTION build(who text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE who; END $$",
        )
        .await;
    let session = database.session().await;
    let cases = [
        ("INSERT INTO public.people VALUES (2, 'ada@example.com', 1)", "23505", "constraint \"people_email_key\""),
        ("INSERT INTO public.people VALUES (2, NULL, 77123456)", "23502", "column \"email\""),
        ("INSERT INTO public.people VALUES (2, 'x@example.com', 77123456)", "23514", "constraint \"people_age_check\""),
        ("INSERT INTO public.people VALUES (2, 'x', 'ada@example.com')", "22P02", "a value is not valid for its type"),
        ("INSERT INTO public.people VALUES (2, 'x', 1, '77123456-01-01')", "22008", "a date or time"),
        ("SELECT public.fail('ada@example.com')", "42501", "insufficient privilege"),
        ("SELECT public.build('ada@example.com')", "42601", "syntax error"),
        ("SELECT 1 FROM public.nobody", "42P01", "relation \"public.nobody\" does not exist"),
    ];
    for (sql, code, shown) in cases {
        let result = session.batch_execute(sql).await;
        assert_eq!(describe(result.as_ref().unwrap_err()).code(), Some(code));
        let error = result.server_context(|| "writing people").unwrap_err();
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(text.starts_with("writing people failed") && text.contains(code) && text.contains(shown), "{text}");
            for value in ["ada", "example.com", "77123456"] {
                assert!(!text.contains(value), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn client_tools_reach_the_database_and_report_without_values() {
    let server = support::server().await;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let from = support::database("tools_from").await;
    from.execute("CREATE TABLE people (id int, email text); INSERT INTO people VALUES (1, 'ada@example.com')").await;
    let archive =
        tools.command(Tool::PgDump, Some(from.endpoint())).arg("--format=custom").output(Output::Capture).run().await;
    let archive = archive.unwrap().require("dumping").unwrap();
    assert!(archive.starts_with(b"PGDMP"));

    // With a unique index and the row in place, the restore fails at the row.
    let into = support::database("tools_into").await;
    let table = "CREATE TABLE people (id int, email text UNIQUE); INSERT INTO people VALUES (1, 'ada@example.com')";
    into.execute(table).await;
    let restore = tools.command(Tool::PgRestore, Some(into.endpoint())).args(["--data-only", "--dbname", "tools_into"]);
    let finished = restore.input(Input::Bytes(archive)).run().await.unwrap();
    assert!(!finished.succeeded);
    let error = finished.require("restoring").unwrap_err().to_string();
    assert!(error.contains("COPY failed for table \"people\"") && error.contains("\"people_email_key\""), "{error}");
    assert!(!error.contains("ada") && !error.contains("COPY people, line"), "{error}");
}

#[tokio::test]
async fn a_program_ends_in_the_server_too_when_nobody_waits_for_it_any_more() {
    let server = support::server().await;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let database = support::database("abandoned").await;
    database.execute("CREATE TABLE locked ()").await;
    let blocker = database.session().await;
    blocker.batch_execute("BEGIN; LOCK TABLE public.locked IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'abandoned' AND application_name = 'stagemask'
        AND wait_event_type = 'Lock'";
    // Within its transaction, the blocker would see the same activity for ever.
    let observer = database.session().await;
    let waiting = async || observer.query_one(sql, &[]).await.unwrap().get::<_, i64>(0);
    {
        let dump = tools.command(Tool::PgDump, Some(database.endpoint())).run();
        tokio::pin!(dump);
        loop {
            tokio::select! {
                ended = &mut dump => panic!("{ended:?}"),
                waiting = waiting() => if waiting == 1 { break },
            }
        }
    }
    let gone = async { while waiting().await > 0 {} };
    tokio::time::timeout(Duration::from_secs(60), gone).await.unwrap();
}

#[tokio::test]
async fn a_query_ends_in_the_server_too_when_its_session_is_dropped() {
    let server = support::server().await;
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dropped' AND state = 'active'";
    let observer = server.endpoint("postgres").connect("test").await.unwrap();
    let running = async || observer.query_one(sql, &[]).await.unwrap().get::<_, i64>(0);
    let session = server.endpoint("postgres").connect("dropped").await.unwrap();
    let query = tokio::spawn(async move { session.batch_execute("SELECT pg_sleep(1000)").await });
    while running().await == 0 {}
    query.abort();
    let gone = async { while running().await > 0 {} };
    tokio::time::timeout(Duration::from_secs(60), gone).await.unwrap();
}

#[test]
fn tools_that_are_too_old_are_named_with_the_version_that_is_needed() {
    let error = ClientTools::find(None, 990_000).unwrap_err().to_string();
    assert!(error.contains("PostgreSQL 99") || error.contains("not installed"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    let error = ClientTools::find(Some(empty.path()), 140_000).unwrap_err().to_string();
    assert!(error.contains("are not all in") && error.contains("apt install"), "{error}");
}
