//! What the names around a cell are about: `kontonr` is about accounts, `refresh_token` about secrets.

use std::ops::BitOr;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::topic_words::{Part, WORDS};

/// What the name of the column, and the key within a JSON document, say about a cell. Made once for a column or key, by
/// [`super::Detectors::context`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Context {
    pub(super) topics: Topics,
    /// The shop's own detectors whose words the names hold, bit by bit.
    pub(super) own: u64,
}

impl Context {
    /// Whether people's names are meant.
    pub fn is_about_names(&self) -> bool {
        self.topics.has(Topics::PERSON)
    }

    /// Whether family names are.
    pub fn is_about_family_names(&self) -> bool {
        self.topics.has(Topics::FAMILY_NAME)
    }

    /// Whether the names say nothing of what the cell is about, except perhaps that it identifies something.
    pub fn is_about_nothing(&self) -> bool {
        self.own == 0 && self.topics.without(Topics::IDENTIFIER) == Topics::default()
    }
}

/// A set of topics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Topics(u32);

impl Topics {
    pub(super) const ACCOUNT: Self = Self(1);
    pub(super) const NATIONAL_ID: Self = Self(1 << 1);
    pub(super) const CARD: Self = Self(1 << 2);
    pub(super) const PHONE: Self = Self(1 << 3);
    pub(super) const NETWORK: Self = Self(1 << 4);
    pub(super) const VERSION: Self = Self(1 << 5);
    pub(super) const SECRET: Self = Self(1 << 6);
    /// `key`: as often the name of a setting or of a file as a secret.
    pub(super) const KEY: Self = Self(1 << 7);
    pub(super) const ONE_TIME_PASSWORD: Self = Self(1 << 8);
    /// The name is an identifier's (`account_id`) or else says that no secret is meant (`idempotency_key`).
    pub(super) const IDENTIFIER: Self = Self(1 << 9);
    pub(super) const NOT_SECRET: Self = Self(1 << 10);
    pub(super) const BIRTH: Self = Self(1 << 11);
    /// Names of people.
    pub(super) const PERSON: Self = Self(1 << 12);
    pub(super) const ADDRESS: Self = Self(1 << 13);
    pub(super) const ORGANISATION: Self = Self(1 << 14);
    pub(super) const BANK: Self = Self(1 << 15);
    pub(super) const TAX: Self = Self(1 << 16);
    pub(super) const POSITION: Self = Self(1 << 17);
    /// What machines are told apart by.
    pub(super) const HARDWARE: Self = Self(1 << 18);
    /// What only Swedes call their numbers, and only Danes theirs.
    pub(super) const SWEDISH: Self = Self(1 << 19);
    pub(super) const DANISH: Self = Self(1 << 20);
    pub(super) const EMAIL: Self = Self(1 << 21);
    /// What Americans call their numbers, and some others theirs.
    pub(super) const AMERICAN: Self = Self(1 << 24);
    pub(super) const FAMILY_NAME: Self = Self(1 << 23);
    /// The name says that a file, a firm or a product is named, not a person.
    pub(super) const NOT_PERSON: Self = Self(1 << 22);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }
}

impl BitOr for Topics {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

/// Recognises the words.
pub(super) struct Lexicon {
    words: AhoCorasick,
}

impl Lexicon {
    pub(super) fn new() -> Self {
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(WORDS.iter().map(|(word, ..)| word));
        // A list this short is far below every limit of the automaton; without it no word would count as telling.
        #[expect(clippy::expect_used, reason = "the words are constants, and every test builds this")]
        let words = words.expect("the words make a small automaton");
        Self { words }
    }

    /// What a name is about.
    pub(super) fn of_name(&self, name: &str) -> Topics {
        let mut topics = self.of_text(name.as_bytes());
        if topics.has(Topics::IDENTIFIER) {
            topics = topics.without(Topics::ACCOUNT.or(Topics::CARD).or(Topics::PHONE).or(Topics::KEY));
        }
        if topics.has(Topics::NOT_SECRET) {
            topics = topics.without(Topics::SECRET.or(Topics::KEY));
        }
        if topics.has(Topics::NOT_PERSON) {
            topics = topics.without(Topics::PERSON);
        }
        if topics.has(Topics::NETWORK.or(Topics::HARDWARE).or(Topics::EMAIL)) {
            topics = topics.without(Topics::ADDRESS);
        }
        topics
    }

    /// What the words of a text are about.
    pub(super) fn of_text(&self, text: &[u8]) -> Topics {
        let mut topics = Topics::default();
        for found in self.words.find_overlapping_iter(text) {
            let Some((_, part, topic)) = WORDS.get(found.pattern().as_usize()) else { continue };
            let starts = *part == Part::Any || starts_word(text, found.start());
            let ends = *part != Part::Whole || ends_word(text, found.end());
            if starts && ends {
                topics = topics | *topic;
            }
        }
        topics
    }
}

/// Whether a word starts here: after something that isn't a letter, or where camelCase changes.
fn starts_word(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| text.get(before)) else { return true };
    !is_letter(*before) || (before.is_ascii_lowercase() && text.get(at).is_some_and(u8::is_ascii_uppercase))
}

/// Whether a word ends here.
fn ends_word(text: &[u8], at: usize) -> bool {
    let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|before| text.get(before)), text.get(at)) else {
        return true;
    };
    !is_letter(*after) || (before.is_ascii_lowercase() && after.is_ascii_uppercase())
}

/// A letter, or a part of one that isn't ASCII.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_counts_where_it_stands_alone_or_where_names_are_run_together() {
        let lexicon = Lexicon::new();
        for (name, topic) in [
            ("bank_account", Topics::ACCOUNT),
            ("kontonummer", Topics::ACCOUNT),
            ("userPhone", Topics::PHONE),
            ("accessToken", Topics::SECRET),
            ("accesstoken", Topics::SECRET),
            ("national_id", Topics::NATIONAL_ID),
            ("Fødselsnr", Topics::NATIONAL_ID),
            ("client_ip", Topics::NETWORK),
        ] {
            assert!(lexicon.of_name(name).has(topic), "{name}");
        }
        for (name, topic) in [
            ("discard", Topics::CARD),
            ("author", Topics::SECRET),
            ("recipient", Topics::NETWORK),
            ("account_id", Topics::ACCOUNT),
            ("idempotency_key", Topics::KEY),
            ("company", Topics::CARD),
        ] {
            assert!(!lexicon.of_name(name).has(topic), "{name}");
        }
    }
}
