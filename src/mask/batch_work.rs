//! The rows of one batch: masked, counted and recorded one after the other.

use super::plan::TablePlan;
use super::transform_pool::TableJob;
use super::transforms::{Built, Facts, Masked, Row};
use crate::error::{Error, Result};
use crate::originals::{ColumnId, OriginalsOf, Recorder};
use crate::postgres::catalog::Column;
use crate::postgres::cell_counts::CellSums;
use crate::postgres::copy_binary::{begin_tuple, write_field};
use crate::postgres::row_checksum::{RowChecksum, holds_type_oids, write_canonical};
use crate::postgres::row_key::{of_columns, show_key, write_key};
use crate::postgres::settled::{is_settled, write_settled};
use crate::postgres::texts::{Found, is_blank, visit_text, visit_texts};
use crate::postgres::types::TypeClass;

/// The length of a field that is NULL.
const NULL: [u8; 4] = (-1i32).to_be_bytes();

/// The buffers and sums of one batch.
pub(super) struct Work {
    pub(super) nulls: Vec<u64>,
    /// For each column, how many cells its transform left as they were, of those that may stay.
    pub(super) stayed: Vec<u64>,
    pub(super) checksum: RowChecksum,
    pub(super) written: RowChecksum,
    pub(super) unmasked: u64,
    /// For each column, what is counted of its cells if it is masked.
    pub(super) cells: Vec<CellSums>,
    canonical: Vec<u8>,
    /// The masked cells of a row, as they come back from the server.
    settled: Vec<u8>,
    key: Vec<u8>,
    before: String,
    after: String,
    /// For each column, whether its bytes as they came are their canonical form.
    raw_is_canonical: Vec<bool>,
    /// For each column, whether it is masked and its cells come back as they were written.
    is_settled: Vec<bool>,
}

/// Positions of the masked columns whose cells come back from the server as they were written.
pub(super) fn settled_columns(table: &TablePlan) -> Vec<usize> {
    let masked = table.columns.iter().zip(&table.transforms).enumerate();
    let is_written = |(_, (column, built)): &(usize, (&Column, &Option<Built>))| {
        // What the server computes from the masked row, or reads as text, isn't what was sent.
        let is_sent = built.as_ref().is_some_and(|built| built.transform.computed().is_none()) && column.binary;
        is_sent && is_settled(&column.class, &column.type_name)
    };
    masked.filter(is_written).map(|(position, _)| position).collect()
}

impl Work {
    pub(super) fn new(table: &TablePlan) -> Self {
        let settled = settled_columns(table);
        Self {
            is_settled: (0..table.columns.len()).map(|position| settled.contains(&position)).collect(),
            nulls: vec![0; table.columns.len()],
            stayed: vec![0; table.columns.len()],
            checksum: RowChecksum::default(),
            written: RowChecksum::default(),
            unmasked: 0,
            cells: vec![CellSums::default(); table.columns.len()],
            canonical: Vec::new(),
            settled: Vec::new(),
            key: Vec::new(),
            before: String::new(),
            after: String::new(),
            raw_is_canonical: table.columns.iter().map(|column| !holds_type_oids(&column.class)).collect(),
        }
    }

    fn count_nulls(&mut self, fields: &[Option<&[u8]>]) {
        for (nulls, field) in self.nulls.iter_mut().zip(fields) {
            *nulls += u64::from(field.is_none());
        }
    }

    /// Takes note of a row that isn't changed; `raw` is its fields with their lengths.
    pub(super) fn count(&mut self, table: &TablePlan, fields: &[Option<&[u8]>], raw: &[u8]) {
        self.count_nulls(fields);
        if self.raw_is_canonical.iter().all(|raw| *raw) {
            return self.checksum.add_row(raw);
        }
        self.canonical.clear();
        for (column, field) in table.columns.iter().zip(fields) {
            write_canonical(&column.class, *field, &mut self.canonical);
        }
        self.checksum.add_row(&self.canonical);
    }

