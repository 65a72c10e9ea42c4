//! Takes a postal address apart: what is the street, the town, the country, and what stands between.

use super::super::siblings::locale_of;

/// What a part of an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A person or company, before the street.
    Name,
    /// A street and a number.
    Street,
    /// A postal code, a town, or both.
    Town,
    /// A country that is known.
    Country,
    /// Anything else.
    Other,
}

/// A line, or what stands between commas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    /// Without space around it.
    pub(super) text: &'a str,
    /// What stands between it and the next.
    pub(super) separator: &'a str,
    /// What it is.
    pub(super) kind: Kind,
    /// The postal code in it, if any.
    pub(super) code: &'a str,
    /// The name of the town in it, if any.
    pub(super) town: &'a str,
}

/// What a part with a town consists of, in order.
pub(super) enum Piece<'a> {
    /// The postal code.
    Code,
    /// The town.
    Town,
    /// What stands between them.
    Between(&'a str),
}

impl<'a> Part<'a> {
    /// Code and town in their order; everything else in the part but the space between them goes.
    pub(super) fn pieces(&self) -> Vec<Piece<'a>> {
        let at = |piece: &str| if piece.is_empty() { None } else { Some(piece.as_ptr() as usize) };
        match (at(self.code), at(self.town)) {
            (Some(code), Some(town)) if code < town => vec![Piece::Code, Piece::Between(" "), Piece::Town],
            (Some(_), Some(_)) => vec![Piece::Town, Piece::Between(" "), Piece::Code],
            (Some(_), None) => vec![Piece::Code],
            _ => vec![Piece::Town],
        }
    }
}

/// More parts than this no address has; the rest isn't carried over.
const MOST_PARTS: usize = 10;

/// The parts of an address, in order.
pub(super) fn of(text: &str) -> Vec<Part<'_>> {
    let mut parts = split(text.trim());
    if let [only] = parts.as_slice() {
        parts = split_single(*only);
    }
    name_kinds(&mut parts);
    parts
}

fn split(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while parts.len() < MOST_PARTS {
        let is_sign = |c: char| matches!(c, ',' | ';' | '\n' | '\r');
        let between = |c: char| is_sign(c) || c.is_whitespace();
        rest = rest.trim_start_matches(between);
        if rest.is_empty() {
            break;
        }
        let end = rest.find(is_sign).unwrap_or(rest.len());
        let mut part = rest.get(..end).unwrap_or_default().trim_end();
        // `Rua Direita, 12`: the number belongs to the street before it.
        let behind = rest.get(part.len()..).unwrap_or_default().trim_start_matches([',', ' ']);
        let number = behind.get(..behind.find(is_sign).unwrap_or(behind.len())).unwrap_or_default().trim_end();
        if is_house_number(number) && !part.bytes().any(|byte| byte.is_ascii_digit()) {
            let end = number.as_ptr() as usize + number.len() - rest.as_ptr() as usize;
            part = rest.get(..end).unwrap_or(part);
        }
        let behind = rest.get(part.len()..).unwrap_or_default();
        let next = behind.trim_start_matches(between);
        let separator = if next.is_empty() { "" } else { behind.get(..behind.len() - next.len()).unwrap_or_default() };
        parts.push(Part { text: part, separator, kind: Kind::Other, code: "", town: "" });
        rest = next;
    }
    if let Some(last) = parts.last_mut() {
        last.separator = "";
    }
    parts
}

