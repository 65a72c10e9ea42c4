//! The machine-readable zones of passports, identity cards and visas (ICAO 9303, parts 4 to 7): two lines of 44 or 36
//! characters, or three of 30, with check digits by weights 7 3 1. `UTO` is the state of ICAO's specimens.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "mrz",
    kinds: &[Kind::TravelDocument],
    examples: &[
        bare("P<NORHANSEN<<KARI<MARIE<<<<<<<<<<<<<<<<<<<<<"),
        bare("L898902C36NOR7408122F1204159ZE184226B<<<<<10"),
        bare("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4"),
        bare("I<SWED231458907<<<<<<<<<<<<<<<\n7408122F1204159SWE<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
        bare("D231458907SWE7408122F1204159<<<<<<<6"),
    ],
    counter_examples: &[
        bare("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
        bare("L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
        bare("I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
        // A check digit is wrong.
        bare("L898902C46NOR7408122F1204159ZE184226B<<<<<10"),
        bare("a << b; std::cout << x << y;"),
        bare("<<<<<<< HEAD\n=======\n>>>>>>> main"),
        bare("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
    ],
    trigger: Trigger::AnyOf(&[
        Trigger::Byte(b'<'),
        Trigger::DigitsAfterLetters(RunLengths::between(7, 7)),
        Trigger::Digits(RunLengths::between(7, 7)),
    ]),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let belongs = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<';
    let start = cell.run_start(place.start, belongs);
    let end = cell.run_end(place.end, belongs);
    let line = cell.part(start..end);
    let is_synthetic = match line.len() {
        30 => is_names_of_three(cell, start, line).map(|()| false).or_else(|| card(cell, start, line))?,
        36 | 44 => of_two(line)?,
        _ => return None,
    };
    if !is_synthetic {
        hits.add(Kind::TravelDocument, start..end, Certainty::Certain);
    }
    Some(end)
}

/// A line of a zone of two lines, and whether it is a specimen's.
fn of_two(line: &[u8]) -> Option<bool> {
    let is_of_document = line.len() == 44 || line.len() == 36;
    if is_of_document && matches!(line, [b'P' | b'V' | b'I' | b'A' | b'C', ..]) && has_names(line.get(5..)?) {
        let state = line.get(2..5)?;
        return is_state(state).then_some(state == b"UTO");
    }
    let checks = [(0..9, 9), (13..19, 19), (21..27, 27)];
    let fits = checks.into_iter().all(|(field, check)| has_check(line, field, check));
    let state = line.get(10..13)?;
    (fits && is_state(state) && is_sex(*line.get(20)?)).then_some(state == b"UTO")
}

/// The first or second line of a card, and whether it is a specimen's.
fn card(cell: &Cell<'_>, start: usize, line: &[u8]) -> Option<bool> {
    let is_first = matches!(line, [b'A' | b'C' | b'I', ..]) && has_check(line, 5..14, 14);
    if is_first {
        let state = line.get(2..5)?;
        return is_state(state).then_some(state == b"UTO");
    }
    let fits = has_check(line, 0..6, 6) && has_check(line, 8..14, 14) && is_sex(*line.get(7)?);
    let state = line.get(15..18)?;
    // A specimen's first line tells as well as the nationality does.
    let before = start.checked_sub(31).map(|before| cell.part(before..start)).unwrap_or_default();
    (fits && is_state(state)).then_some(state == b"UTO" || before.get(2..5) == Some(b"UTO"))
}

/// The third line of a card is found with the two before it, so that a name alone isn't a finding.
fn is_names_of_three(cell: &Cell<'_>, start: usize, line: &[u8]) -> Option<()> {
    let before = start.checked_sub(31).map(|before| cell.part(before..start))?;
    let state = before.get(15..18)?;
    (has_names(line) && has_check(before, 0..6, 6) && is_state(state) && state != b"UTO").then_some(())
}

/// Whether this is a family name, two fillers and given names, filled up.
fn has_names(names: &[u8]) -> bool {
    let double = names.windows(2).position(|pair| pair == b"<<");
    let is_plain = names.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'<');
    is_plain && double.is_some_and(|at| at > 0) && names.first().is_some_and(u8::is_ascii_uppercase)
}

/// Whether the digit at `check` is that of this field.
fn has_check(line: &[u8], field: Range<usize>, check: usize) -> bool {
    let Some(digit) = line.get(check).filter(|digit| digit.is_ascii_digit()) else { return false };
    let characters = line.get(field).unwrap_or_default().iter();
    let sum: u32 = characters.zip([7, 3, 1].into_iter().cycle()).map(|(byte, weight)| value(*byte) * weight).sum();
    sum % 10 == u32::from(digit - b'0')
}

fn value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    }
}

/// A state is one to three letters (`D<<` is Germany).
fn is_state(state: &[u8]) -> bool {
    matches!(state, [a, b, c] if a.is_ascii_uppercase() && [b, c].iter().all(|byte| byte.is_ascii_uppercase() || **byte == b'<'))
}

fn is_sex(byte: u8) -> bool {
    matches!(byte, b'M' | b'F' | b'X' | b'<')
}
