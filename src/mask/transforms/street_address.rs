//! `street_address`: a street that doesn't exist, and a number.

use std::io::Write as _;

use super::draw::Draw;
use super::text_cell::{TextMask, built};
use super::words::Words;
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::{OriginalsOf, fold};
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
        let mut normal = String::new();
        fold(text, &mut normal);
        let mut draw = Draw::new(&self.key, normal.as_bytes());
        let start = out.len();
        loop {
            let (Some(word), Some(end)) = (draw.pick(&self.words.family), draw.pick(self.words.streets)) else {
                return Err(CellError("no words for a street".to_owned()));
            };
            let number = 1 + draw.below(199);
            // Nothing can fail to be written to a vector.
            let put_number = |out: &mut Vec<u8>| write!(out, "{number}").unwrap_or_default();
            let put = |out: &mut Vec<u8>, text: &str| out.extend_from_slice(text.as_bytes());
            match self.locale {
                Locale::NbNo => {
                    put(out, &word.text);
                    put(out, if *end == "allé" { " " } else { "" });
                    put(out, end);
                    put(out, " ");
                    put_number(out);
                }
                Locale::En => {
                    put_number(out);
                    put(out, " ");
                    put(out, &word.text);
                    put(out, " ");
                    put(out, end);
                }
            }
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

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("street_address")?;
    site.require_room("street_address", LEAST_ROOM)?;
    let mask = StreetAddress {
        key: site.sub_key("street_address"),
        words: Words::of(site.locale),
        locale: site.locale,
        room: site.room(),
    };
    Ok(built(mask, Facts::changing(OriginalsOf::Identifier)))
}
