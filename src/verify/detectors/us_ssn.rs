//! American Social Security numbers, `AAA-GG-SSSS`, and taxpayers' numbers (ITIN), which look like them.
//!
//! There is no check digit, so what stands around it has to tell. Areas 000, 666 and from 900 on, group 00 and serial 0000
//! aren't given out, nor is 987-65-4320 to 4329 of advertisements (SSA). Numbers from 900 with groups from 50 on are
//! taxpayers' (IRS, Publication 1915).

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::{Cell, Grouped},
    checks::number,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "us_ssn",
    kinds: &[Kind::NationalId],
    examples: &[
        within("ssn", "219-09-1234"),
        within("social_security_number", "536223344"),
        bare("Social Security no. 219-09-1234"),
        within("itin", "912-70-1234"),
    ],
    counter_examples: &[
        within("ssn", "000-12-3456"),
        within("ssn", "666-12-3456"),
        within("ssn", "912-12-3456"),
        within("ssn", "987-65-4320"),
        within("ssn", "219-00-1234"),
        within("ssn", "219-09-0000"),
        within("ssn_last_four", "1234"),
        within("part_no", "219-09-1234"),
        within("personnummer", "312084957"),
        bare("219-09-1234"),
        within("ssn", "219-09-12345"),
    ],
    trigger: Trigger::Digits(RunLengths::between(9, 9).or(3)),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let groups: &[usize] = if place.len() == 9 { &[9] } else { &[3, 2, 4] };
    let read = Grouped::<9>::read(cell, place.start, groups, b"- ")?;
    // Nine digits may be many other numbers; hyphens at these places are American.
    let told = if place.len() == 9 { Topics::AMERICAN } else { Topics::NATIONAL_ID };
    if !cell.is_about(told, &read.span) {
        return None;
    }
    let (area, group, serial) = (number(&read.digits[..3]), number(&read.digits[3..5]), number(&read.digits[5..]));
    let is_advertised = area == 987 && group == 65 && (4320..=4329).contains(&serial);
    let is_persons = !matches!(area, 0 | 666 | 900..) && group > 0 && serial > 0;
    let is_taxpayers = area >= 900 && group >= 50 && !is_advertised;
    if is_persons || is_taxpayers {
        hits.add(Kind::NationalId, read.span.clone(), Certainty::Likely);
    }
    Some(read.span.end)
}
