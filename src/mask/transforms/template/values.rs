//! What a template sees of a cell.

use minijinja::value::Value;

use crate::postgres::civil_date::CivilDate;
use crate::postgres::texts::{as_text, date_text, inet_text, numeric_text};
use crate::postgres::types::TypeClass;

/// The pattern of a longer text is that of its beginning.
const LONGEST_PATTERN: usize = 64;

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// Whether cells of a class can be shown.
pub(super) fn has_text(class: &TypeClass) -> bool {
    matches!(
        class,
        TypeClass::Text
            | TypeClass::Enum
            | TypeClass::Uuid
            | TypeClass::Bool
            | TypeClass::Int2
            | TypeClass::Int4
            | TypeClass::Int8
            | TypeClass::Float4
            | TypeClass::Float8
            | TypeClass::Numeric
            | TypeClass::Date
            | TypeClass::Timestamp
            | TypeClass::TimestampTz
            | TypeClass::Inet
    )
}

/// A masked cell. One that isn't in the form of its type is nothing.
pub(super) fn of(class: &TypeClass, cell: &[u8]) -> Value {
    let int = |number: Option<i64>| number.map_or(Value::from(()), Value::from);
    let float = |number: Option<f64>| number.map_or(Value::from(()), Value::from);
    let text = |text: Option<String>| text.map_or(Value::from(()), Value::from);
    match class {
        TypeClass::Bool => Value::from(cell.first().is_some_and(|byte| *byte != 0)),
        TypeClass::Int2 => int(cell.try_into().ok().map(|bytes| i16::from_be_bytes(bytes).into())),
        TypeClass::Int4 => int(cell.try_into().ok().map(|bytes| i32::from_be_bytes(bytes).into())),
        TypeClass::Int8 => int(cell.try_into().ok().map(i64::from_be_bytes)),
        TypeClass::Float4 => float(cell.try_into().ok().map(|bytes| f32::from_be_bytes(bytes).into())),
        TypeClass::Float8 => float(cell.try_into().ok().map(f64::from_be_bytes)),
        TypeClass::Numeric => text(numeric_text(cell)),
        TypeClass::Date => text(cell.try_into().ok().map(|bytes| date_text(i32::from_be_bytes(bytes)))),
        TypeClass::Timestamp | TypeClass::TimestampTz => {
            text(cell.try_into().ok().map(|bytes| timestamp_text(i64::from_be_bytes(bytes))))
        }
        TypeClass::Inet => text(inet_text(cell)),
        TypeClass::Uuid => text(uuid_text(cell)),
        _ => Value::from(as_text(cell).into_owned()),
    }
}

/// Something of the class, for trying a template out.
pub(super) fn sample(class: &TypeClass) -> Value {
    match class {
        TypeClass::Bool => Value::from(true),
        TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8 => Value::from(1),
        TypeClass::Float4 | TypeClass::Float8 => Value::from(1.5),
        TypeClass::Numeric => Value::from("1.50"),
        TypeClass::Date => Value::from("2000-01-01"),
        TypeClass::Timestamp | TypeClass::TimestampTz => Value::from("2000-01-01 00:00:00"),
        TypeClass::Inet => Value::from("192.0.2.1"),
        TypeClass::Uuid => Value::from("00000000-0000-8000-8000-000000000000"),
        _ => Value::from("Xxxx"),
    }
}

/// How an original is written, with none of its letters and digits: `Xxxx 99` for `Kari 42`. NULL is as an empty text.
pub(super) fn shape(original: Option<&[u8]>) -> Value {
    let text = as_text(original.unwrap_or_default());
    let sign = |c: char| match c {
        c if c.is_uppercase() => 'X',
        c if c.is_alphabetic() => 'x',
        c if c.is_numeric() => '9',
        c if c.is_whitespace() => ' ',
        c if c.is_ascii_punctuation() => c,
        _ => '?',
    };
    Value::from_pairs([
        ("length", Value::from(text.chars().count())),
        ("words", Value::from(text.split_whitespace().count())),
        ("pattern", Value::from(text.chars().take(LONGEST_PATTERN).map(sign).collect::<String>())),
    ])
}

fn uuid_text(cell: &[u8]) -> Option<String> {
    let bytes: [u8; 16] = cell.try_into().ok()?;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| digits.get(part).unwrap_or_default());
    Some(parts.join("-"))
}

/// `2000-01-01 00:00:00`, in UTC and whole seconds; empty for ±infinity.
fn timestamp_text(microseconds: i64) -> String {
    if matches!(microseconds, i64::MIN | i64::MAX) {
        return String::new();
    }
    let CivilDate { year, month, day } = CivilDate::from_days(microseconds.div_euclid(MICROSECONDS_A_DAY));
    let second = microseconds.rem_euclid(MICROSECONDS_A_DAY) / 1_000_000;
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hours:02}:{minutes:02}:{seconds:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_shown_as_people_write_them() {
        assert_eq!(of(&TypeClass::Int4, &7i32.to_be_bytes()), Value::from(7));
        assert_eq!(of(&TypeClass::Date, &0i32.to_be_bytes()), Value::from("2000-01-01"));
        let moment = -1_000_000i64;
        assert_eq!(of(&TypeClass::Timestamp, &moment.to_be_bytes()), Value::from("1999-12-31 23:59:59"));
        assert_eq!(of(&TypeClass::Uuid, &[0xAB; 16]), Value::from("abababab-abab-abab-abab-abababababab"));
        assert!(of(&TypeClass::Int8, b"short").is_none());
    }

    #[test]
    fn a_shape_has_no_letter_and_no_digit_of_its_original() {
        let shape = shape(Some("Kari Ødegård 42 – Storgt. 7\t".as_bytes()));
        assert_eq!(shape.get_attr("pattern").unwrap(), Value::from("Xxxx Xxxxxxx 99 ? Xxxxxx. 9 "));
        assert_eq!(shape.get_attr("length").unwrap(), Value::from(28));
        assert_eq!(shape.get_attr("words").unwrap(), Value::from(6));
    }
}
