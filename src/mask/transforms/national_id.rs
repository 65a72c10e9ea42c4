//! `national_id`: a number from the range that a country has for synthetic people, or gives to nobody.

mod britain_america;
mod denmark;
mod finland;
mod norway;
mod sweden;

use std::sync::Arc;

use super::account_number::overlay;
use super::collisions::CollisionKey;
use super::draw::Draw;
use super::few::Few;
use super::prescan::Prescan;
use super::text_cell::{TextCell, TextMask};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Locale, NationalId as Options};
use crate::secret::DomainKey;

/// The consistency domain.
const DOMAIN: &str = "national_id";

/// Whose numbers these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Country {
    Norway,
    Sweden,
    Denmark,
    Finland,
    Britain,
    America,
}

impl Country {
    fn by_code(code: &str) -> Option<Self> {
        Some(match code {
            "NO" => Self::Norway,
            "SE" => Self::Sweden,
            "DK" => Self::Denmark,
            "FI" => Self::Finland,
            "GB" => Self::Britain,
            "US" => Self::America,
            _ => return None,
        })
    }

    /// Characters of a number without separators, in its longest form.
    fn length(self) -> usize {
        match self {
            Self::Norway | Self::Finland => 11,
            Self::Sweden | Self::Denmark => 10,
            Self::Britain | Self::America => 9,
        }
    }

    /// What of a text tells its owner: without separators, in capitals, and the same however it is written.
    fn normal(self, text: &str) -> Few {
        let kept = |byte: &u8| byte.is_ascii_alphanumeric() || (self == Self::Finland && b"+-".contains(byte));
        let normal: Few = text.trim().bytes().filter(kept).map(|byte| byte.to_ascii_uppercase()).collect();
        match self {
            _ if normal.is_empty() => text.as_bytes().into(),
            Self::Sweden => sweden::normal(text, normal),
            _ => normal,
        }
    }

    /// Writes a number for a person like the owner of `original`; `None` where a check digit would be 10.
    fn draw(self, original: &[u8], draw: &mut Draw) -> Option<Few> {
        match self {
            Self::Norway => norway::draw(original, draw).map(|digits| digits.as_slice().into()),
            Self::Sweden => sweden::draw(original, draw),
            Self::Denmark => denmark::draw(original, draw),
            Self::Finland => finland::draw(original, draw),
            Self::Britain => Some(britain_america::draw_nino(original, draw)),
            Self::America => Some(britain_america::draw_ssn(draw)),
        }
    }
}

/// Makes numbers. The masked person is up to a year older, so that nobody becomes a minor, and of the same sex where the
/// number tells it.
pub(super) struct NationalId {
    key: DomainKey,
    prescan: Arc<Prescan>,
    country: Country,
}

impl NationalId {
    /// Makes Norwegian numbers.
    pub(super) fn new(site: &Site<'_>) -> Self {
        Self::of(Country::Norway, site)
    }

    fn of(country: Country, site: &Site<'_>) -> Self {
        Self { key: site.sub_key(DOMAIN), prescan: Arc::clone(site.prescan), country }
    }

    /// The fake of a number in its normal form: another one than it.
    pub(super) fn digits(&self, original: &[u8]) -> Few {
        let mut draw = Draw::new(&self.key, original);
        let mut passed_over = self.prescan.collisions.passed_over(DOMAIN, original);
        loop {
            let Some(masked) = self.country.draw(original, &mut draw) else { continue };
            if *masked != *original && passed_over == 0 {
                return masked;
            }
            passed_over = passed_over.saturating_sub(1);
        }
    }

    /// Appends the fake of a number as it is written.
    pub(super) fn put(&self, text: &str, out: &mut Vec<u8>) {
        let text = text.trim();
        let masked = self.digits(&self.country.normal(text));
        match self.country {
            Country::Sweden => sweden::put(text, &masked, out),
            Country::Finland => finland::put(text, &masked, out),
            _ => {
                let places = text.bytes().filter(u8::is_ascii_alphanumeric).count();
                let is_plain = text.len() <= masked.len() + 4
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -".contains(&byte));
                if places == masked.len() && is_plain {
                    put_over(text, &masked, out)
                } else {
                    out.extend_from_slice(&masked)
                }
            }
        }
    }
}

/// Appends a text with its digits and letters replaced, one by one.
fn put_over(text: &str, masked: &[u8], out: &mut Vec<u8>) {
    if masked.iter().all(u8::is_ascii_digit) && !text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return overlay(text, masked, out);
    }
    let mut masked = masked.iter();
    out.extend(text.bytes().map(|byte| match byte {
        _ if !byte.is_ascii_alphanumeric() => byte,
        _ if byte.is_ascii_lowercase() => masked.next().unwrap_or(&b'0').to_ascii_lowercase(),
        _ => *masked.next().unwrap_or(&b'0'),
    }));
}

/// The value of some digits.
fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit.wrapping_sub(b'0') % 10))
}

/// The birthday of the masked person: a day to a year before that of the original, or any where it has none.
fn birthday(original: Option<CivilDate>, draw: &mut Draw) -> CivilDate {
    match original {
        Some(born) => CivilDate::from_days(born.days() - 1 - draw.below(365) as i64),
        None => CivilDate::from_days(-(draw.below(50 * 365) as i64)),
    }
}

impl TextMask for NationalId {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, out);
        Ok(())
    }

    fn collision_key(&self, text: &str) -> Option<CollisionKey> {
        Some(CollisionKey::of(DOMAIN, &self.country.normal(text)))
    }
}

/// Numbers kept as numbers, where a leading zero is lost.
struct AsInt8(NationalId);

impl AsInt8 {
    fn normal(&self, cell: &[u8]) -> Result<Few, CellError> {
        Ok(self.0.country.normal(&self.digits(cell)?))
    }

    fn digits(&self, cell: &[u8]) -> Result<String, CellError> {
        let number = i64::from_be_bytes(super::wire::fixed(cell)?);
        Ok(format!("{:0width$}", number.unsigned_abs(), width = self.0.country.length()))
    }
}

impl Transform for AsInt8 {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let digits = self.digits(cell)?;
        let masked = self.0.digits(&self.0.country.normal(&digits));
        // A Swedish number without its century gets none.
        let century = masked.len().saturating_sub(digits.len().max(self.0.country.length()));
        let masked = masked.iter().skip(century).fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0'));
        out.extend_from_slice(&masked.to_be_bytes());
        Ok(Masked::Value)
    }

    fn collision_key(&self, cell: &[u8]) -> Option<CollisionKey> {
        Some(CollisionKey::of(DOMAIN, &self.normal(cell).ok()?))
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let chosen = match (options.country.as_deref(), site.locale) {
        (Some(code), _) => Country::by_code(code),
        (None, Locale::NbNo) => Some(Country::Norway),
        (None, _) => None,
    };
    let Some(country) = chosen else {
        return Err(site.bad_option(
            "national_id has to know the country: NO, SE, DK, FI, GB or US",
            "write { national_id: { country: GB } }; for another country use code, which keeps the form",
        ));
    };
    let id = NationalId::of(country, site);
    let digits_alone = !matches!(country, Country::Finland | Country::Britain);
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Text => {
            site.require_room("national_id", country.length())?;
            Box::new(TextCell(id))
        }
        TypeClass::Int8 if digits_alone => Box::new(AsInt8(id)),
        _ => return Err(site.wrong_type("national_id")),
    };
    Ok(Built { transform, facts: Facts { resolvable: true, ..Facts::changing(OriginalsOf::Identifier) } })
}

#[cfg(test)]
mod tests;
