//! The words that made-up people and places are put together from.
//!
//! Given names are real ones that very many people share. Family names are compounds that nobody has, so that no masked
//! full name is the name of a person.

mod en;
mod nb_no;

use std::sync::LazyLock;

use super::spelling::fold;
use crate::rules::transform::Locale;

/// A word and what is needed of it for every cell.
pub(super) struct Word {
    /// As people write it.
    pub(super) text: String,
    /// Lower-case letters without marks: what keys and addresses are made of.
    pub(super) folded: String,
    /// Length in characters.
    pub(super) chars: usize,
}

impl Word {
    fn new(text: String) -> Self {
        let folded = String::from_utf8_lossy(fold(&text).as_bytes()).into_owned();
        Self { chars: text.chars().count(), folded, text }
    }
}

/// A town and one of its postal codes.
pub(super) struct Town {
    /// The name.
    pub(super) name: Word,
    /// A postal code there.
    pub(super) postcode: &'static str,
}

/// The words of one locale.
pub(super) struct Words {
    /// Given names of women and men, mixed.
    pub(super) given: Vec<Word>,
    /// Compounds that are nobody's family name.
    pub(super) family: Vec<Word>,
    /// What the name of a street ends with.
    pub(super) streets: &'static [&'static str],
    /// Towns.
    pub(super) towns: Vec<Town>,
}

impl Words {
    fn new(
        given: &[&'static str],
        family: (&[&str], &[&str]),
        streets: &'static [&'static str],
        towns: &[(&'static str, &'static str)],
    ) -> Self {
        let (first, second) = family;
        // The public lists have words of two parts and other surprises; a name here is one word.
        let given = given.iter().filter(|name| name.chars().all(char::is_alphabetic) && name.len() > 1);
        let compounds = first.iter().flat_map(|first| second.iter().map(move |second| format!("{first}{second}")));
        let towns = towns.iter().map(|&(name, postcode)| Town { name: Word::new(name.to_owned()), postcode });
        Self {
            given: given.map(|name| Word::new((*name).to_owned())).collect(),
            family: compounds.map(Word::new).collect(),
            streets,
            towns: towns.collect(),
        }
    }

    /// The words of a locale; made once.
    pub(super) fn of(locale: Locale) -> &'static Self {
        static NB_NO: LazyLock<Words> = LazyLock::new(|| {
            Words::new(nb_no::GIVEN, (nb_no::FAMILY_FIRST, nb_no::FAMILY_SECOND), nb_no::STREETS, nb_no::TOWNS)
        });
        static EN: LazyLock<Words> =
            LazyLock::new(|| Words::new(en::given(), (en::FAMILY_FIRST, en::FAMILY_SECOND), en::STREETS, en::TOWNS));
        match locale {
            Locale::NbNo => &NB_NO,
            Locale::En => &EN,
        }
    }
}

/// Whether a word, folded, is a given name somewhere: for finding people in text.
pub(super) fn is_given_name(folded: &[u8]) -> bool {
    static GIVEN: LazyLock<std::collections::HashSet<Vec<u8>, xxhash_rust::xxh3::Xxh3DefaultBuilder>> =
        LazyLock::new(|| {
            let elsewhere = en::given_elsewhere().into_iter().flatten().chain(en::given());
            let elsewhere = elsewhere.filter(|name| !en::ALSO_A_WORD.contains(name));
            let all = nb_no::GIVEN.iter().chain(nb_no::GIVEN_SELDOM).chain(elsewhere);
            all.map(|name| fold(name).as_bytes().to_vec()).filter(|name| name.len() > 1).collect()
        });
    GIVEN.contains(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_locale_has_enough_distinct_words() {
        for locale in [Locale::NbNo, Locale::En] {
            let words = Words::of(locale);
            let distinct =
                |list: &[Word]| list.iter().map(|w| w.folded.clone()).collect::<std::collections::HashSet<_>>();
            assert!(distinct(&words.given).len() >= 190, "{locale:?} {}", distinct(&words.given).len());
            assert!(distinct(&words.family).len() >= 900, "{locale:?}");
            assert_eq!(distinct(&words.family).len(), words.family.len(), "{locale:?}");
            assert!(words.towns.len() >= 40);
        }
    }

    #[test]
    fn no_made_up_family_name_is_a_common_one() {
        let common = ["berg", "lund", "bakke", "dahl", "moen", "haugen", "strand", "solberg", "lie", "foss", "myhre"];
        for locale in [Locale::NbNo, Locale::En] {
            assert!(Words::of(locale).family.iter().all(|word| !common.contains(&word.folded.as_str())));
        }
    }

    #[test]
    fn an_everyday_word_is_no_given_name_in_text() {
        assert!(is_given_name(b"ingrid"));
        assert!(is_given_name(b"elizabeth"));
        assert!(!is_given_name(b"will"));
        assert!(!is_given_name(b"customer"));
    }
}
