//! Names of people: a given name with a family name after it, and names that are known from the row.

use std::ops::Range;

use super::super::full_name::FullName;
use super::super::prescan::Prescan;
use super::super::spelling::fold;
use super::super::words::is_given_name;
use super::Finds;

/// What may stand, in small letters, between a given and a family name.
const PARTICLES: &[&str] = &[
    "af", "al", "av", "bin", "da", "de", "del", "den", "der", "di", "dos", "el", "ibn", "la", "ter", "van", "von", "zu",
];

/// More words than this make a heading, not a name.
const MOST_WORDS: usize = 5;

/// A word that begins with a capital, or is a particle.
struct NameWord<'a> {
    text: &'a str,
    place: Range<usize>,
}

/// Finds names by a given name that is known somewhere or in this database, and those of this database in any spelling.
pub(super) fn find(name: &FullName, known: &Prescan, text: &str, finds: &mut Finds) {
    find_capitalised(name, known, text, finds);
    find_known(name, known, text, finds);
    find_alone(name, known, text, finds);
}

/// Names that are everyday words too: at the beginning of a sentence, where every word has a capital, they are taken for those.
const ALSO_WORDS: &[&str] = &[
    "alf", "april", "art", "august", "bill", "bo", "bjorn", "dag", "even", "faith", "finn", "frank", "gro", "grace",
    "hans", "hope", "ida", "ivar", "joy", "june", "liv", "mai", "mark", "may", "norman", "odd", "ole", "per", "ray",
    "rose", "rune", "sol", "stein", "tor", "unn", "victor", "will",
];

/// What stands before a family name that stands alone, in Norwegian, Swedish, Danish, German and English.
const TITLES: &[&str] = &[
    "advokat",
    "doktor",
    "dr",
    "fru",
    "frau",
    "frøken",
    "herr",
    "hr",
    "lege",
    "miss",
    "mr",
    "mrs",
    "ms",
    "mx",
    "prof",
    "professor",
    "sir",
];

/// Finds given names of this database that stand alone, and its family names behind a title: `Hei Ingrid`, `Fru Ødegård`.
fn find_alone(name: &FullName, known: &Prescan, text: &str, finds: &mut Finds) {
    let mut title: Option<Range<usize>> = None;
    let mut from = 0;
    while let Some(word) = next_word(text, from) {
        from = word.place.end;
        let before = title.take();
        if TITLES.iter().any(|title| title.eq_ignore_ascii_case(word.text)) {
            title = Some(word.place);
            continue;
        }
        if !word.text.starts_with(char::is_uppercase) || !starts_a_word(text, word.place.start) {
            continue;
        }
        let gap = before.and_then(|title| text.get(title.end..word.place.start));
        if matches!(gap, Some(" " | ". " | ".")) && known.is_family(word.text) {
            finds.add(word.place.clone(), |out| name.put_family(word.text, out));
        }
        if !known.is_given(word.text) {
            continue;
        }
        let folded = fold(word.text);
        let is_word = ALSO_WORDS.iter().any(|also| also.as_bytes() == folded.as_bytes());
        if is_given_name(folded.as_bytes()) && !(is_word && begins_a_sentence(text, word.place.start)) {
            finds.add(word.place.clone(), |out| name.put(word.text, out));
        }
    }
}

fn begins_a_sentence(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end_matches(' ');
    before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '\r', '-', '•', '"', '('])
}

fn find_capitalised(name: &FullName, known: &Prescan, text: &str, finds: &mut Finds) {
    let is_given = |word: &str| known.is_given(word) || is_given_name(fold(word).as_bytes());
    let mut from = 0;
    while let Some(word) = next_capitalised(text, from) {
        from = word.place.end;
        if !is_given(word.text) {
            continue;
        }
        let rest = following(text, word.place.end, &is_given);
        let Some(last) = rest.last() else { continue };
        let place = word.place.start..last.place.end;
        from = place.end;
        let words = std::iter::once(&word).chain(&rest);
        let plain: Vec<&str> = words.filter(|word| !PARTICLES.contains(&word.text)).map(|word| word.text).collect();
        finds.add(place, |out| name.put(&plain.join(" "), out));
    }
}