/// Up to three digits, and a letter perhaps.
fn is_house_number(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let behind = text.get(digits..).unwrap_or_default().trim_start();
    (1..=3).contains(&digits) && behind.len() <= 1 && behind.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// `Storgata 5 0155 Oslo`: a number, and behind it a code with a town behind that.
fn split_single(part: Part<'_>) -> Vec<Part<'_>> {
    let words: Vec<&str> = part.text.split(' ').filter(|word| !word.is_empty()).collect();
    for (index, word) in words.iter().enumerate().skip(2) {
        let number_before = words.iter().take(index).any(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
        let at = word.as_ptr() as usize - part.text.as_ptr() as usize;
        let (Some(street), Some(rest)) = (part.text.get(..at), part.text.get(at..)) else { continue };
        let (code, town) = code_and_town(rest);
        if number_before && !code.is_empty() && rest.starts_with(code) && !town.is_empty() {
            let street = Part { text: street.trim_end(), separator: " ", ..part };
            return vec![street, Part { text: rest, ..part }];
        }
    }
    vec![part]
}

fn name_kinds(parts: &mut [Part<'_>]) {
    let has_digit = |part: &Part<'_>| part.text.bytes().any(|byte| byte.is_ascii_digit());
    let count = parts.len();
    if let Some(last) = parts.last_mut().filter(|last| count > 1 && locale_of(last.text).is_some()) {
        last.kind = Kind::Country;
    }
    let free = parts.iter().filter(|part| part.kind != Kind::Country).count();
    // The last part with a code, but the first only where it is the only one: there a number is the house's.
    let coded = (0..free).rev().find(|index| {
        parts.get(*index).is_some_and(|part| !code_and_town(part.text).0.is_empty() && (*index > 0 || free == 1))
    });
    if let Some(part) = coded.and_then(|index| parts.get_mut(index)) {
        (part.code, part.town) = code_and_town(part.text);
        part.kind = Kind::Town;
    }
    let street = (0..free)
        .find(|index| Some(*index) != coded && parts.get(*index).is_some_and(has_digit))
        .or_else(|| (0..free).find(|index| Some(*index) != coded));
    if let Some(part) = street.and_then(|index| parts.get_mut(index)) {
        part.kind = Kind::Street;
    }
    name_town(parts, free, coded, street);
    for part in parts.iter_mut().take(street.unwrap_or(0)) {
        let has_digit = part.text.bytes().any(|byte| byte.is_ascii_digit());
        if part.kind == Kind::Other && !has_digit {
            part.kind = Kind::Name;
        }
    }
}

/// Finds the town where it doesn't stand beside a code: next to it, or last behind the street.
fn name_town(parts: &mut [Part<'_>], free: usize, coded: Option<usize>, street: Option<usize>) {
    let has_town = coded.and_then(|index| parts.get(index)).is_some_and(|part| !part.town.is_empty());
    if has_town {
        return;
    }
    let could_be = |index: &usize| {
        Some(*index) > street
            && *index < free
            && parts
                .get(*index)
                .is_some_and(|part| part.kind == Kind::Other && !part.text.bytes().any(|byte| byte.is_ascii_digit()))
    };
    let town = match coded {
        Some(code) => Some(code + 1).filter(could_be).or_else(|| code.checked_sub(1).filter(could_be)),
        None => free.checked_sub(1).filter(could_be),
    };
    if let Some(part) = town.and_then(|index| parts.get_mut(index)) {
        part.kind = Kind::Town;
        part.town = part.text;
    }
}

/// The postal code at the beginning or end of a part, and the town beside it; nothing where there is no code.
fn code_and_town(part: &str) -> (&str, &str) {
    let words: Vec<(usize, &str)> = part
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - part.as_ptr() as usize, word))
        .collect();
    let text = |from: usize, to: usize| {
        let start = words.get(from).map_or(part.len(), |(at, _)| *at);
        let end = to.checked_sub(1).and_then(|last| words.get(last)).map_or(0, |(at, word)| at + word.len());
        part.get(start..end).unwrap_or_default()
    };
    let is_code = |from: usize, to: usize| is_code(text(from, to));
    for length in [2, 1] {
        if words.len() >= length && is_code(0, length) {
            return (text(0, length), text(length, words.len()));
        }
    }
    for length in [2, 1] {
        if let Some(from) = words.len().checked_sub(length).filter(|from| *from > 0 && is_code(*from, words.len())) {
            let town = text(0, from);
            // `IL 62704`: a state is no town.
            let is_state = town.len() == 2 && town.bytes().all(|byte| byte.is_ascii_uppercase());
            return (text(from, words.len()), if is_state { "" } else { town });
        }
    }
    ("", "")
}

/// `USA-12345-6789`.
const LONGEST_CODE: usize = 14;

/// The forms of postal codes (UPU, Addressing Systems): digits in one or two groups, with a country before a hyphen, or
/// the letters of British, Canadian and Dutch ones.
fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits < 2 || bytes.len() > LONGEST_CODE {
        return false;
    }
    let shape: String = bytes
        .iter()
        .map(|byte| match byte {
            b'0'..=b'9' => '9',
            b'A'..=b'Z' => 'A',
            b' ' | b'-' => char::from(*byte),
            _ => '?',
        })
        .collect();
    let after_country = ["A-", "AA-", "AAA-"].iter().find_map(|country| shape.strip_prefix(country)).unwrap_or(&shape);
    match after_country {
        "9999" | "99999" | "999999" | "999 99" | "99-999" | "99999-9999" | "99999-999" | "9999-999" | "999-9999"
        | "9999 AA" | "9999AA" | "A9A 9A9" => true,
        shape => {
            let (out, inward) = shape.split_once(' ').unwrap_or(("", ""));
            digits >= 2 && inward == "9AA" && matches!(out, "A9" | "A99" | "AA9" | "AA99" | "A9A" | "AA9A")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        of(text).iter().map(|part| part.kind).collect()
    }

    #[test]
    fn the_parts_of_addresses_in_many_orders_are_recognised() {
        use Kind::{Country, Name, Other, Street, Town};
        for (text, expected) in [
            ("Storgata 5\r\n2317 Hamar", vec![Street, Town]),
            ("Kari Lie\nStorgata 5\nH0201\n2317 Hamar\nNorway", vec![Name, Street, Other, Town, Country]),
            ("12 High Street, London, SW1A 1AA", vec![Street, Town, Town]),
            ("1250 Main Street, Springfield, IL 62704, USA", vec![Street, Town, Town, Country]),
            ("Coolsingel 40; 3011 AD Rotterdam", vec![Street, Town]),
            ("Storgata 5 2317 Hamar", vec![Street, Town]),
            ("Storgata 5", vec![Street]),
            ("Storgata, Hamar", vec![Street, Town]),
            ("Rua Direita, 12, Centro, 01310-100 São Paulo", vec![Street, Other, Town]),
            ("2317 Hamar", vec![Town]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
        assert!(of(" , ,\n").is_empty());
    }

    #[test]
    fn codes_are_told_from_house_numbers() {
        assert_eq!(code_and_town("SE-111 22 Stockholm"), ("SE-111 22", "Stockholm"));
        assert_eq!(code_and_town("London SW1A 1AA"), ("SW1A 1AA", "London"));
        assert_eq!(code_and_town("1100-148 Lisboa"), ("1100-148", "Lisboa"));
        assert_eq!(code_and_town("Storgata 5"), ("", ""));
        assert_eq!(code_and_town(""), ("", ""));
    }
}
