//! After the last row: sequences, indexes and constraints, materialized views, statistics.

use std::collections::HashSet;
use std::sync::Arc;

use super::Job;
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::{TableName, quote_identifier, quote_literal};
use crate::postgres::key_sequences::{self, KeySequence};
use crate::postgres::workers::{self, Queue};
use crate::progress::{Event, Progress, Stage};

/// Makes the target complete: everything that isn't rows of tables. Gives the sequences that are behind their keys in the
/// source already.
pub(super) async fn finish(job: &Job<'_>, progress: &Arc<dyn Progress>) -> Result<Vec<TableName>> {
    let target = job.target.connect("stagemask mask: finish").await?;
    let behind = copy_sequences(job, &target).await?;
    step(progress, "building indexes and constraints");
    job.schema.finish(job.target, job.jobs).await?;
    advance_sequences(job, &target).await?;
    let views = &job.catalog.materialized_views;
    for view in views {
        step(progress, &format!("refreshing {view}"));
        target
            .batch_execute(&format!("REFRESH MATERIALIZED VIEW {}", view.sql()))
            .await
            .server_context(|| format!("refreshing the materialized view {view} from masked rows"))?;
    }
    step(progress, "analyzing");
    for view in views {
        let analyzing = target.batch_execute(&format!("ANALYZE {}", view.sql())).await;
        analyzing.server_context(|| format!("analyzing {view}"))?;
    }
    analyze(job).await?;
    Ok(behind)
}

/// `ANALYZE` of a whole database works on one table after the other; several sessions share them.
async fn analyze(job: &Job<'_>) -> Result<()> {
    // Of a partitioned table the root: it takes its partitions with it.
    let mut roots: Vec<String> = job.plan.tables.iter().map(|table| table.table.root.sql()).collect();
    let mut seen = HashSet::new();
    roots.retain(|root| seen.insert(root.clone()));
    let queue = Arc::new(Queue::new(roots));
    workers::run(job.jobs, || analyze_tables(job.target.clone(), Arc::clone(&queue))).await
}

async fn analyze_tables(target: Endpoint, queue: Arc<Queue<String>>) -> Result<()> {
    let session = target.connect("stagemask mask: analyze").await?;
    while let Some(table) = queue.next() {
        let analyzing = session.batch_execute(&format!("ANALYZE {table}")).await;
        analyzing.server_context(|| format!("analyzing {table}"))?;
    }
    Ok(())
}

/// Tells people what is being done.
pub(super) fn step(progress: &Arc<dyn Progress>, text: &str) {
    progress.event(Event::Step { stage: Stage::Mask, text });
}

/// `is_called` too: a sequence that was never used must give its start value first. Gives those that are behind.
async fn copy_sequences(job: &Job<'_>, target: &Session) -> Result<Vec<TableName>> {
    for sequence in &job.catalog.sequences {
        let doing = || format!("copying the state of sequence {sequence}");
        let read = format!("SELECT last_value, is_called FROM {}", sequence.sql());
        let row = job.snapshot.session().query_one(&read, &[]).await.server_context(doing)?;
        let (last, called): (i64, bool) = (row.get(0), row.get(1));
        let write = format!("SELECT setval({}::regclass, {last}, {called})", quote_literal(&sequence.sql()));
        target.batch_execute(&write).await.server_context(doing)?;
    }
    let mut behind = Vec::new();
    for numbered in key_sequences::list(job.snapshot.session()).await? {
        let is_carried = job.catalog.sequences.contains(&numbered.sequence);
        if is_carried && numbered.is_behind(job.snapshot.session()).await? {
            behind.push(numbered.sequence);
        }
    }
    Ok(behind)
}

/// Masked keys can be higher than any that a sequence has given out: it goes on behind them, or the next row would meet
/// one that is there.
async fn advance_sequences(job: &Job<'_>, target: &Session) -> Result<()> {
    let is_masked = |numbered: &&KeySequence| {
        let tables = job.plan.tables.iter().filter(|table| table.table.root == numbered.table);
        let mut masked = tables.flat_map(|table| table.columns.iter().zip(&table.transforms));
        masked.any(|(column, built)| built.is_some() && column.name == numbered.column)
    };
    // A sequence that counts down stays: behind it lie lower numbers.
    let sequences = key_sequences::list(target).await?;
    for numbered in sequences.iter().filter(|numbered| numbered.up).filter(is_masked) {
        let KeySequence { sequence, table, column, .. } = numbered;
        let doing = || format!("moving the sequence of {table}.{column} behind its masked values");
        let name = quote_literal(&sequence.sql());
        let write = format!(
            "SELECT setval({name}::regclass, highest) FROM (SELECT max({})::int8 AS highest FROM {}) t, {} s, pg_sequence q \
            WHERE q.seqrelid = {name}::regclass AND highest <= q.seqmax \
            AND (highest > s.last_value OR (highest = s.last_value AND NOT s.is_called))",
            quote_identifier(column),
            table.sql(),
            sequence.sql(),
        );
        target.batch_execute(&write).await.server_context(doing)?;
    }
    Ok(())
}
