//! Identifiers with letters in them, wherever they stand in a text: e-mails, tokens, UUIDs, IBANs, addresses.

use std::net::Ipv4Addr;

use super::atoms::{Atom, View, characters};
use super::digits;
use super::key::{Class, OriginalsKey};
use super::stems::stem;

/// As many atoms of a long identifier as are hashed.
pub(super) const MOST_ATOMS: usize = 32;
const EMAIL_LOCAL_ATOMS: usize = 6;
const EMAIL_DOMAIN_ATOMS: usize = 8;
/// From one less than the shortest, since its last character may be missing.
const IBAN_LENGTHS: std::ops::RangeInclusive<usize> = SHORTEST_IBAN - 1..=34;
pub(super) const SHORTEST_IBAN: usize = 15;
/// Fewer digits are a number that anything can be.
pub(super) const FEWEST_DIGITS: usize = 6;
/// A UUID without its hyphens.
pub(super) const UUID_DIGITS: usize = 32;

/// Visits everything in the text that could be an identifier, by class, hash and number of bytes. `seen` says whether
/// the hash was recorded; for a [`Class::Start`] it decides whether longer spans are tried.
pub(super) fn visit(view: View<'_>, key: &OriginalsKey, seen: &mut impl FnMut(Class, u64, usize) -> bool) {
    let mut index = 0;
    while let Some(atom) = view.atom(index) {
        compact(view, index, &mut |form| {
            for form in [form, stem(form)] {
                seen(Class::Compact, key.hash(Class::Compact, form), form.len());
            }
        });
        if is_uuid(view, index) {
            value(view, index, index + 4, key, seen);
            two_and_more(view, index, key, seen);
            index += 5;
            continue;
        }
        // A number was recorded by its digits, which are looked up beside this.
        let is_number = atom.is_number() && atom.len() <= digits::LONGEST;
        if let Some(uuid) = with_hyphens(view.bytes(atom)) {
            seen(Class::Value, key.hash(Class::Value, &uuid), uuid.len());
        } else if !is_number {
            value(view, index, index, key, seen);
        }
        two_and_more(view, index, key, seen);
        index += 1;
    }
    for at in 0..view.atoms.len() {
        emails(view, at, &mut |first, last| {
            value(view, first, last, key, seen);
            let span = view.span(first, last);
            seen(Class::Value, key.hash(Class::Value, stem(span)), span.len());
        });
    }
}

fn value(
    view: View<'_>,
    first: usize,
    last: usize,
    key: &OriginalsKey,
    seen: &mut impl FnMut(Class, u64, usize) -> bool,
) {
    if is_worth_a_hash(view, first, last) {
        let span = view.span(first, last);
        seen(Class::Value, key.hash(Class::Value, span), span.len());
    }
}

/// Looks at two atoms, and at longer spans where two begin a recorded identifier.
fn two_and_more(view: View<'_>, first: usize, key: &OriginalsKey, seen: &mut impl FnMut(Class, u64, usize) -> bool) {
    let end = view.atoms.len().min(first + MOST_ATOMS);
    if first + 1 >= end {
        return;
    }
    let two = view.span(first, first + 1);
    let hash = key.hash(Class::Value, two);
    if is_worth_a_hash(view, first, first + 1) {
        seen(Class::Value, hash, two.len());
    }
    if first + 2 < end && seen(Class::Start, key.start(hash), two.len()) {
        (first + 2..end).for_each(|last| value(view, first, last, key, seen));
    }
}

/// The hash by which an identifier of three atoms or more is noticed.
pub(super) fn start(view: View<'_>, key: &OriginalsKey) -> u64 {
    key.start(key.hash(Class::Value, view.span(0, 1)))
}

/// Whether a match would mean something. Words are common, numbers are more so.
pub(super) fn is_worth_a_hash(view: View<'_>, first: usize, last: usize) -> bool {
    const FEWEST_CHARACTERS: usize = 4;
    const FEWEST_LETTERS: usize = 8;
    let span = view.span(first, last);
    // A character has four bytes at most (RFC 3629), so that long spans need no count.
    let at_least = |fewest: usize| span.len() >= 4 * fewest || span.len() >= fewest && characters(span) >= fewest;
    let Some(atoms) = view.atoms.get(first..=last) else { return false };
    match atoms {
        [word] if word.is_word() => at_least(FEWEST_LETTERS),
        numbers if numbers.iter().all(|atom| atom.is_number()) => {
            numbers.iter().map(|atom| atom.len()).sum::<usize>() >= FEWEST_DIGITS
                || numbers.len() == 4 && std::str::from_utf8(span).is_ok_and(|text| text.parse::<Ipv4Addr>().is_ok())
        }
        _ => at_least(FEWEST_CHARACTERS),
    }
}

