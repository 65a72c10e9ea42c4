//! The streams: every table of the plan from the source's snapshot into the target, several at a time.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::try_join;
use tokio::sync::mpsc;
use tokio_postgres::Client;

use super::copy_writer::{drain, write};
use super::plan::{Plan, TablePlan};
use super::transform_pool::{Counted, Recorders, Sums, TableJob, submit};
use crate::error::{Error, Result};
use crate::originals::ColumnId;
use crate::postgres::catalog::Column;
use crate::postgres::chunks::{Chunk, cut};
use crate::postgres::connect::Session;
use crate::postgres::copy_stream::{Budget, read_batches};
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::quote_identifier;
use crate::postgres::snapshot;
use crate::postgres::workers::{self, Queue};
use crate::progress::{Event, Progress, Stage};
use crate::run_record::{Lengths, Spread};

/// Bytes of rows that may be on their way at once, over all streams, before and after masking each.
const IN_FLIGHT: usize = 48 << 20;

/// Batches of a stream that may wait for their turn to be written.
const BATCHES_AHEAD: usize = 4;

/// Where rows come from and go to.
#[derive(Clone)]
pub(super) struct Ends {
    pub(super) source: Endpoint,
    pub(super) snapshot: String,
    /// `None` throws away what is masked: only its originals are wanted.
    pub(super) target: Option<Endpoint>,
    /// From how many bytes on a table is cut.
    pub(super) cut_from: u64,
}

/// What was counted of a table.
pub(super) struct Streamed {
    pub(super) sums: Sums,
    /// For each column, what was counted of it if it is masked.
    pub(super) columns: Vec<Option<ColumnCount>>,
}

/// What was counted of a masked column.
#[derive(Clone, Copy)]
pub(super) struct ColumnCount {
    pub(super) distinct: u64,
    pub(super) lengths: Option<Lengths>,
    pub(super) spread: Option<Spread>,
}

impl ColumnCount {
    fn of(counted: &Counted) -> Self {
        let counts = &counted.counts;
        Self { distinct: counts.distinct(), lengths: Lengths::of(counts), spread: Spread::of(counts) }
    }
}

/// What all workers share.
struct Work {
    ends: Ends,
    plan: Arc<Plan>,
    jobs: Vec<Arc<TableJob>>,
    queue: Queue<Chunk>,
    /// For each table, what was counted and how many chunks are still to come.
    counted: Mutex<Vec<(Sums, usize)>>,
    budget: Budget,
    progress: Arc<dyn Progress>,
}

/// Streams every table. What was counted of each comes in the order of the plan.
///
/// # Errors
/// With the first failure; the other streams are stopped.
pub(super) async fn stream(
    plan: &Arc<Plan>,
    ends: Ends,
    streams: usize,
    id_of: impl Fn(&TablePlan, usize) -> Option<ColumnId>,
    recorders: Arc<Recorders>,
    progress: &Arc<dyn Progress>,
) -> Result<Vec<Streamed>> {
    let jobs: Vec<Arc<TableJob>> = (0..plan.tables.len())
        .filter_map(|index| TableJob::new(Arc::clone(plan), index, &id_of, Arc::clone(&recorders)).map(Arc::new))
        .collect();
    let cut_from = ends.cut_from;
    let queue = carried(plan, cut(plan.tables.iter().map(|table| &table.table), streams, cut_from));
    let chunks_of = |index: usize| queue.iter().filter(|chunk| chunk.table == index).count();
    let counted = jobs.iter().enumerate().map(|(index, job)| (Sums::new(job.fields()), chunks_of(index))).collect();
    let work = Arc::new(Work {
        ends,
        plan: Arc::clone(plan),
        jobs,
        queue: Queue::new(queue),
        counted: Mutex::new(counted),
        budget: Budget::new(IN_FLIGHT),
        progress: Arc::clone(progress),
    });
    workers::run(streams, || Arc::clone(&work).run()).await?;
    let counted = work.counted.lock().unwrap_or_else(PoisonError::into_inner);
    let of_table = |(job, (sums, _)): (&Arc<TableJob>, &(Sums, usize))| Streamed {
        sums: sums.clone(),
        columns: job.counted.iter().map(|counted| counted.as_ref().map(ColumnCount::of)).collect(),
    };
    Ok(work.jobs.iter().zip(counted.iter()).map(of_table).collect())
}

