//! Made-up names of people, for every transform that needs one: the same original name has the same fake everywhere.

use super::memo::Memo;
use super::spelling::{Style, fold, put_word, style_of};
use super::words::{Word, Words};
use super::{Refusal, Site};
use crate::secret::DomainKey;

/// Gives words for names.
pub(super) struct Namer {
    key: Memo,
    words: &'static [Word],
    shortest: usize,
}

impl Namer {
    /// Given names, in the consistency domain of `first_name`.
    pub(super) fn given(site: &Site<'_>) -> Self {
        Self::new(site.sub_key("first_name"), &Words::of(site.locale).given)
    }

    /// Family names, in the consistency domain of `last_name`.
    pub(super) fn family(site: &Site<'_>) -> Self {
        Self::new(site.sub_key("last_name"), &Words::of(site.locale).family)
    }

    fn new(key: DomainKey, words: &'static [Word]) -> Self {
        let mut lengths: Vec<usize> = words.iter().map(|word| word.chars).collect();
        lengths.sort_unstable();
        Self { key: Memo::new(key), words, shortest: lengths.get(1).copied().unwrap_or(0) }
    }

    /// The word for a folded name: another one than it, of at most `room` characters.
    ///
    /// The room decides only when the first choice doesn't fit, so wide columns agree with each other.
    pub(super) fn name(&self, folded: &[u8], room: usize) -> &'static Word {
        static NOBODY: Word = Word { text: String::new(), folded: String::new(), chars: 0 };
        let fits = |word: &Word| word.chars <= room && word.folded.as_bytes() != folded;
        let mut number = self.key.number(folded);
        for _ in 0..64 {
            let index = (u128::from(number) * self.words.len() as u128) >> 64;
            match self.words.get(index as usize) {
                Some(word) if fits(word) => return word,
                _ => number = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31).wrapping_add(1),
            }
        }
        self.words.iter().find(|word| fits(word)).unwrap_or(&NOBODY)
    }

    /// Appends the fake of a name as it is written; answers its length in characters.
    pub(super) fn put(&self, name: &str, style: Style, room: usize, out: &mut Vec<u8>) -> usize {
        let word = self.name(fold(name).as_bytes(), room);
        put_word(out, &word.text, style);
        word.chars
    }

    /// The fewest characters in which any name finds a word that differs from it.
    pub(super) fn shortest(&self) -> usize {
        self.shortest
    }

    /// Refuses a column that has no room for any name.
    pub(super) fn require_room(&self, transform: &str, site: &Site<'_>) -> Result<(), Refusal> {
        site.require_room(transform, self.shortest())
    }
}

/// The words of a name: what stands between spaces and hyphens.
pub(super) fn words_of(name: &str) -> impl DoubleEndedIterator<Item = &str> {
    name.split(|c: char| c.is_whitespace() || c == '-' || c == '\u{2010}' || c == '\u{2011}')
        .filter(|word| word.chars().any(char::is_alphanumeric))
}

/// The one word of a family name that stands for it: the last, so that `Lie Hansen` and `Hansen` agree.
pub(super) fn family_word(name: &str) -> &str {
    words_of(name).next_back().unwrap_or(name)
}

/// Appends the fakes of given names, each for itself, as many as fit.
pub(super) fn put_given(namer: &Namer, names: &str, room: usize, out: &mut Vec<u8>) -> usize {
    let style = style_of(names);
    let mut used = 0;
    for (index, word) in words_of(names).take(3).enumerate() {
        if index > 0 {
            if room.saturating_sub(used) < namer.shortest() + 1 {
                break;
            }
            out.push(separator_before(names, word));
            used += 1;
        }
        used += namer.put(word, style, room - used, out);
    }
    if used == 0 { namer.put(names, style, room, out) } else { used }
}

/// A hyphen stays one.
fn separator_before(names: &str, word: &str) -> u8 {
    let at = word.as_ptr() as usize - names.as_ptr() as usize;
    if names.get(..at).is_some_and(|before| before.ends_with('-')) { b'-' } else { b' ' }
}
