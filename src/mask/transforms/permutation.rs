//! A keyed permutation of the numbers below a bound: distinct in, distinct out, and nobody without the key can go back.

use siphasher::sip::SipHasher24;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::secret::DomainKey;

/// A Feistel network over two numbers whose product is at least the bound, walked along its cycle until the result is in
/// range again (J. Black and P. Rogaway, Ciphers with Arbitrary Finite Domains, 2002). As many rounds as FF1 has (NIST SP
/// 800-38G), with SipHash-2-4 inside, which is made to be a pseudo-random function of short inputs.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Permutation {
    key: [u8; 16],
}

const ROUNDS: u8 = 10;

/// The most numbers that a permutation has.
pub(super) const MOST: u128 = 1 << 122;

/// The numbers below a bound, ready to be permuted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Domain {
    bound: u128,
    left: u64,
    right: u64,
}

impl Domain {
    /// The numbers below `bound`, which is 1 at least and [`MOST`] at most.
    pub(super) fn below(bound: u128) -> Self {
        let bound = bound.clamp(1, MOST);
        // Both are at most 2^61, and their product exceeds the bound by less than its root: nearly nothing is walked.
        let root = bound.isqrt();
        let left = if root * root < bound { root + 1 } else { root };
        Self { bound, left: left as u64, right: bound.div_ceil(left) as u64 }
    }

    /// How many numbers there are.
    pub(super) fn bound(&self) -> u128 {
        self.bound
    }
}

impl Permutation {
    /// A permutation for each bound and tweak.
    pub(super) fn new(key: DomainKey) -> Self {
        Self { key: key.bytes(b"permutation") }
    }

    /// The place of `number`, which is below `bound`, among the numbers below `bound`.
    pub(super) fn place(&self, number: u64, bound: u64) -> u64 {
        self.forward(number.into(), &Domain::below(bound.into()), 0) as u64
    }

    /// Another number of the domain than this one (itself where it is the only one).
    ///
    /// It is found by a step of one from the number's place: a permutation too, but one that leaves nothing where it was.
    pub(super) fn another(&self, number: u128, domain: &Domain, tweak: u64) -> u128 {
        let next = self.forward(number, domain, tweak) + 1;
        self.back(if next >= domain.bound { 0 } else { next }, domain, tweak)
    }

    /// The place of a number.
    pub(super) fn forward(&self, number: u128, domain: &Domain, tweak: u64) -> u128 {
        self.walk(number, domain, |left, right| {
            for round in 0..ROUNDS {
                if round % 2 == 0 {
                    *left = plus(*left, self.draw(round, *right, domain.left, domain, tweak), domain.left);
                } else {
                    *right = plus(*right, self.draw(round, *left, domain.right, domain, tweak), domain.right);
                }
            }
        })
    }

    /// The number at a place.
    pub(super) fn back(&self, place: u128, domain: &Domain, tweak: u64) -> u128 {
        self.walk(place, domain, |left, right| {
            for round in (0..ROUNDS).rev() {
                if round % 2 == 0 {
                    *left = minus(*left, self.draw(round, *right, domain.left, domain, tweak), domain.left);
                } else {
                    *right = minus(*right, self.draw(round, *left, domain.right, domain, tweak), domain.right);
                }
            }
        })
    }

    fn walk(&self, number: u128, domain: &Domain, step: impl Fn(&mut u64, &mut u64)) -> u128 {
        let mut at = number;
        loop {
            let (mut left, mut right) = split(at, domain.right);
            step(&mut left, &mut right);
            at = u128::from(left) * u128::from(domain.right) + u128::from(right);
            if at < domain.bound || number >= domain.bound {
                return at;
            }
        }
    }

    /// A number below `below`, drawn from the other half.
    fn draw(&self, round: u8, other: u64, below: u64, domain: &Domain, tweak: u64) -> u64 {
        let mut input = [0u8; 25];
        input[..8].copy_from_slice(&other.to_le_bytes());
        input[8..16]
            .copy_from_slice(&(domain.bound as u64 ^ ((domain.bound >> 64) as u64).rotate_left(32)).to_le_bytes());
        input[16..24].copy_from_slice(&tweak.to_le_bytes());
        input[24] = round;
        let drawn = SipHasher24::new_with_key(&self.key).hash(&input);
        ((u128::from(drawn) * u128::from(below)) >> 64) as u64
    }
}

fn split(number: u128, right: u64) -> (u64, u64) {
    // Nearly all fit 64 bits, where division is far cheaper.
    match u64::try_from(number) {
        Ok(number) => (number / right, number % right),
        Err(_) => ((number / u128::from(right)) as u64, (number % u128::from(right)) as u64),
    }
}

/// Neither operand exceeds 2^61, so nothing overflows.
fn plus(a: u64, b: u64, modulus: u64) -> u64 {
    let sum = a + b;
    if sum >= modulus { sum - modulus } else { sum }
}

fn minus(a: u64, b: u64, modulus: u64) -> u64 {
    if a >= b { a - b } else { a + modulus - b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::MaskingKey;

    fn permutation() -> Permutation {
        Permutation::new(MaskingKey::parse(&"1f".repeat(32)).unwrap().domain("test"))
    }

    #[test]
    fn every_number_below_the_bound_is_met_once() {
        for bound in [1, 2, 3, 10, 100, 1000, 4097] {
            let mut places: Vec<u64> = (0..bound).map(|number| permutation().place(number, bound)).collect();
            if bound == 1000 {
                assert!(places.iter().enumerate().filter(|(i, place)| *i as u64 == **place).count() < 10);
            }
            places.sort_unstable();
            assert!(places.into_iter().eq(0..bound), "{bound}");
        }
    }

    #[test]
    fn another_is_a_permutation_that_leaves_nothing_where_it_was() {
        let permutation = permutation();
        for bound in [2u128, 3, 10, 16, 1001] {
            let domain = Domain::below(bound);
            let mut others: Vec<u128> = (0..bound).map(|number| permutation.another(number, &domain, 7)).collect();
            assert!(others.iter().enumerate().all(|(number, other)| number as u128 != *other), "{bound}");
            others.sort_unstable();
            assert!(others.into_iter().eq(0..bound), "{bound}");
        }
        assert_eq!(permutation.another(0, &Domain::below(1), 7), 0);
    }

    #[test]
    fn the_way_back_is_the_way_there_for_domains_of_every_size() {
        let permutation = permutation();
        for bits in 1..=122 {
            let domain = Domain::below((1 << bits) - u128::from(bits % 3 == 0 && bits > 2));
            for number in [0, 1, domain.bound() / 2, domain.bound() - 1] {
                let place = permutation.forward(number, &domain, 3);
                assert!(place < domain.bound());
                assert_eq!(permutation.back(place, &domain, 3), number, "{bits}");
            }
        }
    }

    #[test]
    fn another_tweak_is_another_permutation() {
        let (permutation, domain) = (permutation(), Domain::below(1 << 40));
        assert_ne!(permutation.forward(5, &domain, 0), permutation.forward(5, &domain, 1));
    }
}
