//! Whether anybody has written to a database since it was verified, without reading it all again.
//!
//! Three things are compared, each of which shows what the others may not:
//! - the server's count of rows inserted, updated and deleted, table by table (PostgreSQL manual, 27.2,
//!   `pg_stat_all_tables`), and when these counts were last reset;
//! - the file and size of each table: `TRUNCATE`, rewriting and growth show there;
//! - the versions (`ctid` and `xmin`, 5.5 "System Columns") of all rows of the catalogs that the schema consists of.
//!
//! `VACUUM` and `ANALYZE` change none of them: they update `pg_class` in place, and `pg_statistic` isn't looked at. What
//! is in the schema `stagemask`, which is ours, is left out; the gate sees to it that nothing but the run's own state is.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::database;
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext as _;
use crate::postgres::identifier::{TableName, quote_literal};
use crate::run_record::carried::SCHEMA;

/// What tells a later write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Whether the server counts rows that are written (`track_counts`).
    pub counted: bool,
    /// When the counts were last reset, in UTC: also a crash resets them.
    pub counted_since: Option<String>,
    /// The tables and materialized views, and where large objects are.
    pub tables: Vec<TableState>,
    /// Digests of the versions of rows of the catalogs.
    pub catalogs: BTreeMap<String, String>,
}

/// A table as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableState {
    /// Which table.
    pub name: TableName,
    /// `pg_relation_filenode`.
    pub file: u32,
    /// Bytes of the table itself.
    pub bytes: u64,
    /// Rows that were ever inserted.
    pub inserted: u64,
    /// Rows that were ever updated.
    pub updated: u64,
    /// Rows that were ever deleted.
    pub deleted: u64,
}

/// From this version on the counts are in shared memory; before, a process collects them in a file, which is read though it
/// may be half a second old (PostgreSQL 14, `PGSTAT_STAT_INTERVAL`).
const SHARED_COUNTS: u32 = 150_000;

/// By then what a session that has ended counted is in the file.
const COLLECTED: Duration = Duration::from_secs(1);

/// Catalogs of which every row counts.
const WHOLE: [&str; 35] = [
    "pg_aggregate",
    "pg_am",
    "pg_amop",
    "pg_amproc",
    "pg_attrdef",
    "pg_cast",
    "pg_collation",
    "pg_conversion",
    "pg_default_acl",
    "pg_description",
    "pg_enum",
    "pg_event_trigger",
    "pg_extension",
    "pg_foreign_data_wrapper",
    "pg_foreign_server",
    "pg_foreign_table",
    "pg_inherits",
    "pg_language",
    "pg_largeobject_metadata",
    "pg_opclass",
    "pg_operator",
    "pg_opfamily",
    "pg_partitioned_table",
    "pg_policy",
    "pg_proc",
    "pg_publication",
    "pg_range",
    "pg_rewrite",
    "pg_seclabel",
    "pg_sequence",
    "pg_statistic_ext",
    "pg_transform",
    "pg_trigger",
    "pg_ts_config",
    "pg_ts_dict",
];

/// Catalogs of which the rows of our own schema don't count, and which do.
const BUT_OURS: [(&str, &str); 6] = [
    ("pg_namespace", "NOT t.oid = ANY ($1)"),
    ("pg_class", "NOT t.oid = ANY ($1)"),
    ("pg_attribute", "NOT t.attrelid = ANY ($1)"),
    ("pg_index", "NOT t.indrelid = ANY ($1)"),
    ("pg_constraint", "NOT (t.conrelid = ANY ($1) OR t.connamespace = ANY ($1))"),
    ("pg_type", "NOT (t.typrelid = ANY ($1) OR t.typnamespace = ANY ($1))"),
];

/// What is set on the database, and the comment on it.
const SHARED: [(&str, &str); 2] = [
    ("pg_db_role_setting", "t.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"),
    (
        "pg_shdescription",
        "t.classoid = 'pg_database'::regclass AND t.objoid = (SELECT oid FROM pg_database WHERE datname = current_database())",
    ),
];

impl State {
    /// Reads the state of the session's database. Whoever else was connected must have left: a session adds to the counts
    /// when it ends at the latest.
    ///
    /// # Errors
    /// When the server can't be asked.
    pub async fn of(session: &Session) -> Result<Self> {
        const COUNTED: &str = "SELECT current_setting('track_counts')::bool, to_char(stats_reset AT TIME ZONE 'UTC', \
            'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM pg_stat_database WHERE datname = current_database()";
        let reading = || "reading whether anything was written to the target";
        if session.server_version_num() < SHARED_COUNTS {
            tokio::time::sleep(COLLECTED).await;
        }
        let row = session.query_one(COUNTED, &[]).await.server_context(reading)?;
        Ok(Self {
            counted: row.get(0),
            counted_since: row.get(1),
            tables: tables(session).await?,
            catalogs: catalogs(session).await?,
        })
    }

