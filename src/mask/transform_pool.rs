//! Masks batches of rows on all cores, while the streams read and write others.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::plan::{Plan, TablePlan};
use super::transforms::{Built, Masked, Row};
use crate::error::{Error, Result};
use crate::originals::{ColumnId, OriginalsOf, Recorder, Store};
use crate::postgres::copy_binary::{begin_tuple, read_tuple, write_field};
use crate::postgres::copy_stream::Batch;
use crate::postgres::row_checksum::{RowChecksum, holds_type_oids, write_canonical};
use crate::postgres::row_key::{of_columns, show_key, write_key};
use crate::postgres::texts::{is_blank, visit_texts};
use crate::postgres::types::TypeClass;

/// A table of the plan, with what masking its rows needs.
pub(super) struct TableJob {
    plan: Arc<Plan>,
    index: usize,
    columns: Vec<Option<Recorded>>,
    /// Positions of given and family names of the same row.
    names: Vec<(usize, usize)>,
    recorders: Arc<Recorders>,
    pace: Pace,
}

/// How the originals of a column are recorded.
#[derive(Clone, Copy)]
struct Recorded {
    id: ColumnId,
    of: OriginalsOf,
    in_row: bool,
}

/// Masked rows. Their share of the budget is free again when they are dropped.
pub(super) struct MaskedBatch {
    pub(super) bytes: Vec<u8>,
    pub(super) sums: Sums,
    _permit: OwnedSemaphorePermit,
}

/// What is counted of the rows of a table, in whatever order they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) rows: u64,
    pub(super) nulls: Vec<u64>,
    pub(super) checksum: RowChecksum,
}

impl Sums {
    pub(super) fn new(columns: usize) -> Self {
        Self { rows: 0, nulls: vec![0; columns], checksum: RowChecksum::default() }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.checksum.add(other.checksum);
        self.nulls.iter_mut().zip(&other.nulls).for_each(|(sum, nulls)| *sum += nulls);
    }
}

/// The recorders of the pool's threads, lent out a batch at a time.
pub(super) struct Recorders {
    store: Arc<Store>,
    idle: Mutex<Vec<Recorder>>,
}

impl Recorders {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self { store, idle: Mutex::new(Vec::new()) }
    }

    fn take(&self) -> Recorder {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| self.store.recorder())
    }

    fn give_back(&self, recorder: Recorder) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(recorder);
    }
}

/// Masks a batch: at once if that is quick, else on the pool. What is quick is not worth a thread's waking up, nor that
/// another core fetches the rows.
pub(super) fn submit(job: Arc<TableJob>, batch: Batch) -> oneshot::Receiver<Result<MaskedBatch>> {
    let (done, result) = oneshot::channel();
    let is_slow = job.pace.is_slow();
    let work = move || {
        let mut recorder = job.recorders.take();
        let masked = job.mask(batch, &mut recorder);
        job.recorders.give_back(recorder);
        // Whoever gets the last batch may close the store, which nobody else may hold then.
        drop(job);
        // Nobody waits for it any more when the run was stopped.
        let _ = done.send(masked);
    };
    if is_slow { rayon::spawn(work) } else { work() }
    result
}

/// How long the batches of a table take.
#[derive(Default)]
struct Pace {
    nanos_per_kib: AtomicU64,
}

impl Pace {
    /// A stream brings 200 MiB a second at most, and this is as fast.
    const SLOW: u64 = 5_000;

    fn is_slow(&self) -> bool {
        self.nanos_per_kib.load(Ordering::Relaxed) > Self::SLOW
    }

    /// Takes in one batch, an eighth of what is thought after it: one that had to wait for its core means little.
    fn add(&self, bytes: usize, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX) / (bytes as u64 >> 10).max(1);
        let before = self.nanos_per_kib.load(Ordering::Relaxed);
        self.nanos_per_kib.store(before - before / 8 + nanos / 8, Ordering::Relaxed);
    }
}

