//! `card_number`: a card number with a valid check digit that no network issues.

use std::sync::Arc;

use super::account_number::overlay;
use super::checksum::luhn_sum;
use super::collisions::CollisionKey;
use super::draw::Draw;
use super::prescan::Prescan;
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::CardNumber as Options;
use crate::secret::DomainKey;

/// The consistency domain.
const DOMAIN: &str = "card_number";

/// Numbers that begin with 9 are for national use, by the country of the next three digits (ISO/IEC 7812-1), and 999 is
/// no country (ISO 3166-1 leaves 900 to 999 to users).
const NOBODYS: &[u8; 4] = b"9999";

/// Digits of a card number (ISO/IEC 7812-1), and of nearly all.
const DIGITS: std::ops::RangeInclusive<usize> = 12..=19;
const USUAL: usize = 16;

/// A network: the first digits of its cards, from and to, and the numbers that it or its processors publish for tests.
struct Network {
    from: u32,
    to: u32,
    tests: &'static [&'static str],
}

const NETWORKS: &[Network] = &[
    Network {
        from: 4000,
        to: 4999,
        tests: &["4111111111111111", "4012888888881881", "4242424242424242", "4000056655665556"],
    },
    Network {
        from: 5100,
        to: 5599,
        tests: &["5555555555554444", "5105105105105100", "5200828282828210", "5454545454545454"],
    },
    Network { from: 2221, to: 2720, tests: &["2223003122003222"] },
    Network { from: 3400, to: 3499, tests: &["371449635398431", "378282246310005", "378734493671000"] },
    Network { from: 3700, to: 3799, tests: &["371449635398431", "378282246310005", "378734493671000"] },
    Network { from: 3000, to: 3059, tests: &["30569309025904", "38520000023237", "36227206271667"] },
    Network { from: 3600, to: 3699, tests: &["36227206271667", "38520000023237", "30569309025904"] },
    Network { from: 3800, to: 3999, tests: &["38520000023237", "30569309025904", "36227206271667"] },
    Network { from: 3528, to: 3589, tests: &["3530111333300000", "3566002020360505"] },
    Network { from: 6011, to: 6011, tests: &["6011111111111117", "6011000990139424", "6011981111111113"] },
    Network { from: 6200, to: 6299, tests: &["6200000000000005"] },
];

/// Makes card numbers.
struct CardNumber {
    key: DomainKey,
    prescan: Arc<Prescan>,
    keep_network: bool,
    keep_last_four: bool,
    room: usize,
}

impl CardNumber {
    /// The fake of the digits of a card number, with as many digits: another one than it.
    fn masked(&self, original: &[u8]) -> Vec<u8> {
        let mut draw = Draw::new(&self.key, original);
        if self.keep_network
            && let Some(test) = of_network(original, &mut draw)
        {
            return test;
        }
        let mut passed_over = self.prescan.collisions.passed_over(DOMAIN, original);
        let kept = if self.keep_last_four { 4 } else { 0 };
        loop {
            let mut masked: Vec<u8> = original.iter().map(|_| draw.digit()).collect();
            put(&mut masked, 0, NOBODYS);
            let tail = original.len() - kept;
            put(&mut masked, tail, &original[tail..]);
            fit(&mut masked, tail - 1);
            if masked != original && passed_over == 0 {
                return masked;
            }
            passed_over = passed_over.saturating_sub(1);
        }
    }
}

/// A test number of the network that issues such cards, another one than the original.
fn of_network(original: &[u8], draw: &mut Draw) -> Option<Vec<u8>> {
    let first = original.get(..4)?.iter().fold(0, |first, digit| first * 10 + u32::from(digit - b'0'));
    let network = NETWORKS.iter().find(|network| (network.from..=network.to).contains(&first))?;
    let others: Vec<&&str> =
        network.tests.iter().filter(|test| test.as_bytes() != original && test.len() == original.len()).collect();
    draw.pick(&others).map(|test| test.as_bytes().to_vec())
}

fn put(digits: &mut [u8], at: usize, part: &[u8]) {
    for (place, digit) in digits.iter_mut().skip(at).zip(part) {
        *place = *digit;
    }
}

/// Sets one digit so that the check digit is right; of ten digits, one does.
fn fit(digits: &mut [u8], at: usize) {
    for digit in b'0'..=b'9' {
        put(digits, at, &[digit]);
        if luhn_sum(digits.iter().copied()).is_multiple_of(10) {
            return;
        }
    }
}

/// The digits of a text that is a card number; nothing if it isn't one.
fn digits_of(text: &str) -> Option<Vec<u8>> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b" -.".contains(&byte));
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    (plain && DIGITS.contains(&digits.len())).then_some(digits)
}

