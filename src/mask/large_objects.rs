//! Large objects: left behind, unless the rules say that they are to be kept.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Job;
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::postgres::handover::Handover;
use crate::postgres::roles;
use crate::progress::{Event, Progress};
use crate::rules::rule::LargeObjects;

/// Bytes that are read and written at once.
const PIECE: i64 = 1 << 20;

/// Copies the large objects as they are, under their own oids, if the plan says so. Gives how many.
pub(super) async fn carry(job: &Job<'_>, progress: &Arc<dyn Progress>) -> Result<u64> {
    if job.plan.large_objects == LargeObjects::Drop {
        return Ok(0);
    }
    let copying = || "copying large objects";
    let source = job.snapshot.session();
    let target = job.target.connect("stagemask mask: large objects").await?;
    let oids =
        source.query("SELECT oid FROM pg_largeobject_metadata ORDER BY oid", &[]).await.server_context(copying)?;
    target.batch_execute("BEGIN").await.server_context(copying)?;
    for row in &oids {
        let oid: u32 = row.get(0);
        target.execute("SELECT lo_create($1)", &[&oid]).await.server_context(copying)?;
        for offset in (0i64..).step_by(1 << 20) {
            let piece = source
                .query_one("SELECT lo_get($1, $2, $3)", &[&oid, &offset, &(PIECE as i32)])
                .await
                .server_context(copying)?;
            let piece: &[u8] = piece.get(0);
            if piece.is_empty() {
                break;
            }
            target.execute("SELECT lo_put($1, $2, $3)", &[&oid, &offset, &piece]).await.server_context(copying)?;
        }
    }
    target.batch_execute("COMMIT").await.server_context(copying)?;
    hand_over(source, &target, progress).await?;
    Ok(oids.len() as u64)
}

/// A dump of the schema says nothing about large objects, so their owners and privileges come from the catalog. Nobody else
/// can connect yet, and nothing reads them any more.
async fn hand_over(source: &Session, target: &Session, progress: &Arc<dyn Progress>) -> Result<()> {
    const SQL: &str = "SELECT format('ALTER LARGE OBJECT %s OWNER TO %I', oid, pg_get_userbyid(lomowner)), \
            pg_get_userbyid(lomowner)::text FROM pg_largeobject_metadata \
        UNION ALL SELECT format('GRANT %s ON LARGE OBJECT %s TO %s', a.privilege_type, l.oid, \
            coalesce(quote_ident(r.rolname), 'PUBLIC')) || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, \
            r.rolname::text FROM pg_largeobject_metadata l CROSS JOIN aclexplode(l.lomacl) a \
            LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE a.grantee <> l.lomowner AND (a.grantee = 0 OR r.oid IS NOT NULL)";
    let rows = source.query(SQL, &[]).await.server_context(|| "reading the owners of large objects")?;
    let named: BTreeSet<String> = rows.iter().filter_map(|row| row.get::<_, Option<String>>(1)).collect();
    roles::create_missing(target, &named).await?;
    let mut handover = Handover::default();
    for row in &rows {
        handover.take(row.get(0));
    }
    for text in &handover.apply(target).await? {
        progress.event(Event::Warning { text });
    }
    Ok(())
}
