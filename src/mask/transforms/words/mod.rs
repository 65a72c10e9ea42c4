//! The words that made-up people and places are put together from.
//!
//! Given names are real ones that very many people share. Family names are compounds that nobody has, so that no masked
//! full name is the name of a person.

mod ar_sa;
mod cy_gb;
mod da_dk;
mod de_de;
mod en;
mod fa_ir;
mod fi_fi;
mod fr_fr;
pub(super) mod gender;
mod hasher;
mod it_it;
mod ja_jp;
mod nb_no;
mod nl_nl;
mod pt_br;
mod pt_pt;
mod sv_se;
mod tr_tr;
mod zh_cn;
mod zh_tw;

use std::sync::{LazyLock, OnceLock};

use super::postcode::compact;
use super::spelling::fold;
use crate::rules::transform::Locale;
use gender::{Gender, Genders};

/// What the file of a locale says: words with white space between them, unless said otherwise.
struct Source {
    /// Given names of women.
    women: &'static str,
    /// Given names of men.
    men: &'static str,
    /// Given names in the order of a public list, of whomever; those above may be among them.
    given: &'static [&'static str],
    /// The first and second parts of family names.
    family: (&'static str, &'static str),
    /// Streets, with `@` for a family name and `#` for a number.
    streets: &'static [&'static str],
    /// Towns, each with one of its postal codes: `Oslo=0155; Bergen=5014`.
    towns: &'static str,
    /// Whether the family name comes first, without a space.
    family_first: bool,
}

impl Source {
    const EMPTY: Self =
        Self { women: "", men: "", given: &[], family: ("", ""), streets: &[], towns: "", family_first: false };

    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::ArSa => &ar_sa::SOURCE,
            Locale::CyGb => &cy_gb::SOURCE,
            Locale::DaDk => &da_dk::SOURCE,
            Locale::DeDe => &de_de::SOURCE,
            Locale::En => &en::SOURCE,
            Locale::FaIr => &fa_ir::SOURCE,
            Locale::FiFi => &fi_fi::SOURCE,
            Locale::FrFr => &fr_fr::SOURCE,
            Locale::ItIt => &it_it::SOURCE,
            Locale::JaJp => &ja_jp::SOURCE,
            Locale::NbNo => &nb_no::SOURCE,
            Locale::NlNl => &nl_nl::SOURCE,
            Locale::PtBr => &pt_br::SOURCE,
            Locale::PtPt => &pt_pt::SOURCE,
            Locale::SvSe => &sv_se::SOURCE,
            Locale::TrTr => &tr_tr::SOURCE,
            Locale::ZhCn => &zh_cn::SOURCE,
            Locale::ZhTw => &zh_tw::SOURCE,
        }
    }

    fn towns(&self) -> impl Iterator<Item = Town> {
        self.towns.split(';').map(str::trim).filter(|town| !town.is_empty()).map(|town| {
            let (name, postcode) = town.split_once('=').unwrap_or((town, ""));
            Town { name: Word::new(name.to_owned()), postcode, code: compact(postcode) }
        })
    }
}

/// A word and what is needed of it for every cell.
#[derive(Clone)]
pub(super) struct Word {
    /// As people write it.
    pub(super) text: String,
    /// Lower-case letters without marks: what keys and addresses are made of.
    pub(super) folded: String,
    /// What of that every mail server takes; of a word in another script nothing.
    pub(super) ascii: String,
    /// Length in characters.
    pub(super) chars: usize,
}

impl Word {
    /// No word.
    pub(super) const EMPTY: Self = Self { text: String::new(), folded: String::new(), ascii: String::new(), chars: 0 };

    fn new(text: String) -> Self {
        let folded = String::from_utf8_lossy(fold(&text).as_bytes()).into_owned();
        let ascii = folded.chars().filter(char::is_ascii_alphanumeric).collect();
        Self { chars: text.chars().count(), ascii, folded, text }
    }
}

/// A town and one of its postal codes.
pub(super) struct Town {
    /// The name.
    pub(super) name: Word,
    /// A postal code there; empty where the locale has none.
    pub(super) postcode: &'static str,
    /// The code as codes are compared.
    pub(super) code: Vec<u8>,
}

