//! The whole refresh with roles that are no superusers, as on Amazon RDS: owners, grants and policies arrive all the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "these are tests")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use stagemask::database;
use stagemask::pipeline::{self, Refresh, Source};
use stagemask::postgres::client_tools::{ClientTools, Tool};
use stagemask::postgres::connect::Session;
use stagemask::postgres::endpoint::Endpoint;
use stagemask::postgres::identifier::quote_identifier;
use stagemask::progress::{Event, Progress};
use stagemask::rules::load;
use stagemask::secret::Secret;
use support::drop::{databases_like, production, refresh_of, settings, silent};
use support::server;
use tokio::sync::Mutex;

/// Tests that create the same roles must not do so at once.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// A role that may make databases and roles, and nothing else.
async fn tool(name: &str) -> Endpoint {
    let sql = format!("CREATE ROLE {name} LOGIN CREATEDB CREATEROLE PASSWORD 'x'; GRANT pg_signal_backend TO {name}");
    admin().await.batch_execute(&sql).await.unwrap();
    server().await.tcp_endpoint("postgres").with_user(name, Some(Secret::new("x")))
}

/// Since PostgreSQL 16, CREATEROLE reaches only as far as the roles that one has made or been given to administer.
async fn administers(tool: &str, roles: &[&str]) {
    if server().await.version_num() >= 160_000 {
        let sql = format!("GRANT {} TO {tool} WITH ADMIN OPTION, INHERIT FALSE, SET FALSE", roles.join(", "));
        admin().await.batch_execute(&sql).await.unwrap();
    }
}

/// Large objects are read by their owners only.
async fn reads_large_objects(tool: &str) {
    let option = if server().await.version_num() >= 160_000 { "WITH INHERIT TRUE" } else { "" };
    admin().await.batch_execute(&format!("GRANT up_sales TO {tool} {option}")).await.unwrap();
}

async fn admin() -> Session {
    server().await.endpoint("postgres").connect("stagemask test").await.unwrap()
}

/// Several owners and schemas, default privileges, grants that are passed on, policies that bind the owner, an extension, a
/// materialized view, sequences, every kind of object that has an owner, an event trigger and large objects.
const SHOP: &str = "
    CREATE SCHEMA sales AUTHORIZATION up_sales; CREATE SCHEMA stock; GRANT USAGE ON SCHEMA sales, stock TO up_app;
    CREATE EXTENSION hstore SCHEMA public;
    ALTER DEFAULT PRIVILEGES FOR ROLE up_sales IN SCHEMA sales GRANT SELECT ON TABLES TO up_app;
    ALTER DEFAULT PRIVILEGES FOR ROLE up_sales REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    CREATE TYPE stock.state AS ENUM ('in', 'out'); ALTER TYPE stock.state OWNER TO up_stock;
    CREATE DOMAIN stock.amount AS int CHECK (value >= 0); ALTER DOMAIN stock.amount OWNER TO up_stock;
    CREATE TABLE stock.items (id serial PRIMARY KEY, state stock.state, amount stock.amount, place int);
    CREATE TABLE sales.orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item int REFERENCES stock.items, price int);
    CREATE FUNCTION sales.total() RETURNS bigint LANGUAGE sql AS 'SELECT sum(price) FROM sales.orders';
    REVOKE EXECUTE ON FUNCTION sales.total() FROM PUBLIC; GRANT EXECUTE ON FUNCTION sales.total() TO up_app;
    CREATE MATERIALIZED VIEW sales.per_item AS SELECT item, sum(price) AS sum FROM sales.orders GROUP BY 1;
    CREATE VIEW stock.present AS SELECT id FROM stock.items WHERE state = 'in';
    CREATE STATISTICS stock.both ON state, place FROM stock.items;
    INSERT INTO stock.items (state, amount, place) SELECT 'in', n, n FROM generate_series(1, 40) n;
    INSERT INTO sales.orders (item, price) SELECT n, n FROM generate_series(1, 40) n;
    REFRESH MATERIALIZED VIEW sales.per_item;
    ALTER TABLE stock.items OWNER TO up_stock; ALTER VIEW stock.present OWNER TO up_stock;
    ALTER STATISTICS stock.both OWNER TO up_stock;
    ALTER TABLE sales.orders OWNER TO up_sales; ALTER FUNCTION sales.total() OWNER TO up_sales;
    ALTER MATERIALIZED VIEW sales.per_item OWNER TO up_sales;
    GRANT SELECT, INSERT ON sales.orders TO up_app WITH GRANT OPTION; GRANT SELECT (id) ON stock.items TO up_app;
    GRANT USAGE ON SEQUENCE stock.items_id_seq TO up_app;
    SET ROLE up_app; GRANT SELECT ON sales.orders TO up_reader; RESET ROLE;
    ALTER TABLE stock.items ENABLE ROW LEVEL SECURITY; ALTER TABLE stock.items FORCE ROW LEVEL SECURITY;
    CREATE POLICY present ON stock.items TO up_app USING (state = 'in');
    SELECT lo_from_bytea(4711, 'large'); ALTER LARGE OBJECT 4711 OWNER TO up_sales;
    GRANT SELECT ON LARGE OBJECT 4711 TO up_app;
    GRANT CREATE ON SCHEMA public TO up_stock;
    ";