impl TableJob {
    /// `id_of` gives the number under which the originals of a column are recorded.
    pub(super) fn new(
        plan: Arc<Plan>,
        index: usize,
        id_of: impl Fn(&TablePlan, usize) -> Option<ColumnId>,
        recorders: Arc<Recorders>,
    ) -> Option<Self> {
        let table = plan.tables.get(index)?;
        let recorded = |(position, built): (usize, &Option<Built>)| {
            let facts = built.as_ref()?.facts;
            let in_row = facts.always_changes && !table.kept_key.is_empty();
            Some(Recorded { id: id_of(table, position)?, of: facts.originals, in_row })
        };
        let columns: Vec<Option<Recorded>> = table.transforms.iter().enumerate().map(recorded).collect();
        let of = |wanted: OriginalsOf| {
            let is_wanted = move |column: &Option<Recorded>| column.is_some_and(|column| column.of == wanted);
            columns.iter().enumerate().filter(move |(_, column)| is_wanted(column)).map(|(position, _)| position)
        };
        let names = of(OriginalsOf::FirstName)
            .flat_map(|first| of(OriginalsOf::LastName).map(move |last| (first, last)))
            .collect();
        Some(Self { columns, names, index, recorders, pace: Pace::default(), plan: Arc::clone(&plan) })
    }

    /// The table's name, for messages.
    pub(super) fn name(&self) -> String {
        self.table().map(|table| table.table.name.to_string()).unwrap_or_default()
    }

    /// How many columns are streamed.
    pub(super) fn fields(&self) -> usize {
        self.columns.len()
    }

    fn table(&self) -> Option<&TablePlan> {
        self.plan.tables.get(self.index)
    }

    fn mask(&self, batch: Batch, recorder: &mut Recorder) -> Result<MaskedBatch> {
        let Batch { tuples, permit } = batch;
        let begun = Instant::now();
        let table = self.table().ok_or_else(|| Error::failed("the plan has no such table"))?;
        let mut work = Work::new(table);
        let mut fields = Vec::with_capacity(self.fields());
        let passes_through = table.transforms.iter().all(Option::is_none);
        let mut out = if passes_through { Vec::new() } else { Vec::with_capacity(tuples.bytes.len() * 9 / 8) };
        let mut at = 0;
        while at < tuples.bytes.len() {
            let next = read_tuple(&tuples.bytes, at, &mut fields)
                .map_err(|cause| Error::failed(format!("reading a row of {} failed", self.name())).because(cause))?;
            let raw = tuples.bytes.get(at + 2..next).unwrap_or_default();
            if passes_through {
                work.count(table, &fields, raw);
            } else {
                work.mask_row(self, table, &fields, raw, recorder, &mut out)?;
            }
            at = next;
        }
        self.pace.add(tuples.bytes.len(), begun.elapsed());
        let sums = Sums { rows: tuples.rows, nulls: work.nulls, checksum: work.checksum };
        let bytes = if passes_through { tuples.bytes } else { out };
        Ok(MaskedBatch { bytes, sums, _permit: permit })
    }
}

/// The buffers and sums of one batch.
struct Work {
    nulls: Vec<u64>,
    checksum: RowChecksum,
    canonical: Vec<u8>,
    key: Vec<u8>,
    before: String,
    after: String,
    /// For each column, whether its bytes as they came are their canonical form.
    raw_is_canonical: Vec<bool>,
}

impl Work {
    fn new(table: &TablePlan) -> Self {
        Self {
            nulls: vec![0; table.columns.len()],
            checksum: RowChecksum::default(),
            canonical: Vec::new(),
            key: Vec::new(),
            before: String::new(),
            after: String::new(),
            raw_is_canonical: table.columns.iter().map(|column| !holds_type_oids(&column.class)).collect(),
        }
    }

    fn count_nulls(&mut self, fields: &[Option<&[u8]>]) {
        for (nulls, field) in self.nulls.iter_mut().zip(fields) {
            *nulls += u64::from(field.is_none());
        }
    }

    /// Takes note of a row that isn't changed; `raw` is its fields with their lengths.
    fn count(&mut self, table: &TablePlan, fields: &[Option<&[u8]>], raw: &[u8]) {
        self.count_nulls(fields);
        if self.raw_is_canonical.iter().all(|raw| *raw) {
            return self.checksum.add_row(raw);
        }
        self.canonical.clear();
        for (column, field) in table.columns.iter().zip(fields) {
            write_canonical(&column.class, *field, &mut self.canonical);
        }
        self.checksum.add_row(&self.canonical);
    }

