//! Columns that refer to another in some rows alone, as the id of a pair of type and id does.
//!
//! The rows are told by a condition that has to be true of the same rows after masking, or nobody could tell any more what
//! is referred to. PostgreSQL alone knows what a condition reads; taken for read is every column whose name stands in it.

use super::follow::Follow;
use super::{ColumnDecision, Problems, TablePlan};
use crate::mask::by_row::InSomeRows;
use crate::postgres::catalog::{Column, Table};
use crate::rules::diagnostics::quoted;
use crate::rules::rule::Mistake;
use crate::rules::sql_expression::names;

/// How the rows are told in which a column refers; `None` if it doesn't refer, or in every row.
pub(super) fn find(
    follow: &Follow<'_>,
    table: &Table,
    columns: &[Column],
    column: &Column,
    has_own_cases: bool,
) -> Option<InSomeRows> {
    let references = follow.sometimes(&table.root, &column.name);
    let place = references.first()?.place;
    let read: Vec<String> = references.iter().flat_map(|reference| names(&reference.when.sql)).collect();
    let mut told_by = Vec::new();
    let mut by_these_alone = !read.iter().any(|name| name == "select");
    for known in table.columns.iter().filter(|known| read.contains(&known.name)) {
        match columns.iter().position(|streamed| streamed.name == known.name) {
            Some(position) if known.name != column.name => told_by.push(position),
            // A generated column is computed of others, and the referring one is itself masked.
            _ => by_these_alone = false,
        }
    }
    Some(InSomeRows { place, told_by: by_these_alone.then_some(told_by), has_own_cases })
}

/// Notes columns that tell to what another refers, and that are masked.
pub(super) fn check(plan: &TablePlan, problems: &mut Problems) {
    for (column, referring) in plan.columns.iter().zip(&plan.by_row.referring) {
        let Some(referring) = referring else { continue };
        for position in referring.told_by.iter().flatten() {
            let transform = plan.decisions.get(*position).and_then(ColumnDecision::transform);
            let (Some(by), Some(transform)) = (plan.columns.get(*position), transform) else { continue };
            let root = &plan.table.root;
            let (name, by) = (&column.name, &by.name);
            problems.add(Mistake {
                place: Some(referring.place),
                what: format!("{root}.{by} says to what {root}.{name} refers, and {transform} would mask it"),
                help: Some(format!("keep {}: after masking nobody could tell what is referred to", quoted(by))),
            });
        }
    }
}
