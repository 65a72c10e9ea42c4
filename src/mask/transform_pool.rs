//! Masks batches of rows: quick ones where they arrive, others on all cores, while the streams read and write more.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::batch_work::Work;
use super::plan::{Plan, TablePlan};
use super::transforms::Built;
use crate::error::{Error, Result};
use crate::originals::{ColumnId, OriginalsOf, Recorder, Store};
use crate::postgres::cell_counts::CellCounts;
use crate::postgres::copy_binary::read_tuple;
use crate::postgres::copy_stream::Batch;
use crate::postgres::row_checksum::RowChecksum;
use crate::postgres::types::TypeClass;

/// A table of the plan, with what masking its rows needs.
pub(super) struct TableJob {
    plan: Arc<Plan>,
    index: usize,
    pub(super) columns: Vec<Option<Recorded>>,
    /// What is counted of each masked column.
    pub(super) counted: Vec<Option<Counted>>,
    /// Positions of given and family names of the same row.
    pub(super) names: Vec<(usize, usize)>,
    recorders: Arc<Recorders>,
    pace: Pace,
}

/// How the originals of a column are recorded.
#[derive(Clone, Copy)]
pub(super) struct Recorded {
    pub(super) id: ColumnId,
    pub(super) of: OriginalsOf,
}

/// What is counted of a column.
pub(super) struct Counted {
    pub(super) counts: CellCounts,
    /// Whether what is written is what is read again, byte for byte.
    pub(super) has_length: bool,
}

impl Counted {
    fn of(table: &TablePlan, position: usize, built: &Built) -> Option<Self> {
        let column = table.columns.get(position)?;
        let is_text = column.binary && column.class == TypeClass::Text;
        let has_length = is_text && built.transform.computed().is_none();
        let class = if column.binary { &column.class } else { &TypeClass::Text };
        Some(Self { counts: CellCounts::new(class), has_length })
    }
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
    /// Cells that stayed as they were, of transforms that may leave some so.
    pub(super) stayed: Vec<u64>,
    pub(super) checksum: RowChecksum,
    /// Of the kept columns and the masked cells that were written beside them.
    pub(super) written: RowChecksum,
    /// Rows that stay as they are.
    pub(super) unmasked: u64,
}

impl Sums {
    pub(super) fn new(columns: usize) -> Self {
        let (checksum, written) = (RowChecksum::default(), RowChecksum::default());
        Self { rows: 0, nulls: vec![0; columns], stayed: vec![0; columns], checksum, written, unmasked: 0 }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.unmasked += other.unmasked;
        self.checksum.add(other.checksum);
        self.written.add(other.written);
        self.nulls.iter_mut().zip(&other.nulls).for_each(|(sum, nulls)| *sum += nulls);
        self.stayed.iter_mut().zip(&other.stayed).for_each(|(sum, stayed)| *sum += stayed);
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

    /// Fails when originals could not be written down, so that a full disk ends a run at once and not when all is masked.
    fn give_back(&self, recorder: Recorder) -> Result<()> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(recorder);
        self.store.check()
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
        let masked = masked.and_then(|masked| job.recorders.give_back(recorder).map(|()| masked));
        // Whoever gets the last batch may close the store, which nobody else may hold then.
        drop(job);
        // Nobody waits for it any more when the run was stopped.
        let _ = done.send(masked);
    };
    if is_slow {
        rayon::spawn(work)
    } else {
        work()
    }
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

