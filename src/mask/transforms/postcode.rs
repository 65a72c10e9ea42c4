//! `postcode`: another postal code, or that of the masked town beside it.

use super::city::beside;
use super::draw::Draw;
use super::siblings::Places;
use super::spelling::fold;
use super::text_cell::{TextMask, built};
use super::token::put_like;
use super::words::{Town, Words};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::postgres::texts::as_text;
use crate::rules::transform::Postcode as Options;
use crate::secret::DomainKey;

/// Gives a code that exists where the original has the pattern of the country's, and one of the same pattern anywhere
/// else.
pub(super) struct Postcode {
    key: DomainKey,
    places: Places,
    /// The column of the town.
    beside: Option<usize>,
    room: usize,
}

impl Postcode {
    /// The town of the row after masking, if it is listed.
    fn town_beside(
        &self,
        column: usize,
        words: &'static Words,
        row: &Row<'_>,
    ) -> Result<Option<&'static Town>, CellError> {
        let mut name = Vec::new();
        if row.masked(column, &mut name)? == Masked::Null {
            return Ok(None);
        }
        let name = as_text(&name);
        let folded = fold(&name);
        let named = |town: &&Town| town.name.folded.as_bytes() == folded.as_bytes() && !town.postcode.is_empty();
        Ok(words.towns.iter().find(named))
    }

    /// As a `postcode` without options masks codes.
    pub(super) fn new(places: Places, site: &Site<'_>) -> Self {
        Self { key: site.sub_key("postcode"), places, beside: None, room: site.room() }
    }

    /// Appends the fake of a code, which is that of a town if one is given; answers whose code it is, if it is one that
    /// exists.
    pub(super) fn put(
        &self,
        text: &str,
        beside: Option<&'static Town>,
        words: &'static Words,
        out: &mut Vec<u8>,
    ) -> Option<&'static Town> {
        let text = text.trim();
        let (prefix, code) = split_prefix(text);
        let normal = compact(text);
        let mut draw = Draw::new(&self.key, &normal);
        let town = beside.or_else(|| Self::another(&normal, &mut draw, words));
        match town {
            Some(town) if has_pattern(&town.code, &normal) => {
                out.extend_from_slice(prefix.as_bytes());
                put_over(code, &town.code, out);
            }
            Some(town) if town.postcode.chars().count() <= self.room => {
                out.extend_from_slice(town.postcode.as_bytes());
            }
            _ => {
                put_like(text, &mut draw, out);
                return None;
            }
        }
        town
    }

    /// Another code of the country, if the original has the pattern of its codes.
    fn another(normal: &[u8], draw: &mut Draw, words: &'static Words) -> Option<&'static Town> {
        if !words.towns.iter().any(|town| has_pattern(&town.code, normal)) {
            return None;
        }
        loop {
            let town = draw.pick(&words.towns)?;
            if town.code != normal && has_pattern(&town.code, normal) {
                return Some(town);
            }
        }
    }
}

impl TextMask for Postcode {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let words = self.places.words(row)?;
        let beside = match self.beside {
            Some(column) => self.town_beside(column, words, row)?,
            None => None,
        };
        self.put(text, beside, words, out);
        Ok(())
    }
}

