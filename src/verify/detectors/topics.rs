//! What the names around a cell are about: `kontonr` is about accounts, `refresh_token` about secrets.

use std::ops::BitOr;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// What the name of the column, and the key within a JSON document, say about a cell. Made once for a column or key, by
/// [`super::Detectors::context`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Context {
    pub(super) topics: Topics,
    /// The shop's own detectors whose words the names hold, bit by bit.
    pub(super) own: u64,
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
    const IDENTIFIER: Self = Self(1 << 9);
    const NOT_SECRET: Self = Self(1 << 10);
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
    const NOT_PERSON: Self = Self(1 << 22);

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
    ("ssn", Whole, Topics::NATIONAL_ID.or(Topics::AMERICAN)),
    ("nin", Whole, Topics::NATIONAL_ID),
    ("social_security", Start, Topics::NATIONAL_ID.or(Topics::AMERICAN)),
    ("kort", Start, Topics::CARD),
    ("bankkort", Start, Topics::CARD),
    ("card", Start, Topics::CARD),
    ("creditcard", Start, Topics::CARD),
    ("debitcard", Start, Topics::CARD),
    ("pan", Whole, Topics::CARD),
    ("visa", Whole, Topics::CARD),
    ("mastercard", Start, Topics::CARD),
    ("amex", Whole, Topics::CARD),
    ("cpr", Whole, Topics::NATIONAL_ID.or(Topics::DANISH)),
    ("cprn", Start, Topics::NATIONAL_ID.or(Topics::DANISH)),
    ("cpr_n", Start, Topics::NATIONAL_ID.or(Topics::DANISH)),
    ("samordningsn", Start, Topics::NATIONAL_ID.or(Topics::SWEDISH)),
    ("svensk", Start, Topics::SWEDISH),
    ("swed", Start, Topics::SWEDISH),
    ("sverige", Whole, Topics::SWEDISH),
    ("henkilötunnus", Start, Topics::NATIONAL_ID),
    ("henkilotunnus", Start, Topics::NATIONAL_ID),
    ("personbeteckning", Start, Topics::NATIONAL_ID),
    ("hetu", Whole, Topics::NATIONAL_ID),
    ("sotu", Whole, Topics::NATIONAL_ID),
    ("nino", Whole, Topics::NATIONAL_ID),
    ("ni_n", Start, Topics::NATIONAL_ID),
    ("ni number", Start, Topics::NATIONAL_ID),
    ("national_insurance", Start, Topics::NATIONAL_ID),
    ("national insurance", Start, Topics::NATIONAL_ID),
    ("nationalinsurance", Start, Topics::NATIONAL_ID),
    ("social security", Start, Topics::NATIONAL_ID.or(Topics::AMERICAN)),
    ("social-security", Start, Topics::NATIONAL_ID.or(Topics::AMERICAN)),
    ("socialsecurity", Start, Topics::NATIONAL_ID.or(Topics::AMERICAN)),
    ("itin", Whole, Topics::NATIONAL_ID.or(Topics::AMERICAN)),
    ("orgnr", Any, Topics::ORGANISATION),
    ("org.nr", Start, Topics::ORGANISATION),
    ("org nr", Start, Topics::ORGANISATION),
    ("org_n", Start, Topics::ORGANISATION),
    ("orgn", Start, Topics::ORGANISATION),
    ("organisasjonsn", Start, Topics::ORGANISATION),
    ("organisationsn", Start, Topics::ORGANISATION),
    ("organisation_n", Start, Topics::ORGANISATION),
    ("organization_n", Start, Topics::ORGANISATION),
    ("organisation n", Start, Topics::ORGANISATION),
    ("organization n", Start, Topics::ORGANISATION),
    ("company_n", Start, Topics::ORGANISATION),
    ("company n", Start, Topics::ORGANISATION),
    ("foretaksn", Start, Topics::ORGANISATION),
    ("brreg", Start, Topics::ORGANISATION),
    ("mva", Start, Topics::ORGANISATION.or(Topics::TAX)),
    ("moms", Start, Topics::TAX),
    ("vat", Whole, Topics::TAX),
    ("vatn", Start, Topics::TAX),
    ("vatid", Start, Topics::TAX),
    ("ust", Start, Topics::TAX),
    ("tva", Whole, Topics::TAX),
    ("tax", Whole, Topics::TAX),
    ("taxn", Start, Topics::TAX),
    ("taxid", Start, Topics::TAX),
    ("alv", Whole, Topics::TAX),
    ("bic", Whole, Topics::BANK),
    ("bics", Whole, Topics::BANK),
    ("bicc", Start, Topics::BANK),
    ("swift", Start, Topics::BANK),
    ("birth", Start, Topics::BIRTH),
    ("dateofbirth", Start, Topics::BIRTH),
    ("dob", Whole, Topics::BIRTH),
    ("born", Whole, Topics::BIRTH),
    ("bday", Whole, Topics::BIRTH),
    ("født", Start, Topics::BIRTH),
    ("fødse", Start, Topics::BIRTH),
    ("fodt", Start, Topics::BIRTH),
    ("fodse", Start, Topics::BIRTH),
    ("f.dato", Start, Topics::BIRTH),
    ("född", Start, Topics::BIRTH),
    ("fødd", Start, Topics::BIRTH),
    ("födel", Start, Topics::BIRTH),
    ("fodelse", Start, Topics::BIRTH),
    ("syntym", Start, Topics::BIRTH),
    ("syntyn", Start, Topics::BIRTH),
    ("gebor", Start, Topics::BIRTH),
    ("geburt", Start, Topics::BIRTH),
    ("naissance", Whole, Topics::BIRTH),
    ("né le", Start, Topics::BIRTH),
    ("née le", Start, Topics::BIRTH),
    ("name", Whole, Topics::PERSON),
    ("names", Whole, Topics::PERSON),
    ("firstname", Any, Topics::PERSON),
    ("lastname", Any, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("fullname", Any, Topics::PERSON),
    ("surname", Any, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("forename", Start, Topics::PERSON),
    ("last_name", Any, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("family_name", Any, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("last name", Start, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("familyname", Any, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("givenname", Any, Topics::PERSON),
    ("middlename", Any, Topics::PERSON),
    ("navn", Whole, Topics::PERSON),
    ("fornavn", Start, Topics::PERSON),
    ("etternavn", Start, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("efternavn", Start, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("mellomnavn", Start, Topics::PERSON),
    ("namn", Whole, Topics::PERSON),
    ("förnamn", Start, Topics::PERSON),
    ("fornamn", Start, Topics::PERSON),
    ("efternamn", Start, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("etunimi", Start, Topics::PERSON),
    ("sukunimi", Start, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("nimi", Whole, Topics::PERSON),
    ("vorname", Start, Topics::PERSON),
    ("nachname", Start, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("familienname", Start, Topics::PERSON.or(Topics::FAMILY_NAME)),
    ("prenom", Start, Topics::PERSON),
    ("prénom", Start, Topics::PERSON),
    ("nom", Whole, Topics::PERSON),
    ("heter", Whole, Topics::PERSON),
    ("hilsen", Whole, Topics::PERSON),
    ("mvh", Whole, Topics::PERSON),
    ("regards", Whole, Topics::PERSON),
    ("sincerely", Whole, Topics::PERSON),
    ("dear", Whole, Topics::PERSON),
    ("mr", Whole, Topics::PERSON),
    ("mrs", Whole, Topics::PERSON),
    ("ms", Whole, Topics::PERSON),
    ("customer", Whole, Topics::PERSON),
    ("kunde", Whole, Topics::PERSON),
    ("kunden", Whole, Topics::PERSON),
    ("patient", Start, Topics::PERSON),
    ("pasient", Start, Topics::PERSON),
    ("employee", Start, Topics::PERSON),
    ("ansatt", Start, Topics::PERSON),
    ("applicant", Start, Topics::PERSON),
    ("søker", Start, Topics::PERSON),
    ("holder", Whole, Topics::PERSON),
    ("beneficiary", Start, Topics::PERSON),
    ("signatory", Start, Topics::PERSON),
    ("contact_person", Start, Topics::PERSON),
    ("kontaktperson", Start, Topics::PERSON),
    ("file", Start, Topics::NOT_PERSON),
    ("product", Start, Topics::NOT_PERSON),
    ("company", Start, Topics::NOT_PERSON),
    ("firm", Start, Topics::NOT_PERSON),
    ("organi", Start, Topics::NOT_PERSON),
    ("brand", Start, Topics::NOT_PERSON),
    ("host", Start, Topics::NOT_PERSON),
    ("domain", Start, Topics::NOT_PERSON),
    ("table", Start, Topics::NOT_PERSON),
    ("column", Start, Topics::NOT_PERSON),
    ("street", Start, Topics::NOT_PERSON.or(Topics::ADDRESS)),
    ("city", Start, Topics::NOT_PERSON),
    ("address", Any, Topics::ADDRESS),
    ("addr", Whole, Topics::ADDRESS),
    ("adresse", Any, Topics::ADDRESS),
    ("adress", Any, Topics::ADDRESS),
    ("osoite", Any, Topics::ADDRESS),
    ("gate", Whole, Topics::ADDRESS),
    ("gateadr", Start, Topics::ADDRESS),
    ("bor", Whole, Topics::ADDRESS),
    ("lives", Whole, Topics::ADDRESS),
    ("live", Whole, Topics::ADDRESS),
    ("deliver", Start, Topics::ADDRESS),
    ("lever", Start, Topics::ADDRESS),
    ("residen", Start, Topics::ADDRESS),
    ("shipping", Start, Topics::ADDRESS),
    ("billing", Start, Topics::ADDRESS),
    ("coord", Start, Topics::POSITION),
    ("koordinat", Start, Topics::POSITION),
    ("position", Start, Topics::POSITION),
    ("posisjon", Start, Topics::POSITION),
    ("location", Start, Topics::POSITION),
    ("lokasjon", Start, Topics::POSITION),
    ("geo", Start, Topics::POSITION),
    ("gps", Whole, Topics::POSITION),
    ("lat", Whole, Topics::POSITION),
    ("lon", Whole, Topics::POSITION),
    ("lng", Whole, Topics::POSITION),
    ("long", Whole, Topics::POSITION),
    ("latlon", Start, Topics::POSITION),
    ("latlng", Start, Topics::POSITION),
    ("latitude", Start, Topics::POSITION),
    ("longitude", Start, Topics::POSITION),
    ("breddegrad", Start, Topics::POSITION),
    ("lengdegrad", Start, Topics::POSITION),
    ("wgs84", Start, Topics::POSITION),
    ("mac", Whole, Topics::HARDWARE),
    ("macadd", Start, Topics::HARDWARE),
    ("bssid", Whole, Topics::HARDWARE),
    ("hwaddr", Start, Topics::HARDWARE),
    ("bluetooth", Start, Topics::HARDWARE),
    ("mail", Any, Topics::EMAIL),
    ("e-post", Any, Topics::EMAIL),
    ("epost", Any, Topics::EMAIL),
    ("contact", Start, Topics::EMAIL),
    ("kontakt", Start, Topics::EMAIL),
    ("skriv", Start, Topics::EMAIL),
    ("write", Start, Topics::EMAIL),
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
    ("puh", Whole, Topics::PHONE),
    ("handy", Whole, Topics::PHONE),
    ("rufnummer", Start, Topics::PHONE),
    ("portable", Whole, Topics::PHONE),
    ("tél", Start, Topics::PHONE),
    ("ring", Whole, Topics::PHONE),
    ("call", Whole, Topics::PHONE),
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