const ROLES: [&str; 4] = ["up_sales", "up_stock", "up_app", "up_reader"];

const RULES: &str = "version: 1\nlarge_objects: keep\ntables:\n  sales.orders: { columns: { price: keep, item: keep } }\n  \
    stock.items: { columns: { place: keep } }\n";

async fn shop(name: &str, more: &str) -> Endpoint {
    let admin = admin().await;
    for role in ROLES {
        let sql = format!("CREATE ROLE {role} LOGIN PASSWORD 'x'");
        // Another test of this binary has made it.
        let _ = admin.batch_execute(&sql).await;
    }
    let database = support::database(name).await;
    database.execute(&format!("{SHOP}; {more}")).await;
    database.endpoint().clone()
}

/// Owner and privileges of every object, and what else belongs to access, one line each.
async fn access(database: &Endpoint) -> Vec<String> {
    let session = database.connect("stagemask test").await.unwrap();
    let acl = |acl: &str, kind: &str, owner: &str| {
        format!(
            "(SELECT string_agg(concat_ws('/', coalesce(g.rolname, 'public'), a.privilege_type, a.is_grantable, r.rolname), ' ' \
                ORDER BY g.rolname, a.privilege_type, r.rolname) \
            FROM aclexplode(coalesce({acl}, acldefault('{kind}', {owner}))) a JOIN pg_roles r ON r.oid = a.grantor \
            LEFT JOIN pg_roles g ON g.oid = a.grantee)"
        )
    };
    let name = |catalog: &str, oid: &str, owner: &str| {
        let catalog = catalog.trim_end_matches("_metadata");
        format!("concat_ws(' ', pg_describe_object('{catalog}'::regclass, {oid}, 0), pg_get_userbyid({owner}))")
    };
    let part = |catalog: &str, owner: &str, list: &str, kind: &str, of: &str| {
        format!(
            "SELECT {} || ' ' || coalesce({}, '') FROM {catalog} o WHERE {of} AND NOT EXISTS (SELECT FROM pg_depend d \
             WHERE d.classid = '{catalog}'::regclass AND d.objid = o.oid AND d.deptype = 'e')",
            name(catalog, "o.oid", owner),
            acl(list, kind, owner)
        )
    };
    let ours = |schema: &str| {
        format!(
            "{schema} IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')"
        )
    };
    let queries = [
        part("pg_class", "o.relowner", "o.relacl", "r", &format!("o.relkind <> 'S' AND {}", ours("o.relnamespace"))),
        part("pg_class", "o.relowner", "o.relacl", "s", &format!("o.relkind = 'S' AND {}", ours("o.relnamespace"))),
        part("pg_proc", "o.proowner", "o.proacl", "f", &ours("o.pronamespace")),
        part("pg_type", "o.typowner", "o.typacl", "T", &format!("o.typelem = 0 AND {}", ours("o.typnamespace"))),
        part("pg_namespace", "o.nspowner", "o.nspacl", "n", &ours("o.oid")),
        part("pg_largeobject_metadata", "o.lomowner", "o.lomacl", "L", "true"),
        format!(
            "SELECT {} FROM pg_statistic_ext o",
            name("pg_statistic_ext", "o.oid", "o.stxowner")
        ),
        "SELECT concat_ws(' ', c.relname, c.relrowsecurity, c.relforcerowsecurity) FROM pg_class c WHERE c.relrowsecurity"
            .to_owned(),
        "SELECT concat_ws(' ', attrelid::regclass, attname, attacl) FROM pg_attribute WHERE attacl IS NOT NULL \
            AND attrelid >= 16384"
            .to_owned(),
        "SELECT concat_ws(' ', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, \
            (SELECT array_agg(a::text ORDER BY 1) FROM unnest(defaclacl) a)) FROM pg_default_acl"
            .to_owned(),
        "SELECT concat_ws(' ', polname, polrelid::regclass, polroles::regrole[], pg_get_expr(polqual, polrelid)) FROM pg_policy"
            .to_owned(),
    ];
    let mut lines = Vec::new();
    for sql in queries {
        lines.extend(session.query(&sql, &[]).await.unwrap().iter().map(|row| row.get::<_, String>(0)));
    }
    lines.sort();
    lines
}

