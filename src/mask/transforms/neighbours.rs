//! The rows before and behind a row in its group, for a transform that has to know of them.

use std::sync::OnceLock;

use super::{CellError, Row};
use crate::secret::DomainKey;

/// The group of a row, in which rows stand in the order of the sizes of a column of numbers, and where what has to be known
/// of the row's neighbours is among its cells.
pub struct Neighbours {
    /// The columns whose equal values make a group, by their positions.
    pub group: Vec<usize>,
    places: OnceLock<Places>,
}

/// Positions among the cells of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Of the number in the row two places before, in the one before, the one behind, and two places behind. NULL where
    /// there is no such row.
    pub numbers: [usize; 4],
    /// Of the primary key of the row itself.
    pub key: Vec<usize>,
    /// Of that of the row before.
    pub key_before: Vec<usize>,
    /// Of that of the row behind.
    pub key_behind: Vec<usize>,
}

impl Neighbours {
    /// Within the groups of these columns; where the cells are is known later.
    pub(super) fn within(group: Vec<usize>) -> Self {
        Self { group, places: OnceLock::new() }
    }

    /// States where the cells are. Whoever plans the query of the table does, once.
    pub fn place(&self, places: Places) {
        let _ = self.places.set(places);
    }

    /// Where the cells are.
    pub(super) fn places(&self) -> Result<&Places, CellError> {
        self.places.get().ok_or_else(|| CellError("its neighbours aren't read".to_owned()))
    }
}

/// The keyed hash of a primary key, whose cells are at these positions.
pub(super) fn hash_of_key(hash: &DomainKey, row: &Row<'_>, positions: &[usize]) -> u64 {
    let mut input = Vec::with_capacity(24);
    for &position in positions {
        // Lengths keep two cells of one row apart; a primary key has no NULL.
        let cell = row.original(position).unwrap_or_default();
        input.extend_from_slice(&(cell.len() as u64).to_le_bytes());
        input.extend_from_slice(cell);
    }
    hash.number(&input)
}
