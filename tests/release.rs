//! The masked database becomes staging in one step, with a proof for it and for nothing else; and back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "these are tests")]

mod support;

use stagemask::database::{self, DatabaseProperties, DatabaseSettings};
use stagemask::error::{Error, ErrorKind};
use stagemask::mask::schema::SchemaArchive;
use stagemask::postgres::client_tools::ClientTools;
use stagemask::postgres::connect::Session;
use stagemask::postgres::endpoint::Endpoint;
use stagemask::postgres::identifier::quote_identifier;
use stagemask::postgres::snapshot::ExportedSnapshot;
use stagemask::progress::Silent;
use stagemask::release::{Release, Released, RolledBack, release, rollback};
use stagemask::run_record::{
    MaskedRecord, RulesRecord, RunFolder, RunId, RunRecord, RunState, SourceRecord, TargetRecord,
};
use stagemask::secret::Secret;
use stagemask::verify::VerifiedDatabase;
use stagemask::verify::findings::{Finding, Place, Question, Severity};
use stagemask::verify::proof::{Canaries, Proof, VERSION};
use stagemask::verify::state::State;
use support::server;
use tokio::sync::OnceCell;

/// A production with owners, grants, default privileges, an event trigger and settings.
const PRODUCTION: &str = "CREATE TABLE users (id int PRIMARY KEY, name text); ALTER TABLE users OWNER TO shop_owner; \
    CREATE TABLE notes (id int PRIMARY KEY); GRANT SELECT, INSERT ON users TO shop_app; GRANT SELECT ON users TO shop_reader; \
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; \
    CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch(); \
    ALTER DATABASE shop SET work_mem = '7MB'; ALTER DATABASE shop SET search_path = \"$user\", public; \
    ALTER ROLE shop_app IN DATABASE shop SET statement_timeout = '7s'; COMMENT ON DATABASE shop IS 'the shop';";

static SHOP: OnceCell<Endpoint> = OnceCell::const_new();

async fn shop() -> &'static Endpoint {
    SHOP.get_or_init(|| async {
        let admin = admin().await;
        admin
            .batch_execute(
                "CREATE ROLE shop_owner; CREATE ROLE shop_reader LOGIN PASSWORD 'x'; CREATE ROLE shop_app LOGIN PASSWORD 'x'",
            )
            .await
            .unwrap();
        let shop = support::database("shop").await;
        shop.execute(PRODUCTION).await;
        shop.endpoint().clone()
    })
    .await
}

async fn admin() -> Session {
    server().await.endpoint("postgres").connect("stagemask test").await.unwrap()
}

/// A run that is masked and verified and waits for its release.
struct Waiting {
    _state: tempfile::TempDir,
    folder: RunFolder,
    record: RunRecord,
    proof: Proof,
    schema: SchemaArchive,
    settings: DatabaseSettings,
    target: Endpoint,
}

