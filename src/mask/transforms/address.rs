//! `address`: a whole postal address, in as many lines as the original.

mod parts;

use super::draw::Draw;
use super::full_name::FullName;
use super::postcode::Postcode;
use super::siblings::{Places, locale_of};
use super::spelling::{Style, fold, put_word, style_of};
use super::street_address::StreetAddress;
use super::text_cell::{TextMask, built, truncate};
use super::words::{Town, Words};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Address as Options;
use crate::secret::DomainKey;
use parts::{Kind, Part};

/// Makes addresses.
struct Address {
    key: DomainKey,
    city: DomainKey,
    places: Places,
    /// Whether a column of the row says which country it is.
    told: bool,
    street: StreetAddress,
    postcode: Postcode,
    name: FullName,
    room: usize,
}

/// What stands before a person's name in an address, and stays.
const CARE_OF: &[&str] = &["c/o ", "v/ ", "v/", "att: ", "att. ", "attn: ", "z. Hd. ", "chez ", "bei "];

impl Address {
    /// Where the made-up address lies.
    fn words(&self, parts: &[Part<'_>], row: &Row<'_>) -> Result<&'static Words, CellError> {
        let own = || parts.iter().find(|part| part.kind == Kind::Country).and_then(|part| locale_of(part.text));
        match own().filter(|_| !self.told) {
            Some(locale) => Ok(Words::of(locale)),
            None => self.places.words(row),
        }
    }

