//! Norwegian national identity numbers: fødselsnummer, D-numbers (day + 40) and H-numbers (month + 40).
//!
//! Eleven digits, `DDMMYYIIIKK`, with two check digits (Skatteetaten, "Fødselsnummer"). Numbers issued from 2032 have a
//! looser first check digit, and their individual number tells nothing of the century.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::{Cell, Grouped},
    checks::{days_in_month, luhn, number},
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "national_id",
    kinds: &[Kind::NationalId, Kind::NationalIdFrom2032],
    examples: &[
        within("fnr", "01019010046"),
        within("national_id", "120585 10082"),
        within("personnummer", "290200-61934"),
        // As a number, which has lost its zero.
        within("fnr", "1019010046"),
        // A D-number and an H-number.
        within("fnr", "52129010088"),
        within("fnr", "01419010029"),
        // Only the rule of 2032 lets this one pass.
        within("fnr", "12058512344"),
        bare("Søker med fødselsnummer 31129910065 er avvist"),
    ],
    counter_examples: &[
        within("fnr", "01819010001"),
        within("fnr", "1819010001"),
        within("fnr", "148205 10020"),
        within("fnr", "01019010047"),
        // The 31st of February.
        within("fnr", "31029010046"),
        within("fnr", "1.01019010046"),
        // A made-up Dane and a made-up Swede, which with a zero in front would pass for Norwegians.
        within("personnummer", "6101700028"),
        within("personnummer", "3101249823"),
        within("national_id_hash", "01019010046a01019010046b01019010046c01019010046d01019010046e0101"),
    ],
    trigger: Trigger::Digits(RunLengths::between(10, 11).or(6)),
    find,
};

const FIRST_WEIGHTS: [u8; 10] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const SECOND_WEIGHTS: [u8; 11] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/// Given a date and a century that go together, one in eleven fits each check digit.
const BY_CHANCE: f64 = 1.0 / 121.0;

/// As above, but four remainders will do for the first check digit.
const BY_CHANCE_FROM_2032: f64 = 4.0 / 121.0;

/// A number by its parts.
struct Parts {
    day: u32,
    month: u32,
    year: u32,
    individual: u32,
    first_check: u32,
    second_check: u32,
}

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    if is_nordic_and_synthetic(cell, &place) {
        return None;
    }

    let number_of_digits = if place.len() == 10 { 10 } else { 11 };

    let number = match place.len() {
        11 => Grouped::<11>::read(cell, place.start, &[11], b""),
        10 => Grouped::read_without_zero(cell, place, Topics::NATIONAL_ID),
        _ => Grouped::<11>::read(cell, place.start, &[6, 5], b" -")
            .or_else(|| Grouped::<11>::read(cell, place.start, &[6, 3, 2], b" ")),
    }?;
    let parts = Parts::of(&number.digits)?;
    let (end, digits) = (number.span.end, &number.digits);
    let has_century = parts.has_century();
    let strict = has_century && parts.first_check == 0 && parts.second_check == 0;
    let loose = parts.first_check <= 3 && parts.second_check == 0;
    if parts.is_synthetic() {
        return loose.then_some(end);
    }
    let about_people = cell.is_about(Topics::NATIONAL_ID, &number.span);
    if about_people && strict {
        hits.add(Kind::NationalId, number.span, Certainty::Certain);
        return Some(end);
    }
    // Every one of these numbers passes for an account number too, so where accounts are meant, it is one.
    if !about_people && cell.is_about(Topics::ACCOUNT, &number.span) {
        return None;
    }
    if about_people && loose {
        hits.add(Kind::NationalIdFrom2032, number.span, Certainty::Likely);
        // Ten digits may as well be a Swede's or a Dane's.
        return (number_of_digits == 11).then_some(end);
    }
    if has_century {
        hits.by_chance(Kind::NationalId, number.span.clone(), digits, BY_CHANCE, strict);
    }
    if !strict {
        hits.by_chance(Kind::NationalIdFrom2032, number.span, digits, BY_CHANCE_FROM_2032, loose);
    }
    strict.then_some(end)
}

/// Ten digits that with a zero in front could be a Norwegian's, but are those of test people of Denmark (day + 60, the
/// CPR office) or Sweden (birth numbers 238, 239 and 980 to 982, Skatteverket).
fn is_nordic_and_synthetic(cell: &Cell<'_>, place: &Range<usize>) -> bool {
    let Ok(digits) = <[u8; 10]>::try_from(cell.part(place.clone())) else { return false };
    let digits = digits.map(|digit| digit.wrapping_sub(b'0'));
    let two = |at: usize| number(digits.get(at..at + 2).unwrap_or_default());
    let danish = (61..=91).contains(&two(0)) && (1..=12).contains(&two(2));
    let birth_number = number(digits.get(6..9).unwrap_or_default());
    let swedish = matches!(birth_number, 238 | 239 | 980..=982)
        && (1..=12).contains(&two(2))
        && matches!(two(4), 1..=31 | 61..=91)
        && luhn(&digits);
    danish || swedish
}

impl Parts {
    /// Takes a number apart, if it starts with a date.
    fn of(digits: &[u8; 11]) -> Option<Self> {
        let [d1, d2, m1, m2, y1, y2, i1, i2, i3, _, _] = digits.map(u32::from);
        let weigh = |weights: &[u8]| {
            let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| u32::from(digit * weight)).sum();
            sum % 11
        };
        let parts = Self {
            day: d1 * 10 + d2,
            month: m1 * 10 + m2,
            year: y1 * 10 + y2,
            individual: i1 * 100 + i2 * 10 + i3,
            first_check: weigh(&FIRST_WEIGHTS),
            second_check: weigh(&SECOND_WEIGHTS),
        };
        parts.has_date().then_some(parts)
    }

    /// The day of the month; 40 more in a D-number.
    fn has_date(&self) -> bool {
        let day = if self.day > 40 { self.day - 40 } else { self.day };
        let last = days_in_month(self.plain_month(), self.year);
        (1..=last).contains(&day)
    }

    fn plain_month(&self) -> u32 {
        match self.month {
            41..=52 => self.month - 40,
            81..=92 => self.month - 80,
            month => month,
        }
    }

    /// Whether the individual number and the year go together, as they did before 2032.
    fn has_century(&self) -> bool {
        match self.individual {
            0..=499 => true,
            500..=749 if self.year >= 54 => true,
            500..=999 if self.year <= 39 => true,
            900..=999 if self.year >= 40 => true,
            _ => false,
        }
    }

    /// Month + 80 is Skatteetaten's mark of synthetic people (Tenor test data).
    fn is_synthetic(&self) -> bool {
        self.month > 80
    }
}
