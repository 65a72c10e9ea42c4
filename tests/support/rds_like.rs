//! A sandbox server that looks like one of RDS: nobody is a superuser but `rdsadmin`, and the master user is a role with
//! CREATEDB and CREATEROLE.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "it is all for tests")]

use stagemask::postgres::endpoint::Endpoint;
use stagemask::sandbox::{Options, Server};
use stagemask::secret::Secret;

/// The master user of production, which a restored server has too.
pub(crate) const MASTER: &str = "drop_admin";

pub(crate) struct RdsLike {
    pub(crate) server: Server,
}

impl RdsLike {
    pub(crate) async fn start() -> Self {
        let server = Server::start(&Options { shared_buffers_mib: 64, ..Options::default() }).await.unwrap();
        let session = server.endpoint("postgres").connect("stagemask test").await.unwrap();
        session.batch_execute("CREATE ROLE helper SUPERUSER LOGIN PASSWORD 'helper'").await.unwrap();
        session.close().await;
        let like = Self { server };
        let session = like.endpoint("helper", "helper", "postgres").connect("stagemask test").await.unwrap();
        let rename = "ALTER ROLE stagemask RENAME TO rdsadmin; ALTER ROLE rdsadmin PASSWORD 'rdsadmin'";
        session.batch_execute(rename).await.unwrap();
        session.close().await;
        like.as_rdsadmin(
            "postgres",
            "DROP ROLE helper; CREATE ROLE rds_superuser; CREATE ROLE rds_iam; CREATE ROLE rds_password; \
             GRANT pg_read_all_stats, pg_signal_backend TO rds_superuser; \
             CREATE ROLE drop_admin LOGIN CREATEDB CREATEROLE PASSWORD 'master'; \
             GRANT rds_superuser TO drop_admin; GRANT rds_iam TO drop_admin WITH ADMIN OPTION",
        )
        .await;
        like.as_rdsadmin("postgres", "CREATE DATABASE rdsadmin").await;
        like
    }

    /// A database by TCP, with a password.
    pub(crate) fn endpoint(&self, user: &str, password: &str, database: &str) -> Endpoint {
        Endpoint::on_host("127.0.0.1", self.server.port(), user, Some(Secret::new(password)), database)
    }

    /// A database as the master user.
    pub(crate) fn master(&self, database: &str) -> Endpoint {
        self.endpoint(MASTER, "master", database)
    }

    pub(crate) async fn as_rdsadmin(&self, database: &str, sql: &str) {
        run(&self.endpoint("rdsadmin", "rdsadmin", database), sql).await;
    }

    pub(crate) async fn as_master(&self, database: &str, sql: &str) {
        run(&self.master(database), sql).await;
    }

    /// Whether a role gets in.
    pub(crate) async fn lets_in(&self, user: &str, password: &str, database: &str) -> bool {
        match self.endpoint(user, password, database).connect("stagemask test").await {
            Ok(session) => {
                session.close().await;
                true
            }
            Err(_) => false,
        }
    }
}

/// Runs statements, with `public` as the place of what isn't qualified.
pub(crate) async fn run(endpoint: &Endpoint, sql: &str) {
    let session = endpoint.connect("stagemask test").await.unwrap();
    session.batch_execute("SET search_path = public, pg_catalog").await.unwrap();
    session.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    session.close().await;
}
