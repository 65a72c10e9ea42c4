//! The proof that no personal data remains, made on the target itself.

mod accepted;
pub mod assertions;
pub mod audit;
pub mod canaries;
mod cell_scan;
mod chance;
mod closer_look;
pub mod detectors;
pub mod findings;
mod hidden;
mod integrity;
mod judge;
mod large_objects;
pub mod layers;
mod layout;
mod look_further;
pub mod metadata;
mod original_kind;
pub mod proof;
mod query_texts;
mod quiet;
pub mod restorable;
mod scan;
mod seen;
pub mod state;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use futures_util::future::try_join;
use tokio::task::JoinHandle;

use crate::error::{Context as _, Result};
use crate::mask::MaskedDatabase;
use crate::mask::schema::SchemaArchive;
use crate::originals::{ColumnId, Originals};
use crate::postgres::catalog::{Catalog, Table};
use crate::postgres::civil_date::CivilDate;
use crate::postgres::connect::Session;
use crate::postgres::identifier::TableName;
use crate::postgres::readable;
use crate::progress::{Event, Progress, Stage};
use crate::run_record::carried::{self, Look, Seal};
use crate::run_record::{Acceptance, DatabaseIdentity, MaskedTable, RunId};
use crate::secret::MaskingKey;
use canaries::Canaries;
use cell_scan::Instruments;
use chance::Chance;
use detectors::{Allowed, Detectors};
use findings::Finding;
use hidden::Hidden;
use proof::{ColumnProof, JoinProof, Proof, ProofKey, TableProof, tool_digest};
use scan::{Reading, Task, scan_all};
use seen::Seen;
use state::State;

pub use accepted::mistakes as mistakes_in_acceptances;

/// A database whose proof allows release. Only [`verify`] makes one.
pub struct VerifiedDatabase {
    proof: Proof,
}

impl VerifiedDatabase {
    /// The proof.
    pub fn proof(&self) -> &Proof {
        &self.proof
    }

    /// A database that an earlier process verified, by its proof; `None` if the proof doesn't allow release.
    ///
    /// The gate still checks that it is the proof of the very database that is to be released.
    pub fn resume(proof: Proof) -> Option<Self> {
        proof.passes().then_some(Self { proof })
    }
}

/// How verification ended.
pub enum Verdict {
    /// The gate may open.
    Passed(Box<VerifiedDatabase>),
    /// The gate stays closed, for what the proof says.
    Refused(Box<Proof>),
}

/// What verification needs to know.
pub struct Job<'a> {
    /// The closed database.
    pub masked: &'a MaskedDatabase,
    /// Tells it from every other database.
    pub identity: DatabaseIdentity,
    /// The run.
    pub run: &'a RunId,
    /// SHA-256 of the rules file.
    pub rules_digest: &'a str,
    /// The text of the DDL that made the target, and of the settings that come with the release.
    pub ddl: &'a str,
    /// The schema that it was made of; dumps the target's as it is now.
    pub schema: &'a SchemaArchive,
    /// Where the hashes of originals are.
    pub originals: &'a Path,
    /// The run's key.
    pub key: &'a MaskingKey,
    /// What the shop allows on top of the synthetic spaces.
    pub allowed: Allowed,
    /// SQL that has to return true, by name.
    pub assertions: &'a BTreeMap<String, String>,
    /// What the rules accept for a time.
    pub accepted: &'a [Acceptance],
    /// What is known beforehand, such as what has changed since the last proof.
    pub known: Vec<Finding>,
    /// Digests of the target's catalogs when masking ended; empty of a run from before they were kept.
    pub since_masking: &'a BTreeMap<String, String>,
    /// The oid of the database on the target's server that an archive was restored into, which is gone by now.
    pub scratch: Option<u32>,
    /// Signs the proof.
    pub proof_key: Option<&'a ProofKey>,
    /// How many streams.
    pub jobs: usize,
    /// From how many bytes on a table that dominates is cut into ranges of pages.
    pub cut_from: u64,
}