/// Without the tables of which nothing is carried, and with those whole that can't be read in parts.
fn carried(plan: &Plan, chunks: VecDeque<Chunk>) -> VecDeque<Chunk> {
    let mut whole = HashSet::new();
    let mut carried = VecDeque::with_capacity(chunks.len());
    for mut chunk in chunks {
        let Some(table) = plan.tables.get(chunk.table) else { continue };
        if chunk.pages.is_some() && (table.by_row.looks_beyond || !table.selection.can_be_cut()) {
            if !whole.insert(chunk.table) {
                continue;
            }
            (chunk.pages, chunk.rows) = (None, table.table.estimated_rows);
        }
        if !table.selection.truncated {
            carried.push_back(chunk);
        }
    }
    carried
}

/// The query that reads a table, with answers behind the columns, and how many fields that makes.
pub(super) fn read_query(plan: &TablePlan, range: &str, and: &[String]) -> (String, usize) {
    let selected = selected(plan);
    (query(plan, &selected, range, and), selected.len())
}

/// The query that reads these expressions of the rows of a table that are carried.
pub(super) fn query(plan: &TablePlan, selected: &[String], range: &str, and: &[String]) -> String {
    let query = plan.selection.query(&plan.table, &selected.join(", "), range, and);
    if !plan.by_row.looks_beyond {
        return query;
    }
    // The server has sorted by originals: rows that were written in that order would tell it.
    format!("{query} ORDER BY {}.ctid", quote_identifier(&plan.table.root.table))
}

/// What is selected of each row: its columns, then answers.
pub(super) fn selected(plan: &TablePlan) -> Vec<String> {
    plan.columns.iter().map(Column::as_read).chain(plan.by_row.asked.iter().cloned()).collect()
}

impl Work {
    async fn run(self: Arc<Self>) -> Result<()> {
        let source = self.ends.source.connect("stagemask mask: source").await?;
        snapshot::join(&source, &self.ends.snapshot).await?;
        let target = match &self.ends.target {
            Some(target) => Some(target.connect("stagemask mask: target").await?),
            None => None,
        };
        if let Some(target) = &target {
            prepare_target(target).await?;
        }
        while let Some(chunk) = self.queue.next() {
            self.stream_chunk(&chunk, &source, target.as_deref()).await?;
        }
        Ok(())
    }

    async fn stream_chunk(&self, chunk: &Chunk, source: &Client, target: Option<&Client>) -> Result<()> {
        let (Some(plan), Some(job)) = (self.plan.tables.get(chunk.table), self.jobs.get(chunk.table)) else {
            return Err(Error::failed("a chunk belongs to no table"));
        };
        let name = plan.table.name.to_string();
        self.progress.event(Event::TableStarted { stage: Stage::Mask, table: &name, rows: chunk.rows });
        let statements = Statements::new(plan, chunk);
        if let Some(target) = target {
            let preparing = || format!("preparing table {name} of the target");
            target.batch_execute(&statements.before).await.server_context(preparing)?;
        }
        let (batches, arriving) = mpsc::channel(BATCHES_AHEAD);
        let advanced = |rows, bytes| {
            self.progress.event(Event::Advanced { stage: Stage::Mask, table: &name, rows, bytes });
        };
        let doing = || format!("reading table {name} of the source");
        let submit = |batch| submit(Arc::clone(job), batch);
        let reading = read_batches(source, &statements.read, job.width(), &self.budget, &doing, submit, batches);
        let sums = match target {
            Some(target) => {
                let writing = write(target, &statements.write, job, arriving, &advanced);
                let ((), sums) = try_join(reading, writing).await?;
                let ending = || format!("writing table {name} of the target");
                target.batch_execute(&statements.after).await.server_context(ending)?;
                sums
            }
            None => try_join(reading, drain(job, arriving, &advanced)).await?.1,
        };
        self.count(chunk, &sums, &name);
        Ok(())
    }

