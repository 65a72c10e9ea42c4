//! A keyed permutation of the numbers below a bound: distinct in, distinct out, and nobody without the key can go back.

use crate::secret::DomainKey;

/// A balanced Feistel network of ten rounds with BLAKE3 inside, over the next even number of bits, walked along its
/// cycle until the result is in range again (J. Black and P. Rogaway, Ciphers with Arbitrary Finite Domains, 2002).
pub(super) struct Permutation {
    key: DomainKey,
}

const ROUNDS: u8 = 10;

impl Permutation {
    /// A permutation for each bound.
    pub(super) fn new(key: DomainKey) -> Self {
        Self { key }
    }

    /// The place of `number`, which is below `bound`, among the numbers below `bound`.
    pub(super) fn place(&self, number: u64, bound: u64) -> u64 {
        let bits = 64 - bound.saturating_sub(1).leading_zeros();
        let half = bits.div_ceil(2).max(1);
        let mut place = number;
        loop {
            place = self.encrypt(place, half, bound);
            // A network over at most four times the range comes back into it after four steps on average.
            if place < bound || bound <= number {
                return place;
            }
        }
    }

    fn encrypt(&self, number: u64, half: u32, bound: u64) -> u64 {
        let mask = (1u64 << half) - 1;
        let (mut left, mut right) = (number >> half & mask, number & mask);
        for round in 0..ROUNDS {
            let mut input = [0u8; 17];
            input[..8].copy_from_slice(&right.to_le_bytes());
            input[8..16].copy_from_slice(&bound.to_le_bytes());
            input[16] = round;
            (left, right) = (right, left ^ (self.key.number(&input) & mask));
        }
        left << half | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::MaskingKey;

    #[test]
    fn every_number_below_the_bound_is_met_once() {
        let permutation = Permutation::new(MaskingKey::parse(&"1f".repeat(32)).unwrap().domain("test"));
        for bound in [1, 2, 3, 10, 100, 1000, 4097] {
            let mut places: Vec<u64> = (0..bound).map(|number| permutation.place(number, bound)).collect();
            if bound == 1000 {
                assert!(places.iter().enumerate().filter(|(i, place)| *i as u64 == **place).count() < 10);
            }
            places.sort_unstable();
            assert!(places.into_iter().eq(0..bound), "{bound}");
        }
    }
}
