//! `city`: another town of the locale.

use super::draw::Draw;
use super::spelling::{fold, put_word, style_of};
use super::text_cell::{TextMask, built};
use super::words::Town;
use super::words::Words;
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::secret::DomainKey;

/// Gives towns. Those that don't fit the column are left out when it is built.
struct City {
    key: DomainKey,
    towns: Vec<&'static Town>,
}

impl TextMask for City {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let folded = fold(text);
        let mut draw = Draw::new(&self.key, folded.as_bytes());
        loop {
            let Some(town) = draw.pick(&self.towns) else { return Err(CellError("no town to choose".to_owned())) };
            if town.name.folded.as_bytes() != folded.as_bytes() {
                put_word(out, &town.name.text, style_of(text));
                return Ok(());
            }
        }
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("city")?;
    let all = &Words::of(site.locale).towns;
    let mut lengths: Vec<usize> = all.iter().map(|town| town.name.chars).collect();
    lengths.sort_unstable();
    site.require_room("city", lengths.get(1).copied().unwrap_or(0))?;
    let towns = all.iter().filter(|town| town.name.chars <= site.room()).collect();
    Ok(built(City { key: site.sub_key("city"), towns }, Facts::changing(OriginalsOf::Shared)))
}
