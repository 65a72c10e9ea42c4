//! The table that carries: made, recognised, and taken away again.

use super::SCHEMA;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext as _;
use crate::postgres::identifier::TableName;

/// What stands in the place of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing.
    Absent,
    /// A table of exactly the shape that we make.
    AsMade,
    /// Something else.
    Other,
}

/// Compressing what is encrypted is time lost, and statistics of it say nothing.
const CREATE: &str = "CREATE SCHEMA IF NOT EXISTS stagemask; REVOKE ALL ON SCHEMA stagemask FROM PUBLIC; \
    CREATE TABLE stagemask.carried (file text COLLATE \"C\" NOT NULL, part integer NOT NULL, bytes bytea NOT NULL) \
        WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false); \
    REVOKE ALL ON TABLE stagemask.carried FROM PUBLIC; \
    ALTER TABLE stagemask.carried ALTER COLUMN bytes SET STORAGE EXTERNAL";

/// The table's name.
pub fn table() -> TableName {
    TableName::new(SCHEMA, "carried")
}

/// Makes it, in the place of whatever is there.
pub(super) async fn make(session: &Session) -> Result<()> {
    let sql = format!("DROP TABLE IF EXISTS stagemask.carried; {CREATE}");
    session.batch_execute(&sql).await.server_context(|| "making the table stagemask.carried in the target")
}

/// Whether the table is there, and is nothing but the table that we make: no index, trigger, rule, policy, check, default
/// or child, where something else could hide or happen.
///
/// # Errors
/// When the server can't be asked.
pub async fn look(session: &Session) -> Result<Look> {
    const SQL: &str = "SELECT c.relkind = 'r' AND c.relpersistence = 'p' AND coalesce(am.amname, '') = 'heap' \
            AND NOT (c.relhasindex OR c.relhasrules OR c.relhastriggers OR c.relhassubclass OR c.relrowsecurity \
                OR c.relispartition OR c.relchecks <> 0 OR c.reloftype <> 0) \
            AND NOT EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)) \
            AND ARRAY(SELECT a.attname::text || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull::text \
                || ' ' || (a.atthasdef OR a.attisdropped OR a.attidentity <> '' OR a.attgenerated <> '')::text \
                FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum) \
            = ARRAY['file text true false', 'part integer true false', 'bytes bytea true false'] \
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam \
        WHERE n.nspname = 'stagemask' AND c.relname = 'carried'";
    let row = session.query_opt(SQL, &[]).await.server_context(|| "looking for stagemask.carried in the target")?;
    Ok(match row.map(|row| row.get(0)) {
        None => Look::Absent,
        Some(true) => Look::AsMade,
        Some(false) => Look::Other,
    })
}

/// Takes the table and its schema away. That they aren't there is no error.
///
/// # Errors
/// When there is anything else in the schema.
pub async fn remove(session: &Session) -> Result<()> {
    let sql = "BEGIN; DROP TABLE IF EXISTS stagemask.carried; DROP SCHEMA IF EXISTS stagemask; COMMIT";
    let removed = session.batch_execute(sql).await;
    if removed.is_err() {
        let _ = session.batch_execute("ROLLBACK").await;
    }
    removed.server_context(|| "dropping the schema stagemask of the target")
}

/// Whether a database has no schema of this name.
///
/// # Errors
/// When the server can't be asked.
pub async fn is_absent(session: &Session) -> Result<bool> {
    let sql = "SELECT NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'stagemask')";
    let row = session.query_one(sql, &[]).await.server_context(|| "looking for the schema stagemask")?;
    Ok(row.get(0))
}

/// A source with a schema of this name can't be refreshed: its copy would be taken for ours, and dropped.
///
/// # Errors
/// When the source has one, of kind `Coverage`.
pub async fn refuse_schema_of_source(source: &tokio_postgres::Client) -> Result<()> {
    let sql = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'stagemask')";
    let row = source.query_one(sql, &[]).await.server_context(|| "reading the schemas of the source")?;
    if !row.get::<_, bool>(0) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Coverage, "the source has a schema named stagemask, which a run needs for itself in the target")
        .help("rename or drop it in the source; if it came with a target that was opened by hand, DROP SCHEMA stagemask CASCADE"))
}
