//! The forms in which a value can be written where it is referred to: another width, or text.

use super::super::CellError;
use super::super::wire::fixed;
use crate::postgres::types::TypeClass;

/// How a referring column writes what the referred one holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// In the same bytes.
    Same,
    /// As an integer of another width.
    Integer { bytes: usize },
    /// An integer as text.
    TextOfInteger,
    /// A uuid as text.
    TextOfUuid,
}

/// Whether values of the one class can say which value of the other they are, in whatever form.
pub fn can_refer(from: &TypeClass, to: &TypeClass) -> bool {
    let is_number = |class: &TypeClass| width(class).is_some() || *class == TypeClass::Numeric;
    let is_word = |class: &TypeClass| is_number(class) || matches!(class, TypeClass::Text | TypeClass::Uuid);
    from == to
        || is_number(from) && is_number(to)
        || [(from, to), (to, from)].iter().any(|(a, b)| **a == TypeClass::Text && is_word(b))
}

pub(super) fn form_of(from: &TypeClass, to: &TypeClass) -> Option<Form> {
    match (width(from), width(to)) {
        _ if from == to => Some(Form::Same),
        (Some(from), Some(to)) if from >= to => Some(Form::Integer { bytes: from }),
        (None, Some(_)) if *from == TypeClass::Text => Some(Form::TextOfInteger),
        (None, None) if *from == TypeClass::Text && *to == TypeClass::Uuid => Some(Form::TextOfUuid),
        _ => None,
    }
}

/// The bytes of an integer type.
pub(super) fn width(class: &TypeClass) -> Option<usize> {
    match class {
        TypeClass::Int2 => Some(2),
        TypeClass::Int4 => Some(4),
        TypeClass::Int8 => Some(8),
        _ => None,
    }
}

pub(super) fn integer(cell: &[u8]) -> Result<i64, CellError> {
    Ok(match cell.len() {
        2 => i16::from_be_bytes(fixed(cell)?).into(),
        4 => i32::from_be_bytes(fixed(cell)?).into(),
        _ => i64::from_be_bytes(fixed(cell)?),
    })
}

/// The integer in so many bytes, if it fits.
pub(super) fn narrow(number: i64, bytes: usize) -> Option<Vec<u8>> {
    match bytes {
        2 => i16::try_from(number).ok().map(|number| number.to_be_bytes().to_vec()),
        4 => i32::try_from(number).ok().map(|number| number.to_be_bytes().to_vec()),
        _ => Some(number.to_be_bytes().to_vec()),
    }
}

/// The most characters that an integer of so many bytes is written in, with its sign.
pub(super) fn longest(bytes: usize) -> usize {
    match bytes {
        2 => 6,
        4 => 11,
        _ => 20,
    }
}

/// Reads a uuid as it is usually written: in groups of 8, 4, 4, 4 and 12 digits, all small or all capital.
pub(super) fn uuid(text: &str) -> Option<[u8; 16]> {
    let mixed = text.bytes().any(|b| b.is_ascii_uppercase()) && text.bytes().any(|b| b.is_ascii_lowercase());
    let dashes = text.bytes().enumerate().filter(|(_, byte)| *byte == b'-').map(|(at, _)| at);
    if mixed || text.len() != 36 || !dashes.eq([8, 13, 18, 23]) {
        return None;
    }
    let number = u128::from_str_radix(&text.replace('-', ""), 16).ok()?;
    // `from_str_radix` takes a sign.
    text.bytes().all(|byte| byte != b'+').then(|| number.to_be_bytes())
}

pub(super) fn uuid_text(uuid: [u8; 16]) -> String {
    let digits = format!("{:032x}", u128::from_be_bytes(uuid));
    let group = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    [group(0..8), group(8..12), group(12..16), group(16..20), group(20..32)].join("-")
}