    fn count(&self, chunk: &Chunk, sums: &Sums, name: &str) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((total, chunks_left)) = counted.get_mut(chunk.table) else { return };
        total.add(sums);
        *chunks_left -= 1;
        if *chunks_left == 0 {
            self.progress.event(Event::TableFinished { stage: Stage::Mask, table: name });
        }
    }
}

/// A role may be forbidden to change what the server logs; then it has to be trusted that the administrator has.
async fn prepare_target(target: &Session) -> Result<()> {
    target
        .batch_execute("SET synchronous_commit = off")
        .await
        .server_context(|| "setting up a session on the target")?;
    let quiet = "SET log_min_error_statement = panic; SET log_error_verbosity = terse; SET log_statement = none";
    let _ = target.batch_execute(quiet).await;
    Ok(())
}

/// The SQL for one chunk.
struct Statements {
    read: String,
    before: String,
    write: String,
    after: String,
}

impl Statements {
    fn new(plan: &TablePlan, chunk: &Chunk) -> Self {
        let table = plan.table.name.sql();
        let names: Vec<String> = plan.columns.iter().map(|column| quote_identifier(&column.name)).collect();
        // A table may have no columns, and an empty list is no list.
        let columns = if names.is_empty() { String::new() } else { format!("({})", names.join(", ")) };
        let all_binary = plan.columns.iter().all(|column| column.binary);
        let is_whole = plan.selection.is_all() && plan.by_row.asked.is_empty() && chunk.pages.is_none();
        let read = if is_whole && all_binary {
            // Faster than a query; like ONLY, it leaves out the rows of children.
            format!("COPY {table} {columns} TO STDOUT (FORMAT binary)")
        } else {
            format!("COPY ({}) TO STDOUT (FORMAT binary)", read_query(plan, &chunk.sql_where(), &[]).0)
        };
        let computes = plan.transforms.iter().flatten().any(|built| built.transform.computed().is_some());
        if !all_binary || computes {
            return Self::through_landing(plan, &table, &names, read);
        }
        // FREEZE needs a table that was emptied in the same transaction, and so a stream that is alone.
        let alone = chunk.pages.is_none();
        let freeze = if alone { ", FREEZE" } else { "" };
        Self {
            read,
            before: if alone { format!("BEGIN; TRUNCATE ONLY {table}") } else { "BEGIN".to_owned() },
            write: format!("COPY {table} {columns} FROM STDIN (FORMAT binary{freeze})"),
            after: "COMMIT".to_owned(),
        }
    }

    /// Rows arrive in a temporary table, and the server makes of them what only it can: values of types without a binary
    /// form, which arrive as text, and those that are computed from the masked row.
    fn through_landing(plan: &TablePlan, table: &str, names: &[String], read: String) -> Self {
        let zipped = || plan.columns.iter().zip(names);
        let landing = |(column, name): (&_, &String)| {
            let column: &Column = column;
            format!("{name} {}", if column.binary { column.type_name.as_str() } else { "text" })
        };
        let computed = |position: usize| plan.transforms.get(position)?.as_ref()?.transform.computed();
        let value = |(position, (column, name)): (usize, (&Column, &String))| match computed(position) {
            Some(expression) => format!("CASE WHEN {name} IS NOT NULL THEN {expression} END"),
            None if column.binary => name.clone(),
            None => format!("{name}::{}", column.type_name),
        };
        let columns = names.join(", ");
        let values: Vec<String> = zipped().enumerate().map(value).collect();
        Self {
            read,
            before: format!(
                "BEGIN; CREATE TEMPORARY TABLE stagemask_landing ({}) ON COMMIT DROP",
                zipped().map(landing).collect::<Vec<_>>().join(", ")
            ),
            write: format!("COPY pg_temp.stagemask_landing ({columns}) FROM STDIN (FORMAT binary)"),
            after: format!(
                "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {} FROM pg_temp.stagemask_landing; COMMIT",
                values.join(", ")
            ),
        }
    }
}