/// Verifies all of the target.
///
/// # Errors
/// When something can't be checked: what was skipped counts as failed.
pub async fn verify(mut job: Job<'_>, progress: &Arc<dyn Progress>) -> Result<Verdict> {
    let begun = Instant::now();
    // The program and the originals are read meanwhile.
    std::thread::spawn(tool_digest);
    let instruments = make_instruments(&job);
    let canaries = Canaries::new(job.key);
    let planted_in = job.run.in_name();
    let session = job.masked.target().connect("stagemask verify").await?;
    // A verification that was killed has left its own.
    Canaries::remove(&session, &planted_in).await?;
    let mut before = State::once_alone(&session, job.masked.target().database()).await?;
    // The dump has a connection of its own, and leaves out what the run carries; it is made anew if that isn't ours after all.
    let schema = metadata::ddl_of_target(&job, &session, true);
    let (carries_state, mut schema) = try_join(carries_state(&job, &session), schema).await?;
    if !carries_state {
        schema = metadata::ddl_of_target(&job, &session, false).await?;
    }
    canaries.plant(&session, &planted_in).await?;
    let looked = Looked::at(&job, &canaries, instruments, (&session, carries_state, &schema), progress).await;
    Canaries::remove(&session, &planted_in).await?;
    let mut looked = looked?;
    let mut findings = looked.findings;
    findings.extend(assertions::findings(&session, job.assertions).await?);
    findings.append(&mut job.known);
    let mut state = State::once_alone(&session, job.masked.target().database()).await?;
    let hidden = Hidden { record: job.masked.record(), instruments: &looked.instruments };
    hidden.in_state(&mut before);
    hidden.in_state(&mut state);
    // What has changed is told by the names of tables.
    findings.extend(state.changes_since(&before).into_iter().map(integrity::changed_meanwhile));
    findings.extend(integrity::schema_changed(&state, job.since_masking));
    hidden.in_findings(&mut findings);
    hidden.in_tables(&mut looked.tables);
    let now = SystemTime::now();
    let accepted = accepted::apply(&mut findings, job.accepted, CivilDate::today());
    findings.sort_by(|a, b| (b.severity, &a.place, &a.kind).cmp(&(a.severity, &b.place, &b.kind)));
    let proof = Proof {
        version: proof::VERSION,
        run: job.run.clone(),
        tool: crate::TOOL.to_owned(),
        tool_digest: tool_digest().to_owned(),
        made: crate::run_record::utc(now),
        target: job.identity,
        rules_digest: job.rules_digest.to_owned(),
        schema_digest: job.masked.record().schema_digest.clone(),
        state,
        tables: looked.tables,
        large_objects: looked.large_objects,
        joins: looked.joins,
        canaries: looked.canaries,
        findings,
        accepted,
        // Thousandths, so that it is the same number again when it is read back.
        seconds: (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        digest: String::new(),
        signature: None,
    };
    let proof = proof.sealed(job.proof_key)?;
    Ok(if proof.passes() {
        Verdict::Passed(Box::new(VerifiedDatabase { proof }))
    } else {
        Verdict::Refused(Box::new(proof))
    })
}

/// What came out of looking at everything.
struct Looked {
    findings: Vec<Finding>,
    tables: Vec<TableProof>,
    large_objects: u64,
    joins: Vec<JoinProof>,
    canaries: proof::Canaries,
    /// What it was looked at with.
    instruments: Arc<Instruments>,
}

impl Looked {
    async fn at(
        job: &Job<'_>,
        canaries: &Canaries,
        instruments: JoinHandle<Result<Arc<Instruments>>>,
        (session, carries_state, schema): (&Session, bool, &str),
        progress: &Arc<dyn Progress>,
    ) -> Result<Self> {
        let record = job.masked.record();
        let (run, canary_table) = (job.run.in_name(), Canaries::table(&job.run.in_name()));
        let is_canary = |name: &TableName| *name == canary_table;
        let mut catalog = Catalog::load(session).await?;
        if carries_state {
            catalog.tables.retain(|table| table.name != carried::table());
        }
        let instruments = instruments.await.context("reading the originals was stopped")??;
        let column = ColumnId(u16::try_from(record.recorded.len()).unwrap_or(u16::MAX));
        let canary = canaries.as_masked(&run, column);
        let masked_of = |table: &Table| -> Option<&MaskedTable> {
            if is_canary(&table.name) {
                Some(&canary)
            } else {
                record.tables.iter().find(|masked| masked.name == table.name)
            }
        };
        let tasks: Vec<Task> = catalog.tables.iter().map(|table| Task::new(table, masked_of(table))).collect();
        let layouts: Vec<_> = tasks.iter().map(|task| Arc::clone(&task.layout)).collect();
        let reading = Reading { streams: job.jobs, cut_from: job.cut_from, snapshot: None };
        let target = job.masked.target();
        let seen = scan_all(target, &catalog, tasks, Arc::clone(&instruments), reading.clone(), progress).await?;

        let mut findings = integrity::coverage(record, &catalog, is_canary);
        findings.extend(integrity::same_inventory(&record.inventory, &catalog.inventory));
        findings.extend(integrity::same_objects(&record.objects, &catalog.objects));
        findings.extend(integrity::ahead_of_keys(session, &record.behind).await?);
        let (mut tables, mut chance) = (Vec::new(), Chance::new(&instruments.originals));
        let mut found = 0;
        for ((table, layout), seen) in catalog.tables.iter().zip(&layouts).zip(&seen) {
            if is_canary(&table.name) {
                found = canaries.found(seen);
                continue;
            }
            let masked = masked_of(table);
            findings.extend(judge::judge(&table.name, layout, seen, &mut chance)?);
            findings.extend(masked.map(|masked| integrity::agreement(masked, layout, seen)).unwrap_or_default());
            findings.extend(masked.map(|masked| integrity::columns(masked, layout)).unwrap_or_default());
            tables.push(table_proof(table, masked, layout, seen));
        }
        let detectors = &instruments.detectors;
        findings.extend(metadata::scan_both(job.ddl, schema, detectors, &instruments.originals)?);
        findings.extend(query_texts::look(target, job.scratch, &instruments).await?);
        found += u32::from(!metadata::scan_ddl(canaries.ddl(), detectors, Some(&instruments.originals))?.is_empty());
        let large =
            look_into_large_objects(job, session, &instruments, (catalog.large_objects, reading), progress).await?;
        findings.extend(integrity::large_objects(record, &large));
        let large_objects = large.count;
        findings.extend(large.findings);
        let joins = integrity::joins(session, &record.joined).await?;
        findings.extend(joins.iter().filter_map(integrity::lost_rows));
        let canaries = proof::Canaries { planted: canaries.planted(), found };
        Ok(Self { findings, tables, large_objects, joins, canaries, instruments })
    }
}

/// Reads the large objects, whether the rules keep them or somebody has put them there.
async fn look_into_large_objects(
    job: &Job<'_>,
    session: &Session,
    instruments: &Arc<Instruments>,
    (there, reading): (u64, Reading),
    progress: &Arc<dyn Progress>,
) -> Result<large_objects::Looked> {
    if there > 0 {
        progress.event(Event::Step { stage: Stage::Verify, text: "reading large objects" });
        readable::require_large_objects_of(session, "target", "refresh again as a role that may").await?;
    }
    large_objects::look(session, job.masked.target(), instruments, reading).await
}

/// Opens the originals on a thread of its own.
fn make_instruments(job: &Job<'_>) -> JoinHandle<Result<Arc<Instruments>>> {
    let (folder, key, allowed) = (job.originals.to_owned(), job.key.clone(), job.allowed.clone());
    tokio::task::spawn_blocking(move || {
        let originals = Originals::open(&folder, &key, Originals::memory_for(&folder))?;
        Ok(Arc::new(Instruments { detectors: Detectors::allowing(allowed), originals }))
    })
}

/// Whether `stagemask.carried` is the table that holds the state of this run. Then it isn't scanned, since every byte of it
/// was just authenticated, it is encrypted, and it is gone before the target is opened. Otherwise it is a table like any
/// other, which nobody has decided on.
async fn carries_state(job: &Job<'_>, session: &Session) -> Result<bool> {
    Ok(carried::look(session).await? == Look::AsMade
        && carried::is_authentic(session, &Seal::of(job.key, job.run)?).await?)
}

fn table_proof(table: &Table, masked: Option<&MaskedTable>, layout: &layout::Layout, seen: &Seen) -> TableProof {
    let column = |(position, scanned): (usize, &layout::ScannedColumn)| {
        let of_masked = masked.and_then(|masked| masked.columns.iter().find(|column| column.name == scanned.name));
        let type_name = table.columns.iter().find(|column| column.name == scanned.name);
        let proof = ColumnProof {
            name: scanned.name.clone(),
            type_name: type_name.map(|column| column.type_name.clone()).unwrap_or_default(),
            how: of_masked.map(|column| column.how.clone()),
            nulls: seen.nulls.get(position).copied().unwrap_or(0),
            distinct: None,
            lengths: None,
            spread: None,
        };
        integrity::column_proof(proof, of_masked.and_then(|column| column.counts.as_ref()), scanned)
    };
    TableProof {
        name: table.name.clone(),
        rows: seen.rows,
        columns: layout.columns.iter().enumerate().map(column).collect(),
    }
}
