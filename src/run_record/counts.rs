//! What was counted of a masked column, of its originals while they passed and of the results on the target.
//!
//! Nothing in it tells a value: of few rows, or few values, there is no mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::postgres::cell_counts::CellCounts;
use crate::postgres::moments::Moments;

/// What masking counted of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnCounts {
    /// About how many distinct originals.
    pub distinct: u64,
    /// What the rules let become of them.
    pub variety: Variety,
    /// Of a text, how long the masked values are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<Lengths>,
    /// Of numbers and dates, where the originals lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// Whether the rules mean the masked values to lie where the originals do.
    #[serde(default)]
    pub keeps_level: bool,
    /// How many cells stayed as they were; `None` where a transform leaves none so, or too few to speak of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stayed: Option<u64>,
}

/// What becomes of the number of distinct values, by the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variety {
    /// It stays, chance aside.
    Kept,
    /// Values are drawn from a stock that may have fewer, but more than one.
    Drawn,
    /// All of them may become one.
    Lost,
}

/// The length of the shortest and the longest value, in bytes of UTF-8. Spaces at the end don't count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lengths {
    /// Of the shortest.
    pub min: u64,
    /// Of the longest.
    pub max: u64,
}

/// Where numbers lie, roughly. Dates are days, timestamps seconds since 2000-01-01, money its smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// The mean, to a tenth of the deviation or so.
    pub mean: f64,
    /// The standard deviation, to two digits.
    pub deviation: f64,
}

impl Lengths {
    /// Those that were counted; `None` of no value.
    pub fn of(counts: &CellCounts) -> Option<Self> {
        counts.sums().lengths.map(|(min, max)| Self { min, max })
    }
}

impl Spread {
    /// The fewest values that have one, and the fewest distinct ones: a mean of fewer would tell of each.
    const FEWEST: (u64, u64) = (100, 20);

    /// Of what was counted, so rounded that it tells of no value; `None` of too few values, and of what isn't numbers.
    pub fn of(counts: &CellCounts) -> Option<Self> {
        Self::rounded(&counts.sums().moments, counts.distinct())
    }

    fn rounded(moments: &Moments, distinct: u64) -> Option<Self> {
        let (mean, deviation) = (moments.mean(), moments.deviation());
        if moments.count() < Self::FEWEST.0 || distinct < Self::FEWEST.1 || !mean.is_finite() || !deviation.is_normal()
        {
            return None;
        }
        let digit = deviation.log10().floor() - 1.0;
        // A power of ten that is a fraction has no exact form, and its inverse has.
        let round = |number: f64| {
            let step = 10_f64.powf(digit.abs());
            if digit < 0.0 { (number * step).round() / step } else { (number / step).round() * step }
        };
        let rounded = Self { mean: round(mean), deviation: round(deviation) };
        (rounded.mean.is_finite() && rounded.deviation.is_finite()).then_some(rounded)
    }
}

/// A count to two digits: enough to compare, and nothing to count rows by.
pub fn two_digits(count: u64) -> u64 {
    let step = 10_u64.pow(count.max(1).ilog10().saturating_sub(1));
    count.saturating_add(step / 2) / step * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_has_two_digits() {
        let counts = [0, 7, 99, 104, 105, 12_499, 995_000, u64::MAX];
        assert_eq!(counts.map(two_digits), [0, 7, 99, 100, 110, 12_000, 1_000_000, 18_000_000_000_000_000_000]);
    }

    #[test]
    fn few_values_have_no_mean_and_that_of_many_is_rough() {
        let of = |values: u64| {
            let mut moments = Moments::default();
            (0..values).for_each(|value| moments.add(70_000.0 + value as f64 * 13.0));
            moments
        };
        assert_eq!(Spread::rounded(&of(99), 99), None);
        assert_eq!(Spread::rounded(&of(1000), 19), None);
        assert_eq!(Spread::rounded(&of(1000), 1000), Some(Spread { mean: 76_500.0, deviation: 3_800.0 }));
        let mut fractions = Moments::default();
        (0..200).for_each(|value| fractions.add(f64::from(value) / 1000.0));
        assert_eq!(Spread::rounded(&fractions, 200), Some(Spread { mean: 0.1, deviation: 0.058 }));
    }
}
