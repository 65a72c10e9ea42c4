//! How many numbers were looked up, and how many random ones would meet an original: what chance explains.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::lookup::Originals;
use super::{ColumnId, digits};
use crate::error::Result;

/// Numbers of one length and first digit. Of such numbers originals are more or less evenly spread; phone numbers begin with
/// few digits, and account numbers are longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Form {
    /// How many digits.
    pub length: u8,
    /// The first of them, 0 to 9.
    pub first: u8,
}

impl Form {
    /// Longer numbers don't meet by chance: of a million, one in a million runs meets one of a million others.
    const LONGEST: usize = 12;

    /// Whether such a number is no identifier by its digits alone: of a hundred thousand numbers of eight digits, some are
    /// among ten thousand phone numbers.
    pub fn is_short(self) -> bool {
        const FEWEST: u8 = 9;
        self.length < FEWEST
    }

    /// The form of a number in ASCII digits; `None` for a longer one.
    pub(super) fn of(number: &[u8]) -> Option<Self> {
        let first = number.first()?.checked_sub(b'0')?;
        (number.len() <= Self::LONGEST).then_some(Self { length: number.len() as u8, first })
    }
}

/// How many numbers of each form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormCounts(BTreeMap<Form, u64>);

impl FormCounts {
    /// Counts one.
    pub fn add(&mut self, form: Form) {
        *self.0.entry(form).or_default() += 1;
    }

    /// Adds those of another count.
    pub fn merge(&mut self, other: &Self) {
        other.0.iter().for_each(|(form, count)| *self.0.entry(*form).or_default() += count);
    }

    /// How many there are of a form.
    pub fn of(&self, form: Form) -> u64 {
        self.0.get(&form).copied().unwrap_or(0)
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Originals {
    /// Looks up so many random numbers of a form, from the `from`th of an endless row of them on, and gives how many were
    /// originals of each column. On all cores.
    ///
    /// # Errors
    /// As [`Originals::find`].
    pub fn try_numbers(&self, form: Form, from: u64, count: u64) -> Result<BTreeMap<ColumnId, u64>> {
        let met: Vec<ColumnId> = (from..from + count)
            .into_par_iter()
            .filter_map(|at| self.try_number(form, at).transpose())
            .collect::<Result<_>>()?;
        let mut counts = BTreeMap::new();
        met.into_iter().for_each(|column| *counts.entry(column).or_default() += 1);
        Ok(counts)
    }

    fn try_number(&self, form: Form, at: u64) -> Result<Option<ColumnId>> {
        let number = random_number(form, at);
        let number = number.get(..form.length.into()).unwrap_or_default();
        // Others are looked up in another form, and so aren't numbers of this one.
        if digits::canonical_or_short(number) == Some(number) { self.find(self.key().number(number)) } else { Ok(None) }
    }
}

/// The number at a place of the row, with more digits behind it.
fn random_number(form: Form, at: u64) -> [u8; Form::LONGEST] {
    let mut random = xxh3_64_with_seed(&at.to_le_bytes(), u64::from(form.length) << 8 | u64::from(form.first));
    let mut number = [b'0' + form.first; Form::LONGEST];
    for place in number.iter_mut().skip(1) {
        *place = b'0' + (random % 10) as u8;
        random /= 10;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_numbers_have_their_form_and_are_evenly_spread() {
        let form = Form { length: 9, first: 4 };
        let numbers: std::collections::BTreeSet<Vec<u8>> =
            (0..10_000).map(|at| random_number(form, at)[..9].to_vec()).collect();
        assert!(numbers.len() > 9_990, "{}", numbers.len());
        assert!(numbers.iter().all(|number| Form::of(number) == Some(form)));
        for digit in b'0'..=b'9' {
            let count = numbers.iter().filter(|number| number[8] == digit).count();
            assert!((850..1150).contains(&count), "{count}");
        }
        assert_eq!(Form::of(b"1234567890123"), None);
        assert_eq!(Form::of(b""), None);
    }
}
