//! What is counted of the cells of a column while they pass: distinct values, lengths, mean and deviation.
//!
//! Masking counts originals, verification what is on the target. Each cell costs a hash and a look at one byte.

use std::sync::{Mutex, PoisonError};

use super::distinct::DistinctSketch;
use super::moments::{Moments, has_numbers, number};
use super::types::TypeClass;

/// The counts of one column, which several threads add to.
#[derive(Debug)]
pub struct CellCounts {
    /// The class, where its cells are numbers.
    numbers: Option<TypeClass>,
    distinct: DistinctSketch,
    sums: Mutex<CellSums>,
}

/// What is counted in a batch of rows, before it is added to the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CellSums {
    /// The shortest and longest value.
    pub lengths: Option<(u64, u64)>,
    /// Of the values as numbers.
    pub moments: Moments,
}

impl CellSums {
    /// Takes in the length of a text, in bytes. Spaces at its end don't count: `char(n)` adds them, and `varchar(n)` cuts
    /// them off (PostgreSQL manual, 8.3).
    pub fn add_length(&mut self, text: &[u8]) {
        let mut text = text;
        while let [before @ .., b' '] = text {
            text = before;
        }
        let length = text.len() as u64;
        let (shortest, longest) = self.lengths.unwrap_or((length, length));
        self.lengths = Some((shortest.min(length), longest.max(length)));
    }

    fn merge(&mut self, other: &Self) {
        self.moments.merge(&other.moments);
        self.lengths = match (self.lengths, other.lengths) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
    }
}

impl CellCounts {
    /// Nothing yet, of a column whose cells have the binary form of this class.
    pub fn new(class: &TypeClass) -> Self {
        Self {
            numbers: has_numbers(class).then(|| class.clone()),
            distinct: DistinctSketch::default(),
            sums: Mutex::default(),
        }
    }

    /// Takes in a cell; what can't be shared at no cost goes to `sums`.
    pub fn count(&self, cell: &[u8], sums: &mut CellSums) {
        self.distinct.add(cell);
        if let Some(class) = &self.numbers
            && let Some(number) = number(class, cell)
        {
            sums.moments.add(number);
        }
    }

    /// Adds the sums of a batch.
    pub fn add(&self, sums: &CellSums) {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner).merge(sums);
    }

    /// About how many distinct values there were.
    pub fn distinct(&self) -> u64 {
        self.distinct.estimate()
    }

    /// The sums of all batches.
    pub fn sums(&self) -> CellSums {
        *self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_that_the_server_adds_or_cuts_off_make_no_length() {
        let mut sums = CellSums::default();
        for text in ["Kari   ", "", "Ola Ø"] {
            sums.add_length(text.as_bytes());
        }
        let mut other = CellSums::default();
        other.merge(&sums);
        assert_eq!((sums.lengths, other), (Some((0, 6)), sums));
    }
}