impl Waiting {
    async fn for_database(name: &str) -> Self {
        let run = RunId::new().unwrap();
        let state = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(state.path(), &run).unwrap();
        let session = shop().await.connect("stagemask test").await.unwrap();
        let tools = ClientTools::find(None, session.server_version_num()).unwrap();
        let like = DatabaseProperties::of(&session).await.unwrap();
        let settings = DatabaseSettings::of(&session).await.unwrap();
        let snapshot = ExportedSnapshot::export(session).await.unwrap();
        let schema = SchemaArchive::dump(&tools, shop().await, snapshot.id(), &folder).await.unwrap();
        let schema_digest = SchemaArchive::digest(&schema.ddl_text().await.unwrap());
        let incoming = database::incoming_name(name, &run).unwrap();
        database::create_closed(&admin().await, &incoming, &like).await.unwrap();
        let target = server().await.endpoint(name);
        let closed = target.with_database(&incoming);
        schema.create(&closed).await.unwrap();
        schema.finish(&closed, 2).await.unwrap();
        let session = closed.connect("stagemask test").await.unwrap();
        session.batch_execute("INSERT INTO public.users VALUES (1, 'masked')").await.unwrap();
        session.close().await;
        let session = closed.connect("stagemask test").await.unwrap();
        let state_of_target = State::once_alone(&session, closed.database()).await.unwrap();
        let identity = database::identity(&session).await.unwrap();
        session.close().await;
        let text = str::to_owned;
        let record = RunRecord {
            run: run.clone(),
            tool: text("stagemask"),
            started: String::new(),
            source: SourceRecord {
                kind: text("live"),
                described: String::new(),
                age_seconds: 0,
                bytes: 0,
                identity: None,
                scratch_oid: None,
            },
            target: TargetRecord {
                server: String::new(),
                database: text(name),
                incoming,
                retired: None,
                identity: identity.clone(),
                catalogs: Default::default(),
                instance: None,
            },
            rules: RulesRecord { file: text("rules.yaml"), digest: text("rules") },
            allowed_domains: Vec::new(),
            accepted: Vec::new(),
            assertions: Default::default(),
            key_fingerprint: String::new(),
            objectives: Default::default(),
            stages: Vec::new(),
            masked: Some(MaskedRecord {
                tables: Vec::new(),
                recorded: Vec::new(),
                large_objects: 0,
                large_objects_checksum: None,
                inventory: Default::default(),
                joined: Vec::new(),
                objects: Vec::new(),
                behind: Vec::new(),
                schema_digest: schema_digest.clone(),
            }),
            state: RunState::Verified,
        };
        let proof = Proof {
            version: VERSION,
            run,
            tool: text("stagemask"),
            tool_digest: String::new(),
            made: String::new(),
            target: identity,
            rules_digest: text("rules"),
            schema_digest,
            state: state_of_target,
            tables: Vec::new(),
            large_objects: 0,
            joins: Vec::new(),
            canaries: Canaries { planted: 1, found: 1 },
            findings: Vec::new(),
            accepted: Vec::new(),
            seconds: 0.0,
            digest: String::new(),
            signature: None,
        };
        Self { _state: state, folder, record, proof, schema, settings, target }
    }

    async fn release(&self) -> Result<Released, Error> {
        let Self { target, record, folder, schema, settings, .. } = self;
        let proof = self.proof.clone().sealed(None).unwrap();
        let verified = &VerifiedDatabase::resume(proof).unwrap();
        release(Release { verified, target, record, folder, schema, settings, trusted: None, seal: None }, &Silent)
            .await
    }

    async fn rollback(&self) -> Result<RolledBack, Error> {
        rollback(&self.folder, &self.target).await
    }

    /// That nothing has happened: staging has its row and is open, the target is closed under its own name.
    async fn is_as_it_was(&self) {
        assert_eq!(name_in(&self.target).await, "old");
        let admin = admin().await;
        let oid = database::oid_of(&admin, &self.record.target.incoming).await.unwrap();
        assert_eq!(oid, Some(self.proof.target.oid));
        assert!(as_role("shop_app", &self.record.target.incoming).await.is_err());
    }
}

/// Staging as it is before a refresh.
async fn staging(name: &str) {
    let staging = support::database(name).await;
    staging.execute("CREATE TABLE users (id int, name text); INSERT INTO users VALUES (1, 'old')").await;
    let admin = admin().await;
    admin.batch_execute(&format!("ALTER DATABASE {} CONNECTION LIMIT 17", quote_identifier(name))).await.unwrap();
    admin
        .batch_execute(&format!(
            "REVOKE ALL ON DATABASE {0} FROM PUBLIC; GRANT CONNECT ON DATABASE {0} TO shop_app, shop_reader",
            quote_identifier(name)
        ))
        .await
        .unwrap();
}

async fn name_in(endpoint: &Endpoint) -> String {
    let session = endpoint.connect("stagemask test").await.unwrap();
    session.query_one("SELECT name FROM public.users", &[]).await.unwrap().get(0)
}

async fn as_role(role: &str, database: &str) -> Result<Session, Error> {
    let endpoint = server().await.tcp_endpoint(database).with_user(role, Some(Secret::new("x")));
    endpoint.connect("stagemask test").await
}

