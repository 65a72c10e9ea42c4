//! `iban`: a valid IBAN of a bank that doesn't exist.

mod countries;

use std::sync::Arc;

use super::account_number::{self, AccountNumber};
use super::checksum::{is_iban, mod97};
use super::collisions::CollisionKey;
use super::draw::Draw;
use super::few::Few;
use super::prescan::Prescan;
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Iban as Options;
use crate::secret::DomainKey;
pub(super) use countries::length_in;
use countries::{Country, country, finish};

/// Makes IBANs.
pub(super) struct IbanMask {
    key: DomainKey,
    prescan: Arc<Prescan>,
    account: AccountNumber,
    country: Option<&'static Country>,
    /// The country of what isn't an IBAN: the locale's, if there are made-up banks for it.
    home: &'static Country,
    room: usize,
}

impl IbanMask {
    pub(super) fn new(country: Option<&'static Country>, site: &Site<'_>, room: usize) -> Self {
        let account = AccountNumber::new(site, usize::MAX);
        let home = site.locale.country().and_then(|code| countries::country(code.as_bytes()));
        let home = home.unwrap_or(countries::NORWAY);
        Self { key: site.sub_key(DOMAIN), prescan: Arc::clone(site.prescan), account, country, home, room }
    }

    /// Appends the fake of an IBAN, in groups of four if it is written in groups.
    pub(super) fn put(&self, text: &str, out: &mut Vec<u8>) {
        let (country, original) = self.normal(text);
        let masked = self.masked(country, &original);
        let spaced = masked.len() + (masked.len() - 1) / 4;
        if text.trim().contains(' ') && spaced <= self.room {
            for (index, byte) in masked.iter().enumerate() {
                if index > 0 && index % 4 == 0 {
                    out.push(b' ');
                }
                out.push(*byte);
            }
        } else {
            out.extend_from_slice(&masked);
        }
    }

    /// The country of the masked IBAN, and the form in which an IBAN is masked.
    fn normal(&self, text: &str) -> (&'static Country, Few) {
        let mut original: Few =
            text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()).collect();
        let of_original = original.get(..2).and_then(country).filter(|found| found.length() == original.len());
        let fits = |country: &&Country| country.length() <= self.room;
        // Of an IBAN at home the check digits make no difference: what isn't one goes there too.
        let counts = |found: &&Country| found.code == self.home.code || is_iban(&original);
        let country = self.country.or_else(|| of_original.filter(counts)).unwrap_or(self.home);
        let country = Some(country).filter(fits).unwrap_or(countries::NORWAY);
        if original.is_empty() {
            original.extend_from_slice(text.as_bytes());
        }
        (country, original)
    }

    /// As [`super::Transform::collision_key`]. A Norwegian IBAN meets another where its account does.
    pub(super) fn collision_key(&self, text: &str) -> Option<CollisionKey> {
        let (country, original) = self.normal(text);
        Some(match country.code {
            "NO" => CollisionKey::of(account_number::DOMAIN, account_in(&original)),
            _ => CollisionKey::of(DOMAIN, &original),
        })
    }

    /// IBANs of the country of this code, if it is known.
    pub(super) fn in_country(code: &str, site: &Site<'_>) -> Option<Self> {
        Some(Self::new(Some(country(code.as_bytes())?), site, usize::MAX))
    }

    /// The fake of an account number in the form of the chosen country: what stands behind the check digits of its IBAN.
    pub(super) fn account_part(&self, original: &[u8]) -> Few {
        let iban = self.masked(self.country.unwrap_or(countries::NORWAY), original);
        Few::from(iban.get(CHECKED..).unwrap_or_default())
    }

    /// The fake of an IBAN without spaces: another one than it.
    fn masked(&self, country: &Country, original: &[u8]) -> Few {
        if country.code == "NO" {
            // The masked account number, so that both columns agree.
            return assemble(country, &self.account.digits(account_in(original)));
        }
        let mut draw = Draw::new(&self.key, original);
        let mut passed_over = self.prescan.collisions.passed_over(DOMAIN, original);
        loop {
            let places = country.bban.bytes();
            let mut bban: Few = places.map(|place| if place == b'n' { draw.digit() } else { place }).collect();
            finish(country.check, &mut bban);
            let iban = assemble(country, &bban);
            if *iban != *original && passed_over == 0 {
                return iban;
            }
            passed_over = passed_over.saturating_sub(1);
        }
    }
}

/// Characters in front of the account: those of the country and the check digits.
const CHECKED: usize = 4;

/// Puts the check digits in front (ISO 13616).
fn assemble(country: &Country, bban: &[u8]) -> Few {
    let check = 98 - mod97(bban.iter().copied().chain(country.code.bytes()).chain(*b"00"));
    let mut iban = Few::new();
    iban.extend_from_slice(country.code.as_bytes());
    iban.extend_from_slice(&[b'0' + (check / 10) as u8, b'0' + (check % 10) as u8]);
    iban.extend_from_slice(bban);
    iban
}

/// The consistency domain of countries other than Norway.
const DOMAIN: &str = "iban";

/// The account number in a Norwegian IBAN; all of what is no such thing.
fn account_in(original: &[u8]) -> &[u8] {
    original.strip_prefix(b"NO").and_then(|rest| rest.get(2..)).unwrap_or(original)
}

impl TextMask for IbanMask {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, out);
        Ok(())
    }

    fn collision_key(&self, text: &str) -> Option<CollisionKey> {
        IbanMask::collision_key(self, text)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("iban")?;
    let chosen = match &options.country {
        None => None,
        Some(code) => Some(country(code.as_bytes()).ok_or_else(|| {
            site.bad_option(format!("iban doesn't know the country {code}"), format!("it knows {}", countries::known()))
        })?),
    };
    site.require_room("iban", chosen.unwrap_or(countries::NORWAY).length())?;
    // 2^60 and more: only where the country alone decides how many there are.
    let unique = chosen.is_some_and(|country| country.free_digits() >= 19);
    let facts = Facts { resolvable: true, ..Facts::changing(OriginalsOf::Identifier).unique(unique).ignoring_case() };
    Ok(built(IbanMask::new(chosen, site, site.room()), facts))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, refusal};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    #[test]
    fn country_and_groups_stay() {
        let spec = Spec::Iban(Options::default());
        let masked = mask(&spec, "GB82 WEST 1234 5698 7654 32");
        assert!(masked.starts_with("GB") && masked.len() == 27, "{masked}");
        assert!(is_iban(masked.replace(' ', "").as_bytes()));
        assert_eq!(masked.replace(' ', ""), mask(&spec, "gb82west12345698765432"));
    }

    #[test]
    fn what_is_no_iban_becomes_a_norwegian_one() {
        let masked = mask(&Spec::Iban(Options::default()), "unknown");
        assert!(masked.starts_with("NO") && is_iban(masked.as_bytes()), "{masked}");
    }

    #[test]
    fn a_country_without_a_known_space_is_refused() {
        let spec = Spec::Iban(Options { country: Some("XX".to_owned()) });
        assert!(refusal(&spec, &column(TypeClass::Text, None)).help.contains("NO"));
    }
}