    /// As [`State::of`], once the sessions that were closed just now have left the database of this name. Whoever else is
    /// there is noticed by what they write, and by the gate.
    ///
    /// # Errors
    /// As [`State::of`].
    pub async fn once_alone(session: &Session, name: &str) -> Result<Self> {
        for _ in 0..20 {
            if database::other_sessions(session, name).await?.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Self::of(session).await
    }

    /// What was written to since, in a few words each: `users was written to`. Empty when nothing was.
    pub fn changes_since(&self, earlier: &Self) -> Vec<String> {
        let mut changes = self.doubts(earlier);
        changes.extend(self.written_tables(earlier));
        changes.extend(self.changed_catalogs(&earlier.catalogs).map(|name| format!("the schema was changed ({name})")));
        changes
    }

    /// Why the counts can't be relied on.
    fn doubts(&self, earlier: &Self) -> Vec<String> {
        let mut doubts = Vec::new();
        if !(self.counted && earlier.counted) {
            doubts.push("the server doesn't count writes, since track_counts is off".to_owned());
        }
        if self.counted_since != earlier.counted_since {
            doubts.push("the server's counts of writes were reset, as also a crash does".to_owned());
        }
        doubts
    }

    fn written_tables<'a>(&'a self, earlier: &'a Self) -> impl Iterator<Item = String> + 'a {
        let find = |state: &'a Self, name: &TableName| state.tables.iter().find(|table| table.name == *name);
        let gone = earlier.tables.iter().filter(move |table| find(self, &table.name).is_none());
        let written = self.tables.iter().filter_map(move |now| match find(earlier, &now.name) {
            None => Some(format!("{} is new", now.name)),
            Some(then) => now.was_written_since(then).then(|| format!("{} was written to", now.name)),
        });
        gone.map(|table| format!("{} is gone", table.name)).chain(written)
    }

    /// The catalogs that are not as they were.
    pub fn changed_catalogs<'a>(&'a self, earlier: &'a BTreeMap<String, String>) -> impl Iterator<Item = &'a str> {
        let names = self.catalogs.keys().chain(earlier.keys().filter(|name| !self.catalogs.contains_key(*name)));
        names.filter(|name| self.catalogs.get(*name) != earlier.get(*name)).map(String::as_str)
    }
}

impl TableState {
    fn was_written_since(&self, then: &Self) -> bool {
        let counts = |table: &Self| (table.file, table.inserted, table.updated, table.deleted);
        // Vacuuming may give empty pages at the end back.
        counts(self) != counts(then) || self.bytes > then.bytes
    }
}

async fn tables(session: &Session) -> Result<Vec<TableState>> {
    let sql = format!(
        "SELECT n.nspname::text, c.relname::text, coalesce(pg_relation_filenode(c.oid), 0::oid), pg_relation_size(c.oid), \
            pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid), pg_stat_get_tuples_deleted(c.oid) \
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't' AND n.nspname <> {} \
            AND (n.nspname NOT IN ('pg_catalog', 'information_schema') OR c.relname = 'pg_largeobject') \
        ORDER BY 1, 2",
        quote_literal(SCHEMA)
    );
    let rows = session.query(&sql, &[]).await.server_context(|| "reading the counts of writes to the target")?;
    let count = |row: &tokio_postgres::Row, at: usize| u64::try_from(row.get::<_, i64>(at)).unwrap_or_default();
    let state = |row: &tokio_postgres::Row| TableState {
        name: TableName::new(row.get::<_, String>(0), row.get::<_, String>(1)),
        file: row.get(2),
        bytes: count(row, 3),
        inserted: count(row, 4),
        updated: count(row, 5),
        deleted: count(row, 6),
    };
    Ok(rows.iter().map(state).collect())
}

/// Digests of the versions of all rows of the catalogs that the schema consists of, by catalog.
///
/// # Errors
/// When the server can't be asked.
pub async fn catalogs(session: &Session) -> Result<BTreeMap<String, String>> {
    // The schema, its tables, and the tables and indexes that hold their long values.
    const OURS: &str = "WITH schema AS (SELECT oid FROM pg_namespace WHERE nspname = $1::text::name), \
        main AS (SELECT c.oid, c.reltoastrelid FROM pg_class c JOIN schema s ON s.oid = c.relnamespace), \
        held AS (SELECT oid FROM main UNION SELECT reltoastrelid FROM main WHERE reltoastrelid <> 0) \
        SELECT oid FROM schema UNION SELECT oid FROM held UNION \
        SELECT i.indexrelid FROM pg_index i JOIN held h ON h.oid = i.indrelid";
    let reading = || "reading the versions of the target's catalogs";
    let ours = session.query(OURS, &[&SCHEMA]).await.server_context(reading)?;
    let ours: Vec<u32> = ours.iter().map(|row| row.get(0)).collect();
    let whole = WHOLE.map(|catalog| (catalog, "true"));
    let mut digests = BTreeMap::new();
    for (catalog, which) in whole.into_iter().chain(BUT_OURS).chain(SHARED) {
        // The parameter has to have a type in every statement.
        let sql = format!(
            "SELECT encode(sha256(convert_to(coalesce(string_agg(t.ctid::text || ' ' || t.xmin::text, ';' ORDER BY t.ctid), ''), \
                'UTF8')), 'hex') FROM pg_catalog.{catalog} t WHERE $1::oid[] IS NOT NULL AND {which}"
        );
        let row = session.query_one(&sql, &[&ours]).await.server_context(reading)?;
        digests.insert(catalog.to_owned(), row.get(0));
    }
    Ok(digests)
}
