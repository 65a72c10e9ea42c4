//! What a server remembers of statements is looked through too. On a server of its own, which loads `pg_stat_statements`;
//! where PostgreSQL came without it, nothing is tested.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

mod support;

use stagemask::error::{Error, ErrorKind};
use stagemask::pipeline::{self, Audited, Outcome, Source};
use stagemask::postgres::client_tools::{ClientTools, Tool};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::rules::load;
use stagemask::sandbox::{Options, Server};
use stagemask::secret::Secret;
use stagemask::verify::findings::{Finding, Severity};
use stagemask::verify::proof::Proof;
use support::drop::{TestRefresh, refresh_of, settings, silent};

const SHOP: &str = "CREATE TABLE public.users (id int PRIMARY KEY, email text, nickname text);
    INSERT INTO public.users SELECT n, 'user' || n || '@fjordpost.no', 'nickname-of-' || n FROM generate_series(1, 50) n";

const RULES: &str = "version: 1\ntables:\n  users: { columns: { email: email, nickname: token } }\n";

/// A utility statement, which is remembered with what stands in it and leaves nothing else behind.
const LEAK: &str = "DO $$ BEGIN PERFORM 'user7@fjordpost.no', 'nickname-of-8'; END $$";

const PLACE: &str = "the database at \"query texts in pg_stat_statements\"";

async fn server() -> Option<Server> {
    let preload = Some("pg_stat_statements".to_owned());
    match Server::start(&Options { shared_buffers_mib: 16, preload, ..Options::default() }).await {
        Ok(server) => Some(server),
        // Another reason fails the other tests.
        Err(error) => {
            println!("stepping aside: {error}");
            None
        }
    }
}

async fn run(on: &Endpoint, sql: &str) {
    let session = on.connect("stagemask test").await.unwrap();
    session.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    session.close().await;
}

async fn text(on: &Endpoint, sql: &str) -> String {
    let session = on.connect("stagemask test").await.unwrap();
    let row = session.query_one(sql, &[]).await.unwrap();
    session.close().await;
    row.get(0)
}

/// A masked shop that waits.
struct Waiting {
    server: Server,
    refresh: TestRefresh,
    masked: Outcome,
}

