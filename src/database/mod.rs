//! Administration of whole databases: create closed, drop, tell apart, list what runs have left.

mod access;
mod names;
mod properties;
mod residue;
mod rights;
mod settings;

pub use access::Access;
pub use names::{LeftOver, incoming_name, left_overs, raw_name, retired_name};
pub use properties::DatabaseProperties;
pub use residue::{Remedy, Residue, ResidueItem, ResidueKind};
pub use rights::require_rights;
pub use settings::DatabaseSettings;

use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::{quote_identifier, quote_literal};
use crate::run_record::DatabaseIdentity;

/// The databases that every server has, in the order of preference, for commands about other databases.
const MAINTENANCE: [&str; 2] = ["postgres", "template1"];

/// Opens a session on a maintenance database of the server, to administer the endpoint's database from outside.
///
/// # Errors
/// When neither `postgres` nor `template1` lets us in.
pub async fn admin_session(endpoint: &Endpoint) -> Result<Session> {
    let mut first = None;
    for name in MAINTENANCE.into_iter().filter(|name| *name != endpoint.database()) {
        match endpoint.with_database(name).connect("stagemask admin").await {
            Ok(session) => return Ok(session),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.unwrap_or_else(|| Error::failed("the server has no maintenance database")))
}

/// Creates an empty database that nobody but its owner and superusers can connect to.
///
/// It accepts connections only once `PUBLIC` has lost the privilege: a session that slipped in before would stay.
///
/// # Errors
/// When the name is taken, or the server hasn't the locale.
pub async fn create_closed(admin: &Session, name: &str, like: &DatabaseProperties) -> Result<()> {
    names::check_length(name)?;
    let database = quote_identifier(name);
    let options = like.create_options(admin.server_version_num())?;
    let create = format!("CREATE DATABASE {database} TEMPLATE template0 ALLOW_CONNECTIONS false {options}");
    admin.batch_execute(&create).await.map_err(|error| properties::explain_create(name, like, &error))?;
    let open = format!(
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC; \
         ALTER DATABASE {database} ALLOW_CONNECTIONS true"
    );
    match admin.batch_execute(&open).await.server_context(|| format!("closing database {name} to others")) {
        Ok(()) => Ok(()),
        Err(error) => {
            // The first error says more than one about an empty database that stays.
            let _ = drop_database(admin, name).await;
            Err(error)
        }
    }
}

/// Drops a database and ends the sessions on it. That it isn't there is no error.
///
/// # Errors
/// When a prepared transaction or a replication slot holds it, or the role may not.
pub async fn drop_database(admin: &Session, name: &str) -> Result<()> {
    let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote_identifier(name));
    admin.batch_execute(&sql).await.server_context(|| format!("dropping database {name}"))
}

/// Whether there is a database of this name.
///
/// # Errors
/// When the server can't be asked.
pub async fn exists(admin: &Session, name: &str) -> Result<bool> {
    Ok(oid_of(admin, name).await?.is_some())
}

/// Whether there is a database of this name that accepts connections.
async fn accepts_connections(admin: &Session, name: &str) -> Result<bool> {
    let row = admin.query_opt("SELECT datallowconn FROM pg_database WHERE datname = $1::text::name", &[&name]).await;
    Ok(row.server_context(|| format!("looking for database {name}"))?.is_some_and(|row| row.get(0)))
}

/// The oid of the database of this name, which a rename doesn't change.
///
/// # Errors
/// When the server can't be asked.
pub async fn oid_of(admin: &Session, name: &str) -> Result<Option<u32>> {
    let row = admin.query_opt("SELECT oid FROM pg_database WHERE datname = $1::text::name", &[&name]).await;
    Ok(row.server_context(|| format!("looking for database {name}"))?.map(|row| row.get(0)))
}

/// The name that the database with this oid has now.
///
/// # Errors
/// When the server can't be asked.
pub async fn name_of(admin: &Session, oid: u32) -> Result<Option<String>> {
    let row = admin.query_opt("SELECT datname::text FROM pg_database WHERE oid = $1", &[&oid]).await;
    Ok(row.server_context(|| "looking for a database by its oid")?.map(|row| row.get(0)))
}

/// The comment on the database of this name; `None` if it has none, or isn't there.
///
/// # Errors
/// When the server can't be asked.
pub async fn comment_of(admin: &Session, name: &str) -> Result<Option<String>> {
    const SQL: &str = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1::text::name";
    let row =
        admin.query_opt(SQL, &[&name]).await.server_context(|| format!("reading the comment on database {name}"))?;
    Ok(row.and_then(|row| row.get(0)))
}

