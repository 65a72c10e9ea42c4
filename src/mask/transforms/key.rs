//! `key`: another whole number by a keyed permutation, for keys and for what refers to them.
//!
//! A number stays within its band, and the bands are the same in every type. So a reference of another width agrees with
//! its key, small keys fit small columns, and no key outgrows what JavaScript counts exactly (2^53). Each band but the
//! outermost ends far below the end of the types that hold it: a sequence goes on behind the highest key.

mod numeric;

use super::code::Code;
use super::permutation::{Domain, MOST, Permutation};
use super::text_cell::{TextCell, TextMask};
use super::wire::fixed;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Code as CodeOptions, Key as Options};

/// Where a band ends and the next begins.
const ENDS: [u128; 7] = [1 << 14, 1 << 15, 1 << 30, 1 << 31, 1 << 53, 1 << 63, MOST];

/// Exchanges keys.
struct Exchange {
    permutation: Permutation,
    positive: Vec<Band>,
    negative: Vec<Band>,
    /// The range of the options, before all bands.
    own: Option<Band>,
}

/// Numbers that are exchanged among one another.
#[derive(Clone, Copy)]
struct Band {
    first: u128,
    domain: Domain,
}

impl Band {
    fn new(first: u128, end: u128) -> Self {
        Self { first, domain: Domain::below(end - first) }
    }

    fn holds(&self, number: u128) -> bool {
        number.checked_sub(self.first).is_some_and(|offset| offset < self.domain.bound())
    }

    fn another(&self, number: u128, permutation: &Permutation) -> u128 {
        self.first + permutation.another(number - self.first, &self.domain, self.first as u64)
    }
}

/// The bands from `first` up to `last`.
fn bands(first: u128, last: u128) -> Vec<Band> {
    let starts = std::iter::once(first).chain(ENDS);
    let ends = ENDS.into_iter().map(|end| end.min(last.saturating_add(1)));
    starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| Band::new(start, end)).collect()
}

/// What a column can hold.
#[derive(Clone, Copy)]
struct Limits {
    highest: u128,
    /// The size of the lowest.
    lowest: u128,
}

impl Limits {
    fn of_bits(bits: u32) -> Self {
        Self { highest: (1 << bits) - 1, lowest: 1 << bits }
    }

    /// Of so many decimal digits.
    fn of_digits(highest: usize, lowest: usize) -> Self {
        let most = |digits: usize| 10u128.checked_pow(digits.min(36) as u32).map_or(0, |end| end - 1);
        Self { highest: most(highest), lowest: most(lowest) }
    }
}

impl Exchange {
    fn new(options: &Options, limits: Limits, site: &Site<'_>) -> Result<Self, Refusal> {
        let own = match (options.min, options.max) {
            (None, None) => None,
            (Some(min), Some(max)) if min >= 1 && min < max && u128::from(max) <= limits.highest => {
                Some(Band::new(min.into(), u128::from(max) + 1))
            }
            (Some(min), Some(max)) if min >= 1 && min < max => {
                return Err(site.bad_option(
                    format!("{max} doesn't fit the column"),
                    format!("its highest number is {}", limits.highest),
                ));
            }
            _ => {
                return Err(site.bad_option(
                    "key has a range that isn't one",
                    "write both ends, the lower one first: { key: { min: 1, max: 999999 } }",
                ));
            }
        };
        Ok(Self {
            permutation: Permutation::new(site.sub_key("key")),
            positive: bands(1, limits.highest),
            negative: bands(0, limits.lowest.saturating_sub(1)),
            own,
        })
    }

    /// The fake of a number of this size and sign: of the same sign, and 0 for 0.
    fn masked(&self, negative: bool, size: u128) -> Result<u128, CellError> {
        if size == 0 {
            return Ok(0);
        }
        if negative {
            // One step towards zero, so that the lowest number of a type has a place: there is one more of these.
            return Ok(self.within(&self.negative, size - 1)? + 1);
        }
        let Some(own) = &self.own else { return self.within(&self.positive, size) };
        if own.holds(size) {
            return Ok(own.another(size, &self.permutation));
        }
        // Outside of the range numbers are exchanged with others outside of it.
        let mut other = self.within(&self.positive, size)?;
        while own.holds(other) {
            other = self.within(&self.positive, other)?;
        }
        Ok(other)
    }

