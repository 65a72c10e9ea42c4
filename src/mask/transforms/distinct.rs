//! A text that tells originals apart, to be put into a made-up value that has to be unique.

use super::draw::put_base32;
use super::permutation::Permutation;
use super::{Site, TypeClass};
use crate::secret::DomainKey;

/// Digits that no other original has: by construction up to nine characters of user names and domains, beyond that by 64
/// bits of a keyed hash.
pub(super) struct Distinct {
    permutation: Permutation,
    key: DomainKey,
    /// Of a column whose type doesn't tell capitals apart.
    ignore_case: bool,
}

/// 60 bits for short originals, 65 for others, so that the two never meet.
const SHORT_DIGITS: usize = 12;
const LONG_DIGITS: usize = 13;

/// The longest text, and with it a point before it.
pub(super) const LONGEST: usize = LONG_DIGITS + 1;

/// 65 characters; all texts of at most nine of them are fewer than 2^60.
const ALPHABET: &[u8; 65] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-";
const SHORT: usize = 9;

impl Distinct {
    /// For a kind of value in the column's consistency domain.
    pub(super) fn new(kind: &str, site: &Site<'_>) -> Self {
        let key = site.sub_key(&format!("{kind}, distinct"));
        let ignore_case = site.column.class == TypeClass::Text && site.column.type_name == "citext";
        Self { permutation: Permutation::new(key), key: site.sub_key(&format!("{kind}, distinct, long")), ignore_case }
    }

    /// Appends the digits of an original: small letters and figures, no `.`.
    pub(super) fn put(&self, original: &str, out: &mut Vec<u8>) {
        if self.ignore_case && original.chars().any(char::is_uppercase) {
            return self.put_exact(&original.to_lowercase(), out);
        }
        self.put_exact(original, out);
    }

    fn put_exact(&self, original: &str, out: &mut Vec<u8>) {
        match rank(original.as_bytes()) {
            Some(rank) => put_base32(out, self.permutation.place(rank, 1 << 60), SHORT_DIGITS),
            None => put_base32(out, self.key.number(original.as_bytes()), LONG_DIGITS),
        }
    }
}

/// The place of a text among all short ones: a number in bijective base 65.
fn rank(text: &[u8]) -> Option<u64> {
    if text.len() > SHORT {
        return None;
    }
    text.iter().try_fold(0u64, |rank, byte| {
        let digit = ALPHABET.iter().position(|known| known == byte)? as u64 + 1;
        Some(rank * ALPHABET.len() as u64 + digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_short_text_has_a_place_of_its_own_below_the_bound() {
        let mut seen = std::collections::HashSet::new();
        for first in ALPHABET {
            assert!(seen.insert(rank(&[*first])));
            for second in ALPHABET {
                assert!(seen.insert(rank(&[*first, *second])));
            }
        }
        assert!(seen.insert(rank(b"")));
        assert!(rank(&[b'-'; SHORT]).is_some_and(|rank| rank < 1 << 60));
        assert_eq!(rank(b"has space"), None);
        assert_eq!(rank(b"ten.letter"), None);
    }
}
