//! Dates of birth: a date, and a word that says so in the column's name or nearby, in Norwegian, Swedish, Danish, Finnish,
//! English, German or French.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    checks::days_in_month,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "birth_date",
    kinds: &[Kind::BirthDate],
    examples: &[
        within("date_of_birth", "1985-05-12"),
        within("dob", "12/05/1985"),
        within("fodselsdato", "12.05.1985"),
        within("birthdate", "19850512"),
        bare("født 12. mai 1985 i Bodø"),
        bare("född den 12 maj 1985"),
        bare("geboren am 12. März 1985"),
        bare("née le 12 février 1985"),
        bare("syntynyt 12.5.1985"),
        bare("born May 12, 1985"),
        bare("Date of birth: 1985-05-12"),
    ],
    counter_examples: &[
        within("created_at", "1985-05-12"),
        within("date_of_birth", "1985-13-12"),
        within("date_of_birth", "1885-05-12"),
        within("birth_year", "1985"),
        bare("bestilt 12. mai 1985"),
        bare("født i Bodø, kunde siden lenge, kontrakt tegnet på nytt 12.05.2015"),
        within("birthplace_id", "85051"),
    ],
    trigger: Trigger::Digits(RunLengths::between(1, 2).or(4).or(8)),
    find,
};

/// Nobody alive was born before, and nobody is born after.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2035;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let is_after_digits = matches!(cell.byte_before(place.start, 1), b'.' | b'-' | b'/' | b':')
        && cell.byte_before(place.start, 2).is_ascii_digit();
    if is_after_digits || cell.is_after_word(place.start) {
        return None;
    }
    let span = date(cell, &place)?;
    if cell.is_before_word(span.end) || !cell.is_about(Topics::BIRTH, &span) {
        return None;
    }
    // By the name of the column it is only likely: see [`Kind::has_synthetic_space`].
    let by_name = cell.context.topics.has(Topics::BIRTH);
    hits.add(Kind::BirthDate, span.clone(), if by_name { Certainty::Likely } else { Certainty::Certain });
    Some(span.end)
}

/// Where a date stands of which these digits are the first, or the second behind the name of a month.
fn date(cell: &Cell<'_>, place: &Range<usize>) -> Option<Range<usize>> {
    let first = digits(cell, place.start, place.end);
    if place.len() == 8 {
        let is_date = is_date(first / 10_000, first / 100 % 100, first % 100);
        return is_date.then(|| place.clone());
    }
    let separator = cell.byte(place.end);
    if matches!(separator, b'-' | b'.' | b'/') && cell.byte(place.end + 1).is_ascii_digit() {
        let second = place.end + 1;
        let second_end = cell.run_end(second, |byte| byte.is_ascii_digit());
        let third = second_end + 1;
        let third_end = cell.run_end(third, |byte| byte.is_ascii_digit());
        if cell.byte(second_end) != separator || second_end - second > 2 || !matches!(third_end - third, 2 | 4) {
            return None;
        }
        let (middle, last) = (digits(cell, second, second_end), digits(cell, third, third_end));
        let fits = match (place.len(), third_end - third) {
            (4, 2) => is_date(first, middle, last),
            (1 | 2, 4) => is_date(last, middle, first) || (separator == b'/' && is_date(last, first, middle)),
            (2, 2) => is_date(1900 + last, middle, first) || is_date(2000 + last, middle, first),
            _ => false,
        };
        return fits.then_some(place.start..third_end);
    }
    if place.len() > 2 {
        return None;
    }
    spelled_after(cell, place).or_else(|| spelled_before(cell, place))
}

/// `12. mai 1985`, `12th of May 1985`.
fn spelled_after(cell: &Cell<'_>, place: &Range<usize>) -> Option<Range<usize>> {
    let rest = cell.text.get(place.end..)?.trim_start_matches(['.', ' ', '\u{a0}']);
    let rest = ["st ", "nd ", "rd ", "th ", "er "].iter().find_map(|end| rest.strip_prefix(end)).unwrap_or(rest);
    let rest = rest.strip_prefix("of ").or(rest.strip_prefix("de ")).unwrap_or(rest);
    let word = rest.split(|c: char| !c.is_alphabetic()).next()?;
    let month = month(word)?;
    let rest = rest.get(word.len()..)?.trim_start_matches(['.', ' ', ',', '\u{a0}']);
    let start = cell.text.len() - rest.len();
    let end = cell.run_end(start, |byte| byte.is_ascii_digit());
    let day = digits(cell, place.start, place.end);
    (end - start == 4 && is_date(digits(cell, start, end), month, day)).then_some(place.start..end)
}

