//! Norwegian organisation numbers: nine digits that begin with 8 or 9, a check digit by modulus 11 (Brønnøysund Register
//! Centre). Those of its synthetic test data begin with 2 or 3.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::{Cell, Grouped},
    checks::mod_11,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "organisation_number",
    kinds: &[Kind::OrganisationNumber],
    examples: &[
        within("orgnr", "974760673"),
        within("organisation_number", "974 760 673"),
        bare("Org.nr. 974 760 673 MVA"),
        bare("foretaket har organisasjonsnummer 974760673"),
    ],
    counter_examples: &[
        within("orgnr", "974760674"),
        within("orgnr", "312084957"),
        within("orgnr", "9747606731"),
        within("orgnr", "A974760673"),
        bare("ordre 974760673"),
    ],
    trigger: Trigger::Digits(RunLengths::between(9, 9).or(3)),
    find,
};

/// One in eleven fits the check digit.
const BY_CHANCE: f64 = 1.0 / 11.0;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    if !matches!(cell.byte(place.start), b'8' | b'9') {
        return None;
    }
    let groups: &[usize] = if place.len() == 9 { &[9] } else { &[3, 3, 3] };
    let read = Grouped::<9>::read(cell, place.start, groups, b" ")?;
    let passed = mod_11(&read.digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]);
    if !cell.is_about(Topics::ORGANISATION, &read.span) {
        hits.by_chance(Kind::OrganisationNumber, read.span, &read.digits, BY_CHANCE, passed);
        return None;
    }
    if passed {
        hits.add(Kind::OrganisationNumber, read.span.clone(), Certainty::Likely);
    }
    passed.then_some(read.span.end)
}
