//! Everything in a text of the target that could be an original.

use super::atoms::{Atom, View, split};
use super::key::{Class, OriginalsKey};
use super::names::{self, Joiner};
use super::normalize::fold;
use super::numbers::Form;
use super::{digits, stems, values};

/// A part of a text that could be an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// What it would be.
    pub class: Class,
    /// Its hash.
    pub hash: u64,
    /// How long it is in the form of its class: bytes, or digits of a number, or letters of a name.
    pub length: usize,
    /// Of a number that others can meet by chance.
    pub form: Option<Form>,
}

/// Cuts texts into candidates. Has buffers that are used again, so keep one for each worker.
pub struct Scanner {
    key: OriginalsKey,
    folded: String,
    atoms: Vec<Atom>,
    digits: Vec<u8>,
    joiner: Joiner,
}

impl Scanner {
    /// Longer texts are scanned in blocks, so that memory is bounded.
    const BLOCK: usize = 256 << 10;
    /// Enough for the longest span that is hashed, though folding can make it several times shorter.
    const OVERLAP: usize = 8 * View::LONGEST;

    /// A scanner that hashes under these keys.
    pub fn new(key: OriginalsKey) -> Self {
        Self { key, folded: String::new(), atoms: Vec::new(), digits: Vec::new(), joiner: Joiner::default() }
    }

    /// The keys it hashes under.
    pub fn key(&self) -> &OriginalsKey {
        &self.key
    }

    /// Calls `seen` for every candidate in a text: a cell, a JSON string or key, an element of an array. `seen` says
    /// whether the hash was recorded; the answer matters for [`Class::Start`] only.
    pub fn scan(&mut self, text: &str, seen: &mut impl FnMut(Candidate) -> bool) {
        let mut rest = text;
        while rest.len() > Self::BLOCK {
            let end = rest.floor_char_boundary(Self::BLOCK);
            let next = rest.floor_char_boundary(Self::BLOCK - Self::OVERLAP);
            self.scan_block(rest.get(..end).unwrap_or_default(), seen);
            rest = rest.get(next..).unwrap_or_default();
        }
        self.scan_block(rest, seen);
    }

    fn scan_block(&mut self, text: &str, seen: &mut impl FnMut(Candidate) -> bool) {
        // Keys and references are such in every row.
        if text.len() < values::UUID_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return by_digits(text.as_bytes(), &self.key, seen);
        }
        let Self { key, folded, atoms, digits, joiner } = self;
        fold(text, folded);
        split(folded, atoms);
        let view = View { text: folded, atoms };
        values::visit(view, key, &mut |class, hash, length| seen(Candidate { class, hash, length, form: None }));
        for atom in atoms.iter().filter(|atom| atom.is_number() && atom.len() < digits::SHORTEST) {
            by_digits(view.bytes(*atom), key, seen);
        }
        digits::numbers(view, digits, &mut |number| {
            let in_iban = view.atom(number.first).filter(|atom| atom.letters).and_then(|atom| {
                let is_norwegian = view.bytes(atom).starts_with(b"no") && number.digits.len() == 13;
                number.digits.get(2..).filter(|_| is_norwegian)
            });
            [Some(number.digits), in_iban].into_iter().flatten().for_each(|digits| by_digits(digits, key, seen));
        });
        names::neighbours(view, key, joiner, &mut |hash, length| {
            seen(Candidate { class: Class::Words, hash, length, form: None });
        });
    }
}

/// What a number is looked up as.
fn by_digits(number: &[u8], key: &OriginalsKey, seen: &mut impl FnMut(Candidate) -> bool) {
    let Some(digits) = digits::canonical_or_short(number) else { return };
    let (hash, length, form) = (key.number(digits), digits.len(), Form::of(digits));
    seen(Candidate { class: Class::Digits, hash, length, form });
    if stems::could_be_cut(digits) {
        let hash = key.hash(Class::Cut, digits);
        seen(Candidate { class: Class::Cut, hash, length, form: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::MaskingKey;

    #[test]
    fn a_number_alone_is_looked_up_as_in_any_text() {
        let mut scanner = Scanner::new(OriginalsKey::new(&MaskingKey::random().unwrap()));
        let mut found = |text: &str| {
            let mut found = Vec::new();
            scanner.scan(text, &mut |candidate| {
                found.push(candidate);
                false
            });
            found
        };
        for length in 1..=40 {
            for digits in ["4741234567", "0041234567", "9999999999"] {
                let number: String = digits.chars().cycle().take(length).collect();
                assert_eq!(found(&number), found(&format!(" {number}! ")), "{number}");
            }
        }
        assert_eq!(found("41234567").len(), 1);
        assert_eq!(found("12345").len(), 0);
    }
}
