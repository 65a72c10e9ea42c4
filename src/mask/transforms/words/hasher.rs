//! Hashes of short words, for the tables of known names.
//!
//! `Xxh3` of the crate keeps the state of a stream, some 600 bytes that are set up for each word; of a word that is there
//! as a whole, the hash alone is several times as fast. The tables are our own, so nobody can fill them with collisions.

use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Makes the hashers of a table.
pub(super) type QuickBuilder = BuildHasherDefault<Quick>;

/// A hash in the making.
#[derive(Default)]
pub(super) struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    /// The length of a word, which stands in front of it and which its hash contains anyway.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
