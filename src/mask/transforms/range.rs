//! Transforms of a type, applied to ranges and multiranges over it: all bounds move alike, so that their order and the
//! length of each range stay.

use super::parts::part_column;
use super::wire::{Reader, put_value, short};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Spec, Transform, build as build_one};
use crate::postgres::texts::numeric_text;
use crate::postgres::types::TypeClass;

/// `rangetypes.h`.
const EMPTY: u8 = 0x01;
const FROM_EVER: u8 = 0x08;
const FOR_EVER: u8 = 0x10;

/// Masks the first bound there is, and moves the others by as much.
struct Bounds {
    inner: Box<dyn Transform>,
    class: TypeClass,
    is_multirange: bool,
}

/// How far bounds move.
#[derive(Clone, Copy)]
enum Way {
    Whole(i128),
    Decimal(Decimal),
    Real(f64),
}

/// So many units of the last of so many decimals.
#[derive(Clone, Copy)]
struct Decimal {
    units: i128,
    scale: u32,
}

impl Transform for Bounds {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let mut way = None;
        if !self.is_multirange {
            self.range(cell, row, &mut way, out)?;
            return Ok(Masked::Value);
        }
        let mut reader = Reader(cell);
        let count = reader.i32()?;
        out.extend_from_slice(&count.to_be_bytes());
        for _ in 0..count {
            put_value(out, |out| {
                self.range(reader.value()?.ok_or_else(short)?, row, &mut way, out)?;
                Ok(Masked::Value)
            })?;
        }
        if reader.0.is_empty() { Ok(Masked::Value) } else { Err(short()) }
    }
}

impl Bounds {
    /// `range_send` (`rangetypes.c`).
    fn range(&self, range: &[u8], row: &Row<'_>, way: &mut Option<Way>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let mut reader = Reader(range);
        let [flags] = reader.array()?;
        out.push(flags);
        for missing in [FROM_EVER, FOR_EVER] {
            if flags & (EMPTY | missing) != 0 {
                continue;
            }
            let bound = reader.value()?.ok_or_else(short)?;
            put_value(out, |out| {
                let too_long = || CellError("a bound of the range has too many digits to be moved".to_owned());
                match *way {
                    Some(way) => out.extend_from_slice(&way.applied(&self.class, bound).ok_or_else(too_long)?),
                    None => *way = self.first(bound, row, out)?,
                }
                Ok(Masked::Value)
            })?;
        }
        if reader.0.is_empty() { Ok(()) } else { Err(short()) }
    }

    /// Appends the masked first bound, and answers how far it has moved.
    fn first(&self, bound: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Option<Way>, CellError> {
        let start = out.len();
        if self.inner.mask(bound, row, out)? == Masked::Null {
            return Err(CellError("a bound of a range can't be NULL".to_owned()));
        }
        Ok(Way::between(&self.class, bound, out.get(start..).unwrap_or_default()))
    }
}

impl Way {
    /// `None` where a bound is infinite and moves nowhere.
    fn between(class: &TypeClass, before: &[u8], after: &[u8]) -> Option<Self> {
        match class {
            TypeClass::Float8 => {
                let number = |bytes: &[u8]| Some(f64::from_be_bytes(bytes.try_into().ok()?)).filter(|f| f.is_finite());
                Some(Self::Real(number(after)? - number(before)?))
            }
            TypeClass::Numeric => {
                let before = Decimal::read(before)?;
                let minus = Decimal { units: -before.units, ..before };
                Some(Self::Decimal(Decimal::read(after)?.plus(minus)?))
            }
            _ => Some(Self::Whole(whole(class, after)? - whole(class, before)?)),
        }
    }

    fn applied(self, class: &TypeClass, bound: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Real(way) => {
                let number = f64::from_be_bytes(bound.try_into().ok()?);
                Some((number + way).to_be_bytes().to_vec())
            }
            Self::Decimal(way) => match Decimal::read(bound) {
                None => Some(bound.to_vec()),
                Some(number) => Some(number.plus(way)?.written()),
            },
            Self::Whole(way) => match whole(class, bound) {
                None => Some(bound.to_vec()),
                Some(number) => {
                    let (least, most) = limits(class)?;
                    let moved = (number + way).clamp(least, most);
                    Some(match class {
                        TypeClass::Int4 | TypeClass::Date => i32::try_from(moved).ok()?.to_be_bytes().to_vec(),
                        _ => i64::try_from(moved).ok()?.to_be_bytes().to_vec(),
                    })
                }
            },
        }
    }
}

