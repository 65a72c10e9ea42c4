//! The keyed hash. SipHash-2-4: <https://www.aumasson.jp/siphash/siphash.pdf>.

use std::fmt;
use std::hash::Hasher;

use siphasher::sip::SipHasher24;
use xxhash_rust::xxh3::xxh3_128;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::ColumnId;
use crate::secret::MaskingKey;

/// What a hash is of. Hashes of different classes are unrelated, for each class has a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// An identifier, folded, from its first letter or digit to its last.
    Value,
    /// The first two atoms of a longer identifier: says where a search for a whole one is worth while; no leak itself.
    Start,
    /// The digits of a number, without separators and without `+47`, `0047` or `00`.
    Digits,
    /// An IBAN, or what looks like one, without separators.
    Compact,
    /// Two or three words of a name, in the order of the alphabet.
    Words,
    /// A cell of a row: column, primary key and bytes.
    Cell,
    /// The bytes of a document.
    Bytes,
    /// A row that stays unmasked: its table and its primary key. No original, and never looked for as one.
    Row,
    /// The digits of a long number without the last one. Many other numbers have ten digits, so that some meet one by chance.
    Cut,
}

impl Class {
    const ALL: [Self; 9] = [
        Self::Value,
        Self::Start,
        Self::Digits,
        Self::Compact,
        Self::Words,
        Self::Cell,
        Self::Bytes,
        Self::Row,
        Self::Cut,
    ];

    fn name(self) -> &'static [u8] {
        match self {
            Self::Value => b"value",
            Self::Start => b"start",
            Self::Digits => b"digits",
            Self::Compact => b"compact",
            Self::Words => b"words",
            Self::Cell => b"cell",
            Self::Bytes => b"bytes",
            Self::Row => b"row",
            Self::Cut => b"cut",
        }
    }
}

/// The keys under which originals are hashed; made from the masking key, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct OriginalsKey {
    classes: [[u64; 2]; 9],
}

impl OriginalsKey {
    /// The keys that belong to a masking key.
    pub fn new(key: &MaskingKey) -> Self {
        let domain = key.domain("originals");
        Self {
            classes: Class::ALL.map(|class| {
                let key = u128::from_le_bytes(domain.bytes::<16>(class.name()));
                [key as u64, (key >> 64) as u64]
            }),
        }
    }

    /// The hash of a text that is already in the form of its class.
    pub fn hash(&self, class: Class, form: &[u8]) -> u64 {
        self.hasher(class).hash(form)
    }

    /// The hash under which a span is recorded as the [`Class::Start`] of an identifier, from its hash as a value: nearly
    /// every span of two atoms is looked up as both. The upper half stays, by which a [`Filter`](super::filter::Filter)
    /// chooses the block, so that both are in one.
    pub(super) fn start(&self, value: u64) -> u64 {
        value ^ u64::from(self.classes[Class::Start as usize][0] as u32)
    }

    /// The hash by which a number of digits alone is found: a short one as it stands, a longer one in its canonical form.
    pub(super) fn number(&self, digits: &[u8]) -> u64 {
        let class = if digits.len() < super::digits::SHORTEST { Class::Value } else { Class::Digits };
        self.hash(class, digits)
    }

    /// The hash of a cell in its row. Primary key and cell must be in the same binary form when recorded and looked up.
    pub fn cell(&self, column: ColumnId, row: RowHash, cell: &[u8]) -> u64 {
        let mut hasher = self.hasher(Class::Cell);
        hasher.write_u64(row.0);
        hasher.write_u64(column.0.into());
        hasher.hash(cell)
    }

    /// The hash of a row that stays unmasked.
    pub fn unmasked_row(&self, table: &str, primary_key: &[u8]) -> u64 {
        let mut hasher = self.hasher(Class::Row);
        hasher.write_usize(table.len());
        hasher.write(table.as_bytes());
        hasher.hash(primary_key)
    }

    /// The hash of a row's primary key, which its cells share.
    fn row(&self, primary_key: &[u8]) -> RowHash {
        RowHash(self.hash(Class::Cell, primary_key))
    }

    /// The hash of a document; `None` if it is too short to mean anything.
    pub fn document(&self, bytes: &[u8]) -> Option<u64> {
        const SHORTEST: usize = 16;
        // XXH3 is many times quicker on megabytes; what is kept and could be guessed at is still a keyed hash.
        (bytes.len() >= SHORTEST).then(|| self.hash(Class::Bytes, &xxh3_128(bytes).to_le_bytes()))
    }

    fn hasher(&self, class: Class) -> SipHasher24 {
        let [first, second] = self.classes[class as usize];
        SipHasher24::new_with_keys(first, second)
    }
}

/// The keyed hash of a primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowHash(u64);

/// Remembers the row whose cells are hashed one after the other.
#[derive(Default)]
pub(super) struct LastRow(Option<(Vec<u8>, RowHash)>);

impl LastRow {
    pub(super) fn hash(&mut self, key: &OriginalsKey, primary_key: &[u8]) -> RowHash {
        match &mut self.0 {
            Some((last, hash)) if last == primary_key => *hash,
            last => {
                let hash = key.row(primary_key);
                let (bytes, remembered) = last.get_or_insert_with(|| (Vec::new(), hash));
                bytes.clear();
                bytes.extend_from_slice(primary_key);
                *remembered = hash;
                hash
            }
        }
    }
}

impl fmt::Debug for OriginalsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_has_unrelated_hashes_in_every_class_and_under_every_key() {
        let keys = [MaskingKey::random().unwrap(), MaskingKey::random().unwrap()].map(|key| OriginalsKey::new(&key));
        let hashes: std::collections::HashSet<u64> =
            keys.iter().flat_map(|key| Class::ALL.map(|class| key.hash(class, b"kari@online.no"))).collect();
        assert_eq!(hashes.len(), 18);
    }

    #[test]
    fn cells_are_told_apart_by_their_row_and_column_and_the_last_row_is_not_mistaken_for_the_next() {
        let key = OriginalsKey::new(&MaskingKey::random().unwrap());
        let mut last = LastRow::default();
        let mut cell = |column, row: &[u8], cell: &[u8]| key.cell(ColumnId(column), last.hash(&key, row), cell);
        let hash = cell(1, b"12", b"3");
        assert_eq!(hash, cell(1, b"12", b"3"));
        assert_ne!(hash, cell(2, b"12", b"3"));
        assert_ne!(hash, cell(1, b"1", b"23"));
        assert_ne!(hash, cell(1, b"13", b"3"));
        assert_eq!(hash, cell(1, b"12", b"3"));
    }

    #[test]
    fn the_keys_are_not_shown() {
        assert_eq!(format!("{:?}", OriginalsKey::new(&MaskingKey::random().unwrap())), "***");
    }
}
