//! What has changed in a schema since it was last proved.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::run::PROOF;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::postgres::catalog::{Catalog, Table};
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::TableName;
use crate::report::figures::many;
use crate::rules::rule::Rules;
use crate::run_record::{RunFolder, RunId};
use crate::verify::findings::{Finding, Place, Question, Severity};
use crate::verify::proof::{Proof, TableProof};

/// What has changed since a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaDrift {
    /// The run whose proof is compared with.
    pub since: RunId,
    /// The changes, table by table.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// There was no such table.
    TableAppeared(TableName),
    /// There is no such table any more.
    TableVanished(TableName),
    /// There was no such column.
    ColumnAppeared(TableName, String),
    /// There is no such column any more.
    ColumnVanished(TableName, String),
    /// The column had another type.
    TypeChanged {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// The type then.
        was: String,
        /// The type now.
        is: String,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TableAppeared(table) => write!(f, "table {table} is new"),
            Self::TableVanished(table) => write!(f, "table {table} is gone"),
            Self::ColumnAppeared(table, column) => write!(f, "column {table}.{column} is new"),
            Self::ColumnVanished(table, column) => write!(f, "column {table}.{column} is gone"),
            Self::TypeChanged { table, column, was, is } => write!(f, "column {table}.{column} was {was} and is {is}"),
        }
    }
}

/// Compares a database with the newest proof that a run by this rules file left in the state directory; `None` if there
/// is no such proof.
///
/// # Errors
/// When the database can't be read.
pub async fn drift(source: &Endpoint, rules: &Rules, state_dir: &Path) -> Result<Option<SchemaDrift>> {
    let session = source.connect("stagemask check").await?;
    let catalog = Catalog::load(&session).await?;
    session.close().await;
    Ok(drift_of(&catalog.tables, rules, state_dir))
}

/// As [`drift`], of a database whose tables are known already.
pub(super) fn drift_of(now: &[Table], rules: &Rules, state_dir: &Path) -> Option<SchemaDrift> {
    let (since, proof) = last_proof(state_dir, rules)?;
    Some(SchemaDrift { since, changes: changes(&proof.tables, now) })
}

impl SchemaDrift {
    /// The error where drift isn't tolerated.
    pub fn refusal(&self) -> Error {
        let list: Vec<String> = self.changes.iter().map(|change| format!("\n  {change}")).collect();
        let count = many(self.changes.len() as u64, "change");
        let what = format!("the schema has drifted: {count} since run {} proved it{}", self.since, list.concat());
        Error::new(ErrorKind::Coverage, what).help(
            "go through the rules of what is new; the next refresh that passes without --strict makes this schema the one to \
             compare with",
        )
    }

    /// What the proof says of it.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        self.changes.iter().map(|change| Finding {
            question: Question::Coverage,
            place: change.place(),
            kind: format!("changed since run {}: {change}", self.since),
            severity: Severity::Warning,
            count: 1,
            keys: Vec::new(),
            advice: "go through the rules of it".to_owned(),
        })
    }
}

impl Change {
    fn place(&self) -> Place {
        let (table, column) = match self {
            Self::TableAppeared(table) | Self::TableVanished(table) => (table, None),
            Self::ColumnAppeared(table, column)
            | Self::ColumnVanished(table, column)
            | Self::TypeChanged { table, column, .. } => (table, Some(column.clone())),
        };
        Place { table: Some(table.clone()), column, key: None }
    }
}

/// What can't be read is no proof: an older one then is the last.
fn last_proof(state_dir: &Path, rules: &Rules) -> Option<(RunId, Proof)> {
    let mut runs = RunFolder::list(state_dir).ok()?;
    runs.sort_by_key(RunId::time);
    let of_rules = |run: &RunId| {
        let folder = RunFolder::open(state_dir, run).ok()?;
        let record = folder.record().ok()?;
        let same = Path::new(&record.rules.file).file_name() == Path::new(rules.name()).file_name();
        let proof = Proof::read(&folder.join(PROOF)).ok()?;
        (same && proof.passes()).then_some(proof)
    };
    runs.iter().rev().find_map(|run| Some((run.clone(), of_rules(run)?)))
}

fn changes(proved: &[TableProof], now: &[Table]) -> Vec<Change> {
    let before: BTreeMap<&TableName, &TableProof> = proved.iter().map(|table| (&table.name, table)).collect();
    let after: BTreeMap<&TableName, &Table> = now.iter().map(|table| (&table.name, table)).collect();
    let mut changes: Vec<Change> = before
        .keys()
        .filter(|name| !after.contains_key(*name))
        .map(|name| Change::TableVanished((*name).clone()))
        .collect();
    for (name, table) in after {
        match before.get(name) {
            None => changes.push(Change::TableAppeared(name.clone())),
            Some(proved) => of_columns(proved, table, &mut changes),
        }
    }
    changes
}

fn of_columns(proved: &TableProof, table: &Table, changes: &mut Vec<Change>) {
    let name = &proved.name;
    let is_there = |column: &str| table.columns.iter().any(|other| other.name == column);
    let vanished = proved.columns.iter().filter(|column| !is_there(&column.name));
    changes.extend(vanished.map(|column| Change::ColumnVanished(name.clone(), column.name.clone())));
    for column in &table.columns {
        match proved.columns.iter().find(|other| other.name == column.name) {
            None => changes.push(Change::ColumnAppeared(name.clone(), column.name.clone())),
            Some(before) if before.type_name != column.type_name => changes.push(Change::TypeChanged {
                table: name.clone(),
                column: column.name.clone(),
                was: before.type_name.clone(),
                is: column.type_name.clone(),
            }),
            Some(_) => {}
        }
    }
}