/// `May 12, 1985`.
fn spelled_before(cell: &Cell<'_>, place: &Range<usize>) -> Option<Range<usize>> {
    let before = cell.text.get(..place.start)?.trim_end_matches([' ', '.']);
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next()?;
    let month = month(word)?;
    let rest = cell.text.get(place.end..)?;
    let rest = ["st", "nd", "rd", "th"].iter().find_map(|end| rest.strip_prefix(end)).unwrap_or(rest);
    let rest = rest.trim_start_matches([' ', ',']);
    let start = cell.text.len() - rest.len();
    let end = cell.run_end(start, |byte| byte.is_ascii_digit());
    let day = digits(cell, place.start, place.end);
    (end - start == 4 && is_date(digits(cell, start, end), month, day)).then_some(before.len() - word.len()..end)
}

fn digits(cell: &Cell<'_>, start: usize, end: usize) -> u32 {
    cell.part(start..end)
        .iter()
        .fold(0, |number: u32, byte| number.wrapping_mul(10).wrapping_add(u32::from(byte - b'0')))
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    YEARS.contains(&year) && (1..=days_in_month(month, year)).contains(&day)
}

/// The number of a month by its name or the start of it.
fn month(word: &str) -> Option<u32> {
    // Nearly every word is known by its first two bytes, or its length, to be none.
    let start = word.as_bytes().first_chunk::<2>()?.map(|byte| byte.to_ascii_lowercase());
    if !STARTS.contains(&&start) || !(3..=LONGEST_MONTH).contains(&word.len()) {
        return None;
    }
    let word = word.to_lowercase();
    MONTHS.iter().position(|names| names.split(' ').any(|name| name == word)).map(|at| at as u32 + 1)
}

const LONGEST_MONTH: usize = 11;

/// How the names of months begin; behind the `\xc3` are `ä` and `é`.
const STARTS: [&[u8; 2]; 27] = [
    b"ap", b"ao", b"au", b"av", b"de", b"d\xc3", b"el", b"fe", b"f\xc3", b"he", b"hu", b"ja", b"j\xc3", b"jo", b"ju",
    b"ke", b"lo", b"ma", b"m\xc3", b"no", b"oc", b"ok", b"se", b"sy", b"ta", b"to", b"mr",
];

/// In the order of the year: nb, sv, da, en, de, fr, fi, and what they are shortened to.
const MONTHS: [&str; 12] = [
    "januar januari january jan janvier jänner tammikuu tammikuuta",
    "februar februari february feb février févr helmikuu helmikuuta",
    "mars march mar marts märz mrz maaliskuu maaliskuuta",
    "april apr avril avr huhtikuu huhtikuuta",
    "mai maj may toukokuu toukokuuta",
    "juni june jun juin kesäkuu kesäkuuta",
    "juli july jul juillet juil heinäkuu heinäkuuta",
    "august augusti aug août elokuu elokuuta",
    "september sep sept septembre syyskuu syyskuuta",
    "oktober october okt oct octobre lokakuu lokakuuta",
    "november nov novembre marraskuu marraskuuta",
    "desember december des dec dezember dez décembre déc joulukuu joulukuuta",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_month_is_known_by_all_of_its_names_in_any_case() {
        for (at, names) in MONTHS.iter().enumerate() {
            for name in names.split(' ') {
                for name in [name.to_owned(), name.to_uppercase()] {
                    assert_eq!(month(&name), Some(at as u32 + 1), "{name}");
                }
            }
        }
        for word in ["", "ja", "oslo", "marsipan", "zebra"] {
            assert_eq!(month(word), None, "{word}");
        }
    }
}
