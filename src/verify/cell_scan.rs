//! Looks into every cell of a batch of rows: detectors, originals, and the same row unchanged.

use std::collections::BTreeMap;

use super::detectors::verdict::Tally;
use super::detectors::{Certainty, Context, Detectors, Hits, Kind};
use crate::error::{Error, Result};
use crate::originals::{Class, ColumnId, Originals, Seeker};
use crate::postgres::copy_binary::{Tuples, read_tuple};
use crate::postgres::row_checksum::{RowChecksum, write_canonical};
use crate::postgres::row_key::{show_key, write_key};
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
    /// The number of its originals, where each cell has to differ from its own.
    pub(super) must_change: Option<ColumnId>,
}

/// What a scan works with; shared by all threads.
pub(super) struct Instruments {
    pub(super) detectors: Detectors,
    pub(super) originals: Originals,
}

/// What was seen in some rows of a relation. Parts can be merged in any order.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) rows: u64,
    pub(super) nulls: Vec<u64>,
    pub(super) checksum: RowChecksum,
    pub(super) columns: BTreeMap<Spot, SeenAt>,
    /// Rows that stay unmasked by a rule.
    pub(super) unmasked: Rows,
}

/// A column, and the key inside its documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) column: usize,
    pub(super) key: Option<String>,
}

/// What was seen at one spot.
#[derive(Default)]
pub(super) struct SeenAt {
    pub(super) tally: Tally,
    pub(super) by_kind: BTreeMap<Kind, Rows>,
    pub(super) originals: BTreeMap<(ColumnId, Class), Rows>,
    pub(super) unchanged: Rows,
    /// Originals that are short numbers, which other numbers meet by chance.
    pub(super) short_numbers: BTreeMap<ColumnId, Rows>,
}

/// How many, and where the first of them are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) count: u64,
    pub(super) keys: Vec<String>,
}

/// Keys that a finding shows.
const SHOWN_KEYS: usize = 10;

/// Keys of documents that are told apart in one column; documents may use data as keys.
const TOLD_APART: usize = 256;

/// A number with fewer digits than this is met by chance: of a hundred thousand numbers of eight digits, some are among
/// ten thousand phone numbers.
const LONG_NUMBER: usize = 9;

impl Rows {
    fn add(&mut self, key: &str) {
        self.count += 1;
        if self.keys.len() < SHOWN_KEYS && !key.is_empty() && !self.keys.iter().any(|known| known == key) {
            self.keys.push(key.to_owned());
        }
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        let room = SHOWN_KEYS.saturating_sub(self.keys.len());
        self.keys.extend(other.keys.into_iter().take(room));
    }
}

impl SeenAt {
    /// Adds the hits of a cell in the row of that key.
    fn note(&mut self, hits: &Hits, key: &str) {
        self.tally.add(hits);
        for hit in hits.found.iter().filter(|hit| !matches!(hit.certainty, Certainty::Chance(_))) {
            self.by_kind.entry(hit.kind).or_default().add(key);
        }
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        other.by_kind.into_iter().for_each(|(kind, rows)| self.by_kind.entry(kind).or_default().merge(rows));
        other.originals.into_iter().for_each(|(of, rows)| self.originals.entry(of).or_default().merge(rows));
        other.short_numbers.into_iter().for_each(|(of, rows)| self.short_numbers.entry(of).or_default().merge(rows));
        self.unchanged.merge(other.unchanged);
    }
}

impl Seen {
    /// Nothing yet, of a relation with so many columns.
    pub(super) fn new(columns: usize) -> Self {
        Self { nulls: vec![0; columns], ..Self::default() }
    }

    /// Adds what was seen in other rows of the same relation.
    pub(super) fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.checksum.add(other.checksum);
        self.unmasked.merge(other.unmasked);
        self.nulls.iter_mut().zip(&other.nulls).for_each(|(sum, nulls)| *sum += nulls);
        other.columns.into_iter().for_each(|(spot, seen)| self.columns.entry(spot).or_default().merge(seen));
    }

    fn at(&mut self, column: usize, key: Option<&str>) -> &mut SeenAt {
        let spot = Spot { column, key: key.map(str::to_owned) };
        if self.columns.contains_key(&spot) || self.columns.len() < TOLD_APART * self.nulls.len().max(1) {
            return self.columns.entry(spot).or_default();
        }
        self.columns.entry(Spot { column, key: None }).or_default()
    }
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
        hits: Hits::new(),
        seen: Seen::new(layout.columns.len()),
        canonical: Vec::new(),
        key: Vec::new(),
        found_originals: Vec::new(),
    };
    let mut fields = Vec::with_capacity(layout.columns.len());
    let mut at = 0;
    while at < tuples.bytes.len() {
        at = read_tuple(&tuples.bytes, at, &mut fields)
            .map_err(|cause| Error::failed(format!("reading a row of {} failed", layout.name)).because(cause))?;
        scan.row(&fields)?;
    }
    Ok(scan.seen)
}

