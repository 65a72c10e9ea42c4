//! How far a stage is, added up from its events.

use std::collections::HashMap;
use std::time::Duration;

use crate::progress::Stage;
use crate::report::figures::{bytes, count, many, rate};

/// How far a stage is.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// When it began, by the clock of the renderer.
    pub(super) began: Duration,
    /// Tables that it has.
    pub(super) tables: u64,
    /// Tables that are done.
    pub(super) tables_done: u64,
    /// Rows that it may have, by statistics; 0 when unknown.
    pub(super) rows: u64,
    /// Rows that are done.
    pub(super) rows_done: u64,
    /// Bytes that are done.
    pub(super) bytes_done: u64,
    /// Tables in progress.
    open: HashMap<String, TableTally>,
}

/// How far a table is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TableTally {
    pub(super) rows: u64,
    pub(super) rows_done: u64,
    pub(super) bytes_done: u64,
}

impl Tally {
    pub(super) fn new(began: Duration, tables: usize, rows: u64) -> Self {
        Self { began, tables: tables as u64, rows, ..Self::default() }
    }

    pub(super) fn table_started(&mut self, table: &str, rows: u64) {
        self.open.insert(table.to_owned(), TableTally { rows, ..TableTally::default() });
    }

    /// Adds what has passed, and gives how far the table is.
    pub(super) fn advanced(&mut self, table: &str, rows: u64, bytes: u64) -> TableTally {
        self.rows_done += rows;
        self.bytes_done += bytes;
        let Some(open) = self.open.get_mut(table) else {
            return TableTally { rows: 0, rows_done: rows, bytes_done: bytes };
        };
        open.rows_done += rows;
        open.bytes_done += bytes;
        *open
    }

    /// Closes a table, and gives how far it came.
    pub(super) fn table_finished(&mut self, table: &str) -> TableTally {
        self.tables_done += 1;
        self.open.remove(table).unwrap_or_default()
    }

    /// What there is to do: `19 tables, about 203,412 rows`.
    pub(super) fn ahead(&self) -> String {
        let mut parts = Vec::new();
        if self.tables > 0 {
            parts.push(many(self.tables, "table"));
        }
        if self.rows > 0 {
            parts.push(format!("about {}", many(self.rows, "row")));
        }
        parts.join(", ")
    }

    /// How far it is: `120,000 of about 203,412 rows (59%), 7 of 19 tables, 48 MiB, 31 MiB/s`.
    pub(super) fn so_far(&self, now: Duration) -> String {
        let mut parts = Vec::new();
        match self.rows {
            0 if self.rows_done == 0 => {}
            0 => parts.push(many(self.rows_done, "row")),
            // Statistics may be stale, and more than everything would look like a fault.
            rows => {
                let percent = (self.rows_done.saturating_mul(100) / rows).min(99);
                parts.push(format!("{} of about {} ({percent}%)", count(self.rows_done), many(rows, "row")));
            }
        }
        if self.tables > 0 {
            parts.push(format!("{} of {}", count(self.tables_done), many(self.tables, "table")));
        }
        if self.bytes_done > 0 {
            parts.push(bytes(self.bytes_done));
        }
        parts.extend(rate(self.bytes_done, now.saturating_sub(self.began)));
        parts.join(", ")
    }

    /// What was done, in one figure: rows where they were counted, else tables.
    pub(super) fn done(&self, rows: u64) -> String {
        if rows > 0 {
            many(rows, "row")
        } else if self.tables > 0 {
            format!("{}/{}", count(self.tables_done), many(self.tables, "table"))
        } else {
            String::new()
        }
    }
}

/// The tallies of stages that are in progress.
pub(super) type Tallies = HashMap<Stage, Tally>;
