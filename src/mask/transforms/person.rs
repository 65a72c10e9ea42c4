//! Made-up names of people, for every transform that needs one: the same original name has the same fake everywhere.

use super::memo::Memo;
use super::siblings::GenderRule;
use super::spelling::{Style, fold, put_word, style_of};
use super::words::gender::Gender;
use super::words::{Word, Words};
use super::{Refusal, Site};
use crate::secret::DomainKey;

/// Gives words for names.
pub(super) struct Namer {
    key: DomainKey,
    known: Memo<(u64, Option<Gender>)>,
    words: &'static Words,
    kind: Kind,
    shortest: usize,
}

/// What a name is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A given name, which becomes one of the same gender where it is known.
    Given,
    /// A given name, which becomes anybody's.
    Anybodys,
    /// A family name.
    Family,
}

impl Namer {
    /// Given names, in the consistency domain of `first_name`.
    pub(super) fn given(site: &Site<'_>) -> Self {
        Self::new(site.sub_key("first_name"), Words::of(site.locale), Kind::Given)
    }

    /// As [`Self::given`], by a rule about gender.
    pub(super) fn given_by(gender: &GenderRule, site: &Site<'_>) -> Self {
        let kind = if matches!(gender, GenderRule::Any) { Kind::Anybodys } else { Kind::Given };
        Self { kind, ..Self::given(site) }
    }

    /// Family names, in the consistency domain of `last_name`.
    pub(super) fn family(site: &Site<'_>) -> Self {
        Self::new(site.sub_key("last_name"), Words::of(site.locale), Kind::Family)
    }

    fn new(key: DomainKey, words: &'static Words, kind: Kind) -> Self {
        let all = if kind == Kind::Family { &words.family } else { &words.given };
        let mut lengths: Vec<usize> = all.iter().map(|word| word.chars).collect();
        lengths.sort_unstable();
        Self { key, known: Memo::new(), words, kind, shortest: lengths.get(1).copied().unwrap_or(0) }
    }

    /// The word for a folded name: another one than it, of at most `room` characters.
    ///
    /// The room decides only when the first choice doesn't fit, so wide columns agree with each other.
    pub(super) fn name(&self, folded: &[u8], room: usize) -> &'static Word {
        self.name_of(folded, None, room)
    }

    /// As [`Self::name`], for a person whose gender is known.
    pub(super) fn name_of(&self, folded: &[u8], gender: Option<Gender>, room: usize) -> &'static Word {
        static NOBODY: Word = Word::EMPTY;
        let (mut number, known) = self.known.of(folded, || {
            let gender = if self.kind == Kind::Given { self.words.gender_of(folded) } else { None };
            (self.key.number(folded), gender)
        });
        let (list, all) = match self.kind {
            Kind::Family => (self.words.family.as_slice(), &self.words.family),
            Kind::Anybodys => (self.words.given.as_slice(), &self.words.given),
            Kind::Given => (self.words.given_of(gender.or(known)), &self.words.given),
        };
        let fits = |word: &Word| word.chars <= room && word.folded.as_bytes() != folded;
        for _ in 0..64 {
            let index = (u128::from(number) * list.len() as u128) >> 64;
            match list.get(index as usize) {
                Some(word) if fits(word) => return word,
                _ => number = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31).wrapping_add(1),
            }
        }
        list.iter().chain(all).find(|word| fits(word)).unwrap_or(&NOBODY)
    }

    /// Whether people write the family name first, without a space, in this script.
    pub(super) fn family_first(&self) -> bool {
        self.words.family_first
    }

    /// Appends the fake of a name as it is written; answers its length in characters.
    pub(super) fn put(&self, name: &str, style: Style, room: usize, out: &mut Vec<u8>) -> usize {
        self.put_of(name, None, style, room, out)
    }

    /// As [`Self::put`], for a person whose gender is known.
    pub(super) fn put_of(
        &self,
        name: &str,
        gender: Option<Gender>,
        style: Style,
        room: usize,
        out: &mut Vec<u8>,
    ) -> usize {
        let word = self.name_of(fold(name).as_bytes(), gender, room);
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
pub(super) fn put_given(namer: &Namer, names: &str, gender: Option<Gender>, room: usize, out: &mut Vec<u8>) -> usize {
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
        used += namer.put_of(word, gender, style, room - used, out);
    }
    if used == 0 { namer.put_of(names, gender, style, room, out) } else { used }
}

/// A hyphen stays one.
fn separator_before(names: &str, word: &str) -> u8 {
    let at = word.as_ptr() as usize - names.as_ptr() as usize;
    if names.get(..at).is_some_and(|before| before.ends_with('-')) { b'-' } else { b' ' }
}
