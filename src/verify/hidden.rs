//! Names of tables and columns that nobody decided on: they came after masking, and may be what leaks.

use super::cell_scan::Instruments;
use super::findings::Finding;
use super::proof::TableProof;
use super::state::State;
use crate::postgres::catalog::shown_name;
use crate::postgres::identifier::TableName;
use crate::run_record::MaskedRecord;

/// Hides names wherever the proof says them, if they aren't in the record and a detector or an original is met in them.
pub(super) struct Hidden<'a> {
    pub(super) record: &'a MaskedRecord,
    pub(super) instruments: &'a Instruments,
}

impl Hidden<'_> {
    pub(super) fn in_findings(&self, findings: &mut [Finding]) {
        for place in findings.iter_mut().map(|finding| &mut finding.place) {
            if let (Some(table), Some(column)) = (&place.table, &mut place.column) {
                self.hide_column(table, column);
            }
            place.table.iter_mut().for_each(|table| self.hide_table(table));
        }
    }

    pub(super) fn in_tables(&self, tables: &mut [TableProof]) {
        for table in tables {
            for column in &mut table.columns {
                self.hide_column(&table.name, &mut column.name);
            }
            self.hide_table(&mut table.name);
        }
    }

    pub(super) fn in_state(&self, state: &mut State) {
        state.tables.iter_mut().for_each(|table| self.hide_table(&mut table.name));
    }

    fn hide_table(&self, name: &mut TableName) {
        if !self.record.tables.iter().any(|table| table.name == *name) {
            self.hide(&mut name.schema);
            self.hide(&mut name.table);
        }
    }

    fn hide_column(&self, table: &TableName, name: &mut String) {
        let mut tables = self.record.tables.iter().filter(|masked| masked.name == *table);
        if !tables.any(|masked| masked.columns.iter().any(|column| column.name == *name)) {
            self.hide(name);
        }
    }

    fn hide(&self, name: &mut String) {
        if self.instruments.knows(name) {
            *name = shown_name(name);
        }
    }
}
