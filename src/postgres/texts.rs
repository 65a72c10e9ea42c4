//! Every text that hides in a cell, whatever its type: array elements, fields of composites, keys and values of hstore
//! and JSON, addresses, dates and long numbers in their usual spelling.
//!
//! The verifier looks at what this finds, and so does the recorder of originals. Bytes that don't have the layout of
//! their class are given as they are, so that a surprise is looked at rather than passed over.

mod json;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use self::json::json;
use super::civil_date::CivilDate;
use super::copy_binary::{read_i16, read_i32};
use super::types::TypeClass;

/// A text and where in its cell it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// The text.
    pub text: &'a str,
    /// The nearest key of JSON or hstore, or the field of a composite.
    pub key: Option<&'a str>,
    /// Whether the text is itself a key.
    pub is_key: bool,
}

/// The bytes as text. Nearly always they are UTF-8, and checking that first is several times as fast.
pub fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Calls `visit` for every text in a cell of this class.
pub fn visit_texts(class: &TypeClass, cell: &[u8], visit: &mut dyn FnMut(Found<'_>)) {
    walk(class, cell, None, visit);
}

fn walk(class: &TypeClass, cell: &[u8], key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) {
    let whole = |visit: &mut dyn FnMut(Found<'_>)| plain(&as_text(cell), key, visit);
    let found = match class {
        TypeClass::Bool
        | TypeClass::Uuid
        | TypeClass::Oid
        | TypeClass::Time
        | TypeClass::Float4
        | TypeClass::Float8 => Some(()),
        TypeClass::Int2 => Some(()),
        TypeClass::Int4 => read_i32(cell, 0).map(|number| plain(&number.to_string(), key, visit)),
        TypeClass::Int8 => cell.try_into().ok().map(|bytes| plain(&i64::from_be_bytes(bytes).to_string(), key, visit)),
        TypeClass::Numeric => numeric_text(cell).map(|text| plain(&text, key, visit)),
        TypeClass::Date => read_i32(cell, 0).map(|days| plain(&date_text(days), key, visit)),
        TypeClass::Timestamp | TypeClass::TimestampTz => Some(()),
        TypeClass::Inet => inet_text(cell).map(|text| plain(&text, key, visit)),
        TypeClass::Json => {
            json(cell, key, visit);
            Some(())
        }
        TypeClass::Jsonb => cell.get(1..).map(|text| json(text, key, visit)),
        TypeClass::Array(element) => array(element, cell, key, visit),
        TypeClass::Composite(fields) => composite(fields, cell, visit),
        TypeClass::Range(element) => range(element, cell, key, visit),
        TypeClass::Hstore => hstore(cell, visit),
        TypeClass::Tsvector => tsvector(cell, key, visit),
        TypeClass::Text
        | TypeClass::Bytea
        | TypeClass::Enum
        | TypeClass::Xml
        | TypeClass::MacAddress
        | TypeClass::Other => None,
    };
    if found.is_none() {
        whole(visit);
    }
}

fn plain(text: &str, key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) {
    if !text.is_empty() {
        visit(Found { text, key, is_key: false });
    }
}

/// A length-prefixed value at `at`, `None` inside when it is NULL, and where the next one begins.
fn prefixed(bytes: &[u8], at: usize) -> Option<(Option<&[u8]>, usize)> {
    let Ok(length) = usize::try_from(read_i32(bytes, at)?) else { return Some((None, at + 4)) };
    let end = (at + 4).checked_add(length)?;
    Some((Some(bytes.get(at + 4..end)?), end))
}

fn array(element: &TypeClass, cell: &[u8], key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) -> Option<()> {
    elements(cell, &mut |value| walk(element, value, key, visit))
}

fn elements(cell: &[u8], visit: &mut dyn FnMut(&[u8])) -> Option<()> {
    let dimensions = usize::try_from(read_i32(cell, 0)?).ok()?;
    let mut at = 12usize.checked_add(dimensions.checked_mul(8)?)?;
    while at < cell.len() {
        let (value, next) = prefixed(cell, at)?;
        if let Some(value) = value {
            visit(value);
        }
        at = next;
    }
    Some(())
}

fn composite(fields: &[(String, TypeClass)], cell: &[u8], visit: &mut dyn FnMut(Found<'_>)) -> Option<()> {
    let mut at = 4;
    for (name, class) in fields {
        let (value, next) = prefixed(cell, at + 4)?;
        if let Some(value) = value {
            walk(class, value, Some(name), visit);
        }
        at = next;
    }
    Some(())
}

/// Ranges: flags, then the bounds that aren't infinite. Multiranges: a count, then ranges. Told apart by what fits.
fn range(element: &TypeClass, cell: &[u8], key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) -> Option<()> {
    let bounds = |cell: &[u8], at: usize, visit: &mut dyn FnMut(Found<'_>)| -> Option<()> {
        let mut at = at;
        while at < cell.len() {
            let (value, next) = prefixed(cell, at)?;
            walk(element, value?, key, visit);
            at = next;
        }
        Some(())
    };
    let is_multirange = cell.len() != 1
        && read_i32(cell, 0).is_some_and(|count| {
            let mut at = 4;
            (0..count).all(|_| prefixed(cell, at).map(|(_, next)| at = next).is_some()) && at == cell.len()
        });
    if !is_multirange {
        return bounds(cell, 1, visit);
    }
    let mut at = 4;
    while at < cell.len() {
        let (value, next) = prefixed(cell, at)?;
        bounds(value?, 1, visit)?;
        at = next;
    }
    Some(())
}

fn hstore(cell: &[u8], visit: &mut dyn FnMut(Found<'_>)) -> Option<()> {
    let mut at = 4;
    for _ in 0..read_i32(cell, 0)? {
        let (name, next) = prefixed(cell, at)?;
        let (value, next) = prefixed(cell, next)?;
        let name = String::from_utf8_lossy(name?);
        visit(Found { text: &name, key: None, is_key: true });
        if let Some(value) = value {
            plain(&String::from_utf8_lossy(value), Some(&name), visit);
        }
        at = next;
    }
    Some(())
}

fn tsvector(cell: &[u8], key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) -> Option<()> {
    let mut at = 4;
    for _ in 0..read_i32(cell, 0)? {
        let end = at + memchr::memchr(0, cell.get(at..)?)?;
        plain(&String::from_utf8_lossy(cell.get(at..end)?), key, visit);
        let positions = usize::try_from(read_i16(cell, end + 1)?).ok()?;
        at = end + 3 + 2 * positions;
    }
    Some(())
}

/// Whether a cell names nobody, so that masking may leave it as it is: empty or white text, the number zero, NaN,
/// infinity, an array of nothing but such.
pub fn is_blank(class: &TypeClass, cell: &[u8]) -> bool {
    let zero = || cell.iter().all(|byte| *byte == 0);
    match class {
        TypeClass::Date => matches!(read_i32(cell, 0), Some(i32::MIN | i32::MAX)),
        TypeClass::Timestamp | TypeClass::TimestampTz => {
            <[u8; 8]>::try_from(cell).is_ok_and(|bytes| matches!(i64::from_be_bytes(bytes), i64::MIN | i64::MAX))
        }
        // The scale of a zero may be anything, so look at the number of digits and the sign.
        TypeClass::Numeric => read_i16(cell, 0) == Some(0),
        TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8 => zero(),
        TypeClass::Float4 => <[u8; 4]>::try_from(cell).is_ok_and(|bytes| !is_number(f32::from_be_bytes(bytes).into())),
        TypeClass::Float8 => <[u8; 8]>::try_from(cell).is_ok_and(|bytes| !is_number(f64::from_be_bytes(bytes))),
        TypeClass::Array(element) => {
            let mut all = true;
            let walked = elements(cell, &mut |value| all &= is_blank(element, value));
            all && walked.is_some()
        }
        TypeClass::Text => cell.iter().all(u8::is_ascii_whitespace),
        _ => cell.is_empty(),
    }
}

fn is_number(number: f64) -> bool {
    number != 0.0 && number.is_finite()
}

/// The address in its usual spelling, with the prefix length where it isn't that of a single host.
pub fn inet_text(cell: &[u8]) -> Option<String> {
    let bits = *cell.get(1)?;
    let address = cell.get(4..)?;
    let (address, host_bits) = match address.len() {
        4 => (IpAddr::from(<[u8; 4]>::try_from(address).map(Ipv4Addr::from).ok()?), 32),
        16 => (IpAddr::from(<[u8; 16]>::try_from(address).map(Ipv6Addr::from).ok()?), 128),
        _ => return None,
    };
    Some(if bits == host_bits { address.to_string() } else { format!("{address}/{bits}") })
}

/// The days since 2000-01-01 as an ISO 8601 date; empty for ±infinity.
pub fn date_text(days: i32) -> String {
    if days == i32::MAX || days == i32::MIN {
        return String::new();
    }
    let CivilDate { year, month, day } = CivilDate::from_days(days.into());
    format!("{year:04}-{month:02}-{day:02}")
}

/// A `numeric` in decimal digits; `None` when the bytes aren't one.
pub fn numeric_text(cell: &[u8]) -> Option<String> {
    let count = usize::try_from(read_i16(cell, 0)?).ok()?;
    let weight = i32::from(read_i16(cell, 2)?);
    let sign = read_i16(cell, 4)?;
    let scale = usize::try_from(read_i16(cell, 6)?).ok()?;
    if !matches!(sign, 0 | 0x4000) {
        return Some(String::new());
    }
    let group = |index: i32| {
        usize::try_from(index).ok().filter(|&index| index < count).and_then(|index| read_i16(cell, 8 + 2 * index))
    };
    let mut text = String::from(if sign == 0 { "" } else { "-" });
    let start = text.len();
    for index in 0..=weight {
        let _ = write!(text, "{:04}", group(index).unwrap_or(0));
    }
    let zeros = text.bytes().skip(start).take_while(|&byte| byte == b'0').count();
    text.replace_range(start..start + zeros, "");
    if text.len() == start {
        text.push('0');
    }
    if scale > 0 {
        let mut fraction = String::new();
        let mut index = weight + 1;
        while fraction.len() < scale {
            let _ = write!(fraction, "{:04}", group(index).unwrap_or(0));
            index += 1;
        }
        fraction.truncate(scale);
        text.push('.');
        text.push_str(&fraction);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::postgres::copy_binary::write_field;

    fn texts(class: &TypeClass, cell: &[u8]) -> Vec<(String, Option<String>)> {
        let mut found = Vec::new();
        visit_texts(class, cell, &mut |text| found.push((text.text.to_owned(), text.key.map(str::to_owned))));
        found
    }

    fn words(class: &TypeClass, cell: &[u8]) -> Vec<String> {
        texts(class, cell).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn json_gives_its_keys_and_leaves_with_the_key_they_stand_under() {
        let cell = br#"{"who": {"mail": "a@b.no", "n": [41234567, null, true]}, "\u00e5": "x\ny"}"#;
        let found = texts(&TypeClass::Json, cell);
        assert!(found.contains(&("a@b.no".into(), Some("mail".into()))));
        assert!(found.contains(&("41234567".into(), Some("n".into()))));
        assert!(found.contains(&("x\ny".into(), Some("å".into()))));
        assert!(found.contains(&("who".into(), None)));
    }

    #[test]
    fn broken_json_is_looked_at_as_text() {
        let cell = r#"{"a": "b@c.no"#;
        assert!(words(&TypeClass::Json, cell.as_bytes()).iter().any(|text| text == cell));
    }

    #[test]
    fn an_array_gives_each_element() {
        let mut cell = Vec::new();
        for number in [1, 0, 25, 2, 1] {
            cell.extend_from_slice(&i32::to_be_bytes(number));
        }
        write_field(&mut cell, Some(b"one"));
        write_field(&mut cell, None);
        write_field(&mut cell, Some(b"two"));
        assert_eq!(words(&TypeClass::Array(Box::new(TypeClass::Text)), &cell), ["one", "two"]);
    }

    #[test]
    fn dates_are_spelled_as_people_do() {
        let date = |days: i32| words(&TypeClass::Date, &days.to_be_bytes());
        assert_eq!(date(0), ["2000-01-01"]);
        assert_eq!(date(59), ["2000-02-29"]);
        assert_eq!(date(-5_478), ["1985-01-01"]);
        assert_eq!(date(i32::MAX), [""; 0]);
    }

    #[test]
    fn numerics_are_spelled_in_decimal() {
        let numeric =
            |words: &[i16]| numeric_text(&words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>());
        assert_eq!(numeric(&[2, 1, 0, 0, 4123, 4567]).as_deref(), Some("41234567"));
        assert_eq!(numeric(&[2, 0, 0x4000, 2, 12, 3400]).as_deref(), Some("-12.34"));
        assert_eq!(numeric(&[1, -1, 0, 3, 50]).as_deref(), Some("0.005"));
    }

    #[test]
    fn addresses_are_spelled_as_people_do() {
        assert_eq!(words(&TypeClass::Inet, &[2, 32, 0, 4, 84, 208, 1, 2]), ["84.208.1.2"]);
        assert_eq!(words(&TypeClass::Inet, &[2, 24, 1, 4, 84, 208, 1, 0]), ["84.208.1.0/24"]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(cell in prop::collection::vec(any::<u8>(), 0..120), pick in 0usize..9) {
            let text = || Box::new(TypeClass::Text);
            let class = [
                TypeClass::Array(text()), TypeClass::Range(text()), TypeClass::Hstore, TypeClass::Tsvector, TypeClass::Inet,
                TypeClass::Numeric, TypeClass::Jsonb, TypeClass::Date,
                TypeClass::Composite(vec![("a".into(), TypeClass::Text), ("b".into(), TypeClass::Array(text()))]),
            ][pick].clone();
            texts(&class, &cell);
        }
    }
}
