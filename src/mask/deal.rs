//! Before any row is streamed: the values of columns that are shuffled are counted (`transforms::shuffle`).

use std::sync::Arc;

use tokio::sync::mpsc;

use super::plan::{Plan, TablePlan};
use super::transforms::shuffle::Deck;
use crate::error::{Error, Result};
use crate::postgres::catalog::{Column, Table};
use crate::postgres::connect::Session;
use crate::postgres::copy_binary::read_tuple;
use crate::postgres::copy_stream::{Batch, Budget, read_batches};
use crate::postgres::identifier::quote_identifier;

/// Bytes that all shuffled columns of a run may take together: eight for each row, and each distinct value once.
const MOST_BYTES: usize = 512 << 20;

/// How often two rows may meet in a hash of 64 bits before something else is wrong.
const TRIES: u8 = 8;

/// Values of a column that are dealt out anew.
pub(super) struct ToDeal {
    /// The column, by its position among those that are streamed.
    pub(super) position: usize,
    /// Where they are counted.
    pub(super) deck: Deck,
    /// What is true of the rows that take part, in SQL; all do where nothing is said.
    pub(super) rows: Vec<String>,
}

/// Counts the values of every column that is shuffled.
///
/// # Errors
/// When the source can't be read, or when rows and values are too many to be held in memory.
pub(super) async fn deal(plan: &Arc<Plan>, source: &Session) -> Result<()> {
    let mut left = MOST_BYTES;
    for table in plan.tables.iter().filter(|table| !table.selection.truncated) {
        for dealt in &table.by_row.to_deal {
            left = left.saturating_sub(deal_column(table, dealt, left, source).await?);
        }
    }
    Ok(())
}

/// Positions of the primary key among the columns that are streamed; `None` without one.
pub(super) fn row_key(table: &Table, columns: &[Column]) -> Option<Vec<usize>> {
    let position = |&key: &usize| {
        let name = &table.columns.get(key)?.name;
        columns.iter().position(|column| column.name == *name)
    };
    table.primary_key.iter().map(position).collect::<Option<Vec<_>>>().filter(|positions| !positions.is_empty())
}

async fn deal_column(table: &TablePlan, to_deal: &ToDeal, most: usize, source: &Session) -> Result<usize> {
    let deck = &to_deal.deck;
    let column = table.columns.get(to_deal.position).map_or("", |column| column.name.as_str());
    let name = || format!("{}.{column}", table.table.name);
    let positions = row_key(&table.table, &table.columns)
        .ok_or_else(|| Error::failed(format!("{} can't be shuffled without a primary key", name())))?;
    for tweak in 0..TRIES {
        let mut counting = deck.count(positions.clone(), tweak);
        read(table, to_deal, &positions, source, |fields| {
            let (Some(Some(value)), cells) = (fields.last(), fields.get(..positions.len()).unwrap_or_default()) else {
                return Ok(());
            };
            counting.add(cells.iter().copied(), value);
            if counting.bytes() <= most { Ok(()) } else { Err(too_many(&name())) }
        })
        .await?;
        let bytes = counting.bytes();
        if deck.deal(counting) {
            return Ok(bytes);
        }
    }
    Err(Error::failed(format!("{} can't be shuffled: rows of its table share a primary key", name())))
}

fn too_many(column: &str) -> Error {
    Error::failed(format!("{column} has too many rows or values to be shuffled: it would take over 512 MiB of memory"))
        .help("all shuffled columns share this bound; use choice, dictionary, noise or another transform")
}

/// Calls `visit` with the cells of the primary key and the value of every row in which the value isn't NULL.
async fn read(
    table: &TablePlan,
    to_deal: &ToDeal,
    row_key: &[usize],
    source: &Session,
    mut visit: impl FnMut(&[Option<&[u8]>]) -> Result<()>,
) -> Result<()> {
    let position = to_deal.position;
    let cells = row_key.iter().chain([&position]).filter_map(|position| table.columns.get(*position));
    let columns: Vec<String> = cells.map(Column::as_read).collect();
    let value = table.columns.get(position).map(|column| quote_identifier(&column.name)).unwrap_or_default();
    let and: Vec<String> = to_deal.rows.iter().cloned().chain([format!("{value} IS NOT NULL")]).collect();
    let query = table.selection.query(&table.table, &columns.join(", "), "", &and);
    let sql = format!("COPY ({query}) TO STDOUT (FORMAT binary)");
    let doing = || format!("reading the shuffled column {value} of {}", table.table.name);
    let budget = Budget::new(8 << 20);
    let (batches, mut arriving) = mpsc::channel::<Batch>(2);
    let reading = read_batches(source, &sql, columns.len(), &budget, &doing, |batch| batch, batches);
    let visiting = async {
        while let Some(batch) = arriving.recv().await {
            let (mut at, mut fields) = (0, Vec::with_capacity(columns.len()));
            while at < batch.tuples.bytes.len() {
                at = read_tuple(&batch.tuples.bytes, at, &mut fields)
                    .map_err(|cause| Error::failed(format!("{} failed", doing())).because(cause))?;
                visit(&fields)?;
            }
        }
        Ok(())
    };
    futures_util::future::try_join(reading, visiting).await.map(|_| ())
}
