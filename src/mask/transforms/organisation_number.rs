//! `organisation_number`: a number with valid check digits of a range in which no organisation is registered.

use std::sync::Arc;

use super::account_number::{overlay, write_number};
use super::checksum::{luhn_sum, mod11};
use super::collisions::CollisionKey;
use super::draw::Draw;
use super::prescan::Prescan;
use super::text_cell::{TextCell, TextMask, truncate};
use super::wire::fixed;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Locale, OrganisationNumber as Options};
use crate::secret::DomainKey;

/// The consistency domain.
const DOMAIN: &str = "organisation_number";

/// Whose register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Register {
    /// Brønnøysund: nine digits from 8 or 9 on. Synthetic ones begin with 2 or 3.
    Norway,
    /// Bolagsverket: ten digits, of which the first is the kind of organisation. No kind is 4.
    Sweden,
    /// CVR: eight digits, given out upwards from 10 million. Those from 90 million on are far away.
    Denmark,
    /// PRH: seven digits and a check digit, given out upwards, at 3 million and a half. Those from 9 million on are far
    /// away.
    Finland,
    /// Companies House: eight digits, or two letters and six, given out upwards. Those that begin with 99 are far away.
    Britain,
}

impl Register {
    fn by_code(code: &str) -> Option<Self> {
        Some(match code {
            "NO" => Self::Norway,
            "SE" => Self::Sweden,
            "DK" => Self::Denmark,
            "FI" => Self::Finland,
            "GB" => Self::Britain,
            _ => return None,
        })
    }

    /// Characters of a number without separators.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Norway => 9,
            Self::Sweden => 10,
            Self::Denmark | Self::Finland | Self::Britain => 8,
        }
    }

    fn draw(self, original: &[u8], draw: &mut Draw) -> Option<Vec<u8>> {
        let mut digits = vec![b'0'; self.length()];
        let last = digits.len() - 1;
        write_number(&mut digits[..last], draw.below(10u64.pow(last as u32)));
        match self {
            Self::Norway => {
                digits[0] = b'2' + draw.below(2) as u8;
                digits[last] = mod11(&digits[..last], &[3, 2, 7, 6, 5, 4, 3, 2])?;
            }
            Self::Sweden => {
                digits[0] = b'4';
                // Below 2 it would be a month, and the number a person's.
                digits[2] = b'2' + draw.below(8) as u8;
                digits[last] = b'0' + ((10 - luhn_sum(digits.iter().copied()) % 10) % 10) as u8;
            }
            Self::Denmark => {
                digits[0] = b'9';
                digits[last] = mod11(&digits[..last], &[2, 7, 6, 5, 4, 3, 2])?;
            }
            Self::Finland => {
                digits[0] = b'9';
                digits[last] = mod11(&digits[..last], &[7, 9, 10, 5, 8, 4, 2])?;
            }
            Self::Britain => {
                let letters = original.iter().take_while(|byte| byte.is_ascii_alphabetic()).take(2).count();
                digits[last] = draw.digit();
                digits[..letters].copy_from_slice(original.get(..letters)?);
                digits.get_mut(letters..letters + 2)?.copy_from_slice(b"99");
            }
        }
        Some(digits)
    }
}

/// Makes numbers.
pub(super) struct OrganisationNumber {
    key: DomainKey,
    prescan: Arc<Prescan>,
    register: Register,
    room: usize,
}

impl OrganisationNumber {
    pub(super) fn new(register: Register, site: &Site<'_>) -> Self {
        Self { key: site.sub_key(DOMAIN), prescan: Arc::clone(site.prescan), register, room: site.room() }
    }

    /// The fake of a number without separators: another one than it.
    pub(super) fn masked(&self, original: &[u8]) -> Vec<u8> {
        let mut draw = Draw::new(&self.key, original);
        let mut passed_over = self.prescan.collisions.passed_over(DOMAIN, original);
        loop {
            let Some(masked) = self.register.draw(original, &mut draw) else { continue };
            if masked != original && passed_over == 0 {
                return masked;
            }
            passed_over = passed_over.saturating_sub(1);
        }
    }

    /// The form in which a number is masked: its digits, and in Britain its letters.
    fn normal(&self, text: &str) -> Vec<u8> {
        let british = self.register == Register::Britain;
        let kept = |byte: &u8| byte.is_ascii_digit() || (british && byte.is_ascii_alphabetic());
        let normal: Vec<u8> = text.bytes().filter(kept).map(|byte| byte.to_ascii_uppercase()).collect();
        match self.register {
            _ if normal.is_empty() => text.trim().as_bytes().to_vec(),
            // As long as a person's, it has 16 where that has the century (Skatteverket).
            Register::Sweden if normal.len() == 12 && normal.starts_with(b"16") => {
                normal.get(2..).unwrap_or_default().to_vec()
            }
            _ => normal,
        }
    }
}

