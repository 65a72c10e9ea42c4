//! How relations are read and judged where no record says what was done to them.

use std::sync::Arc;

use super::{AuditRules, AuditedColumn, AuditedTable, Decided};
use crate::error::Result;
use crate::originals::OriginalsOf;
use crate::postgres::catalog::{Catalog, Column, Kind, Table};
use crate::postgres::types::TypeClass;
use crate::run_record::{How, MaskedColumn, MaskedTable};
use crate::verify::cell_scan::Instruments;
use crate::verify::chance::Chance;
use crate::verify::detectors::Detectors;
use crate::verify::findings::{Finding, Place, Question, Severity};
use crate::verify::judge;
use crate::verify::layout::Layout;
use crate::verify::scan::Task;
use crate::verify::seen::Seen;

/// What the rules say of each column.
pub(super) struct Plan<'a> {
    pub(super) rules: Option<&'a AuditRules>,
    pub(super) detectors: &'a Detectors,
}

impl Plan<'_> {
    fn decided(&self, table: &Table, column: &str) -> Option<&Decided> {
        self.rules?.decided.get(&(table.name.clone(), column.to_owned()))
    }

    /// The transform that the rules have for a column.
    fn transform(&self, table: &Table, column: &str) -> Option<&str> {
        match self.decided(table, column)? {
            Decided::Masked(transform) => Some(transform),
            Decided::Kept => None,
        }
    }

    /// Whether the rules have made what a column holds, so that birthdays in it are made-up ones. What is computed follows
    /// from other columns, as in a run.
    fn is_masked(&self, table: &Table, column: &Column) -> bool {
        let is_computed = column.generated || table.kind == Kind::MaterializedView;
        self.transform(table, &column.name).is_some() || (self.rules.is_some() && is_computed)
    }

    /// How each relation is read, in the order of the catalog.
    pub(super) fn tasks(&self, catalog: &Catalog) -> (Vec<Task>, Vec<Arc<Layout>>) {
        let task = |table: &Table| Task::new(table, Some(&self.as_masked(table)));
        let tasks: Vec<Task> = catalog.tables.iter().map(task).collect();
        let layouts = tasks.iter().map(|task| Arc::clone(&task.layout)).collect();
        (tasks, layouts)
    }

    /// A relation as if a run had streamed it, so that it is scanned like any other.
    fn as_masked(&self, table: &Table) -> MaskedTable {
        let column = |column: &Column| MaskedColumn {
            name: column.name.clone(),
            type_name: column.type_name.clone(),
            class: column.class.clone(),
            how: if self.is_masked(table, column) { masked() } else { How::Kept },
            nulls: 0,
            recorded: None,
            counts: None,
        };
        MaskedTable {
            name: table.name.clone(),
            rows: table.estimated_rows,
            checksum: String::new(),
            written: None,
            columns: table.columns.iter().map(column).collect(),
            kept_key: self.shown_key(table),
            left_behind: None,
            unmasked: None,
        }
    }

    /// The primary key, where it only numbers the rows, as far as type and name say: nobody has decided that it may be
    /// seen, and a telephone can be a number too.
    fn shown_key(&self, table: &Table) -> Vec<usize> {
        let numbers = [TypeClass::Int2, TypeClass::Int4, TypeClass::Int8, TypeClass::Uuid];
        let only_numbers_rows = |column: &Column| {
            numbers.contains(&column.class)
                && !self.is_masked(table, column)
                && self.detectors.context(&column.name, None).is_about_nothing()
        };
        let may_be_shown = |position: &usize| table.columns.get(*position).is_some_and(only_numbers_rows);
        if table.primary_key.iter().all(may_be_shown) { table.primary_key.clone() } else { Vec::new() }
    }

    /// What was found in one relation.
    ///
    /// # Errors
    /// When originals can't be read.
    pub(super) fn judge(
        &self,
        table: &Table,
        layout: &Layout,
        seen: &Seen,
        instruments: &Instruments,
    ) -> Result<Vec<Finding>> {
        let mut findings = judge::judge(&table.name, layout, seen, &mut Chance::new(&instruments.originals))?;
        for finding in &mut findings {
            let column = finding.place.column.as_deref().unwrap_or_default();
            if let Some(transform) = self.transform(table, column) {
                finding.advice = format!(
                    "the rules mask this column by {transform}, so this database wasn't made by them: refresh it"
                );
            }
        }
        Ok(findings)
    }

    /// Columns that no rule decides on, where there are rules: a refresh by them would stop.
    pub(super) fn undecided(&self, catalog: &Catalog) -> Vec<Finding> {
        if self.rules.is_none() {
            return Vec::new();
        }
        let tables = catalog.tables.iter().filter(|table| table.kind != Kind::MaterializedView);
        let columns = tables.flat_map(|table| table.streamed().map(move |(_, column)| (table, column)));
        let undecided = columns.filter(|(table, column)| {
            column.class.can_carry_personal_data() && self.decided(table, &column.name).is_none()
        });
        undecided
            .map(|(table, column)| Finding {
                question: Question::Coverage,
                place: Place { table: Some(table.name.clone()), column: Some(column.name.clone()), key: None },
                kind: "no rule decides on it".to_owned(),
                severity: Severity::Warning,
                count: 1,
                keys: Vec::new(),
                advice: "give it a transform, or keep".to_owned(),
            })
            .collect()
    }

    /// What the document says of one relation.
    pub(super) fn table(&self, table: &Table, layout: &Layout, seen: &Seen) -> AuditedTable {
        let nulls_of = |name: &str| {
            let position = layout.columns.iter().position(|column| column.name == name);
            position.and_then(|position| seen.nulls.get(position)).copied().unwrap_or(0)
        };
        let column = |column: &Column| AuditedColumn {
            name: column.name.clone(),
            type_name: column.type_name.clone(),
            class: column.class.clone(),
            rule: self.decided(table, &column.name).map(|decided| match decided {
                Decided::Masked(transform) => transform.clone(),
                Decided::Kept => "keep".to_owned(),
            }),
            nulls: nulls_of(&column.name),
        };
        AuditedTable { name: table.name.clone(), rows: seen.rows, columns: table.columns.iter().map(column).collect() }
    }
}

fn masked() -> How {
    How::Masked {
        transform: String::new(),
        originals: OriginalsOf::Shared,
        always_changes: false,
        makes_null: false,
        follows: None,
    }
}
