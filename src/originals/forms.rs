//! What is recorded of an original, so that `candidates` finds it in any text that contains it.

use std::net::IpAddr;

use super::atoms::{Atom, View, characters, split};
use super::key::{Class, OriginalsKey};
use super::names::{self, Joiner};
use super::normalize::fold;
use super::{digits, stems, values};

/// What people and programs write where there is nothing to write, by its length: hardly any original is compared.
fn placeholders(length: usize) -> &'static [&'static str] {
    match length {
        3 => &["n/a", "nil"],
        4 => &["none", "null", "test", "true"],
        5 => &["dummy", "empty", "false", "ingen"],
        6 => &["anonym", "masked", "ukjent"],
        7 => &["default", "deleted", "missing", "not set", "slettet", "unknown"],
        8 => &["redacted"],
        9 => &["anonymous", "ikke satt", "undefined"],
        11 => &["unspecified"],
        12 => &["ikke oppgitt", "not provided"],
        13 => &["not available"],
        14 => &["not applicable"],
        _ => &[],
    }
}

fn is_placeholder(folded: &str) -> bool {
    placeholders(folded.len()).contains(&folded)
}

/// Makes the hashes of originals. Has buffers that are used again.
pub(super) struct Forms {
    key: OriginalsKey,
    folded: String,
    atoms: Vec<Atom>,
    family: String,
    words: Vec<Atom>,
    digits: Vec<u8>,
    joiner: Joiner,
}

impl Forms {
    pub(super) fn new(key: OriginalsKey) -> Self {
        Self {
            key,
            folded: String::new(),
            atoms: Vec::new(),
            family: String::new(),
            words: Vec::new(),
            digits: Vec::new(),
            joiner: Joiner::default(),
        }
    }

    /// The hashes of a whole identifier.
    pub(super) fn identifier(&mut self, text: &str, put: &mut impl FnMut(Class, u64)) {
        let Self { key, folded, atoms, digits, .. } = self;
        fold(text, folded);
        if is_placeholder(folded) {
            return;
        }
        let address = ip_address(folded);
        split(folded, atoms);
        whole(View { text: folded, atoms }, key, digits, put);
        if let Some(address) = address.map(|address| address.to_string()).filter(|address| address != folded) {
            *folded = address;
            split(folded, atoms);
            whole(View { text: folded, atoms }, key, digits, put);
        }
        if folded.contains('@') && folded.contains(' ') {
            let view = View { text: folded, atoms };
            // `Kari <kari@online.no>`: the address is the identifier.
            addresses(view, &mut |first, last| put_email(view.span(first, last), key, put));
        }
    }

    /// The hashes of a full name: of its words.
    pub(super) fn full_name(&mut self, text: &str, put: &mut impl FnMut(Class, u64)) {
        let Self { key, folded, atoms, words, joiner, .. } = self;
        fold(text, folded);
        if is_placeholder(folded) {
            return;
        }
        split(folded, atoms);
        let view = View { text: folded, atoms };
        // `Mary Jane O.`: what is left without the family name are two given names that many people have.
        if atoms.last().is_some_and(|last| last.is_word() && characters(view.bytes(*last)) == 1) {
            return;
        }
        names::words(view, words);
        names::person(view, words, None, key, joiner, &mut |hash| put(Class::Words, hash));
    }

    /// The hashes of a given name and a family name of one row.
    pub(super) fn pair(&mut self, first: &str, last: &str, put: &mut impl FnMut(Class, u64)) {
        let Self { key, folded, atoms, family, words, joiner, .. } = self;
        fold(last, family);
        fold(first, folded);
        if is_placeholder(folded) || is_placeholder(family) {
            return;
        }
        let given_ends = folded.len();
        folded.push(' ');
        folded.push_str(family);
        split(folded, atoms);
        let view = View { text: folded, atoms };
        names::words(view, words);
        let given = words.partition_point(|word| word.start < given_ends);
        if given > 0 && words.len() > given {
            names::person(view, words, Some(given), key, joiner, &mut |hash| put(Class::Words, hash));
        }
    }

    /// The hashes of all that looks like an identifier in a text.
    pub(super) fn inside(&mut self, text: &str, put: &mut impl FnMut(Class, u64)) {
        let Self { key, folded, atoms, digits, .. } = self;
        fold(text, folded);
        split(folded, atoms);
        let view = View { text: folded, atoms };
        addresses(view, &mut |first, last| put_email(view.span(first, last), key, put));
        digits::numbers(view, digits, &mut |number| {
            let form = digits::canonical(number.digits);
            form.into_iter().for_each(|form| put(Class::Digits, key.hash(Class::Digits, form)));
        });
        (0..atoms.len()).for_each(|first| {
            values::compact(view, first, &mut |form| put_iban(form, key, put));
        });
        let mut buffer = Vec::new();
        for (first, last) in tokens(view) {
            whole(view.part(first, last), key, &mut buffer, put);
        }
    }
}

fn put_email(address: &[u8], key: &OriginalsKey, put: &mut impl FnMut(Class, u64)) {
    put(Class::Value, key.hash(Class::Value, stems::stem(address)));
}

