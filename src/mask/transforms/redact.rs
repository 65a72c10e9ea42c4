//! `redact`: a placeholder that is valid for the type.

use super::placeholder;
use super::refusal::originals_by_class;
use super::text_cell::truncate;
use super::wire::{Reader, put_value, short};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::postgres::types::TypeClass;

pub(super) use super::placeholder::WORD;

/// Version 8 and nothing else (RFC 9562, 5.8).
const UUID: [u8; 16] = [0, 0, 0, 0, 0, 0, 0x80, 0, 0x80, 0, 0, 0, 0, 0, 0, 0];

/// Writes the placeholder of a class.
struct Redact {
    class: TypeClass,
    room: usize,
}

impl Transform for Redact {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if self.class == TypeClass::Text && cell.trim_ascii().is_empty() {
            out.extend_from_slice(cell);
            return Ok(Masked::Value);
        }
        let start = out.len();
        placeholder(&self.class, cell, out)?;
        if self.class == TypeClass::Text {
            truncate(out, start, self.room);
        }
        Ok(Masked::Value)
    }
}

fn placeholder(class: &TypeClass, cell: &[u8], out: &mut Vec<u8>) -> Result<(), CellError> {
    let fixed: &[u8] = match class {
        TypeClass::Text => WORD,
        TypeClass::Bytea => placeholder::like(cell),
        TypeClass::Json => b"{}",
        TypeClass::Jsonb => b"\x01{}",
        TypeClass::Uuid => &UUID,
        TypeClass::Bool => &[0],
        TypeClass::Int2 => &[0; 2],
        // 2000-01-01 is day 0.
        TypeClass::Int4 | TypeClass::Float4 | TypeClass::Date => &[0; 4],
        TypeClass::Int8
        | TypeClass::Money
        | TypeClass::Float8
        | TypeClass::Numeric
        | TypeClass::Timestamp
        | TypeClass::TimestampTz => &[0; 8],
        // `oid` has four bytes, `tid` six, `xid8` eight.
        TypeClass::Oid => return zeros(cell.len(), out),
        TypeClass::Point => &[0; 16],
        TypeClass::Geometry => return geometry(cell, out),
        // The number of bits stays: `bit(n)` takes no other.
        TypeClass::Bit => {
            out.extend_from_slice(cell.get(..4).ok_or_else(short)?);
            return zeros(cell.len() - 4, out);
        }
        TypeClass::Vector => return vector(cell, &1f32.to_be_bytes(), out),
        // 1 in IEEE 754 binary16.
        TypeClass::HalfVector => return vector(cell, &[0x3C, 0], out),
        TypeClass::SparseVector => return sparse_vector(cell, out),
        TypeClass::Ltree => b"\x01redacted",
        TypeClass::Inet => return inet(cell, out),
        TypeClass::Xml => super::xml::PLACEHOLDER,
        TypeClass::Tsvector => &[0; 4],
        // An empty range is a flag (`rangetypes.h`), an empty multirange a count.
        TypeClass::Multirange(_) => &[0; 4],
        TypeClass::Range(_) => &[1],
        TypeClass::Time => return zeros(cell.len().min(16), out),
        TypeClass::MacAddress => {
            // RFC 7042, 2.1.1 and 2.2.2: for documentation.
            let wide: &[u8] = &[0, 0, 0x5E, 0xEF, 0x10, 0, 0, 0];
            if cell.len() == 8 { wide } else { &[0, 0, 0x5E, 0, 0x53, 0] }
        }
        TypeClass::Hstore => return hstore(cell, out),
        TypeClass::Composite(fields) => return composite(fields, cell, out),
        TypeClass::Array(_) | TypeClass::Enum | TypeClass::Other => return Err(short()),
    };
    out.extend_from_slice(fixed);
    Ok(())
}

fn zeros(count: usize, out: &mut Vec<u8>) -> Result<(), CellError> {
    out.resize(out.len() + count, 0);
    Ok(())
}

/// All points at 0. A circle and a line are both three numbers, and 1, 0, 0 is either: no radius, or straight up.
fn geometry(cell: &[u8], out: &mut Vec<u8>) -> Result<(), CellError> {
    let head = cell.len() % 8;
    out.extend_from_slice(cell.get(..head).ok_or_else(short)?);
    if cell.len() == 24 {
        out.extend_from_slice(&1f64.to_be_bytes());
        return zeros(16, out);
    }
    zeros(cell.len() - head, out)
}

/// Of the same number of dimensions, along the first: a vector of zeros has no direction, which queries stumble over.
fn vector(cell: &[u8], one: &[u8], out: &mut Vec<u8>) -> Result<(), CellError> {
    out.extend_from_slice(cell.get(..4).ok_or_else(short)?);
    if cell.len() >= 4 + one.len() {
        out.extend_from_slice(one);
    }
    zeros(cell.len().saturating_sub(4 + one.len()), out)
}

fn sparse_vector(cell: &[u8], out: &mut Vec<u8>) -> Result<(), CellError> {
    out.extend_from_slice(cell.get(..4).ok_or_else(short)?);
    // One element, the first, of 1.
    for number in [1, 0, 0] {
        out.extend_from_slice(&i32::to_be_bytes(number));
    }
    out.extend_from_slice(&1f32.to_be_bytes());
    Ok(())
}