impl Decimal {
    /// `None` for NaN, infinities and what is longer than anybody counts.
    fn read(cell: &[u8]) -> Option<Self> {
        let text = numeric_text(cell).filter(|text| !text.is_empty())?;
        let scale = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        Some(Self { units: text.replace('.', "").parse().ok()?, scale: u32::try_from(scale).ok()? })
    }

    fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let units = |number: Self| number.units.checked_mul(10i128.checked_pow(scale - number.scale)?);
        Some(Self { units: units(self)?.checked_add(units(other)?)?, scale })
    }

    /// `numeric_send` (`numeric.c`): digits of base 10,000.
    fn written(self) -> Vec<u8> {
        let missing = (4 - self.scale % 4) % 4;
        let behind_point = ((self.scale + missing) / 4) as i16;
        let mut digits: Vec<u16> = Vec::new();
        // The last digit of base 10,000 may have fewer decimals than four, and takes the others as zeros.
        let mut rest = self.units.unsigned_abs();
        let last = 10u128.pow(4 - missing);
        digits.push((rest % last * 10u128.pow(missing)) as u16);
        rest /= last;
        while rest > 0 {
            digits.push((rest % 10_000) as u16);
            rest /= 10_000;
        }
        let weight = digits.len() as i16 - behind_point - 1;
        let weight = weight - digits.iter().rev().take_while(|digit| **digit == 0).count() as i16;
        let significant: Vec<u16> = {
            let lead = digits.iter().rev().take_while(|digit| **digit == 0).count();
            let trail = digits.iter().take_while(|digit| **digit == 0).count();
            digits.iter().rev().skip(lead).take(digits.len().saturating_sub(lead + trail)).copied().collect()
        };
        let (weight, sign) = match (significant.is_empty(), self.units < 0) {
            (true, _) => (0, 0),
            (false, true) => (weight, 0x4000),
            (false, false) => (weight, 0),
        };
        let head = [significant.len() as i16, weight, sign, self.scale as i16];
        let digits = significant.iter().flat_map(|digit| digit.to_be_bytes());
        head.iter().flat_map(|part| part.to_be_bytes()).chain(digits).collect()
    }
}

/// The number that a bound is; `None` where it is infinite.
fn whole(class: &TypeClass, bound: &[u8]) -> Option<i128> {
    match class {
        TypeClass::Int4 => Some(i32::from_be_bytes(bound.try_into().ok()?).into()),
        TypeClass::Int8 => Some(i64::from_be_bytes(bound.try_into().ok()?).into()),
        TypeClass::Date => {
            let days = i32::from_be_bytes(bound.try_into().ok()?);
            (days != i32::MIN && days != i32::MAX).then_some(days.into())
        }
        _ => {
            let time = i64::from_be_bytes(bound.try_into().ok()?);
            (time != i64::MIN && time != i64::MAX).then_some(time.into())
        }
    }
}

/// The least and the greatest bound of a type; a discrete range needs room for the one behind its last.
fn limits(class: &TypeClass) -> Option<(i128, i128)> {
    match class {
        TypeClass::Int4 => Some((i32::MIN.into(), (i32::MAX - 1).into())),
        TypeClass::Int8 => Some((i64::MIN.into(), (i64::MAX - 1).into())),
        // `date.h`, `timestamp.h`.
        TypeClass::Date => Some((-2_451_545, 2_145_031_947)),
        TypeClass::Timestamp | TypeClass::TimestampTz => Some((-211_813_488_000_000_000, 9_223_371_331_199_999_999)),
        _ => None,
    }
}

