//! `last_name`: a made-up family name of the locale.

use super::person::{Namer, family_word};
use super::spelling::style_of;
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;

/// Masks a family name by its last word.
struct LastName {
    family: Namer,
    room: usize,
}

impl TextMask for LastName {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.family.put(family_word(text), style_of(text), self.room, out);
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("last_name")?;
    let family = Namer::family(site);
    family.require_room("last_name", site)?;
    Ok(built(LastName { family, room: site.room() }, Facts::changing(OriginalsOf::LastName)))
}
