//! British National Insurance numbers: two letters, six digits, a letter from A to D (HMRC, NIM39110).
//!
//! There is no check digit, so what stands around it has to tell. The prefix QQ isn't given out.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "nino",
    kinds: &[Kind::NationalId],
    examples: &[
        within("nino", "AB123456C"),
        within("national_insurance_number", "AB 12 34 56 C"),
        within("ni_number", "ab123456c"),
        bare("His NI number is JG 10 37 59 A."),
    ],
    counter_examples: &[
        within("nino", "QQ123456C"),
        within("nino", "QQ 12 34 56 C"),
        // D, F, I, Q, U, V never stand in the prefix, O not second, and some pairs are kept back.
        within("nino", "DA123456C"),
        within("nino", "AO123456C"),
        within("nino", "GB123456C"),
        within("nino", "AB123456E"),
        within("nino", "AB123456CC"),
        within("part_no", "AB123456C"),
        bare("AB123456C"),
    ],
    trigger: Trigger::AnyOf(&[
        Trigger::DigitsAfterLetters(RunLengths::between(6, 6).or(2)),
        Trigger::Digits(RunLengths::between(2, 2)),
    ]),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let has_space = cell.byte_before(place.start, 1) == b' ';
    let start = place.start.checked_sub(if has_space { 3 } else { 2 })?;
    let prefix = [cell.byte(start).to_ascii_uppercase(), cell.byte(start + 1).to_ascii_uppercase()];
    if !is_prefix(prefix) || cell.is_after_word(start) {
        return None;
    }
    let mut at = place.end;
    if place.len() == 2 {
        for _ in 0..2 {
            let group = cell.part(at..at + 3);
            if !matches!(group, [b' ', a, b] if a.is_ascii_digit() && b.is_ascii_digit()) {
                return None;
            }
            at += 3;
        }
    }
    at += usize::from(cell.byte(at) == b' ');
    let span = start..at + 1;
    let has_suffix = matches!(cell.byte(at).to_ascii_uppercase(), b'A'..=b'D');
    if !has_suffix || cell.is_before_word(span.end) || !cell.is_about(Topics::NATIONAL_ID, &span) {
        return None;
    }
    if prefix != *b"QQ" {
        hits.add(Kind::NationalId, span.clone(), Certainty::Likely);
    }
    Some(span.end)
}

fn is_prefix(prefix: [u8; 2]) -> bool {
    let never = |letter: u8| matches!(letter, b'D' | b'F' | b'I' | b'Q' | b'U' | b'V');
    if prefix == *b"QQ" {
        return true;
    }
    prefix.iter().all(|letter| letter.is_ascii_uppercase() && !never(*letter))
        && prefix[1] != b'O'
        && !matches!(&prefix, b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ")
}
