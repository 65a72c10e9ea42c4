//! One throw-away server for each test binary, one database for each test.
//!
//! Statics are never dropped; the server's guard notices that the process has ended and removes everything.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "it is all for tests")]

use stagemask::postgres::connect::Session;
use stagemask::postgres::endpoint::Endpoint;
use stagemask::sandbox::{Options, Server};
use tokio::sync::OnceCell;

static SERVER: OnceCell<Server> = OnceCell::const_new();

/// The server of this test binary.
pub(crate) async fn server() -> &'static Server {
    let start = async || Server::start(&Options { shared_buffers_mib: 64, ..Options::default() }).await;
    SERVER.get_or_try_init(start).await.unwrap()
}

/// A fresh database of this name.
pub(crate) async fn database(name: &str) -> TestDatabase {
    TestDatabase { endpoint: server().await.create_database(name).await.unwrap() }
}

/// A database that only one test uses.
pub(crate) struct TestDatabase {
    endpoint: Endpoint,
}

impl TestDatabase {
    /// Where it is; signed in as the superuser.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// A new session on it. Mind that `search_path` is `pg_catalog`: tables are named with their schema.
    pub(crate) async fn session(&self) -> Session {
        self.endpoint.connect("stagemask test").await.unwrap()
    }

    /// Runs statements, and panics if one fails. Unqualified names are those of `public`.
    pub(crate) async fn execute(&self, sql: &str) {
        let session = self.session().await;
        session.batch_execute("SET search_path = public, pg_catalog").await.unwrap();
        session.batch_execute(sql).await.unwrap();
        session.close().await;
    }

    /// The first column of each row, as text.
    pub(crate) async fn query(&self, sql: &str) -> Vec<Option<String>> {
        let session = self.session().await;
        let rows = session.simple_query(sql).await.unwrap();
        let values = rows.iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).map(str::to_owned)),
            _ => None,
        });
        values.collect()
    }
}

pub(crate) mod drop;
pub(crate) mod listener;
pub(crate) mod moto;
pub(crate) mod moto_program;
pub(crate) mod shops;
