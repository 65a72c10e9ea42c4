//! From the source into the closed target, every row through its transforms.

pub mod again;
mod batch_work;
mod by_row;
pub mod conditions;
mod copy_writer;
mod deal;
mod finish;
mod fit;
mod joins;
mod large_objects;
mod left_behind;
mod other_rows;
pub mod plan;
pub mod preview;
mod programs;
mod resolve;
pub mod schema;
pub mod selection;
mod selection_graph;
mod stream;
mod suggest;
mod transform_pool;
pub mod transforms;
mod unmasked;

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::originals::{ColumnId, Store};
use crate::postgres::catalog::Catalog;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::TableName;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::progress::{Event, Progress};
use crate::run_record::{ColumnCounts, How, MaskedColumn, MaskedRecord, MaskedTable, RecordedColumn, Written};
use crate::secret::MaskingKey;
use plan::{ColumnDecision, Plan, TablePlan};
use schema::SchemaArchive;
use stream::{Ends, Streamed, stream};
use transform_pool::Recorders;

/// A closed database that holds every row of the source, masked. Only verification can make more of it.
pub struct MaskedDatabase {
    target: Endpoint,
    record: MaskedRecord,
}

/// The name under which the originals of canaries are recorded, after those of all columns.
pub const CANARY: &str = "a canary";

/// What masking starts from: the source as one snapshot sees it, and what is to be done.
pub struct Job<'a> {
    /// The source's snapshot; it has to live until masking is done.
    pub snapshot: &'a ExportedSnapshot,
    /// The source.
    pub source: &'a Endpoint,
    /// The source's schema.
    pub catalog: &'a Catalog,
    /// What happens to each column.
    pub plan: &'a Arc<Plan>,
    /// The source's DDL.
    pub schema: &'a SchemaArchive,
    /// SHA-256 of the DDL text, hexadecimal.
    pub schema_digest: &'a str,
    /// The closed, empty database.
    pub target: &'a Endpoint,
    /// Where the hashes of originals are kept.
    pub originals: &'a Path,
    /// The run's key.
    pub key: &'a MaskingKey,
    /// How many streams.
    pub jobs: usize,
    /// From how many bytes on a table that dominates is cut into ranges of pages.
    pub cut_from: u64,
}

impl MaskedDatabase {
    /// Builds the schema in the target, streams every table through its transforms, and finishes the schema.
    /// `canaries` records originals of its own, under the number that it is given, before the store is closed.
    ///
    /// # Errors
    /// When anything fails. The target is then of no use and has to be dropped.
    pub async fn mask(
        job: &Job<'_>,
        canaries: impl FnOnce(&Store, ColumnId),
        progress: &Arc<dyn Progress>,
    ) -> Result<Self> {
        finish::step(progress, "looking at unique columns");
        resolve::resolve(job.plan, job.snapshot.session()).await?;
        unmasked::check(job.plan, job.snapshot.session()).await?;
        let there = left_behind::count(job.plan, job.snapshot.session()).await?;
        deal::deal(job.plan, job.snapshot.session()).await?;
        let references = job.plan.whole_references();
        if !references.is_empty() {
            finish::step(progress, "counting what references join");
        }
        let joined = joins::count(job.snapshot.session(), &references, job.catalog).await?;
        finish::step(progress, "building the schema");
        let created = job.schema.create(job.target).await?;
        warn_of_roles(&created.0, progress);
        let recorded = recorded_columns(job.plan)?;
        let (store, canary) = store_of(&recorded, job.originals, job.key)?;
        let recorders = Arc::new(Recorders::new(Arc::clone(&store)));
        let ends = Ends {
            source: job.source.clone(),
            snapshot: job.snapshot.id().to_owned(),
            target: Some(job.target.clone()),
            cut_from: job.cut_from,
        };
        let id_of = |table: &TablePlan, position: usize| id_of(&recorded, table, position);
        finish::step(progress, "streaming rows");
        let streamed = stream(job.plan, ends, job.jobs, id_of, recorders, progress).await?;
        canaries(&store, canary);
        finish_originals(store)?;
        let large_objects = large_objects::carry(job, progress).await?;
        let behind = finish::finish(job, progress).await?;
        let counted = job.plan.tables.iter().zip(&streamed).zip(there);
        let tables =
            counted.map(|((table, streamed), there)| masked_table(table, streamed, there, &recorded)).collect();
        let schema_digest = job.schema_digest.to_owned();
        let inventory = job.catalog.inventory.clone();
        let objects = job.catalog.objects.clone();
        let (large_objects, large_objects_checksum) =
            large_objects.map_or((0, None), |carried| (carried.count, Some(carried.checksum)));
        let record = MaskedRecord {
            tables,
            recorded,
            large_objects,
            large_objects_checksum,
            inventory,
            schema_digest,
            joined,
            objects,
            behind,
        };
        Ok(Self { target: job.target.clone(), record })
    }

    /// A database that an earlier process masked, by the record of its run.
    ///
    /// The caller has checked that the database is the one that the record names.
    pub fn resume(target: Endpoint, record: MaskedRecord) -> Self {
        Self { target, record }
    }

