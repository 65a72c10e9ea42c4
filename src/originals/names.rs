//! Words of a name side by side, in either order: `Kari Anne Lippe`, `Lippe, Kari Anne`, `kari_lippe`.

use super::atoms::{Atom, View, characters};
use super::key::{Class, OriginalsKey};

/// Words that may be left out of a name, and that say nothing about who it is.
fn is_particle(word: &[u8]) -> bool {
    const LONGEST: usize = 5;
    word.len() <= LONGEST
        && matches!(
            word,
            b"af"
                | b"al"
                | b"av"
                | b"bin"
                | b"da"
                | b"das"
                | b"de"
                | b"del"
                | b"della"
                | b"den"
                | b"der"
                | b"di"
                | b"do"
                | b"dos"
                | b"du"
                | b"el"
                | b"ibn"
                | b"la"
                | b"le"
                | b"ten"
                | b"ter"
                | b"van"
                | b"von"
                | b"zu"
        )
}

/// Fewer letters than these in a pair are too common, as words of a language.
const FEWEST_LETTERS: usize = 5;

/// Where the hash of some words is put together.
#[derive(Default)]
pub(super) struct Joiner(Vec<u8>);

impl Joiner {
    /// The hash of two or three words, whatever their order, and the number of letters; `None` if these are too few.
    pub(super) fn hash(&mut self, key: &OriginalsKey, words: &mut [&[u8]]) -> Option<(u64, usize)> {
        words.sort_unstable();
        self.0.clear();
        for word in words.iter() {
            self.0.extend_from_slice(word);
            self.0.push(b' ');
        }
        let letters = self.0.len() - words.len();
        (letters >= FEWEST_LETTERS).then(|| (key.hash(Class::Words, &self.0), letters))
    }
}

/// Whether an atom counts as a word of a name: not an initial, not a particle.
fn is_word(view: View<'_>, atom: Atom) -> bool {
    let bytes = view.bytes(atom);
    atom.is_word() && characters(bytes) >= 2 && !is_particle(bytes)
}

/// Replaces `words` by those of a name, in order.
pub(super) fn words(view: View<'_>, words: &mut Vec<Atom>) {
    words.clear();
    words.extend(view.atoms.iter().filter(|atom| is_word(view, **atom)));
}

/// The first and the last word of a name.
pub(super) fn ends(view: View<'_>) -> Option<(&[u8], &[u8])> {
    let mut words = view.atoms.iter().filter(|atom| is_word(view, **atom));
    let first = words.next()?;
    Some((view.bytes(*first), view.bytes(*words.next_back().unwrap_or(first))))
}

/// Visits every two and three neighbours among the words of a text. A number between two words parts them.
pub(super) fn neighbours(view: View<'_>, key: &OriginalsKey, joiner: &mut Joiner, seen: &mut impl FnMut(u64, usize)) {
    let (mut before_last, mut last): (Option<&[u8]>, Option<&[u8]>) = (None, None);
    for atom in view.atoms {
        if atom.digits {
            (before_last, last) = (None, None);
        } else if is_word(view, *atom) {
            let word = view.bytes(*atom);
            if let Some(last) = last {
                joiner.hash(key, &mut [last, word]).into_iter().for_each(|(hash, letters)| seen(hash, letters));
                if let Some(first) = before_last {
                    joiner
                        .hash(key, &mut [first, last, word])
                        .into_iter()
                        .for_each(|(hash, letters)| seen(hash, letters));
                }
            }
            (before_last, last) = (last, Some(word));
        }
    }
}

/// Visits the hashes by which a name is recognised: its first and last word, and, of a name with more than two, the
/// threes that stand side by side however the family name is moved to the front. `given` says how many words are given
/// names; a three of those alone is not a person.
pub(super) fn person(
    view: View<'_>,
    words: &[Atom],
    given: Option<usize>,
    key: &OriginalsKey,
    joiner: &mut Joiner,
    seen: &mut impl FnMut(u64),
) {
    const MOST_WORDS: usize = 6;
    let [first, .., last] = words else { return };
    joiner.hash(key, &mut [view.bytes(*first), view.bytes(*last)]).into_iter().for_each(|(hash, _)| seen(hash));
    let count = words.len();
    // Three words are the same three in any order.
    let starts = if count == 3 { 1 } else { count.min(MOST_WORDS) };
    for start in (0..starts).filter(|_| count >= 3) {
        let places = [start, (start + 1) % count, (start + 2) % count];
        let spans = given.is_none_or(|given| {
            let in_given = places.iter().filter(|place| **place < given).count();
            (1..=2).contains(&in_given)
        });
        let mut three = places.map(|place| words.get(place).map(|word| view.bytes(*word)).unwrap_or_default());
        if spans {
            joiner.hash(key, &mut three).into_iter().for_each(|(hash, _)| seen(hash));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::originals::atoms::split;
    use crate::secret::MaskingKey;

    fn is_found(first: &str, last: &str, text: &str) -> bool {
        let key = OriginalsKey::new(&MaskingKey::parse(&"5a".repeat(32)).unwrap());
        let (mut atoms, mut joiner, mut recorded) = (Vec::new(), Joiner::default(), Vec::new());
        let name = format!("{first} {last}");
        split(&name, &mut atoms);
        let mut parts = Vec::new();
        let view = View { text: &name, atoms: &atoms };
        words(view, &mut parts);
        let given = parts.iter().filter(|part| part.start < first.len()).count();
        person(view, &parts, Some(given), &key, &mut joiner, &mut |hash| recorded.push(hash));
        let (mut atoms, mut found) = (Vec::new(), false);
        split(text, &mut atoms);
        neighbours(View { text, atoms: &atoms }, &key, &mut joiner, &mut |hash, _| found |= recorded.contains(&hash));
        found
    }

    #[test]
    fn a_name_is_found_in_both_orders_and_with_any_separator() {
        for text in ["hei kari nordmann,", "nordmann, kari", "kari.nordmann@x", "kari_nordmann", "kari m. nordmann's"] {
            assert!(is_found("kari", "nordmann", text), "{text}");
        }
    }

    #[test]
    fn long_names_are_found_whole_turned_round_and_shortened() {
        for text in ["kari anne berg lien", "berg lien, kari anne", "kari lien", "lien, kari anne berg"] {
            assert!(is_found("kari anne", "berg lien", text), "{text}");
        }
        assert!(is_found("kari anne", "von der lippe", "lippe, kari anne von der"));
        assert!(is_found("sean", "o'brien", "sean o'brien"));
        assert!(is_found("kari anne sofie", "dahl", "dahl kari anne sofie"));
    }

    #[test]
    fn given_names_alone_and_words_apart_are_no_person() {
        assert!(!is_found("kari anne sofie", "dahl", "kari anne sofie"));
        assert!(!is_found("kari", "nordmann", "kari og ola nordmann"));
        assert!(!is_found("kari", "nordmann", "kari 2 nordmann"));
        assert!(!is_found("bo", "li", "bo li"));
    }
}
