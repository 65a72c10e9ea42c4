//! One refresh, from production to staging.

use stagemask::database;
use stagemask::postgres::client_tools::{ClientTools, Tool};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::postgres::tool_run::Output;
use stagemask::run_record::RunState;
use stagemask::secret::MaskingKey;
use stagemask::verify::findings::{Finding, Question};

use super::support::drop::{databases_like, production, refresh_of};
use super::support::{self, server};

const ORIGINALS: &str = include_str!("../../examples/drop/originals.sql");

async fn text_dump(database: &Endpoint) -> String {
    let server = server().await;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let dump = tools.command(Tool::PgDump, Some(database)).output(Output::Capture).run().await.unwrap();
    String::from_utf8(dump.require("dumping").unwrap()).unwrap()
}

async fn column(database: &Endpoint, sql: &str) -> Vec<String> {
    let session = database.connect("stagemask test").await.unwrap();
    session.batch_execute("SET search_path = public, pg_catalog").await.unwrap();
    session.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Of each table, its name and how many rows it has.
async fn row_counts(database: &Endpoint) -> Vec<String> {
    let tables = column(
        database,
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind IN ('r', 'm') AND n.nspname IN ('public', 'support') ORDER BY 1",
    )
    .await;
    let mut counts = Vec::new();
    for table in tables {
        let count = column(database, &format!("SELECT count(*)::text FROM ONLY {table}")).await;
        counts.push(format!("{table} {}", count.concat()));
    }
    counts
}

#[tokio::test]
async fn no_original_is_left_and_nothing_else_is_lost() {
    let source = production("whole_source").await;
    support::database("whole_staging").await.execute("CREATE TABLE the_one_before (id int)").await;
    let refresh = refresh_of(source.endpoint(), "whole_staging");
    let outcome = refresh.run().await.unwrap();
    let staging = source.endpoint().with_database("whole_staging");
    let of_schema = |finding: &&Finding| finding.question == Question::Metadata;
    let found: Vec<&Finding> = outcome.proof.iter().flat_map(|proof| &proof.findings).filter(of_schema).collect();
    assert!(found.is_empty(), "nobody's data are in the schema: {found:?}");

    let originals =
        column(source.endpoint(), &format!("SELECT value FROM ({}) o", ORIGINALS.trim().trim_end_matches(';'))).await;
    assert!(originals.len() > 1000);
    assert!(originals.iter().all(|original| text_is_searchable(original)), "an original is too short to search for");
    let dump = text_dump(&staging).await;
    let left = originals.iter().filter(|original| dump.contains(original.as_str())).count();
    assert_eq!(left, 0, "{left} of {} originals are in the released database", originals.len());

    assert_eq!(row_counts(source.endpoint()).await, row_counts(&staging).await);
    let invalid = "SELECT conname::text FROM pg_constraint WHERE NOT convalidated";
    assert_eq!(column(&staging, invalid).await, Vec::<String>::new());
    let proof = outcome.proof.unwrap();
    assert!(proof.passes() && proof.canaries.planted >= 12 && proof.canaries.found == proof.canaries.planted);
    assert_eq!(outcome.record.state, RunState::Released);
    let retired = outcome.record.target.retired.unwrap();
    assert_eq!(
        databases_like("whole_").await,
        ["whole_source".to_owned(), "whole_staging".to_owned(), retired.clone()]
    );
    assert!(staging.with_database(&retired).connect("stagemask test").await.is_err(), "the one before is closed");
    assert!(!refresh.state.path().join("runs").join(outcome.record.run.to_string()).join("originals").exists());
}

fn text_is_searchable(original: &str) -> bool {
    original.chars().count() >= 6
}

#[tokio::test]
async fn the_dump_of_production_does_hold_the_originals() {
    let source = production("control_source").await;
    let originals =
        column(source.endpoint(), &format!("SELECT value FROM ({}) o", ORIGINALS.trim().trim_end_matches(';'))).await;
    let dump = text_dump(source.endpoint()).await;
    let found = originals.iter().filter(|original| dump.contains(original.as_str())).count();
    // A few stand in production only inside of what a dump escapes.
    assert!(found * 10 > originals.len() * 9, "{found} of {}", originals.len());
}

#[tokio::test]
async fn the_same_key_gives_the_same_values_and_another_key_gives_others() {
    let source = production("keys_source").await;
    let people = "SELECT id || first_name || last_name || email || coalesce(phone, '') FROM public.users ORDER BY id";
    let accounts =
        "SELECT id || account_number || iban || coalesce(balance::text, '') FROM public.bank_accounts ORDER BY id";
    let mut masked = Vec::new();
    for (staging, key) in [("keys_1", "5eed"), ("keys_2", "5eed"), ("keys_3", "feed")] {
        let mut refresh = refresh_of(source.endpoint(), staging);
        refresh.refresh.settings.key = Some(MaskingKey::parse(&key.repeat(16)).unwrap());
        refresh.run().await.unwrap();
        let staging = source.endpoint().with_database(staging);
        masked.push([column(&staging, people).await, column(&staging, accounts).await].concat());
    }
    assert_eq!(masked[0], masked[1]);
    let same = masked[0].iter().zip(&masked[2]).filter(|(one, other)| one == other).count();
    assert_eq!(same, 0);
}

#[tokio::test]
async fn a_person_has_the_same_fake_in_every_place() {
    let source = production("consistent_source").await;
    refresh_of(source.endpoint(), "consistent_staging").run().await.unwrap();
    let staging = source.endpoint().with_database("consistent_staging");
    let pairs = "SELECT (SELECT count(*) FROM public.users u JOIN public.bank_accounts b ON b.user_id = u.id \
        WHERE position(b.account_number in b.iban) > 0)::text";
    let (before, after) = (column(source.endpoint(), pairs).await, column(&staging, pairs).await);
    assert_eq!(before, after);
    let joined = "SELECT count(*)::text FROM public.users u JOIN public.login_attempts l ON lower(l.email) = lower(u.email::text)";
    let (before, after) = (column(source.endpoint(), joined).await, column(&staging, joined).await);
    assert_ne!(before, ["0"]);
    assert_eq!(before, after);
    let views = "SELECT count(*)::text FROM public.customer_overview o JOIN public.users u ON u.id = o.user_id \
        AND u.full_name = o.full_name AND u.email = o.email";
    let users = "SELECT count(*)::text FROM public.users";
    assert_eq!(column(&staging, views).await, column(&staging, users).await);
}

#[tokio::test]
async fn owners_privileges_and_sequences_are_those_of_the_source() {
    let source = production("rights_source").await;
    refresh_of(source.endpoint(), "rights_staging").run().await.unwrap();
    let staging = source.endpoint().with_database("rights_staging");
    let facts = [
        "SELECT c.oid::regclass || ' ' || c.relowner::regrole || ' ' || coalesce(c.relacl::text, '-') FROM pg_class c \
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'support') ORDER BY 1",
        "SELECT schemaname || sequencename || coalesce(last_value::text, '-') FROM pg_sequences ORDER BY 1",
        "SELECT polname || polrelid::regclass FROM pg_policy ORDER BY 1",
        "SELECT d.defaclacl::text FROM pg_default_acl d ORDER BY 1",
        "SELECT p.oid::regprocedure || coalesce(p.proacl::text, '-') FROM pg_proc p JOIN pg_namespace n \
            ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND p.prolang <> 13 ORDER BY 1",
    ];
    for fact in facts {
        let (before, after) = (column(source.endpoint(), fact).await, column(&staging, fact).await);
        assert!(!before.is_empty());
        assert_eq!(before, after);
    }
    let admin = database::admin_session(&staging).await.unwrap();
    assert!(database::exists(&admin, "rights_staging").await.unwrap());
}