fn refresh(source: &Endpoint) -> TestRefresh {
    let mut refresh = refresh_of(source, "staging");
    refresh.refresh.rules =
        load::parse("shop.yaml", RULES.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    refresh
}

impl Waiting {
    async fn on(server: Server) -> Self {
        let source = server.create_database("shop").await.unwrap();
        run(&source, SHOP).await;
        let refresh = refresh(&source);
        let masked = pipeline::mask(&refresh.refresh, &silent()).await.unwrap();
        Self { server, refresh, masked }
    }

    fn incoming(&self) -> Endpoint {
        self.server.endpoint(&self.masked.record.target.incoming)
    }

    async fn verify(&self) -> Result<Outcome, Error> {
        let refresh = &self.refresh.refresh;
        pipeline::verify(&self.masked.record.run, &refresh.target, &refresh.settings, &silent()).await
    }

    /// The findings about query texts.
    fn found(&self) -> Vec<Finding> {
        let proof = Proof::read(&self.masked.folder.join("proof.json")).unwrap();
        proof.findings.into_iter().filter(|finding| finding.place.to_string() == PLACE).collect()
    }

    async fn refused(&self) -> Vec<String> {
        assert_eq!(self.verify().await.map(|_| ()).unwrap_err().kind(), ErrorKind::Findings);
        assert!(!format!("{:?}", self.found()).contains("user7"));
        self.found().into_iter().map(|finding| finding.kind).collect()
    }

    async fn forget(&self) {
        run(&self.server.endpoint("postgres"), "SELECT public.pg_stat_statements_reset()").await;
    }
}

const KINDS: [&str; 3] = ["e-mail address", "original of users.email", "original of users.nickname"];

#[tokio::test]
async fn a_statement_that_the_server_remembers_of_the_target_or_of_the_scratch_database_is_found() {
    let Some(server) = server().await else { return };
    run(&server.endpoint("postgres"), "CREATE EXTENSION pg_stat_statements SCHEMA public").await;
    let waiting = Waiting::on(server).await;
    run(&waiting.server.endpoint("shop"), LEAK).await;
    waiting.verify().await.unwrap();
    assert_eq!(waiting.found(), [], "of another database");

    run(&waiting.incoming(), LEAK).await;
    assert_eq!(waiting.refused().await, KINDS);
    waiting.forget().await;
    waiting.verify().await.unwrap();

    let scratch = waiting.server.create_database("scratch").await.unwrap();
    run(&scratch, LEAK).await;
    let oid = text(&scratch, "SELECT oid::text FROM pg_database WHERE datname = 'scratch'").await;
    run(&waiting.server.endpoint("postgres"), "DROP DATABASE scratch").await;
    let mut record = waiting.masked.folder.record().unwrap();
    record.source.scratch_oid = Some(oid.parse().unwrap());
    waiting.masked.folder.keep(&record).unwrap();
    assert_eq!(waiting.refused().await, KINDS, "of a database that is gone");
    waiting.forget().await;
    waiting.verify().await.unwrap();
}

#[tokio::test]
async fn what_is_remembered_and_cannot_be_read_is_said() {
    let Some(server) = server().await else { return };
    let waiting = Waiting::on(server).await;
    waiting.verify().await.unwrap();
    let found = waiting.found();
    assert!(found[0].kind.contains("its view isn't in this database"), "{found:?}");
    assert_eq!((found.len(), found[0].severity), (1, Severity::Note));

    let postgres = waiting.server.endpoint("postgres");
    let sql = "CREATE EXTENSION pg_stat_statements SCHEMA public; CREATE ROLE auditor LOGIN PASSWORD 'x' BYPASSRLS IN ROLE pg_read_all_data";
    run(&postgres, sql).await;
    let folder = tempfile::tempdir().unwrap();
    let target = waiting.server.tcp_endpoint("shop").with_user("auditor", Some(Secret::new("x")));
    let audited = Audited { target, rules: None, settings: settings(folder.path()) };
    let audit = pipeline::audit(&audited, &silent()).await.unwrap();
    let found: Vec<&Finding> = audit.findings.iter().filter(|finding| finding.place.to_string() == PLACE).collect();
    assert!(found[0].kind.contains("statements of other roles") && found[0].count > 0, "{found:?}");
    assert_eq!((found.len(), found[0].severity), (1, Severity::Warning));
}

#[tokio::test]
async fn nothing_is_remembered_of_a_script_that_is_restored_and_staging_keeps_none_of_its_settings() {
    let Some(server) = server().await else { return };
    run(&server.endpoint("postgres"), "CREATE EXTENSION pg_stat_statements SCHEMA public").await;
    let source = server.create_database("shop").await.unwrap();
    run(&source, SHOP).await;
    let files = tempfile::tempdir().unwrap();
    let script = files.path().join("shop.sql");
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let dump = tools.command(Tool::PgDump, Some(&source)).args(["--format=plain", "--file"]).arg(script.as_os_str());
    dump.run().await.unwrap().require("dumping").unwrap();
    let dump = std::fs::read_to_string(&script).unwrap();
    assert!(dump.contains("SET row_security = off;"));
    std::fs::write(&script, dump.replace("SET row_security = off;", &format!("SET row_security = off;\n{LEAK};")))
        .unwrap();

    let mut refresh = refresh(&source);
    refresh.refresh.source = Source::Archive(script);
    let outcome = pipeline::refresh(&refresh.refresh, &silent()).await.unwrap();
    assert!(outcome.record.source.scratch_oid.is_some());
    let remembered = "SELECT count(*)::text FROM public.pg_stat_statements WHERE query LIKE '%user7@%'";
    assert_eq!(text(&server.endpoint("postgres"), remembered).await, "0");
    let settings = "SELECT count(*)::text FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase \
        WHERE d.datname = 'staging'";
    assert_eq!(text(&server.endpoint("postgres"), settings).await, "0");
}
