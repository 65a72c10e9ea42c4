//! Whether a role can read everything, to the last row: a source that is read in part would look like a whole one.

use super::connect::Session;
use super::error::ServerContext;
use super::identifier::{TableName, quote_identifier};
use super::roles;
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeSet;

/// Tables, views that are stored, and sequences that somebody has made; those of extensions are left to their owners.
const OURS: &str = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
    AND n.nspname !~ '^pg_(toast_)?temp_' \
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

/// So many names are told; the rest is counted.
const SHOWN: usize = 20;

/// Refuses a source of which the session's role can't read every row of every table, naming all of them at once.
///
/// # Errors
/// Of kind `Restore`, with the statement that an administrator of the source has to run.
pub async fn require_all(session: &Session) -> Result<()> {
    require_all_of(session, "source").await
}

/// As [`require_all`], of a database that plays another part: `source` in what is said is replaced by `part`.
///
/// # Errors
/// As [`require_all`].
pub async fn require_all_of(session: &Session, part: &str) -> Result<()> {
    let hidden = names(session, "row_security_active(c.oid) AND has_table_privilege(c.oid, 'SELECT')").await?;
    let denied = names(
        session,
        "NOT (has_schema_privilege(n.oid, 'USAGE') AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') \
            ELSE has_table_privilege(c.oid, 'SELECT') END)",
    )
    .await?;
    if hidden.is_empty() && denied.is_empty() {
        return Ok(());
    }
    let role = quote_identifier(&roles::current(session).await?.name);
    let (mut what, mut help) = (Vec::new(), Vec::new());
    if !denied.is_empty() {
        what.push(format!("may not read {}", list(&denied)));
        help.push(format!("GRANT pg_read_all_data TO {role};"));
    }
    if !hidden.is_empty() {
        what.push(format!("doesn't see every row, because of policies, in {}", list(&hidden)));
        help.push(format!("ALTER ROLE {role} BYPASSRLS;"));
    }
    Err(Error::new(ErrorKind::Restore, format!("the {part}'s role {role} {}", what.join("\n  and ")))
        .help(format!("let an administrator of the {part} run:\n{}\nor sign in as a role that may", help.join("\n"))))
}

/// Refuses a source of which the session's role can't read every large object, which no role reads by `pg_read_all_data`.
///
/// # Errors
/// Of kind `Restore`, with the statement that an administrator of the source has to run.
pub async fn require_large_objects(session: &Session) -> Result<()> {
    require_large_objects_of(session, "source", "set large_objects to drop").await
}

/// As [`require_large_objects`], of a database that plays another part, where there is something else that one can do.
///
/// # Errors
/// As [`require_large_objects`].
pub async fn require_large_objects_of(session: &Session, part: &str, or: &str) -> Result<()> {
    const SQL: &str = "SELECT l.lomowner::regrole::text, count(*) FROM pg_largeobject_metadata l \
        WHERE NOT pg_has_role(l.lomowner, 'USAGE') AND NOT EXISTS (SELECT FROM aclexplode(l.lomacl) a \
            WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE'))) \
        GROUP BY 1 ORDER BY 1";
    let rows = session.query(SQL, &[]).await.server_context(|| "looking for large objects that can't be read")?;
    if rows.is_empty() {
        return Ok(());
    }
    let role = quote_identifier(&roles::current(session).await?.name);
    let count: i64 = rows.iter().map(|row| row.get::<_, i64>(1)).sum();
    let owners: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    // An earlier grant may have been made without it.
    let option = if session.server_version_num() >= 160_000 { " WITH INHERIT TRUE" } else { "" };
    let what = format!("the {part}'s role {role} may not read {count} large objects, which have to be read");
    Err(Error::new(ErrorKind::Restore, what).help(format!(
        "let an administrator of the {part} run:\nGRANT {} TO {role}{option};\nor {or}",
        owners.join(", ")
    )))
}

/// Makes the session's role a reader of everything: a member of all owners, and where that isn't enough of
/// `pg_read_all_data`. For sources that the run itself has made; a live one is not to be changed.
///
/// # Errors
/// When it may not join the owners, with the statement that an administrator has to run.
pub async fn become_reader(session: &Session) -> Result<()> {
    const OWNERS: &str = "SELECT DISTINCT r.rolname::text FROM pg_roles r WHERE r.oid IN ( \
        SELECT relowner FROM pg_class UNION SELECT nspowner FROM pg_namespace UNION SELECT lomowner FROM pg_largeobject_metadata) \
        AND r.rolname !~ '^pg_'";
    let rows = session.query(OWNERS, &[]).await.server_context(|| "listing the owners of the source's objects")?;
    let owners: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let beyond = roles::join(session, &owners).await?;
    if !beyond.is_empty() && require_all(session).await.is_err() {
        // Whether it was enough, `require_all` says before anything is read.
        let _ = session.batch_execute("GRANT pg_read_all_data TO CURRENT_USER").await;
    }
    Ok(())
}

/// Lets the owners of tables read every row, also where `FORCE ROW LEVEL SECURITY` makes their own policies bind them.
/// A snapshot that was exported before still shows the schema with it.
///
/// # Errors
/// When the session's role is neither owner nor superuser.
pub async fn lift_forced_policies(session: &Session) -> Result<()> {
    for table in names(session, "c.relforcerowsecurity").await? {
        let sql = format!("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", table.sql());
        session.batch_execute(&sql).await.server_context(|| format!("lifting the forced policies of {table}"))?;
    }
    Ok(())
}

async fn names(session: &Session, condition: &str) -> Result<Vec<TableName>> {
    let sql = format!(
        "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind IN ('r', 'p', 'm', 'S') AND {OURS} AND {condition} ORDER BY 1, 2"
    );
    let rows = session.query(&sql, &[]).await.server_context(|| "looking for tables that can't be read")?;
    Ok(rows.iter().map(|row| TableName::new(row.get::<_, String>(0), row.get::<_, String>(1))).collect())
}

fn list(names: &[TableName]) -> String {
    let shown: Vec<_> = names.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    shown.join(", ") + &more
}
