//! Reads every row of every relation of the target, several at a time.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::cell_scan::{Instruments, Layout, ScannedColumn, Seen, scan};
use crate::error::{Context, Error, Result};
use crate::originals::ColumnId;
use crate::postgres::catalog::{Catalog, Kind, Table};
use crate::postgres::chunks::{Chunk, cut};
use crate::postgres::copy_stream::{Batch, Budget, read_batches};
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::quote_identifier;
use crate::postgres::snapshot;
use crate::postgres::workers::{self, Queue};
use crate::progress::{Event, Progress, Stage};
use crate::run_record::{How, MaskedTable};

/// Bytes of rows that may be on their way at once, over all streams.
const IN_FLIGHT: usize = 32 << 20;

/// Batches of a stream that may wait to be counted.
const BATCHES_AHEAD: usize = 4;

/// Tables are cut from here on at the latest: there is no price to pay for a second reader, as there is for a second writer.
const SMALLEST_CUT: u64 = 32 << 20;

/// A relation to scan, and how.
pub(super) struct Task {
    pub(super) layout: Arc<Layout>,
    /// What follows `SELECT` and comes before the condition.
    select: String,
}

impl Task {
    /// How to read a relation; `masked` is what the record says of it, if it is a table that was streamed.
    pub(super) fn new(table: &Table, masked: Option<&MaskedTable>) -> Self {
        let streamed = masked.map(|masked| masked.columns.as_slice()).unwrap_or_default();
        let mut columns = Vec::new();
        for masked in streamed {
            let must_change = match masked.how {
                How::Masked { always_changes: true, .. } => masked.recorded.map(ColumnId),
                _ => None,
            };
            let kept = !matches!(masked.how, How::Masked { .. });
            let Some(column) = table.columns.iter().find(|column| column.name == masked.name) else { continue };
            columns.push((column, kept, must_change));
        }
        for column in &table.columns {
            if !streamed.iter().any(|masked| masked.name == column.name) {
                columns.push((column, false, None));
            }
        }
        let expression = |(column, ..): &(&crate::postgres::catalog::Column, bool, Option<ColumnId>)| {
            let name = quote_identifier(&column.name);
            if column.binary { name } else { format!("{name}::text") }
        };
        let list: Vec<String> = columns.iter().map(expression).collect();
        let only = if table.kind == Kind::MaterializedView { "" } else { "ONLY " };
        let columns: Vec<ScannedColumn> = columns
            .into_iter()
            .map(|(column, kept, must_change)| ScannedColumn {
                name: column.name.clone(),
                class: if column.binary { column.class.clone() } else { crate::postgres::types::TypeClass::Text },
                kept,
                must_change,
            })
            .collect();
        let layout = Layout {
            name: table.name.to_string(),
            columns,
            kept_key: masked.map(|masked| masked.kept_key.clone()).unwrap_or_default(),
            streamed: streamed.len(),
            unmasked: masked.and_then(|masked| masked.unmasked.map(|_| masked.name.sql())),
        };
        Self { layout: Arc::new(layout), select: format!("{} FROM {only}{}", list.join(", "), table.name.sql()) }
    }
}

/// How rows are read.
#[derive(Clone)]
pub(super) struct Reading {
    /// How many streams.
    pub(super) streams: usize,
    /// From how many bytes on a table that dominates is cut.
    pub(super) cut_from: u64,
    /// The snapshot that all streams join, read-only; without one, each sees what is there when it comes to it.
    pub(super) snapshot: Option<String>,
}

struct Work {
    target: Endpoint,
    snapshot: Option<String>,
    tasks: Vec<Task>,
    queue: Queue<Chunk>,
    /// For each task, what was seen, and how many chunks are still to come.
    seen: Mutex<Vec<(Seen, usize)>>,
    instruments: Arc<Instruments>,
    budget: Budget,
    progress: Arc<dyn Progress>,
}

