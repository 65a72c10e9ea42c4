//! How many distinct values there are, about, in 4 KiB and whatever the order: HyperLogLog, with the estimator of Otmar
//! Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017, arXiv:1702.01284), which needs no
//! corrections by table and no other way to count few.
//!
//! The standard error is 1.04 / √4096, or 1.6 %; up to a hundred values it is about one.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use xxhash_rust::xxh3::xxh3_64;

/// Bits of a hash that choose a register.
const PRECISION: u32 = 12;

/// Registers, of a byte each.
const REGISTERS: usize = 1 << PRECISION;

/// Bits of a hash of which the leading zeros are counted.
const REST: usize = 64 - PRECISION as usize;

/// A sketch that several threads add to. It takes its memory with the first value.
///
/// Almost every value of a long column only reads a register: they change ever more seldom.
#[derive(Debug, Default)]
pub struct DistinctSketch {
    registers: OnceLock<Box<[AtomicU8]>>,
}

impl DistinctSketch {
    /// Takes in a value.
    pub fn add(&self, value: &[u8]) {
        let registers = self.registers.get_or_init(|| (0..REGISTERS).map(|_| AtomicU8::new(0)).collect());
        let hash = xxh3_64(value);
        let index = usize::try_from(hash >> (64 - PRECISION)).unwrap_or(0);
        // The bit behind the last one bounds the count.
        let zeros = ((hash << PRECISION) | (1 << (PRECISION - 1))).leading_zeros();
        let rank = u8::try_from(zeros + 1).unwrap_or(u8::MAX);
        if let Some(register) = registers.get(index)
            && register.load(Ordering::Relaxed) < rank
        {
            register.fetch_max(rank, Ordering::Relaxed);
        }
    }

    /// About how many distinct values were taken in.
    pub fn estimate(&self) -> u64 {
        let Some(registers) = self.registers.get() else { return 0 };
        let mut counts = [0.0_f64; REST + 2];
        for register in registers {
            if let Some(count) = counts.get_mut(usize::from(register.load(Ordering::Relaxed))) {
                *count += 1.0;
            }
        }
        let all = REGISTERS as f64;
        let [empty, ranks @ .., full] = &counts;
        let tail = all * tau(1.0 - full / all);
        let body = ranks.iter().rev().fold(tail, |sum, count| 0.5 * (sum + count));
        let alpha = 0.5 / std::f64::consts::LN_2;
        // A float beyond the range of the integer becomes its largest.
        (alpha * all * all / (body + all * sigma(empty / all))).round() as u64
    }
}

/// x + Σ x^(2^k) 2^(k−1), algorithm 6 of the paper.
fn sigma(share: f64) -> f64 {
    if share >= 1.0 {
        return f64::INFINITY;
    }
    let (mut x, mut y, mut sum) = (share, 1.0, share);
    loop {
        x *= x;
        let before = sum;
        sum += x * y;
        y += y;
        if sum <= before {
            return sum;
        }
    }
}

/// (1 − x − Σ (1 − x^(2^−k))² 2^−k) / 3, algorithm 6 of the paper.
fn tau(share: f64) -> f64 {
    if share <= 0.0 || share >= 1.0 {
        return 0.0;
    }
    let (mut x, mut y, mut sum) = (share, 1.0, 1.0 - share);
    loop {
        x = x.sqrt();
        let before = sum;
        y *= 0.5;
        sum -= (1.0 - x).powi(2) * y;
        if sum >= before {
            return sum / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(values: impl Iterator<Item = u64>) -> u64 {
        let sketch = DistinctSketch::default();
        values.for_each(|value| sketch.add(&value.to_le_bytes()));
        sketch.estimate()
    }

    #[test]
    fn none_and_one_are_told_exactly_however_often_it_comes() {
        assert_eq!(estimate(std::iter::empty()), 0);
        assert_eq!(estimate(std::iter::repeat_n(7, 100_000)), 1);
    }

    #[test]
    fn the_estimate_is_within_five_per_cent_from_twenty_to_two_millions() {
        for count in [20_u64, 100, 1_000, 4_096, 10_000, 30_000, 300_000, 2_000_000] {
            // Each comes twice.
            let about = estimate((0..count).chain(0..count));
            let off = about.abs_diff(count) as f64 / count as f64;
            assert!(off < 0.05, "{about} for {count}");
        }
    }

    #[test]
    fn threads_that_add_to_one_sketch_count_what_one_alone_counts() {
        let shared = DistinctSketch::default();
        std::thread::scope(|scope| {
            for part in 0..4_u64 {
                let shared = &shared;
                scope.spawn(move || (part * 5_000..part * 5_000 + 10_000).for_each(|n| shared.add(&n.to_le_bytes())));
            }
        });
        assert_eq!(shared.estimate(), estimate(0..25_000));
    }
}
