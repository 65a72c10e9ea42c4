//! The audit of a database that exists: whatever the detectors find in it, without its source and without a run.
//!
//! It is no proof, and no type here leads to one: nothing is known of the originals, so that a name that survived can't be
//! told from one that was made up. Nothing is written to the database.

mod statistics;
mod tables;
mod unread;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use serde::Serialize;

use super::accepted;
use super::canaries::in_memory;
use super::cell_scan::Instruments;
use super::detectors::{Allowed, Detectors};
use super::findings::{Finding, Severity};
use super::large_objects;
use super::metadata;
use super::proof::{Accepted, Canaries, tool_digest};
use super::query_texts;
use super::scan::{Reading, scan_all};
use crate::error::{Context as _, Result};
use crate::originals::{Originals, Store};
use crate::postgres::catalog::Catalog;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::TableName;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::postgres::types::TypeClass;
use crate::progress::{Event, Progress, Stage};
use crate::run_record::{Acceptance, RulesRecord, utc};
use crate::secret::MaskingKey;

/// The version of the document.
pub const VERSION: u32 = 1;

/// What heads the document, so that nobody takes it for a proof.
pub const DOCUMENT: &str = "audit, not a proof";

/// What an audit can't tell, whatever it finds.
pub const CANNOT_PROVE: [&str; 4] = [
    "that no original survives: the originals aren't known, so a real name, street or birthday that stands where such \
     values stand can't be told from a made-up one, nor can a real value in one of the spaces that are reserved for made-up ones",
    "anything about rows: whether all are there, belong together, or carry what they should",
    "that the schema or the rules are those of production, or that anything has or hasn't drifted since",
    "what no query reads: dead rows that vacuum hasn't removed, indexes, write-ahead logs, backups, other databases and \
     roles of the server",
];