/// A code as it is compared: letters and digits, without the country before a hyphen.
pub(super) fn compact(code: &str) -> Vec<u8> {
    let (_, code) = split_prefix(code.trim());
    let kept = code.bytes().filter(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    kept.map(|byte| byte.to_ascii_uppercase()).collect()
}

/// `SE-` of `SE-111 20`: one to three letters and a hyphen, before a digit.
fn split_prefix(code: &str) -> (&str, &str) {
    let Some((letters, rest)) = code.split_once('-') else { return ("", code) };
    let is_country = (1..=3).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_country && rest.starts_with(|c: char| c.is_ascii_digit()) {
        code.split_at_checked(letters.len() + 1).unwrap_or(("", code))
    } else {
        ("", code)
    }
}

/// Whether letters stand where letters stand, and digits where digits do.
fn has_pattern(code: &[u8], other: &[u8]) -> bool {
    let kind = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    !code.is_empty() && code.len() == other.len() && code.iter().map(kind).eq(other.iter().map(kind))
}

/// Appends a code with the spaces and hyphens of the original.
fn put_over(original: &str, code: &[u8], out: &mut Vec<u8>) {
    let mut code = code.iter();
    let small = original.bytes().any(|byte| byte.is_ascii_lowercase());
    for byte in original.bytes() {
        out.push(match byte {
            byte if byte.is_ascii_alphanumeric() => {
                let byte = code.next().copied().unwrap_or(b'0');
                if small { byte.to_ascii_lowercase() } else { byte }
            }
            byte => byte,
        });
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("postcode")?;
    let places = Places::read(options.country_from.as_deref(), "postcode", site)?;
    let beside = options.beside.as_deref().map(|name| beside("postcode", "town", name, site)).transpose()?;
    let mask = Postcode { beside, ..Postcode::new(places, site) };
    // The code of another town can happen to be that of the original.
    let facts = if beside.is_some() { Facts::of(OriginalsOf::Shared) } else { Facts::changing(OriginalsOf::Shared) };
    Ok(built(mask, facts))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{Table, mask, mask_in};
    use super::*;
    use crate::rules::transform::{City, Locale};

    fn plain() -> Spec {
        Spec::Postcode(Options::default())
    }

    #[test]
    fn a_code_of_the_countrys_pattern_becomes_one_that_exists_in_the_same_form() {
        for (locale, code, length) in [
            (Locale::NbNo, "2317", 4),
            (Locale::SvSe, "111 22", 6),
            (Locale::SvSe, "11122", 5),
            (Locale::SvSe, "SE-111 22", 9),
            (Locale::NlNl, "1012 XX", 7),
            (Locale::PtBr, "01310-100", 9),
            (Locale::JaJp, "150-0001", 8),
        ] {
            let masked = mask_in(locale, &plain(), code);
            assert_eq!(masked.len(), length, "{masked}");
            let known = Words::of(locale).towns.iter().any(|town| compact(town.postcode) == compact(&masked));
            assert!(known, "{masked}");
        }
        assert!(mask_in(Locale::SvSe, &plain(), "SE-111 22").starts_with("SE-"));
    }

    #[test]
    fn any_other_keeps_its_pattern() {
        let masked = mask(&plain(), "SW1A 1AA");
        assert!(masked.as_bytes()[4] == b' ' && masked.as_bytes()[2].is_ascii_digit() && masked != "SW1A 1AA");
    }

    #[test]
    fn the_code_is_that_of_the_masked_town() {
        let code = Spec::Postcode(Options { beside: Some("town".into()), country_from: None });
        let table = Table::new([("code", Some(code)), ("town", Some(Spec::City(City::default())))]);
        for original in ["Hamar", "Oslo", "Bergen", "Elsewhere"] {
            let (code, town) = (table.mask(0, &["0155", original]), table.mask(1, &["0155", original]));
            let towns = &Words::of(Locale::NbNo).towns;
            assert!(towns.iter().any(|listed| listed.name.text == town && listed.postcode == code), "{code} {town}");
        }
    }

    #[test]
    fn the_country_of_the_row_decides_on_codes_and_towns() {
        let at = || Some("country".to_owned());
        let code = Spec::Postcode(Options { country_from: at(), beside: None });
        let town = Spec::City(City { country_from: at(), beside: Some("code".into()) });
        let table = Table::new([("code", Some(code)), ("town", Some(town)), ("country", None)]);
        let row = ["10117", "Berlin", "DE"];
        let (code, town) = (table.mask(0, &row), table.mask(1, &row));
        let towns = &Words::of(Locale::DeDe).towns;
        assert!(towns.iter().any(|listed| listed.name.text == town && listed.postcode == code), "{code} {town}");
    }
}
