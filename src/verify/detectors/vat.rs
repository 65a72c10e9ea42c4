//! VAT numbers: the country's letters and a number in its own form (European Commission, VIES; HMRC; Brønnøysund).
//!
//! Where a country has a check digit, it is checked. Made-up ones have a wrong check digit, three zeros in front, or hold
//! the number of an organisation that doesn't exist.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    vat_forms::{Checked, judge},
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "vat",
    kinds: &[Kind::Vat],
    examples: &[
        within("vat_number", "DE136695976"),
        within("vat", "NO974760673MVA"),
        within("vatId", "ATU13585627"),
        within("vat_number", "FR 83 404833048"),
        within("vat_number", "NL004495445B01"),
        within("vat_number", "SE556188840401"),
        within("vat_number", "DK13585628"),
        within("vat_number", "FI20774740"),
        within("vat_number", "IT00743110157"),
        within("vat_number", "PL8567346215"),
        within("vat_number", "PT501964843"),
        within("vat_number", "BE0428759497"),
        within("vat_number", "GB980780684"),
        within("vat_number", "ESA13585625"),
        within("vat_number", "IE6433435F"),
        within("vat_number", "LU15027442"),
        bare("USt-IdNr.: DE136695976"),
        bare("VAT NO 974 760 673 MVA"),
    ],
    counter_examples: &[
        within("vat_number", "DE136695977"),
        within("vat_number", "NO312084957MVA"),
        within("vat_number", "SE412345678901"),
        within("vat_number", "DK97654328"),
        within("vat_number", "CZ00012345"),
        within("vat_number", "DE13669597"),
        within("vat_number", "XDE136695976"),
        within("article", "DE136695977"),
    ],
    trigger: Trigger::AnyOf(&[
        Trigger::DigitsAfterLetters(RunLengths::between(2, 12)),
        Trigger::Digits(RunLengths::between(2, 12)),
    ]),
    find,
};

/// The longest there is: `FR 83 404 833 048`, `NO 974 760 673 MVA`.
const LONGEST: usize = 14;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let start = country_before(cell, place.start)?;
    let country = [cell.byte(start).to_ascii_uppercase(), cell.byte(start + 1).to_ascii_uppercase()];
    // Prose is full of two letters and a number, so small letters count in a column of such numbers alone.
    let is_written = cell.byte(start).is_ascii_uppercase() || cell.context.topics.has(Topics::TAX);
    if !is_written || cell.is_after_word(start) {
        return None;
    }
    let mut characters = [0; LONGEST];
    let (length, end) = read(cell, start + 2, &mut characters);
    let body = characters.get(..length)?;
    let body = if &country == b"NO" { body.strip_suffix(b"MVA").unwrap_or(body) } else { body };
    let span = start..end;
    let (probability, passed) = match judge(country, body)? {
        Checked::Synthetic => return Some(end),
        Checked::Digits { by_chance, passed } => (by_chance, passed),
        Checked::FormOnly => (1.0, true),
    };
    if cell.is_about(Topics::TAX.or(Topics::ORGANISATION), &span) {
        if passed {
            hits.add(Kind::Vat, span, Certainty::Likely);
        }
        return passed.then_some(end);
    }
    if probability < 1.0 {
        hits.by_chance(Kind::Vat, span, body, probability, passed);
    }
    None
}

/// Where the two letters of the country start, if they stand before these digits: `DE1…`, `DE 1…`, `ATU1…`, `ESX1…`.
fn country_before(cell: &Cell<'_>, digits: usize) -> Option<usize> {
    let is_letter = |at: usize| cell.byte(at).is_ascii_alphabetic();
    let end = if cell.byte_before(digits, 1) == b' ' { digits.checked_sub(1)? } else { digits };
    let letters = end - cell.run_start(end, |byte| byte.is_ascii_alphabetic());
    let start = end.checked_sub(letters)?;
    ((2..=3).contains(&letters) && is_letter(start)).then_some(start)
}

/// The letters and digits from there on, without single spaces, dots and hyphens between groups; how many, and where they end.
fn read(cell: &Cell<'_>, start: usize, characters: &mut [u8; LONGEST]) -> (usize, usize) {
    let (mut at, mut length, mut end) = (start, 0, start);
    while let Some(slot) = characters.get_mut(length) {
        let byte = cell.byte(at);
        if byte.is_ascii_alphanumeric() {
            *slot = byte.to_ascii_uppercase();
            length += 1;
            at += 1;
            end = at;
        } else if matches!(byte, b' ' | b'.' | b'-') && goes_on(cell, at + 1) {
            at += 1;
        } else {
            break;
        }
    }
    (length, end)
}

/// Whether a group of digits or a Norwegian's `MVA` follows.
fn goes_on(cell: &Cell<'_>, at: usize) -> bool {
    cell.byte(at).is_ascii_digit() || cell.rest(at).starts_with(b"MVA")
}
