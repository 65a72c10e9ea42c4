//! `postcode`: another postal code.

use super::draw::Draw;
use super::text_cell::{TextMask, built};
use super::token::put_like;
use super::words::{Town, Words};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Locale;
use crate::secret::DomainKey;

/// Gives a code that exists where four digits are Norwegian, and one of the same pattern anywhere else.
struct Postcode {
    key: DomainKey,
    norwegian: Option<&'static [Town]>,
}

impl TextMask for Postcode {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let text = text.trim();
        let normal: Vec<u8> = text.bytes().filter(|b| *b != b' ').map(|b| b.to_ascii_uppercase()).collect();
        let mut draw = Draw::new(&self.key, &normal);
        if let Some(towns) = self.norwegian
            && text.len() == 4
            && text.bytes().all(|byte| byte.is_ascii_digit())
        {
            loop {
                let Some(town) = draw.pick(towns) else { return Err(CellError("no town to choose".to_owned())) };
                if town.postcode != text {
                    out.extend_from_slice(town.postcode.as_bytes());
                    return Ok(());
                }
            }
        }
        put_like(text, &mut draw, out);
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("postcode")?;
    let norwegian = (site.locale == Locale::NbNo).then_some(Words::of(Locale::NbNo).towns.as_slice());
    Ok(built(Postcode { key: site.sub_key("postcode"), norwegian }, Facts::changing(OriginalsOf::Shared)))
}
