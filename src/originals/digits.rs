//! Numbers, however their digits are grouped: phones, account numbers, national identity numbers.

use super::atoms::{Atom, View};

/// The fewest digits of a number that is an identifier by its digits alone.
pub(super) const SHORTEST: usize = 7;
pub(super) const LONGEST: usize = 40;
const MAX_GROUPS: usize = 8;
/// A longer group is a number of its own beside others.
const LONGEST_GROUP: usize = 6;

/// Groups of digits side by side that could be one number.
pub(super) struct Number<'a> {
    pub(super) first: usize,
    /// The digits alone, as they are written.
    pub(super) digits: &'a [u8],
}

/// Visits everything in the text that could be one number of seven digits or more.
///
/// Left out is what only looks like it once the separators are gone, for a chance match with a phone number of eight
/// digits is likely: dates, times, decimal fractions, amounts and IP addresses.
pub(super) fn numbers(view: View<'_>, digits: &mut Vec<u8>, seen: &mut impl FnMut(&Number<'_>)) {
    for first in 0..view.atoms.len() {
        if let Some(last) = one_by_one(view, first) {
            join(view, first, last, digits);
            seen(&Number { first, digits });
        }
        let Some(group) = view.atom(first).and_then(|atom| first_group(view, atom)) else { continue };
        digits.clear();
        digits.extend_from_slice(group);
        let mut last = first;
        while digits.len() <= LONGEST {
            if digits.len() >= SHORTEST && !is_something_else(view, first, last) {
                seen(&Number { first, digits });
            }
            if last - first + 1 == MAX_GROUPS {
                break;
            }
            let Some(next) = next_group(view, first, last) else { break };
            digits.extend_from_slice(next);
            last += 1;
        }
    }
}

/// The digits of a text that is one number and nothing else.
pub(super) fn only_number<'d>(view: View<'_>, digits: &'d mut Vec<u8>) -> Option<&'d [u8]> {
    let last = view.atoms.len().checked_sub(1)?;
    if !view.atoms.iter().all(|atom| atom.is_number()) {
        return None;
    }
    if last >= MAX_GROUPS {
        join(view, 0, one_by_one(view, 0).filter(|end| *end == last)?, digits);
        return Some(digits);
    }
    digits.clear();
    digits.extend_from_slice(first_group(view, view.atom(0)?)?);
    for group in 0..last {
        digits.extend_from_slice(next_group(view, 0, group)?);
    }
    let is_long = (SHORTEST..=LONGEST).contains(&digits.len());
    (is_long && !is_something_else(view, 0, last)).then_some(digits)
}

fn join(view: View<'_>, first: usize, last: usize, digits: &mut Vec<u8>) {
    digits.clear();
    digits.extend((first..=last).filter_map(|index| view.atom(index)).flat_map(|atom| view.bytes(atom)));
}

/// The form in which a number is hashed: without the international prefix `00` and without Norway's country code before
/// eight digits (libphonenumber: Norwegian numbers have eight digits). `None` if it is too short.
pub(super) fn canonical(digits: &[u8]) -> Option<&[u8]> {
    let digits = match digits.strip_prefix(b"00") {
        Some(rest) if rest.len() >= 9 => rest,
        _ => digits,
    };
    let digits = match digits.strip_prefix(b"47") {
        Some(rest) if rest.len() == 8 => rest,
        _ => digits,
    };
    (digits.len() >= SHORTEST).then_some(digits)
}

/// As [`canonical`], and a shorter number as it is: it was recorded as it stands.
pub(super) fn canonical_or_short(digits: &[u8]) -> Option<&[u8]> {
    if (super::values::FEWEST_DIGITS..SHORTEST).contains(&digits.len()) { Some(digits) } else { canonical(digits) }
}

/// The account number inside a Norwegian IBAN (ISO 13616: `NO`, two check digits, eleven digits).
pub(super) fn norwegian_account(compact: &[u8]) -> Option<&[u8]> {
    let account = compact.strip_prefix(b"no")?.get(2..)?;
    (account.len() == 11 && account.iter().all(u8::is_ascii_digit)).then_some(account)
}

/// The digits of a number, or those behind the letters of something like `tlf41234567` or `NO93`.
fn first_group(view: View<'_>, atom: Atom) -> Option<&[u8]> {
    if !atom.digits {
        return None;
    }
    let bytes = view.bytes(atom);
    let group = bytes.get(bytes.iter().position(u8::is_ascii_digit)?..)?;
    group.iter().all(u8::is_ascii_digit).then_some(group)
}

