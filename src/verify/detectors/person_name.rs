//! Names of people: a given name beside a family name, both from lists of common ones in Norway, Sweden, Denmark, Finland,
//! Germany, France, Britain and the United States, and of their larger minorities.
//!
//! Given names alone say nothing: masked rows have real ones too. Made-up family names are compounds that nobody has, so
//! none of them is in a list of common ones. A name in a column or after a word for names is a finding; two listed words
//! side by side elsewhere may be a street, a shop or a saint, so there several different ones are needed.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use super::{
    Detector, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "person_name",
    kinds: &[Kind::PersonName],
    examples: &[
        within("full_name", "Kari Nordmann"),
        within("name", "HANSEN, OLA"),
        within("last_name", "Johansen"),
        within("customer_name", "Anne-Marie Lindström"),
        within("etternavn", "Hansen Moe"),
        bare("Hilsen Ola Hansen"),
        bare("My name is Mary Ann Smith."),
        bare("Dear Mr. John Smith, thank you"),
    ],
    counter_examples: &[
        // Masked: a common given name and a family name that nobody has.
        within("full_name", "Tuva Rypestup"),
        within("last_name", "Embermoor"),
        within("last_name", "Bergtjern"),
        within("first_name", "Kari"),
        within("first_name", "Martin"),
        within("nickname", "Ola Martin"),
        within("product_name", "Paul Smith"),
        within("name", "Berg"),
        within("company_name", "Hansen"),
        bare("Smith & Wesson"),
        bare("Ring Kari i morgen"),
        bare("hilsen ola hansen"),
    ],
    trigger: Trigger::AnyOf(&[Trigger::WholeCell(Topics::PERSON), Trigger::Prefixes(|| NAMES.family_in_text.clone())]),
    find,
};

/// The share of pairs of listed words that stand in ordinary text and name nobody; five different ones in a column are
/// beyond chance.
const BY_CHANCE: f64 = 0.05;

/// No name has more words.
const MOST_WORDS: usize = 5;

struct Names {
    given: HashSet<String>,
    family: HashSet<String>,
    /// As they are written, with a space before them.
    family_in_text: Vec<&'static str>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let words = |text: &'static str| text.split_whitespace();
    let family = include_str!("names/family.txt");
    let mut family_in_text: Vec<&'static str> = words(family).collect();
    family_in_text.sort_unstable();
    family_in_text.dedup();
    Names {
        given: words(include_str!("names/given.txt")).map(str::to_lowercase).collect(),
        family: words(family).map(str::to_lowercase).collect(),
        family_in_text,
    }
});

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let is_column = cell.context.topics.has(Topics::PERSON);
    if place.is_empty() {
        whole(cell, hits);
        return None;
    }
    if is_column && is_short(cell.text) {
        return None;
    }
    let family = family_end(cell, &place)?;
    let (start, given) = given_before(cell, place.start)?;
    let span = start..family;
    if cell.is_about(Topics::PERSON, &span) {
        hits.add(Kind::PersonName, span, Certainty::Likely);
    } else if !NAMES.given.contains(&cell.text.get(place)?.to_lowercase()) {
        let text = cell.text.get(span.clone())?.to_lowercase();
        hits.by_chance(Kind::PersonName, span, text.as_bytes(), BY_CHANCE, given);
    }
    Some(family)
}

fn is_short(text: &str) -> bool {
    text.len() <= 80 && text.split_whitespace().count() <= MOST_WORDS
}

/// A cell of a column of names: given names and a family name, or the other way round; a family name alone where only
/// these stand. Masking makes up the family name, so a listed given name in its place says nothing.
fn whole(cell: &Cell<'_>, hits: &mut Hits) {
    let text = cell.text.trim();
    if !is_short(text) || text.is_empty() {
        return;
    }
    let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | '-' | '.');
    let words: Vec<String> = text.split(is_between).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    if !words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || c == '\'')) {
        return;
    }
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    let is_given = |word: &String| NAMES.given.contains(word);
    let is_family = |word: &String| NAMES.family.contains(word);
    let found = if is_of_family_names(cell) {
        words.iter().all(is_family)
    } else if text.contains(',') {
        is_family(first) && words.iter().skip(1).any(is_given)
    } else if words.len() > 1 {
        // `Ola Martin` may as well be two given names, as a masked nickname is.
        let is_family_only = |word| is_family(word) && !is_given(word);
        (is_given(first) && is_family_only(last)) || (is_family_only(first) && is_given(last))
    } else {
        false
    };
    if found {
        let start = cell.text.len() - cell.text.trim_start().len();
        hits.add(Kind::PersonName, start..start + text.len(), Certainty::Likely);
    }
}

/// Whether only family names stand here; a column of any names may hold streets and towns.
fn is_of_family_names(cell: &Cell<'_>) -> bool {
    cell.context.topics.has(Topics::FAMILY_NAME)
}

/// Where a family name ends that stands there: `Hansen`, `Hansens` and `Smith's` are names, `Hansendal` isn't, nor is a
/// given name with another name behind it.
fn family_end(cell: &Cell<'_>, place: &Range<usize>) -> Option<usize> {
    let is_genitive = cell.byte(place.end) == b's' && !cell.is_before_word(place.end + 1);
    if cell.is_before_word(place.end) && !is_genitive {
        return None;
    }
    let is_also_given = NAMES.given.contains(&cell.text.get(place.clone())?.to_lowercase());
    let rest = cell.text.get(place.end..)?;
    let goes_on = rest.strip_prefix([' ', '-']).is_some_and(|rest| rest.starts_with(char::is_uppercase));
    (!(is_also_given && goes_on)).then_some(place.end)
}

/// Where the given names start that stand before a family name: one to three capitalised words of which the first is listed.
fn given_before(cell: &Cell<'_>, end: usize) -> Option<(usize, bool)> {
    let mut at = end;
    for _ in 0..3 {
        let before = cell.text.get(..at)?;
        let trimmed = before.strip_suffix(' ').or(before.strip_suffix('\u{a0}'))?;
        let trimmed = trimmed.strip_suffix('.').unwrap_or(trimmed);
        let word = trimmed.rsplit(|c: char| !c.is_alphabetic() && c != '-').next()?;
        if !word.starts_with(char::is_uppercase) {
            return None;
        }
        at = trimmed.len() - word.len();
        let first = word.split('-').next().unwrap_or(word);
        if NAMES.given.contains(&first.to_lowercase()) {
            return Some((at, true));
        }
    }
    None
}
