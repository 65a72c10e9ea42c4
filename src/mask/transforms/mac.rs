//! `mac`: a locally administered hardware address, in the spelling of the original.

use std::sync::Arc;

use super::collisions::CollisionKey;
use super::permutation::Permutation;
use super::prescan::Prescan;
use super::text_cell::{TextCell, TextMask};
use super::wire::short;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;

/// `aa:bb:cc:dd:ee:ff`.
const EUI48_CHARS: usize = 17;

/// Where two originals meet, and what is told of them.
const DOMAIN: &str = "mac";

/// Makes addresses of which the first byte is that of a locally administered one of one device (IEEE 802, clause 8.4):
/// no maker gives these out. Two of the bits are taken by that, so that not all 2^48 addresses find another place: those
/// of makers do among themselves, and of the others some few meet.
struct Mac {
    order: Permutation,
    prescan: Arc<Prescan>,
}

impl Mac {
    fn new(site: &Site<'_>) -> Self {
        Self { order: Permutation::new(site.sub_key(DOMAIN)), prescan: Arc::clone(site.prescan) }
    }

    /// The fake of an address of 6 or 8 bytes: another one than it.
    fn address(&self, original: &[u8]) -> [u8; 8] {
        let number = original.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let free = if original.len() == 6 { 46 } else { 62 };
        // The two bits that say whose address it is stand below, where they are cut off; what differs in them alone meets.
        let rest = free - 6;
        let mut place = number >> (rest + 2) << rest | number & ((1 << rest) - 1);
        let passed_over = self.prescan.collisions.passed_over(DOMAIN, original);
        // Each further choice is a place further on.
        place = place.wrapping_add(u64::from(passed_over).wrapping_mul(0x9E37_79B9_7F4A_7C15)) & ((1 << free) - 1);
        place = self.order.place(place, 1 << free);
        let masked = place >> rest << (rest + 2) | 0b10 << rest | place & ((1 << rest) - 1);
        // One of 2^46 is its own fake by lot.
        (if masked == number { masked ^ 1 } else { masked }).to_be_bytes()
    }

    /// Appends the fake of an address as it is written, or of any text in the usual spelling.
    fn put(&self, text: &str, out: &mut Vec<u8>) {
        let trimmed = text.trim();
        let (digits, count) = read(trimmed);
        let masked = self.address(digits.get(..count).unwrap_or_default());
        let capitals = trimmed.bytes().any(|byte| byte.is_ascii_uppercase());
        let masked = masked.get(8 - count..).unwrap_or_default();
        let mut nibbles = masked.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let digit = |nibble: u8| b"0123456789abcdef0123456789ABCDEF"[usize::from(nibble) + 16 * usize::from(capitals)];
        if is_written_as_address(trimmed) {
            let as_written = |byte: u8| if byte.is_ascii_hexdigit() { nibbles.next().map(digit) } else { Some(byte) };
            out.extend(trimmed.bytes().filter_map(as_written));
            return;
        }
        for (index, nibble) in nibbles.enumerate() {
            if index > 0 && index % 2 == 0 {
                out.push(b':');
            }
            out.push(digit(nibble & 15));
        }
    }

    fn collision_key(original: &[u8]) -> CollisionKey {
        CollisionKey::of(DOMAIN, original)
    }
}

/// The forms that PostgreSQL reads (manual, 8.9.4), and dots in pairs: so many digits, and one sign between groups.
fn is_written_as_address(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let mut signs = text.bytes().filter(|byte| !byte.is_ascii_hexdigit());
    let sign = signs.next();
    let one_sign = sign.is_none_or(|first| b":-.".contains(&first)) && signs.all(|other| Some(other) == sign);
    let groups = text.split([':', '-', '.']);
    let even = groups.clone().map(str::len).min() == groups.map(str::len).max();
    matches!(digits, 12 | 16) && one_sign && even
}

/// The bytes of an address; of a text that is none, six bytes that it decides.
fn read(text: &str) -> ([u8; 8], usize) {
    let mut bytes = [0u8; 8];
    if !is_written_as_address(text) {
        bytes[..6].copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..6]);
        return (bytes, 6);
    }
    let mut count = 0;
    for nibble in text.chars().filter_map(|c| c.to_digit(16)) {
        if let Some(byte) = bytes.get_mut(count / 2) {
            *byte = *byte << 4 | nibble as u8;
        }
        count += 1;
    }
    (bytes, (count / 2).min(8))
}

