//! A shop's own detectors: patterns in a small YAML file, with examples that prove them.
//!
//! ```yaml
//! version: 1
//! detectors:
//!   member_number:
//!     pattern: 'M-\d{8}'
//!     validator: luhn
//!     context: [member, medlem]
//!     severity: blocking
//!     examples: [{ column: member_no, text: M-12345674 }]
//!     counter_examples: [M-12345674, { column: member_no, text: M-00000000 }]
//! ```

use std::fmt;
use std::ops::Range;

use regex::Regex;

use super::{
    cell::Cell,
    checks::luhn,
    hits::Hits,
    kind::{Certainty, CustomKind, Kind},
};

mod file;

pub use file::{load, parse};

/// There may be no more, so that what a name says about each fits a number.
pub const MOST: usize = 64;

/// How many bytes before and behind a match are searched for a telling word.
const WINDOW: usize = 48;

/// A detector that a shop wrote.
#[derive(Clone)]
pub struct CustomDetector {
    /// Its name, and what a hit means.
    pub kind: CustomKind,
    /// Cells in which it has to find something.
    pub examples: Vec<OwnExample>,
    /// Cells in which it must find nothing.
    pub counter_examples: Vec<OwnExample>,
    pattern: Regex,
    validator: Option<Validator>,
    /// In small letters.
    context: Vec<String>,
}

/// A made-up cell of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnExample {
    /// The name of the column that it stands in; empty where the name says nothing.
    pub column: String,
    /// The cell.
    pub text: String,
}

/// How the digits of a match are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Validator {
    /// ISO/IEC 7812-1, annex B.
    Luhn,
    /// ISO/IEC 7064, MOD 97-10: letters count as 10 to 35, and the whole is 1 mod 97.
    Mod97,
    /// Weights 2 3 4 5 6 7 from the right of the check digit, over and over; the whole is 0 mod 11.
    Mod11,
}

impl CustomDetector {
    /// Which of the words of context stand in a name.
    pub(super) fn is_about(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.context.iter().any(|word| name.contains(word))
    }

    /// Looks at all matches in a cell. `is_told` says that the name of the column or key is about it.
    pub(super) fn find(&self, cell: &Cell<'_>, is_told: bool, hits: &mut Hits) {
        for found in self.pattern.find_iter(cell.text).filter(|found| !found.is_empty()) {
            let span = found.range();
            let kind = Kind::Custom(self.kind);
            let is_told = is_told || self.is_near(cell, &span);
            if !self.context.is_empty() && !is_told {
                continue;
            }
            let Some(validator) = self.validator else {
                hits.add(kind, span, if is_told { Certainty::Likely } else { Certainty::Certain });
                continue;
            };
            let passed = validator.passes(found.as_str());
            if is_told && passed {
                hits.add(kind, span, Certainty::Likely);
            } else if !is_told {
                hits.by_chance(kind, span, found.as_str().as_bytes(), validator.by_chance(), passed);
            }
        }
    }

    fn is_near(&self, cell: &Cell<'_>, span: &Range<usize>) -> bool {
        if self.context.is_empty() {
            return false;
        }
        let around = cell.part(span.start.saturating_sub(WINDOW)..cell.text.len().min(span.end + WINDOW));
        self.is_about(&String::from_utf8_lossy(around))
    }
}

impl fmt::Debug for CustomDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomDetector").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Validator {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "luhn" => Self::Luhn,
            "mod97" => Self::Mod97,
            "mod11" => Self::Mod11,
            _ => return None,
        })
    }

    /// The share of random numbers that pass.
    fn by_chance(self) -> f64 {
        match self {
            Self::Luhn => 0.1,
            Self::Mod97 => 1.0 / 97.0,
            Self::Mod11 => 1.0 / 11.0,
        }
    }

    fn passes(self, text: &str) -> bool {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
        match self {
            Self::Luhn => digits.len() > 1 && luhn(&digits),
            Self::Mod97 => {
                let rest = text.bytes().filter(u8::is_ascii_alphanumeric).fold(0u32, |rest, byte| match byte {
                    b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
                    letter => (rest * 100 + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
                });
                rest == 1
            }
            Self::Mod11 => {
                let weights = std::iter::once(1).chain([2, 3, 4, 5, 6, 7].into_iter().cycle());
                let sum: u32 = digits.iter().rev().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
                digits.len() > 1 && sum.is_multiple_of(11)
            }
        }
    }
}
