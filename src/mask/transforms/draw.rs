//! Pseudo-random choices that a cell decides.

use crate::secret::DomainKey;

/// Choices made from the keyed hash of an input: the same input, the same choices.
pub(super) struct Draw {
    block: [u8; 32],
    used: usize,
    /// A fraction of 2^64, of which so many of the upper bits are random.
    fraction: u64,
    bits: u32,
}

impl Draw {
    /// Choices for an input under a key.
    pub(super) fn new(key: &DomainKey, input: &[u8]) -> Self {
        Self::from_block(key.bytes::<32>(input))
    }

    fn from_block(block: [u8; 32]) -> Self {
        Self { block, used: 0, fraction: 0, bits: 0 }
    }

    /// A number below `bound` (which isn't 0), as good as uniform: the bias is below 2^-16, and for a bound above 2^48
    /// below its share of 2^64.
    ///
    /// The fraction times the bound is the number before the point and the next fraction behind it: no division.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let bound = bound.max(1);
        let needed = u64::BITS - (bound - 1).leading_zeros();
        if self.bits < needed + 16 {
            self.fraction = self.word();
            self.bits = u64::BITS;
        }
        self.bits = self.bits.saturating_sub(needed);
        let product = u128::from(self.fraction) * u128::from(bound);
        self.fraction = product as u64;
        (product >> 64) as u64
    }

    /// A decimal digit, as ASCII.
    pub(super) fn digit(&mut self) -> u8 {
        b'0' + self.below(10) as u8
    }

    /// One of a slice that isn't empty.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len() as u64) as usize)
    }

    fn word(&mut self) -> u64 {
        if self.used + 8 > self.block.len() {
            // The block is a keyed hash and never shown, so its own hash is as unpredictable.
            self.block = *blake3::hash(&self.block).as_bytes();
            self.used = 0;
        }
        let mut word = [0u8; 8];
        word.copy_from_slice(&self.block[self.used..self.used + 8]);
        self.used += 8;
        u64::from_le_bytes(word)
    }
}

/// Crockford's base 32, in lower case: no letter that is taken for a digit.
const BASE32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Appends `digits` digits of base 32, five bits each.
pub(super) fn put_base32(out: &mut Vec<u8>, number: u64, digits: usize) {
    let digit = |place: usize| number.checked_shr(5 * place as u32).unwrap_or(0) & 31;
    out.extend((0..digits).map(|place| BASE32[digit(place) as usize]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_go_on_past_the_first_block_and_stay_in_bounds() {
        let mut draw = Draw::from_block([7; 32]);
        let digits: Vec<u8> = (0..500).map(|_| draw.digit()).collect();
        assert!(digits.iter().all(u8::is_ascii_digit));
        for digit in b'0'..=b'9' {
            assert!(digits.iter().filter(|each| **each == digit).count() > 20, "{digit}");
        }
    }
}
