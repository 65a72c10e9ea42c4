//! What is raw on a restored server besides the masked database, seen by a master user who is no superuser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

#[path = "support/rds_like.rs"]
mod rds_like;

use rds_like::RdsLike;
use stagemask::database::{Remedy, Residue, ResidueKind};

/// The databases of the run: production's, which is masked and dropped, and the one that is filled.
const OF_RUN: [&str; 2] = ["shop", "shop__incoming_x"];

async fn restored() -> RdsLike {
    let like = RdsLike::start().await;
    for name in OF_RUN {
        like.as_master("postgres", &format!("CREATE DATABASE {name}")).await;
    }
    like
}

async fn look(like: &RdsLike) -> Residue {
    Residue::look(&like.master("shop"), &OF_RUN).await.unwrap()
}

#[tokio::test]
async fn a_server_with_nothing_else_on_it_is_clean() {
    let like = restored().await;
    let residue = look(&like).await;
    assert_eq!(residue.to_string(), "");
    residue.refuse().unwrap();
}

#[tokio::test]
async fn everything_that_is_raw_is_listed() {
    let like = restored().await;
    fill(&like).await;
    let residue = look(&like).await;
    let lines: Vec<String> =
        residue.items.iter().map(|item| item.to_string().replace(|c: char| c.is_ascii_digit(), "#")).collect();
    insta::assert_snapshot!(lines.join("\n"));
    assert!(!residue.to_string().contains("hunter2"), "settings and comments are named, never quoted");
    let error = residue.refuse().unwrap_err().to_string();
    for name in ["reports", "app.notes", "app.greet", "feed", "prod_crm"] {
        assert!(error.contains(name), "{name} is not in: {error}");
    }
    assert!(error.contains("other_databases: drop"), "{error}");
}

/// One of each kind that this server can have; it has neither slots nor prepared transactions.
async fn fill(like: &RdsLike) {
    like.as_master(
        "postgres",
        "CREATE ROLE reporter LOGIN PASSWORD 'hunter2'; CREATE ROLE nobody NOLOGIN; \
         COMMENT ON ROLE reporter IS 'hunter2'",
    )
    .await;
    like.as_master("postgres", "CREATE DATABASE reports").await;
    // From PostgreSQL 15 on, settings of the application's own are a superuser's to set for others.
    like.as_rdsadmin("postgres", "ALTER ROLE reporter SET app.api_key = 'hunter2'").await;
    like.as_rdsadmin("postgres", "ALTER DATABASE reports SET app.token = 'hunter2'").await;
    like.as_master("postgres", "COMMENT ON DATABASE reports IS 'hunter2'").await;
    like.as_rdsadmin("postgres", "CREATE SCHEMA app AUTHORIZATION drop_admin").await;
    like.as_master(
        "postgres",
        "CREATE TABLE app.notes (id serial, text text); CREATE VIEW app.all_notes AS SELECT * FROM app.notes; \
         CREATE FUNCTION app.greet(int) RETURNS text LANGUAGE sql AS $$ SELECT 'hunter2' $$; \
         CREATE MATERIALIZED VIEW app.counted AS SELECT count(*) FROM app.notes; SELECT lo_create(0)",
    )
    .await;
    like.as_rdsadmin(
        "postgres",
        "CREATE EXTENSION postgres_fdw; CREATE EXTENSION pg_stat_statements; \
         CREATE SERVER prod_crm FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'crm'); ALTER SERVER prod_crm OWNER TO drop_admin; \
         CREATE USER MAPPING FOR drop_admin SERVER prod_crm OPTIONS (password 'hunter2')",
    )
    .await;
    like.as_rdsadmin(
        "reports",
        "CREATE SUBSCRIPTION feed CONNECTION 'host=prod password=hunter2' PUBLICATION p WITH (connect = false)",
    )
    .await;
}

