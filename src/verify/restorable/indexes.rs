//! Indexes by `amcheck`: is each B-tree in order, and is every row in it? (PostgreSQL manual, F.1 "amcheck".)

use super::Restorable;
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::{ServerContext as _, describe};
use crate::postgres::identifier::{TableName, quote_identifier};

/// Where `amcheck` goes in a database that is destroyed afterwards.
const SCHEMA: &str = "stagemask_drill";

/// SQLSTATE of what a role may not do.
const NOT_PERMITTED: &str = "42501";

/// The B-trees of the database, those of the catalogs and of TOAST too.
const BTREES: &str = "SELECT c.oid, n.nspname::text, c.relname::text FROM pg_index i \
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p' AND i.indisvalid AND i.indisready ORDER BY 2, 3";

const OTHERS: &str = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
    JOIN pg_am a ON a.oid = c.relam WHERE a.amname <> 'btree' AND c.relkind = 'i'";

/// Checks all of them, if that can be done.
pub(super) async fn check(session: &Session, may_change: bool, found: &mut Restorable) -> Result<()> {
    let schema = match amcheck(session, may_change).await? {
        Ok(schema) => quote_identifier(&schema),
        Err(why) => {
            found.notes.push(format!("indexes were not checked: {why}"));
            return Ok(());
        }
    };
    let mut checked = 0;
    // With the second argument, every row is looked for in the index.
    let sql = format!("SELECT {schema}.bt_index_check($1::oid::regclass, true)");
    for row in session.query(BTREES, &[]).await.server_context(|| "listing the indexes")? {
        let (oid, name): (u32, _) = (row.get(0), TableName::new(row.get::<_, String>(1), row.get::<_, String>(2)));
        match session.query_one(&sql, &[&oid]).await {
            Ok(_) => checked += 1,
            Err(cause) if describe(&cause).code() == Some(NOT_PERMITTED) => {
                found.notes.push("indexes were not checked: the role may not use amcheck".to_owned());
                return Ok(());
            }
            Err(cause) if cause.as_db_error().is_some() => {
                found.problem(name.to_string(), format!("the index is damaged: {}", describe(&cause)));
            }
            Err(cause) => return Err::<(), _>(cause).server_context(|| format!("checking the index {name}")),
        }
    }
    found.indexes_checked = Some(checked);
    let others = session.query_one(OTHERS, &[]).await.server_context(|| "counting the indexes")?.get::<_, i64>(0);
    if others > 0 {
        found.notes.push(format!("{others} indexes are no B-trees, which amcheck doesn't look into"));
    }
    Ok(())
}

/// The schema that has `amcheck`, or why none has it.
async fn amcheck(session: &Session, may_change: bool) -> Result<std::result::Result<String, String>> {
    const SQL: &str = "SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
        WHERE e.extname = 'amcheck'";
    let there = session.query_opt(SQL, &[]).await.server_context(|| "looking for amcheck")?;
    if let Some(row) = there {
        return Ok(Ok(row.get(0)));
    }
    if !may_change {
        return Ok(Err("amcheck is not installed in this database".to_owned()));
    }
    let create = format!("CREATE SCHEMA {SCHEMA}; CREATE EXTENSION amcheck SCHEMA {SCHEMA}");
    Ok(match session.batch_execute(&create).await {
        Ok(()) => Ok(SCHEMA.to_owned()),
        Err(cause) => Err(format!("amcheck can't be installed: {}", describe(&cause))),
    })
}