/// 192.0.2.1, alone in its network.
fn inet(cell: &[u8], out: &mut Vec<u8>) -> Result<(), CellError> {
    let is_cidr = cell.get(2).copied().ok_or_else(short)?;
    out.extend_from_slice(&[2, 32, is_cidr, 4, 192, 0, 2, 1]);
    Ok(())
}

/// Keys stay, values are redacted.
fn hstore(cell: &[u8], out: &mut Vec<u8>) -> Result<(), CellError> {
    let mut reader = Reader(cell);
    let count = reader.i32()?;
    out.extend_from_slice(&count.to_be_bytes());
    for _ in 0..count {
        for is_value in [false, true] {
            put_value(out, |out| {
                let Some(value) = reader.value()? else { return Ok(Masked::Null) };
                out.extend_from_slice(if is_value && !value.is_empty() { WORD } else { value });
                Ok(Masked::Value)
            })?;
        }
    }
    Ok(())
}

/// Each field by its class.
fn composite(fields: &[(String, TypeClass)], cell: &[u8], out: &mut Vec<u8>) -> Result<(), CellError> {
    let mut reader = Reader(cell);
    let count = reader.i32()?;
    if usize::try_from(count) != Ok(fields.len()) {
        return Err(short());
    }
    out.extend_from_slice(&count.to_be_bytes());
    for (_, class) in fields {
        out.extend_from_slice(&reader.array::<4>()?);
        put_value(out, |out| {
            let Some(value) = reader.value()? else { return Ok(Masked::Null) };
            match class {
                // An array of some type is emptied: no dimensions, and the type of its elements.
                TypeClass::Array(_) => {
                    out.extend_from_slice(&[0; 8]);
                    out.extend_from_slice(value.get(8..12).ok_or_else(short)?);
                }
                _ => placeholder(class, value, out)?,
            }
            Ok(Masked::Value)
        })?;
    }
    Ok(())
}

/// Whether a class has a placeholder.
fn has_placeholder(class: &TypeClass) -> bool {
    match class {
        TypeClass::Enum | TypeClass::Other => false,
        TypeClass::Composite(fields) => fields.iter().all(|(_, class)| has_placeholder(class)),
        _ => true,
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    let column = site.column;
    if !has_placeholder(&column.class) {
        return Err(site.wrong_type("redact"));
    }
    site.forbid_unique("redact")?;
    let transform = Box::new(Redact { class: column.class.clone(), room: site.room() });
    Ok(Built { transform, facts: Facts::of(originals_by_class(&column.class)) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask_bytes, refusal};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::rules::transform::Transform as Spec;

    fn redacted(class: TypeClass, cell: &[u8]) -> Vec<u8> {
        mask_bytes(&Spec::Redact(Default::default()), &column(class, None), cell)
    }

    #[test]
    fn a_document_becomes_one_of_its_kind() {
        assert!(redacted(TypeClass::Bytea, b"%PDF-1.7 passport").starts_with(b"%PDF-1.4"));
        assert!(redacted(TypeClass::Bytea, b"\x89PNG\r\n\x1a\nface").ends_with(b"IEND\xaeB`\x82"));
        assert!(redacted(TypeClass::Bytea, b"\xFF\xD8\xFF\xE0face").ends_with(b"\xFF\xD9"));
        assert_eq!(redacted(TypeClass::Bytea, b"anything"), WORD);
    }

    #[test]
    fn the_keys_of_an_hstore_stay() {
        let pair = |key: &str, value: Option<&str>| {
            let mut bytes = (key.len() as i32).to_be_bytes().to_vec();
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend_from_slice(&value.map_or(-1, |value| value.len() as i32).to_be_bytes());
            bytes.extend_from_slice(value.unwrap_or_default().as_bytes());
            bytes
        };
        let hstore = |value| [2i32.to_be_bytes().to_vec(), pair("name", value), pair("none", None)].concat();
        assert_eq!(redacted(TypeClass::Hstore, &hstore(Some("Ingrid"))), hstore(Some("redacted")));
    }

    #[test]
    fn figures_bits_and_vectors_keep_their_form() {
        let numbers = |numbers: &[f64]| numbers.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>();
        assert_eq!(redacted(TypeClass::Point, &numbers(&[59.9, 10.7])), numbers(&[0.0, 0.0]));
        assert_eq!(redacted(TypeClass::Geometry, &numbers(&[59.9, 10.7, 5.0])), numbers(&[1.0, 0.0, 0.0]));
        let path = |point: &[f64]| [vec![1, 0, 0, 0, 1], numbers(point)].concat();
        assert_eq!(redacted(TypeClass::Geometry, &path(&[59.9, 10.7])), path(&[0.0, 0.0]));
        assert_eq!(redacted(TypeClass::Bit, &[0, 0, 0, 5, 0b1010_1000]), [0, 0, 0, 5, 0]);
        let vector = [vec![0, 2, 0, 0], 0.6f32.to_be_bytes().to_vec(), 0.8f32.to_be_bytes().to_vec()].concat();
        assert_eq!(redacted(TypeClass::Vector, &vector)[..8], [0, 2, 0, 0, 0x3F, 0x80, 0, 0]);
        assert_eq!(redacted(TypeClass::Oid, &[0, 0, 0, 7, 0, 1]), [0; 6]);
    }

    #[test]
    fn a_unique_column_is_refused() {
        let unique = Column { unique: true, ..column(TypeClass::Text, None) };
        assert!(refusal(&Spec::Redact(Default::default()), &unique).what.contains("unique"));
    }
}
