//! Large objects: left behind, unless the rules say that they are to be kept.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Job;
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::postgres::handover::Handover;
use crate::postgres::large_objects::{self, Content};
use crate::postgres::roles;
use crate::postgres::row_checksum::RowChecksum;
use crate::progress::{Event, Progress};
use crate::rules::rule::LargeObjects;

/// Bytes that are read and written at once.
const PIECE: usize = 1 << 20;

/// What was carried.
pub(super) struct Carried {
    /// How many.
    pub(super) count: u64,
    /// Order-free checksum of their bytes: see [`Content`].
    pub(super) checksum: String,
}

/// Copies the large objects as they are, under their own oids, if the plan says so; `None` if it doesn't.
pub(super) async fn carry(job: &Job<'_>, progress: &Arc<dyn Progress>) -> Result<Option<Carried>> {
    if job.plan.large_objects == LargeObjects::Drop {
        return Ok(None);
    }
    let copying = || "copying large objects";
    let source = job.snapshot.session();
    let target = job.target.connect("stagemask mask: large objects").await?;
    let oids = large_objects::oids(source).await?;
    let mut checksum = RowChecksum::default();
    target.batch_execute("BEGIN").await.server_context(copying)?;
    for oid in &oids {
        copy(source, &target, *oid).await?.add_to(&mut checksum);
    }
    target.batch_execute("COMMIT").await.server_context(copying)?;
    hand_over(source, &target, progress).await?;
    Ok(Some(Carried { count: oids.len() as u64, checksum: checksum.to_hex() }))
}

async fn copy(source: &Session, target: &Session, oid: u32) -> Result<Content> {
    let copying = || format!("copying large object {oid}");
    let mut content = Content::of(oid);
    target.execute("SELECT lo_create($1)", &[&oid]).await.server_context(copying)?;
    for offset in (0_i64..).step_by(PIECE) {
        let piece = large_objects::read(source, oid, offset.unsigned_abs(), PIECE).await?;
        if piece.is_empty() {
            break;
        }
        content.add(&piece);
        target.execute("SELECT lo_put($1, $2, $3)", &[&oid, &offset, &piece]).await.server_context(copying)?;
    }
    Ok(content)
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
