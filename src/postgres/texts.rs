//! Every text that hides in a cell, whatever its type: array elements, fields of composites, keys and values of hstore
//! and JSON, addresses, dates and long numbers in their usual spelling.
//!
//! The verifier looks at what this finds, and so does the recorder of originals. Bytes that don't have the layout of
//! their class are given as they are, so that a surprise is looked at rather than passed over.

mod base64;
mod json;
mod xml;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use self::json::{json, json_text};
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

/// As [`visit_texts`], for a cell of text that is known to be UTF-8.
pub fn visit_text(cell: &str, visit: &mut dyn FnMut(Found<'_>)) {
    if json::looks_like(cell.as_bytes()) {
        json_text(cell, None, visit);
    } else {
        plain(cell, None, visit);
    }
}

fn walk(class: &TypeClass, cell: &[u8], key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) {
    let whole = |visit: &mut dyn FnMut(Found<'_>)| plain(&as_text(cell), key, visit);
    let found = match class {
        TypeClass::Bool
        | TypeClass::Uuid
        | TypeClass::Oid
        | TypeClass::Time
        | TypeClass::Float4
        | TypeClass::Float8
        | TypeClass::Int2
        | TypeClass::Point
        | TypeClass::Geometry
        | TypeClass::Bit
        | TypeClass::Vector
        | TypeClass::HalfVector
        | TypeClass::SparseVector => Some(()),
        TypeClass::Int4 => read_i32(cell, 0).map(|number| plain(itoa::Buffer::new().format(number), key, visit)),
        TypeClass::Int8 | TypeClass::Money => {
            let number = cell.try_into().ok().map(i64::from_be_bytes);
            number.map(|number| plain(itoa::Buffer::new().format(number), key, visit))
        }
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
        TypeClass::Multirange(element) => multirange(element, cell, key, visit),
        TypeClass::Hstore => hstore(cell, visit),
        TypeClass::Tsvector => tsvector(cell, key, visit),
        TypeClass::MacAddress => mac_text(cell).map(|text| plain(&text, key, visit)),
        TypeClass::Xml => xml::xml(&as_text(cell), key, visit),
        TypeClass::Ltree => cell.get(1..).map(|path| plain(&as_text(path), key, visit)),
        TypeClass::Text if json::looks_like(cell) => {
            json(cell, key, visit);
            Some(())
        }
        TypeClass::Text | TypeClass::Bytea | TypeClass::Enum | TypeClass::Other => None,
    };
    if found.is_none() {
        whole(visit);
    }
}

fn plain(text: &str, key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) {
    if text.is_empty() {
        return;
    }
    visit(Found { text, key, is_key: false });
    if let Some(inner) = base64::text_in(text) {
        visit(Found { text: &inner, key, is_key: false });
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

fn range(bound: &TypeClass, cell: &[u8], key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) -> Option<()> {
    let mut at = 1;
    while at < cell.len() {
        let (value, next) = prefixed(cell, at)?;
        walk(bound, value?, key, visit);
        at = next;
    }
    Some(())
}

fn multirange(bound: &TypeClass, cell: &[u8], key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) -> Option<()> {
    let mut at = 4;
    for _ in 0..read_i32(cell, 0)? {
        let (value, next) = prefixed(cell, at)?;
        range(bound, value?, key, visit)?;
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
        TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8 | TypeClass::Money | TypeClass::Point => zero(),
        TypeClass::Float4 => <[u8; 4]>::try_from(cell).is_ok_and(|bytes| !is_number(f32::from_be_bytes(bytes).into())),
        TypeClass::Float8 => <[u8; 8]>::try_from(cell).is_ok_and(|bytes| !is_number(f64::from_be_bytes(bytes))),
        TypeClass::Array(element) => {
            let mut all = true;
            let walked = elements(cell, &mut |value| all &= is_blank(element, value));
            all && walked.is_some()
        }
        TypeClass::Text => cell.iter().all(u8::is_ascii_whitespace),
        // A zero points nowhere. The sign is the first bit of an element.
        TypeClass::Vector | TypeClass::HalfVector => {
            cell.iter().skip(4).enumerate().all(|(at, byte)| *byte == 0 || at % 2 == 0 && *byte == 0x80)
        }
        TypeClass::SparseVector => read_i32(cell, 4) == Some(0),
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

/// A hardware address in its usual spelling; one of eight bytes with hyphens, since with colons it could as well be IPv6.
pub fn mac_text(cell: &[u8]) -> Option<String> {
    let separator = match cell.len() {
        6 => ":",
        8 => "-",
        _ => return None,
    };
    let octets: Vec<String> = cell.iter().map(|octet| format!("{octet:02x}")).collect();
    Some(octets.join(separator))
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
    let mut text = String::with_capacity(4 * usize::try_from(weight.max(0)).unwrap_or(0) + scale + 8);
    text.push_str(if sign == 0 { "" } else { "-" });
    let start = text.len();
    for index in 0..=weight {
        push_group(&mut text, group(index).unwrap_or(0));
    }
    let zeros = text.bytes().skip(start).take_while(|&byte| byte == b'0').count();
    text.replace_range(start..start + zeros, "");
    if text.len() == start {
        text.push('0');
    }
    if scale > 0 {
        text.push('.');
        let end = text.len() + scale;
        let mut index = weight + 1;
        while text.len() < end {
            push_group(&mut text, group(index).unwrap_or(0));
            index += 1;
        }
        text.truncate(end);
    }
    Some(text)
}

/// Four decimal digits, as `numeric` is made of; a number that isn't of four digits is a surprise, and given as it is.
fn push_group(text: &mut String, group: i16) {
    match u32::try_from(group) {
        Ok(group @ 0..10_000) => {
            let digit = |power: u32| char::from_digit(group / power % 10, 10).unwrap_or('0');
            text.extend([1000, 100, 10, 1].map(digit));
        }
        _ => {
            let _ = write!(text, "{group:04}");
        }
    }
}

#[cfg(test)]
mod tests;
