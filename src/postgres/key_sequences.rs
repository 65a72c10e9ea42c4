//! The sequences that number the rows of a table, and whether they are ahead of its keys.

use std::collections::HashSet;

use tokio_postgres::Client;

use super::error::ServerContext as _;
use super::identifier::{TableName, quote_identifier, quote_literal};
use crate::error::Result;

/// A sequence, and a column of whole numbers that it owns (PostgreSQL manual, 53.18 `pg_depend`: `a` for serial, `i` for
/// identity) or whose default reads it. Of a partitioned table this is the column of its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySequence {
    /// The sequence.
    pub sequence: TableName,
    /// The table that it numbers.
    pub table: TableName,
    /// The column.
    pub column: String,
    /// Whether it counts up.
    pub up: bool,
    /// Whether it begins again when it is at its end.
    pub cycles: bool,
}

const SQL: &str = "SELECT DISTINCT sn.nspname::text, s.relname::text, tn.nspname::text, t.relname::text, a.attname::text, \
        q.seqincrement > 0, q.seqcycle, t.relispartition \
    FROM (SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS number FROM pg_depend d \
            WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') \
        UNION SELECT d.refobjid, f.adrelid, f.adnum FROM pg_attrdef f JOIN pg_depend d \
            ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass) u \
    JOIN pg_class s ON s.oid = u.sequence AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace \
    JOIN pg_sequence q ON q.seqrelid = s.oid \
    JOIN pg_class t ON t.oid = u.relation AND t.relkind IN ('r', 'p') JOIN pg_namespace tn ON tn.oid = t.relnamespace \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.number AND a.atttypid IN (20, 21, 23) \
    ORDER BY 1, 2, 3, 4, 5";

/// Lists them.
///
/// # Errors
/// When a catalog can't be read.
pub async fn list(client: &Client) -> Result<Vec<KeySequence>> {
    let rows = client.query(SQL, &[]).await.server_context(|| "listing the sequences of columns")?;
    let read: Vec<(KeySequence, bool)> = rows
        .iter()
        .map(|row| {
            let sequence = TableName::new(row.get::<_, String>(0), row.get::<_, String>(1));
            let table = TableName::new(row.get::<_, String>(2), row.get::<_, String>(3));
            (KeySequence { sequence, table, column: row.get(4), up: row.get(5), cycles: row.get(6) }, row.get(7))
        })
        .collect();
    // Partitions have the default of their root.
    let of_roots: HashSet<TableName> =
        read.iter().filter(|(_, part)| !part).map(|(numbered, _)| numbered.sequence.clone()).collect();
    let numbers =
        |(numbered, part): (KeySequence, bool)| (!part || !of_roots.contains(&numbered.sequence)).then_some(numbered);
    Ok(read.into_iter().filter_map(numbers).collect())
}

impl KeySequence {
    /// Whether the value that it gives next isn't beyond every key, so that it gives out keys that are taken. One that
    /// cycles is meant to.
    ///
    /// # Errors
    /// When the table or the sequence can't be read.
    pub async fn is_behind(&self, client: &Client) -> Result<bool> {
        if self.cycles {
            return Ok(false);
        }
        let (furthest, reaches) = if self.up { ("max", ">=") } else { ("min", "<=") };
        // Beyond its last value there may be no bigint.
        let sql = format!(
            "SELECT coalesce(k.key {reaches} s.last_value::numeric + CASE WHEN s.is_called THEN q.seqincrement ELSE 0 END, \
            false) FROM {} s, pg_sequence q, (SELECT {furthest}({}) AS key FROM {}) k WHERE q.seqrelid = {}::regclass",
            self.sequence.sql(),
            quote_identifier(&self.column),
            self.table.sql(),
            quote_literal(&self.sequence.sql()),
        );
        let asking = || format!("comparing the sequence {} with {}.{}", self.sequence, self.table, self.column);
        let row = client.query_one(&sql, &[]).await.server_context(asking)?;
        Ok(row.get(0))
    }
}