/// Finds two words side by side, in whatever order and spelling, that are a given and a family name of this database.
fn find_known(name: &FullName, known: &Prescan, text: &str, finds: &mut Finds) {
    let mut before: Option<NameWord<'_>> = None;
    let mut from = 0;
    while let Some(word) = next_word(text, from) {
        from = word.place.end;
        if let Some(before) = before.replace(NameWord { text: word.text, place: word.place.clone() })
            && is_name_gap(text.get(before.place.end..word.place.start).unwrap_or_default())
        {
            let straight = known.is_given(before.text) && known.is_family(word.text);
            let place = before.place.start..word.place.end;
            if straight {
                finds.add(place, |out| name.put(&format!("{} {}", before.text, word.text), out));
            } else if known.is_family(before.text) && known.is_given(word.text) {
                finds.add(place, |out| name.put(&format!("{} {}", word.text, before.text), out));
            }
        }
    }
}

/// What may stand between the two names of a person: not the end of a sentence.
fn is_name_gap(gap: &str) -> bool {
    matches!(gap, " " | ", " | "," | "_" | "-" | "\u{a0}" | "  ")
}

fn next_word(text: &str, from: usize) -> Option<NameWord<'_>> {
    let rest = text.get(from..)?;
    let start = from + rest.find(char::is_alphabetic)?;
    word_at(text, start)
}

/// The next word from here on that begins with a capital and has two letters or more.
fn next_capitalised(text: &str, from: usize) -> Option<NameWord<'_>> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| byte.is_ascii_uppercase() || *byte >= 0xC3)?;
        if let Some(word) = word_at(text, at)
            && starts_a_word(text, at)
            && word.text.starts_with(char::is_uppercase)
            && word.text.chars().nth(1).is_some()
        {
            return Some(word);
        }
        at += 1;
    }
}

fn starts_a_word(text: &str, at: usize) -> bool {
    text.get(..at)
        .and_then(|before| before.chars().next_back())
        .is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '@')
}

/// The letters from here on.
fn word_at(text: &str, at: usize) -> Option<NameWord<'_>> {
    let rest = text.get(at..)?;
    let belongs = |c: char| c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36F}' | '\'' | '’');
    let length = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
    let word = rest.get(..length)?.trim_end_matches(['\'', '’']);
    (!word.is_empty()).then(|| NameWord { text: word, place: at..at + word.len() })
}

/// The words of a name after its first: capitalised, with initials and particles between them, one space apart.
fn following<'t>(text: &'t str, from: usize, is_given: &dyn Fn(&str) -> bool) -> Vec<NameWord<'t>> {
    let mut words: Vec<NameWord<'_>> = Vec::new();
    let (mut at, mut complete) = (from, 0);
    while words.len() < MOST_WORDS {
        let Some(separator) =
            text.get(at..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, ' ' | '-' | '\u{a0}'))
        else {
            break;
        };
        let Some(word) = word_at(text, at + separator.len_utf8()) else { break };
        let capital = word.text.starts_with(char::is_uppercase);
        let initial = capital && word.text.chars().count() == 1;
        if !capital && !PARTICLES.contains(&word.text) {
            break;
        }
        at = word.place.end;
        if initial {
            at += usize::from(text.as_bytes().get(at) == Some(&b'.'));
        }
        // `Anne-Marie` alone is a given name, which says nothing of whose it is.
        let still_given = separator == '-' && complete == 0 && is_given(word.text);
        words.push(word);
        if capital && !initial && !still_given {
            complete = words.len();
        }
    }
    words.truncate(complete);
    words
}

/// Where a value stands in a text as whole words, capitals aside.
pub(super) fn whole_words<'t>(text: &'t str, value: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let first = value.chars().next().unwrap_or(' ');
    let lead = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes().first().copied().unwrap_or(0);
    let lower = first.to_lowercase().next().map_or(0, lead);
    let upper = first.to_uppercase().next().map_or(0, lead);
    memchr::memchr2_iter(lower, upper, text.as_bytes()).filter_map(move |at| {
        let end = at + same_ignoring_case(text.get(at..)?, value)?;
        let behind = text.get(end..).and_then(|rest| rest.chars().next());
        let apart = behind.is_none_or(|c| !c.is_alphanumeric());
        (apart && starts_a_word_of(text, at)).then_some(at..end)
    })
}

fn starts_a_word_of(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|before| before.chars().next_back()).is_none_or(|c| !c.is_alphanumeric())
}

/// How many bytes of the text are the value.
fn same_ignoring_case(text: &str, value: &str) -> Option<usize> {
    let mut here = text.chars();
    for expected in value.chars() {
        let actual = here.next()?;
        if actual != expected && !actual.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    Some(text.len() - here.as_str().len())
}
