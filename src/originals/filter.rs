//! A filter that says at once of most hashes that they were not recorded.
//!
//! A split block Bloom filter, as in Apache Parquet (<https://parquet.apache.org/docs/file-format/bloomfilter/>): eight
//! bits in one block of 32 bytes, so a look-up touches one cache line. With 16 bits for each hash about one in a
//! thousand others passes, with 10 about one in a hundred.

/// 32 bytes at a boundary of 32 bytes, so that no block is on two cache lines.
#[derive(Clone, Default)]
#[repr(align(32))]
struct Block([u32; 8]);

/// Odd numbers that spread 32 bits of a hash, one for each word of a block (from Parquet's specification).
const SALT: [u32; 8] =
    [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];

pub(super) struct Filter {
    blocks: Vec<Block>,
}

impl Filter {
    /// A filter for so many hashes, with 16 bits for each unless that is more memory than allowed, in bytes.
    pub(super) fn new(count: u64, memory: usize) -> Self {
        let wanted = usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(2).min(memory);
        let blocks = wanted.div_ceil(size_of::<Block>()).clamp(1, u32::MAX as usize);
        Self { blocks: vec![Block::default(); blocks] }
    }

    pub(super) fn bytes(&self) -> usize {
        self.blocks.len() * size_of::<Block>()
    }

    pub(super) fn insert(&mut self, hash: u64) {
        let place = self.place(hash);
        if let Some(block) = self.blocks.get_mut(place) {
            block.0.iter_mut().zip(SALT).for_each(|(word, salt)| *word |= bit(hash, salt));
        }
    }

    pub(super) fn may_contain(&self, hash: u64) -> bool {
        self.blocks.get(self.place(hash)).is_some_and(|block| {
            // Without a branch between the words the compiler makes one vector instruction of each step.
            block.0.iter().zip(SALT).fold(0, |missing, (word, salt)| missing | (bit(hash, salt) & !word)) == 0
        })
    }

    /// Has the blocks of hashes fetched into the cache. Asking for one takes so many instructions that the processor waits
    /// for memory again at every few of them; only touching them, for all at once.
    pub(super) fn fetch(&self, hashes: &[u64]) {
        let word = |hash: &u64| self.blocks.get(self.place(*hash)).map_or(0, |block| block.0[0]);
        std::hint::black_box(hashes.iter().fold(0, |words, hash| words ^ word(hash)));
    }

    /// The upper half of the hash chooses the block, so that sorted hashes fill the filter from its beginning to its end.
    fn place(&self, hash: u64) -> usize {
        (((hash >> 32) * self.blocks.len() as u64) >> 32) as usize
    }
}

/// The lower half of the hash chooses the bits.
fn bit(hash: u64, salt: u32) -> u32 {
    1 << ((hash as u32).wrapping_mul(salt) >> 27)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::MaskingKey;

    #[test]
    fn every_hash_that_was_inserted_passes_and_few_others_do() {
        let domain = MaskingKey::parse(&"5a".repeat(32)).unwrap().domain("test");
        let hash = |number: u32| domain.number(&number.to_le_bytes());
        let mut filter = Filter::new(20_000, usize::MAX);
        (0..20_000).for_each(|number| filter.insert(hash(number)));
        assert!((0..20_000).all(|number| filter.may_contain(hash(number))));
        let others = (20_000..70_000).filter(|number| filter.may_contain(hash(*number))).count();
        assert!(others < 250, "{others} of 50,000");
    }

    #[test]
    fn memory_is_bounded_and_an_empty_filter_contains_nothing() {
        assert_eq!(Filter::new(1 << 40, 1 << 20).bytes(), 1 << 20);
        let filter = Filter::new(0, 1 << 20);
        assert_eq!(filter.bytes(), 32);
        assert!(!filter.may_contain(0) && !filter.may_contain(u64::MAX));
    }
}
