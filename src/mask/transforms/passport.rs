//! `passport`: the number of a passport, in the form of the original.

use std::sync::Arc;

use super::collisions::CollisionKey;
use super::draw::Draw;
use super::prescan::Prescan;
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::secret::DomainKey;

/// The consistency domain.
const DOMAIN: &str = "passport";

/// Characters of a number that takes the place of what is none; as many as the machine-readable zone has for it.
pub(super) const LENGTH: usize = 9;

/// Shorter numbers have no room for the mark.
const SHORTEST: usize = 6;

/// Makes numbers. No country reserves any, so the first two characters are the last of their alphabet, ZZ or 99: they are
/// seldom met in passports, and stand out.
pub(super) struct Passport {
    key: DomainKey,
    prescan: Arc<Prescan>,
}

impl Passport {
    pub(super) fn new(site: &Site<'_>) -> Self {
        Self { key: site.sub_key(DOMAIN), prescan: Arc::clone(site.prescan) }
    }

    /// The fake of a number without separators, in capitals: another one than it.
    pub(super) fn masked(&self, original: &[u8]) -> Vec<u8> {
        let mut draw = Draw::new(&self.key, original);
        let mut passed_over = self.prescan.collisions.passed_over(DOMAIN, original);
        let is_number = original.len() >= SHORTEST && original.iter().all(u8::is_ascii_alphanumeric);
        let form: &[u8] = if is_number { original } else { b"ZZ0000000" };
        loop {
            let like = |(at, byte): (usize, &u8)| match (at, byte.is_ascii_digit()) {
                (0 | 1, true) => b'9',
                (0 | 1, false) => b'Z',
                (_, true) => draw.digit(),
                (_, false) => b'A' + draw.below(26) as u8,
            };
            let masked: Vec<u8> = form.iter().enumerate().map(like).collect();
            if masked != original && passed_over == 0 {
                return masked;
            }
            passed_over = passed_over.saturating_sub(1);
        }
    }
}

/// The form in which a number is masked.
fn normal(text: &str) -> Vec<u8> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -".contains(&byte));
    if !plain {
        return text.as_bytes().to_vec();
    }
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()).collect()
}

impl TextMask for Passport {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let text = text.trim();
        let original = normal(text);
        let masked = self.masked(&original);
        if masked.len() != original.len() || text.bytes().filter(u8::is_ascii_alphanumeric).count() != masked.len() {
            out.extend_from_slice(&masked);
            return Ok(());
        }
        let mut masked = masked.iter();
        out.extend(text.bytes().map(|byte| match byte {
            _ if !byte.is_ascii_alphanumeric() => byte,
            _ if byte.is_ascii_lowercase() => masked.next().unwrap_or(&b'z').to_ascii_lowercase(),
            _ => *masked.next().unwrap_or(&b'Z'),
        }));
        Ok(())
    }

    fn collision_key(&self, text: &str) -> Option<CollisionKey> {
        Some(CollisionKey::of(DOMAIN, &normal(text.trim())))
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("passport")?;
    site.require_room("passport", LENGTH)?;
    Ok(built(Passport::new(site), Facts { resolvable: true, ..Facts::changing(OriginalsOf::Identifier) }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use crate::rules::transform::Transform as Spec;

    fn passport(text: &str) -> String {
        mask(&Spec::Passport(Default::default()), text)
    }

    #[test]
    fn form_stays_behind_a_mark() {
        let masked = passport("CCC 012345");
        assert!(masked.starts_with("ZZ") && masked.as_bytes()[3] == b' ' && masked.len() == 10, "{masked}");
        assert!(masked[4..].bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(passport("ccc012345"), masked.replace(' ', "").to_lowercase());
        assert!(passport("29381745").starts_with("99"));
    }

    #[test]
    fn what_is_no_number_becomes_one() {
        assert_eq!(passport("pågår").len(), 9);
        assert!(passport("A-1").starts_with("ZZ"));
    }
}
