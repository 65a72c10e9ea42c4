use std::{fmt, ops::Range};

use xxhash_rust::xxh3::xxh3_64;

use super::kind::{Certainty, Kind};

/// Where something was recognised, and as what. It never holds the value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// As what.
    pub kind: Kind,
    /// Where it starts, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// How sure that is.
    pub certainty: Certainty,
}

/// What came out of scanning texts; to be emptied and used again.
#[derive(Default)]
pub struct Hits {
    /// What was recognised.
    pub found: Vec<Hit>,
    pub(super) trials: Vec<Trial>,
}

/// A number that could have passed a check digit by chance, and whether it did.
#[derive(Clone, Copy)]
pub(super) struct Trial {
    pub(super) kind: Kind,
    pub(super) probability: f64,
    /// Tells two numbers apart, so that one number in a thousand rows is one trial. It stays in memory.
    pub(super) hash: u64,
    pub(super) passed: bool,
}

impl Hits {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing was recognised, nor any number that could have been.
    pub fn is_quiet(&self) -> bool {
        self.found.is_empty() && self.trials.is_empty()
    }

    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.found.clear();
        self.trials.clear();
    }

    pub(super) fn add(&mut self, kind: Kind, span: Range<usize>, certainty: Certainty) {
        self.found.push(Hit { kind, start: span.start, end: span.end, certainty });
    }

    /// Notes a number without telling surroundings, and a hit if it passed its check.
    pub(super) fn by_chance(&mut self, kind: Kind, span: Range<usize>, digits: &[u8], probability: f64, passed: bool) {
        self.trials.push(Trial { kind, probability, hash: xxh3_64(digits), passed });
        if passed {
            self.add(kind, span, Certainty::Chance(probability));
        }
    }
}

impl fmt::Debug for Hits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hits").field("found", &self.found).field("trials", &self.trials.len()).finish()
    }
}
