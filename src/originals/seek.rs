//! Looks for originals in what the target holds.

use super::ColumnId;
use super::beside::RowNames;
use super::candidates::{Candidate, Scanner};
use super::key::{Class, LastRow};
use super::lookup::Originals;
use super::numbers::Form;
use crate::error::{Error, Result};

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
    /// Of a number that others can meet by chance.
    pub form: Option<Form>,
}

impl Hit {
    /// Whether it is a number of so few digits that it is no identifier by them alone.
    pub fn is_short_number(&self) -> bool {
        self.form.is_some_and(Form::is_short)
    }
}

/// Searches for originals. Has buffers that are used again, so keep one for each worker.
///
/// Nearly every row has no original, and a look-up waits for memory. So a row is looked at in two steps: first all of it is
/// noted, and looked up at once, so that the processor waits for many at a time ([`Seeker::met`]); only where that met
/// something is each part asked for what it is.
pub struct Seeker<'a> {
    originals: &'a Originals,
    scanner: Scanner,
    row: LastRow,
    noted: Noted,
    /// The forms of the numbers that were noted.
    forms: Vec<Form>,
}

/// A part of a row that is looked at by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartOfRow {
    /// The cell at this position.
    Cell(usize),
    /// Texts of several cells that could be a person's name together.
    NamesBeside,
}

/// Hashes that are to be looked up.
#[derive(Default)]
struct Noted {
    hashes: Vec<u64>,
    /// The parts of the row, and the place of the first hash of each.
    parts: Vec<(PartOfRow, usize)>,
    /// The parts that met something.
    met: Vec<PartOfRow>,
    /// The first hashes that were met, so that looking closer doesn't have to read them once more.
    known: Vec<(u64, ColumnId)>,
    /// Why hashes could not be looked up.
    failure: Option<Error>,
}

/// So many hashes are looked up at the latest, so that a long text needs no more memory.
const MOST_NOTED: usize = 4096;

/// As many as a row has that isn't all leaked.
const MOST_KNOWN: usize = 16;

impl<'a> Seeker<'a> {
    pub(super) fn new(originals: &'a Originals, scanner: Scanner) -> Self {
        Self { originals, scanner, row: LastRow::default(), noted: Noted::default(), forms: Vec::new() }
    }

    /// Notes everything in a text of the cell at a position that could be an original.
    pub fn note_text(&mut self, position: usize, text: &str) {
        let Self { originals, scanner, noted, forms, .. } = self;
        scanner.scan(text, &mut |candidate| {
            noted.add(PartOfRow::Cell(position), candidate.hash);
            forms.extend(candidate.form);
            if noted.hashes.len() >= MOST_NOTED {
                noted.look_up(originals);
            }
            // Where a longer identifier may begin, meeting its beginning is enough to look closer.
            false
        });
    }

    /// The forms of all numbers that were noted since the last time.
    pub fn forms(&mut self) -> std::vec::Drain<'_, Form> {
        self.forms.drain(..)
    }

    /// Notes every two texts of a row that could be a person's name together.
    pub fn note_names_beside(&mut self, row: &mut RowNames) {
        let Self { scanner, noted, .. } = self;
        row.pairs(scanner.key(), &mut |_, hash, _| noted.add(PartOfRow::NamesBeside, hash));
    }

    /// Notes the cell at a position as a document.
    pub fn note_document(&mut self, position: usize, cell: &[u8]) {
        if let Some(hash) = self.scanner.key().document(cell) {
            self.noted.add(PartOfRow::Cell(position), hash);
        }
    }

    /// Notes the cell at a position, which may be what it was, as for [`Seeker::is_unchanged`].
    pub fn note_cell(&mut self, position: usize, column: ColumnId, primary_key: &[u8], cell: &[u8]) {
        let hash = self.hash_of_cell(column, primary_key, cell);
        self.noted.add(PartOfRow::Cell(position), hash);
    }

    /// The parts of the row of which something that was noted since the last time is an original, or begins like one; in
    /// their order.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn met(&mut self) -> Result<Vec<PartOfRow>> {
        self.noted.look_up(self.originals);
        let met = std::mem::take(&mut self.noted.met);
        self.noted.failure.take().map_or(Ok(met), Err)
    }

    fn hash_of_cell(&mut self, column: ColumnId, primary_key: &[u8], cell: &[u8]) -> u64 {
        let key = self.scanner.key();
        key.cell(column, self.row.hash(key, primary_key), cell)
    }

    /// Calls `hit` for every original in a text: a cell in text form, a JSON string, number or key, an element of an
    /// array. One part of the text can be several hits.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn text(&mut self, text: &str, hit: &mut impl FnMut(Hit)) -> Result<()> {
        let mut failure = None;
        let Self { originals, scanner, noted, .. } = self;
        if originals.is_empty() {
            return Ok(());
        }
        scanner.scan(text, &mut |Candidate { class, hash, length, form }| match noted.find(originals, hash) {
            Ok(Some(column)) => {
                if class != Class::Start {
                    hit(Hit { column, class, length, form });
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
        let Self { originals, scanner, noted, .. } = self;
        let mut failure = None;
        row.pairs(scanner.key(), &mut |places, hash, length| match noted.find(originals, hash) {
            Ok(Some(column)) => hit(places, Hit { column, class: Class::Words, length, form: None }),
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
        self.scanner.key().document(bytes).map_or(Ok(None), |hash| self.noted.find(self.originals, hash))
    }

    /// Whether a cell of a masked column, in the row with this primary key, is what it was. Both in the binary form in
    /// which they were recorded.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn is_unchanged(&mut self, column: ColumnId, primary_key: &[u8], cell: &[u8]) -> Result<bool> {
        let hash = self.hash_of_cell(column, primary_key, cell);
        self.noted.find(self.originals, hash).map(|column| column.is_some())
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

impl Noted {
    fn add(&mut self, part: PartOfRow, hash: u64) {
        if self.parts.last().is_none_or(|(last, _)| *last != part) {
            self.parts.push((part, self.hashes.len()));
        }
        self.hashes.push(hash);
    }

    /// The column of which a hash is an original.
    fn find(&self, originals: &Originals, hash: u64) -> Result<Option<ColumnId>> {
        match self.known.iter().find(|(known, _)| *known == hash) {
            Some((_, column)) => Ok(Some(*column)),
            None => originals.find(hash),
        }
    }

    /// Looks up all hashes, and forgets them.
    fn look_up(&mut self, originals: &Originals) {
        let Self { hashes, parts, met, known, failure } = self;
        known.clear();
        let looked = originals.find_each(hashes, &mut |at, column| {
            if known.len() < MOST_KNOWN {
                known.extend(hashes.get(at).map(|hash| (*hash, column)));
            }
            let begun = parts.partition_point(|(_, first)| *first <= at);
            if let Some((part, _)) = begun.checked_sub(1).and_then(|part| parts.get(part))
                && met.last() != Some(part)
            {
                met.push(*part);
            }
        });
        *failure = failure.take().or(looked.err());
        hashes.clear();
        parts.clear();
    }
}
