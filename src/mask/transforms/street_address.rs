//! `street_address`: a street that doesn't exist, and a number.

use super::account_number::write_number;
use super::draw::Draw;
use super::siblings::Places;
use super::text_cell::{TextMask, built};
use super::words::Words;
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::{OriginalsOf, fold};
use crate::rules::transform::StreetAddress as Options;
use crate::secret::DomainKey;

/// A made-up family name, the end of a street's name, and a number up to 199: `Rypetjernveien 12`.
pub(super) struct StreetAddress {
    key: DomainKey,
    places: Places,
    room: usize,
}

/// In which every Norwegian street has its number: the longest end of a street, a space and three digits.
const LEAST_ROOM: usize = 20;

impl StreetAddress {
    pub(super) fn new(places: Places, site: &Site<'_>, room: usize) -> Self {
        Self { key: site.sub_key("street_address"), places, room }
    }

    /// The room in which a street of any of these locales fits, even with a long word and number.
    pub(super) fn least_room(&self) -> usize {
        let of = |words: &Words| {
            let longest = words.streets.iter().map(|street| street.chars().count()).max().unwrap_or(0);
            let mut lengths: Vec<usize> = words.family.iter().map(|word| word.chars).collect();
            lengths.sort_unstable();
            // The signs for name and number go, up to three digits come.
            longest + 1 + lengths.get(lengths.len() / 10).copied().unwrap_or(0)
        };
        self.places.locales().iter().map(|locale| of(Words::of(*locale))).max().unwrap_or(0).max(LEAST_ROOM)
    }

    /// Appends the fake of a street in one of the places of these words.
    pub(super) fn put(&self, text: &str, words: &Words, out: &mut Vec<u8>) -> Result<(), CellError> {
        let mut normal = String::new();
        fold(text, &mut normal);
        let mut draw = Draw::new(&self.key, normal.as_bytes());
        let start = out.len();
        loop {
            let (Some(word), Some(street)) = (draw.pick(&words.family), draw.pick(words.streets)) else {
                return Err(CellError("no words for a street".to_owned()));
            };
            put_street(street, &word.text, 1 + draw.below(199), out);
            let address = out.get(start..).unwrap_or_default();
            // Every byte but the first of a character begins with the bits 10 (RFC 3629, section 3).
            let characters = || address.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
            if address != text.as_bytes() && (address.len() <= self.room || characters() <= self.room) {
                return Ok(());
            }
            out.truncate(start);
        }
    }
}

/// Puts a name in the place of `@` and a number in that of `#`.
fn put_street(street: &str, name: &str, number: u64, out: &mut Vec<u8>) {
    let mut rest = street.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'@' | b'#')) {
        let (before, sign) = rest.split_at(at);
        out.extend_from_slice(before);
        if sign.starts_with(b"@") {
            out.extend_from_slice(name.as_bytes());
        } else {
            let length = number.max(1).ilog10() as usize + 1;
            out.extend(std::iter::repeat_n(b'0', length));
            let start = out.len() - length;
            write_number(out.get_mut(start..).unwrap_or_default(), number);
        }
        rest = sign.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

impl TextMask for StreetAddress {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, self.places.words(row)?, out)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("street_address")?;
    let places = Places::read(options.country_from.as_deref(), "street_address", site)?;
    let mask = StreetAddress::new(places, site, site.room());
    site.require_room("street_address", mask.least_room())?;
    Ok(built(mask, Facts::changing(OriginalsOf::Identifier)))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{Table, mask_in};
    use super::*;
    use crate::rules::transform::Locale;

    #[test]
    fn every_locale_has_streets_of_its_own_form() {
        for locale in Locale::ALL {
            let street = mask_in(locale, &Spec::StreetAddress(Options::default()), "Storgata 5");
            assert!(street.contains(|c: char| c.is_ascii_digit()) && !street.contains(['@', '#']), "{street}");
        }
        assert!(
            mask_in(Locale::FrFr, &Spec::StreetAddress(Options::default()), "5 rue X").starts_with(char::is_numeric)
        );
        assert!(mask_in(Locale::SvSe, &Spec::StreetAddress(Options::default()), "X 5").ends_with(char::is_numeric));
    }

    #[test]
    fn the_country_of_the_row_decides() {
        let spec = Spec::StreetAddress(Options { country_from: Some("country".into()) });
        let table = Table::new([("street", Some(spec)), ("country", None)]);
        let french = mask_in(Locale::FrFr, &Spec::StreetAddress(Options::default()), "Storgata 5");
        assert_eq!(table.mask(0, &["Storgata 5", "France"]), french);
        let home = mask_in(Locale::NbNo, &Spec::StreetAddress(Options::default()), "Storgata 5");
        assert_eq!(table.mask(0, &["Storgata 5", "Atlantis"]), home);
    }
}
