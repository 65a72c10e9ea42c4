//! Values of which nothing but the keyed hash of their original, or of its row, decides.

use super::draw::Draw;
use super::{CellError, Masked, Row, Site, Transform};
use crate::postgres::types::TypeClass;
use crate::secret::DomainKey;

/// Makes a value from the choices that an original's keyed hash gives.
pub(super) struct Drawn<F> {
    key: DomainKey,
    is_text: bool,
    /// Set where the row decides too.
    row: Option<RowIdentity>,
    put: F,
}

impl<F: Fn(&mut Draw, &mut Vec<u8>) + Send + Sync> Drawn<F> {
    /// `put` appends a value; `kind` names the sub-key.
    pub(super) fn new(site: &Site<'_>, kind: &str, put: F) -> Self {
        Self { key: site.sub_key(kind), is_text: site.column.class == TypeClass::Text, row: None, put }
    }

    /// For originals of which there are so few that rows with the same one have to be told apart.
    pub(super) fn in_each_row(site: &Site<'_>, kind: &str, put: F) -> Self {
        Self { row: Some(RowIdentity::of(site)), ..Self::new(site, kind, put) }
    }
}

impl<F: Fn(&mut Draw, &mut Vec<u8>) + Send + Sync> Transform for Drawn<F> {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if self.is_text && cell.iter().all(u8::is_ascii_whitespace) {
            // It names nobody and stays, as in every transform of text.
            out.extend_from_slice(cell);
            return Ok(Masked::Value);
        }
        let mut draw = match &self.row {
            None => Draw::new(&self.key, cell),
            Some(identity) => identity.draw(&self.key, cell, row),
        };
        (self.put)(&mut draw, out);
        Ok(Masked::Value)
    }
}

/// What tells a row from others: the columns that have to be unique, alone or together, or all if there are none.
pub(super) struct RowIdentity {
    column: String,
    positions: Vec<usize>,
}

/// So much of a cell is enough to tell rows apart; documents can be large.
const MOST_BYTES: usize = 64;

impl RowIdentity {
    pub(super) fn of(site: &Site<'_>) -> Self {
        let unique = |position: &usize| site.columns.get(*position).is_some_and(|column| column.unique);
        let all = 0..site.columns.len();
        let some: Vec<usize> = all.clone().filter(unique).collect();
        let positions = if some.is_empty() { all.collect() } else { some };
        Self { column: site.column.name.clone(), positions }
    }

    /// Choices that a cell, its column and its row decide.
    pub(super) fn draw(&self, key: &DomainKey, cell: &[u8], row: &Row<'_>) -> Draw {
        let mut input = Vec::with_capacity(96);
        let mut put = |bytes: &[u8]| {
            input.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            input.extend_from_slice(bytes.get(..MOST_BYTES).unwrap_or(bytes));
        };
        put(self.column.as_bytes());
        put(cell);
        self.positions.iter().for_each(|position| put(row.original(*position).unwrap_or_default()));
        Draw::new(key, &input)
    }
}