fn put_number(digits: &[u8], key: &OriginalsKey, put: &mut impl FnMut(Class, u64)) {
    put(Class::Digits, key.hash(Class::Digits, digits));
    stems::cut_number(digits).into_iter().for_each(|cut| put(Class::Cut, key.hash(Class::Cut, cut)));
}

fn put_iban(compact: &[u8], key: &OriginalsKey, put: &mut impl FnMut(Class, u64)) {
    if compact.len() >= values::SHORTEST_IBAN {
        put(Class::Compact, key.hash(Class::Compact, stems::of_iban(compact)));
    }
}

/// The hashes by which an identifier is found, one or two.
fn whole(view: View<'_>, key: &OriginalsKey, buffer: &mut Vec<u8>, put: &mut impl FnMut(Class, u64)) {
    let Some(last) = view.atoms.len().checked_sub(1) else { return };
    if uuid(view, key, put) || number(view, key, buffer, put) || iban(view, key, put) {
        return;
    }
    let hashed = last.min(values::MOST_ATOMS - 1);
    if values::is_email(view) {
        put_email(view.span(0, last), key, put);
    } else if values::is_worth_a_hash(view, 0, hashed) {
        put(Class::Value, key.hash(Class::Value, view.span(0, hashed)));
        if last >= 2 {
            put(Class::Start, values::start(view, key));
        }
    }
}

fn uuid(view: View<'_>, key: &OriginalsKey, put: &mut impl FnMut(Class, u64)) -> bool {
    let only = view.atom(0).filter(|_| view.atoms.len() == 1).and_then(|atom| values::with_hyphens(view.bytes(atom)));
    if let Some(uuid) = only {
        put(Class::Value, key.hash(Class::Value, &uuid));
        return true;
    }
    let is_uuid = view.atoms.len() == 5 && values::is_uuid(view, 0);
    if is_uuid {
        put(Class::Value, key.hash(Class::Value, view.span(0, 4)));
    }
    is_uuid
}

fn number(view: View<'_>, key: &OriginalsKey, buffer: &mut Vec<u8>, put: &mut impl FnMut(Class, u64)) -> bool {
    let form = digits::only_number(view, buffer).and_then(digits::canonical);
    form.map(|form| put_number(form, key, put)).is_some()
}

fn iban(view: View<'_>, key: &OriginalsKey, put: &mut impl FnMut(Class, u64)) -> bool {
    let length: usize = view.atoms.iter().map(|atom| atom.len()).sum();
    let mut found = false;
    values::compact(view, 0, &mut |form| {
        if form.len() == length && length >= values::SHORTEST_IBAN {
            // The account number is a leak without the rest of the IBAN too.
            let account = digits::norwegian_account(form).and_then(digits::canonical);
            account.into_iter().for_each(|account| put_number(account, key, put));
            put_iban(form, key, put);
            found = true;
        }
    });
    found
}

/// The IP address that a text is, if it is one; written out it is in its canonical form (RFC 5952 for version 6). Cuts
/// off a network's prefix length, which is no part of it.
fn ip_address(folded: &mut String) -> Option<IpAddr> {
    // The parser tries both versions, and hardly any identifier is of either.
    if !folded.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'/')) {
        return None;
    }
    let length = folded.find('/').unwrap_or(folded.len());
    let address = folded.get(..length)?.parse().ok()?;
    folded.truncate(length);
    Some(address)
}

/// Visits each e-mail address in a text, at its full length.
fn addresses(view: View<'_>, seen: &mut impl FnMut(usize, usize)) {
    for at in 0..view.atoms.len() {
        // Two atoms side by side are looked at as they are.
        let address = values::email_around(view, at).filter(|(first, last)| last - first >= 2);
        address.into_iter().for_each(|(first, last)| seen(first, last));
    }
}

/// What looks like a token, a UUID or an IP address: a run of atoms that `.`, `-`, `_`, `+` or `:` hold together.
fn tokens(view: View<'_>) -> impl Iterator<Item = (usize, usize)> + use<'_> {
    const SHORTEST: usize = 16;
    let joins = move |index: usize| {
        view.gap(index).is_some_and(|gap| gap.len() <= 2 && gap.iter().all(|byte| b".-_+:".contains(byte)))
    };
    let mut first = 0;
    let runs = std::iter::from_fn(move || {
        (first < view.atoms.len()).then(|| {
            let start = first;
            while joins(first) {
                first += 1;
            }
            first += 1;
            (start, first - 1)
        })
    });
    runs.filter(move |(first, last)| {
        let span = view.span(*first, *last);
        let has = |wanted: fn(&u8) -> bool| span.iter().any(wanted);
        let is_address = std::str::from_utf8(span).is_ok_and(|text| text.parse::<IpAddr>().is_ok());
        let is_token = span.len() >= SHORTEST && has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase);
        is_address || is_token && !begins_with_a_date(span)
    })
}

/// A timestamp (ISO 8601) is long and mixed, and many rows have the same one.
fn begins_with_a_date(span: &[u8]) -> bool {
    let form =
        |(place, byte): (usize, &u8)| if [4, 7].contains(&place) { *byte == b'-' } else { byte.is_ascii_digit() };
    span.len() >= 10 && span.iter().take(10).enumerate().all(form)
}
