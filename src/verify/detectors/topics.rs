//! What the names around a cell are about: `kontonr` is about accounts, `refresh_token` about secrets.

use std::ops::BitOr;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// What the name of the column, and the key within a JSON document, say about a cell. Made once for a column or key, by
/// [`super::Detectors::context`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Context {
    pub(super) topics: Topics,
}

/// A set of topics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Topics(u16);

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
    const IDENTIFIER: Self = Self(1 << 9);
    const NOT_SECRET: Self = Self(1 << 10);

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

/// How much of a word has to be met.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// All of it.
    Whole,
    /// How it starts: `kontonummer`.
    Start,
    /// Any part: names are run together, `accesstoken`.
    Any,
}
use Part::{Any, Start, Whole};

const WORDS: &[(&str, Part, Topics)] = &[
    ("konto", Any, Topics::ACCOUNT),
    ("account", Any, Topics::ACCOUNT),
    ("acct", Start, Topics::ACCOUNT),
    ("iban", Start, Topics::ACCOUNT),
    ("bban", Start, Topics::ACCOUNT),
    ("fnr", Whole, Topics::NATIONAL_ID),
    ("dnr", Whole, Topics::NATIONAL_ID),
    ("fodselsn", Any, Topics::NATIONAL_ID),
    ("fødselsn", Any, Topics::NATIONAL_ID),
    ("FØDSELSN", Any, Topics::NATIONAL_ID),
    ("fodsels_n", Any, Topics::NATIONAL_ID),
    ("personn", Start, Topics::NATIONAL_ID),
    ("personal_n", Start, Topics::NATIONAL_ID),
    ("personident", Start, Topics::NATIONAL_ID),
    ("d-nummer", Start, Topics::NATIONAL_ID),
    ("dnummer", Start, Topics::NATIONAL_ID),
    ("national_id", Start, Topics::NATIONAL_ID),
    ("nationalid", Start, Topics::NATIONAL_ID),
    ("national id", Start, Topics::NATIONAL_ID),
    ("identity_n", Start, Topics::NATIONAL_ID),
    ("ssn", Whole, Topics::NATIONAL_ID),
    ("nin", Whole, Topics::NATIONAL_ID),
    ("social_security", Start, Topics::NATIONAL_ID),
    ("kort", Start, Topics::CARD),
    ("bankkort", Start, Topics::CARD),
    ("card", Start, Topics::CARD),
    ("creditcard", Start, Topics::CARD),
    ("debitcard", Start, Topics::CARD),
    ("pan", Whole, Topics::CARD),
    ("visa", Whole, Topics::CARD),
    ("mastercard", Start, Topics::CARD),
    ("amex", Whole, Topics::CARD),
    ("tlf", Start, Topics::PHONE),
    ("telef", Any, Topics::PHONE),
    ("phone", Start, Topics::PHONE),
    ("telephone", Start, Topics::PHONE),
    ("cellphone", Start, Topics::PHONE),
    ("mobil", Start, Topics::PHONE),
    ("msisdn", Start, Topics::PHONE),
    ("tel", Whole, Topics::PHONE),
    ("cell", Whole, Topics::PHONE),
    ("sms", Whole, Topics::PHONE),
    ("fax", Whole, Topics::PHONE),
    ("vipps", Whole, Topics::PHONE),
    ("puhelin", Start, Topics::PHONE),
    ("ip", Whole, Topics::NETWORK),
    ("ipv4", Whole, Topics::NETWORK),
    ("ipv6", Whole, Topics::NETWORK),
    ("ipadd", Start, Topics::NETWORK),
    ("inet", Whole, Topics::NETWORK),
    ("host", Start, Topics::NETWORK),
    ("remote", Whole, Topics::NETWORK),
    ("forwarded", Whole, Topics::NETWORK),
    ("peer", Whole, Topics::NETWORK),
    ("version", Any, Topics::VERSION),
    ("versjon", Any, Topics::VERSION),
    ("ver", Whole, Topics::VERSION),
    ("build", Whole, Topics::VERSION),
    ("release", Whole, Topics::VERSION),
    ("firmware", Whole, Topics::VERSION),
    ("oid", Whole, Topics::VERSION),
    ("section", Whole, Topics::VERSION),
    ("token", Any, Topics::SECRET),
    ("secret", Any, Topics::SECRET),
    ("passw", Any, Topics::SECRET),
    ("passord", Any, Topics::SECRET),
    ("pwd", Whole, Topics::SECRET),
    ("session", Start, Topics::SECRET),
    ("refresh", Start, Topics::SECRET),
    ("credential", Start, Topics::SECRET),
    ("cookie", Start, Topics::SECRET),
    ("bearer", Whole, Topics::SECRET),
    ("auth", Whole, Topics::SECRET),
    ("authorization", Whole, Topics::SECRET),
    ("apikey", Start, Topics::SECRET),
    ("api_key", Start, Topics::SECRET),
    ("access_key", Start, Topics::SECRET),
    ("private_key", Start, Topics::SECRET),
    ("key", Whole, Topics::KEY),
    ("keys", Whole, Topics::KEY),
    ("otp", Whole, Topics::ONE_TIME_PASSWORD),
    ("totp", Start, Topics::ONE_TIME_PASSWORD),
    ("mfa", Start, Topics::ONE_TIME_PASSWORD),
    ("2fa", Start, Topics::ONE_TIME_PASSWORD),
    ("twofactor", Start, Topics::ONE_TIME_PASSWORD),
    ("two_factor", Start, Topics::ONE_TIME_PASSWORD),
    ("id", Whole, Topics::IDENTIFIER),
    ("uuid", Whole, Topics::IDENTIFIER),
    ("idempotency", Start, Topics::NOT_SECRET),
    ("public_key", Start, Topics::NOT_SECRET),
    ("foreign_key", Start, Topics::NOT_SECRET),
    ("primary_key", Start, Topics::NOT_SECRET),
];

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
        topics
    }

    /// What the words of a text are about.
    pub(super) fn of_text(&self, text: &[u8]) -> Topics {
        let mut topics = Topics::default();
        for found in self.words.find_overlapping_iter(text) {
            let Some((_, part, topic)) = WORDS.get(found.pattern().as_usize()) else { continue };
            let starts = *part == Any || starts_word(text, found.start());
            let ends = *part != Whole || ends_word(text, found.end());
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