fn differences(one: &[String], other: &[String]) -> Vec<String> {
    let only = |sign: &str, these: &[String], those: &[String]| {
        these.iter().filter(|line| !those.contains(line)).map(|line| format!("{sign} {line}")).collect::<Vec<_>>()
    };
    [only("-", one, other), only("+", other, one)].concat()
}

fn refresh(source: Source, target: Endpoint, state: &Path) -> Refresh {
    Refresh {
        source,
        target: target.into(),
        objectives: Default::default(),
        rules: load::parse("shop.yaml", RULES.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap(),
        assertions: BTreeMap::new(),
        settings: settings(state),
    }
}

async fn as_role(role: &str, database: &str) -> Session {
    let endpoint = server().await.tcp_endpoint(database).with_user(role, Some(Secret::new("x")));
    endpoint.connect("stagemask test").await.unwrap()
}

async fn count(session: &Session, sql: &str) -> i64 {
    session.query_one(sql, &[]).await.unwrap().get(0)
}

/// Warnings, as a person would see them.
#[derive(Debug, Default)]
struct Heard(std::sync::Mutex<Vec<String>>);

impl Progress for Heard {
    fn event(&self, event: Event<'_>) {
        if let Event::Warning { text } = event {
            self.0.lock().unwrap().push(text.to_owned());
        }
    }
}

#[tokio::test]
async fn a_live_source_arrives_with_the_owners_and_privileges_that_it_has() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let source =
        shop("up_live", "ALTER SCHEMA stock OWNER TO up_stock; ALTER DATABASE up_live OWNER TO up_sales").await;
    let tool = tool("up_live_tool").await;
    administers("up_live_tool", &ROLES).await;
    reads_large_objects("up_live_tool").await;
    admin()
        .await
        .batch_execute("GRANT pg_read_all_data TO up_live_tool; ALTER ROLE up_live_tool BYPASSRLS")
        .await
        .unwrap();
    let state = tempfile::tempdir().unwrap();
    let from = Source::Live(Box::new(tool.with_database("up_live")));
    let refresh = refresh(from, tool.with_database("up_live_staging"), state.path());
    pipeline::refresh(&refresh, &silent()).await.unwrap();

    let staging = server().await.endpoint("up_live_staging");
    let differences = differences(&access(&source).await, &access(&staging).await);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let app = as_role("up_app", "up_live_staging").await;
    assert_eq!(count(&app, "SELECT count(*) FROM sales.orders").await, 40);
    assert_eq!(count(&app, "SELECT sales.total()").await, 820);
    assert_eq!(count(&as_role("up_reader", "up_live_staging").await, "SELECT 1::int8").await, 1);
}

#[tokio::test]
async fn archives_of_every_kind_arrive_with_owners_and_privileges_too() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let source = shop("up_archive", "ALTER SCHEMA stock OWNER TO up_stock").await;
    let tool = tool("up_archive_tool").await;
    administers("up_archive_tool", &ROLES).await;
    let folder = tempfile::tempdir().unwrap();
    let server = server().await;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    for format in ["custom", "directory", "plain"] {
        let archive = folder.path().join(format);
        let dump = tools.command(Tool::PgDump, Some(&source)).arg(format!("--format={format}")).arg("--file");
        dump.arg(archive.as_os_str()).run().await.unwrap().require("dumping").unwrap();
        let name = format!("up_from_{format}");
        // An archive doesn't say who may connect; staging does.
        let connect = format!("CREATE DATABASE {name} OWNER up_app");
        admin().await.batch_execute(&connect).await.unwrap();
        let state = tempfile::tempdir().unwrap();
        let refresh = refresh(Source::Archive(archive), tool.with_database(&name), state.path());
        pipeline::refresh(&refresh, &silent()).await.unwrap();
        let differences = differences(&access(&source).await, &access(&server.endpoint(&name)).await);
        assert!(differences.is_empty(), "{format}:\n{}", differences.join("\n"));
        assert_eq!(databases_like(&format!("{name}__raw")).await, Vec::<String>::new());
        assert_eq!(count(&as_role("up_app", &name).await, "SELECT count(*) FROM sales.orders").await, 40);
    }
}

