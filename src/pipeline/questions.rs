//! What people ask of a source and their rules before there is a run: nothing is written.

use std::sync::Arc;

use crate::discover::{self, Looking, Starter};
use crate::error::{Error, ErrorKind, Result};
use crate::mask::conditions;
use crate::mask::plan::{self, ColumnDecision, Plan, TablePlan};
use crate::mask::preview::{self, Originals, Preview};
use crate::postgres::catalog::Catalog;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::TableName;
use crate::postgres::readable;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::rules::resolve::{self, Explanation};
use crate::rules::rule::{LargeObjects, Rules};
use crate::run_record::carried;
use crate::secret::MaskingKey;
use crate::verify::assertions;

/// What a plan would do, for `check` and `--dry-run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSummary {
    /// Tables with rows of their own.
    pub tables: usize,
    /// Rows, by the statistics of the server.
    pub rows: u64,
    /// Bytes of the database.
    pub bytes: u64,
    /// Columns that are masked.
    pub masked: usize,
    /// Columns that are kept.
    pub kept: usize,
    /// One line a column: `users.email  email`, `users.id  (kept, uuid)`, in the order of the plan.
    pub lines: Vec<String>,
    /// One line for each table of which not all rows are carried, or not all masked: `orders  rows: limit 100`.
    pub row_lines: Vec<String>,
}

/// Makes the plan of a refresh without doing anything.
///
/// # Errors
/// With everything that stands against it.
pub async fn plan(source: &Endpoint, rules: &Rules) -> Result<PlanSummary> {
    let (snapshot, catalog) = all_of(source, "stagemask check").await?;
    carried::refuse_schema_of_source(snapshot.session()).await?;
    let mut found = conditions::mistakes(rules, &catalog, snapshot.session()).await?;
    found.extend(assertions::mistakes(rules, snapshot.session()).await?);
    let plan = Plan::make_knowing(rules, &catalog, &MaskingKey::random()?, found)?;
    conditions::prepare(&plan, snapshot.session()).await?;
    if plan.large_objects == LargeObjects::Keep {
        readable::require_large_objects(snapshot.session()).await?;
    }
    let (masked, kept) = plan.counts();
    let line = |table: &TablePlan, position: usize| {
        let column = table.columns.get(position)?;
        let origin = table.origins.get(position)?.as_ref().map(|origin| format!("  (by {origin})"));
        let decision = match table.decisions.get(position)? {
            ColumnDecision::Masked(transform) => transform.clone(),
            ColumnDecision::Kept => "keep".to_owned(),
            ColumnDecision::KeptByType => format!("(kept: {})", column.type_name),
            ColumnDecision::Follows { to, transform } => {
                format!("{}, follows {to}", transform.as_deref().unwrap_or("keep"))
            }
        };
        Some(format!("{}.{}  {decision}{}", table.table.name, column.name, origin.unwrap_or_default()))
    };
    Ok(PlanSummary {
        tables: plan.tables.len(),
        rows: plan.tables.iter().map(|table| table.table.estimated_rows).sum(),
        bytes: catalog.bytes,
        masked,
        kept,
        lines: plan
            .tables
            .iter()
            .flat_map(|table| (0..table.columns.len()).filter_map(move |position| line(table, position)))
            .collect(),
        row_lines: plan.row_lines(),
    })
}

/// Proposes rules for a database, which is only read.
///
/// # Errors
/// When the database can't be read.
pub async fn discover(source: &Endpoint, looking: Looking) -> Result<Starter> {
    let (snapshot, catalog) = all_of(source, "stagemask init").await?;
    discover::discover(snapshot.session(), &catalog, looking).await
}

/// Masks some rows of a table of a database, which is only read.
///
/// # Errors
/// When rules and schema don't fit, or the table can't be read.
pub async fn preview(source: &Endpoint, rules: &Rules, key: &MaskingKey, what: &Previewed) -> Result<Preview> {
    let (snapshot, catalog) = all_of(source, "stagemask preview").await?;
    let plan = Arc::new(Plan::make(rules, &catalog, key)?);
    preview::preview(&plan, &what.table, what.rows, what.originals, snapshot.session()).await
}

/// What is previewed.
#[derive(Debug, Clone)]
pub struct Previewed {
    /// The table.
    pub table: TableName,
    /// How many of its rows.
    pub rows: u64,
    /// What is shown of the originals.
    pub originals: Originals,
}

/// Explains which line of the rules decides each of these columns, without doing anything. Unlike [`plan()`] it needs
/// rules that are valid in themselves, but not that they fit the schema.
///
/// # Errors
/// When a column isn't there, or the schema can't be read.
pub async fn explain(source: &Endpoint, rules: &Rules, of: &[(TableName, String)]) -> Result<Vec<Explanation>> {
    let session = source.connect("stagemask check").await?;
    let catalog = Catalog::load(&session).await;
    session.close().await;
    let catalog = catalog?;
    let key = MaskingKey::random()?;
    let resolution = plan::resolve(rules, &catalog, &key);
    let explain = |(table, column): &(TableName, String)| {
        resolve::explain(&resolution, &rules.files, &catalog, (table, column)).map_err(|(what, help)| {
            let error = Error::new(ErrorKind::Coverage, what);
            help.into_iter().fold(error, Error::help)
        })
    };
    of.iter().map(explain).collect()
}

/// A database that may be read whole, as one snapshot sees it.
async fn all_of(source: &Endpoint, application: &str) -> Result<(ExportedSnapshot, Catalog)> {
    let snapshot = ExportedSnapshot::export(source.connect(application).await?).await?;
    readable::require_all(snapshot.session()).await?;
    let catalog = Catalog::load(snapshot.session()).await?;
    Ok((snapshot, catalog))
}