/// Whether only a part of the number is shown, as in `**** 1234` or `411111******1111`.
fn is_covered(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || b" -*xX.#".contains(&byte))
        && text.bytes().any(|b| b.is_ascii_digit())
}

impl TextMask for CardNumber {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let text = text.trim();
        if let Some(digits) = digits_of(text) {
            overlay(text, &self.masked(&digits), out);
            return Ok(());
        }
        let mut draw = Draw::new(&self.key, text.as_bytes());
        if !is_covered(text) || text.len() > self.room {
            let seed: Vec<u8> = (0..USUAL).map(|_| draw.digit()).collect();
            out.extend(self.masked(&seed));
            return Ok(());
        }
        let shown: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
        let kept = if self.keep_last_four && shown.len() >= 4 { 4 } else { 0 };
        let drawn = shown.len() - kept;
        loop {
            let mut masked: Vec<u8> =
                shown.iter().enumerate().map(|(at, digit)| if at < drawn { draw.digit() } else { *digit }).collect();
            // Of the issuer's digits, those that are nobody's.
            if drawn >= 6 {
                put(&mut masked, 0, NOBODYS);
            }
            if masked != shown || drawn == 0 {
                overlay(text, &masked, out);
                return Ok(());
            }
        }
    }

    fn collision_key(&self, text: &str) -> Option<CollisionKey> {
        digits_of(text.trim()).map(|digits| CollisionKey::of(DOMAIN, &digits))
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("card_number")?;
    site.require_room("card_number", USUAL)?;
    if options.keep_network && options.keep_last_four {
        return Err(site.bad_option(
            "card_number can't keep both the network and the last four digits",
            "networks publish a few numbers for tests, and any other could be somebody's card: keep one of the two",
        ));
    }
    let card = CardNumber {
        key: site.sub_key(DOMAIN),
        prescan: Arc::clone(site.prescan),
        keep_network: options.keep_network,
        keep_last_four: options.keep_last_four,
        room: site.room(),
    };
    // What is kept of `**** 1234` is all there is of it.
    let facts = if options.keep_last_four { Facts::of } else { Facts::changing };
    Ok(built(card, Facts { resolvable: !options.keep_network, ..facts(OriginalsOf::Identifier) }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, refusal};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn card(keep_network: bool, keep_last_four: bool, text: &str) -> String {
        mask(&Spec::CardNumber(Options { keep_network, keep_last_four }), text)
    }

    fn passes(text: &str) -> bool {
        luhn_sum(text.bytes().filter(u8::is_ascii_digit)).is_multiple_of(10)
    }

    #[test]
    fn length_and_groups_stay_and_the_number_is_of_no_network() {
        for original in ["4925123412341236", "4925 1234 1234 1236", "3712-345678-90120", "6759649826438453012"] {
            let masked = card(false, false, original);
            assert!(masked.starts_with("9999") && passes(&masked) && masked.len() == original.len(), "{masked}");
            assert_eq!(masked.find([' ', '-']), original.find([' ', '-']));
        }
        assert_eq!(card(false, false, "4925 1234 1234 1236").replace(' ', ""), card(false, false, "4925123412341236"));
    }

    #[test]
    fn the_last_four_digits_or_the_network_stay_on_demand_but_not_both() {
        let masked = card(false, true, "4925123412341236");
        assert!(masked.starts_with("9999") && masked.ends_with("1236") && passes(&masked), "{masked}");
        let masked = card(true, false, "4925 1234 1234 1236");
        assert!(masked.starts_with('4') && passes(&masked) && masked.len() == 19, "{masked}");
        let amex = card(true, false, "371234567890120");
        assert!(amex.starts_with("37") && amex.len() == 15, "{amex}");
        assert_ne!(card(true, false, "4111111111111111"), "4111111111111111");
        assert!(card(true, false, "6759649826438453").starts_with("9999"), "of a network without test numbers");
        let both = Spec::CardNumber(Options { keep_network: true, keep_last_four: true });
        assert!(refusal(&both, &column(TypeClass::Text, None)).what.contains("both"));
    }

    #[test]
    fn a_covered_number_stays_covered() {
        let masked = card(false, false, "**** **** **** 1236");
        assert!(masked.starts_with("**** **** **** ") && !masked.ends_with("1236"), "{masked}");
        assert_eq!(card(false, true, "**** 1236"), "**** 1236");
        assert!(card(false, false, "492512******1236").starts_with("9999"));
    }

    #[test]
    fn what_is_no_card_number_becomes_one() {
        let masked = card(false, false, "Ingrid's card");
        assert!(masked.len() == 16 && passes(&masked), "{masked}");
    }
}
