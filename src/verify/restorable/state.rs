//! What the catalogs say: sequences that are behind, extensions without files, work that was left half done.

use super::Restorable;
use crate::database::DatabaseProperties;
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::{ServerContext as _, describe};
use crate::postgres::identifier::{TableName, quote_identifier};
use crate::postgres::snapshot::join;

/// The sequences of columns of whole numbers (PostgreSQL manual, 53.18 `pg_depend`: `a` for serial, `i` for identity).
const SEQUENCES: &str = "SELECT sn.nspname::text, s.relname::text, tn.nspname::text, t.relname::text, a.attname::text, \
    q.seqincrement > 0 FROM pg_depend d \
    JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace \
    JOIN pg_sequence q ON q.seqrelid = s.oid AND NOT q.seqcycle \
    JOIN pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p') JOIN pg_namespace tn ON tn.oid = t.relnamespace \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND a.atttypid IN (20, 21, 23) \
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') \
    ORDER BY 1, 2";

/// A sequence that is behind the keys gives out keys that are taken.
pub(super) async fn sequences(session: &Session, snapshot: &str, found: &mut Restorable) -> Result<()> {
    let rows = session.query(SEQUENCES, &[]).await.server_context(|| "listing the sequences")?;
    for row in rows {
        let sequence = TableName::new(row.get::<_, String>(0), row.get::<_, String>(1));
        let table = TableName::new(row.get::<_, String>(2), row.get::<_, String>(3));
        let (column, up): (String, bool) = (row.get(4), row.get(5));
        let (furthest, beyond) = if up { ("max", ">") } else { ("min", "<") };
        // The snapshot is older than what the sequence says, so that new rows can't make it look behind.
        let sql = format!(
            "SELECT coalesce(k.key {beyond} s.last_value OR (k.key = s.last_value AND NOT s.is_called), false) \
             FROM {} s, (SELECT {furthest}({}) AS key FROM {}) k",
            sequence.sql(),
            quote_identifier(&column),
            table.sql()
        );
        join(session, snapshot).await?;
        let asked = session.query_one(&sql, &[]).await;
        session.batch_execute("ROLLBACK").await.server_context(|| format!("asking the sequence {sequence}"))?;
        match asked {
            Ok(row) if row.get(0) => {
                found.problem(sequence.to_string(), format!("is behind {table}.{column}: the next keys are taken"));
            }
            Ok(_) => found.sequences_checked += 1,
            Err(cause) => found.problem(sequence.to_string(), format!("can't be asked: {}", describe(&cause))),
        }
    }
    Ok(())
}

/// An extension is a row in a catalog and files on the server; a restore brings only the row.
pub(super) async fn extensions(session: &Session, found: &mut Restorable) -> Result<()> {
    const SQL: &str = "SELECT e.extname::text, e.extversion, a.name IS NOT NULL, \
        EXISTS (SELECT FROM pg_available_extension_versions v WHERE v.name = e.extname AND v.version = e.extversion) \
        FROM pg_extension e LEFT JOIN pg_available_extensions a ON a.name = e.extname ORDER BY 1";
    for row in session.query(SQL, &[]).await.server_context(|| "listing the extensions")? {
        let (name, version): (String, String) = (row.get(0), row.get(1));
        if !row.get::<_, bool>(2) {
            found.problem(format!("extension {name}"), "the server doesn't have its files");
            continue;
        }
        if !row.get::<_, bool>(3) {
            found.notes.push(format!("extension {name} is at {version}, which the server can't install any more"));
        }
        found.extensions.push(format!("{name} {version}"));
    }
    Ok(())
}

/// What may be as it was in production, or a sign of a restore that didn't come to its end.
pub(super) async fn left_half_done(session: &Session, found: &mut Restorable) -> Result<()> {
    const SQL: &str = "SELECT n.nspname::text, c.relname::text, NULL::text, \
            'index is not valid, so nothing uses it' FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT (i.indisvalid AND i.indisready) \
        UNION ALL SELECT n.nspname::text, c.relname::text, k.conname::text, \
            'constraint is not validated: older rows may break it' FROM pg_constraint k \
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT k.convalidated \
        UNION ALL SELECT n.nspname::text, c.relname::text, NULL::text, \
            'unlogged: its rows are in no snapshot and no replica' FROM pg_class c \
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence = 'u' AND c.relkind = 'r' \
        ORDER BY 1, 2, 3";
    for row in session.query(SQL, &[]).await.server_context(|| "looking for what was left half done")? {
        let place = TableName::new(row.get::<_, String>(0), row.get::<_, String>(1)).to_string();
        let part: Option<String> = row.get(2);
        let part = part.map(|part| format!(" {part}")).unwrap_or_default();
        found.notes.push(format!("{place}{part}: {}", row.get::<_, String>(3)));
    }
    found.notes.extend(DatabaseProperties::of(session).await?.warnings);
    Ok(())
}
