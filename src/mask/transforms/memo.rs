//! Numbers for names that come again and again.

use std::sync::OnceLock;

use xxhash_rust::xxh3::xxh3_64;

use crate::secret::DomainKey;

/// A sub-key that remembers the numbers of some short inputs. Half of all people share a few hundred names, and looking
/// one up takes a tenth of the time of the keyed hash.
pub(super) struct Memo {
    key: DomainKey,
    /// Filled once and never emptied, so that reading takes no lock: who comes first stays, and that is who comes often.
    slots: Box<[OnceLock<(Short, u64)>]>,
}

const SLOTS: usize = 1 << 10;

/// An input of at most 15 bytes, and its length.
type Short = [u8; 16];

impl Memo {
    /// A sub-key that remembers nothing yet.
    pub(super) fn new(key: DomainKey) -> Self {
        Self { key, slots: (0..SLOTS).map(|_| OnceLock::new()).collect() }
    }

    /// As [`DomainKey::number`].
    pub(super) fn number(&self, input: &[u8]) -> u64 {
        let mut short = Short::default();
        let Some(place) = short.get_mut(..input.len()).filter(|place| place.len() < 16) else {
            return self.key.number(input);
        };
        place.copy_from_slice(input);
        short[15] = input.len() as u8;
        match self.slots.get(xxh3_64(&short) as usize % SLOTS) {
            Some(slot) => {
                let (remembered, number) = slot.get_or_init(|| (short, self.key.number(input)));
                if *remembered == short { *number } else { self.key.number(input) }
            }
            None => self.key.number(input),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::MaskingKey;

    #[test]
    fn every_number_is_that_of_the_key_however_many_inputs_share_a_slot() {
        let key = || MaskingKey::parse(&"1f".repeat(32)).unwrap().domain("test");
        let memo = Memo::new(key());
        let mut inputs: Vec<Vec<u8>> = (0..5000u32).map(|number| number.to_string().into_bytes()).collect();
        inputs.extend((0..40).map(|length| vec![0; length]));
        for input in inputs.iter().chain(&inputs) {
            assert_eq!(memo.number(input), key().number(input));
        }
    }
}
