//! Looks into every cell of a batch of rows: detectors, originals, and the same row unchanged.

use std::collections::HashMap;

use super::detectors::{Context, Detectors, Hits};
use super::look_further::{Carried, part_of_name};
use super::quiet::Quiet;
use super::seen::{Seen, TOLD_APART};
use crate::error::{Error, Result};
use crate::originals::{Class, ColumnId, Hit, Originals, RowNames, Seeker};
use crate::postgres::cell_counts::{CellCounts, CellSums};
use crate::postgres::copy_binary::{Tuples, read_tuple};
use crate::postgres::row_checksum::write_canonical;
use crate::postgres::row_key::{show_key, write_key};
use crate::postgres::settled::write_settled;
use crate::postgres::texts::{is_blank, visit_texts};
use crate::postgres::types::TypeClass;

/// A relation of the target, as it is read: first the columns that were streamed, in their order, then the others.
pub(super) struct Layout {
    /// How people call it.
    pub(super) name: String,
    /// The columns.
    pub(super) columns: Vec<ScannedColumn>,
    /// Positions of the primary key, if none of it is masked.
    pub(super) kept_key: Vec<usize>,
    /// How many of the columns were streamed.
    pub(super) streamed: usize,
    /// The name under which rows that stay unmasked were recorded, if a rule leaves any.
    pub(super) unmasked: Option<String>,
}

/// A column that is read.
pub(super) struct ScannedColumn {
    pub(super) name: String,
    pub(super) class: TypeClass,
    /// Whether its bytes have to be those of the source.
    pub(super) kept: bool,
    /// Whether its cells can be parts of names by chance: masked given names are people's, and beside a town they are
    /// somebody's name as often as not.
    pub(super) given_names: bool,
    /// Whether it is masked, and its cells have to be those that were written for their row.
    pub(super) settled: bool,
    /// The number of its originals, where each cell has to differ from its own.
    pub(super) must_change: Option<ColumnId>,
    /// What is counted of it, for a masked one.
    pub(super) counts: Option<CellCounts>,
    /// Whether its cells were as long when they were masked.
    pub(super) has_length: bool,
}

impl ScannedColumn {
    /// A column that nothing masks, and of which nothing is counted.
    pub(super) fn kept(name: &str, class: TypeClass) -> Self {
        Self {
            name: name.to_owned(),
            class,
            kept: true,
            given_names: false,
            settled: false,
            must_change: None,
            counts: None,
            has_length: false,
        }
    }
}

/// A number with fewer digits than this is met by chance: of a hundred thousand numbers of eight digits, some are among
/// ten thousand phone numbers.
const LONG_NUMBER: usize = 9;

/// What a scan works with; shared by all threads.
pub(super) struct Instruments {
    pub(super) detectors: Detectors,
    pub(super) originals: Originals,
}

/// Scans rows.
///
/// # Errors
/// When the rows aren't what `COPY` should have sent, or the originals can't be read.
pub(super) fn scan(layout: &Layout, tuples: &Tuples, instruments: &Instruments) -> Result<Seen> {
    let mut scan = Scan {
        layout,
        instruments,
        seeker: instruments.originals.seeker(),
        contexts: layout.columns.iter().map(|column| instruments.detectors.context(&column.name, None)).collect(),
        key_contexts: vec![HashMap::new(); layout.columns.len()],
        hits: Hits::new(),
        seen: Seen::new(layout.columns.len()),
        sums: vec![CellSums::default(); layout.columns.len()],
        canonical: Vec::new(),
        settled: Vec::new(),
        key: Vec::new(),
        found: Vec::new(),
        names: RowNames::default(),
        quiet: Quiet::new(),
    };
    let mut fields = Vec::with_capacity(layout.columns.len());
    let mut at = 0;
    while at < tuples.bytes.len() {
        at = read_tuple(&tuples.bytes, at, &mut fields)
            .map_err(|cause| Error::failed(format!("reading a row of {} failed", layout.name)).because(cause))?;
        scan.row(&fields)?;
    }
    for (column, sums) in layout.columns.iter().zip(&scan.sums) {
        if let Some(counts) = &column.counts {
            counts.add(sums);
        }
    }
    Ok(scan.seen)
}

