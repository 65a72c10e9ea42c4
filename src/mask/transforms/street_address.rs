//! `street_address`: a street that doesn't exist, and a number.

use super::draw::Draw;
use super::text_cell::{TextMask, built};
use super::words::Words;
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Locale;
use crate::secret::DomainKey;

/// A made-up family name, the end of a street's name, and a number up to 199: `Rypetjernveien 12`.
struct StreetAddress {
    key: DomainKey,
    words: &'static Words,
    locale: Locale,
    room: usize,
}

/// In which every street has its number: the longest end of a street, a space and three digits.
const LEAST_ROOM: usize = 20;

impl TextMask for StreetAddress {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let normal = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let mut draw = Draw::new(&self.key, normal.as_bytes());
        let start = out.len();
        loop {
            let (Some(word), Some(end)) = (draw.pick(&self.words.family), draw.pick(self.words.streets)) else {
                return Err(CellError("no words for a street".to_owned()));
            };
            let number = 1 + draw.below(199);
            let address = match self.locale {
                Locale::NbNo if *end == "allé" => format!("{} {end} {number}", word.text),
                Locale::NbNo => format!("{}{end} {number}", word.text),
                Locale::En => format!("{number} {} {end}", word.text),
            };
            if address != text && address.chars().count() <= self.room {
                out.truncate(start);
                out.extend_from_slice(address.as_bytes());
                return Ok(());
            }
        }
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("street_address")?;
    site.require_room("street_address", LEAST_ROOM)?;
    let mask = StreetAddress {
        key: site.key.domain("street_address"),
        words: Words::of(site.locale),
        locale: site.locale,
        room: site.room(),
    };
    Ok(built(mask, Facts::changing(OriginalsOf::Identifier)))
}
