//! Danish national identity numbers (CPR): `DDMMYY-NNNN`.
//!
//! There is no check digit since 2007 (CPR-kontoret), only a date, so what stands around it has to tell. Day + 60 is the
//! CPR office's mark of test data.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::{Cell, Grouped},
    checks::{days_in_month, number},
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "cpr",
    kinds: &[Kind::NationalId],
    examples: &[
        within("cpr", "120585-1238"),
        within("cprNummer", "0101701234"),
        // As a number, which has lost its zero.
        within("cpr", "101701234"),
        bare("CPR-nr. 120585 1238 mangler"),
    ],
    counter_examples: &[
        within("cpr", "720585-1238"),
        within("cpr", "610170-0028"),
        within("cpr", "320585-1238"),
        within("cpr", "121385-1238"),
        within("order_no", "120585-1238"),
        bare("0101701234"),
        within("cpr", "120585-12381"),
    ],
    trigger: Trigger::Digits(RunLengths::between(9, 10).or(6)),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let (digits, span) = match place.len() {
        6 => {
            let number = Grouped::<10>::read(cell, place.start, &[6, 4], b"- ")?;
            (number.digits, number.span)
        }
        10 => {
            let number = Grouped::<10>::read(cell, place.start, &[10], b"")?;
            (number.digits, number.span)
        }
        _ if cell.context.topics.has(Topics::DANISH) && place == (0..cell.text.len()) => {
            let mut digits = [0; 10];
            let read = cell.part(place.clone()).iter().map(|byte| byte - b'0');
            digits.iter_mut().skip(1).zip(read).for_each(|(slot, digit)| *slot = digit);
            (digits, place)
        }
        _ => return None,
    };
    let [d1, d2, m1, m2, y1, y2, ..] = digits;
    let (day, month, year) = (number(&[d1, d2]), number(&[m1, m2]), number(&[y1, y2]));
    let last = days_in_month(month, year);
    if (61..=60 + last).contains(&day) && cell.is_about(Topics::NATIONAL_ID, &span) {
        return Some(span.end);
    }
    if !(1..=last).contains(&day) || !cell.is_about(Topics::NATIONAL_ID, &span) {
        return None;
    }
    hits.add(Kind::NationalId, span.clone(), Certainty::Likely);
    Some(span.end)
}
