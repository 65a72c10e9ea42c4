//! `first_name`: a given name of the locale.

use super::person::{Namer, put_given};
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;

/// Masks each given name by itself: `Anne-Marie` becomes two names with a hyphen.
struct FirstName {
    given: Namer,
    room: usize,
}

impl TextMask for FirstName {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        put_given(&self.given, text, self.room, out);
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("first_name")?;
    let given = Namer::given(site);
    given.require_room("first_name", site)?;
    Ok(built(FirstName { given, room: site.room() }, Facts::changing(OriginalsOf::FirstName)))
}
