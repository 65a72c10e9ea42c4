//! Values that are written in rules, in the binary form of a column's type.

use std::net::IpAddr;

use super::decimal::Decimal;
use crate::postgres::catalog::Column;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::types::TypeClass;

pub(super) const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// Whether values of a class can be written in rules at all.
pub(super) fn can_be_written(class: &TypeClass) -> bool {
    !matches!(
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
            | TypeClass::Array(_)
    )
}

/// The binary form of a text; `None` if it isn't a value of the column's type, or no label of its enum.
pub(super) fn binary(column: &Column, text: &str) -> Option<Vec<u8>> {
    let (class, trimmed) = (&column.class, text.trim());
    Some(match class {
        TypeClass::Enum if !column.labels.is_empty() && !column.labels.iter().any(|label| label == text) => {
            return None;
        }
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
        TypeClass::Numeric => {
            let mut out = Vec::new();
            Decimal::parse(trimmed)?.put_numeric(&mut out);
            out
        }
        TypeClass::Date => i32::try_from(date(trimmed)?).ok()?.to_be_bytes().to_vec(),
        TypeClass::Timestamp | TypeClass::TimestampTz => timestamp(trimmed)?.to_be_bytes().to_vec(),
        TypeClass::Time if is_interval(column) => {
            let mut out = Vec::new();
            put_interval(microseconds(trimmed)?, &mut out);
            out
        }
        TypeClass::Time if column.type_name.starts_with("time") && !column.type_name.contains("with time zone") => {
            clock(trimmed)?.to_be_bytes().to_vec()
        }
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
pub(super) fn date(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    CivilDate::new(year, month, day).map(CivilDate::days)
}

/// Microseconds since 2000-01-01, UTC: a date, and hours, minutes and seconds if need be.
pub(super) fn timestamp(text: &str) -> Option<i64> {
    let text = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00")).unwrap_or(text);
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    date(day)?.checked_mul(MICROSECONDS_A_DAY)?.checked_add(clock(time)?)
}

/// Microseconds since midnight: hours, minutes and seconds if need be.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let mut number = |limit: i64| -> Option<i64> {
        parts.next().map_or(Some(0), |part| part.parse().ok()).filter(|number| (0..limit).contains(number))
    };
    let seconds = number(24)? * 3600 + number(60)? * 60 + number(60)?;
    parts.next().is_none().then_some(seconds * 1_000_000)
}

/// Whether the column holds intervals, or arrays of them.
pub(super) fn is_interval(column: &Column) -> bool {
    column.type_name.starts_with("interval")
}

/// The microseconds of a time such as `2h 30m` or `14days`; a month counts 30.44 days.
pub(super) fn microseconds(text: &str) -> Option<i64> {
    i64::try_from(humantime::parse_duration(text).ok()?.as_micros()).ok()
}

/// Appends an interval (`interval_send`, `timestamp.c`): whole days as days, and no months, which have no fixed length.
pub(super) fn put_interval(microseconds: i64, out: &mut Vec<u8>) {
    let days = i32::try_from(microseconds / MICROSECONDS_A_DAY).unwrap_or(i32::MAX);
    out.extend_from_slice(&(microseconds % MICROSECONDS_A_DAY).to_be_bytes());
    out.extend_from_slice(&days.to_be_bytes());
    out.extend_from_slice(&[0; 4]);
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
