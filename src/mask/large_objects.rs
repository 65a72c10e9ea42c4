//! Large objects: left behind, unless the rules say that they are to be kept.

use super::Job;
use crate::error::Result;
use crate::postgres::error::ServerContext;
use crate::rules::rule::LargeObjects;

/// Bytes that are read and written at once.
const PIECE: i64 = 1 << 20;

/// Copies the large objects as they are, under their own oids, if the plan says so. Gives how many.
pub(super) async fn carry(job: &Job<'_>) -> Result<u64> {
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
    Ok(oids.len() as u64)
}
