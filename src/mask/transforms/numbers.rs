//! Columns of numbers, read and written as decimals whatever their type.

use super::decimal::Decimal;
use super::text_cell::truncate;
use super::wire::fixed;
use super::{CellError, Refusal, Site};
use crate::postgres::catalog::Column;
use crate::postgres::texts::as_text;
use crate::postgres::types::TypeClass;

/// A column of numbers, or of text with numbers in it.
pub(super) struct Numbers {
    class: TypeClass,
    room: usize,
    whole: Option<Whole>,
}

/// How many digits a number may have before the point.
#[derive(Clone, Copy)]
enum Whole {
    /// So many at most.
    AtMost(usize),
    /// The type's name doesn't tell: no more than the original has.
    AsBefore,
}

impl Numbers {
    /// Of a column; refuses other types than numbers and text.
    pub(super) fn of(site: &Site<'_>, transform: &str) -> Result<Self, Refusal> {
        let class = site.column.class.clone();
        match class {
            TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8 | TypeClass::Float4 | TypeClass::Float8 => {}
            TypeClass::Numeric | TypeClass::Text => {}
            _ => return Err(site.wrong_type(transform)),
        }
        Ok(Self { whole: whole(site.column), class, room: site.room() })
    }

    /// Whether only whole numbers fit.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.class, TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8)
    }

    pub(super) fn is_float(&self) -> bool {
        matches!(self.class, TypeClass::Float4 | TypeClass::Float8)
    }

    pub(super) fn is_text(&self) -> bool {
        self.class == TypeClass::Text
    }

    /// The whole number in a cell of a column of integers; `None` for any other column.
    pub(super) fn read_whole(&self, cell: &[u8]) -> Result<Option<i64>, CellError> {
        Ok(match self.class {
            TypeClass::Int2 => Some(i16::from_be_bytes(fixed(cell)?).into()),
            TypeClass::Int4 => Some(i32::from_be_bytes(fixed(cell)?).into()),
            TypeClass::Int8 => Some(i64::from_be_bytes(fixed(cell)?)),
            _ => None,
        })
    }

    /// Appends a whole number to a column of integers, or says that it doesn't fit.
    pub(super) fn write_whole(&self, number: i128, out: &mut Vec<u8>) -> bool {
        match self.class {
            TypeClass::Int2 => put(i16::try_from(number).ok().map(i16::to_be_bytes), out),
            TypeClass::Int4 => put(i32::try_from(number).ok().map(i32::to_be_bytes), out),
            _ => put(i64::try_from(number).ok().map(i64::to_be_bytes), out),
        }
    }

    /// The number in a cell; `None` for NaN, infinities and text that is none.
    pub(super) fn read(&self, cell: &[u8]) -> Result<Option<Decimal>, CellError> {
        let float = |number: f64, text: String| number.is_finite().then(|| Decimal::parse(&text)).flatten();
        if let Some(number) = self.read_whole(cell)? {
            return Ok(Some(Decimal::from_i64(number)));
        }
        Ok(match self.class {
            TypeClass::Float4 => {
                let number = f32::from_be_bytes(fixed(cell)?);
                float(number.into(), number.to_string())
            }
            TypeClass::Float8 => {
                let number = f64::from_be_bytes(fixed(cell)?);
                float(number, number.to_string())
            }
            TypeClass::Numeric => Decimal::from_numeric(cell)?,
            _ => in_text(as_text(cell).trim()),
        })
    }

    /// Appends a number that takes the place of another, or says that it doesn't fit.
    pub(super) fn write(&self, number: &Decimal, before: &Decimal, out: &mut Vec<u8>) -> bool {
        match self.class {
            TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8 => {
                number.units(0).is_some_and(|number| self.write_whole(number, out))
            }
            TypeClass::Float4 => {
                put(Some(number.to_f64() as f32).filter(|number| number.is_finite()).map(f32::to_be_bytes), out)
            }
            TypeClass::Float8 => {
                put(Some(number.to_f64()).filter(|number| number.is_finite()).map(f64::to_be_bytes), out)
            }
            TypeClass::Numeric => {
                let fits = match self.whole {
                    None => true,
                    Some(Whole::AtMost(most)) => number.whole_digits() <= most,
                    Some(Whole::AsBefore) => number.whole_digits() <= before.whole_digits(),
                };
                if fits {
                    number.put_numeric(out);
                }
                fits
            }
            _ => {
                let start = out.len();
                number.put_text(out);
                let fits = self.room == usize::MAX || out.len() - start <= self.room;
                if !fits {
                    out.truncate(start);
                }
                fits
            }
        }
    }

    /// Appends a number to text, cut to the room that there is.
    pub(super) fn write_cut(&self, number: &Decimal, out: &mut Vec<u8>) {
        let start = out.len();
        number.put_text(out);
        truncate(out, start, self.room);
    }
}

fn put<const N: usize>(bytes: Option<[u8; N]>, out: &mut Vec<u8>) -> bool {
    bytes.inspect(|bytes| out.extend_from_slice(bytes)).is_some()
}

/// A number in text, also with an exponent.
pub(super) fn in_text(text: &str) -> Option<Decimal> {
    if text.len() <= 24 && text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
        let number: f64 = text.parse().ok()?;
        return number.is_finite().then(|| Decimal::parse(&number.to_string())).flatten();
    }
    Decimal::parse(text)
}

/// The precision and scale of `numeric(5,2)`, as PostgreSQL prints the type.
pub(super) fn precision_and_scale(type_name: &str) -> Option<(usize, i32)> {
    let (_, inner) = type_name.split_once("numeric(")?;
    let (inner, _) = inner.split_once(')')?;
    let (precision, scale) = inner.split_once(',').unwrap_or((inner, "0"));
    Some((precision.trim().parse().ok()?, scale.trim().parse().ok()?))
}

fn whole(column: &Column) -> Option<Whole> {
    if column.class != TypeClass::Numeric || column.type_name.starts_with("numeric") && !column.type_name.contains('(')
    {
        return None;
    }
    Some(precision_and_scale(&column.type_name).map_or(Whole::AsBefore, |(precision, scale)| {
        let whole = i64::try_from(precision).unwrap_or(i64::MAX).saturating_sub(scale.into());
        Whole::AtMost(usize::try_from(whole).unwrap_or(0))
    }))
}
