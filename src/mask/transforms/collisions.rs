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

    /// How many choices an original has to pass over, by its key.
    pub fn of(&self, original: CollisionKey) -> u32 {
        let choices = self.choices.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        choices.get(&original).copied().unwrap_or(0)
    }

    /// Lets an original pass over so many choices.
    pub fn pass_over(&self, original: CollisionKey, choices: u32) {
        self.choices.write().unwrap_or_else(std::sync::PoisonError::into_inner).insert(original, choices);
        self.some.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::prescan::Prescan;
    use super::super::testing::{column, key};
    use super::super::{Built, Row, Site, Spec, build};
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Locale;

    fn mask(built: &Built, text: &str) -> String {
        let mut out = Vec::new();
        let masked = built.transform.mask(text.as_bytes(), &Row { cells: &[], transforms: &[] }, &mut out);
        assert!(masked.is_ok());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_account_that_passes_over_a_choice_does_so_in_its_iban_too() {
        let (column, key, prescan) = (column(TypeClass::Text, None), key(), Arc::new(Prescan::default()));
        let columns = std::slice::from_ref(&column);
        let site = Site {
            column: &column,
            columns,
            specs: &[None],
            locale: Locale::NbNo,
            key: &key,
            domain: None,
            prescan: &prescan,
        };
        let account = build(&Spec::AccountNumber(Default::default()), &site).ok().unwrap();
        let iban = build(&Spec::Iban(Default::default()), &site).ok().unwrap();
        let before = mask(&account, "8601.11.17947");
        assert_eq!(
            account.transform.collision_key(b"86011117947"),
            iban.transform.collision_key(b"NO93 8601 1117 947")
        );
        prescan.collisions.pass_over(account.transform.collision_key(b"8601 11 17947").unwrap(), 1);
        let after = mask(&account, "8601.11.17947");
        assert_ne!(before, after);
        assert_eq!(mask(&iban, "NO9386011117947")[4..], after.replace('.', ""));
    }
}