/// Whether the letters beside a number say only what it is.
fn is_label(text: &str) -> bool {
    let letters: String = text.chars().filter(|c| c.is_alphabetic()).map(|c| c.to_ascii_uppercase()).collect();
    matches!(letters.as_str(), "" | "NO" | "MVA" | "NOMVA" | "SE" | "DK" | "CVR" | "FI" | "GB" | "ORGNR")
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " .-:".contains(c))
}

impl TextMask for OrganisationNumber {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let text = text.trim();
        let original = self.normal(text);
        let masked = self.masked(&original);
        let start = out.len();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if is_label(text) && digits == masked.len() {
            overlay(text, &masked, out);
        } else if digits == 12 && is_label(text) && masked.len() + 2 == digits {
            overlay(text, &[b"16", masked.as_slice()].concat(), out);
        } else {
            out.extend_from_slice(&masked);
        }
        truncate(out, start, self.room);
        Ok(())
    }

    fn collision_key(&self, text: &str) -> Option<CollisionKey> {
        Some(CollisionKey::of(DOMAIN, &self.normal(text)))
    }
}

/// Numbers kept as numbers.
struct AsInt8(OrganisationNumber);

impl AsInt8 {
    fn normal(&self, cell: &[u8]) -> Result<Vec<u8>, CellError> {
        let number = i64::from_be_bytes(fixed(cell)?).unsigned_abs();
        Ok(format!("{number:0width$}", width = self.0.register.length()).into_bytes())
    }
}

impl Transform for AsInt8 {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let masked = self.0.masked(&self.normal(cell)?);
        let masked = masked.iter().fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0'));
        out.extend_from_slice(&masked.to_be_bytes());
        Ok(Masked::Value)
    }

    fn collision_key(&self, cell: &[u8]) -> Option<CollisionKey> {
        Some(CollisionKey::of(DOMAIN, &self.normal(cell).ok()?))
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let chosen = match (options.country.as_deref(), site.locale) {
        (Some(code), _) => Register::by_code(code),
        (None, Locale::NbNo) => Some(Register::Norway),
        (None, _) => None,
    };
    let Some(register) = chosen else {
        return Err(site.bad_option(
            "organisation_number has to know the country: NO, SE, DK, FI or GB",
            "write { organisation_number: { country: GB } }; for another country use code, which keeps the form",
        ));
    };
    let number = OrganisationNumber::new(register, site);
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Text => {
            site.require_room("organisation_number", register.length())?;
            Box::new(TextCell(number))
        }
        TypeClass::Int8 if register != Register::Britain => Box::new(AsInt8(number)),
        _ => return Err(site.wrong_type("organisation_number")),
    };
    Ok(Built { transform, facts: Facts { resolvable: true, ..Facts::changing(OriginalsOf::Identifier) } })
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn of(country: &str) -> Spec {
        Spec::OrganisationNumber(Options { country: Some(country.to_owned()) })
    }

    fn weighted(text: &str, weights: &[u32]) -> u32 {
        text.chars().filter_map(|c| c.to_digit(10)).zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11
    }

    #[test]
    fn each_register_has_a_range_of_its_own_and_valid_check_digits() {
        let norwegian = mask(&of("NO"), "974 760 673");
        assert!(norwegian.starts_with(['2', '3']) && norwegian.as_bytes()[3] == b' ', "{norwegian}");
        assert_eq!(weighted(&norwegian, &[3, 2, 7, 6, 5, 4, 3, 2, 1]), 0);
        assert_eq!(mask(&of("NO"), "NO974760673MVA"), format!("NO{}MVA", norwegian.replace(' ', "")));
        let swedish = mask(&of("SE"), "556036-0793");
        assert!(
            swedish.starts_with('4') && swedish.as_bytes()[2] >= b'2' && swedish.as_bytes()[6] == b'-',
            "{swedish}"
        );
        assert_eq!(luhn_sum(swedish.replace('-', "").bytes()) % 10, 0);
        assert_eq!(mask(&of("SE"), "165560360793"), format!("16{}", swedish.replace('-', "")));
        let danish = mask(&of("DK"), "13585628");
        assert!(danish.starts_with('9') && weighted(&danish, &[2, 7, 6, 5, 4, 3, 2, 1]) == 0, "{danish}");
        let finnish = mask(&of("FI"), "2077474-0");
        assert!(finnish.starts_with('9') && finnish.as_bytes()[7] == b'-', "{finnish}");
        assert_eq!(weighted(&finnish, &[7, 9, 10, 5, 8, 4, 2, 1]), 0);
        assert!(mask(&of("GB"), "00445790").starts_with("99"));
        assert!(mask(&of("GB"), "SC123456").starts_with("SC99"));
    }

    #[test]
    fn what_stands_beside_the_number_goes_unless_it_says_what_it_is() {
        let masked = mask(&of("NO"), "974760673 Ingrid Lie ENK");
        assert_eq!(masked, mask(&of("NO"), "974760673"));
        assert_eq!(mask(&of("NO"), "none yet").len(), 9);
    }
}
