//! `constant`: the same value in every row.

use std::net::IpAddr;

use super::refusal::originals_by_class;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::postgres::civil_date::CivilDate;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Constant as Options;

/// The value in binary form.
struct Constant(Vec<u8>);

impl Transform for Constant {
    fn mask(&self, _cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        out.extend_from_slice(&self.0);
        Ok(Masked::Value)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.forbid_unique("constant")?;
    let class = &site.column.class;
    site.require_room("constant", options.value.chars().count())?;
    if matches!(
        class,
        TypeClass::Other
            | TypeClass::Composite(_)
            | TypeClass::Range(_)
            | TypeClass::Multirange(_)
            | TypeClass::Point
            | TypeClass::Geometry
            | TypeClass::Bit
            | TypeClass::Money
            | TypeClass::Vector
            | TypeClass::HalfVector
            | TypeClass::SparseVector
            | TypeClass::Ltree
            | TypeClass::Hstore
            | TypeClass::Tsvector
            | TypeClass::Time
            | TypeClass::Array(_)
    ) {
        return Err(site.wrong_type("constant"));
    }
    let value = binary(class, &options.value).ok_or_else(|| {
        let type_name = &site.column.type_name;
        site.bad_option(
            format!("the constant isn't a value of type {type_name}"),
            "write it as PostgreSQL shows it, such as 2000-01-01 or 12.50",
        )
    })?;
    Ok(Built { transform: Box::new(Constant(value)), facts: Facts::of(originals_by_class(class)) })
}

/// The binary form of a text; `None` if it isn't a value of the class.
fn binary(class: &TypeClass, text: &str) -> Option<Vec<u8>> {
    let trimmed = text.trim();
    Some(match class {
        TypeClass::Text | TypeClass::Enum | TypeClass::Xml => text.as_bytes().to_vec(),
        TypeClass::Bytea => bytes(text)?,
        TypeClass::Json | TypeClass::Jsonb => {
            serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
            let version: &[u8] = if *class == TypeClass::Jsonb { &[1] } else { &[] };
            [version, text.as_bytes()].concat()
        }
        TypeClass::Uuid => hexadecimal(&trimmed.replace('-', "")).filter(|bytes| bytes.len() == 16)?,
        TypeClass::MacAddress => {
            hexadecimal(&trimmed.replace([':', '-'], "")).filter(|bytes| bytes.len() == 6 || bytes.len() == 8)?
        }
        TypeClass::Bool => match trimmed {
            "t" | "true" | "yes" | "on" | "1" => vec![1],
            "f" | "false" | "no" | "off" | "0" => vec![0],
            _ => return None,
        },
        TypeClass::Int2 => trimmed.parse::<i16>().ok()?.to_be_bytes().to_vec(),
        TypeClass::Int4 => trimmed.parse::<i32>().ok()?.to_be_bytes().to_vec(),
        TypeClass::Int8 => trimmed.parse::<i64>().ok()?.to_be_bytes().to_vec(),
        TypeClass::Oid => trimmed.parse::<u32>().ok()?.to_be_bytes().to_vec(),
        TypeClass::Float4 => trimmed.parse::<f32>().ok()?.to_be_bytes().to_vec(),
        TypeClass::Float8 => trimmed.parse::<f64>().ok()?.to_be_bytes().to_vec(),
        TypeClass::Numeric => numeric(trimmed)?,
        TypeClass::Date => i32::try_from(date(trimmed)?).ok()?.to_be_bytes().to_vec(),
        TypeClass::Timestamp | TypeClass::TimestampTz => timestamp(trimmed)?.to_be_bytes().to_vec(),
        TypeClass::Inet => inet(trimmed)?,
        _ => return None,
    })
}

/// `\x…` in hexadecimal, or the text itself.
fn bytes(text: &str) -> Option<Vec<u8>> {
    text.strip_prefix("\\x").map_or_else(|| Some(text.as_bytes().to_vec()), hexadecimal)
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| (*byte as char).to_digit(16).map(|digit| digit as u8);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair.first()?)? << 4 | digit(pair.get(1)?)?)).collect()
}

/// Days since 2000-01-01.
fn date(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    CivilDate::new(year, month, day).map(CivilDate::days)
}

