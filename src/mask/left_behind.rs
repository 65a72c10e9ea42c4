//! How many rows of the source stay behind, by a rule or because of what they refer to.

use super::plan::{Plan, TablePlan};
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::run_record::LeftBehind;

/// How many rows there are in each table of the plan of which not all are carried; `None` for the others.
///
/// # Errors
/// When the source can't be read.
pub(super) async fn count(plan: &Plan, source: &Session) -> Result<Vec<Option<u64>>> {
    let mut counts = Vec::with_capacity(plan.tables.len());
    for table in &plan.tables {
        let mut count = None;
        if !table.selection.is_all() {
            let sql = format!("SELECT count(*) FROM ONLY {}", table.table.name.sql());
            let row = source.query_one(&sql, &[]).await;
            let row = row.server_context(|| format!("counting the rows of {}", table.table.name))?;
            count = u64::try_from(row.get::<_, i64>(0)).ok();
        }
        counts.push(count);
    }
    Ok(counts)
}

/// What the record says of it.
pub(super) fn of(table: &TablePlan, there: Option<u64>, carried: u64) -> Option<LeftBehind> {
    Some(LeftBehind { rows: there?.saturating_sub(carried), reasons: table.selection.reasons.clone() })
}

impl Plan {
    /// A line for each table of which not all rows are carried, or not all masked; partitions share theirs.
    pub fn row_lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for table in &self.tables {
            let mut what = table.selection.reasons.clone();
            what.extend(table.by_row.unless.map(|_| "unless".to_owned()));
            let line = format!("{}  rows: {}", table.table.root, what.join(", "));
            if !what.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }
}