    fn within(&self, bands: &[Band], size: u128) -> Result<u128, CellError> {
        let band = bands.iter().find(|band| band.holds(size));
        band.map(|band| band.another(size, &self.permutation))
            .ok_or_else(|| CellError("the number has more than 36 digits, or more than its column holds".to_owned()))
    }
}

macro_rules! of_integer {
    ($name:ident, $integer:ty) => {
        #[doc = concat!("Keys kept as a binary `", stringify!($integer), "`.")]
        struct $name(Exchange);

        impl Transform for $name {
            fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
                let value = <$integer>::from_be_bytes(fixed(cell)?);
                let other = self.0.masked(value < 0, value.unsigned_abs().into())?;
                let signed = i128::try_from(other).map(|other| if value < 0 { -other } else { other });
                let other = signed.ok().and_then(|other| <$integer>::try_from(other).ok()).unwrap_or_default();
                out.extend_from_slice(&other.to_be_bytes());
                Ok(Masked::Value)
            }
        }
    };
}

of_integer!(OfInt2, i16);
of_integer!(OfInt4, i32);
of_integer!(OfInt8, i64);

/// Keys kept as `numeric`.
struct OfNumeric(Exchange);

impl Transform for OfNumeric {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let (negative, size) = numeric::read(cell)?;
        numeric::write(negative, self.0.masked(negative, size)?, out);
        Ok(Masked::Value)
    }
}

/// Keys kept as text. What isn't written as PostgreSQL writes a number is masked as a code.
struct OfText {
    exchange: Exchange,
    code: Code,
}

impl TextMask for OfText {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let Some((negative, size)) = written(text) else {
            return self.code.put_while(text, |other| written(other).is_some(), out);
        };
        let other = self.exchange.masked(negative, size)?;
        out.extend_from_slice(format!("{}{other}", if negative { "-" } else { "" }).as_bytes());
        Ok(())
    }
}

/// The number that a text is, written as PostgreSQL writes it: no sign but a minus, no zeros in front.
fn written(text: &str) -> Option<(bool, u128)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let negative = digits.len() < text.len();
    let is_plain = !digits.is_empty() && digits.len() <= 36 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_zero = digits.starts_with('0');
    if !is_plain || (is_zero && (negative || digits.len() > 1)) {
        return None;
    }
    Some((negative, digits.parse().ok()?))
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let exchange = |limits| Exchange::new(options, limits, site);
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Int2 => Box::new(OfInt2(exchange(Limits::of_bits(15))?)),
        TypeClass::Int4 => Box::new(OfInt4(exchange(Limits::of_bits(31))?)),
        TypeClass::Int8 => Box::new(OfInt8(exchange(Limits::of_bits(63))?)),
        TypeClass::Numeric => {
            let digits = numeric::digits(&site.column.type_name).ok_or_else(|| {
                site.bad_option("key takes whole numbers, and this column has decimals", "use noise or amount")
            })?;
            Box::new(OfNumeric(exchange(Limits::of_digits(digits, digits))?))
        }
        TypeClass::Text => {
            let exchange = exchange(Limits::of_digits(site.room(), site.room().saturating_sub(1)))?;
            let code = Code::new(&CodeOptions { prefix: Some(String::new()), format: None }, site)?;
            Box::new(TextCell(OfText { exchange, code }))
        }
        _ => return Err(site.wrong_type("key")),
    };
    // Masked keys are keys of other rows, so that an original anywhere else means nothing. A range can leave a number
    // alone outside of it, with nothing to be exchanged for.
    let facts = if options.min.is_some() { Facts::of } else { Facts::changing };
    Ok(Built { transform, facts: facts(OriginalsOf::Shared).unique(true).ignoring_case() })
}

#[cfg(test)]
mod tests;
