//! Looks into every cell of a batch of rows: detectors, originals, and the same row unchanged.

use std::collections::HashMap;

use super::detectors::{Context, Detectors, Hits};
use super::layout::{Layout, ScannedColumn};
use super::look_further::part_of_name;
use super::quiet::Quiet;
use super::seen::{Seen, TOLD_APART};
use crate::error::{Error, Result};
use crate::originals::{Class, ColumnId, FormCounts, Originals, RowNames, Seeker};
use crate::postgres::cell_counts::CellSums;
use crate::postgres::copy_binary::{Tuples, read_tuple};
use crate::postgres::row_checksum::write_canonical;
use crate::postgres::row_key::{show_key, write_key};
use crate::postgres::settled::write_settled;
use crate::postgres::texts::{Found, is_blank, visit_texts};
use crate::postgres::types::TypeClass;

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
        looked_up: vec![FormCounts::default(); layout.columns.len()],
        keys: vec![HashMap::new(); layout.columns.len()],
        shown_keys: HashMap::new(),
        hits: Hits::new(),
        seen: Seen::new(layout.columns.len()),
        sums: vec![CellSums::default(); layout.columns.len()],
        canonical: Vec::new(),
        settled: Vec::new(),
        key: Vec::new(),
        names: RowNames::default(),
        quiet: Quiet::new(layout.columns.len()),
        has_originals: !instruments.originals.is_empty(),
    };
    let mut fields = Vec::with_capacity(layout.columns.len());
    let mut at = 0;
    while at < tuples.bytes.len() {
        at = read_tuple(&tuples.bytes, at, &mut fields)
            .map_err(|cause| Error::failed(format!("reading a row of {} failed", layout.name)).because(cause))?;
        scan.row(&fields)?;
    }
    Ok(scan.finish())
}

pub(super) struct Scan<'a> {
    pub(super) layout: &'a Layout,
    pub(super) instruments: &'a Instruments,
    pub(super) seeker: Seeker<'a>,
    pub(super) contexts: Vec<Context>,
    /// How many numbers were looked up in each column.
    looked_up: Vec<FormCounts>,
    /// For each column, what there is to know of the keys of its documents.
    keys: Vec<HashMap<String, KnownKey>>,
    /// Which keys of documents may be told.
    shown_keys: HashMap<String, bool>,
    hits: Hits,
    pub(super) seen: Seen,
    sums: Vec<CellSums>,
    canonical: Vec<u8>,
    settled: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) names: RowNames,
    pub(super) quiet: Quiet,
    has_originals: bool,
}