struct Scan<'a> {
    layout: &'a Layout,
    instruments: &'a Instruments,
    seeker: Seeker<'a>,
    contexts: Vec<Context>,
    /// For each column, those of the keys of its documents.
    key_contexts: Vec<HashMap<String, Context>>,
    hits: Hits,
    seen: Seen,
    sums: Vec<CellSums>,
    canonical: Vec<u8>,
    settled: Vec<u8>,
    key: Vec<u8>,
    /// Originals in the cell at hand.
    found: Vec<Hit>,
    names: RowNames,
    quiet: Quiet,
}

impl Scan<'_> {
    fn row(&mut self, fields: &[Option<&[u8]>]) -> Result<()> {
        self.seen.rows += 1;
        self.canonical.clear();
        self.settled.clear();
        self.key.clear();
        self.names.clear();
        write_key(fields, &self.layout.kept_key, &mut self.key);
        let layout = self.layout;
        if let Some(table) = &layout.unmasked
            && !self.key.is_empty()
            && self.seeker.is_unmasked_row(table, &self.key)?
        {
            self.unmasked_row(fields);
            return Ok(());
        }
        for (position, (column, field)) in layout.columns.iter().zip(fields).enumerate() {
            if column.kept {
                write_canonical(&column.class, *field, &mut self.canonical);
            } else if column.settled {
                write_settled(&column.class, *field, &mut self.settled);
            }
            match field {
                Some(cell) => {
                    self.count(position, column, cell);
                    self.cell(position, column, cell, fields)?;
                }
                None => self.null(position),
            }
        }
        self.seen.checksum.add_row(&self.canonical);
        self.canonical.extend_from_slice(&self.settled);
        self.seen.written.add_row(&self.canonical);
        self.beside(fields)
    }

    /// Names whose parts stand in different cells of the row: at each of them.
    fn beside(&mut self, fields: &[Option<&[u8]>]) -> Result<()> {
        let Self { seeker, names, .. } = self;
        let mut found = Vec::new();
        seeker.names_beside(names, &mut |(one, other), hit| {
            found.push((one, hit));
            found.extend((one != other).then_some((other, hit)));
        })?;
        for (position, Hit { column, class, .. }) in found {
            let key = self.shown_key(fields, position);
            self.seen.at(position, None).originals.entry((column, class)).or_default().add(&key);
        }
        Ok(())
    }

    fn count(&mut self, position: usize, column: &ScannedColumn, cell: &[u8]) {
        let (Some(counts), Some(sums)) = (&column.counts, self.sums.get_mut(position)) else { return };
        counts.count(cell, sums);
        if column.has_length {
            sums.add_length(cell);
        }
    }

    fn null(&mut self, position: usize) {
        if let Some(nulls) = self.seen.nulls.get_mut(position) {
            *nulls += 1;
        }
    }

    /// A row that a rule leaves as it is, told by its key: it may hold anything, but exactly what it held.
    fn unmasked_row(&mut self, fields: &[Option<&[u8]>]) {
        let layout = self.layout;
        for (position, (column, field)) in layout.columns.iter().zip(fields).enumerate() {
            if position < layout.streamed {
                write_canonical(&column.class, *field, &mut self.canonical);
            }
            match field {
                Some(cell) => self.count(position, column, cell),
                None => self.null(position),
            }
        }
        self.seen.checksum.add_row(&self.canonical);
        self.seen.written.add_row(&self.canonical);
        let key = self.shown_key(fields, layout.columns.len());
        self.seen.unmasked.add(&key);
    }

    fn cell(&mut self, position: usize, column: &ScannedColumn, cell: &[u8], fields: &[Option<&[u8]>]) -> Result<()> {
        if let Some(id) = column.must_change
            && !self.key.is_empty()
            && !is_blank(&column.class, cell)
            && self.seeker.is_unchanged(id, &self.key, cell)?
        {
            let key = self.shown_key(fields, position);
            self.seen.at(position, None).unchanged.add(&key);
        }
        if matches!(column.class, TypeClass::Bytea | TypeClass::Text)
            && let Some(id) = self.seeker.document(cell)?
        {
            let key = self.shown_key(fields, position);
            self.seen.at(position, None).originals.entry((id, Class::Bytes)).or_default().add(&key);
        }
        if column.class == TypeClass::Bytea {
            self.inside(position, cell, fields)?;
        }
        let mut failure = None;
        visit_texts(&column.class, cell, &mut |found| {
            let looked = self.text(position, column, found.text, found.key, fields);
            failure = failure.take().or(looked.err());
        });
        failure.map_or(Ok(()), Err)
    }

    /// What a file in the cell carries.
    fn inside(&mut self, position: usize, cell: &[u8], fields: &[Option<&[u8]>]) -> Result<()> {
        let context = self.contexts.get(position).copied().unwrap_or_default();
        let Self { instruments, seeker, hits, found, .. } = self;
        hits.clear();
        found.clear();
        let mut carried = Carried { seeker, found, failure: None };
        instruments.detectors.scan_bytes_carrying(cell, &context, hits, &mut |text| carried.text(text));
        carried.failure.map_or(Ok(()), Err)?;
        self.take_down(position, None, fields);
        Ok(())
    }

    fn text(
        &mut self,
        position: usize,
        column: &ScannedColumn,
        text: &str,
        json_key: Option<&str>,
        fields: &[Option<&[u8]>],
    ) -> Result<()> {
        let context = self.context(position, column, json_key);
        // The lexemes of a text stand in the order of the alphabet, so that any two are side by side by chance.
        let is_in_order = column.class != TypeClass::Tsvector;
        if let Some(part) = part_of_name(&context, json_key).filter(|_| is_in_order && !column.given_names) {
            self.names.add(position, part, text);
        }
        if self.quiet.knows(position, json_key, text) {
            return Ok(());
        }
        let Self { instruments, seeker, hits, found, .. } = self;
        hits.clear();
        found.clear();
        // An audit has none, and looking is what takes most time.
        let has_originals = !instruments.originals.is_empty();
        if has_originals {
            seeker.text(text, &mut |hit| found.push(hit))?;
        }
        let mut carried = Carried { seeker, found, failure: None };
        instruments.detectors.scan_carrying(text, &context, hits, &mut |text| {
            if has_originals {
                carried.text(text);
            }
        });
        carried.failure.map_or(Ok(()), Err)?;
        if self.hits.is_quiet() && self.found.is_empty() {
            self.quiet.remember();
        }
        self.take_down(position, json_key, fields);
        Ok(())
    }

    /// What a text is about, by the names of its column and its key. Documents have the same keys row after row.
    fn context(&mut self, position: usize, column: &ScannedColumn, json_key: Option<&str>) -> Context {
        let Some(key) = json_key else { return self.contexts.get(position).copied().unwrap_or_default() };
        let known = self.key_contexts.get(position).and_then(|known| known.get(key));
        known.copied().unwrap_or_else(|| {
            let context = self.instruments.detectors.context(&column.name, json_key);
            if let Some(known) = self.key_contexts.get_mut(position).filter(|known| known.len() < TOLD_APART) {
                known.insert(key.to_owned(), context);
            }
            context
        })
    }

    /// Notes what was found in a cell, at the spot and with the key of its row.
    fn take_down(&mut self, position: usize, json_key: Option<&str>, fields: &[Option<&[u8]>]) {
        if self.hits.is_quiet() && self.found.is_empty() {
            return;
        }
        let key = self.shown_key(fields, position);
        let (hits, found) = (std::mem::take(&mut self.hits), std::mem::take(&mut self.found));
        let seen = self.seen.at(position, json_key.filter(|key| is_plain_name(key) && !self.instruments.knows(key)));
        seen.note(&hits, &key);
        for Hit { column, class, length } in &found {
            let rows = match class {
                Class::Digits if *length < LONG_NUMBER => seen.short_numbers.entry(*column).or_default(),
                Class::Cut => seen.cut_numbers.entry(*column).or_default(),
                _ => seen.originals.entry((*column, *class)).or_default(),
            };
            rows.add(&key);
        }
        (self.hits, self.found) = (hits, found);
    }

    /// A key that is itself where something was found is not shown.
    fn shown_key(&self, fields: &[Option<&[u8]>], position: usize) -> String {
        if self.layout.kept_key.contains(&position) {
            return String::new();
        }
        let column =
            |position: usize| self.layout.columns.get(position).map(|column| (column.name.as_str(), &column.class));
        let key = show_key(column, fields, &self.layout.kept_key);
        if self.instruments.knows(&key) { String::new() } else { key }
    }
}

impl Instruments {
    /// Whether a text that names a place is itself something that must not be shown.
    pub(super) fn knows(&self, text: &str) -> bool {
        let mut hits = Hits::new();
        self.detectors.scan(text, &self.detectors.context("", None), &mut hits);
        let mut original = false;
        let looked = self.originals.seeker().text(text, &mut |hit| original |= hit.class != Class::Cut);
        original || looked.is_err() || !hits.found.is_empty()
    }
}

/// The name of a member as programs choose it; documents also use data as names.
fn is_plain_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
