//! `amount` with `sum_within`: what one amount gains, another of its group loses.
//!
//! The amounts of a group stand in the order of their sizes, so that large ones are beside large ones. Between every two
//! that stand side by side, some of one goes to the other. How much, both rows work out by themselves, from the two
//! amounts, whether each has another neighbour, and the keyed hashes of the primary keys. So the sum stays, and nobody holds
//! a group in memory.

use super::super::decimal::Decimal;
use super::super::draw::Draw;
use super::super::neighbours::{Neighbours, hash_of_key};
use super::super::noise::ONE;
use super::super::wire::fixed;
use super::super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Spec, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::secret::DomainKey;

/// Amounts of more digits stay: their arithmetic wouldn't fit in 128 bits.
const MOST_DIGITS: usize = 30;

/// Amounts whose sum stays.
struct WithinGroup {
    key: DomainKey,
    /// The largest change, in millionths of the amount.
    most: u64,
    class: TypeClass,
    neighbours: Neighbours,
}

/// An amount that can change: so many units of its last place, and not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Amount {
    units: i128,
    /// How many decimals it has.
    scale: usize,
}

/// One of the two amounts between which something goes over.
#[derive(Clone, Copy)]
struct Side {
    amount: Amount,
    /// Whether the amount also exchanges with its other neighbour.
    has_other: bool,
    /// The keyed hash of the row's primary key.
    row: u64,
}

/// How far an amount may rise and fall, in units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    rise: i128,
    fall: i128,
}

/// What goes over, in units of a scale: the smaller amount gains it, and the larger loses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Transfer {
    units: i128,
    scale: usize,
}

impl Transfer {
    /// In units of a finer scale, or of the same.
    fn at(&self, scale: usize) -> i128 {
        self.units * power(scale - self.scale)
    }
}

/// Neither scales nor digits reach beyond [`MOST_DIGITS`].
fn power(exponent: usize) -> i128 {
    10i128.pow(exponent.min(MOST_DIGITS) as u32)
}

impl WithinGroup {
    /// The amount in a cell; `None` for 0, NULL, NaN, infinities and more digits than are reckoned with.
    fn read(&self, cell: Option<&[u8]>) -> Result<Option<Amount>, CellError> {
        let Some(cell) = cell else { return Ok(None) };
        let whole = |units: i64| Amount { units: units.into(), scale: 0 };
        let amount = match self.class {
            TypeClass::Int2 => Some(whole(i16::from_be_bytes(fixed(cell)?).into())),
            TypeClass::Int4 => Some(whole(i32::from_be_bytes(fixed(cell)?).into())),
            TypeClass::Numeric => Decimal::from_numeric(cell)?.and_then(|number| {
                let scale = number.scale();
                let fits = number.whole_digits() + scale <= MOST_DIGITS;
                number.units(scale).filter(|_| fits).map(|units| Amount { units, scale })
            }),
            _ => Some(whole(i64::from_be_bytes(fixed(cell)?))),
        };
        Ok(amount.filter(|amount| amount.units != 0))
    }

    fn write(&self, amount: Amount, out: &mut Vec<u8>) -> Result<(), CellError> {
        let too_large = |_| CellError("the changed amount doesn't fit its type".to_owned());
        match self.class {
            TypeClass::Int2 => out.extend(i16::try_from(amount.units).map_err(too_large)?.to_be_bytes()),
            TypeClass::Int4 => out.extend(i32::try_from(amount.units).map_err(too_large)?.to_be_bytes()),
            TypeClass::Numeric => Decimal::from_units(amount.units, amount.scale).put_numeric(out),
            _ => out.extend(i64::try_from(amount.units).map_err(too_large)?.to_be_bytes()),
        }
        Ok(())
    }

    /// The largest size that the type has.
    fn largest(&self) -> i128 {
        match self.class {
            TypeClass::Int2 => i16::MAX.into(),
            TypeClass::Int4 => i32::MAX.into(),
            TypeClass::Numeric => i128::MAX,
            _ => i64::MAX.into(),
        }
    }

    /// As far as its share goes, without another digit, the end of the type, or 0.
    fn room(&self, amount: Amount) -> Room {
        let size = amount.units.abs();
        let share = size * i128::from(self.most) / i128::from(ONE);
        let nines = 10i128.pow(size.checked_ilog10().unwrap_or(0) + 1) - 1;
        let grow = share.min(nines.min(self.largest()) - size).max(0);
        let shrink = share.min(size - 1);
        if amount.units > 0 { Room { rise: grow, fall: shrink } } else { Room { rise: shrink, fall: grow } }
    }

    /// The part of an amount's room that is for its smaller or its larger neighbour, in units of a scale.
    fn part(&self, side: &Side, for_larger: bool, scale: usize) -> Room {
        let Room { rise, fall } = self.room(side.amount);
        // Of an odd number of units, chance gives one neighbour more: else the smallest amounts would never change.
        let has_more = (side.row & 1 == 1) == for_larger;
        let part = |room: i128| if side.has_other { (room + i128::from(has_more)) / 2 } else { room };
        let unit = power(side.amount.scale - scale);
        Room { rise: part(rise) / unit, fall: part(fall) / unit }
    }

    /// What goes over between two amounts: as good as uniform within what both allow, and not 0 where anything else is
    /// allowed.
    fn transfer(&self, smaller: Side, larger: Side) -> Transfer {
        let scale = smaller.amount.scale.min(larger.amount.scale);
        let (one, other) = (self.part(&smaller, true, scale), self.part(&larger, false, scale));
        let (up, down) = (one.rise.min(other.fall), one.fall.min(other.rise));
        let choices = up + down;
        if choices <= 0 {
            return Transfer { units: 0, scale };
        }
        let rows = [smaller.row.to_le_bytes(), larger.row.to_le_bytes()].concat();
        let units = below(&mut Draw::new(&self.key, &rows), choices) - down;
        Transfer { units: if units < 0 { units } else { units + 1 }, scale }
    }
}

