//! The roles of staging sign in with staging's passwords, and nobody with production's.

use stagemask::error::Result;
use stagemask::release::rds::request::{RoleSignIn, StagingRole};
use stagemask::release::rds::{ReadyRole, RolesSet, passwords_of, set_passwords};
use stagemask::secret::Secret;

use crate::aws::Aws;
use crate::rds_like::{RdsLike, run};

/// The shop's roles with production's passwords, and what they may do, as the schema's grants bring it.
const PRODUCTION: &str = "CREATE ROLE app_user LOGIN PASSWORD 'prod-app'; \
    CREATE ROLE readonly_user LOGIN PASSWORD 'prod-read' VALID UNTIL '2020-01-01'; \
    CREATE ROLE reporting LOGIN PASSWORD 'prod-report'; CREATE ROLE sleeping NOLOGIN PASSWORD 'prod-sleep'; \
    CREATE ROLE ci LOGIN PASSWORD 'prod-ci'; GRANT rds_iam TO app_user";

const GRANTS: &str = "CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO app_user, readonly_user; \
    ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT, INSERT ON TABLES TO app_user; \
    ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO readonly_user; \
    CREATE TABLE shop.users (id int)";

async fn restored() -> RdsLike {
    let like = RdsLike::start().await;
    like.as_master("postgres", PRODUCTION).await;
    like.as_master("postgres", "CREATE DATABASE shop").await;
    like.as_master("shop", GRANTS).await;
    like
}

fn roles() -> Vec<StagingRole> {
    let secret = |name: &str| RoleSignIn::Secret(format!("staging/{name}"));
    [
        ("admin_user", secret("admin_user")),
        ("app_user", secret("app_user")),
        ("readonly_user", secret("readonly_user")),
        ("ci", RoleSignIn::Iam),
    ]
    .map(|(name, sign_in)| StagingRole { name: name.to_owned(), sign_in })
    .to_vec()
}

async fn secrets(aws: &Aws) {
    for (name, text) in [
        ("admin_user", r#"{"username":"admin_user","password":"new-admin"}"#),
        ("app_user", "new-app"),
        ("readonly_user", r#"{"password":"new-'read'"}"#),
    ] {
        let call = aws.account.secrets().create_secret().name(format!("staging/{name}")).secret_string(text);
        call.send().await.unwrap();
    }
}

async fn set(like: &RdsLike, roles: &[ReadyRole]) -> Result<RolesSet> {
    let admin = like.master("postgres").connect("stagemask admin").await.unwrap();
    set_passwords(&admin, roles).await
}

#[tokio::test]
async fn the_roles_of_staging_work_with_passwords_of_staging_and_those_of_production_no_more() {
    let aws = Aws::in_region("us-gov-west-1").await;
    secrets(&aws).await;
    let like = restored().await;
    let ready = passwords_of(&aws.account, &roles()).await.unwrap();
    assert!(!format!("{ready:?}").contains("SCRAM"), "{ready:?}");
    let done = set(&like, &ready).await.unwrap();
    assert_eq!(done.created, ["admin_user"]);
    assert_eq!(done.without_password, ["reporting", "sleeping"]);
    assert!(done.out_of_reach.is_empty());
    for (user, old, new) in [
        ("app_user", "prod-app", "new-app"),
        ("readonly_user", "prod-read", "new-'read'"),
        ("admin_user", "", "new-admin"),
    ] {
        assert!(like.lets_in(user, new, "shop").await, "{user}");
        assert!(!like.lets_in(user, old, "shop").await, "{user}");
    }
    for (user, old) in [("reporting", "prod-report"), ("ci", "prod-ci")] {
        assert!(!like.lets_in(user, old, "shop").await, "{user}");
    }
    assert!(like.lets_in("drop_admin", "master", "shop").await);
    assert!(like.lets_in("rdsadmin", "rdsadmin", "shop").await);
    run(&like.endpoint("app_user", "new-app", "shop"), "INSERT INTO shop.users VALUES (1)").await;
    let reader = like.endpoint("readonly_user", "new-'read'", "shop").connect("stagemask test").await.unwrap();
    assert_eq!(reader.query("SELECT id FROM shop.users", &[]).await.unwrap().len(), 1);
    reader.batch_execute("INSERT INTO shop.users VALUES (2)").await.unwrap_err();
    let admin = like.master("postgres").connect("stagemask test").await.unwrap();
    let sql = "SELECT pg_has_role('ci', 'rds_iam', 'MEMBER'), pg_has_role('app_user', 'rds_iam', 'MEMBER')";
    let iam = admin.query_one(sql, &[]).await.unwrap();
    assert_eq!((iam.get(0), iam.get(1)), (true, false), "RDS refuses passwords of members of rds_iam");
}

#[tokio::test]
async fn the_server_never_hears_a_password() {
    let like = restored().await;
    like.as_rdsadmin("postgres", "ALTER SYSTEM SET log_statement = 'all'").await;
    like.as_rdsadmin("postgres", "ALTER SYSTEM SET log_min_messages = 'log'").await;
    like.as_rdsadmin("postgres", "SELECT pg_reload_conf()").await;
    let log = like.server.directory().join("server.log");
    let read = || std::fs::read_to_string(&log).unwrap();
    // A new session has the new settings once it logs.
    for _ in 0..500 {
        like.as_master("postgres", "SELECT 'until it is logged'").await;
        if read().contains("until it is logged") {
            break;
        }
    }
    set(&like, &[ReadyRole::with_password("app_user", &Secret::new("correct horse"))]).await.unwrap();
    let text = read();
    assert!(
        text.contains("ALTER ROLE \"app_user\" LOGIN PASSWORD"),
        "the statement is logged, so this test sees something"
    );
    assert!(!text.contains("correct horse"));
    assert!(like.lets_in("app_user", "correct horse", "shop").await);
}

#[tokio::test]
async fn a_role_that_keeps_its_password_stops_everything() {
    let like = restored().await;
    like.as_rdsadmin("postgres", "CREATE ROLE root_of_prod SUPERUSER LOGIN PASSWORD 'prod-root'").await;
    let error = set(&like, &[ReadyRole::with_password("app_user", &Secret::new("new-app"))]).await.unwrap_err();
    assert!(error.to_string().contains("root_of_prod keeps its password"), "{error}");
    assert!(like.lets_in("app_user", "prod-app", "shop").await, "nothing was changed");
}

#[tokio::test]
async fn iam_needs_the_role_that_rds_brings() {
    let like = restored().await;
    like.as_rdsadmin("postgres", "DROP ROLE rds_iam").await;
    let error = set(&like, &[ReadyRole::with_iam("ci")]).await.unwrap_err();
    assert!(error.to_string().contains("no role rds_iam"), "{error}");
}

#[tokio::test]
async fn a_secret_that_is_missing_is_named() {
    let aws = Aws::in_region("us-gov-east-1").await;
    let error = passwords_of(&aws.account, &roles()).await.unwrap_err();
    assert!(error.to_string().contains("staging/admin_user"), "{error}");
    let mut twice = roles();
    twice.truncate(1);
    twice.push(twice[0].clone());
    secrets(&aws).await;
    assert!(passwords_of(&aws.account, &twice).await.unwrap_err().to_string().contains("named twice"));
}
