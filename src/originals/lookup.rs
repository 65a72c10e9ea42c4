//! Looks up hashes among the recorded ones, nearly always without a read.

use std::path::Path;

use super::candidates::Scanner;
use super::file::{self, Checked, Entry, RECORD};
use super::filter::Filter;
use super::key::OriginalsKey;
use super::seek::Seeker;
use super::{ColumnId, file::FILE_NAME};
use crate::error::{Error, Result};
use crate::secret::MaskingKey;

/// Records in a page: what one read fetches.
const PAGE: usize = 256;

/// The recorded originals. Looking up needs no lock, so all workers share one.
pub struct Originals {
    key: OriginalsKey,
    index: Index,
    file: Checked,
    path: String,
}

/// What is kept in memory of a file.
struct Index {
    filter: Filter,
    /// The first hash of each page.
    fences: Vec<u64>,
    count: u64,
    /// How many of them each column has, by its place.
    by_column: Vec<u64>,
    /// All records, if they fit in memory.
    records: Option<Vec<[u8; RECORD]>>,
}

impl Index {
    fn add(&mut self, part: &[[u8; RECORD]]) {
        for Entry { hash, column } in part.iter().map(Entry::from_bytes) {
            if self.count.is_multiple_of(PAGE as u64) {
                self.fences.push(hash);
            }
            self.count += 1;
            let column = usize::from(column.0);
            if column >= self.by_column.len() {
                self.by_column.resize(column + 1, 0);
            }
            self.by_column.get_mut(column).into_iter().for_each(|count| *count += 1);
            self.filter.insert(hash);
        }
        if let Some(records) = &mut self.records {
            records.extend_from_slice(part);
        }
    }
}

impl Originals {
    /// Whether there is such a file in a folder, whatever it holds.
    pub fn are_in(folder: &Path) -> bool {
        folder.join(FILE_NAME).is_file()
    }

    /// The memory that looking up in such a file is worth, in bytes: enough for the filter to let hardly any hash through
    /// that wasn't recorded, up to more than 300 million. Of few hashes, all records fit in it too.
    pub fn memory_for(folder: &Path) -> usize {
        const LEAST: usize = 96 << 20;
        const MOST: usize = 640 << 20;
        let hashes = std::fs::metadata(folder.join(FILE_NAME)).map_or(0, |file| file.len()) / RECORD as u64;
        usize::try_from(hashes).unwrap_or(usize::MAX).saturating_mul(2).clamp(LEAST, MOST)
    }

    /// Opens what [`Store::finish`](super::Store::finish) has written, and reads it to its end to check that it is whole.
    /// `memory` is for the filter and, if they fit, for the records, in bytes; with little memory look-ups get slower,
    /// never wrong. A good figure is 2 bytes for each hash or more.
    ///
    /// # Errors
    /// When there is no such file, it was cut short or altered, or it was recorded under another masking key.
    pub fn open(folder: &Path, key: &MaskingKey, memory: usize) -> Result<Self> {
        let begin = |count: u64| {
            let filter = Filter::new(count, memory);
            let size = usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(RECORD);
            let keep = size <= memory.saturating_sub(filter.bytes());
            Index { filter, fences: Vec::new(), count: 0, by_column: Vec::new(), records: keep.then(Vec::new) }
        };
        let (file, index) = file::read(folder, key, begin, &mut Index::add)?;
        let path = folder.join(FILE_NAME).display().to_string();
        Ok(Self { key: OriginalsKey::new(key), index, file, path })
    }

    /// How many hashes there are, distinct by column.
    pub fn len(&self) -> u64 {
        self.index.count
    }

    /// How many hashes there are of a column: one or several of each of its originals.
    pub fn len_of(&self, column: ColumnId) -> u64 {
        self.index.by_column.get(usize::from(column.0)).copied().unwrap_or(0)
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.index.count == 0
    }

    /// The names of the columns, as [`Store::create`](super::Store::create) was given them.
    pub fn columns(&self) -> &[String] {
        &self.file.columns
    }

    /// The name of a column.
    pub fn column(&self, column: ColumnId) -> &str {
        self.file.columns.get(usize::from(column.0)).map_or("a column without a name", String::as_str)
    }

    /// The column of this name, if it was masked.
    pub fn column_id(&self, name: &str) -> Option<ColumnId> {
        let place = self.file.columns.iter().position(|column| column == name)?;
        u16::try_from(place).ok().map(ColumnId)
    }

    /// The keys under which originals were hashed.
    pub fn key(&self) -> &OriginalsKey {
        &self.key
    }

    /// Searches texts, cells and documents; one for each worker.
    pub fn seeker(&self) -> Seeker<'_> {
        Seeker::new(self, Scanner::new(self.key.clone()))
    }

    /// The first of the columns that this hash was recorded for.
    ///
    /// # Errors
    /// When the file can't be read, or was altered since it was opened.
    pub fn find(&self, hash: u64) -> Result<Option<ColumnId>> {
        if !self.index.filter.may_contain(hash) {
            return Ok(None);
        }
        let mut first = None;
        self.search(hash, &mut |column| first = first.or(Some(column)))?;
        Ok(first)
    }

    /// Calls `found` with the place of each of these hashes that was recorded, and the first of the columns that it was
    /// recorded for.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn find_each(&self, hashes: &[u64], found: &mut impl FnMut(usize, ColumnId)) -> Result<()> {
        self.index.filter.fetch(hashes);
        for (place, hash) in hashes.iter().enumerate() {
            if let Some(column) = self.find(*hash)? {
                found(place, column);
            }
        }
        Ok(())
    }

    /// All columns that this hash was recorded for.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn find_all(&self, hash: u64) -> Result<Vec<ColumnId>> {
        let mut columns = Vec::new();
        if self.index.filter.may_contain(hash) {
            self.search(hash, &mut |column| columns.push(column))?;
        }
        Ok(columns)
    }

    fn search(&self, hash: u64, seen: &mut impl FnMut(ColumnId)) -> Result<()> {
        // Records of one hash can begin on the page before the first fence that is not smaller.
        let first = self.index.fences.partition_point(|fence| *fence < hash).saturating_sub(1);
        for (number, fence) in self.index.fences.iter().enumerate().skip(first).take_while(|(_, fence)| **fence <= hash)
        {
            let mut buffer = [[0; RECORD]; PAGE];
            let page = self.page(number, &mut buffer)?;
            if page.first().is_none_or(|record| Entry::from_bytes(record).hash != *fence) {
                return Err(self.altered());
            }
            let start = page.partition_point(|record| Entry::from_bytes(record).hash < hash);
            let equal = page.iter().skip(start).map(Entry::from_bytes).take_while(|entry| entry.hash == hash);
            equal.for_each(|entry| seen(entry.column));
        }
        Ok(())
    }

    fn page<'a>(&'a self, number: usize, buffer: &'a mut [[u8; RECORD]; PAGE]) -> Result<&'a [[u8; RECORD]]> {
        let first = number * PAGE;
        let count = PAGE.min(usize::try_from(self.index.count).unwrap_or(usize::MAX).saturating_sub(first));
        if let Some(records) = &self.index.records {
            return Ok(records.get(first..first + count).unwrap_or_default());
        }
        let page = buffer.get_mut(..count).unwrap_or_default();
        self.file.read_at(first as u64, page).map_err(|cause| self.altered().because(cause))?;
        Ok(page)
    }

    fn altered(&self) -> Error {
        Error::failed(format!("the hashes of originals in {} have changed since they were opened", self.path))
            .help("verify again with nothing else at work in the run's folder")
    }
}

#[cfg(test)]
mod hundred_million;
