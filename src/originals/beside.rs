//! A given name in one cell of a row and the family name in another: `first` and `last`, which no single text shows.

use std::ops::Range;

use super::atoms::{Atom, View, split};
use super::key::OriginalsKey;
use super::names::{self, Joiner};
use super::normalize::fold;

/// Texts of one row, in the order of its columns, as far as each could be a part of somebody's name. Keep one for each
/// worker: its buffers are used again.
#[derive(Default)]
pub struct RowNames {
    texts: Vec<Text>,
    /// The texts, one after the other.
    written: String,
    names: Vec<Name>,
    words: Vec<u8>,
    folded: String,
    atoms: Vec<Atom>,
    joiner: Joiner,
}

/// What is known of a text that could be a part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Nothing: it is a cell, and goes with every other.
    Cell,
    /// It stands in a document under a key for people's names.
    Name,
    /// It stands under a key for family names. Without one, a given name and the name of whatever else a document is about
    /// would be somebody's by chance.
    FamilyName,
}

impl Part {
    fn goes_with(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Cell, Self::Cell)
                | (Self::FamilyName, Self::Name | Self::FamilyName)
                | (Self::Name, Self::FamilyName)
        )
    }
}

/// A text that could be a part of a name.
struct Text {
    place: usize,
    part: Part,
    written: Range<usize>,
}

/// A text of one to three words.
struct Name {
    place: usize,
    part: Part,
    first: Range<usize>,
    last: Range<usize>,
}

/// How far apart the parts of a name may be, in texts that could be one: `first, middle, title, last`.
const APART: usize = 3;

/// A longer text is no part of a name.
const LONGEST: usize = 40;

const MOST_WORDS: usize = 3;

impl RowNames {
    /// Begins with the next row.
    pub fn clear(&mut self) {
        self.texts.clear();
        self.written.clear();
    }

    /// Adds a text that stands at a place, such as a column.
    pub fn add(&mut self, place: usize, part: Part, text: &str) {
        if (2..=LONGEST).contains(&text.len()) && text.bytes().all(is_of_a_name) {
            let start = self.written.len();
            self.written.push_str(text);
            self.texts.push(Text { place, part, written: start..self.written.len() });
        }
    }

    /// Reads the texts as names; only of a row that has several, since most have one or none.
    fn read(&mut self) {
        let Self { texts, written, names, words, folded, atoms, .. } = self;
        names.clear();
        words.clear();
        for Text { place, part, written: range } in texts.iter().filter(|_| texts.len() > 1) {
            fold(written.get(range.clone()).unwrap_or_default(), folded);
            split(folded, atoms);
            let view = View { text: folded, atoms };
            let Some((first, last)) = names::ends(view).filter(|_| view.atoms.len() <= MOST_WORDS) else { continue };
            let mut keep = |word: &[u8]| {
                let start = words.len();
                words.extend_from_slice(word);
                start..words.len()
            };
            names.push(Name { place: *place, part: *part, first: keep(first), last: keep(last) });
        }
    }

    /// Calls `seen` with the places of two texts, the hash of the name that they would make together, and its letters.
    pub(super) fn pairs(&mut self, key: &OriginalsKey, seen: &mut impl FnMut((usize, usize), u64, usize)) {
        self.read();
        let Self { names, words, joiner, .. } = self;
        let word = |range: &Range<usize>| words.get(range.clone()).unwrap_or_default();
        for (at, one) in names.iter().enumerate() {
            let others = names.iter().skip(at + 1).filter(|other| one.part.goes_with(other.part));
            for other in others.take(APART) {
                let mut both = |first: &Range<usize>, last: &Range<usize>| {
                    // Such as what a column is redacted with, beside another of its kind.
                    if word(first) == word(last) {
                        return;
                    }
                    let hash = joiner.hash(key, &mut [word(first), word(last)]);
                    hash.into_iter().for_each(|(hash, letters)| seen((one.place, other.place), hash, letters));
                };
                both(&one.first, &other.last);
                if word(&one.first) != word(&one.last) || word(&other.first) != word(&other.last) {
                    both(&other.first, &one.last);
                }
            }
        }
    }
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b' ' | b'-' | b'\'' | b'.')
}
