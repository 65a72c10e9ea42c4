//! `full_name`: a given name and a made-up family name.

use super::person::{Namer, family_word, put_given, words_of};
use super::spelling::style_of;
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;

/// Masks the parts of a name as `first_name` and `last_name` mask them where they stand alone.
pub(super) struct FullName {
    given: Namer,
    family: Namer,
    room: usize,
}

impl FullName {
    pub(super) fn new(site: &Site<'_>, room: usize) -> Self {
        Self { given: Namer::given(site), family: Namer::family(site), room }
    }

    /// `Given Family`, `Given Middle Family` or, with a comma, `Family, Given`.
    pub(super) fn put(&self, name: &str, out: &mut Vec<u8>) {
        let style = style_of(name);
        if let Some((family, given)) = name.split_once(',')
            && words_of(family).next().is_some()
            && words_of(given).next().is_some()
        {
            let room = self.room.saturating_sub(self.given.shortest() + 2);
            let used = self.family.put(family_word(family), style, room, out) + 2;
            out.extend_from_slice(b", ");
            put_given(&self.given, given, self.room.saturating_sub(used), out);
            return;
        }
        let last = family_word(name);
        let before = name.get(..last.as_ptr() as usize - name.as_ptr() as usize).unwrap_or_default();
        if words_of(before).next().is_none() {
            put_given(&self.given, name, self.room, out);
            return;
        }
        let room = self.room.saturating_sub(self.family.shortest() + 1);
        let used = put_given(&self.given, before, room, out) + 1;
        out.push(b' ');
        self.family.put(last, style, self.room.saturating_sub(used), out);
    }

    /// The fake of a family name that stands alone.
    pub(super) fn put_family(&self, name: &str, out: &mut Vec<u8>) {
        self.family.put(family_word(name), style_of(name), self.room, out);
    }
}

impl TextMask for FullName {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, out);
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("full_name")?;
    let name = FullName::new(site, site.room());
    site.require_room("full_name", name.given.shortest() + 2 + name.family.shortest())?;
    Ok(built(name, Facts::changing(OriginalsOf::FullName)))
}