/// The next group, if it may belong to the same number. A group of more than six digits stands alone, but for a country
/// code in front of it: `+47 41234567`, `4741234 567`.
fn next_group(view: View<'_>, first: usize, last: usize) -> Option<&[u8]> {
    const LONGEST_CODE: usize = 3;
    let (this, next) = (view.atom(last)?, view.atom(last + 1).filter(|atom| atom.is_number())?);
    let gap = view.gap(last)?;
    let joins = gap.len() <= 3 && gap.iter().all(|byte| b" .-/()".contains(byte));
    let this = first_group(view, this)?;
    let without = |prefix: &[u8]| this.strip_prefix(prefix).map_or(this.len(), <[u8]>::len);
    let is_first = last == first;
    let code = is_first && without(b"00") <= LONGEST_CODE;
    let this_fits = this.len() <= LONGEST_GROUP || is_first && without(b"0047").min(without(b"47")) <= LONGEST_GROUP;
    let next_fits = next.len() >= 2 && (next.len() <= LONGEST_GROUP || code);
    (joins && this_fits && next_fits).then(|| view.bytes(next))
}

/// The last of many single digits with the same character between them: `8 6 0 1 1 1 1 7 9 4 7`. As long as the whole run
/// is, or else every list of figures would be numbers.
fn one_by_one(view: View<'_>, first: usize) -> Option<usize> {
    const FEWEST: usize = 9;
    let is_digit = |index: usize| view.atom(index).is_some_and(|atom| atom.len() == 1 && atom.digits);
    if !is_digit(first) || !is_digit(first + 1) {
        return None;
    }
    let gap = view.gap(first).filter(|gap| matches!(gap, [b' ' | b'-' | b'.']))?;
    let goes_on = |index: usize| is_digit(index) && is_digit(index + 1) && view.gap(index) == Some(gap);
    if first.checked_sub(1).is_some_and(goes_on) {
        return None;
    }
    let last = first + (first..view.atoms.len()).take_while(|index| goes_on(*index)).count();
    (FEWEST..=LONGEST).contains(&(last - first + 1)).then_some(last)
}

fn is_something_else(view: View<'_>, first: usize, last: usize) -> bool {
    let before = first.checked_sub(1).and_then(|index| neighbour(view, index, index));
    let after = neighbour(view, last, last + 1);
    is_decimal_point(view, first, last)
        || before.is_some_and(|(gap, _)| gap == b".")
        || after.is_some_and(|(gap, _)| gap == b".")
        || is_clock(view, first, before)
        || is_clock(view, last, after)
        || is_amount(view, last, before, after)
        || is_date(view, first, last)
        || is_ip_address(view, first, last)
}

/// The number next to a candidate and what is between them.
fn neighbour(view: View<'_>, gap: usize, atom: usize) -> Option<(&[u8], &[u8])> {
    let number = view.atom(atom).filter(|atom| atom.is_number())?;
    Some((view.gap(gap)?, view.bytes(number)))
}

/// `41234.567`: one point and no other separator.
fn is_decimal_point(view: View<'_>, first: usize, last: usize) -> bool {
    last == first + 1 && view.gap(first) == Some(b".")
}

/// The seconds of `10:33:41.234567`, or the hour after a date.
fn is_clock(view: View<'_>, edge: usize, neighbour: Option<(&[u8], &[u8])>) -> bool {
    view.atom(edge).is_some_and(|atom| atom.len() == 2)
        && neighbour.is_some_and(|(gap, number)| gap == b":" && number.len() <= 2)
}

/// `1 234 567,50`, unless more commas make it a line of CSV.
fn is_amount(view: View<'_>, last: usize, before: Option<(&[u8], &[u8])>, after: Option<(&[u8], &[u8])>) -> bool {
    let comma = |gap: Option<&[u8]>| gap.is_some_and(|gap| gap == b",");
    after.is_some_and(|(gap, number)| gap == b"," && number.len() == 2)
        && !comma(view.gap(last + 1))
        && !comma(before.map(|(gap, _)| gap))
}

/// `2024-01-31`, `31.01.2024`, `31/01/2024`.
fn is_date(view: View<'_>, first: usize, last: usize) -> bool {
    if last != first + 2 || view.gap(first) != view.gap(first + 1) || view.gap(first).is_none_or(|gap| gap == b" ") {
        return false;
    }
    let part = |index: usize| view.atom(index).map_or((0, 0), |atom| (atom.len(), number(view.bytes(atom))));
    let is = |year: (usize, u32), month: (usize, u32), day: (usize, u32)| {
        (year.0, month.0, day.0) == (4, 2, 2)
            && (1900..2100).contains(&year.1)
            && (1..=12).contains(&month.1)
            && (1..=31).contains(&day.1)
    };
    let (one, two, three) = (part(first), part(first + 1), part(last));
    is(one, two, three) || is(three, two, one) || is(three, one, two)
}

