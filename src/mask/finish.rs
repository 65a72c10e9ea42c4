//! After the last row: sequences, indexes and constraints, materialized views, statistics.

use std::collections::HashSet;
use std::sync::Arc;

use super::Job;
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::{quote_identifier, quote_literal};
use crate::postgres::types::TypeClass;
use crate::postgres::workers::{self, Queue};
use crate::progress::{Event, Progress, Stage};

/// Makes the target complete: everything that isn't rows of tables.
pub(super) async fn finish(job: &Job<'_>, progress: &Arc<dyn Progress>) -> Result<()> {
    let target = job.target.connect("stagemask mask: finish").await?;
    copy_sequences(job, &target).await?;
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
    analyze(job).await
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

/// Masked keys can be higher than any that a sequence has given out: it goes on behind them, or the next row would meet
/// one that is there.
async fn advance_sequences(job: &Job<'_>, target: &Session) -> Result<()> {
    let mut seen = HashSet::new();
    for table in &job.plan.tables {
        for (column, built) in table.columns.iter().zip(&table.transforms) {
            let root = &table.table.root;
            let is_number = matches!(column.class, TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8);
            if built.is_none() || !is_number || !seen.insert((root.clone(), column.name.clone())) {
                continue;
            }
            let doing = || format!("moving the sequence of {root}.{} behind its masked values", column.name);
            let name = format!("{}, {}", quote_literal(&root.sql()), quote_literal(&column.name));
            let find = format!("SELECT pg_get_serial_sequence({name})");
            let row = target.query_one(&find, &[]).await.server_context(doing)?;
            let Some(sequence) = row.get::<_, Option<String>>(0) else { continue };
            let (column, table) = (quote_identifier(&column.name), root.sql());
            // A sequence that counts down stays: behind it lie lower numbers.
            let write = format!(
                "SELECT setval({}::regclass, highest) FROM (SELECT max({column})::int8 AS highest FROM {table}) t, {sequence} s, \
                pg_sequence q WHERE q.seqrelid = {}::regclass AND q.seqincrement > 0 AND highest <= q.seqmax \
                AND (highest > s.last_value OR (highest = s.last_value AND NOT s.is_called))",
                quote_literal(&sequence),
                quote_literal(&sequence),
            );
            target.batch_execute(&write).await.server_context(doing)?;
        }
    }
    Ok(())
}
