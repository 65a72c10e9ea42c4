//! Numbers of payment cards: an issuer's prefix, the network's length, a check digit by Luhn (ISO/IEC 7812-1).

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
    name: "pan",
    kinds: &[Kind::Pan],
    examples: &[
        within("card_number", "4925123412341236"),
        within("pan", "371234567890120"),
        within("kortnummer", "5412 3456 7890 1232"),
        bare("betalt med 5412-3456-7890-1232 i dag"),
        bare("Kort: 3712 345678 90120"),
    ],
    counter_examples: &[
        within("card_number", "4111111111111111"),
        within("card_number", "4242 4242 4242 4242"),
        within("card_number", "378282246310005"),
        within("card_number", "5555-5555-5555-4444"),
        // The check digit is wrong.
        within("card_number", "4925123412341237"),
        // No network starts with 1 or 0.
        within("card_number", "1234567812345670"),
        within("card_id", "4925123412341236123456"),
        within("card_number", "d41d8cd98f00b204e9800998ecf8427e"),
    ],
    trigger: Trigger::Digits(RunLengths::between(12, 19).or(4)),
    find,
};

/// Of ten check digits, one fits.
const BY_CHANCE: f64 = 0.1;

/// Groups in which card numbers are printed.
const PRINTED: [&[usize]; 5] = [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3], &[4, 4, 4, 4, 2]];

/// The numbers that networks and their processors publish for tests; no card carries one.
const FOR_TESTS: &[u64] = &[
    4_000_056_655_665_556,
    4_012_888_888_881_881,
    4_111_111_111_111_111,
    4_222_222_222_222,
    4_242_424_242_424_242,
    4_917_610_000_000_000,
    5_019_717_010_103_742,
    5_105_105_105_105_100,
    5_200_828_282_828_210,
    5_454_545_454_545_454,
    5_555_555_555_554_444,
    2_223_003_122_003_222,
    6_759_649_826_438_453,
    6_304_000_000_000_000,
    371_449_635_398_431,
    378_282_246_310_005,
    378_734_493_671_000,
    30_569_309_025_904,
    36_227_206_271_667,
    38_520_000_023_237,
    3_056_930_009_020_004,
    3_530_111_333_300_000,
    3_566_002_020_360_505,
    6_011_000_990_139_424,
    6_011_111_111_111_117,
    6_011_981_111_111_113,
    6_200_000_000_000_005,
];

/// Issuer prefixes of six digits, from and to, and the lengths that their networks use.
const NETWORKS: &[(u32, u32, std::ops::RangeInclusive<usize>)] = &[
    // Mir
    (220_000, 220_499, 16..=19),
    // Mastercard
    (222_100, 272_099, 16..=16),
    (510_000, 559_999, 16..=16),
    // Diners Club
    (300_000, 305_999, 14..=19),
    (309_500, 309_599, 14..=19),
    (360_000, 369_999, 14..=19),
    (380_000, 399_999, 14..=19),
    // American Express
    (340_000, 349_999, 15..=15),
    (370_000, 379_999, 15..=15),
    // JCB
    (352_800, 358_999, 16..=19),
    // Visa
    (400_000, 499_999, 13..=13),
    (400_000, 499_999, 16..=16),
    (400_000, 499_999, 19..=19),
    // Maestro, Dankort and the debit cards of single countries
    (500_000, 509_999, 12..=19),
    (560_000, 589_999, 12..=19),
    (630_000, 639_999, 12..=19),
    (670_000, 679_999, 12..=19),
    // Discover
    (601_100, 601_199, 16..=19),
    (644_000, 659_999, 16..=19),
    // UnionPay, RuPay
    (600_000, 600_999, 16..=16),
    (620_000, 629_999, 16..=19),
    (810_000, 829_999, 16..=19),
    // BankAxept: 9 for national use, and Norway's number
    (957_800, 957_899, 16..=19),
];

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    if place.len() == 4 {
        // Dates and times begin so too, and every printed form has four digits or more behind.
        let (_, width) = cell.separator(place.end)?;
        if !cell.part(place.end + width..place.end + width + 4).iter().all(u8::is_ascii_digit) {
            return None;
        }
        return PRINTED.iter().find_map(|groups| look(cell, read(cell, place.start, groups)?, hits));
    }
    look(cell, read(cell, place.start, &[place.len()])?, hits)
}

/// A number of up to nineteen digits.
struct Number {
    digits: [u8; 19],
    length: usize,
    span: Range<usize>,
    is_grouped: bool,
}

fn read(cell: &Cell<'_>, start: usize, groups: &[usize]) -> Option<Number> {
    let mut digits = [0; 19];
    let (mut at, mut length, mut separator) = (start, 0, None);
    for (number, group) in groups.iter().enumerate() {
        if number > 0 {
            let (between, width) = cell.separator(at)?;
            if !matches!(between, b' ' | b'-') || separator.is_some_and(|known| known != between) {
                return None;
            }
            separator = Some(between);
            at += width;
        }
        for _ in 0..*group {
            let digit = cell.byte(at);
            if !digit.is_ascii_digit() {
                return None;
            }
            *digits.get_mut(length)? = digit - b'0';
            (at, length) = (at + 1, length + 1);
        }
    }
    let span = start..at;
    cell.stands_alone(&span).then_some(Number { digits, length, span, is_grouped: groups.len() > 1 })
}

fn look(cell: &Cell<'_>, number: Number, hits: &mut Hits) -> Option<usize> {
    let digits = number.digits.get(..number.length)?;
    if !is_of_network(digits) {
        return None;
    }
    let (end, passed) = (number.span.end, passes_luhn(digits));
    if passed && FOR_TESTS.contains(&as_number(digits)) {
        return Some(end);
    }
    let amid_words = number.is_grouped && number.span != (0..cell.text.len());
    if amid_words || cell.is_about(Topics::CARD, &number.span) {
        if passed {
            hits.add(Kind::Pan, number.span, Certainty::Likely);
        }
    } else {
        hits.by_chance(Kind::Pan, number.span, digits, BY_CHANCE, passed);
    }
    passed.then_some(end)
}

fn is_of_network(digits: &[u8]) -> bool {
    let prefix = as_number(digits.get(..6).unwrap_or_default());
    NETWORKS.iter().any(|(from, to, lengths)| {
        lengths.contains(&digits.len()) && (u64::from(*from)..=u64::from(*to)).contains(&prefix)
    })
}

fn as_number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit))
}

fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (1, digit) if digit > 4 => digit * 2 - 9,
            (1, digit) => digit * 2,
            (_, digit) => digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_test_number_is_one_that_a_network_could_have_issued() {
        for number in FOR_TESTS {
            let digits: Vec<u8> = number.to_string().bytes().map(|digit| digit - b'0').collect();
            assert!(passes_luhn(&digits) && is_of_network(&digits), "{number}");
        }
    }
}
