//! Looks for originals in what the target holds.

use super::ColumnId;
use super::beside::RowNames;
use super::candidates::{Candidate, Scanner};
use super::key::{Class, LastRow};
use super::lookup::Originals;
use crate::error::Result;

/// An original that was found: where it comes from and how it was recognised, never what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hit {
    /// The first masked column that it is an original of.
    pub column: ColumnId,
    /// How it was recognised.
    pub class: Class,
    /// How long it is in the form of its class: bytes, or digits of a number, or letters of a name. Eight digits that
    /// are no phone number match one of a million phone numbers by chance once in a hundred; eleven digits don't.
    pub length: usize,
}

/// Searches for originals. Has buffers that are used again, so keep one for each worker.
pub struct Seeker<'a> {
    originals: &'a Originals,
    scanner: Scanner,
    row: LastRow,
}

impl<'a> Seeker<'a> {
    pub(super) fn new(originals: &'a Originals, scanner: Scanner) -> Self {
        Self { originals, scanner, row: LastRow::default() }
    }

    /// Calls `hit` for every original in a text: a cell in text form, a JSON string, number or key, an element of an
    /// array. One part of the text can be several hits.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn text(&mut self, text: &str, hit: &mut impl FnMut(Hit)) -> Result<()> {
        let mut failure = None;
        let originals = self.originals;
        if originals.is_empty() {
            return Ok(());
        }
        self.scanner.scan(text, &mut |Candidate { class, hash, length }| match originals.find(hash) {
            Ok(Some(column)) => {
                if class != Class::Start {
                    hit(Hit { column, class, length });
                }
                true
            }
            Ok(None) => false,
            Err(error) => {
                failure.get_or_insert(error);
                false
            }
        });
        failure.map_or(Ok(()), Err)
    }

    /// Calls `hit` with the places of two texts of a row that are a person's name together.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn names_beside(&mut self, row: &mut RowNames, hit: &mut impl FnMut((usize, usize), Hit)) -> Result<()> {
        let (originals, mut failure) = (self.originals, None);
        row.pairs(self.scanner.key(), &mut |places, hash, length| match originals.find(hash) {
            Ok(Some(column)) => hit(places, Hit { column, class: Class::Words, length }),
            Ok(None) => {}
            Err(error) => failure = failure.take().or(Some(error)),
        });
        failure.map_or(Ok(()), Err)
    }

    /// The column of which a document is an original.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn document(&self, bytes: &[u8]) -> Result<Option<ColumnId>> {
        self.scanner.key().document(bytes).map_or(Ok(None), |hash| self.originals.find(hash))
    }

    /// Whether a cell of a masked column, in the row with this primary key, is what it was. Both in the binary form in
    /// which they were recorded.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn is_unchanged(&mut self, column: ColumnId, primary_key: &[u8], cell: &[u8]) -> Result<bool> {
        let key = self.scanner.key();
        let hash = key.cell(column, self.row.hash(key, primary_key), cell);
        self.originals.find(hash).map(|column| column.is_some())
    }

    /// Whether the row with this primary key was recorded as one that stays unmasked.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn is_unmasked_row(&self, table: &str, primary_key: &[u8]) -> Result<bool> {
        let hash = self.scanner.key().unmasked_row(table, primary_key);
        self.originals.find(hash).map(|column| column.is_some())
    }
}