/// A key of documents.
#[derive(Clone, Default)]
struct KnownKey {
    context: Context,
    /// How many numbers were looked up under it.
    looked_up: FormCounts,
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
                    self.cell(position, column, cell, fields);
                }
                None => self.null(position),
            }
        }
        self.seen.checksum.add_row(&self.canonical);
        self.canonical.extend_from_slice(&self.settled);
        self.seen.written.add_row(&self.canonical);
        if self.has_originals {
            self.seeker.note_names_beside(&mut self.names);
            for part in self.seeker.met()? {
                self.look_closer(part, fields)?;
            }
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

    fn cell(&mut self, position: usize, column: &ScannedColumn, cell: &[u8], fields: &[Option<&[u8]>]) {
        if self.has_originals {
            self.note(position, column, cell);
        }
        if column.class == TypeClass::Bytea {
            self.inside(position, cell, fields);
        }
        visit_texts(&column.class, cell, &mut |found| self.text(position, column, &found, fields));
    }

    /// Notes the cell as a whole, for [`Self::look_closer`].
    fn note(&mut self, position: usize, column: &ScannedColumn, cell: &[u8]) {
        if let Some(id) = self.must_change(column, cell) {
            self.seeker.note_cell(position, id, &self.key, cell);
        }
        if column.may_hold_documents() {
            self.seeker.note_document(position, cell);
        }
    }

    /// The number of the originals from which a cell has to differ in its own row.
    pub(super) fn must_change(&self, column: &ScannedColumn, cell: &[u8]) -> Option<ColumnId> {
        column.must_change.filter(|_| !self.key.is_empty() && !is_blank(&column.class, cell))
    }

    /// What a file in the cell carries.
    fn inside(&mut self, position: usize, cell: &[u8], fields: &[Option<&[u8]>]) {
        let context = self.contexts.get(position).copied().unwrap_or_default();
        let Self { instruments, seeker, hits, has_originals, .. } = self;
        hits.clear();
        instruments.detectors.scan_bytes_carrying(cell, &context, hits, &mut |text| {
            if *has_originals {
                seeker.note_text(position, text);
            }
        });
        self.count_numbers(position, None);
        self.take_down_hits(position, None, fields);
    }

    fn text(&mut self, position: usize, column: &ScannedColumn, found: &Found<'_>, fields: &[Option<&[u8]>]) {
        let Found { text, key: json_key, is_key } = *found;
        let context = self.context(position, column, json_key);
        if is_low_number(text) && context.is_about_nothing() && !self.instruments.detectors.has_own() {
            return;
        }
        let is_quiet = self.quiet.knows(position, json_key, text);
        // The lexemes of a text stand in the order of the alphabet, so that any two are side by side by chance. A key that
        // every row has is nobody's name.
        let may_be_name = column.class != TypeClass::Tsvector && !column.given_names && !(is_key && is_quiet);
        if let Some(part) = part_of_name(&context, json_key).filter(|_| may_be_name) {
            self.names.add(position, part, text);
        }
        if is_quiet {
            return;
        }
        let Self { instruments, seeker, hits, has_originals, .. } = self;
        hits.clear();
        // An audit has none, and looking is what takes most time.
        if *has_originals {
            seeker.note_text(position, text);
        }
        instruments.detectors.scan_carrying(text, &context, hits, &mut |text| {
            if *has_originals {
                seeker.note_text(position, text);
            }
        });
        self.count_numbers(position, json_key);
        if self.hits.is_quiet() {
            self.quiet.remember(position, json_key, text);
        }
        self.take_down_hits(position, json_key, fields);
    }

    /// What a text is about, by the names of its column and its key. Documents have the same keys row after row.
    fn context(&mut self, position: usize, column: &ScannedColumn, json_key: Option<&str>) -> Context {
        let Some(key) = json_key else { return self.contexts.get(position).copied().unwrap_or_default() };
        let known = self.keys.get(position).and_then(|known| known.get(key));
        known.map(|known| known.context).unwrap_or_else(|| {
            let context = self.instruments.detectors.context(&column.name, json_key);
            if let Some(known) = self.keys.get_mut(position).filter(|known| known.len() < TOLD_APART) {
                known.insert(key.to_owned(), KnownKey { context, looked_up: FormCounts::default() });
            }
            context
        })
    }

    /// Counts the numbers that were just looked up.
    fn count_numbers(&mut self, position: usize, json_key: Option<&str>) {
        let Self { seeker, keys, looked_up, .. } = self;
        let mut forms = seeker.forms().peekable();
        if forms.peek().is_none() {
            return;
        }
        let known = json_key.and_then(|key| keys.get_mut(position)?.get_mut(key));
        let counts = known.map(|known| &mut known.looked_up).or_else(|| looked_up.get_mut(position));
        if let Some(counts) = counts {
            forms.for_each(|form| counts.add(form));
        }
    }

    /// What was seen in all rows.
    fn finish(mut self) -> Seen {
        for (column, sums) in self.layout.columns.iter().zip(&self.sums) {
            if let Some(counts) = &column.counts {
                counts.add(sums);
            }
        }
        for (position, counts) in std::mem::take(&mut self.looked_up).into_iter().enumerate() {
            self.looked_up_at(position, None, &counts);
        }
        for (position, keys) in std::mem::take(&mut self.keys).into_iter().enumerate() {
            keys.iter().for_each(|(key, known)| self.looked_up_at(position, Some(key), &known.looked_up));
        }
        self.seen
    }

    fn looked_up_at(&mut self, position: usize, json_key: Option<&str>, counts: &FormCounts) {
        if !counts.is_empty() {
            let json_key = json_key.filter(|key| self.may_show(key));
            self.seen.at(position, json_key).looked_up.merge(counts);
        }
    }

    /// Notes what detectors found in a cell, at the spot and with the key of its row.
    fn take_down_hits(&mut self, position: usize, json_key: Option<&str>, fields: &[Option<&[u8]>]) {
        if self.hits.is_quiet() {
            return;
        }
        let json_key = json_key.filter(|key| self.may_show(key));
        let wants_key = self.seen.at(position, json_key).wants_key_of(&self.hits);
        let key = if wants_key { self.shown_key(fields, position) } else { String::new() };
        self.seen.at(position, json_key).note(&self.hits, &key);
    }

    /// Whether a key of a document may be told.
    pub(super) fn may_show(&mut self, json_key: &str) -> bool {
        if let Some(known) = self.shown_keys.get(json_key) {
            return *known;
        }
        let may_show = is_plain_name(json_key) && !self.instruments.knows(json_key);
        if self.shown_keys.len() < TOLD_APART {
            self.shown_keys.insert(json_key.to_owned(), may_show);
        }
        may_show
    }

    /// A key that is itself where something was found is not shown.
    pub(super) fn shown_key(&self, fields: &[Option<&[u8]>], position: usize) -> String {
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

/// Whether a text is a number that is no identifier by itself: nothing is recorded by so few digits, and no detector looks
/// at them unless the name of their column says something.
fn is_low_number(text: &str) -> bool {
    const MOST_DIGITS: usize = 5;
    text.len() <= MOST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name of a member as programs choose it; documents also use data as names.
fn is_plain_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