/// Scans all of the target. What was seen of each task comes in their order.
///
/// # Errors
/// When a relation can't be read to its end.
pub(super) async fn scan_all(
    target: &Endpoint,
    catalog: &Catalog,
    tasks: Vec<Task>,
    instruments: Arc<Instruments>,
    reading: Reading,
    progress: &Arc<dyn Progress>,
) -> Result<Vec<Seen>> {
    let Reading { streams, cut_from, snapshot } = reading;
    let queue = cut(catalog.tables.iter(), streams, cut_from.min(SMALLEST_CUT));
    let chunks_of = |index: usize| queue.iter().filter(|chunk| chunk.table == index).count();
    let seen = tasks.iter().enumerate().map(|(index, task)| (Seen::new(task.layout.columns.len()), chunks_of(index)));
    let work = Arc::new(Work {
        target: target.clone(),
        snapshot,
        seen: Mutex::new(seen.collect()),
        tasks,
        queue: Queue::new(queue),
        instruments,
        budget: Budget::new(IN_FLIGHT),
        progress: Arc::clone(progress),
    });
    workers::run(streams, || Arc::clone(&work).run()).await?;
    let mut seen = work.seen.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(std::mem::take(&mut *seen).into_iter().map(|(seen, _)| seen).collect())
}

impl Work {
    async fn run(self: Arc<Self>) -> Result<()> {
        let session = self.target.connect("stagemask verify").await?;
        if let Some(snapshot) = &self.snapshot {
            snapshot::join(&session, snapshot).await?;
        }
        while let Some(chunk) = self.queue.next() {
            self.scan_chunk(&chunk, &session).await?;
        }
        Ok(())
    }

    async fn scan_chunk(&self, chunk: &Chunk, session: &tokio_postgres::Client) -> Result<()> {
        let task = self.tasks.get(chunk.table).ok_or_else(|| Error::failed("a chunk belongs to no table"))?;
        let name = task.layout.name.as_str();
        self.progress.event(Event::TableStarted { stage: Stage::Verify, table: name, rows: chunk.rows });
        let sql = format!("COPY (SELECT {}{}) TO STDOUT (FORMAT binary)", task.select, chunk.sql_where());
        let (batches, mut arriving) = mpsc::channel::<oneshot::Receiver<(Result<Seen>, u64)>>(BATCHES_AHEAD);
        let doing = || format!("scanning {name}");
        let fields = task.layout.columns.len();
        let submit = |batch| self.submit(&task.layout, batch);
        let reading = read_batches(session, &sql, fields, &self.budget, &doing, submit, batches);
        let counting = async {
            let mut seen = Seen::new(fields);
            while let Some(batch) = arriving.recv().await {
                let (part, bytes) = batch.await.with_context(|| format!("scanning {name} was stopped"))?;
                let part = part?;
                self.progress.event(Event::Advanced { stage: Stage::Verify, table: name, rows: part.rows, bytes });
                seen.merge(part);
            }
            Ok(seen)
        };
        let ((), seen) = futures_util::future::try_join(reading, counting).await?;
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((total, chunks_left)) = all.get_mut(chunk.table) {
            total.merge(seen);
            *chunks_left -= 1;
            if *chunks_left == 0 {
                self.progress.event(Event::TableFinished { stage: Stage::Verify, table: name });
            }
        }
        Ok(())
    }

    fn submit(&self, layout: &Arc<Layout>, batch: Batch) -> oneshot::Receiver<(Result<Seen>, u64)> {
        let (done, result) = oneshot::channel();
        let (layout, instruments) = (Arc::clone(layout), Arc::clone(&self.instruments));
        rayon::spawn(move || {
            let Batch { tuples, permit } = batch;
            let seen = scan(&layout, &tuples, &instruments);
            let bytes = tuples.bytes.len() as u64;
            drop((tuples, permit, layout, instruments));
            // Nobody waits for it any more when the run was stopped.
            let _ = done.send((seen, bytes));
        });
        result
    }
}
