//! Finnish national identity numbers (henkilötunnus): `DDMMYY`, a sign for the century, three digits and a check character
//! by modulus 31 (Digital and Population Data Services Agency). Individual numbers 900 to 999 aren't given out.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    checks::{days_in_month, number},
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "hetu",
    kinds: &[Kind::NationalId],
    examples: &[
        within("hetu", "131052-308T"),
        within("henkilotunnus", "010190X803K"),
        bare("henkilötunnus: 131052-308T."),
        within("national_id", "131052-308t"),
    ],
    counter_examples: &[
        within("hetu", "131052-308U"),
        within("hetu", "131052-9107"),
        within("personnummer", "131052-9107"),
        within("hetu", "321052-308T"),
        within("hetu", "131052-308TX"),
        within("hetu", "131052_308T"),
        within("serial", "131052-308T"),
    ],
    trigger: Trigger::Digits(RunLengths::between(6, 6)),
    find,
};

const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// One in 31 fits the check character.
const BY_CHANCE: f64 = 1.0 / 31.0;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let span = place.start..place.end + 5;
    let [sign, n1, n2, n3, check] = *cell.part(place.end..span.end) else { return None };
    let has_sign = matches!(sign.to_ascii_uppercase(), b'+' | b'-' | b'A'..=b'F' | b'U'..=b'Y');
    if !has_sign || ![n1, n2, n3].iter().all(u8::is_ascii_digit) || !check.is_ascii_alphanumeric() {
        return None;
    }
    let mut digits = [0; 9];
    let read = cell.part(place).iter().copied().chain([n1, n2, n3]).map(|byte| byte - b'0');
    digits.iter_mut().zip(read).for_each(|(slot, digit)| *slot = digit);
    let [d1, d2, m1, m2, y1, y2, ..] = digits;
    let last = days_in_month(number(&[m1, m2]), number(&[y1, y2]));
    if !(1..=last).contains(&number(&[d1, d2])) || !cell.stands_alone(&span) {
        return None;
    }
    let rest = number(&digits) % 31;
    let passed = CHECKS.get(rest as usize) == Some(&check.to_ascii_uppercase());
    // A Dane's four digits may look so by chance.
    if passed && n1 == b'9' && !cell.is_about(Topics::DANISH, &span) {
        return Some(span.end);
    }
    if passed && cell.is_about(Topics::NATIONAL_ID, &span) {
        hits.add(Kind::NationalId, span.clone(), Certainty::Certain);
    } else {
        hits.by_chance(Kind::NationalId, span.clone(), &[&digits, [check].as_slice()].concat(), BY_CHANCE, passed);
    }
    passed.then_some(span.end)
}
