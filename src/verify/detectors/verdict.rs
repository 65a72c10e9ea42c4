//! Which hits of a column are findings, and which are chance.
//!
//! Of eleven-digit numbers, one in eleven passes for a Norwegian account number. So for a kind that rests on a check
//! digit alone, a [`Tally`] counts how many different numbers of a column had the form, and how many of these passed. If
//! chance alone would bring so many with a probability under [`SIGNIFICANCE`], the column holds that kind.

use std::collections::{BTreeMap, HashMap};

use super::{
    hits::Hits,
    kind::{Certainty, Kind},
};
use crate::verify::findings::Severity;

/// How improbable a column's passing numbers have to be before they are a finding.
pub const SIGNIFICANCE: f64 = 1e-6;

/// How many numbers a tally remembers for each kind. Past it, half are forgotten, chosen by their hash alone, so that
/// what is left is still a fair sample of a column of any length.
const REMEMBERED: usize = 16_384;

/// What was found in one column so far. Tallies of parts of a column can be merged.
#[derive(Default)]
pub struct Tally {
    kinds: BTreeMap<Kind, Counts>,
}

#[derive(Default)]
struct Counts {
    certain: u64,
    likely: u64,
    by_chance: u64,
    probability: f64,
    numbers: Sample,
}

/// What a column holds of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// The kind.
    pub kind: Kind,
    /// What that means for the gate; a note where it may be chance.
    pub severity: Severity,
    /// How many hits leave no doubt.
    pub certain: u64,
    /// How many hits are likely.
    pub likely: u64,
    /// How many hits could, each alone, be chance.
    pub by_chance: u64,
}

impl Tally {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the hits of a cell.
    pub fn add(&mut self, hits: &Hits) {
        for hit in &hits.found {
            let counts = self.kinds.entry(hit.kind).or_default();
            match hit.certainty {
                Certainty::Certain => counts.certain += 1,
                Certainty::Likely => counts.likely += 1,
                Certainty::Chance(_) => counts.by_chance += 1,
            }
        }
        for trial in &hits.trials {
            let counts = self.kinds.entry(trial.kind).or_default();
            counts.probability = counts.probability.max(trial.probability);
            counts.numbers.add(trial.hash, trial.passed);
        }
    }

    /// Adds what another part of the same column held.
    pub fn merge(&mut self, other: Self) {
        for (kind, theirs) in other.kinds {
            let ours = self.kinds.entry(kind).or_default();
            ours.certain += theirs.certain;
            ours.likely += theirs.likely;
            ours.by_chance += theirs.by_chance;
            ours.probability = ours.probability.max(theirs.probability);
            ours.numbers.merge(theirs.numbers);
        }
    }

    /// What the column holds.
    pub fn findings(&self) -> Vec<Finding> {
        let findings = self.kinds.iter().filter(|(_, counts)| counts.certain + counts.likely + counts.by_chance > 0);
        findings.map(|(kind, counts)| counts.judge(*kind)).collect()
    }
}

impl Counts {
    fn judge(&self, kind: Kind) -> Finding {
        let (numbers, passed) = self.numbers.count();
        let beyond_chance = is_beyond_chance(numbers, passed, self.probability);
        let counts = self.certain + self.likely > 0 || beyond_chance;
        let severity = if counts { kind.severity() } else { Severity::Note };
        Finding { kind, severity, certain: self.certain, likely: self.likely, by_chance: self.by_chance }
    }
}

/// A fair sample of different numbers, and whether each passed.
#[derive(Default)]
struct Sample {
    /// Hashes with so many zeros at the end, or more, are remembered.
    zeros: u32,
    passed: HashMap<u64, bool>,
}

impl Sample {
    fn add(&mut self, hash: u64, passed: bool) {
        if hash.trailing_zeros() < self.zeros {
            return;
        }
        self.passed.insert(hash, passed);
        while self.passed.len() > REMEMBERED {
            self.zeros += 1;
            self.passed.retain(|hash, _| hash.trailing_zeros() >= self.zeros);
        }
    }

    fn merge(&mut self, other: Self) {
        self.zeros = self.zeros.max(other.zeros);
        self.passed.retain(|hash, _| hash.trailing_zeros() >= self.zeros);
        for (hash, passed) in other.passed {
            self.add(hash, passed);
        }
    }

    /// How many numbers are remembered, and how many of them passed.
    fn count(&self) -> (u64, u64) {
        (self.passed.len() as u64, self.passed.values().filter(|passed| **passed).count() as u64)
    }
}

/// Whether chance alone would hardly ever make so many of these trials pass.
pub fn is_beyond_chance(trials: u64, passed: u64, probability: f64) -> bool {
    upper_tail(trials, passed, probability) < SIGNIFICANCE
}

