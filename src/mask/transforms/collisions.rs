//! Uniqueness where the synthetic space is small.
//!
//! Norway has 87 million made-up account numbers, so of a few thousand originals two meet. Where a column has to be
//! unique, its originals are looked at once before any row is streamed: those that meet are few, and each but the first
//! of them takes a later choice of its own. Only these few are remembered, by hash; all others need nothing.

use std::collections::HashMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use xxhash_rust::xxh3::xxh3_128;

/// The originals that take a later choice, for all columns of a run: the same original has the same fake in each.
#[derive(Debug, Default)]
pub struct Collisions {
    some: AtomicBool,
    choices: RwLock<HashMap<CollisionKey, u32>>,
}

/// Tells originals apart within their consistency domain, in the normal form in which they are masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollisionKey(u128);

impl CollisionKey {
    /// The key of an original.
    pub(super) fn of(domain: &str, original: &[u8]) -> Self {
        let mut text = Vec::with_capacity(domain.len() + 1 + original.len());
        text.extend_from_slice(domain.as_bytes());
        text.push(0);
        text.extend_from_slice(original);
        Self(xxh3_128(&text))
    }
}

impl Collisions {
    /// How many choices an original has to pass over; 0 for nearly all.
    pub(super) fn passed_over(&self, domain: &str, original: &[u8]) -> u32 {
        if !self.some.load(Ordering::Relaxed) {
            return 0;
        }
        let choices = self.choices.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        choices.get(&CollisionKey::of(domain, original)).copied().unwrap_or(0)
    }

    /// Lets an original pass over so many choices.
    pub fn pass_over(&self, original: CollisionKey, choices: u32) {
        self.choices.write().unwrap_or_else(std::sync::PoisonError::into_inner).insert(original, choices);
        self.some.store(true, Ordering::Relaxed);
    }
}