impl TextMask for Mac {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, out);
        Ok(())
    }

    fn collision_key(&self, text: &str) -> Option<CollisionKey> {
        let (bytes, count) = read(text.trim());
        Some(Self::collision_key(bytes.get(..count)?))
    }
}

/// `macaddr` and `macaddr8`.
struct Binary(Mac);

impl Transform for Binary {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if !matches!(cell.len(), 6 | 8) {
            return Err(short());
        }
        let masked = self.0.address(cell);
        out.extend_from_slice(masked.get(8 - cell.len()..).unwrap_or_default());
        Ok(Masked::Value)
    }

    fn collision_key(&self, cell: &[u8]) -> Option<CollisionKey> {
        Some(Mac::collision_key(cell))
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    let facts = Facts { resolvable: true, ..Facts::changing(OriginalsOf::Identifier) };
    match site.column.class {
        TypeClass::MacAddress => Ok(Built { transform: Box::new(Binary(Mac::new(site))), facts }),
        TypeClass::Text => {
            site.require_room("mac", EUI48_CHARS)?;
            Ok(Built { transform: Box::new(TextCell(Mac::new(site))), facts })
        }
        _ => Err(site.wrong_type("mac")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::testing::{column, mask, mask_bytes};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn mac(text: &str) -> String {
        mask(&Spec::Mac(Default::default()), text)
    }

    #[test]
    fn the_spelling_stays_and_one_address_has_one_fake() {
        let plain = mac("08:00:2b:01:02:03");
        let compact = plain.replace(':', "");
        assert_eq!(mac("08-00-2B-01-02-03"), plain.to_uppercase().replace(':', "-"));
        assert_eq!(mac("0800.2b01.0203").replace('.', ""), compact);
        assert_eq!(mac("08002b:010203").replace(':', ""), compact);
        assert_eq!(mac("08002b010203"), compact);
        assert_eq!(mac("0800.2b01.0203").len(), 14);
        let binary =
            mask_bytes(&Spec::Mac(Default::default()), &column(TypeClass::MacAddress, None), &[0x08, 0, 0x2b, 1, 2, 3]);
        assert_eq!(binary.iter().map(|byte| format!("{byte:02x}")).collect::<String>(), compact);
    }

    #[test]
    fn no_maker_gives_out_what_comes_out() {
        for number in 0..2_000u64 {
            for length in [6, 8] {
                let original = &number.wrapping_mul(0x1234_5678_9ABC_DEF1).to_be_bytes()[8 - length..];
                let masked = mask_bytes(&Spec::Mac(Default::default()), &column(TypeClass::MacAddress, None), original);
                assert_eq!((masked.len(), masked[0] & 0b11), (length, 0b10));
                assert_ne!(masked, original);
            }
        }
        assert!(mac("Karis iPhone").len() == 17 && mac("Karis iPhone") != mac("Olas iPhone"));
    }

    #[test]
    fn addresses_that_makers_gave_out_stay_distinct() {
        let built = super::super::testing::built(&Spec::Mac(Default::default()), &column(TypeClass::MacAddress, None));
        let of = |number: u64| {
            let mut out = Vec::new();
            let cell = &number.to_be_bytes()[2..];
            built.transform.mask(cell, &Row { cells: &[], transforms: &[] }, &mut out).unwrap();
            out
        };
        let all: HashSet<Vec<u8>> = (0..100_000).map(|number| of(0x3C5A_B400_0000 + number * 31)).collect();
        assert_eq!(all.len(), 100_000);
    }

    #[test]
    fn an_address_that_would_meet_another_can_pass_over_a_choice() {
        let (column, key, prescan) =
            (column(TypeClass::MacAddress, None), super::super::testing::key(), Arc::default());
        let site = Site {
            column: &column,
            columns: &[],
            specs: &[],
            locale: crate::rules::transform::Locale::NbNo,
            key: &key,
            domain: None,
            prescan: &prescan,
        };
        let mac = Mac::new(&site);
        // They differ in the bit alone that says who gave the address out.
        let [universal, local] = [[0x08, 0, 0x2b, 1, 2, 3], [0x0A, 0, 0x2b, 1, 2, 3]];
        assert_eq!(mac.address(&universal), mac.address(&local));
        prescan.collisions.pass_over(Mac::collision_key(&local), 1);
        assert_ne!(mac.address(&universal), mac.address(&local));
    }
}
