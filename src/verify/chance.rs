//! How many numbers of a column meet an original by chance.
//!
//! A number of nine digits that a rule made, or that has counted orders all along, is some original's as often as originals
//! are among all numbers of nine digits. So the same is asked of random numbers: of the same length, with the same first
//! digit, until it is known how many of them are originals. What the numbers of the column don't have more of than random
//! ones is chance.

use std::collections::{BTreeMap, HashMap};

use super::detectors::verdict::upper_tail;
use crate::error::Result;
use crate::originals::{ColumnId, Form, Originals};

/// How improbable so many hits have to be by chance to be more than that. Where chance would hardly bring one, a single
/// hit is.
const SIGNIFICANCE: f64 = 1e-4;

/// Numbers aren't spread quite evenly.
const UNEVEN: f64 = 2.0;

/// Random numbers that are tried at first, and at most.
const FIRST_TRIES: u64 = 1 << 16;
const MOST_TRIES: u64 = 1 << 19;

/// So many met originals are enough to know the share.
const ENOUGH: u64 = 20;

/// Numbers of a form at one place.
pub(super) struct Numbers {
    pub(super) form: Form,
    /// How many were looked up.
    pub(super) looked_up: u64,
    /// How many of them are originals of the column.
    pub(super) hits: u64,
}

/// Knows how many random numbers are originals.
pub(super) struct Chance<'a> {
    originals: &'a Originals,
    known: HashMap<Form, Tried>,
}

#[derive(Default)]
struct Tried {
    count: u64,
    met: BTreeMap<ColumnId, u64>,
}

impl<'a> Chance<'a> {
    pub(super) fn new(originals: &'a Originals) -> Self {
        Self { originals, known: HashMap::new() }
    }

    pub(super) fn originals(&self) -> &'a Originals {
        self.originals
    }

    /// Whether chance explains that so many of these numbers are originals of the column.
    ///
    /// # Errors
    /// When originals can't be read.
    pub(super) fn explains(&mut self, column: ColumnId, numbers: &[Numbers]) -> Result<bool> {
        let (mut all, mut hits, mut expected) = (0, 0, 0.0);
        for Numbers { form, looked_up, hits: met } in numbers {
            all += looked_up;
            hits += met;
            expected += *looked_up as f64 * self.share(*form, column, *looked_up)?;
        }
        let probability = (expected * UNEVEN / all.max(1) as f64).min(1.0);
        Ok(upper_tail(all, hits, probability) >= SIGNIFICANCE)
    }

    /// The share of originals of a column among random numbers of a form; at its upper bound, as far as so few tell.
    fn share(&mut self, form: Form, column: ColumnId, looked_up: u64) -> Result<f64> {
        let tried = self.known.entry(form).or_default();
        loop {
            let met = tried.met.get(&column).copied().unwrap_or(0);
            // With so many tries, one more that met an original would be too little to explain a hit.
            let is_rare = met == 0 && looked_up as f64 * UNEVEN < SIGNIFICANCE * tried.count as f64;
            if tried.count > 0 && (met >= ENOUGH || is_rare || met > 0 && tried.count >= MOST_TRIES) {
                return Ok((met as f64 + 2.0 * (met as f64).sqrt()) / tried.count as f64);
            }
            if tried.count >= MOST_TRIES {
                // Too rare to be met, and not too rare for so many numbers: as if all of the column's were of this length.
                return Ok(self.originals.len_of(column) as f64 / 10f64.powi(form.length.into()));
            }
            let more = tried.count.max(FIRST_TRIES);
            for (column, count) in self.originals.try_numbers(form, tried.count, more)? {
                *tried.met.entry(column).or_default() += count;
            }
            tried.count += more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::originals::{OriginalsOf, Store};
    use crate::secret::MaskingKey;

    const COLUMN: ColumnId = ColumnId(0);

    fn numbers(form: Form, looked_up: u64, hits: u64) -> Numbers {
        Numbers { form, looked_up, hits }
    }

    /// A hundred thousand numbers of nine digits that begin with 4: one in a thousand of such.
    fn originals(folder: &std::path::Path) -> Originals {
        let key = MaskingKey::random().unwrap();
        let store = Store::create(folder, &key, vec!["accounts.number".to_owned()]).unwrap();
        let mut recorder = store.recorder();
        for number in 0..100_000u64 {
            let number = 400_000_000 + number * 7_919 % 100_000 * 1_000 + number % 1_000;
            recorder.record_original(COLUMN, OriginalsOf::Identifier, &number.to_string());
        }
        drop(recorder);
        store.finish().unwrap();
        Originals::open(folder, &key, 16 << 20).unwrap()
    }

    #[test]
    fn as_many_as_among_random_numbers_are_chance_and_more_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let originals = originals(folder.path());
        let mut chance = Chance::new(&originals);
        let form = Form { length: 9, first: 4 };
        for (looked_up, met, is_chance) in
            [(200_000, 200, true), (200_000, 180, true), (200_000, 1_000, false), (1_000, 2, true), (1_000, 50, false)]
        {
            let explained = chance.explains(COLUMN, &[numbers(form, looked_up, met)]).unwrap();
            assert_eq!(explained, is_chance, "{met} of {looked_up}");
        }
    }

    #[test]
    fn where_random_numbers_meet_none_a_single_one_is_more_than_chance() {
        let folder = tempfile::tempdir().unwrap();
        let originals = originals(folder.path());
        let mut chance = Chance::new(&originals);
        let elsewhere = Form { length: 9, first: 7 };
        assert!(!chance.explains(COLUMN, &[numbers(elsewhere, 1, 1)]).unwrap());
        // Among a million it could be: there may be one that random numbers missed.
        assert!(chance.explains(COLUMN, &[numbers(elsewhere, 1_000_000, 1)]).unwrap());
        assert!(!chance.explains(COLUMN, &[numbers(elsewhere, 1_000_000, 2_000)]).unwrap());
        assert!(!chance.explains(ColumnId(1), &[numbers(Form { length: 9, first: 4 }, 1_000, 1)]).unwrap());
        let few = numbers(Form { length: 9, first: 4 }, 1_000, 1);
        assert!(!chance.explains(COLUMN, &[few, numbers(elsewhere, 1_000, 20)]).unwrap());
    }
}