/// Four numbers under 256 with points between them. Four pairs of digits are rather a phone number.
fn is_ip_address(view: View<'_>, first: usize, last: usize) -> bool {
    let group = |index: usize| view.atom(index).map(|atom| view.bytes(atom)).unwrap_or_default();
    last == first + 3
        && (first..last).all(|index| view.gap(index) == Some(b"."))
        && (first..=last).all(|index| number(group(index)) < 256)
        && (first..=last).any(|index| group(index).len() != 2)
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum: u32, digit| sum.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::originals::atoms::split;

    fn found(text: &str) -> Vec<String> {
        let (mut atoms, mut digits, mut found) = (Vec::new(), Vec::new(), Vec::new());
        split(text, &mut atoms);
        numbers(View { text, atoms: &atoms }, &mut digits, &mut |number| {
            found.extend(canonical(number.digits).map(|form| String::from_utf8_lossy(form).into_owned()));
        });
        found
    }

    #[test]
    fn a_phone_number_is_found_however_it_is_grouped_and_prefixed() {
        for text in [
            "+47 412 34 567",
            "0047 41 23 45 67",
            "004741234567",
            "+4741234 567",
            "+47 41234567",
            "(0047) 41234567",
            "4741234567",
            "(+47) 4123-4567",
            "tlf41234567",
            "telefon412 34 567",
            "ring 412.34.567.",
            "41/23/45/67",
            "kl 12 412 34 567 10 ganger",
            "12:41234567",
            "1,41234567,25,oslo",
        ] {
            assert!(found(text).contains(&"41234567".to_owned()), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn a_text_that_is_one_number_is_found_as_the_numbers_in_it_that_reach_from_end_to_end_are() {
        for text in [
            "+47 412 34 567",
            "0047 41 23 45 67",
            "41234567",
            "8601.11.17947",
            "12 41234567",
            "1 234 567,50",
            "2024-01-31",
            "84.208.81.122",
            "41234.567",
            "123456",
            "12 34 56 78 90 12 34 56 78",
            "12345678901234567890 12345678901234567890 1",
            "12345678901234567890123456789012345678901",
            "tlf 41234567",
            "412 34 567 eller 412",
            "",
        ] {
            let (mut atoms, mut digits, mut whole) = (Vec::new(), Vec::new(), None);
            split(text, &mut atoms);
            let view = View { text, atoms: &atoms };
            let is_number = atoms.iter().all(|atom| atom.is_number());
            let count: usize = atoms.iter().map(|atom| atom.len()).sum();
            numbers(view, &mut digits, &mut |number| {
                if is_number && number.first == 0 && number.digits.len() == count {
                    whole = Some(number.digits.to_vec());
                }
            });
            assert_eq!(only_number(view, &mut digits).map(<[u8]>::to_vec), whole, "{text}");
        }
    }

    #[test]
    fn account_numbers_are_found_with_points_and_in_an_iban() {
        assert!(found("konto 8601.11.17947").contains(&"86011117947".to_owned()));
        assert!(found("no93 8601 1117 947").contains(&"9386011117947".to_owned()));
        assert_eq!(norwegian_account(b"no9386011117947"), Some(b"86011117947".as_slice()));
        assert_eq!(norwegian_account(b"no93860111179"), None);
    }

    #[test]
    fn digits_one_by_one_are_one_number_if_they_are_many() {
        assert_eq!(found("konto 8 6 0 1 1 1 1 7 9 4 7, takk"), ["86011117947"]);
        assert_eq!(found("8-6-0-1-1-1-1-7-9-4-7"), ["86011117947"]);
        for text in ["1 2 3 4 5 6 7 8", "8 6 0 1-1 1 1 7 9", "1,2,3,4,5,6,7,8,9,1", "8601 1 1 1 7 9 4 7"] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn dates_times_fractions_amounts_addresses_and_digests_are_no_numbers() {
        for text in [
            "2024-01-31",
            "31.01.2024 kl",
            "2024-01-31 10:33:41.234567",
            "41234.567",
            "41234567.50",
            "0.41234567",
            "1 234 567,50",
            "84.208.81.122",
            "a41234567b",
            "123456",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