async fn connections(database: &str) -> (bool, i32) {
    let sql = "SELECT datallowconn, datconnlimit FROM pg_database WHERE datname = $1::text::name";
    let row = admin().await.query_one(sql, &[&database]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn a_release_swaps_the_databases_and_a_rollback_swaps_them_back() {
    shop().await;
    staging("swap").await;
    let waiting = Waiting::for_database("swap").await;
    let old_session = as_role("shop_app", "swap").await.unwrap();

    let retired = waiting.release().await.unwrap().retired.unwrap();
    assert_eq!(name_in(&waiting.target).await, "masked");
    assert!(old_session.simple_query("SELECT 1").await.is_err(), "old sessions are ended");
    assert_eq!(connections(&retired).await, (false, 17));
    assert_eq!(connections("swap").await, (true, 17), "staging keeps its own limit");
    assert!(!database::exists(&admin().await, &waiting.record.target.incoming).await.unwrap());

    waiting.rollback().await.unwrap();
    assert_eq!(name_in(&waiting.target).await, "old");
    assert_eq!(connections("swap").await, (true, 17));
    assert!(as_role("shop_app", "swap").await.is_ok());
    assert!(!connections(&waiting.record.target.incoming).await.0);
    waiting.rollback().await.unwrap();
    assert_eq!(name_in(&waiting.target).await, "old", "a second time changes nothing");
}

#[tokio::test]
async fn roles_grants_and_settings_are_those_of_the_source() {
    shop().await;
    staging("granted").await;
    let waiting = Waiting::for_database("granted").await;
    waiting.release().await.unwrap();
    let app = as_role("shop_app", "granted").await.unwrap();
    app.batch_execute("INSERT INTO public.users VALUES (2, 'new')").await.unwrap();
    assert!(app.batch_execute("SELECT FROM public.notes").await.is_err());
    let reader = as_role("shop_reader", "granted").await.unwrap();
    reader.batch_execute("SELECT name FROM public.users").await.unwrap();
    assert!(reader.batch_execute("INSERT INTO public.users VALUES (3, 'new')").await.is_err());
    let session = waiting.target.connect("stagemask test").await.unwrap();
    let sql = "SELECT (SELECT tableowner::text FROM pg_tables WHERE tablename = 'users'), \
        (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'granted'), \
        (SELECT string_agg(c, ';' ORDER BY c) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase, \
            unnest(setconfig) c WHERE datname = 'granted'), (SELECT count(*) FROM pg_event_trigger)";
    let row = session.query_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, String>(0), "shop_owner");
    assert_eq!(row.get::<_, String>(1), "the shop");
    assert_eq!(row.get::<_, String>(2), "search_path=\"$user\", public;statement_timeout=7s;work_mem=7MB");
    assert_eq!(row.get::<_, i64>(3), 1);
}

#[tokio::test]
async fn where_there_was_no_staging_the_sources_access_applies_and_nothing_can_be_rolled_back() {
    let waiting = Waiting::for_database("first").await;
    assert_eq!(waiting.release().await.unwrap().retired, None);
    assert_eq!(name_in(&waiting.target).await, "masked");
    assert!(as_role("shop_app", "first").await.is_ok());
    assert_eq!(waiting.rollback().await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(name_in(&waiting.target).await, "masked");
}

#[tokio::test]
async fn a_swap_that_cannot_rename_leaves_everything_as_it_was() {
    shop().await;
    staging("taken").await;
    let waiting = Waiting::for_database("taken").await;
    let retired = database::retired_name("taken", &waiting.record.run).unwrap();
    admin().await.batch_execute(&format!("CREATE DATABASE {}", quote_identifier(&retired))).await.unwrap();
    let error = waiting.release().await.unwrap_err();
    assert!(error.what().contains("staging is as it was"), "{error}");
    waiting.is_as_it_was().await;
    database::drop_database(&admin().await, &retired).await.unwrap();
    waiting.release().await.unwrap();
    assert_eq!(name_in(&waiting.target).await, "masked");
}

#[tokio::test]
async fn a_target_with_company_is_not_released() {
    shop().await;
    staging("company").await;
    let waiting = Waiting::for_database("company").await;
    let incoming = waiting.target.with_database(&waiting.record.target.incoming);
    let other = incoming.connect("somebody").await.unwrap();
    let refused = waiting.release().await.unwrap_err();
    assert!(refused.what().contains("1 × somebody as"), "{refused}");
    waiting.is_as_it_was().await;
    other.close().await;
    waiting.release().await.unwrap();
}

#[tokio::test]
async fn a_failure_behind_both_renames_undoes_them() {
    shop().await;
    staging("behind").await;
    let waiting = Waiting::for_database("behind").await;
    // Staging's own limit of connections is given to the next database behind the renames, and this one is not valid.
    admin().await.batch_execute("UPDATE pg_database SET datconnlimit = -7 WHERE datname = 'behind'").await.unwrap();
    let error = waiting.release().await.unwrap_err();
    assert!(error.what().contains("staging is as it was"), "{error}");
    admin().await.batch_execute("UPDATE pg_database SET datconnlimit = -1 WHERE datname = 'behind'").await.unwrap();
    waiting.is_as_it_was().await;
    waiting.release().await.unwrap();
    assert_eq!(name_in(&waiting.target).await, "masked");
}

#[tokio::test]
async fn the_proof_of_another_database_opens_nothing() {
    shop().await;
    staging("other").await;
    let mut waiting = Waiting::for_database("other").await;
    let right = waiting.proof.clone();

    waiting.proof.target.oid += 1;
    assert!(waiting.release().await.unwrap_err().what().contains("not the database that was verified"));
    waiting.proof = right.clone();
    waiting.proof.target.system_identifier = "7".to_owned();
    assert!(waiting.release().await.unwrap_err().what().contains("not the database that was verified"));
    waiting.proof = right.clone();
    waiting.proof.run = RunId::new().unwrap();
    assert!(waiting.release().await.unwrap_err().what().contains("the proof is of run"));
    waiting.proof = right.clone();
    waiting.proof.rules_digest = "others".to_owned();
    assert!(waiting.release().await.unwrap_err().what().contains("other rules"));
    waiting.proof = right.clone();
    waiting.proof.schema_digest = "another".to_owned();
    assert!(waiting.release().await.unwrap_err().what().contains("schema"));
    waiting.is_as_it_was().await;

    // Somebody puts another database in the place of the verified one.
    let incoming = quote_identifier(&waiting.record.target.incoming);
    waiting.proof = right;
    let replace = format!("DROP DATABASE {incoming}");
    admin().await.batch_execute(&replace).await.unwrap();
    admin().await.batch_execute(&format!("CREATE DATABASE {incoming}")).await.unwrap();
    assert!(waiting.release().await.unwrap_err().what().contains("not the database that was verified"));
    assert_eq!(name_in(&waiting.target).await, "old");
}

#[tokio::test]
async fn a_proof_with_a_blocking_finding_makes_no_verified_database() {
    let waiting = Waiting::for_database("blocked").await;
    let finding = Finding {
        question: Question::Leak,
        place: Place { table: None, column: None, key: None },
        kind: "email".to_owned(),
        severity: Severity::Blocking,
        count: 1,
        keys: Vec::new(),
        advice: String::new(),
    };
    let blocked = Proof { findings: vec![finding], ..waiting.proof.clone() };
    assert!(VerifiedDatabase::resume(blocked).is_none());
    let blind = Proof { canaries: Canaries { planted: 1, found: 0 }, ..waiting.proof.clone() };
    assert!(VerifiedDatabase::resume(blind).is_none());
    assert!(VerifiedDatabase::resume(waiting.proof).is_some());
}

#[tokio::test]
async fn a_release_that_was_cut_off_behind_the_swap_is_found_done() {
    shop().await;
    staging("again").await;
    let waiting = Waiting::for_database("again").await;
    let first = waiting.release().await.unwrap();
    let second = waiting.release().await.unwrap();
    assert_eq!(first.retired, second.retired);
    assert_eq!(name_in(&waiting.target).await, "masked");
}