/// What an audit came to. Never a value out of a cell.
#[derive(Debug, Clone, Serialize)]
pub struct Audit {
    /// [`DOCUMENT`].
    pub document: &'static str,
    /// [`VERSION`].
    pub version: u32,
    /// Name and version of the tool.
    pub tool: String,
    /// SHA-256 of the program that made it; empty where it can't read itself.
    pub tool_digest: String,
    /// When it began, RFC 3339: the database is read as it was then.
    pub made: String,
    /// The server and database; never a credential.
    pub database: String,
    /// The rules, if there were any.
    pub rules: Option<RulesRecord>,
    /// What was read.
    pub tables: Vec<AuditedTable>,
    /// How many large objects were read.
    pub large_objects: u64,
    /// Made-up people that the scanner had to find, in memory.
    pub canaries: Canaries,
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// What of it somebody has accepted in the rules.
    pub accepted: Vec<Accepted>,
    /// [`CANNOT_PROVE`].
    pub cannot_prove: [&'static str; 4],
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// A relation that was read to its last row.
#[derive(Debug, Clone, Serialize)]
pub struct AuditedTable {
    /// Which.
    pub name: TableName,
    /// How many rows.
    pub rows: u64,
    /// Every column.
    pub columns: Vec<AuditedColumn>,
}

/// A column that was read.
#[derive(Debug, Clone, Serialize)]
pub struct AuditedColumn {
    /// Which.
    pub name: String,
    /// The type as PostgreSQL prints it.
    pub type_name: String,
    /// What it can hold.
    #[serde(skip)]
    pub class: TypeClass,
    /// What the rules do with it: a transform, or `keep`; `None` without rules, or where none decides.
    pub rule: Option<String>,
    /// How many cells are NULL.
    pub nulls: u64,
}

impl Audit {
    /// Whether the scanner saw all canaries. Otherwise what it didn't find means nothing.
    pub fn is_valid(&self) -> bool {
        self.canaries.planted > 0 && self.canaries.found == self.canaries.planted
    }

    /// Whether there is nothing that would close a gate.
    pub fn is_clean(&self) -> bool {
        self.is_valid() && self.blocking() == 0
    }

    /// How many findings would close a gate.
    pub fn blocking(&self) -> u64 {
        self.findings.iter().filter(|finding| finding.severity == Severity::Blocking).count() as u64
    }

    /// How many rows were read.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// What the rules do with a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// A rule says `keep`, or its type can't carry personal data.
    Kept,
    /// It is masked by the transform of this name.
    Masked(String),
}

/// What an audit takes from rules.
#[derive(Debug, Clone)]
pub struct AuditRules {
    /// Which rules.
    pub record: RulesRecord,
    /// What they do with each column, by the name of the relation.
    pub decided: HashMap<(TableName, String), Decided>,
    /// What they accept for a time.
    pub accepted: Vec<Acceptance>,
}

/// What is audited, and how.
pub struct AuditJob<'a> {
    /// The database.
    pub target: &'a Endpoint,
    /// The state of it that is read; it has to live until the audit is done.
    pub snapshot: &'a ExportedSnapshot,
    /// Its schema.
    pub catalog: &'a Catalog,
    /// The text of its DDL, and of what is set on it.
    pub ddl: &'a str,
    /// What is allowed on top of the synthetic spaces, and what the shop looks for itself.
    pub allowed: Allowed,
    /// The rules, if there are any.
    pub rules: Option<AuditRules>,
    /// What is known beforehand.
    pub known: Vec<Finding>,
    /// How many streams.
    pub streams: usize,
    /// From how many bytes on a table that dominates is cut into ranges of pages.
    pub cut_from: u64,
}

/// Reads all of the database, in transactions that can't write.
///
/// # Errors
/// When something can't be read: what was skipped would look clean.
pub async fn audit(mut job: AuditJob<'_>, progress: &Arc<dyn Progress>) -> Result<Audit> {
    let (begun, made) = (Instant::now(), utc(SystemTime::now()));
    let instruments = Arc::new(instruments(std::mem::take(&mut job.allowed))?);
    let canaries = in_memory::look(&instruments)?;
    let rules = job.rules.take();
    let plan = tables::Plan { rules: rules.as_ref(), detectors: &instruments.detectors };
    let reading =
        Reading { streams: job.streams, cut_from: job.cut_from, snapshot: Some(job.snapshot.id().to_owned()) };
    let (tasks, layouts) = plan.tasks(job.catalog);
    let seen = scan_all(job.target, job.catalog, tasks, Arc::clone(&instruments), reading.clone(), progress).await?;

    let mut findings = std::mem::take(&mut job.known);
    let mut tables = Vec::new();
    for ((table, layout), seen) in job.catalog.tables.iter().zip(&layouts).zip(&seen) {
        findings.extend(plan.judge(table, layout, seen, &instruments)?);
        tables.push(plan.table(table, layout, seen));
    }
    findings.extend(plan.undecided(job.catalog));
    let step = |text: &str| progress.event(Event::Step { stage: Stage::Verify, text });
    step("reading large objects");
    let looked = large_objects::look(job.snapshot.session(), job.target, &instruments, reading).await?;
    findings.extend(looked.findings);
    step("reading the schema and the planner's statistics");
    findings.extend(metadata::scan_ddl(job.ddl, &instruments.detectors, None)?);
    let mut remembered = statistics::look(job.snapshot.session(), job.catalog, &instruments.detectors).await?;
    remembered.retain(|found| !statistics::is_in_cells(found, &findings));
    findings.extend(remembered);
    findings.extend(query_texts::look(job.target, None, &instruments).await?);
    findings.extend(unread::find(job.snapshot.session()).await?);
    let acceptances = rules.as_ref().map(|rules| rules.accepted.as_slice()).unwrap_or_default();
    let accepted = accepted::apply(&mut findings, acceptances, CivilDate::today());
    findings.sort_by(|a, b| (b.severity, &a.place, &a.kind).cmp(&(a.severity, &b.place, &b.kind)));
    Ok(Audit {
        document: DOCUMENT,
        version: VERSION,
        tool: crate::TOOL.to_owned(),
        tool_digest: tool_digest().to_owned(),
        made,
        database: job.target.to_string(),
        rules: rules.map(|rules| rules.record),
        tables,
        large_objects: looked.count,
        canaries,
        findings,
        accepted,
        cannot_prove: CANNOT_PROVE,
        seconds: (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
    })
}

/// The scanner of runs, with no originals to look for.
fn instruments(allowed: Allowed) -> Result<Instruments> {
    let (folder, key) = (tempfile::tempdir().context("making a temporary folder failed")?, MaskingKey::random()?);
    Store::create(folder.path(), &key, Vec::new())?.finish()?;
    let originals = Originals::open(folder.path(), &key, 1 << 10)?;
    Ok(Instruments { detectors: Detectors::allowing(allowed), originals })
}