    /// Where the closed database is.
    pub fn target(&self) -> &Endpoint {
        &self.target
    }

    /// What masking did.
    pub fn record(&self) -> &MaskedRecord {
        &self.record
    }
}

/// Roles belong to the whole server, so that a person should know of new ones.
fn warn_of_roles(created: &[String], progress: &Arc<dyn Progress>) {
    if !created.is_empty() {
        let text = format!("created roles without password and login: {}", created.join(", "));
        progress.event(Event::Warning { text: &text });
    }
}

/// Where originals are recorded, and the number of those of canaries.
fn store_of(recorded: &[RecordedColumn], folder: &Path, key: &MaskingKey) -> Result<(Arc<Store>, ColumnId)> {
    let mut names: Vec<String> = recorded.iter().map(|column| format!("{}.{}", column.table, column.column)).collect();
    let canary = ColumnId(u16::try_from(names.len()).unwrap_or(u16::MAX));
    names.push(CANARY.to_owned());
    Ok((Arc::new(Store::create(folder, key, names)?), canary))
}

/// All streams have ended, so nobody else holds the store, unless one of them was stopped on its way.
fn finish_originals(store: Arc<Store>) -> Result<()> {
    let store = Arc::into_inner(store).ok_or_else(|| Error::failed("a stream still records originals"))?;
    store.finish()?;
    Ok(())
}

/// Numbers the columns whose originals are recorded; the partitions of a table share theirs.
fn recorded_columns(plan: &Plan) -> Result<Vec<RecordedColumn>> {
    let mut recorded: Vec<RecordedColumn> = Vec::new();
    for table in &plan.tables {
        for (column, _) in table.columns.iter().zip(&table.transforms).filter(|(_, built)| built.is_some()) {
            let column = RecordedColumn { table: table.table.root.clone(), column: column.name.clone() };
            if !recorded.contains(&column) {
                recorded.push(column);
            }
        }
    }
    // Two numbers stay free for what isn't a column.
    if recorded.len() > usize::from(u16::MAX) - 2 {
        return Err(Error::failed(format!("{} columns are masked, and 65,533 is the most", recorded.len())));
    }
    Ok(recorded)
}

fn id_of(recorded: &[RecordedColumn], table: &TablePlan, position: usize) -> Option<ColumnId> {
    let name = &table.columns.get(position)?.name;
    let root: &TableName = &table.table.root;
    let index = recorded.iter().position(|column| column.table == *root && column.column == *name)?;
    u16::try_from(index).ok().map(ColumnId)
}

fn masked_table(
    table: &TablePlan,
    streamed: &Streamed,
    there: Option<u64>,
    recorded: &[RecordedColumn],
) -> MaskedTable {
    let sums = &streamed.sums;
    let column = |position: usize| {
        let column = table.columns.get(position)?;
        let facts = table.transforms.get(position)?.as_ref().map(|built| built.facts);
        let decision = table.decisions.get(position)?;
        let how = match (decision, decision.transform(), facts) {
            (_, Some(transform), Some(facts)) => How::Masked {
                transform: transform.to_owned(),
                follows: match decision {
                    ColumnDecision::Follows { to, .. } => Some(to.clone()),
                    _ => None,
                },
                originals: facts.originals,
                always_changes: facts.always_changes,
                makes_null: facts.makes_null,
            },
            (ColumnDecision::KeptByType, ..) => How::KeptByType,
            _ => How::Kept,
        };
        let recorded = facts.and_then(|_| id_of(recorded, table, position)).map(|id| id.0);
        Some(MaskedColumn {
            name: column.name.clone(),
            type_name: column.type_name.clone(),
            class: column.class.clone(),
            how,
            nulls: sums.nulls.get(position).copied().unwrap_or(0),
            recorded,
            counts: counts(table, streamed, position),
        })
    };
    let settled = batch_work::settled_columns(table);
    MaskedTable {
        name: table.table.name.clone(),
        rows: sums.rows,
        checksum: sums.checksum.to_hex(),
        written: (!settled.is_empty()).then(|| Written { checksum: sums.written.to_hex(), columns: settled }),
        columns: (0..table.columns.len()).filter_map(column).collect(),
        kept_key: table.kept_key.clone(),
        left_behind: left_behind::of(table, there, sums.rows),
        unmasked: table.by_row.unless.map(|_| sums.unmasked),
    }
}

fn counts(table: &TablePlan, streamed: &Streamed, position: usize) -> Option<ColumnCounts> {
    let counted = streamed.columns.get(position).copied().flatten()?;
    let meant = table.meant.get(position)?;
    let may_stay = table.transforms.get(position)?.as_ref().is_some_and(|built| built.facts.may_stay);
    Some(ColumnCounts {
        distinct: counted.distinct,
        variety: meant.variety,
        lengths: counted.lengths,
        spread: counted.spread,
        keeps_level: meant.keeps_level,
        stayed: may_stay.then(|| streamed.sums.stayed.get(position).copied().unwrap_or(0)),
    })
}
