//! After the last row: sequences, indexes and constraints, materialized views, statistics.

use std::sync::Arc;

use super::Job;
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::quote_literal;
use crate::progress::{Event, Progress, Stage};

/// Makes the target complete: everything that isn't rows of tables.
pub(super) async fn finish(job: &Job<'_>, progress: &Arc<dyn Progress>) -> Result<()> {
    let target = job.target.connect("stagemask mask: finish").await?;
    copy_sequences(job, &target).await?;
    step(progress, "building indexes and constraints");
    job.schema.finish(job.target, job.jobs).await?;
    for view in &job.catalog.materialized_views {
        step(progress, &format!("refreshing {view}"));
        target
            .batch_execute(&format!("REFRESH MATERIALIZED VIEW {}", view.sql()))
            .await
            .server_context(|| format!("refreshing the materialized view {view} from masked rows"))?;
    }
    step(progress, "analyzing");
    target.batch_execute("ANALYZE").await.server_context(|| "analyzing the target")
}

/// Tells people what is being done.
pub(super) fn step(progress: &Arc<dyn Progress>, text: &str) {
    progress.event(Event::Step { stage: Stage::Mask, text });
}

/// `is_called` too: a sequence that was never used must give its start value first.
async fn copy_sequences(job: &Job<'_>, target: &Session) -> Result<()> {
    for sequence in &job.catalog.sequences {
        let doing = || format!("copying the state of sequence {sequence}");
        let read = format!("SELECT last_value, is_called FROM {}", sequence.sql());
        let row = job.snapshot.session().query_one(&read, &[]).await.server_context(doing)?;
        let (last, called): (i64, bool) = (row.get(0), row.get(1));
        let write = format!("SELECT setval({}::regclass, {last}, {called})", quote_literal(&sequence.sql()));
        target.batch_execute(&write).await.server_context(doing)?;
    }
    Ok(())
}
