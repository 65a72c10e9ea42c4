//! `noise`: the number, changed by some share of itself.

mod decimal;

use super::draw::Draw;
use super::text_cell::{TextCell, TextMask, truncate};
use super::wire::fixed;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Noise as Options;
use crate::secret::DomainKey;

/// The change is so many millionths.
pub(super) const ONE: i64 = 1_000_000;

/// Chooses a change for each number.
pub(super) struct Change {
    key: DomainKey,
    /// The largest, in millionths.
    most: u64,
}

impl Change {
    /// Changes of at most this share, under the same key whatever the transform is called.
    pub(super) fn new(transform: &str, ratio: Option<f64>, site: &Site<'_>) -> Result<Self, Refusal> {
        let ratio = ratio.unwrap_or(0.2);
        if !(0.000_001..=1.0).contains(&ratio) {
            return Err(site.bad_option(
                format!("{transform} has a ratio outside 0 to 1"),
                format!("{{ {transform}: {{ ratio: 0.2 }} }} is 20 % up or down"),
            ));
        }
        Ok(Self { key: site.sub_key("noise"), most: (ratio * ONE as f64).round() as u64 })
    }

    /// The largest change, in millionths.
    pub(super) fn most(&self) -> u64 {
        self.most
    }

    /// Millionths, of either sign and never 0.
    pub(super) fn millionths(&self, input: &[u8]) -> i64 {
        let choice = Draw::new(&self.key, input).below(2 * self.most) as i64;
        let most = self.most as i64;
        if choice < most { choice - most } else { choice - most + 1 }
    }
}

/// A whole number changed: it keeps its sign, isn't 0 unless it was, has no more digits than before, and differs.
pub(super) fn whole(value: i128, millionths: i64) -> i128 {
    let size = value.abs();
    let delta = size * i128::from(millionths.unsigned_abs()) / i128::from(ONE);
    let grown = size.checked_add(delta).filter(|_| millionths > 0).filter(|grown| digits(*grown) == digits(size));
    let changed = match grown.unwrap_or(size - delta) {
        same if same == size => least_change(size),
        0 if size > 1 => 1,
        0 => least_change(size),
        changed => changed,
    };
    changed * value.signum()
}

fn least_change(size: i128) -> i128 {
    match size {
        0 => 0,
        1 => 2,
        more => more - 1,
    }
}

fn digits(number: i128) -> u32 {
    number.checked_ilog10().unwrap_or(0)
}

macro_rules! of_integer {
    ($name:ident, $integer:ty) => {
        #[doc = concat!("A binary `", stringify!($integer), "`.")]
        struct $name(Change);

        impl Transform for $name {
            fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
                let value = <$integer>::from_be_bytes(fixed(cell)?);
                // Keyed by the value, so that 5 is the same in every width.
                let millionths = self.0.millionths(&i64::from(value).to_be_bytes());
                let changed = whole(value.into(), millionths);
                // A number of as many digits can still be past the end of the type: then it goes down instead.
                let changed = <$integer>::try_from(changed)
                    .or_else(|_| <$integer>::try_from(whole(value.into(), -millionths.abs())))
                    .unwrap_or_default();
                out.extend_from_slice(&changed.to_be_bytes());
                Ok(Masked::Value)
            }
        }
    };
}

of_integer!(OfInt2, i16);
of_integer!(OfInt4, i32);
of_integer!(OfInt8, i64);

macro_rules! of_float {
    ($name:ident, $float:ty) => {
        #[doc = concat!("A binary `", stringify!($float), "`; infinities and NaN stay.")]
        struct $name(Change);

        impl Transform for $name {
            fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
                let value = <$float>::from_be_bytes(fixed(cell)?);
                let factor = 1.0 + self.0.millionths(cell) as $float / ONE as $float;
                let changed = match value * factor {
                    _ if value == 0.0 || !value.is_finite() => value,
                    0.0 => value * 2.0,
                    changed if changed.is_infinite() => value / 2.0,
                    changed if changed == value => value.next_down(),
                    changed => changed,
                };
                out.extend_from_slice(&changed.to_be_bytes());
                Ok(Masked::Value)
            }
        }
    };
}

of_float!(OfFloat4, f32);
of_float!(OfFloat8, f64);

/// `numeric`, in decimal throughout.
struct OfNumeric(Change);

impl Transform for OfNumeric {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        decimal::change_numeric(cell, self.0.millionths(cell), out)?;
        Ok(Masked::Value)
    }
}

/// A decimal number in text, or in JSON.
struct OfText {
    change: Change,
    room: usize,
}

impl TextMask for OfText {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let text = text.trim();
        match decimal::change_text(text, self.change.millionths(text.as_bytes())) {
            Some(changed) => out.extend_from_slice(changed.as_bytes()),
            None if text == "0" => out.push(b'1'),
            None => out.push(b'0'),
        }
        truncate(out, start, self.room);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let change = Change::new("noise", options.ratio, site)?;
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Int2 => Box::new(OfInt2(change)),
        TypeClass::Int4 => Box::new(OfInt4(change)),
        TypeClass::Int8 => Box::new(OfInt8(change)),
        TypeClass::Float4 => Box::new(OfFloat4(change)),
        TypeClass::Float8 => Box::new(OfFloat8(change)),
        TypeClass::Numeric => Box::new(OfNumeric(change)),
        TypeClass::Text => Box::new(TextCell(OfText { change, room: site.room() })),
        _ => return Err(site.wrong_type("noise")),
    };
    Ok(Built { transform, facts: Facts::changing(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    #[test]
    fn whole_numbers_keep_sign_and_digits_and_always_differ() {
        for value in (-2000..2000).chain([i128::from(i64::MAX), i128::from(i64::MIN)]) {
            for millionths in [-1_000_000, -200_000, -1, 1, 3000, 200_000, 1_000_000] {
                let changed = whole(value, millionths);
                assert_eq!(changed.signum(), value.signum(), "{value} {millionths}");
                assert!(changed != value || value == 0, "{value} {millionths}");
                assert!(digits(changed.abs()) <= digits(value.abs()));
            }
        }
    }

    #[test]
    fn the_ends_of_a_type_stay_inside_it() {
        let spec = Spec::Noise(Options { ratio: Some(1.0) });
        for value in [i16::MIN, i16::MAX, -1, 1, 30_000] {
            let masked = mask_bytes(&spec, &column(TypeClass::Int2, None), &value.to_be_bytes());
            let masked = i16::from_be_bytes(masked.try_into().unwrap());
            assert!(masked != value && masked.signum() == value.signum(), "{value} {masked}");
        }
        assert_eq!(mask_bytes(&spec, &column(TypeClass::Int4, None), &[0; 4]), [0; 4]);
    }

    #[test]
    fn a_number_in_text_keeps_its_decimals() {
        let masked = mask(&Spec::Noise(Options::default()), "1250.50");
        assert_eq!(masked.split_once('.').map(|(_, decimals)| decimals.len()), Some(2), "{masked}");
        let value: f64 = masked.parse().unwrap();
        assert!((1000.0..=1500.7).contains(&value) && masked != "1250.50");
    }
}