/// Sessions of one application and role on a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSessions {
    /// As the session names itself.
    pub application: String,
    /// The role.
    pub user: String,
    /// How many.
    pub count: u64,
}

/// The sessions on a database, besides this one.
///
/// Of other roles' sessions, a role without `pg_read_all_stats` isn't told of which type they are; but it sees them.
///
/// # Errors
/// When the server can't be asked.
pub async fn other_sessions(admin: &Session, name: &str) -> Result<Vec<OtherSessions>> {
    const SQL: &str = "SELECT coalesce(application_name, ''), coalesce(usename::text, ''), count(*) \
        FROM pg_stat_activity WHERE datname = $1::text::name AND pid <> pg_backend_pid() AND usesysid IS NOT NULL \
        AND coalesce(backend_type, 'client backend') = 'client backend' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2";
    let rows = admin.query(SQL, &[&name]).await.server_context(|| format!("listing the sessions on {name}"))?;
    let session = |row: &tokio_postgres::Row| OtherSessions {
        application: row.get(0),
        user: row.get(1),
        count: u64::try_from(row.get::<_, i64>(2)).unwrap_or_default(),
    };
    Ok(rows.iter().map(session).collect())
}

/// Ends the sessions on a database, besides this one, and says how many were told to.
///
/// # Errors
/// When the server refuses. A role without `pg_signal_backend` ends only the sessions of roles that it is a member of.
pub async fn terminate_sessions(admin: &Session, name: &str) -> Result<u64> {
    const SQL: &str = "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity \
        WHERE datname = $1::text::name AND pid <> pg_backend_pid() \
        AND (pg_has_role(usesysid, 'USAGE') OR (pg_has_role('pg_signal_backend', 'USAGE') \
            AND NOT (SELECT rolsuper FROM pg_roles r WHERE r.oid = usesysid)))";
    let row = admin.query_one(SQL, &[&name]).await.server_context(|| format!("ending the sessions on {name}"))?;
    Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or_default())
}

/// Tells the session's database from every other one.
///
/// # Errors
/// When the server can't be asked. That the role may not read the cluster's identifier is no error.
pub async fn identity(session: &Session) -> Result<DatabaseIdentity> {
    let row = session.query_one("SELECT oid FROM pg_database WHERE datname = current_database()", &[]).await;
    let oid = row.server_context(|| "asking for the oid of a database")?.get(0);
    Ok(DatabaseIdentity { system_identifier: system_identifier(session).await, oid })
}

/// The cluster's identifier; empty where the role may not read it.
pub async fn system_identifier(session: &Session) -> String {
    let asked = session.query_one("SELECT system_identifier::text FROM pg_control_system()", &[]).await;
    asked.map(|row| row.get(0)).unwrap_or_default()
}

/// Refuses new connections to a database, also of superusers, and takes the privilege from `PUBLIC`. Sessions stay.
///
/// # Errors
/// When the role may not.
pub async fn close(admin: &Session, name: &str) -> Result<()> {
    let database = quote_identifier(name);
    let sql =
        format!("ALTER DATABASE {database} ALLOW_CONNECTIONS false; REVOKE ALL ON DATABASE {database} FROM PUBLIC");
    admin.batch_execute(&sql).await.server_context(|| format!("closing database {name}"))
}

/// `name = 'x'` as SQL, for texts of settings.
fn setting_sql(setting: &str, value: &str) -> String {
    format!("SET {} TO {}", quote_identifier(setting), quote_literal(value).trim_start())
}

/// Gives a database another name, on a server that a run has made.
///
/// # Errors
/// When it has sessions, or the session's role can't act for its owner.
pub async fn rename(admin: &Session, name: &str, to: &str) -> Result<()> {
    const OWNER: &str =
        "SELECT r.rolname::text FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = $1";
    let found = admin.query_opt(OWNER, &[&name]).await.server_context(|| format!("looking for the database {name}"))?;
    let Some(owner) = found.map(|row| row.get::<_, String>(0)) else {
        return Err(Error::usage(format!("there is no database {name} on the restored server"))
            .help("name production's database as `database` under `rds`"));
    };
    crate::postgres::roles::join(admin, &std::collections::BTreeSet::from([owner])).await?;
    let sql = format!("ALTER DATABASE {} RENAME TO {}", quote_identifier(name), quote_identifier(to));
    admin.batch_execute(&sql).await.server_context(|| format!("renaming the database {name} to {to}"))
}