/// A number below a bound of up to 2^102; of a large one, the last few numbers are left out.
fn below(draw: &mut Draw, bound: i128) -> i128 {
    let shift = (i128::BITS - bound.leading_zeros()).saturating_sub(48);
    let high = draw.below(u64::try_from(bound >> shift).unwrap_or(u64::MAX));
    let low = if shift == 0 { 0 } else { draw.below(1 << shift.min(63)) };
    (i128::from(high) << shift) + i128::from(low)
}

impl Transform for WithinGroup {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let places = self.neighbours.places()?;
        let Some(own) = self.read(Some(cell))? else {
            out.extend_from_slice(cell);
            return Ok(Masked::Value);
        };
        let [mut before2, mut before, mut behind, mut behind2] = [None; 4];
        for (amount, place) in [&mut before2, &mut before, &mut behind, &mut behind2].into_iter().zip(places.numbers) {
            *amount = self.read(row.original(place))?;
        }
        let hash = |positions: &[usize]| hash_of_key(&self.key, row, positions);
        let own_row = hash(&places.key);
        let mut units = own.units;
        if let Some(before) = before {
            let smaller = Side { amount: before, has_other: before2.is_some(), row: hash(&places.key_before) };
            let larger = Side { amount: own, has_other: behind.is_some(), row: own_row };
            units -= self.transfer(smaller, larger).at(own.scale);
        }
        if let Some(behind) = behind {
            let smaller = Side { amount: own, has_other: before.is_some(), row: own_row };
            let larger = Side { amount: behind, has_other: behind2.is_some(), row: hash(&places.key_behind) };
            units += self.transfer(smaller, larger).at(own.scale);
        }
        self.write(Amount { units, ..own }, out)?;
        Ok(Masked::Value)
    }

    fn neighbours(&self) -> Option<&Neighbours> {
        Some(&self.neighbours)
    }
}

/// `most` is the largest change in millionths, `group` the columns whose equal values make a group.
pub(super) fn build(most: u64, group: &[String], site: &Site<'_>) -> Result<Built, Refusal> {
    let class = match &site.column.class {
        class @ (TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8 | TypeClass::Numeric | TypeClass::Money) => class,
        TypeClass::Float4 | TypeClass::Float8 => {
            let help = "a sum of floating-point numbers depends on their order; make the column numeric";
            return Err(site.bad_option("amount can't keep the sums of floating-point numbers", help));
        }
        TypeClass::Text => {
            let help = "leave `sum_within` out: then amounts in text change one by one";
            return Err(site.bad_option("amount can't keep the sums of amounts in text", help));
        }
        _ => return Err(site.wrong_type("amount")),
    };
    if !site.columns.iter().any(|column| std::ptr::eq(column, site.column)) {
        let help = "leave `sum_within` out where amounts are part of a value, and of columns that others refer to";
        return Err(site.bad_option("amount keeps the sums of whole columns only", help));
    }
    let group = group.iter().map(|name| column_of_group(name, site)).collect::<Result<_, _>>()?;
    let key = site.sub_key(&format!("amount, {}", site.column.name));
    let transform = WithinGroup { key, most, class: class.clone(), neighbours: Neighbours::within(group) };
    // The only amount of its group stays, and 0, and what is so small that its share is less than a unit.
    let facts = Facts { may_stay: true, ..Facts::of(OriginalsOf::Shared) };
    Ok(Built { transform: Box::new(transform), facts })
}

/// The position of a column whose equal values make a group.
fn column_of_group(name: &str, site: &Site<'_>) -> Result<usize, Refusal> {
    let bad = |why: &str, help: &str| site.bad_option(format!("amount has `sum_within: {name}`, {why}"), help);
    let position = site.columns.iter().position(|column| column.name == name);
    let found = position.and_then(|position| Some((position, site.columns.get(position)?)));
    let another = "name the column that the rows of a sum have in common, such as account_id";
    let Some((position, column)) = found else {
        return Err(bad("a column that the table doesn't have, or that is computed from others", another));
    };
    if name == site.column.name {
        return Err(bad("which is the column itself", another));
    }
    if !can_be_compared(&column.class) || !column.binary {
        return Err(bad(&format!("and values of type {} can't be told to be equal", column.type_name), another));
    }
    if matches!(site.specs.get(position), Some(Some(Spec::Shuffle(_)))) {
        return Err(bad(
            "which is shuffled, so that no group has its rows afterwards",
            "keep that column, or mask it by `key`",
        ));
    }
    Ok(position)
}

/// Whether PostgreSQL has an order for values of a class, which `PARTITION BY` needs.
fn can_be_compared(class: &TypeClass) -> bool {
    use TypeClass::{
        Bool, Bytea, Date, Enum, Inet, Int2, Int4, Int8, MacAddress, Money, Numeric, Oid, Text, Time, Timestamp,
        TimestampTz, Uuid,
    };
    matches!(
        class,
        Text | Bytea
            | Uuid
            | Bool
            | Int2
            | Int4
            | Int8
            | Numeric
            | Date
            | Timestamp
            | TimestampTz
            | Time
            | Oid
            | Inet
            | MacAddress
            | Enum
            | Money
    )
}

#[cfg(test)]
mod tests;