    /// Kept columns side by side are copied in one go, out of `raw`, the fields with their lengths.
    fn mask_row(
        &mut self,
        job: &TableJob,
        table: &TablePlan,
        fields: &[Option<&[u8]>],
        raw: &[u8],
        recorder: &mut Recorder,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.count_nulls(fields);
        self.canonical.clear();
        self.key.clear();
        write_key(fields, &table.kept_key, &mut self.key);
        let row = Row { cells: fields, transforms: &table.transforms };
        begin_tuple(out, fields.len());
        let (mut kept_from, mut at) = (0, 0);
        for (position, (field, built)) in fields.iter().zip(&table.transforms).enumerate() {
            let end = at + 4 + field.map_or(0, <[u8]>::len);
            if built.is_none() && self.raw_is_canonical.get(position) == Some(&true) {
                at = end;
                continue;
            }
            self.keep(raw.get(kept_from..at).unwrap_or_default(), out);
            (kept_from, at) = (end, end);
            let class = table.columns.get(position).map_or(&TypeClass::Other, |column| &column.class);
            match (field, built) {
                (Some(cell), Some(built)) => {
                    let start = out.len() + 4;
                    mask_cell(table, position, cell, built, &row, out)?;
                    if let Some(Some(recorded)) = job.columns.get(position) {
                        let masked = out.get(start..).unwrap_or_default();
                        self.record(*recorded, class, cell, masked, recorder);
                    }
                }
                (None, Some(_)) => write_field(out, None),
                (field, None) => {
                    write_field(out, *field);
                    write_canonical(class, *field, &mut self.canonical);
                }
            }
        }
        self.keep(raw.get(kept_from..at).unwrap_or_default(), out);
        self.checksum.add_row(&self.canonical);
        self.record_names(job, fields, recorder);
        Ok(())
    }

    /// Passes on fields that are in their canonical form.
    fn keep(&mut self, fields: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(fields);
        self.canonical.extend_from_slice(fields);
    }

    fn record(&mut self, column: Recorded, class: &TypeClass, cell: &[u8], masked: &[u8], recorder: &mut Recorder) {
        if column.in_row && !is_blank(class, cell) {
            recorder.record_row_cell(column.id, &self.key, cell);
        }
        match column.of {
            OriginalsOf::FirstName | OriginalsOf::LastName | OriginalsOf::Shared => {}
            OriginalsOf::Document => recorder.record_bytes(column.id, cell),
            OriginalsOf::Identifier | OriginalsOf::FullName => {
                visit_texts(class, cell, &mut |found| recorder.record_original(column.id, column.of, found.text));
            }
            OriginalsOf::Text => {
                for (cell, texts) in [(cell, &mut self.before), (masked, &mut self.after)] {
                    texts.clear();
                    visit_texts(class, cell, &mut |found| {
                        texts.push_str(found.text);
                        texts.push('\n');
                    });
                }
                self.before.lines().for_each(|text| recorder.record_removed(column.id, text, &self.after));
            }
        }
    }

    fn record_names(&self, job: &TableJob, fields: &[Option<&[u8]>], recorder: &mut Recorder) {
        for &(first, last) in &job.names {
            let text = |position: usize| std::str::from_utf8(fields.get(position).copied().flatten()?).ok();
            let id = job.columns.get(last).copied().flatten().map(|column| column.id);
            if let (Some(first), Some(last), Some(id)) = (text(first), text(last), id) {
                recorder.record_pair(id, first, last);
            }
        }
    }
}

/// Appends the masked cell with its length.
fn mask_cell(
    table: &TablePlan,
    position: usize,
    cell: &[u8],
    built: &Built,
    row: &Row<'_>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let length = match built.transform.mask(cell, row, out) {
        Ok(Masked::Value) => i32::try_from(out.len() - start - 4).ok(),
        Ok(Masked::Null) => {
            out.truncate(start + 4);
            Some(-1)
        }
        Err(error) => return Err(cannot_mask(table, position, row, &error.0)),
    };
    let length = length.ok_or_else(|| cannot_mask(table, position, row, "the masked value is too large"))?;
    if let Some(prefix) = out.get_mut(start..start + 4) {
        prefix.copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

fn cannot_mask(table: &TablePlan, position: usize, row: &Row<'_>, why: &str) -> Error {
    let column = table.columns.get(position).map_or("", |column| column.name.as_str());
    let key = show_key(of_columns(&table.columns), row.cells, &table.kept_key);
    let place = if key.is_empty() { String::new() } else { format!(" in the row {key}") };
    Error::failed(format!("{}.{column} can't be masked{place}: {why}", table.table.name))
        .help("give the column another transform, such as redact")
}