    /// Takes in one batch. Quick ones count at once and slow ones little by little: most that take long had to wait for
    /// their core.
    fn add(&self, bytes: usize, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX) / (bytes as u64 >> 10).max(1);
        let before = self.nanos_per_kib.load(Ordering::Relaxed);
        self.nanos_per_kib.store(before + nanos.saturating_sub(before) / 16, Ordering::Relaxed);
        self.nanos_per_kib.fetch_min(nanos, Ordering::Relaxed);
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
            Some(Recorded { id: id_of(table, position)?, of: facts.originals })
        };
        let counted = |(position, built): (usize, &Option<Built>)| Counted::of(table, position, built.as_ref()?);
        let counted = table.transforms.iter().enumerate().map(counted).collect();
        let columns: Vec<Option<Recorded>> = table.transforms.iter().enumerate().map(recorded).collect();
        let of = |wanted: OriginalsOf| {
            let is_wanted = move |column: &Option<Recorded>| column.is_some_and(|column| column.of == wanted);
            columns.iter().enumerate().filter(move |(_, column)| is_wanted(column)).map(|(position, _)| position)
        };
        let names = of(OriginalsOf::FirstName)
            .flat_map(|first| of(OriginalsOf::LastName).map(move |last| (first, last)))
            .collect();
        Some(Self { columns, counted, names, index, recorders, pace: Pace::default(), plan: Arc::clone(&plan) })
    }

    /// The table's name, for messages.
    pub(super) fn name(&self) -> String {
        self.table().map(|table| table.table.name.to_string()).unwrap_or_default()
    }

    /// How many columns are streamed.
    pub(super) fn fields(&self) -> usize {
        self.columns.len()
    }

    /// How many fields a row has as it is read: behind its columns are answers.
    pub(super) fn width(&self) -> usize {
        self.fields() + self.table().map_or(0, |table| table.by_row.asked.len())
    }

    fn table(&self) -> Option<&TablePlan> {
        self.plan.tables.get(self.index)
    }

    fn mask(&self, batch: Batch, recorder: &mut Recorder) -> Result<MaskedBatch> {
        let Batch { tuples, permit } = batch;
        let begun = Instant::now();
        let table = self.table().ok_or_else(|| Error::failed("the plan has no such table"))?;
        let mut work = Work::new(table);
        let mut fields = Vec::with_capacity(self.width());
        let passes_through = table.transforms.iter().all(Option::is_none) && table.by_row.asked.is_empty();
        let mut out = if passes_through { Vec::new() } else { Vec::with_capacity(tuples.bytes.len() * 9 / 8) };
        let mut at = 0;
        while at < tuples.bytes.len() {
            let next = read_tuple(&tuples.bytes, at, &mut fields)
                .map_err(|cause| Error::failed(format!("reading a row of {} failed", self.name())).because(cause))?;
            let raw = tuples.bytes.get(at + 2..next).unwrap_or_default();
            if passes_through {
                work.count(table, &fields, raw);
            } else if table.by_row.is_unmasked(&fields) {
                work.pass_unmasked(self, table, &fields, recorder, &mut out)?;
            } else {
                work.mask_row(self, table, &fields, raw, recorder, &mut out)?;
            }
            at = next;
        }
        for (counted, sums) in self.counted.iter().zip(&work.cells) {
            if let Some(counted) = counted {
                counted.counts.add(sums);
            }
        }
        self.pace.add(tuples.bytes.len(), begun.elapsed());
        let sums = Sums {
            rows: tuples.rows,
            nulls: work.nulls,
            stayed: work.stayed,
            checksum: work.checksum,
            written: work.written,
            unmasked: work.unmasked,
        };
        let bytes = if passes_through { tuples.bytes } else { out };
        Ok(MaskedBatch { bytes, sums, _permit: permit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::MaskingKey;

    #[test]
    fn a_full_disk_is_noticed_while_rows_pass() {
        let folder = tempfile::tempdir().unwrap();
        let columns = vec!["users.email".to_owned()];
        let store = Store::create(folder.path(), &MaskingKey::random().unwrap(), columns).unwrap().on_a_full_disk();
        let recorders = Recorders::new(Arc::new(store));
        let mut recorder = recorders.take();
        (0..1 << 20).for_each(|number: u32| recorder.record_row_cell(ColumnId(0), b"", &number.to_le_bytes()));
        let error = recorders.give_back(recorder).unwrap_err();
        assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
    }
}