    /// Kept columns side by side are copied in one go, out of `raw`, the fields with their lengths.
    pub(super) fn mask_row(
        &mut self,
        job: &TableJob,
        table: &TablePlan,
        fields: &[Option<&[u8]>],
        raw: &[u8],
        recorder: &mut Recorder,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.count_nulls(fields);
        self.canonical.clear();
        self.settled.clear();
        self.key.clear();
        write_key(fields, &table.kept_key, &mut self.key);
        let row = Row { cells: fields, transforms: &table.transforms };
        // What follows the columns are answers, which aren't written.
        begin_tuple(out, table.columns.len());
        let (mut kept_from, mut at) = (0, 0);
        for (position, (field, built)) in fields.iter().zip(&table.transforms).enumerate() {
            let end = at + 4 + field.map_or(0, <[u8]>::len);
            if built.is_none() && self.raw_is_canonical.get(position) == Some(&true) {
                at = end;
                continue;
            }
            self.keep(raw.get(kept_from..at).unwrap_or_default(), out);
            (kept_from, at) = (end, end);
            let class = table.columns.get(position).map_or(&TypeClass::Other, |column| &column.class);
            match (field, built) {
                (Some(cell), Some(built)) => {
                    let start = out.len() + 4;
                    let text = text_of(class, cell);
                    let masked = mask_cell(table, position, (cell, text), built, &row, out)?;
                    self.count_cell(job, position, cell, out.get(start..).filter(|_| masked == Masked::Value));
                    self.settle(position, class, out.get(start - 4..).unwrap_or_default());
                    let Some(facts) = table.by_row.facts(position, built, fields) else { continue };
                    self.count_null(position, facts);
                    if facts.may_stay && !is_blank(class, cell) && out.get(start..) == Some(*cell) {
                        self.count_stayed(position);
                    }
                    if let Some(Some(recorded)) = job.columns.get(position) {
                        let masked = out.get(start..).unwrap_or_default();
                        let is_certain = self.record(recorded.id, facts, class, (cell, text), masked, recorder);
                        // What is recognised anywhere is recognised in its own row too.
                        let in_row = facts.always_changes && !table.kept_key.is_empty();
                        if in_row && !is_certain && !is_blank(class, cell) {
                            recorder.record_row_cell(recorded.id, &self.key, cell);
                        }
                    }
                }
                (None, Some(_)) => {
                    write_field(out, None);
                    self.settle(position, class, &NULL);
                }
                (field, None) => {
                    write_field(out, *field);
                    write_canonical(class, *field, &mut self.canonical);
                }
            }
        }
        self.keep(raw.get(kept_from..at).unwrap_or_default(), out);
        self.checksum.add_row(&self.canonical);
        self.canonical.extend_from_slice(&self.settled);
        self.written.add_row(&self.canonical);
        self.record_names(job, table, fields, recorder);
        Ok(())
    }

    /// Takes note of a cell that is written, given with its length.
    fn settle(&mut self, position: usize, class: &TypeClass, field: &[u8]) {
        if self.is_settled.get(position) == Some(&true) {
            let cell = field.get(4..).filter(|_| !field.starts_with(&NULL));
            write_settled(class, cell, &mut self.settled);
        }
    }

    /// Writes a row as it is, and records it as that, and what it holds as originals all the same: they are left alone in
    /// this row and nowhere else.
    pub(super) fn pass_unmasked(
        &mut self,
        job: &TableJob,
        table: &TablePlan,
        fields: &[Option<&[u8]>],
        recorder: &mut Recorder,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.unmasked += 1;
        self.count_nulls(fields);
        self.canonical.clear();
        self.key.clear();
        write_key(fields, &table.kept_key, &mut self.key);
        let row = Row { cells: fields, transforms: &table.transforms };
        let mut masked = Vec::new();
        begin_tuple(out, table.columns.len());
        for (position, (column, field)) in table.columns.iter().zip(fields).enumerate() {
            write_field(out, *field);
            write_canonical(&column.class, *field, &mut self.canonical);
            let (Some(cell), Some(Some(built)), Some(Some(recorded))) =
                (field, table.transforms.get(position), job.columns.get(position))
            else {
                continue;
            };
            self.count_cell(job, position, cell, Some(cell));
            let Some(facts) = table.by_row.facts(position, built, fields) else { continue };
            masked.clear();
            let cell = (*cell, text_of(&column.class, cell));
            // Only of a text it matters what would have become of it; and a row that is none of a shuffled column's has no
            // value there.
            if facts.originals == OriginalsOf::Text {
                mask_cell(table, position, cell, built, &row, &mut masked)?;
            }
            self.record(recorded.id, facts, &column.class, cell, masked.get(4..).unwrap_or_default(), recorder);
        }
        self.checksum.add_row(&self.canonical);
        self.written.add_row(&self.canonical);
        self.record_names(job, table, fields, recorder);
        if let Some(recorded) = job.columns.iter().flatten().next() {
            recorder.record_unmasked_row(recorded.id, &table.table.name.sql(), &self.key);
        }
        Ok(())
    }

