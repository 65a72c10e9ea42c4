//! The transforms: pure functions of a cell, its row and a key. One file each.

use crate::originals::OriginalsOf;
use crate::postgres::catalog::Column;
use crate::rules::transform::{Locale, Transform as Spec};
use crate::secret::MaskingKey;

/// Masks the cells of one column. Built once for a column, then called for every cell that isn't NULL (NULL stays NULL).
pub trait Transform: Send + Sync {
    /// Appends the masked value of `cell` to `out`, in the column's binary form, or says that it becomes NULL.
    ///
    /// # Errors
    /// When the cell isn't what its type says, or is too large to be masked. What was appended is then ignored.
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError>;
}

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masked {
    /// The new value is what was appended.
    Value,
    /// The cell is NULL now.
    Null,
}

/// Why a cell can't be masked: words about its form, never a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError(pub String);

/// The other cells of the row, as they are in the source, and how they are masked.
pub struct Row<'a> {
    /// The originals in the order of `Site::columns`; `None` is NULL.
    pub cells: &'a [Option<&'a [u8]>],
    /// The transforms of the columns, in the same order; `None` for what is kept.
    pub transforms: &'a [Option<Built>],
}

impl Row<'_> {
    /// The original of a column; `None` if it is NULL.
    pub fn original(&self, column: usize) -> Option<&[u8]> {
        self.cells.get(column).copied().flatten()
    }

    /// Appends what a column of this row is after masking, which is its original if it is kept.
    ///
    /// # Errors
    /// As [`Transform::mask`].
    pub fn masked(&self, column: usize, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let Some(cell) = self.original(column) else { return Ok(Masked::Null) };
        match self.transforms.get(column).and_then(Option::as_ref) {
            Some(built) => built.transform.mask(cell, self, out),
            None => {
                out.extend_from_slice(cell);
                Ok(Masked::Value)
            }
        }
    }
}

/// The column that a transform is built for.
pub struct Site<'a> {
    /// The column.
    pub column: &'a Column,
    /// All columns that are streamed, in the order of `Row::cells`.
    pub columns: &'a [Column],
    /// What the rules say of each of `columns`; `None` is keep.
    pub specs: &'a [Option<&'a Spec>],
    /// Whose names are made up.
    pub locale: Locale,
    /// The run's key.
    pub key: &'a MaskingKey,
}

/// A transform that is ready for its column, and what the engine and the proof need to know of it.
pub struct Built {
    /// The function.
    pub transform: Box<dyn Transform>,
    /// What it promises.
    pub facts: Facts,
}

/// What a transform promises of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Distinct originals have distinct results.
    pub unique: bool,
    /// Some result is NULL though its original isn't.
    pub makes_null: bool,
    /// No result equals its original (empty text aside).
    pub always_changes: bool,
    /// How its originals are recognised if they survive.
    pub originals: OriginalsOf,
}

/// Why a transform can't be used for a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, in one sentence.
    pub what: String,
    /// What to write instead.
    pub help: String,
}
