//! A few rows of a table, masked, beside the shapes of their originals. Nothing is written anywhere.

use std::sync::Arc;

use futures_util::{StreamExt as _, pin_mut};
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};

use super::plan::{Plan, TablePlan};
use super::stream::{query, selected};
use super::transforms::{Built, Masked, Row};
use super::{deal, resolve};
use crate::error::{Error, Result};
use crate::postgres::catalog::Column;
use crate::postgres::connect::Session;
use crate::postgres::copy_binary::{TupleSplitter, read_tuple};
use crate::postgres::error::ServerContext as _;
use crate::postgres::identifier::{TableName, quote_identifier};
use crate::postgres::texts::as_text;

/// Some rows of a table, before and after.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Preview {
    /// The table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<PreviewedColumn>,
    /// For each row, its cells in the order of the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a preview.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PreviewedColumn {
    /// Its name.
    pub name: String,
    /// What happens to it, as a person would say it.
    pub decision: String,
}

/// A cell before and after; `None` is NULL.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Cell {
    /// The form of the original, or the original itself where that was asked for.
    pub original: Option<String>,
    /// The masked value, as PostgreSQL prints it; of a column that is kept, what `original` has.
    pub masked: Option<String>,
}

/// What is shown of originals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Originals {
    /// Their form: `Xxxx Xxxxxxx`.
    Shapes,
    /// They themselves. Only for somebody's own eyes.
    Shown,
}

/// Masks the first rows of a table, as a run with the same key would.
///
/// # Errors
/// When the table isn't there or can't be read, or a cell can't be masked.
pub async fn preview(
    plan: &Arc<Plan>,
    table: &TableName,
    rows: u64,
    originals: Originals,
    session: &Session,
) -> Result<Preview> {
    let of_table = plan.tables.iter().find(|plan| plan.table.root == *table || plan.table.name == *table);
    let of_table = of_table.ok_or_else(|| {
        Error::usage(format!("there is no table {table}")).help("name it as in the rules: `users`, `support.tickets`")
    })?;
    resolve::resolve(plan, session).await?;
    deal::deal(plan, session).await?;
    let printer = Printer::prepare(of_table, session).await?;
    let mut shown = Vec::new();
    for row in read(of_table, rows, session).await? {
        shown.push(printer.row(&row, originals).await?);
    }
    let columns = of_table.columns.iter().zip(&of_table.decisions);
    Ok(Preview {
        table: of_table.table.root.to_string(),
        columns: columns
            .map(|(column, decision)| PreviewedColumn { name: column.name.clone(), decision: decision.to_string() })
            .collect(),
        rows: shown,
    })
}

/// The cells of a row: first as they are when it is masked, with answers behind them, then those of its columns as text.
type RawRow = Vec<Option<Vec<u8>>>;

async fn read(plan: &TablePlan, rows: u64, session: &Session) -> Result<Vec<RawRow>> {
    let texts = plan.columns.iter().map(|column| format!("{}::text", quote_identifier(&column.name)));
    let columns: Vec<String> = selected(plan).into_iter().chain(texts).collect();
    let sql = format!("COPY ({} LIMIT {rows}) TO STDOUT (FORMAT binary)", query(plan, &columns, "", &[]));
    let doing = || format!("reading rows of {}", plan.table.name);
    let malformed = |cause| Error::failed(format!("{} failed", doing())).because(cause);
    let stream = session.copy_out(&sql).await.server_context(doing)?;
    pin_mut!(stream);
    let mut splitter = TupleSplitter::new(columns.len());
    while let Some(message) = stream.next().await.transpose().server_context(doing)? {
        splitter.push(&message).map_err(malformed)?;
    }
    splitter.finish().map_err(malformed)?;
    let tuples = splitter.take(Vec::new());
    let (mut at, mut fields, mut read) = (0, Vec::new(), Vec::new());
    while at < tuples.bytes.len() {
        at = read_tuple(&tuples.bytes, at, &mut fields).map_err(malformed)?;
        read.push(fields.iter().map(|field| field.map(<[u8]>::to_vec)).collect());
    }
    Ok(read)
}

/// Lets the server spell masked values: it knows every type, and needs no table for that.
struct Printer<'a> {
    plan: &'a TablePlan,
    session: &'a Session,
    statement: Option<tokio_postgres::Statement>,
}

impl<'a> Printer<'a> {
    async fn prepare(plan: &'a TablePlan, session: &'a Session) -> Result<Self> {
        let masked = plan.columns.iter().zip(&plan.transforms).filter(|(_, built)| built.is_some());
        let spelled: Vec<String> = masked
            .enumerate()
            .map(|(number, (column, _))| format!("(${}::{})::text", number + 1, column_type(column)))
            .collect();
        let doing = || format!("preparing a preview of {}", plan.table.name);
        let statement = match spelled.is_empty() {
            true => None,
            false => Some(session.prepare(&format!("SELECT {}", spelled.join(", "))).await.server_context(doing)?),
        };
        Ok(Self { plan, session, statement })
    }