    /// Counts an original, and what is written in its place; `None` is NULL.
    fn count_cell(&mut self, job: &TableJob, position: usize, original: &[u8], written: Option<&[u8]>) {
        let (Some(Some(counted)), Some(sums)) = (job.counted.get(position), self.cells.get_mut(position)) else {
            return;
        };
        counted.counts.count(original, sums);
        if let Some(written) = written.filter(|_| counted.has_length) {
            sums.add_length(written);
        }
    }

    fn count_null(&mut self, position: usize, facts: Facts) {
        if let Some(nulls) = self.nulls.get_mut(position).filter(|_| facts.makes_null) {
            *nulls += 1;
        }
    }

    fn count_stayed(&mut self, position: usize) {
        if let Some(stayed) = self.stayed.get_mut(position) {
            *stayed += 1;
        }
    }

    /// Passes on fields that are in their canonical form.
    fn keep(&mut self, fields: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(fields);
        self.canonical.extend_from_slice(fields);
    }

    /// Whether the cell is certain to be recognised wherever it stands.
    fn record(
        &mut self,
        id: ColumnId,
        facts: Facts,
        class: &TypeClass,
        (cell, text): (&[u8], Option<&str>),
        masked: &[u8],
        recorder: &mut Recorder,
    ) -> bool {
        let mut is_certain = false;
        match facts.originals {
            OriginalsOf::FirstName | OriginalsOf::LastName | OriginalsOf::Shared => {}
            OriginalsOf::Document => recorder.record_bytes(id, cell),
            OriginalsOf::Identifier | OriginalsOf::FullName => {
                let mut visit = |found: Found<'_>| {
                    is_certain |= recorder.record_original(id, facts.originals, found.text);
                };
                match text {
                    Some(text) => visit_text(text, &mut visit),
                    None => visit_texts(class, cell, &mut visit),
                }
            }
            OriginalsOf::Text => {
                for (cell, texts) in [(cell, &mut self.before), (masked, &mut self.after)] {
                    texts.clear();
                    visit_texts(class, cell, &mut |found| {
                        texts.push_str(found.text);
                        texts.push('\n');
                    });
                }
                self.before.lines().for_each(|text| recorder.record_removed(id, text, &self.after));
            }
        }
        is_certain
    }

    fn record_names(&self, job: &TableJob, table: &TablePlan, fields: &[Option<&[u8]>], recorder: &mut Recorder) {
        let is_masked = |position: usize| {
            let built = table.transforms.get(position).and_then(Option::as_ref);
            built.is_some_and(|built| table.by_row.facts(position, built, fields).is_some())
        };
        for &(first, last) in job.names.iter().filter(|(first, last)| is_masked(*first) && is_masked(*last)) {
            let text = |position: usize| std::str::from_utf8(fields.get(position).copied().flatten()?).ok();
            let id = job.columns.get(last).copied().flatten().map(|column| column.id);
            if let (Some(first), Some(last), Some(id)) = (text(first), text(last), id) {
                recorder.record_pair(id, first, last);
            }
        }
    }
}

/// A cell of text as that, for whoever masks and records it.
fn text_of<'a>(class: &TypeClass, cell: &'a [u8]) -> Option<&'a str> {
    if *class == TypeClass::Text { str::from_utf8(cell).ok() } else { None }
}

/// Appends the masked cell with its length.
fn mask_cell(
    table: &TablePlan,
    position: usize,
    (cell, text): (&[u8], Option<&str>),
    built: &Built,
    row: &Row<'_>,
    out: &mut Vec<u8>,
) -> Result<Masked> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let masked = match text {
        Some(text) => built.transform.mask_str(text, row, out),
        None => built.transform.mask(cell, row, out),
    };
    let masked = masked.map_err(|error| cannot_mask(table, position, row, &error.0))?;
    let length = match masked {
        Masked::Value => i32::try_from(out.len() - start - 4).ok(),
        Masked::Null => {
            out.truncate(start + 4);
            Some(-1)
        }
    };
    let length = length.ok_or_else(|| cannot_mask(table, position, row, "the masked value is too large"))?;
    if let Some(prefix) = out.get_mut(start..start + 4) {
        prefix.copy_from_slice(&length.to_be_bytes());
    }
    Ok(masked)
}

fn cannot_mask(table: &TablePlan, position: usize, row: &Row<'_>, why: &str) -> Error {
    let column = table.columns.get(position).map_or("", |column| column.name.as_str());
    let key = show_key(of_columns(&table.columns), row.cells, &table.kept_key);
    let place = if key.is_empty() { String::new() } else { format!(" in the row {key}") };
    Error::failed(format!("{}.{column} can't be masked{place}: {why}", table.table.name))
        .help("give the column another transform, such as redact")
}
