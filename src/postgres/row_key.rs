//! Primary keys: as bytes that tell rows apart, and as text that a person can look up.

use super::catalog::Column;
use super::copy_binary::{read_i16, read_i32, write_field};
use super::texts::{date_text, numeric_text};
use super::types::TypeClass;

/// Appends the key columns of a row, in their binary form.
pub fn write_key(fields: &[Option<&[u8]>], key: &[usize], out: &mut Vec<u8>) {
    for &position in key {
        write_field(out, fields.get(position).copied().flatten());
    }
}

/// The key of a row in words, such as `id=17, created_at=…`; what has no short spelling, or could be personal data itself,
/// is left out.
pub fn show_key<'a>(
    columns: impl Fn(usize) -> Option<(&'a str, &'a TypeClass)>,
    fields: &[Option<&[u8]>],
    key: &[usize],
) -> String {
    let shown = key.iter().filter_map(|&position| {
        let (name, class) = columns(position)?;
        Some(format!("{name}={}", show(class, fields.get(position).copied().flatten()?)?))
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Names and classes for [`show_key`], from columns of a catalog.
pub fn of_columns<'a>(columns: &'a [Column]) -> impl Fn(usize) -> Option<(&'a str, &'a TypeClass)> {
    |position| columns.get(position).map(|column| (column.name.as_str(), &column.class))
}

const LONGEST_KEY: usize = 64;

/// `usr_4eC39HqL`, `TX-1042`: what a program makes to tell rows apart. A key that is an address, a telephone or somebody's
/// name is a value, and not shown.
fn is_made_up_id(text: &str) -> bool {
    text.len() <= LONGEST_KEY
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':'))
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn show(class: &TypeClass, field: &[u8]) -> Option<String> {
    match class {
        TypeClass::Int2 => read_i16(field, 0).map(|number| number.to_string()),
        TypeClass::Int4 => read_i32(field, 0).map(|number| number.to_string()),
        TypeClass::Int8 => field.try_into().ok().map(|bytes| i64::from_be_bytes(bytes).to_string()),
        TypeClass::Numeric => numeric_text(field),
        TypeClass::Date => read_i32(field, 0).map(date_text),
        TypeClass::Uuid if field.len() == 16 => {
            let hex: String = field.iter().map(|byte| format!("{byte:02x}")).collect();
            let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
            Some([part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-"))
        }
        TypeClass::Text => std::str::from_utf8(field).ok().filter(|text| is_made_up_id(text)).map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_could_be_personal_data_is_not_shown() {
        let shown = |text: &str| show(&TypeClass::Text, text.as_bytes());
        assert_eq!(shown("usr_00ab12").as_deref(), Some("usr_00ab12"));
        for value in ["kari@fjordpost.no", "41234567", "+4741234567", "Kari Hansen", "Kari", "84.208.1.2", ""] {
            assert_eq!(shown(value), None, "{value}");
        }
    }
}