    async fn row(&self, raw: &RawRow, originals: Originals) -> Result<Vec<Cell>> {
        let count = self.plan.columns.len() + self.plan.by_row.asked.len();
        let cells: Vec<Option<&[u8]>> = raw.iter().take(count).map(|cell| cell.as_deref()).collect();
        let row = Row { cells: &cells, transforms: &self.plan.transforms };
        let mut masked = Vec::new();
        for (position, built) in self.plan.transforms.iter().enumerate() {
            if let Some(built) = built {
                masked.push(Raw(match self.plan.by_row.is_unmasked(&cells) {
                    true => row.original(position).map(<[u8]>::to_vec),
                    false => self.mask(position, built, &row)?,
                }));
            }
        }
        let mut spelled = self.spell(&masked).await?.into_iter();
        let texts = raw.iter().skip(count).zip(&self.plan.transforms);
        Ok(texts
            .map(|(text, built)| {
                let text = text.as_deref().map(as_text);
                let original = text.map(|text| match originals {
                    Originals::Shapes => shape(&text),
                    Originals::Shown => text.into_owned(),
                });
                let masked = if built.is_some() { spelled.next().flatten() } else { original.clone() };
                Cell { original, masked }
            })
            .collect())
    }

    fn mask(&self, position: usize, built: &Built, row: &Row<'_>) -> Result<Option<Vec<u8>>> {
        let Some(cell) = row.original(position) else { return Ok(None) };
        let mut out = Vec::new();
        match built.transform.mask(cell, row, &mut out) {
            Ok(Masked::Value) => Ok(Some(out)),
            Ok(Masked::Null) => Ok(None),
            Err(why) => {
                let column = self.plan.columns.get(position).map_or("", |column| column.name.as_str());
                Err(Error::failed(format!("{}.{column} can't be masked: {}", self.plan.table.name, why.0)))
            }
        }
    }

    async fn spell(&self, masked: &[Raw]) -> Result<Vec<Option<String>>> {
        let Some(statement) = &self.statement else { return Ok(Vec::new()) };
        let doing = || format!("spelling masked values of {}", self.plan.table.name);
        let row = self.session.query_one(statement, &parameters(masked)).await.server_context(doing)?;
        let spelled = (0..masked.len()).map(|number| row.try_get(number).ok().flatten());
        Ok(spelled.collect())
    }
}

fn parameters(masked: &[Raw]) -> Vec<&(dyn ToSql + Sync)> {
    masked.iter().map(|raw| raw as &(dyn ToSql + Sync)).collect()
}

fn column_type(column: &Column) -> &str {
    if column.binary { &column.type_name } else { "text" }
}

/// A value in its binary form, of whatever type the statement says.
#[derive(Debug)]
struct Raw(Option<Vec<u8>>);

impl ToSql for Raw {
    fn to_sql(
        &self,
        _type: &Type,
        out: &mut bytes::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match &self.0 {
            None => IsNull::Yes,
            Some(value) => {
                out.extend_from_slice(value);
                IsNull::No
            }
        })
    }

    fn accepts(_type: &Type) -> bool {
        true
    }

    fn encode_format(&self, _type: &Type) -> Format {
        Format::Binary
    }

    to_sql_checked!();
}

/// As many characters of a shape as are shown.
const LONGEST_SHAPE: usize = 40;

/// The form of a text: capitals are X, other letters x, digits 9; punctuation and spaces stay.
fn shape(text: &str) -> String {
    let count = text.chars().count();
    let form = |character: char| match character {
        c if c.is_uppercase() => 'X',
        c if c.is_alphabetic() => 'x',
        c if c.is_numeric() => '9',
        c if c.is_ascii_punctuation() || c == ' ' => c,
        c if c.is_whitespace() => ' ',
        _ => '?',
    };
    let mut shape: String = text.chars().take(LONGEST_SHAPE).map(form).collect();
    if count > LONGEST_SHAPE {
        shape.push_str(&format!("… ({count} characters)"));
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_says_how_a_value_is_written_and_nothing_of_it() {
        assert_eq!(shape("Ingrid Ødegård"), "Xxxxxx Xxxxxxx");
        assert_eq!(shape("+47 412 34 567"), "+99 999 99 999");
        assert_eq!(shape("kari@fjordpost.no"), "xxxx@xxxxxxxxx.xx");
        assert!(shape(&"ab 1".repeat(50)).ends_with("… (200 characters)"));
    }
}
