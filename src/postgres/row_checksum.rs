//! An order-free checksum of rows: the same for the same rows in any order, on any server.
//!
//! It shows that what no rule masks arrived as it left, and that the rows hold the masked cells that were written for them. It
//! guards against mistakes, not against an attacker: XXH3, 128
//! bit, added up over the rows, so that two rows that swap a value are noticed as well.

use xxhash_rust::xxh3::xxh3_128;

use super::copy_binary::{read_i32, write_field};
use super::types::TypeClass;

/// Adds up the hashes of rows. Sums of parts can be added in any order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowChecksum(u128);

impl RowChecksum {
    /// Adds a row, given as its fields one after the other in the form that [`write_canonical`] makes.
    pub fn add_row(&mut self, canonical: &[u8]) {
        self.0 = self.0.wrapping_add(xxh3_128(canonical));
    }

    /// Adds another sum.
    pub fn add(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    /// As 32 hexadecimal digits.
    pub fn to_hex(self) -> String {
        format!("{:032x}", self.0)
    }
}

/// Whether values of this class hold oids of types, which differ from server to server.
pub fn holds_type_oids(class: &TypeClass) -> bool {
    match class {
        TypeClass::Array(_) | TypeClass::Composite(_) => true,
        TypeClass::Range(bound) | TypeClass::Multirange(bound) => holds_type_oids(bound),
        _ => false,
    }
}

/// Appends a field, its length first, with the oids inside arrays and composites zeroed.
pub fn write_canonical(class: &TypeClass, field: Option<&[u8]>, out: &mut Vec<u8>) {
    let start = out.len() + 4;
    write_field(out, field);
    if field.is_some()
        && holds_type_oids(class)
        && let Some(bytes) = out.get_mut(start..)
    {
        zero_type_oids(class, bytes);
    }
}

/// Bytes that don't have the layout of their class are left as they are: the checksum is then of the bytes.
fn zero_type_oids(class: &TypeClass, bytes: &mut [u8]) -> Option<()> {
    match class {
        TypeClass::Array(element) => {
            let dimensions = usize::try_from(read_i32(bytes, 0)?).ok()?;
            bytes.get_mut(8..12)?.fill(0);
            let mut at = 12 + dimensions.checked_mul(8)?;
            while holds_type_oids(element) && at < bytes.len() {
                at = zero_inside(element, bytes, at)?;
            }
        }
        TypeClass::Composite(fields) => {
            let mut at = 4;
            for (_, class) in fields {
                bytes.get_mut(at..at + 4)?.fill(0);
                at = zero_inside(class, bytes, at + 4)?;
            }
        }
        TypeClass::Range(bound) if holds_type_oids(bound) => {
            let mut at = 1;
            while at < bytes.len() {
                at = zero_inside(bound, bytes, at)?;
            }
        }
        TypeClass::Multirange(bound) if holds_type_oids(bound) => {
            let range = TypeClass::Range(bound.clone());
            let mut at = 4;
            while at < bytes.len() {
                at = zero_inside(&range, bytes, at)?;
            }
        }
        _ => {}
    }
    Some(())
}

/// Zeroes inside the length-prefixed value at `at`, and gives where the next one begins.
fn zero_inside(class: &TypeClass, bytes: &mut [u8], at: usize) -> Option<usize> {
    let length = read_i32(bytes, at)?;
    let Ok(length) = usize::try_from(length) else { return Some(at + 4) };
    let end = at + 4 + length;
    zero_type_oids(class, bytes.get_mut(at + 4..end)?);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array_of(oid: u32, elements: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in [1, 0, oid, elements.len() as u32, 1] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        elements.iter().for_each(|element| write_field(&mut bytes, Some(element)));
        bytes
    }

    fn canonical(class: &TypeClass, field: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write_canonical(class, Some(field), &mut out);
        out
    }

    #[test]
    fn the_order_of_rows_makes_no_difference_but_a_swapped_value_does() {
        let sum = |rows: &[&[u8]]| {
            let mut sum = RowChecksum::default();
            rows.iter().for_each(|row| sum.add_row(row));
            sum
        };
        assert_eq!(sum(&[b"1a", b"2b"]), sum(&[b"2b", b"1a"]));
        assert_ne!(sum(&[b"1a", b"2b"]), sum(&[b"1b", b"2a"]));
    }

    #[test]
    fn the_oid_of_an_arrays_element_type_makes_no_difference_but_an_element_does() {
        let class = TypeClass::Array(Box::new(TypeClass::Enum));
        assert_eq!(canonical(&class, &array_of(16001, &[b"a"])), canonical(&class, &array_of(16999, &[b"a"])));
        assert_ne!(canonical(&class, &array_of(16001, &[b"a"])), canonical(&class, &array_of(16001, &[b"b"])));
    }

    #[test]
    fn oids_inside_the_bounds_of_a_range_make_no_difference() {
        let bound = TypeClass::Array(Box::new(TypeClass::Enum));
        let range = |oid: u32| {
            let mut bytes = vec![0x02];
            write_field(&mut bytes, Some(&array_of(oid, &[b"a"])));
            write_field(&mut bytes, Some(&array_of(oid, &[b"b"])));
            bytes
        };
        let multirange = |oid: u32| {
            let mut bytes = 1u32.to_be_bytes().to_vec();
            write_field(&mut bytes, Some(&range(oid)));
            bytes
        };
        let class = TypeClass::Range(Box::new(bound.clone()));
        assert_eq!(canonical(&class, &range(7)), canonical(&class, &range(8)));
        let class = TypeClass::Multirange(Box::new(bound));
        assert_eq!(canonical(&class, &multirange(7)), canonical(&class, &multirange(8)));
    }

    #[test]
    fn oids_inside_a_composite_inside_an_array_make_no_difference() {
        let composite = |oid: u32| {
            let mut bytes = 1u32.to_be_bytes().to_vec();
            bytes.extend_from_slice(&oid.to_be_bytes());
            write_field(&mut bytes, Some(b"Storgata"));
            bytes
        };
        let class = TypeClass::Array(Box::new(TypeClass::Composite(vec![("street".into(), TypeClass::Text)])));
        let (one, other) = (composite(70_001), composite(70_002));
        assert_eq!(canonical(&class, &array_of(1, &[&one])), canonical(&class, &array_of(2, &[&other])));
    }
}
