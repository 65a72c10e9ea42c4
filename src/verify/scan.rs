//! Reads every row of every relation of the target, several at a time.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::cell_scan::{Instruments, scan};
use super::layout::{Layout, ScannedColumn};
use super::seen::Seen;
use crate::error::{Context, Error, Result};
use crate::originals::{ColumnId, OriginalsOf};
use crate::postgres::catalog::{Catalog, Column, Kind, Table};
use crate::postgres::cell_counts::CellCounts;
use crate::postgres::chunks::{Chunk, cut};
use crate::postgres::copy_stream::{Batch, Budget, read_batches};
use crate::postgres::endpoint::Endpoint;
use crate::postgres::snapshot;
use crate::postgres::types::TypeClass;
use crate::postgres::workers::{self, Queue};
use crate::progress::{Event, Progress, Stage};
use crate::run_record::{How, MaskedColumn, MaskedTable};

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
        let find = |masked: &MaskedColumn| table.columns.iter().find(|column| column.name == masked.name);
        let mut columns: Vec<(&Column, Option<&MaskedColumn>)> =
            streamed.iter().filter_map(|masked| Some((find(masked)?, Some(masked)))).collect();
        let others = table.columns.iter().filter(|column| !streamed.iter().any(|masked| masked.name == column.name));
        columns.extend(others.map(|column| (column, None)));
        let list: Vec<String> = columns.iter().map(|(column, _)| column.as_read()).collect();
        let only = if table.kind == Kind::MaterializedView { "" } else { "ONLY " };
        let written = masked.and_then(|masked| masked.written.as_ref());
        let is_settled = |name: &str| {
            let mut settled = written.iter().flat_map(|written| &written.columns);
            settled.any(|position| streamed.get(*position).is_some_and(|column| column.name == name))
        };
        let scanned = |(column, masked): (&Column, _)| ScannedColumn {
            settled: is_settled(&column.name),
            ..scanned(column, masked)
        };
        let columns: Vec<ScannedColumn> = columns.into_iter().map(scanned).collect();
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

/// How to read a column; `masked` is what the record says of it, if it was streamed.
fn scanned(column: &Column, masked: Option<&MaskedColumn>) -> ScannedColumn {
    let class = if column.binary { column.class.clone() } else { TypeClass::Text };
    let must_change = masked.and_then(|masked| match masked.how {
        How::Masked { always_changes: true, .. } => masked.recorded.map(ColumnId),
        _ => None,
    });
    let counts = masked.and_then(|masked| masked.counts.as_ref());
    ScannedColumn {
        name: column.name.clone(),
        kept: masked.is_some_and(|masked| !matches!(masked.how, How::Masked { .. })),
        given_names: masked
            .is_some_and(|masked| matches!(masked.how, How::Masked { originals: OriginalsOf::FirstName, .. })),
        settled: false,
        must_change,
        has_length: counts.is_some_and(|counts| counts.lengths.is_some()),
        counts: counts.map(|_| CellCounts::new(&class)),
        class,
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
                // With so many ahead of it nothing more is read before this one is done.
                let scanned = workers::wait(batch, || arriving.len() == arriving.max_capacity()).await;
                let (part, bytes) = scanned.with_context(|| format!("scanning {name} was stopped"))?;
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
