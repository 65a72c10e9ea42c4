//! Originals that no single text of a cell shows: inside what it carries, and over several cells.

use super::detectors::Context;
use crate::error::Error;
use crate::originals::{Hit, Part, Seeker};

/// Which part of a name a text could be, by the key it stands under.
pub(super) fn part_of_name(context: &Context, json_key: Option<&str>) -> Option<Part> {
    match json_key {
        None => Some(Part::Cell),
        Some("last" | "family") => Some(Part::FamilyName),
        Some("first" | "given" | "middle") => Some(Part::Name),
        Some(_) if context.is_about_family_names() => Some(Part::FamilyName),
        Some(_) => context.is_about_names().then_some(Part::Name),
    }
}

/// Looks for originals in what a cell carries inside. One that the cell shows anyway isn't found a second time.
pub(super) struct Carried<'a, 'o> {
    pub(super) seeker: &'a mut Seeker<'o>,
    pub(super) found: &'a mut Vec<Hit>,
    pub(super) failure: Option<Error>,
}

impl Carried<'_, '_> {
    pub(super) fn text(&mut self, text: &str) {
        let found = &mut *self.found;
        let looked = self.seeker.text(text, &mut |hit| {
            if !found.iter().any(|known| (known.column, known.class) == (hit.column, hit.class)) {
                found.push(hit);
            }
        });
        self.failure = self.failure.take().or(looked.err());
    }
}