/// The words of one locale.
pub(super) struct Words {
    /// Given names of women and men, mixed.
    pub(super) given: Vec<Word>,
    /// Those of women.
    women: Vec<Word>,
    /// Those of men.
    men: Vec<Word>,
    genders: Genders,
    /// Compounds that are nobody's family name.
    pub(super) family: Vec<Word>,
    /// Streets, with `@` for a family name and `#` for a number.
    pub(super) streets: &'static [&'static str],
    /// Towns.
    pub(super) towns: Vec<Town>,
    /// Whether people write the family name first, without a space, in this script.
    pub(super) family_first: bool,
}

impl Words {
    fn new(source: &'static Source) -> Self {
        let words = |text: &'static str| text.split_whitespace().map(|name| Word::new(name.to_owned())).collect();
        let (women, men): (Vec<Word>, Vec<Word>) = (words(source.women), words(source.men));
        // The public lists have words of two parts and other surprises; a name here is one word.
        let listed = source.given.iter().filter(|name| name.chars().all(char::is_alphabetic) && name.len() > 1);
        let mut given: Vec<Word> = listed.map(|name| Word::new((*name).to_owned())).collect();
        let known: std::collections::HashSet<String> = given.iter().map(|word| word.folded.clone()).collect();
        given.extend(women.iter().chain(&men).filter(|word| !known.contains(&word.folded)).cloned());
        let (first, second) = source.family;
        let compound = |first: &str, second: &str| Word::new(format!("{first}{second}"));
        let family = first
            .split_whitespace()
            .flat_map(|first| second.split_whitespace().map(move |second| compound(first, second)))
            .collect();
        Self {
            given,
            women,
            men,
            genders: Genders::new([source]),
            family,
            streets: source.streets,
            towns: source.towns().collect(),
            family_first: source.family_first,
        }
    }

    /// The words of a locale; made once.
    pub(super) fn of(locale: Locale) -> &'static Self {
        static MADE: [OnceLock<Words>; Locale::ALL.len()] = [const { OnceLock::new() }; Locale::ALL.len()];
        MADE[locale as usize].get_or_init(|| Self::new(Source::of(locale)))
    }

    /// As [`Self::of`], with English words where the locale's aren't in Latin letters: for domains and user names.
    pub(super) fn latin(locale: Locale) -> &'static Self {
        let words = Self::of(locale);
        let is_latin = words.family.first().is_some_and(|word| word.folded.is_ascii());
        if is_latin { words } else { Self::of(Locale::En) }
    }

    /// Given names of a gender, or of any.
    pub(super) fn given_of(&self, gender: Option<Gender>) -> &[Word] {
        match gender {
            Some(Gender::Woman) => &self.women,
            Some(Gender::Man) => &self.men,
            None => &self.given,
        }
    }

    /// Whose name a folded given name is, as far as the lists tell: here first, then anywhere.
    pub(super) fn gender_of(&self, folded: &[u8]) -> Option<Gender> {
        static ANYWHERE: LazyLock<Genders> = LazyLock::new(|| Genders::new(Locale::ALL.map(Source::of)));
        match self.genders.of(folded) {
            Some(gender) => gender,
            None => ANYWHERE.of(folded).flatten(),
        }
    }
}

/// Whether a word, folded, is a given name somewhere: for finding people in text.
pub(super) fn is_given_name(folded: &[u8]) -> bool {
    static GIVEN: LazyLock<std::collections::HashSet<Vec<u8>, hasher::QuickBuilder>> = LazyLock::new(|| {
        let nordic = [nb_no::SOURCE, sv_se::SOURCE, da_dk::SOURCE, fi_fi::SOURCE];
        let nordic = nordic.iter().flat_map(|source| [source.women, source.men]).chain([nb_no::GIVEN_SELDOM]);
        let elsewhere = en::given_elsewhere().into_iter().flatten().chain(en::SOURCE.given).copied();
        let all = nordic.flat_map(str::split_whitespace).chain(elsewhere);
        let all = all.filter(|name| !en::ALSO_A_WORD.contains(name));
        all.map(|name| fold(name).as_bytes().to_vec()).filter(|name| name.len() > 1).collect()
    });
    GIVEN.contains(folded)
}

#[cfg(test)]
mod tests;
