//! What transforms have to know of other rows than the one that they mask: its neighbours, by window functions in the
//! query that reads the table (PostgreSQL manual, 4.2.8), so that the server sorts and no group is held in memory here; or
//! all values of the column, which are counted before.

use super::by_row::{ByRow, CaseOf, is_true_of_row};
use super::deal::{ToDeal, row_key};
use super::transforms::Built;
use super::transforms::neighbours::{Neighbours, Places};
use crate::postgres::catalog::{Column, Table};
use crate::postgres::identifier::quote_identifier;

/// A table whose transforms ask for other rows.
pub(super) struct OtherRows<'a> {
    /// The table.
    pub(super) table: &'a Table,
    /// Its columns as they are streamed.
    pub(super) columns: &'a [Column],
    /// The condition of rows that stay unmasked: they have no part in anything.
    pub(super) unless: Option<&'a str>,
}

/// The rows that a transform of a column is for.
pub(super) enum InRows {
    /// All of the table.
    All,
    /// Those in which an expression has this value.
    Where {
        /// The number of the case that holds in a row, as SQL.
        number: String,
        /// The case of the transform.
        is: i64,
    },
}

/// The transforms of a column with cases, each with its rows.
pub(super) fn each_case<'c>(
    cases: &'c [(String, CaseOf)],
    otherwise: &'c CaseOf,
) -> impl Iterator<Item = (InRows, &'c Built)> {
    let when = |(number, (condition, _)): (usize, &(String, CaseOf))| {
        format!(" WHEN {} THEN {number}", is_true_of_row(condition))
    };
    let number = format!("CASE{} ELSE -1 END", cases.iter().enumerate().map(when).collect::<String>());
    let all = (0..).zip(cases.iter().map(|(_, case)| case)).chain([(-1, otherwise)]);
    all.filter_map(move |(is, case)| Some((InRows::Where { number: number.clone(), is }, case.built.as_ref()?)))
}

impl OtherRows<'_> {
    /// Has asked what the transform of a column has to know, if anything.
    pub(super) fn ask(&self, position: usize, built: &Built, rows: &InRows, by_row: &mut ByRow) {
        if let Some(deck) = built.transform.deck() {
            by_row.to_deal.push(ToDeal { position, deck: deck.clone(), rows: self.conditions(rows) });
        }
        if let Some(neighbours) = built.transform.neighbours() {
            self.open_window(position, neighbours, rows, by_row);
        }
    }

    /// What is true of the rows of a case that are masked.
    fn conditions(&self, rows: &InRows) -> Vec<String> {
        let of_case = match rows {
            InRows::All => None,
            InRows::Where { number, is } => Some(format!("{number} = {is}")),
        };
        of_case.into_iter().chain(self.unless.map(|unless| format!("NOT ({})", is_true_of_row(unless)))).collect()
    }

    /// Has the numbers and keys of neighbours selected.
    fn open_window(&self, position: usize, neighbours: &Neighbours, rows: &InRows, by_row: &mut ByRow) -> Option<()> {
        let number = self.name(position)?;
        let key = row_key(self.table, self.columns)?;
        let keys: Vec<String> = key.iter().filter_map(|position| self.name(*position)).collect();
        let mut within: Vec<String> = neighbours.group.iter().filter_map(|position| self.name(*position)).collect();
        // Rows of another case, and those that stay unmasked, would lose nothing of what these gain.
        if let InRows::Where { number, .. } = rows {
            within.push(number.clone());
        }
        within.extend(self.unless.map(is_true_of_row));
        // As numeric, since the smallest integer has no size in its own type. What can't change comes last: NULL, NaN.
        let window =
            format!("OVER (PARTITION BY {} ORDER BY abs({number}::numeric), {})", within.join(", "), keys.join(", "));
        let mut select = |function: &str, value: &str, distance: u8| {
            by_row.select(format!("{function}({value}, {distance}) {window}"))
        };
        let numbers = [("lag", 2), ("lag", 1), ("lead", 1), ("lead", 2)]
            .map(|(function, distance)| select(function, &number, distance));
        let as_read: Vec<String> =
            key.iter().filter_map(|position| self.columns.get(*position)).map(Column::as_read).collect();
        let key_before = as_read.iter().map(|cell| select("lag", cell, 1)).collect();
        let key_behind = as_read.iter().map(|cell| select("lead", cell, 1)).collect();
        neighbours.place(Places { numbers, key, key_before, key_behind });
        by_row.looks_beyond = true;
        Some(())
    }

    fn name(&self, position: usize) -> Option<String> {
        self.columns.get(position).map(|column| quote_identifier(&column.name))
    }
}
