//! `vat`: a VAT number of the same country that nobody has.

use super::draw::Draw;
use super::organisation_number::{OrganisationNumber, Register};
use super::text_cell::{TextMask, built, truncate};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::secret::DomainKey;

mod checks;

/// `NO` and nine digits: what is no VAT number becomes one of these.
const SHORTEST: usize = 11;

/// Makes numbers. In the Nordic countries they hold the organisation's number, masked as `organisation_number` masks it.
/// Elsewhere nothing is reserved: there the check digits are wrong on purpose, or the number begins with zeros.
struct Vat {
    key: DomainKey,
    nordic: [(&'static [u8; 2], OrganisationNumber); 4],
    room: usize,
}

impl Vat {
    /// The fake of a number without separators, in capitals.
    fn masked(&self, original: &[u8]) -> Vec<u8> {
        let (country, body) = original.split_at_checked(2).unwrap_or((b"", original));
        let is_prefixed = country.iter().all(u8::is_ascii_alphabetic) && !country.is_empty();
        let (country, body) = if is_prefixed { (country, body) } else { (&b""[..], original) };
        let norwegian = body.strip_suffix(b"MVA").is_some();
        for (code, numbers) in &self.nordic {
            let matches = country == *code || (country.is_empty() && norwegian && *code == b"NO");
            let digits = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
            // Sweden puts 01 behind, Norway MVA.
            let own = match **code {
                [b'S', b'E'] => 10,
                [b'N', b'O'] => 9,
                _ => 8,
            };
            if matches && digits >= own {
                let (own, rest) = body.split_at(own);
                let rest: Vec<u8> = rest
                    .iter()
                    .map(|byte| if byte.is_ascii_digit() { *byte } else { byte.to_ascii_uppercase() })
                    .collect();
                let rest = if rest == b"01" || rest == b"MVA" { rest } else { Vec::new() };
                return [country, &numbers.masked(own), &rest].concat();
            }
        }
        if body.iter().filter(|byte| byte.is_ascii_digit()).count() < 5 {
            let [(_, norwegian), ..] = &self.nordic;
            return [b"NO", norwegian.masked(original).as_slice()].concat();
        }
        self.elsewhere(country, body)
    }

    fn elsewhere(&self, country: &[u8], body: &[u8]) -> Vec<u8> {
        let original = [country, body].concat();
        let mut draw = Draw::new(&self.key, &original);
        loop {
            let mut masked: Vec<u8> = body
                .iter()
                .map(|byte| match byte {
                    b'0'..=b'9' => draw.digit(),
                    // The letters that every number of the country has in this place.
                    b'U' if country == b"AT" => *byte,
                    b'B' if country == b"NL" => *byte,
                    _ => b'A' + draw.below(26) as u8,
                })
                .collect();
            match checks::passes(country, &masked) {
                Some(true) => continue,
                Some(false) => {}
                None => masked.iter_mut().filter(|byte| byte.is_ascii_digit()).take(3).for_each(|digit| *digit = b'0'),
            }
            if masked != body {
                return [country, &masked].concat();
            }
        }
    }
}

impl TextMask for Vat {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let text = text.trim();
        let alone: Vec<u8> =
            text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()).collect();
        let masked = self.masked(if alone.is_empty() { text.as_bytes() } else { &alone });
        let start = out.len();
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" .-".contains(&byte));
        if plain && masked.len() == alone.len() {
            let mut masked = masked.iter();
            out.extend(text.bytes().map(|byte| match byte {
                _ if !byte.is_ascii_alphanumeric() => byte,
                _ => *masked.next().unwrap_or(&b'0'),
            }));
        } else {
            out.extend_from_slice(&masked);
        }
        truncate(out, start, self.room);
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("vat")?;
    site.require_room("vat", SHORTEST)?;
    let numbers = |register| OrganisationNumber::new(register, site);
    let nordic = [
        (b"NO", numbers(Register::Norway)),
        (b"SE", numbers(Register::Sweden)),
        (b"DK", numbers(Register::Denmark)),
        (b"FI", numbers(Register::Finland)),
    ];
    Ok(built(Vat { key: site.sub_key("vat"), nordic, room: site.room() }, Facts::changing(OriginalsOf::Identifier)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use super::*;
    use crate::rules::transform::{OrganisationNumber as Organisation, Transform as Spec};

    fn vat(text: &str) -> String {
        mask(&Spec::Vat(Default::default()), text)
    }

    fn organisation(country: &str, text: &str) -> String {
        mask(&Spec::OrganisationNumber(Organisation { country: Some(country.to_owned()) }), text)
    }

    #[test]
    fn a_nordic_number_holds_the_masked_organisation() {
        assert_eq!(vat("NO 974 760 673 MVA").replace(' ', ""), format!("NO{}MVA", organisation("NO", "974760673")));
        assert_eq!(vat("974760673MVA"), format!("{}MVA", organisation("NO", "974760673")));
        assert_eq!(vat("SE556036079301"), format!("SE{}01", organisation("SE", "5560360793")));
        assert_eq!(vat("DK13585628"), format!("DK{}", organisation("DK", "13585628")));
        assert_eq!(vat("FI20774740"), format!("FI{}", organisation("FI", "20774740")));
    }

    #[test]
    fn elsewhere_form_and_country_stay_and_the_check_digits_are_wrong() {
        for original in [
            "DE136695976",
            "IT00743110157",
            "FR40303265045",
            "BE0428759497",
            "NL004495445B01",
            "PL8567346215",
            "GB980780684",
            "PT501964843",
        ] {
            let masked = vat(original);
            assert_eq!(checks::passes(&original.as_bytes()[..2], &original.as_bytes()[2..]), Some(true), "{original}");
            assert_eq!(checks::passes(&masked.as_bytes()[..2], &masked.as_bytes()[2..]), Some(false), "{masked}");
            assert!(masked[..2] == original[..2] && masked.len() == original.len() && masked != original, "{masked}");
        }
        assert!(vat("ATU13585627").starts_with("ATU000"));
        assert!(vat("LV 40003521600").starts_with("LV 000"));
        assert_eq!(vat("NL004495445B01").as_bytes()[11], b'B');
    }

    #[test]
    fn what_is_no_number_becomes_a_norwegian_one() {
        assert!(vat("none").starts_with("NO") && vat("none").len() == 11);
    }
}