#[tokio::test]
async fn what_is_raw_is_dropped_and_cleared_and_the_run_keeps_its_own() {
    let like = restored().await;
    fill(&like).await;
    // In plain PostgreSQL only a superuser drops a subscription of another; RDS lets rds_superuser.
    let superuser = like.endpoint("rdsadmin", "rdsadmin", "shop");
    let dropped = Residue::drop_others(&superuser, &OF_RUN).await.unwrap();
    assert!(dropped.iter().any(|item| item.name == "reports"), "{dropped:?}");
    let master = like.master("shop");
    Residue::clear(&master, &OF_RUN).await.unwrap();
    let left = look(&like).await;
    left.refuse().unwrap();
    let kinds: Vec<ResidueKind> = left.items.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [ResidueKind::Role, ResidueKind::Setting, ResidueKind::Unseen], "{left}");
    assert_eq!(left.with(Remedy::Clear).count(), 0);
    for name in OF_RUN {
        assert!(like.lets_in("drop_admin", "master", name).await, "{name}");
    }
}

#[tokio::test]
async fn the_master_user_drops_what_is_his_in_the_maintenance_database() {
    let like = restored().await;
    like.as_rdsadmin("postgres", "CREATE SCHEMA app AUTHORIZATION drop_admin").await;
    like.as_master(
        "postgres",
        "CREATE TABLE app.\"Odd \"\"name\"\"\" (id serial); CREATE FUNCTION app.f(text, int) RETURNS int LANGUAGE sql \
         AS 'SELECT 1'; CREATE AGGREGATE app.total(int) (sfunc = int4pl, stype = int); \
         CREATE VIEW app.v AS SELECT * FROM app.\"Odd \"\"name\"\"\"; SELECT lo_create(0)",
    )
    .await;
    assert_eq!(look(&like).await.with(Remedy::Drop).count(), 6);
    Residue::drop_others(&like.master("shop"), &OF_RUN).await.unwrap();
    assert_eq!(look(&like).await.to_string(), "");
}

#[tokio::test]
async fn rows_that_people_put_into_a_table_of_an_extension_are_raw() {
    let like = restored().await;
    // What the script of an extension does with pg_extension_config_dump, which nobody else may call.
    like.as_rdsadmin(
        "postgres",
        "CREATE EXTENSION postgres_fdw; CREATE SCHEMA hint_plan; CREATE TABLE hint_plan.hints (id int, query text); \
         GRANT USAGE ON SCHEMA hint_plan TO drop_admin; GRANT ALL ON hint_plan.hints TO drop_admin; \
         ALTER EXTENSION postgres_fdw ADD TABLE hint_plan.hints; \
         UPDATE pg_extension SET extconfig = ARRAY['hint_plan.hints'::regclass::oid], extcondition = ARRAY['WHERE id > 1'] \
         WHERE extname = 'postgres_fdw'; INSERT INTO hint_plan.hints VALUES (1, 'its own')",
    )
    .await;
    assert_eq!(look(&like).await.to_string(), "");
    like.as_rdsadmin("postgres", "INSERT INTO hint_plan.hints VALUES (2, 'hunter2')").await;
    assert_eq!(
        look(&like).await.to_string(),
        "rows of an extension in hint_plan.hints in postgres (1 of postgres_fdw)"
    );
    Residue::drop_others(&like.master("shop"), &OF_RUN).await.unwrap();
    assert_eq!(look(&like).await.to_string(), "");
}

#[tokio::test]
async fn a_database_of_another_owner_is_dropped_too() {
    let like = restored().await;
    like.as_master("postgres", "CREATE ROLE bookkeeper LOGIN CREATEDB PASSWORD 'x'").await;
    rds_like::run(&like.endpoint("bookkeeper", "x", "postgres"), "CREATE DATABASE ledger").await;
    Residue::drop_others(&like.master("shop"), &OF_RUN).await.unwrap();
    assert!(!like.lets_in("bookkeeper", "x", "ledger").await);
    look(&like).await.refuse().unwrap();
}

#[tokio::test]
async fn what_may_not_be_dropped_is_an_error_that_names_it() {
    let like = restored().await;
    like.as_rdsadmin("postgres", "CREATE DATABASE belongs_to_root").await;
    let error = Residue::drop_others(&like.master("shop"), &OF_RUN).await.unwrap_err();
    assert!(error.to_string().contains("belongs_to_root"), "{error}");
}