pub(super) fn build(spec: &Spec, site: &Site<'_>, bound: &TypeClass) -> Result<Built, Refusal> {
    let is_multirange = matches!(site.column.class, TypeClass::Multirange(_));
    let column = part_column(site.column, bound.clone());
    let inner = build_one(spec, &site.of(&column))?;
    if limits(bound).is_none() && !matches!(bound, TypeClass::Float8 | TypeClass::Numeric) {
        return Err(site.wrong_type(spec.name()));
    }
    let transform = Box::new(Bounds { inner: inner.transform, class: bound.clone(), is_multirange });
    // An empty range stays, and so does one without bounds.
    let facts = Facts { unique: false, resolvable: false, always_changes: false, ..inner.facts };
    Ok(Built { transform, facts })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask_bytes, refusal};
    use super::*;
    use crate::postgres::copy_binary::write_field;

    fn range(flags: u8, bounds: &[&[u8]]) -> Vec<u8> {
        let mut cell = vec![flags];
        bounds.iter().for_each(|bound| write_field(&mut cell, Some(bound)));
        cell
    }

    fn dates(cell: &[u8]) -> Vec<i32> {
        let days = |bound: &[u8]| i32::from_be_bytes(bound[4..8].try_into().unwrap());
        cell[1..].chunks(8).map(days).collect()
    }

    #[test]
    fn both_bounds_move_alike_and_the_first_as_it_would_alone() {
        let spec = Spec::ShiftDate(Default::default());
        let class = TypeClass::Range(Box::new(TypeClass::Date));
        let masked =
            mask_bytes(&spec, &column(class.clone(), None), &range(2, &[&7i32.to_be_bytes(), &40i32.to_be_bytes()]));
        let alone = mask_bytes(&spec, &column(TypeClass::Date, None), &7i32.to_be_bytes());
        let first = i32::from_be_bytes(alone.try_into().unwrap());
        assert_eq!((masked[0], dates(&masked)), (2, vec![first, first + 33]));
        let upper_alone = mask_bytes(&spec, &column(class.clone(), None), &range(0x08, &[&7i32.to_be_bytes()]));
        assert_eq!(dates(&upper_alone), [first]);
        let to_infinity = [7i32.to_be_bytes(), i32::MAX.to_be_bytes()];
        let masked = mask_bytes(&spec, &column(class.clone(), None), &range(2, &[&to_infinity[0], &to_infinity[1]]));
        assert_eq!(dates(&masked), [first, i32::MAX]);
        for nothing in [vec![EMPTY], vec![FROM_EVER | FOR_EVER]] {
            assert_eq!(mask_bytes(&spec, &column(class.clone(), None), &nothing), nothing);
        }
    }

    #[test]
    fn the_ranges_of_a_multirange_stay_in_their_order() {
        let spec = Spec::ShiftDate(Default::default());
        let mut cell = 2i32.to_be_bytes().to_vec();
        for bounds in [[1i32, 5], [9, 12]] {
            write_field(&mut cell, Some(&range(2, &[&bounds[0].to_be_bytes(), &bounds[1].to_be_bytes()])));
        }
        let masked = mask_bytes(&spec, &column(TypeClass::Multirange(Box::new(TypeClass::Date)), None), &cell);
        let (one, two) = (dates(&masked[8..25]), dates(&masked[29..]));
        assert_eq!([one[1] - one[0], two[0] - one[0], two[1] - one[0]], [4, 8, 11]);
        assert_ne!(one[0], 1);
    }

    #[test]
    fn decimals_are_read_moved_and_written() {
        for (units, scale, text) in
            [(0, 0, "0"), (-1250, 2, "-12.50"), (120_000, 0, "120000"), (5, 3, "0.005"), (1_000_000, 5, "10.00000")]
        {
            let written = Decimal { units, scale }.written();
            assert_eq!(numeric_text(&written).as_deref(), Some(text));
            let read = Decimal::read(&written).unwrap();
            assert_eq!((read.units, read.scale), (units, scale));
        }
        let sum = Decimal { units: 15, scale: 1 }.plus(Decimal { units: -25, scale: 2 }).unwrap();
        assert_eq!((sum.units, sum.scale), (125, 2));
    }

    #[test]
    fn a_range_of_another_type_than_its_transform_is_refused() {
        let class = TypeClass::Range(Box::new(TypeClass::Int4));
        assert!(!refusal(&Spec::ShiftDate(Default::default()), &column(class, None)).help.is_empty());
        let texts = TypeClass::Range(Box::new(TypeClass::Text));
        assert!(refusal(&Spec::Email(Default::default()), &column(texts, None)).what.contains("email"));
    }
}