struct Scan<'a> {
    layout: &'a Layout,
    instruments: &'a Instruments,
    seeker: Seeker<'a>,
    contexts: Vec<Context>,
    hits: Hits,
    seen: Seen,
    canonical: Vec<u8>,
    key: Vec<u8>,
    found_originals: Vec<(ColumnId, Class, usize)>,
}

impl Scan<'_> {
    fn row(&mut self, fields: &[Option<&[u8]>]) -> Result<()> {
        self.seen.rows += 1;
        self.canonical.clear();
        self.key.clear();
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
            }
            match field {
                Some(cell) => self.cell(position, column, cell, fields)?,
                None => self.null(position),
            }
        }
        self.seen.checksum.add_row(&self.canonical);
        Ok(())
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
            if field.is_none() {
                self.null(position);
            }
        }
        self.seen.checksum.add_row(&self.canonical);
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
            self.inside(position, cell, fields);
        }
        let mut failure = None;
        visit_texts(&column.class, cell, &mut |found| {
            let looked = self.text(position, column, found.text, found.key, fields);
            failure = failure.take().or(looked.err());
        });
        failure.map_or(Ok(()), Err)
    }

    /// What a file in the cell carries.
    fn inside(&mut self, position: usize, cell: &[u8], fields: &[Option<&[u8]>]) {
        let context = self.contexts.get(position).copied().unwrap_or_default();
        let mut hits = std::mem::take(&mut self.hits);
        hits.clear();
        self.instruments.detectors.scan_bytes(cell, &context, &mut hits);
        if !hits.is_quiet() {
            let key = self.shown_key(fields, position);
            self.seen.at(position, None).note(&hits, &key);
        }
        self.hits = hits;
    }

    fn text(
        &mut self,
        position: usize,
        column: &ScannedColumn,
        text: &str,
        json_key: Option<&str>,
        fields: &[Option<&[u8]>],
    ) -> Result<()> {
        let context = match (json_key, self.contexts.get(position)) {
            (None, Some(context)) => *context,
            _ => self.instruments.detectors.context(&column.name, json_key),
        };
        self.hits.clear();
        self.instruments.detectors.scan(text, &context, &mut self.hits);
        let found = &mut self.found_originals;
        found.clear();
        // An audit has none, and looking is what takes most time.
        if !self.instruments.originals.is_empty() {
            self.seeker.text(text, &mut |hit| found.push((hit.column, hit.class, hit.length)))?;
        }
        if self.hits.is_quiet() && self.found_originals.is_empty() {
            return Ok(());
        }
        let key = self.shown_key(fields, position);
        let (hits, found) = (std::mem::take(&mut self.hits), std::mem::take(&mut self.found_originals));
        let seen = self.seen.at(position, json_key.filter(|key| is_plain_name(key) && !self.instruments.knows(key)));
        seen.note(&hits, &key);
        for (column, class, length) in &found {
            let is_short = *class == Class::Digits && *length < LONG_NUMBER;
            let rows = if is_short {
                seen.short_numbers.entry(*column).or_default()
            } else {
                seen.originals.entry((*column, *class)).or_default()
            };
            rows.add(&key);
        }
        (self.hits, self.found_originals) = (hits, found);
        Ok(())
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
    fn knows(&self, text: &str) -> bool {
        let mut hits = Hits::new();
        self.detectors.scan(text, &self.detectors.context("", None), &mut hits);
        let mut original = false;
        let looked = self.originals.seeker().text(text, &mut |_| original = true);
        original || looked.is_err() || !hits.found.is_empty()
    }
}

/// The name of a member as programs choose it; documents also use data as names.
fn is_plain_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
