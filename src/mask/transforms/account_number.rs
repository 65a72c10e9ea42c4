//! `account_number`: a valid account number of a bank that doesn't exist.

use std::sync::Arc;

use super::checksum::{WEIGHTS_TEN, mod11};
use super::collisions::CollisionKey;
use super::draw::Draw;
use super::few::Few;
use super::iban::IbanMask;
use super::prescan::Prescan;
use super::text_cell::{TextMask, built, truncate};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::AccountNumber as Options;
use crate::secret::DomainKey;

/// Makes account numbers of the bank codes 9904 to 9999, which no bank has; as a date they'd be the 99th day of a month.
pub(super) struct AccountNumber {
    key: DomainKey,
    prescan: Arc<Prescan>,
    room: usize,
}

impl AccountNumber {
    pub(super) fn new(site: &Site<'_>, room: usize) -> Self {
        Self { key: site.sub_key(DOMAIN), prescan: Arc::clone(site.prescan), room }
    }

    /// The fake of an account number, given its digits: another one than it.
    pub(super) fn digits(&self, original: &[u8]) -> [u8; 11] {
        let mut draw = Draw::new(&self.key, original);
        let mut passed_over = self.prescan.collisions.passed_over(DOMAIN, original);
        loop {
            let number = (9904 + draw.below(96)) * 1_000_000 + draw.below(1_000_000);
            let mut digits = [b'0'; 11];
            write_number(&mut digits[..10], number);
            if let Some(check) = mod11(&digits[..10], &WEIGHTS_TEN) {
                digits[10] = check;
                if digits != original && passed_over == 0 {
                    return digits;
                }
                passed_over = passed_over.saturating_sub(1);
            }
        }
    }

    /// Appends the fake of an account number as it is written, dots and spaces where they were.
    pub(super) fn put(&self, text: &str, out: &mut Vec<u8>) {
        let start = out.len();
        let original: Few = text.bytes().filter(u8::is_ascii_digit).collect();
        let masked = self.digits(Self::normal(text, &original));
        if original.len() == 11 && text.bytes().all(|byte| byte.is_ascii_digit() || b" .-".contains(&byte)) {
            overlay(text.trim(), &masked, out);
            return;
        }
        out.extend_from_slice(&masked);
        truncate(out, start, self.room);
    }
}

impl AccountNumber {
    /// The form in which an account number is masked.
    fn normal<'a>(text: &'a str, digits: &'a [u8]) -> &'a [u8] {
        if digits.is_empty() { text.as_bytes() } else { digits }
    }

    /// As [`super::Transform::collision_key`].
    pub(super) fn collision_key(&self, text: &str) -> CollisionKey {
        let digits: Few = text.bytes().filter(u8::is_ascii_digit).collect();
        CollisionKey::of(DOMAIN, Self::normal(text, &digits))
    }
}

/// The consistency domain.
pub(super) const DOMAIN: &str = "account_number";

/// Appends a text with its digits replaced, one by one.
pub(super) fn overlay(text: &str, digits: &[u8], out: &mut Vec<u8>) {
    let mut digits = digits.iter();
    out.extend(text.bytes().map(|byte| if byte.is_ascii_digit() { *digits.next().unwrap_or(&b'0') } else { byte }));
}

/// Writes the lowest digits of a number.
pub(super) fn write_number(digits: &mut [u8], mut number: u64) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Account numbers, and IBANs where the column holds both.
struct AccountOrIban {
    account: AccountNumber,
    iban: IbanMask,
}

impl TextMask for AccountOrIban {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        if looks_like_iban(text) {
            self.iban.put(text, out)
        } else {
            self.account.put(text, out)
        }
        Ok(())
    }

    fn collision_key(&self, text: &str) -> Option<CollisionKey> {
        if looks_like_iban(text) { self.iban.collision_key(text) } else { Some(self.account.collision_key(text)) }
    }
}

/// Two letters, two digits and at least eleven more.
fn looks_like_iban(text: &str) -> bool {
    let mut bytes = text.bytes().filter(u8::is_ascii_alphanumeric);
    bytes.by_ref().take(2).filter(u8::is_ascii_alphabetic).count() == 2
        && bytes.by_ref().take(2).filter(u8::is_ascii_digit).count() == 2
        && bytes.count() >= 11
}

/// Where an account number is written as it stands in its IBAN.
const AS_IN_IBAN: &[&str] = &["BE", "DK", "ES", "FI", "FR"];

/// Account numbers of another country than Norway.
struct PartOfIban {
    iban: IbanMask,
    room: usize,
}

impl TextMask for PartOfIban {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let text = text.trim();
        let digits: Few = text.bytes().filter(u8::is_ascii_digit).collect();
        let masked = self.iban.account_part(AccountNumber::normal(text, &digits));
        let start = out.len();
        if digits.len() == masked.len() && text.bytes().all(|byte| byte.is_ascii_digit() || b" .-/".contains(&byte)) {
            overlay(text, &masked, out);
        } else {
            out.extend_from_slice(&masked);
        }
        truncate(out, start, self.room);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("account_number")?;
    let facts = Facts::changing(OriginalsOf::Identifier);
    if let Some(code) = options.country.as_deref().filter(|code| *code != "NO") {
        let known = AS_IN_IBAN.contains(&code).then(|| IbanMask::in_country(code, site)).flatten();
        let iban = known.ok_or_else(|| {
            site.bad_option(
                format!("account_number knows no accounts of {code} that nobody has"),
                format!("it knows NO, {}; iban knows more countries", AS_IN_IBAN.join(", ")),
            )
        })?;
        site.require_room("account_number", iban.account_part(b"").len())?;
        return Ok(built(PartOfIban { iban, room: site.room() }, facts));
    }
    site.require_room("account_number", 11)?;
    let mask =
        AccountOrIban { account: AccountNumber::new(site, site.room()), iban: IbanMask::new(None, site, site.room()) };
    Ok(built(mask, Facts { resolvable: true, ..facts }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use crate::rules::transform::Transform as Spec;

    #[test]
    fn dots_stay_and_do_not_change_the_number() {
        let spec = Spec::AccountNumber(Default::default());
        let dotted = mask(&spec, "8601.11.17947");
        assert_eq!(dotted.replace('.', ""), mask(&spec, "86011117947"));
        assert_eq!(dotted.find('.'), Some(4));
        assert!(dotted.starts_with("99"));
    }

    #[test]
    fn an_iban_carries_the_same_account_as_the_account_alone() {
        let iban = mask(&Spec::AccountNumber(Default::default()), "NO93 8601 1117 947");
        let account = mask(&Spec::AccountNumber(Default::default()), "86011117947");
        assert_eq!(iban.replace(' ', "")[4..], account);
    }

    #[test]
    fn another_country_has_accounts_in_its_own_form() {
        let of = |country: &str, text: &str| {
            mask(&Spec::AccountNumber(super::Options { country: Some(country.to_owned()) }), text)
        };
        let danish = of("DK", "5301-0123456789");
        assert!(danish.starts_with("0000-") && danish.len() == 15, "{danish}");
        let belgian = of("BE", "539-0075470-34");
        assert!(belgian.starts_with("999-") && belgian.len() == 14, "{belgian}");
        let number: u64 = belgian[..11].replace('-', "").parse().unwrap();
        assert_eq!(number % 97, belgian[12..].parse::<u64>().unwrap() % 97);
        let german = Spec::AccountNumber(super::Options { country: Some("DE".to_owned()) });
        let column = super::super::testing::column(crate::postgres::types::TypeClass::Text, None);
        assert!(super::super::testing::refusal(&german, &column).help.contains("iban"));
    }
}