/// Whether five atoms are a UUID in its usual form (RFC 9562, section 4).
pub(super) fn is_uuid(view: View<'_>, first: usize) -> bool {
    let hex = |atom: Atom, length: usize| atom.len() == length && view.bytes(atom).iter().all(u8::is_ascii_hexdigit);
    view.atom(first).is_some_and(|atom| atom.len() == 8)
        && [8, 4, 4, 4, 12].iter().enumerate().all(|(place, length)| {
            view.atom(first + place).is_some_and(|atom| hex(atom, *length))
                && (place == 4 || view.gap(first + place) == Some(b"-"))
        })
}

/// 32 hexadecimal digits as a UUID, since a UUID may be written without hyphens.
pub(super) fn with_hyphens(digits: &[u8]) -> Option<[u8; 36]> {
    if digits.len() != UUID_DIGITS || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut rest = digits.iter();
    let mut uuid = [b'-'; 36];
    for (place, byte) in uuid.iter_mut().enumerate().filter(|(place, _)| ![8, 13, 18, 23].contains(place)) {
        debug_assert!(place < 36);
        *byte = *rest.next()?;
    }
    Some(uuid)
}

/// Visits what could be an IBAN that begins at an atom, without its separators: two letters, two digits, then letters
/// and digits, 15 to 34 characters in all (ISO 13616), or 14 of a shortest one that is cut.
pub(super) fn compact(view: View<'_>, first: usize, seen: &mut impl FnMut(&[u8])) {
    let Some(atom) = view.atom(first).filter(|atom| atom.letters && atom.digits) else { return };
    let [a, b, c, d, ..] = view.bytes(atom) else { return };
    if !(a.is_ascii_lowercase() && b.is_ascii_lowercase() && c.is_ascii_digit() && d.is_ascii_digit()) {
        return;
    }
    let (mut joined, mut length) = ([0u8; 34], 0);
    for index in first..view.atoms.len() {
        let Some(part) = view.atom(index).map(|atom| view.bytes(atom)).filter(|part| part.is_ascii()) else { return };
        let Some(place) = joined.get_mut(length..length + part.len()) else { return };
        place.copy_from_slice(part);
        length += part.len();
        if IBAN_LENGTHS.contains(&length) {
            seen(joined.get(..length).unwrap_or_default());
        }
        if !matches!(view.gap(index), Some(b" " | b"-" | b".")) {
            return;
        }
    }
}

/// Visits the spans that could be an e-mail address around the `@` behind an atom, the longest last.
pub(super) fn emails(view: View<'_>, at: usize, seen: &mut impl FnMut(usize, usize)) {
    let Some((first, last)) = email_around(view, at) else { return };
    for start in (first..=at).rev() {
        // Two atoms side by side are visited as they are.
        (at + 1..=last).filter(|end| end - start >= 2).for_each(|end| seen(start, end));
    }
}

/// The longest span that could be an e-mail address around the `@` behind an atom.
pub(super) fn email_around(view: View<'_>, at: usize) -> Option<(usize, usize)> {
    let local = |gap: &[u8]| gap.iter().all(|byte| b"._%+-'&~!#$*/=?^`{|}".contains(byte));
    if !view.gap(at).is_some_and(|gap| gap.ends_with(b"@") && gap.get(..gap.len() - 1).is_some_and(local)) {
        return None;
    }
    let mut first = at;
    while at - first + 1 < EMAIL_LOCAL_ATOMS && first > 0 && view.gap(first - 1).is_some_and(local) {
        first -= 1;
    }
    let mut last = at + 1;
    while last - at < EMAIL_DOMAIN_ATOMS && matches!(view.gap(last), Some(b"." | b"-")) {
        last += 1;
    }
    Some((first, last))
}

/// Whether the whole text is one e-mail address that [`emails`] finds in any other text.
pub(super) fn is_email(view: View<'_>) -> bool {
    let Some(whole) = view.atoms.len().checked_sub(1) else { return false };
    whole >= 2 && (0..whole).any(|at| email_around(view, at) == Some((0, whole)))
}