#[tokio::test]
async fn the_example_is_refreshed_twice_and_rolled_back() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let source = production("up_drop").await;
    let tool = tool("up_drop_tool").await;
    administers("up_drop_tool", &["drop_owner", "drop_app", "drop_readonly"]).await;
    admin()
        .await
        .batch_execute("GRANT pg_read_all_data TO up_drop_tool; ALTER ROLE up_drop_tool BYPASSRLS")
        .await
        .unwrap();
    let mut test = refresh_of(source.endpoint(), "up_drop_staging");
    test.refresh.source = Source::Live(Box::new(tool.with_database("up_drop")));
    test.refresh.target = tool.with_database("up_drop_staging").into();
    test.run().await.unwrap();
    let staging = server().await.endpoint("up_drop_staging");
    let superuser = "stagemask";
    // What the superuser owns in the source belongs to the tool's role.
    let expected: Vec<String> =
        access(source.endpoint()).await.iter().map(|line| line.replace(superuser, "up_drop_tool")).collect();
    let expected: Vec<String> = expected.into_iter().filter(|line| !line.starts_with("large object")).collect();
    let differences = differences(&expected, &access(&staging).await);
    assert!(differences.is_empty(), "{}", differences.join("\n"));

    let before = database::oid_of(&admin().await, "up_drop_staging").await.unwrap();
    let outcome = test.run().await.unwrap();
    assert_ne!(database::oid_of(&admin().await, "up_drop_staging").await.unwrap(), before);
    pipeline::rollback(&outcome.record.run, &test.refresh.target, &test.refresh.settings, &silent()).await.unwrap();
    assert_eq!(database::oid_of(&admin().await, "up_drop_staging").await.unwrap(), before);
}

#[tokio::test]
async fn what_takes_a_superuser_is_left_to_an_administrator_and_named() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let more = "CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; \
        CREATE EVENT TRIGGER up_watch ON ddl_command_end EXECUTE FUNCTION public.watch(); \
        GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO up_app; \
        ALTER DATABASE up_super SET log_min_duration_statement = 7";
    shop("up_super", more).await;
    let tool = tool("up_super_tool").await;
    administers("up_super_tool", &ROLES).await;
    reads_large_objects("up_super_tool").await;
    admin()
        .await
        .batch_execute("GRANT pg_read_all_data TO up_super_tool; ALTER ROLE up_super_tool BYPASSRLS")
        .await
        .unwrap();
    let state = tempfile::tempdir().unwrap();
    let from = Source::Live(Box::new(tool.with_database("up_super")));
    let refresh = refresh(from, tool.with_database("up_super_staging"), state.path());
    let heard = Arc::new(Heard::default());
    let progress: Arc<dyn Progress> = heard.clone();
    pipeline::refresh(&refresh, &progress).await.unwrap();
    let warnings = heard.0.lock().unwrap().join("\n");
    for expected in [
        "CREATE EVENT TRIGGER up_watch",
        "GRANT ALL ON FUNCTION pg_catalog.pg_read_file(text) TO up_app",
        "SET log_min_duration_statement",
        "objects of the superuser stagemask belong to up_super_tool",
    ] {
        assert!(warnings.contains(expected), "{warnings}");
    }
}

