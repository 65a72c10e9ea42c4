//! What the name of a column says: its words, looked up in eight languages.

mod phrases;
mod subject;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::LazyLock;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;

pub use subject::Subject;

/// A word as it is written, in lower case, and as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    written: String,
    folded: String,
}

/// A phrase and what it is about.
struct Phrase {
    subject: Subject,
    words: Vec<Word>,
    joined: String,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let of = |(subject, phrases): &(Subject, &'static str)| {
        let subject = *subject;
        phrases.split('|').map(move |phrase| {
            let words: Vec<Word> = phrase.split_whitespace().map(Word::new).collect();
            Phrase { subject, joined: joined(&words), words }
        })
    };
    phrases::PHRASES.iter().flat_map(of).collect()
});

/// What a name says: the subject of its longest known phrase; of two of one length the later in the name, since the last
/// words of a name say what it is (`email_status` is a status); of two in one place that which is spelt the same.
///
/// An identifier is only what a phrase says that includes its last word: `document_id` is no document, `session_id` is a
/// secret.
pub fn subject(name: &str) -> Option<Subject> {
    let words = words(name);
    let joined = joined(&words);
    let of_all = ends_as_identifier(&words);
    let mut best: Option<((usize, usize, usize), Subject)> = None;
    for phrase in PHRASES.iter() {
        let Some(rank) = found(&words, &joined, phrase) else { continue };
        if of_all && rank.1 < words.len() {
            continue;
        }
        if best.is_none_or(|(known, _)| rank > known) {
            best = Some((rank, phrase.subject));
        }
    }
    best.map(|(_, subject)| subject)
}

/// Whether the name ends as one of an identifier does: `user_id`, `uuid`, `externalId`.
pub fn is_identifier(name: &str) -> bool {
    ends_as_identifier(&words(name))
}

/// The decision that fills a search vector from the texts beside it, as it is written; `None` if there are none. From
/// which of them it really is made, a trigger knows alone.
pub fn search_vector(beside: &[Column]) -> Option<String> {
    let has_text = |column: &&Column| matches!(column.class, TypeClass::Text | TypeClass::Json | TypeClass::Jsonb);
    let from = beside.iter().filter(has_text).filter(|column| !column.generated && is_searched(&column.name));
    let from: Vec<String> = from.map(|column| Value::from(column.name.as_str()).to_string()).collect();
    (!from.is_empty()).then(|| format!("{{ tsvector: {{ from: [{}] }} }}", from.join(", ")))
}

/// Whether a column of this name holds what people search for: texts and names.
fn is_searched(name: &str) -> bool {
    use Subject::{Address, City, Company, FirstName, FullName, LastName, Prose, Title, Username};
    let is_text = |subject| {
        matches!(subject, Prose | FullName | FirstName | LastName | Company | Title | Username | Address | City)
    };
    subject(name).map_or(!is_identifier(name), is_text)
}

/// A coordinate of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// North and south.
    Latitude,
    /// East and west.
    Longitude,
}

/// Which coordinate a column holds, and the name of the other among those of its table: `home_lat` goes with `home_lng`.
pub fn coordinates<'n>(name: &str, others: impl IntoIterator<Item = &'n str>) -> Option<(Axis, &'n str)> {
    let own = axis(name)?;
    let is_other = |other: &&str| axis(other).is_some_and(|(axis, rest)| axis != own.0 && rest == own.1);
    Some((own.0, others.into_iter().find(is_other)?))
}

/// The coordinate that a name says, and its other words.
fn axis(name: &str) -> Option<(Axis, Vec<String>)> {
    const LATITUDES: &[&str] = &["lat", "latitude", "latitud", "breddegrad", "breddgrad", "leveysaste", "breitengrad"];
    const LONGITUDES: &[&str] = &[
        "lon",
        "lng",
        "long",
        "longitude",
        "longitud",
        "lengdegrad",
        "langdgrad",
        "langdegrad",
        "pituusaste",
        "langengrad",
    ];
    let mut words: Vec<String> = words(name).into_iter().map(|word| word.folded).collect();
    let is_axis = |word: &String| [LATITUDES, LONGITUDES].iter().any(|all| all.contains(&word.as_str()));
    let at = words.iter().position(is_axis)?;
    let word = words.remove(at);
    Some((if LATITUDES.contains(&word.as_str()) { Axis::Latitude } else { Axis::Longitude }, words))
}

fn ends_as_identifier(words: &[Word]) -> bool {
    let is_one =
        |last: &Word| matches!(last.written.as_str(), "id" | "ids" | "uuid" | "guid" | "uid" | "pk" | "ref" | "key");
    words.last().is_some_and(is_one)
}

/// How many words of a phrase were found, where they end, and how many are spelt the same.
fn found(words: &[Word], joined: &str, phrase: &Phrase) -> Option<(usize, usize, usize)> {
    let length = phrase.words.len();
    let is_same = |window: &[Word]| window.iter().zip(&phrase.words).all(|(a, b)| a.folded == b.folded);
    if let Some(at) = words.windows(length).rposition(is_same) {
        let found = words.iter().skip(at).zip(&phrase.words);
        return Some((length, at + length, found.filter(|(a, b)| a.written == b.written).count()));
    }
    // `FIRSTNAME`, `contactperson`: run together, the whole name is the phrase.
    (length > 1 && joined == phrase.joined).then_some((length, words.len(), 0))
}

fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.folded.as_str()).collect()
}

impl Word {
    fn new(written: &str) -> Self {
        Self { written: written.to_lowercase(), folded: folded(written) }
    }
}

/// Without marks on letters, however somebody without the keys for them wrote it: `fødsel`, `foedsel` and `fodsel` are one.
fn folded(word: &str) -> String {
    let letters = word.to_lowercase().replace('ø', "o").replace('æ', "ae").replace('ß', "ss").replace('œ', "oe");
    let plain: String = letters.nfd().filter(|letter| !is_combining_mark(*letter)).collect();
    plain.replace("aa", "a").replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// The words of a name: `snake_case`, `camelCase`, `HTTPServer`, `address2`.
fn words(name: &str) -> Vec<Word> {
    spelt(name).iter().map(|word| Word::new(word)).collect()
}

fn spelt(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let characters: Vec<char> = name.chars().collect();
    let mut word = String::new();
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(at + 1);
        let begins = character.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
                || before.is_some_and(|before| before.is_uppercase())
                    && after.is_some_and(|after| after.is_lowercase()));
        if (begins || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}
