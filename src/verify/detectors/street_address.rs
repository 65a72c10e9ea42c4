//! Streets with a house number, as Norwegians, Swedes, Danes, Finns, Germans, French, British and Americans write them.
//!
//! Made-up streets look like real ones, so a hit is a warning, and in a masked column nothing: the originals decide there.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "street_address",
    kinds: &[Kind::StreetAddress],
    examples: &[
        within("address_line_1", "Storgata 12"),
        within("address", "Karl Johans gate 5B, 0154 Oslo"),
        within("street", "221 Baker Street"),
        within("adress", "Drottninggatan 71"),
        within("adresse", "Lange Straße 7a"),
        within("adresse", "12 rue de la Paix"),
        within("osoite", "Mannerheimintie 5"),
        bare("Vi bor i Kirkeveien 44, tredje etasje"),
        bare("They live at 12 High Street."),
    ],
    counter_examples: &[
        bare("versjon 12 av veien videre"),
        bare("veien 12"),
        bare("Storgata"),
        within("address", "12"),
        within("email_address", "kari.12@example.com"),
        bare("Storgata 12345"),
        bare("the 5 way handshake"),
    ],
    trigger: Trigger::Digits(RunLengths::between(1, 4)),
    find,
};

/// A pair of words and a number that looks like a street may be a title; five different ones in a column aren't.
const BY_CHANCE: f64 = 0.05;

/// How the names of streets end, in the languages where the number stands behind.
const ENDS: &[&str] = &[
    "gata", "gate", "gaten", "gt", "gatan", "gade", "vei", "veien", "vegen", "veg", "vägen", "vej", "allé", "alle",
    "allén", "plass", "plassen", "plats", "stien", "bakken", "svingen", "kroken", "tunet", "torget", "torvet",
    "brygge", "straße", "strasse", "str", "weg", "platz", "gasse", "ring", "katu", "tie", "kuja", "polku",
];

/// What stands behind the name of an English street.
const ENGLISH: &[&str] = &[
    "Street",
    "St",
    "Road",
    "Rd",
    "Lane",
    "Ln",
    "Avenue",
    "Ave",
    "Close",
    "Drive",
    "Dr",
    "Terrace",
    "Court",
    "Crescent",
    "Square",
    "Boulevard",
    "Blvd",
    "Way",
    "Row",
    "Place",
    "Gardens",
];

/// What stands before the name of a French street.
const FRENCH: &[&str] = &["rue", "avenue", "boulevard", "place", "chemin", "allée", "impasse", "quai", "route"];

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    // Cheap: most numbers have no space beside them.
    let is_behind = place.len() <= 3 && cell.byte_before(place.start, 1) == b' ';
    let span = if let Some(start) = is_behind.then(|| street_before(cell, place.start)).flatten() {
        let letter = cell.byte(place.end).is_ascii_alphabetic() && !cell.is_before_word(place.end + 1);
        let end = place.end + usize::from(letter);
        if cell.is_before_word(end) {
            return None;
        }
        start..end
    } else {
        place.start..street_after(cell, place.end)?
    };
    if cell.is_about(Topics::ADDRESS, &span) {
        let by_name = cell.context.topics.has(Topics::ADDRESS);
        let certainty = if by_name { Certainty::Likely } else { Certainty::Certain };
        hits.add(Kind::StreetAddress, span.clone(), certainty);
    } else {
        let street = cell.text.get(span.clone())?;
        hits.by_chance(Kind::StreetAddress, span.clone(), street.as_bytes(), BY_CHANCE, true);
    }
    Some(span.end)
}

/// Where a street starts whose name ends before this number: `Storgata 12`, `Karl Johans gate 5`.
fn street_before(cell: &Cell<'_>, digits: usize) -> Option<usize> {
    let before = cell.text.get(..digits)?.strip_suffix(' ')?;
    let before = before.strip_suffix('.').unwrap_or(before);
    let word = last_word(before)?;
    let start = before.len() - word.len();
    let lower = word.to_lowercase();
    let end = ENDS.iter().find(|end| lower.ends_with(*end))?;
    if lower.len() > end.len() {
        let is_name = word.starts_with(char::is_uppercase) && lower.len() >= end.len() + 3;
        return is_name.then_some(start);
    }
    // The end stands alone, so names stand before it.
    let names = before.get(..start)?.strip_suffix(' ')?;
    let name = last_word(names)?;
    let is_name = name.starts_with(char::is_uppercase) && name.chars().count() >= 3;
    is_name.then(|| names.len() - name.len())
}

fn last_word(text: &str) -> Option<&str> {
    text.rsplit(|c: char| !c.is_alphabetic() && c != '-').next().filter(|word| !word.is_empty())
}

/// Where a street ends that stands behind this number: `221b Baker Street`, `12 rue de la Paix`.
fn street_after(cell: &Cell<'_>, digits: usize) -> Option<usize> {
    let text = cell.text.get(digits..)?;
    let letter = usize::from(text.starts_with(|c: char| c.is_ascii_alphabetic()));
    let rest = text.get(letter..)?;
    let rest = rest.strip_prefix(", ").or(rest.strip_prefix(' '))?;
    let mut at = cell.text.len() - rest.len();
    for (number, word) in rest.split(' ').take(4).enumerate() {
        let bare = word.trim_end_matches([',', '.', ';', ')']);
        if number == 0 && FRENCH.contains(&bare) {
            let name = rest.get(word.len() + 1..)?;
            let end = name
                .find([',', '\n', '.', ';', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
                .unwrap_or(name.len());
            let name = name.get(..end.min(40))?.trim_end();
            return (name.chars().count() >= 3).then(|| at + word.len() + 1 + name.len());
        }
        if !bare.starts_with(char::is_uppercase) {
            return None;
        }
        if number > 0 && ENGLISH.contains(&bare) {
            return Some(at + bare.len());
        }
        at += word.len() + 1;
    }
    None
}
