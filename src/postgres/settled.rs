//! Values that come back from the server as they were sent, so that both sides can take a checksum of them.
//!
//! What PostgreSQL rewrites on its way in isn't among them: the scale of `numeric`, the precision of `timestamp(3)`, the bounds
//! of ranges, the order of `hstore` and `tsvector`, the declaration of XML. Of `jsonb` it is what the document says, but for
//! its numbers.

use super::copy_binary::{read_i32, write_field};
use super::settled_json;
use super::types::TypeClass;

/// Whether values of a type come back as they were sent, in the form that [`write_settled`] gives them. `type_name` is the
/// type as PostgreSQL prints it.
pub fn is_settled(class: &TypeClass, type_name: &str) -> bool {
    match class {
        TypeClass::Text
        | TypeClass::Bytea
        | TypeClass::Json
        | TypeClass::Jsonb
        | TypeClass::Uuid
        | TypeClass::Bool
        | TypeClass::Int2
        | TypeClass::Int4
        | TypeClass::Int8
        | TypeClass::Float4
        | TypeClass::Float8
        | TypeClass::Date
        | TypeClass::Oid
        | TypeClass::Inet
        | TypeClass::MacAddress
        | TypeClass::Enum
        | TypeClass::Money
        | TypeClass::Point => true,
        // With a precision they are rounded, and a domain doesn't show whether it has one.
        TypeClass::Timestamp | TypeClass::TimestampTz | TypeClass::Time => {
            type_name == "interval" || ["timestamp with", "time with"].iter().any(|bare| type_name.starts_with(bare))
        }
        TypeClass::Array(element) => is_settled(element, ""),
        TypeClass::Composite(fields) => fields.iter().all(|(_, class)| is_settled(class, "")),
        _ => false,
    }
}

/// Appends a field, its length first: text without the spaces at its end, which `char(n)` adds and `varchar(n)` may take away;
/// arrays and composites without the oids of their types.
pub fn write_settled(class: &TypeClass, field: Option<&[u8]>, out: &mut Vec<u8>) {
    let Some(bytes) = field else { return write_field(out, None) };
    let start = out.len();
    let is_known = match class {
        TypeClass::Text => {
            write_field(out, Some(bytes.trim_ascii_end()));
            Some(())
        }
        TypeClass::Jsonb => jsonb(bytes, out),
        // The third byte says `cidr`, which the server decides.
        TypeClass::Inet => inet(bytes, out),
        TypeClass::Array(element) => array(element, bytes, out),
        TypeClass::Composite(fields) => composite(fields, bytes, out),
        _ => None,
    };
    if is_known.is_none() {
        out.truncate(start);
        write_field(out, Some(bytes));
    }
}

fn jsonb(bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    // As long as nobody can say what is in it, it is the same on both sides.
    let hash = bytes.get(1..).and_then(settled_json::hash).unwrap_or_default();
    write_field(out, Some(&hash.to_le_bytes()));
    Some(())
}

fn inet(bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (family, rest) = (bytes.get(..2)?, bytes.get(3..)?);
    out.extend_from_slice(family);
    write_field(out, Some(rest));
    Some(())
}

/// Dimensions, then elements. An empty array has no dimensions, whatever was sent.
fn array(element: &TypeClass, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let dimensions = usize::try_from(read_i32(bytes, 0)?).ok()?;
    let mut at = 12usize.checked_add(dimensions.checked_mul(8)?)?;
    let header = bytes.get(12..at)?;
    out.extend_from_slice(if at < bytes.len() { header } else { &[] });
    while at < bytes.len() {
        at = member(element, bytes, at, out)?;
    }
    Some(())
}

fn composite(fields: &[(String, TypeClass)], bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut at = 4;
    for (_, class) in fields {
        at = member(class, bytes, at + 4, out)?;
    }
    Some(())
}

/// Appends the length-prefixed value at `at`, and gives where the next one begins.
fn member(class: &TypeClass, bytes: &[u8], at: usize, out: &mut Vec<u8>) -> Option<usize> {
    let Ok(length) = usize::try_from(read_i32(bytes, at)?) else {
        write_field(out, None);
        return Some(at + 4);
    };
    let end = (at + 4).checked_add(length)?;
    write_settled(class, Some(bytes.get(at + 4..end)?), out);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(class: &TypeClass, field: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write_settled(class, Some(field), &mut out);
        out
    }

    fn array_of(flags: u32, oid: u32, elements: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in [1, flags, oid, elements.len() as u32, 1] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        elements.iter().for_each(|element| write_field(&mut bytes, Some(element)));
        bytes
    }

    #[test]
    fn what_the_server_rewrites_is_not_settled() {
        for (class, name) in [
            (TypeClass::Hstore, "hstore"),
            (TypeClass::Numeric, "numeric(10,2)"),
            (TypeClass::Timestamp, "timestamp(3) without time zone"),
            (TypeClass::Timestamp, "when_it_was"),
            (TypeClass::Time, "interval(0)"),
            (TypeClass::Array(Box::new(TypeClass::Numeric)), "numeric[]"),
            (TypeClass::Range(Box::new(TypeClass::Date)), "daterange"),
        ] {
            assert!(!is_settled(&class, name), "{name}");
        }
        for (class, name) in [
            (TypeClass::Text, "character(10)"),
            (TypeClass::Timestamp, "timestamp without time zone"),
            (TypeClass::Time, "interval"),
            (TypeClass::Time, "time with time zone"),
            (TypeClass::Array(Box::new(TypeClass::Text)), "text[]"),
        ] {
            assert!(is_settled(&class, name), "{name}");
        }
    }

    #[test]
    fn padding_flags_and_oids_make_no_difference_but_values_do() {
        let texts = TypeClass::Array(Box::new(TypeClass::Text));
        assert_eq!(settled(&TypeClass::Text, b"Oslo   "), settled(&TypeClass::Text, b"Oslo"));
        assert_ne!(settled(&TypeClass::Text, b"  Oslo"), settled(&TypeClass::Text, b"Oslo"));
        assert_eq!(
            settled(&texts, &array_of(1, 25, &[b"a ", b"b"])),
            settled(&texts, &array_of(0, 1043, &[b"a", b"b"]))
        );
        assert_ne!(settled(&texts, &array_of(0, 25, &[b"a", b"b"])), settled(&texts, &array_of(0, 25, &[b"b", b"a"])));
        assert_eq!(settled(&texts, &array_of(0, 25, &[])), settled(&texts, &[0; 12]));
        assert_eq!(
            settled(&TypeClass::Inet, &[2, 32, 0, 4, 10, 0, 0, 1]),
            settled(&TypeClass::Inet, &[2, 32, 1, 4, 10, 0, 0, 1])
        );
    }

    #[test]
    fn bytes_without_the_layout_of_their_class_are_taken_as_they_are() {
        let texts = TypeClass::Array(Box::new(TypeClass::Text));
        let mut whole = Vec::new();
        write_field(&mut whole, Some(b"odd"));
        assert_eq!(settled(&texts, b"odd"), whole);
    }
}