/// The probability that at least `passed` of `trials` pass, each with that probability: the upper tail of the binomial
/// distribution. Where `passed` isn't above the mean, the answer is 1, as nobody asks how far below 1 it is.
pub fn upper_tail(trials: u64, passed: u64, probability: f64) -> f64 {
    if passed == 0 || passed > trials || probability.is_nan() || probability >= 1.0 {
        return if passed > trials { 0.0 } else { 1.0 };
    }
    if probability <= 0.0 {
        return 0.0;
    }
    let (n, k) = (trials as f64, passed as f64);
    if k <= n * probability {
        return 1.0;
    }
    // The first term in logarithms, as it may be below what a number can hold; each further one by its ratio.
    let log_first = log_choose(trials, passed) + k * probability.ln() + (n - k) * (-probability).ln_1p();
    let odds = probability / (1.0 - probability);
    let (mut sum, mut term, mut at) = (1.0, 1.0, k);
    while at < n {
        term *= (n - at) / (at + 1.0) * odds;
        sum += term;
        if term < sum * 1e-15 {
            break;
        }
        at += 1.0;
    }
    (log_first + f64::ln(sum)).exp().min(1.0)
}

fn log_choose(n: u64, k: u64) -> f64 {
    log_factorial(n) - log_factorial(k) - log_factorial(n - k)
}

/// Stirling's series; below 32 the product itself.
fn log_factorial(n: u64) -> f64 {
    if n < 32 {
        return (2..=n).map(|factor| (factor as f64).ln()).sum();
    }
    let x = n as f64;
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
    x * x.ln() - x + 0.5 * (std::f64::consts::TAU * x).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-11 * b.abs()
    }

    #[test]
    fn the_tail_agrees_with_small_cases_counted_by_hand() {
        assert!(close(upper_tail(2, 2, 0.5), 0.25));
        assert!(close(upper_tail(3, 2, 0.5), 0.5));
        assert!(close(upper_tail(10, 8, 0.5), 56.0 / 1024.0));
        assert!(close(upper_tail(4, 1, 0.1), 1.0 - 0.9f64.powi(4)));
        assert!(close(upper_tail(6, 6, 0.1), 1e-6));
        assert!(close(upper_tail(5, 5, 1.0 / 121.0), 121f64.powi(-5)));
    }

    #[test]
    fn the_tail_agrees_with_the_sum_of_all_terms_where_that_can_be_formed() {
        for (n, p) in [(40u64, 0.09f64), (60, 0.3), (200, 1.0 / 121.0)] {
            for k in 1..=n {
                let mut term = (1.0 - p).powi(n as i32);
                let mut below = 0.0;
                let mut above = 0.0;
                for at in 0..=n {
                    if at < k {
                        below += term
                    } else {
                        above += term
                    }
                    term *= (n - at) as f64 / (at + 1) as f64 * p / (1.0 - p);
                }
                assert!(below + above > 0.999_999);
                let expected = if k as f64 <= n as f64 * p { 1.0 } else { above };
                assert!((upper_tail(n, k, p) - expected).abs() <= 1e-9 * expected, "{n} {k} {p}");
            }
        }
    }

    #[test]
    fn the_tail_stays_a_probability_at_the_edges_and_for_columns_of_any_length() {
        assert_eq!(upper_tail(0, 0, 0.5), 1.0);
        assert_eq!(upper_tail(5, 6, 0.5), 0.0);
        assert_eq!(upper_tail(5, 1, 0.0), 0.0);
        assert_eq!(upper_tail(5, 5, 1.0), 1.0);
        assert_eq!(upper_tail(5, 5, f64::NAN), 1.0);
        let n = 10_000_000_000;
        assert!(upper_tail(n, n, 0.1) < SIGNIFICANCE);
        // Two and ten standard deviations above the mean.
        let deviation = (n as f64 * 0.1 * 0.9).sqrt();
        let two = upper_tail(n, (n as f64 * 0.1 + 2.0 * deviation) as u64, 0.1);
        assert!((0.02..0.025).contains(&two), "{two}");
        assert!(is_beyond_chance(n, (n as f64 * 0.1 + 10.0 * deviation) as u64, 0.1));
    }

    #[test]
    fn a_sample_stays_bounded_and_keeps_the_share_of_those_that_passed() {
        let mut sample = Sample::default();
        for number in 0..1_000_000u64 {
            sample.add(xxhash_rust::xxh3::xxh3_64(&number.to_le_bytes()), number % 11 == 0);
        }
        let (numbers, passed) = sample.count();
        assert!((REMEMBERED as u64 / 3..=REMEMBERED as u64).contains(&numbers));
        assert!((0.08..0.1).contains(&(passed as f64 / numbers as f64)));
    }
}
