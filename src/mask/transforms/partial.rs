//! `partial`: the value with all but a few letters and digits covered.

use super::redact::WORD;
use super::text_cell::{TextMask, built, truncate};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Partial as Options;

/// Of so many letters and digits, one may stay: of eight digits of a telephone number two, of a card's sixteen five.
const ONE_OF: usize = 3;

/// More would be no mask.
const MOST_KEPT: usize = 16;

/// Covers what doesn't stay.
struct Partial {
    first: usize,
    last: usize,
    with: char,
    room: usize,
}

impl TextMask for Partial {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let count = text.chars().filter(|c| c.is_alphanumeric()).count();
        if count == 0 {
            out.extend_from_slice(WORD);
            truncate(out, start, self.room.min(text.chars().count()));
            return Ok(());
        }
        let last = self.last.min(count / ONE_OF);
        let first = self.first.min(count / ONE_OF - last);
        let mut place = 0;
        for c in text.chars() {
            let mut shown = c;
            if c.is_alphanumeric() {
                place += 1;
                shown = if place <= first || place > count - last { c } else { self.with };
            }
            out.extend_from_slice(shown.encode_utf8(&mut [0; 4]).as_bytes());
        }
        truncate(out, start, self.room);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("partial")?;
    site.forbid_unique("partial")?;
    let first = options.keep_first.unwrap_or(0);
    let last = options.keep_last.unwrap_or(if first == 0 { 4 } else { 0 });
    if first > MOST_KEPT || last > MOST_KEPT {
        return Err(site.bad_option("partial keeps too much", format!("at most {MOST_KEPT} at either end")));
    }
    let with = options.with.as_deref().unwrap_or("*");
    let mut signs = with.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control());
    let (Some(with), None, 1) = (signs.next(), signs.next(), with.chars().count()) else {
        let help = "write `*`, `•` or another sign; a letter or digit could be taken for a part of the value";
        return Err(site.bad_option("`with` has to be one sign that is neither letter nor digit", help));
    };
    // What stays of it is for all to see; only as a whole is it a leak.
    Ok(built(Partial { first, last, with, room: site.room() }, Facts::of(OriginalsOf::Identifier)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, refusal};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn partial(first: Option<usize>, last: Option<usize>, with: Option<&str>, text: &str) -> String {
        let with = with.map(str::to_owned);
        mask(&Spec::Partial(Options { keep_first: first, keep_last: last, with }), text)
    }

    #[test]
    fn the_ends_stay_and_signs_are_where_they_were() {
        assert_eq!(partial(None, None, None, "5555 5555 5555 4444"), "**** **** **** 4444");
        assert_eq!(partial(Some(2), None, None, "NO9386011117947"), "NO*************");
        assert_eq!(partial(Some(1), Some(2), Some("•"), "kari.lie@fjordpost.no"), "k•••.•••@•••••••••.no");
    }

    #[test]
    fn of_a_short_value_no_more_than_a_third_stays() {
        assert_eq!(partial(None, None, None, "91234567"), "******67");
        assert_eq!(partial(Some(16), Some(16), None, "Ødegård"), "*****rd");
        assert_eq!(partial(Some(3), Some(3), None, "ab"), "**");
        assert_eq!(partial(None, None, None, "---"), "red");
    }

    #[test]
    fn a_letter_cannot_cover_a_letter() {
        for with in ["x", "", "**", " "] {
            let spec = Spec::Partial(Options { with: Some(with.to_owned()), ..Options::default() });
            assert!(refusal(&spec, &column(TypeClass::Text, None)).what.contains("one sign"), "{with}");
        }
    }
}