/// Microseconds since 2000-01-01, UTC: a date, and hours, minutes and seconds if need be.
fn timestamp(text: &str) -> Option<i64> {
    let text = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00")).unwrap_or(text);
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let mut parts = time.split(':');
    let mut number = |limit: i64| -> Option<i64> {
        parts.next().map_or(Some(0), |part| part.parse().ok()).filter(|number| (0..limit).contains(number))
    };
    let seconds = number(24)? * 3600 + number(60)? * 60 + number(60)?;
    parts.next().is_none().then_some(())?;
    date(day)?.checked_mul(86_400)?.checked_add(seconds)?.checked_mul(1_000_000)
}

/// `numeric_send` (`numeric.c`): digits of base 10,000.
fn numeric(text: &str) -> Option<Vec<u8>> {
    let (sign, size) = text.strip_prefix('-').map_or((0i16, text), |size| (0x4000, size));
    let (before, after) = size.split_once('.').unwrap_or((size, ""));
    let all_digits = format!("{before}{after}").bytes().all(|byte| byte.is_ascii_digit());
    if before.is_empty() || !all_digits || size.len() > 1000 {
        return None;
    }
    let padded = format!(
        "{before:0>before_width$}{after:0<after_width$}",
        before_width = before.len().div_ceil(4) * 4,
        after_width = after.len().div_ceil(4) * 4
    );
    let group = |group: &[u8]| group.iter().fold(0i16, |sum, digit| sum * 10 + i16::from(digit - b'0'));
    let digits: Vec<i16> = padded.as_bytes().chunks(4).map(group).collect();
    let lead = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = digits.get(lead..).unwrap_or_default();
    let digits = digits.get(..digits.len() - digits.iter().rev().take_while(|digit| **digit == 0).count())?;
    let weight = if digits.is_empty() { 0 } else { before.len().div_ceil(4) as i16 - 1 - lead as i16 };
    let sign = if digits.is_empty() { 0 } else { sign };
    let head = [digits.len() as i16, weight, sign, after.len() as i16];
    Some(head.iter().chain(digits).flat_map(|part| part.to_be_bytes()).collect())
}

fn inet(text: &str) -> Option<Vec<u8>> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let (family, most, octets) = match address.parse().ok()? {
        IpAddr::V4(v4) => (2, 32, v4.octets().to_vec()),
        IpAddr::V6(v6) => (3, 128, v6.octets().to_vec()),
    };
    let bits = bits.map_or(Some(most), |bits| bits.parse().ok()).filter(|bits| *bits <= most)?;
    Some([&[family, bits, 0, octets.len() as u8], octets.as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask_bytes, refusal};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn spec(value: &str) -> Spec {
        Spec::Constant(Options { value: value.to_owned() })
    }

    #[test]
    fn a_value_is_written_in_the_form_of_its_type() {
        let masked = |class, value: &str| mask_bytes(&spec(value), &column(class, None), b"whatever");
        assert_eq!(masked(TypeClass::Int4, "-7"), (-7i32).to_be_bytes());
        assert_eq!(masked(TypeClass::Date, "2000-01-02"), 1i32.to_be_bytes());
        assert_eq!(masked(TypeClass::Timestamp, "2000-01-01 00:01:00"), 60_000_000i64.to_be_bytes());
        assert_eq!(masked(TypeClass::Jsonb, r#"{"a": 1}"#), b"\x01{\"a\": 1}");
        assert_eq!(masked(TypeClass::Numeric, "12345.6"), [0, 3, 0, 1, 0, 0, 0, 1, 0, 1, 9, 41, 23, 112]);
        assert_eq!(masked(TypeClass::Inet, "192.0.2.0/24"), [2, 24, 0, 4, 192, 0, 2, 0]);
    }

    #[test]
    fn what_is_no_value_of_the_type_is_refused() {
        for (class, value) in [
            (TypeClass::Int2, "70000"),
            (TypeClass::Date, "2023-02-29"),
            (TypeClass::Jsonb, "{"),
            (TypeClass::Uuid, "abc"),
            (TypeClass::Numeric, "1e5"),
        ] {
            assert!(refusal(&spec(value), &column(class, None)).what.contains("isn't a value"), "{value}");
        }
        assert!(refusal(&spec("too long"), &column(TypeClass::Text, Some(3))).what.contains("too long"));
    }
}
