//! What is learnt of the originals before any row is masked, by reading a few columns once.

use std::collections::HashSet;
use std::sync::OnceLock;

use xxhash_rust::xxh3::{Xxh3DefaultBuilder, xxh3_64};

use super::collisions::Collisions;
use super::person::words_of;
use super::spelling::fold;

/// Known before the first row; the same for all columns of a run.
#[derive(Debug, Default)]
pub struct Prescan {
    /// The originals whose masked values would meet.
    pub collisions: Collisions,
    names: OnceLock<Names>,
}

/// The words that people in this database are called by, so that free text can be searched for them: hashes of the
/// folded words, eight bytes each. They never leave the process.
#[derive(Debug, Default)]
pub struct Names {
    given: HashSet<u64, Xxh3DefaultBuilder>,
    family: HashSet<u64, Xxh3DefaultBuilder>,
}

/// Shorter words are too often something else.
const SHORTEST: usize = 2;

impl Names {
    /// Takes in the words of a given name.
    pub fn add_given(&mut self, name: &str) {
        self.given.extend(words_of(name).filter_map(hash));
    }

    /// Takes in the words of a family name.
    pub fn add_family(&mut self, name: &str) {
        self.family.extend(words_of(name).filter_map(hash));
    }

    /// Takes in a full name: the last word is the family's.
    pub fn add_full(&mut self, name: &str) {
        let words: Vec<&str> = words_of(name).collect();
        if let [given @ .., family] = words.as_slice() {
            self.given.extend(given.iter().copied().filter_map(hash));
            self.family.extend(hash(family));
        }
    }
}

impl Prescan {
    /// Makes names known, once.
    pub fn know_names(&self, names: Names) {
        let _ = self.names.set(names);
    }

    /// Whether somebody in this database has this given name.
    pub(super) fn is_given(&self, word: &str) -> bool {
        self.names.get().is_some_and(|names| hash(word).is_some_and(|hash| names.given.contains(&hash)))
    }

    /// Whether somebody in this database has this family name.
    pub(super) fn is_family(&self, word: &str) -> bool {
        self.names.get().is_some_and(|names| hash(word).is_some_and(|hash| names.family.contains(&hash)))
    }
}

fn hash(word: &str) -> Option<u64> {
    let folded = fold(word);
    let folded = folded.as_bytes();
    (folded.len() >= SHORTEST && folded.iter().any(|byte| !byte.is_ascii_digit())).then(|| xxh3_64(folded))
}