    /// The made-up postal code of an address that has one, and the town that goes with it.
    fn town(&self, parts: &[Part<'_>], words: &'static Words) -> Result<(Vec<u8>, &'static Town), CellError> {
        let mut code = Vec::new();
        let listed = parts
            .iter()
            .find(|part| !part.code.is_empty())
            .and_then(|part| self.postcode.put(part.code, None, words, &mut code));
        let name = parts.iter().map(|part| part.town).find(|town| !town.is_empty()).unwrap_or_default();
        let folded = fold(name);
        let mut draw = Draw::new(&self.city, folded.as_bytes());
        let another = (0..16)
            .find_map(|_| draw.pick(&words.towns).filter(|town| town.name.folded.as_bytes() != folded.as_bytes()));
        let town = listed.or(another).ok_or_else(|| CellError("no town to choose".to_owned()))?;
        Ok((code, town))
    }

    fn put_part(
        &self,
        part: &Part<'_>,
        (code, town): &(Vec<u8>, &'static Town),
        words: &'static Words,
        draw: &mut Draw,
        out: &mut Vec<u8>,
    ) -> Result<(), CellError> {
        match part.kind {
            Kind::Street => self.street.put(part.text, words, out)?,
            Kind::Country => out.extend_from_slice(part.text.as_bytes()),
            Kind::Name => {
                let lower = part.text.to_lowercase();
                let care_of = CARE_OF.iter().find(|before| lower.starts_with(&before.to_lowercase()));
                let (before, name) =
                    care_of.and_then(|before| part.text.split_at_checked(before.len())).unwrap_or(("", part.text));
                out.extend_from_slice(before.as_bytes());
                self.name.put(name, out);
            }
            Kind::Town => {
                let town_style = style_of(part.town);
                // The code and the town stand in the order, and with what between them, in which they stood.
                for piece in part.pieces() {
                    match piece {
                        parts::Piece::Code => out.extend_from_slice(code),
                        parts::Piece::Town => put_word(out, &town.name.text, town_style),
                        parts::Piece::Between(text) => out.extend_from_slice(text.as_bytes()),
                    }
                }
            }
            Kind::Other => put_other(part.text, words, draw, out),
        }
        Ok(())
    }
}

/// Words of floors, flats and boxes, which are no names.
const OF_HOUSES: &[&str] = &[
    "apt",
    "apartment",
    "flat",
    "unit",
    "suite",
    "floor",
    "box",
    "po",
    "pb",
    "postboks",
    "etg",
    "etasje",
    "leil",
    "leilighet",
    "oppgang",
    "sal",
    "th",
    "tv",
    "mf",
    "st",
    "van",
    "lgh",
    "as",
    "etage",
    "stock",
    "og",
    "eg",
    "krs",
    "appt",
    "bat",
    "piano",
    "interno",
    "int",
    "andar",
    "kat",
    "daire",
    "no",
    "h",
    "u",
    "k",
    "l",
    "a",
    "b",
    "c",
    "d",
    "e",
];

/// Appends a part of which nothing more is known: other digits, and a made-up word for every word that could be a name.
fn put_other(text: &str, words: &'static Words, draw: &mut Draw, out: &mut Vec<u8>) {
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        let folded = fold(word);
        let letters = || folded.as_bytes().iter().filter(|byte| !byte.is_ascii_digit());
        let plain = OF_HOUSES.iter().any(|known| letters().eq(known.as_bytes()));
        if plain || letters().next().is_none() {
            for c in word.chars() {
                if c.is_ascii_digit() {
                    out.push(draw.digit());
                } else {
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        } else if let Some(name) = draw.pick(&words.family) {
            put_word(out, &name.text, if style_of(word) == Style::Upper { Style::Upper } else { Style::Proper });
        }
    }
}

impl TextMask for Address {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let parts = parts::of(text);
        let words = self.words(&parts, row)?;
        if !parts.iter().any(|part| matches!(part.kind, Kind::Street | Kind::Town)) {
            return self.street.put(text, words, out);
        }
        let town = self.town(&parts, words)?;
        let mut draw = Draw::new(&self.key, fold(text).as_bytes());
        for part in &parts {
            self.put_part(part, &town, words, &mut draw, out)?;
            out.extend_from_slice(part.separator.as_bytes());
        }
        truncate(out, start, self.room);
        if out.get(start..) == Some(text.as_bytes()) {
            out.truncate(start);
            self.street.put(text, words, out)?;
        }
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("address")?;
    let places = || Places::read(options.country_from.as_deref(), "address", site);
    // An address may name a country of its own.
    let street = StreetAddress::new(Places::anywhere(site), site, site.room());
    site.require_room("address", street.least_room())?;
    let mask = Address {
        key: site.sub_key("address"),
        city: site.sub_key("city"),
        places: places()?,
        told: options.country_from.is_some(),
        street,
        postcode: Postcode::new(places()?, site),
        name: FullName::new(site, usize::MAX),
        room: site.room(),
    };
    Ok(built(mask, Facts::changing(OriginalsOf::Identifier)))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{Table, column, mask, mask_in, mask_with};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Locale;

    fn address(text: &str) -> String {
        mask(&Spec::Address(Options::default()), text)
    }

    fn is_town(locale: Locale, line: &str) -> bool {
        let towns = &Words::of(locale).towns;
        towns.iter().any(|town| line == format!("{} {}", town.postcode, town.name.text))
    }

    #[test]
    fn lines_stay_lines_and_code_and_town_belong_together() {
        let masked = address("Ingrid Ødegård\nc/o Lie\nStorgata 5\n2317 Hamar\nNorge");
        let lines: Vec<&str> = masked.lines().collect();
        assert_eq!(lines[0], mask(&Spec::FullName(Default::default()), "Ingrid Ødegård"));
        assert!(lines[1].starts_with("c/o ") && !lines[1].contains("Lie"), "{masked}");
        assert_eq!(lines[2], mask(&Spec::StreetAddress(Default::default()), "Storgata 5"));
        assert!(is_town(Locale::NbNo, lines[3]), "{masked}");
        assert!(lines[3].starts_with(&mask(&Spec::Postcode(Default::default()), "2317")));
        assert_eq!(lines[4..], ["Norge"]);
    }

    #[test]
    fn one_line_stays_one_with_its_commas_or_without() {
        let masked = address("Storgata 5, 2317 Hamar");
        let (street, town) = masked.split_once(", ").unwrap();
        assert!(street.contains(char::is_numeric) && is_town(Locale::NbNo, town), "{masked}");
        assert_eq!(address("Storgata 5 2317 Hamar"), format!("{street} {town}"));
        assert_eq!(address("Storgata 5"), street);
        let swedish = mask_in(Locale::SvSe, &Spec::Address(Options::default()), "Storgatan 5, SE-111 22 STOCKHOLM");
        assert!(swedish.contains(", SE-") && swedish.ends_with(char::is_uppercase), "{swedish}");
    }

    #[test]
    fn an_address_in_another_country_stays_there() {
        let german = address("Hauptstraße 7, 10115 Berlin, Germany");
        let (rest, country) = german.rsplit_once(", ").unwrap();
        assert!(country == "Germany" && is_town(Locale::DeDe, rest.split_once(", ").unwrap().1), "{german}");
        let told = Spec::Address(Options { country_from: Some("country".into()) });
        let table = Table::new([("address", Some(told)), ("country", None)]);
        let french = table.mask(0, &["5 rue Haute\n75002 Paris", "FR"]);
        assert!(is_town(Locale::FrFr, french.split_once('\n').unwrap().1), "{french}");
    }

    #[test]
    fn british_and_american_codes_stay_behind_their_towns() {
        let english = |text: &str| mask_in(Locale::En, &Spec::Address(Options::default()), text);
        let london = english("12 High Street, Flat 3, London, SW1A 1AA");
        let parts: Vec<&str> = london.split(", ").collect();
        assert!(parts.len() == 4 && parts[1].starts_with("Flat ") && parts[3].len() == 8, "{london}");
        assert!(!london.contains("London") && !london.contains("SW1A 1AA") && !london.contains("High"), "{london}");
        let springfield = english("1250 Main Street, Springfield, IL 62704");
        assert!(!springfield.contains("Springfield") && !springfield.contains("62704"), "{springfield}");
    }

    #[test]
    fn what_is_no_address_becomes_a_street_and_a_narrow_column_is_kept_to() {
        for text in ["Oslo", ",", "5", "at the harbour", "0155 Oslo"] {
            assert_ne!(address(text), text);
            assert!(!address(text).contains("harbour"));
        }
        let narrow = column(TypeClass::Text, Some(30));
        let masked = mask_with(&Spec::Address(Options::default()), &narrow, "Storgata 5, 2317 Hamar");
        assert!(masked.chars().count() <= 30);
    }
}
