//! What was seen in the rows of a relation.

use std::collections::BTreeMap;

use super::detectors::verdict::Tally;
use super::detectors::{Hits, Kind};
use crate::originals::{Class, ColumnId, Form, FormCounts, Hit};
use crate::postgres::row_checksum::RowChecksum;

/// What was seen in some rows of a relation. Parts can be merged in any order.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) rows: u64,
    pub(super) nulls: Vec<u64>,
    pub(super) checksum: RowChecksum,
    pub(super) written: RowChecksum,
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
    /// Originals that are numbers which others can meet by chance.
    pub(super) numbers: BTreeMap<(ColumnId, Form), Rows>,
    /// How many numbers were looked up.
    pub(super) looked_up: FormCounts,
    /// Numbers that are an original without its last digit, likewise.
    pub(super) cut_numbers: BTreeMap<ColumnId, Rows>,
}

/// How many, and where the first of them are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) count: u64,
    pub(super) keys: Vec<String>,
}

/// Keys that a finding shows.
const SHOWN_KEYS: usize = 10;

/// Rows that are asked for a key that may be shown: where keys are originals themselves, none of them may.
const ASKED_ROWS: u64 = 256;

/// Keys of documents that are told apart in one column; documents may use data as keys.
pub(super) const TOLD_APART: usize = 256;

impl Rows {
    /// Whether the key of one more row would be shown.
    fn wants_key(&self) -> bool {
        self.keys.len() < SHOWN_KEYS && self.count < ASKED_ROWS
    }

    pub(super) fn add(&mut self, key: &str) {
        self.count += 1;
        if self.keys.len() < SHOWN_KEYS && !key.is_empty() && !self.keys.iter().any(|known| known == key) {
            self.keys.push(key.to_owned());
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.count += other.count;
        let room = SHOWN_KEYS.saturating_sub(self.keys.len());
        self.keys.extend(other.keys.into_iter().take(room));
    }
}

impl SeenAt {
    /// Adds the hits of a cell in the row of that key.
    pub(super) fn note(&mut self, hits: &Hits, key: &str) {
        self.tally.add(hits);
        for kind in told(hits) {
            self.by_kind.entry(kind).or_default().add(key);
        }
    }

    /// Whether the key of their row would be shown.
    pub(super) fn wants_key_of(&self, hits: &Hits) -> bool {
        told(hits).any(|kind| self.by_kind.get(&kind).is_none_or(Rows::wants_key))
    }

    /// Adds originals of a cell in the row of that key.
    pub(super) fn note_originals(&mut self, found: &[Hit], key: &str) {
        found.iter().for_each(|hit| self.rows_with(hit).add(key));
    }

    /// Whether the key of their row would be shown.
    pub(super) fn wants_key_of_originals(&mut self, found: &[Hit]) -> bool {
        found.iter().any(|hit| self.rows_with(hit).wants_key())
    }

    /// The rows in which such an original was found.
    fn rows_with(&mut self, Hit { column, class, form, .. }: &Hit) -> &mut Rows {
        match (class, form) {
            (Class::Digits, Some(form)) => self.numbers.entry((*column, *form)).or_default(),
            (Class::Cut, _) => self.cut_numbers.entry(*column).or_default(),
            _ => self.originals.entry((*column, *class)).or_default(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        other.by_kind.into_iter().for_each(|(kind, rows)| self.by_kind.entry(kind).or_default().merge(rows));
        other.originals.into_iter().for_each(|(of, rows)| self.originals.entry(of).or_default().merge(rows));
        other.numbers.into_iter().for_each(|(of, rows)| self.numbers.entry(of).or_default().merge(rows));
        self.looked_up.merge(&other.looked_up);
        other.cut_numbers.into_iter().for_each(|(of, rows)| self.cut_numbers.entry(of).or_default().merge(rows));
        self.unchanged.merge(other.unchanged);
    }
}

/// What of the hits is told with its row: what may have passed a check by chance isn't.
fn told(hits: &Hits) -> impl Iterator<Item = Kind> + '_ {
    hits.found.iter().filter(|hit| !hit.certainty.is_chance()).map(|hit| hit.kind)
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
        self.written.add(other.written);
        self.unmasked.merge(other.unmasked);
        self.nulls.iter_mut().zip(&other.nulls).for_each(|(sum, nulls)| *sum += nulls);
        other.columns.into_iter().for_each(|(spot, seen)| self.columns.entry(spot).or_default().merge(seen));
    }

    pub(super) fn at(&mut self, column: usize, key: Option<&str>) -> &mut SeenAt {
        let spot = Spot { column, key: key.map(str::to_owned) };
        if self.columns.contains_key(&spot) || self.columns.len() < TOLD_APART * self.nulls.len().max(1) {
            return self.columns.entry(spot).or_default();
        }
        self.columns.entry(Spot { column, key: None }).or_default()
    }
}
