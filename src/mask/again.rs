//! Masking once more with its result thrown away, for the sake of the originals: their hashes are lost, or on another
//! machine, and verification needs them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::plan::Plan;
use super::stream::{Ends, stream};
use super::transform_pool::Recorders;
use super::{deal, finish, finish_originals, id_of, recorded_columns, resolve, store_of};
use crate::error::{Error, ErrorKind, Result};
use crate::originals::{ColumnId, Store};
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::TableName;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::progress::Progress;
use crate::run_record::{MaskedRecord, RecordedColumn};
use crate::secret::MaskingKey;

/// What the originals are read from again, and where they go. Rules and key are those of the run.
pub struct Again<'a> {
    /// The source as it is now; it has to live until all is read.
    pub snapshot: &'a ExportedSnapshot,
    /// The source.
    pub source: &'a Endpoint,
    /// What happens to each column.
    pub plan: &'a Arc<Plan>,
    /// What masking did then.
    pub record: &'a MaskedRecord,
    /// Where the hashes of originals are kept.
    pub originals: &'a Path,
    /// The run's key.
    pub key: &'a MaskingKey,
    /// How many streams.
    pub jobs: usize,
    /// From how many bytes on a table that dominates is cut into ranges of pages.
    pub cut_from: u64,
}

/// Reads every row that would be masked, records what masking records, and drops the rest. Gives how many rows each table
/// of the plan has now. `canaries` is as in [`MaskedDatabase::mask`](super::MaskedDatabase::mask).
///
/// # Errors
/// When other columns would be masked than then, and when anything can't be read or written down.
pub async fn record_again(
    job: &Again<'_>,
    canaries: impl FnOnce(&Store, ColumnId),
    progress: &Arc<dyn Progress>,
) -> Result<Vec<(TableName, u64)>> {
    let recorded = &job.record.recorded;
    same_columns(&recorded_columns(job.plan)?, recorded)?;
    finish::step(progress, "looking at unique columns");
    resolve::resolve(job.plan, job.snapshot.session()).await?;
    deal::deal(job.plan, job.snapshot.session()).await?;
    let (store, canary) = store_of(recorded, job.originals, job.key)?;
    let recorders = Arc::new(Recorders::new(Arc::clone(&store)));
    let ends = Ends {
        source: job.source.clone(),
        snapshot: job.snapshot.id().to_owned(),
        target: None,
        cut_from: job.cut_from,
    };
    finish::step(progress, "reading originals again");
    let id_of = |table: &super::plan::TablePlan, position: usize| id_of(recorded, table, position);
    let streamed = stream(job.plan, ends, job.jobs, id_of, recorders, progress).await?;
    canaries(&store, canary);
    finish_originals(store)?;
    Ok(job
        .plan
        .tables
        .iter()
        .zip(&streamed)
        .map(|(table, streamed)| (table.table.name.clone(), streamed.sums.rows))
        .collect())
}

/// A column that isn't masked any more has no originals to be found.
fn same_columns(now: &[RecordedColumn], then: &[RecordedColumn]) -> Result<()> {
    let names = |columns: &[RecordedColumn]| -> BTreeSet<String> {
        columns.iter().map(|column| format!("{}.{}", column.table, column.column)).collect()
    };
    let (now, then) = (names(now), names(then));
    let changed: Vec<&str> = now.symmetric_difference(&then).map(String::as_str).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let what = format!("the source has other columns to mask than when it was masked: {}", changed.join(", "));
    Err(Error::new(ErrorKind::Coverage, what).help("refresh again: originals of then can't be read from it any more"))
}
