//! Takes the originals of one worker.

use std::sync::Arc;

use super::candidates::Scanner;
use super::forms::Forms;
use super::key::{Class, LastRow};
use super::store::{Buffer, Inner};
use super::{ColumnId, OriginalsOf};

/// Hashes originals and hands the hashes to the [`Store`](super::Store), full buffer by full buffer and when dropped.
/// Keep one for each worker: recording takes no lock.
///
/// Nothing here can fail at once; a buffer that can't be written fails [`Store::check`](super::Store::check) and
/// [`Store::finish`](super::Store::finish).
pub struct Recorder {
    store: Arc<Inner>,
    buffer: Buffer,
    forms: Forms,
    scanner: Scanner,
    row: LastRow,
}

impl Recorder {
    pub(super) fn new(store: Arc<Inner>, buffer: Buffer) -> Self {
        let (forms, scanner) = (Forms::new(store.key.clone()), Scanner::new(store.key.clone()));
        Self { store, buffer, forms, scanner, row: LastRow::default() }
    }

    /// Records a cell of a masked column, in text form. Names in two columns need [`Recorder::record_pair`] too, and a
    /// text of which parts are kept needs [`Recorder::record_removed`] instead.
    ///
    /// Says whether the very same text is certain to be recognised wherever it stands, so that
    /// [`Recorder::record_row_cell`] would add nothing. Of a number it is not: a short one may be there by chance.
    pub fn record_original(&mut self, column: ColumnId, of: OriginalsOf, original: &str) -> bool {
        let Self { store, buffer, forms, .. } = self;
        let mut is_certain = false;
        let mut put = |class, hash| {
            is_certain |= of == OriginalsOf::Identifier && matches!(class, Class::Value | Class::Compact);
            buffer.push(column, hash, store);
        };
        match of {
            OriginalsOf::Identifier => forms.identifier(original, &mut put),
            OriginalsOf::FullName => forms.full_name(original, &mut put),
            OriginalsOf::Text => forms.inside(original, &mut put),
            OriginalsOf::Document => self.record_bytes(column, original.as_bytes()),
            // Neither means anything outside its own cell and without the other name of the row.
            OriginalsOf::FirstName | OriginalsOf::LastName | OriginalsOf::Shared => {}
        }
        is_certain
    }

    /// Records the given name and the family name of one row as a person's.
    pub fn record_pair(&mut self, column: ColumnId, first_name: &str, last_name: &str) {
        let Self { store, buffer, forms, .. } = self;
        forms.pair(first_name, last_name, &mut |_, hash| buffer.push(column, hash, store));
    }

    /// Records what looks like an identifier in a text and isn't in its masked form any more: e-mail addresses, numbers
    /// of seven digits and more, IBANs, UUIDs, IP addresses, tokens of 16 characters and more. Of a JSON document, pass
    /// the strings one by one.
    pub fn record_removed(&mut self, column: ColumnId, original: &str, masked: &str) {
        let Self { store, buffer, forms, scanner, .. } = self;
        let mut removed: Vec<(Class, u64)> = Vec::new();
        forms.inside(original, &mut |class, hash| removed.push((class, hash)));
        if removed.is_empty() {
            return;
        }
        removed.sort_unstable();
        removed.dedup();
        let mut kept = vec![false; removed.len()];
        scanner.scan(masked, &mut |candidate| {
            let place = removed.binary_search(&(candidate.class, candidate.hash)).ok();
            let place = place.and_then(|place| kept.get_mut(place));
            place.map(|kept| *kept = true).is_some()
        });
        for ((class, hash), kept) in removed.iter().zip(kept) {
            if !kept || *class == Class::Start {
                buffer.push(column, *hash, store);
            }
        }
    }

    /// Records the bytes of a document.
    pub fn record_bytes(&mut self, column: ColumnId, document: &[u8]) {
        let hash = self.store.key.document(document);
        hash.into_iter().for_each(|hash| self.buffer.push(column, hash, &self.store));
    }

    /// Records a cell together with its row, for columns in which masking changes every cell. Both in binary form.
    pub fn record_row_cell(&mut self, column: ColumnId, primary_key: &[u8], cell: &[u8]) {
        let row = self.row.hash(&self.store.key, primary_key);
        let hash = self.store.key.cell(column, row, cell);
        self.buffer.push_new(column, hash, &self.store);
    }
}

impl Recorder {
    /// Records that a row stays unmasked. The column only says where the record belongs: one of the table's.
    pub fn record_unmasked_row(&mut self, column: ColumnId, table: &str, primary_key: &[u8]) {
        let hash = self.store.key.unmasked_row(table, primary_key);
        self.buffer.push_new(column, hash, &self.store);
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.store.take_back(std::mem::take(&mut self.buffer));
    }
}
