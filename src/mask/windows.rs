//! What transforms have to know of a row's neighbours, as window functions in the query that reads the table
//! (PostgreSQL manual, 4.2.8): the server sorts, and no group is held in memory here.

use super::by_row::{ByRow, is_true_of_row};
use super::deal::row_key;
use super::transforms::Built;
use super::transforms::neighbours::Places;
use crate::postgres::catalog::{Column, Table};
use crate::postgres::identifier::quote_identifier;

/// A table whose windows are written.
pub(super) struct Windows<'a> {
    /// The table.
    pub(super) table: &'a Table,
    /// Its columns as they are streamed.
    pub(super) columns: &'a [Column],
    /// The condition of rows that stay unmasked: what these lose, nobody would gain.
    pub(super) unless: Option<&'a str>,
}

/// The number of the case that holds in a row, as SQL: rows of another case belong to no group of this one.
pub(super) fn case_number<'c>(conditions: impl Iterator<Item = &'c str>) -> String {
    let when = |(number, condition)| format!(" WHEN {} THEN {number}", is_true_of_row(condition));
    format!("CASE{} ELSE -1 END", conditions.enumerate().map(when).collect::<String>())
}

impl Windows<'_> {
    /// Has selected what the transform of a column has to know of other rows, if anything. `case` is as [`case_number`]
    /// gives it for a column with cases.
    pub(super) fn open(&self, position: usize, built: &Built, case: Option<&str>, by_row: &mut ByRow) {
        let (Some(neighbours), Some(number)) = (built.transform.neighbours(), self.name(position)) else { return };
        let Some(key) = row_key(self.table, self.columns) else { return };
        let keys: Vec<String> = key.iter().filter_map(|position| self.name(*position)).collect();
        let mut within: Vec<String> = neighbours.group.iter().filter_map(|position| self.name(*position)).collect();
        within.extend(case.map(str::to_owned));
        within.extend(self.unless.map(is_true_of_row));
        // As numeric, since the smallest integer has no size in its own type. What has no size, or none that can be
        // reckoned with, comes last: NULL, NaN and infinities.
        let window =
            format!("OVER (PARTITION BY {} ORDER BY abs({number}::numeric), {})", within.join(", "), keys.join(", "));
        let mut select = |function: &str, value: &str, distance: u8| {
            by_row.select(format!("{function}({value}, {distance}) {window}"))
        };
        let numbers = [("lag", 2), ("lag", 1), ("lead", 1), ("lead", 2)]
            .map(|(function, distance)| select(function, &number, distance));
        let as_read: Vec<String> = key.iter().filter_map(|position| self.as_read(*position)).collect();
        let key_before = as_read.iter().map(|cell| select("lag", cell, 1)).collect();
        let key_behind = as_read.iter().map(|cell| select("lead", cell, 1)).collect();
        neighbours.place(Places { numbers, key, key_before, key_behind });
        by_row.looks_beyond = true;
    }

    fn name(&self, position: usize) -> Option<String> {
        self.columns.get(position).map(|column| quote_identifier(&column.name))
    }

    /// As a cell of the column arrives when its own row is read.
    fn as_read(&self, position: usize) -> Option<String> {
        let column = self.columns.get(position)?;
        let name = quote_identifier(&column.name);
        Some(if column.binary { name } else { format!("{name}::text") })
    }
}
