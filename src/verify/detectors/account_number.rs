//! Norwegian account numbers: eleven digits, a check digit by modulus 11 (Bits, "Kontonummer").

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::{Cell, Grouped},
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "account_number",
    kinds: &[Kind::AccountNumber],
    examples: &[
        within("kontonummer", "86011117947"),
        within("bank_account", "1503 20 12342"),
        // As a number, which has lost its zero.
        within("account_number", "5302012344"),
        bare("Utbetales til 1503.20.12342 i morgen"),
        bare("Send til konto 15032012342, takk"),
    ],
    counter_examples: &[
        within("kontonummer", "15032012345"),
        within("kontonummer", "99041234551"),
        within("kontonummer", "9999.12.34566"),
        within("amount", "15032012342.00"),
        within("order_id", "A15032012342"),
        // Tenor's synthetic people: not an account number either, though it passes the check.
        within("kontonummer", "01819010192"),
    ],
    trigger: Trigger::Digits(RunLengths::between(10, 11).or(4)),
    find,
};

/// Of eleven remainders, one fits the check digit.
const BY_CHANCE: f64 = 1.0 / 11.0;

const WEIGHTS: [u8; 11] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let number = match place.len() {
        11 => Grouped::<11>::read(cell, place.start, &[11], b""),
        10 => Grouped::read_without_zero(cell, place, Topics::ACCOUNT),
        _ => Grouped::<11>::read(cell, place.start, &[4, 2, 5], b" .-"),
    }?;
    let end = number.span.end;
    let passed = passes(&number.digits);
    if passed && is_nobodys(&number.digits) {
        return Some(end);
    }
    if cell.is_about(Topics::ACCOUNT, &number.span) || number.separator == Some(b'.') {
        if !passed {
            return None;
        }
        // Dots in these places are how Norwegians write account numbers, and nothing else.
        hits.add(Kind::AccountNumber, number.span, Certainty::Likely);
    } else {
        hits.by_chance(Kind::AccountNumber, number.span, &number.digits, BY_CHANCE, passed);
    }
    passed.then_some(end)
}

/// Whether the check digit fits.
fn passes(digits: &[u8; 11]) -> bool {
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit * weight)).sum();
    sum.is_multiple_of(11)
}

/// Bank codes 9904 to 9999 belong to no bank; a number that starts with 99 can't be a national identity number.
fn is_nobodys(digits: &[u8; 11]) -> bool {
    let bank = digits.iter().take(4).fold(0, |bank, digit| bank * 10 + u32::from(*digit));
    bank >= 9904
}