#[tokio::test]
async fn a_source_that_can_not_be_read_whole_is_refused_at_once_with_the_statement_that_helps() {
    let _alone = ONE_AT_A_TIME.lock().await;
    shop("up_denied", "").await;
    let tool = tool("up_denied_tool").await;
    let state = tempfile::tempdir().unwrap();
    let from = Source::Live(Box::new(tool.with_database("up_denied")));
    let refresh = refresh(from, tool.with_database("up_denied_staging"), state.path());
    let error = pipeline::refresh(&refresh, &silent()).await.err().unwrap().to_string();
    for expected in ["sales.orders", "stock.items", "GRANT pg_read_all_data TO \"up_denied_tool\";"] {
        assert!(error.contains(expected), "{error}");
    }
    admin().await.batch_execute("GRANT pg_read_all_data TO up_denied_tool").await.unwrap();
    let error = pipeline::refresh(&refresh, &silent()).await.err().unwrap().to_string();
    assert!(error.contains("stock.items") && !error.contains("sales.orders"), "{error}");
    assert!(error.contains("ALTER ROLE \"up_denied_tool\" BYPASSRLS"), "{error}");
    admin().await.batch_execute("ALTER ROLE up_denied_tool BYPASSRLS").await.unwrap();
    let error = pipeline::refresh(&refresh, &silent()).await.err().unwrap().to_string();
    assert!(error.contains("1 large objects") && error.contains("GRANT up_sales TO \"up_denied_tool\""), "{error}");
    assert_eq!(databases_like("up_denied_staging").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_role_that_can_not_be_joined_is_named_before_a_row_moves() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let source = shop("up_outside", "").await;
    let tool = tool("up_outside_tool").await;
    admin()
        .await
        .batch_execute(
            "ALTER ROLE up_outside_tool NOCREATEROLE BYPASSRLS; GRANT pg_read_all_data, up_sales TO up_outside_tool",
        )
        .await
        .unwrap();
    let state = tempfile::tempdir().unwrap();
    let from = Source::Live(Box::new(tool.with_database(source.database())));
    let refresh = refresh(from, tool.with_database("up_outside_staging"), state.path());
    let error = pipeline::refresh(&refresh, &silent()).await.err().unwrap().to_string();
    assert!(error.contains("GRANT \"up_app\", \"up_stock\" TO \"up_outside_tool\""), "{error}");
    assert_eq!(databases_like("up_outside_staging").await, Vec::<String>::new());
}

#[tokio::test]
async fn roles_that_the_server_has_not_are_made_and_own_what_is_theirs() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let owner = "up_\"new\" Eier";
    let source = support::database("up_new").await;
    let quoted = quote_identifier(owner);
    source
        .execute(&format!(
            "CREATE ROLE {quoted}; CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO {quoted}; \
             CREATE ROLE up_new_reader; GRANT SELECT ON t TO up_new_reader; INSERT INTO t VALUES (1)"
        ))
        .await;
    let before = access(source.endpoint()).await;
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let server = server().await;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let dump = tools.command(Tool::PgDump, Some(source.endpoint())).args(["--format=custom", "--file"]);
    dump.arg(archive.as_os_str()).run().await.unwrap().require("dumping").unwrap();
    admin().await.batch_execute("DROP DATABASE up_new").await.unwrap();
    admin().await.batch_execute(&format!("DROP ROLE {quoted}, up_new_reader")).await.unwrap();

    let tool = tool("up_new_tool").await;
    let mut refresh = refresh(Source::Archive(archive), tool.with_database("up_new_staging"), folder.path());
    let rules = "version: 1\ntables: { t: { columns: { id: keep } } }\n";
    refresh.rules = load::parse("new.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    pipeline::refresh(&refresh, &silent()).await.unwrap();
    let differences = differences(&before, &access(&server.endpoint("up_new_staging")).await);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test]
async fn a_staging_that_can_not_be_renamed_is_refused_before_anything_is_done() {
    let tool = tool("up_rename_tool").await;
    support::database("up_rename").await;
    let state = tempfile::tempdir().unwrap();
    let nowhere = Source::Archive(state.path().join("never-read"));
    let refresh = refresh(nowhere, tool.with_database("up_rename"), state.path());
    let error = pipeline::refresh(&refresh, &silent()).await.err().unwrap().to_string();
    assert!(error.contains("ALTER DATABASE \"up_rename\" OWNER TO \"up_rename_tool\""), "{error}");
    admin().await.batch_execute("ALTER ROLE up_rename_tool NOCREATEDB").await.unwrap();
    let error = pipeline::refresh(&refresh, &silent()).await.err().unwrap().to_string();
    assert!(error.contains("ALTER ROLE \"up_rename_tool\" CREATEDB"), "{error}");
}

#[tokio::test]
async fn company_is_seen_also_by_a_role_that_may_not_look_at_it() {
    let watched = support::database("up_company").await;
    let tool = tool("up_company_tool").await.connect("stagemask test").await.unwrap();
    assert_eq!(database::other_sessions(&tool, "up_company").await.unwrap(), []);
    let company = watched.session().await;
    let seen = database::other_sessions(&tool, "up_company").await.unwrap();
    assert_eq!((seen.len(), seen[0].user.as_str(), seen[0].count), (1, "stagemask", 1));
    // Nor does a session that can't be ended stand in the way of ending others.
    assert_eq!(database::terminate_sessions(&tool, "up_company").await.unwrap(), 0);
    drop(company);
}
