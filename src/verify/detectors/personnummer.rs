//! Swedish national identity numbers: personnummer and samordningsnummer (day + 60).
//!
//! Ten digits, `YYMMDD-NNNC`, or twelve with the century; a plus instead of the hyphen for those of a hundred years and
//! more; the check digit is Luhn's, over the last ten (Skatteverket, SKV 704). Birth numbers 980 to 982, and since 1990
//! 238 and 239, are those of Skatteverket's test people.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    checks::{days_in_month, luhn, number},
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "personnummer",
    kinds: &[Kind::NationalId],
    examples: &[
        within("personnummer", "20020513-2137"),
        within("personnummer", "020513-2137"),
        within("personnummer", "0205132137"),
        within("personnummer", "200205132137"),
        within("svensk_id", "640823-3234"),
        bare("Svenskt personnummer 640823-3234, tack"),
        bare("samordningsnummer 701063-2391"),
        within("national_id", "19121212+1212"),
    ],
    counter_examples: &[
        within("personnummer", "19640823-3235"),
        within("personnummer", "19641323-3234"),
        // Skatteverket's test people.
        within("personnummer", "19640823-9819"),
        within("personnummer", "20020513-2385"),
        within("personnummer", "640823-32345"),
        within("order_no", "640823-3234"),
        bare("1964-08-23 3234"),
    ],
    trigger: Trigger::Digits(RunLengths::between(10, 10).or(6).or(8).or(12)),
    find,
};

/// One in ten fits the check digit.
const BY_CHANCE: f64 = 0.1;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let (digits, span, has_century) = read(cell, &place)?;
    let [y1, y2, m1, m2, d1, d2, b1, b2, b3, _] = digits;
    let (year, month, day) = (number(&[y1, y2]), number(&[m1, m2]), number(&[d1, d2]));
    let plain_day = if day > 60 { day - 60 } else { day };
    if !(1..=days_in_month(month, year)).contains(&plain_day) {
        return None;
    }
    let passed = luhn(&digits);
    if passed && matches!(number(&[b1, b2, b3]), 238 | 239 | 980..=982) && is_test_year(year, number(&[b1, b2, b3])) {
        return Some(span.end);
    }
    let near = cell.topics_near(&span);
    // Day + 60 makes a Dane of the CPR office's test data, and may as well be the year of a Swede.
    let may_be_danish = !has_century && (61..=91).contains(&year) && month <= 12 && !near.has(Topics::SWEDISH);
    let is_told = near.has(Topics::NATIONAL_ID.or(Topics::SWEDISH)) && !near.has(Topics::DANISH);
    if passed && is_told && !may_be_danish {
        hits.add(Kind::NationalId, span.clone(), Certainty::Likely);
    } else if !near.has(Topics::DANISH) {
        hits.by_chance(Kind::NationalId, span.clone(), &digits, BY_CHANCE, passed);
    }
    (passed && (has_century || is_told)).then_some(span.end)
}

/// Whether the birth numbers of test people were set aside in that year; those from 980 always are.
fn is_test_year(year: u32, birth_number: u32) -> bool {
    birth_number >= 980 || !(30..90).contains(&year)
}

/// The last ten digits, where they stand, and whether a century stands before them.
fn read(cell: &Cell<'_>, place: &Range<usize>) -> Option<([u8; 10], Range<usize>, bool)> {
    let mut end = place.end;
    if matches!(place.len(), 6 | 8) {
        end = cell.run_end(place.end + 1, |byte| byte.is_ascii_digit());
        if !matches!(cell.byte(place.end), b'-' | b'+') || end != place.end + 5 {
            return None;
        }
    }
    let span = place.start..end;
    let all: Vec<u8> =
        cell.part(span.clone()).iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0').collect();
    let (century, digits) = all.split_at_checked(all.len().checked_sub(10)?)?;
    let has_century = match century {
        [] => false,
        [1, 8 | 9] | [2, 0] => true,
        _ => return None,
    };
    (cell.stands_alone(&span)).then_some((digits.try_into().ok()?, span, has_century))
}
