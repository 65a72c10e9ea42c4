//! Telephone numbers: with a country code anywhere, Norwegian ones without it beside a word, others in columns of phones.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::{Cell, Grouped},
    hits::Hits,
    kind::{Certainty, Kind},
    phone_plans::{NORTH_AMERICA, NORWAY, PLANS, has_country_code},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "phone",
    kinds: &[Kind::Phone],
    examples: &[
        bare("+4741234567"),
        bare("Ring +47 412 34 567 etter kl. 12"),
        bare("0047 412 34 567"),
        bare("004741234567"),
        bare("tel:+46-70-123 45 67"),
        bare("+46 (0)70-123 45 67"),
        bare("+45 20 12 34 56"),
        bare("+358 40 1234567"),
        bare("+49 (0) 30 / 901820"),
        bare("+33 6 12 34 56 78"),
        bare("+44 7911 123456"),
        bare("+1 (202) 456-1111"),
        bare("+12024561111"),
        bare("+381641234567"),
        within("phone", "41234567"),
        within("mobil", "22 33 44 55"),
        bare("tlf 41234567"),
        bare("Ola 412 34 567"),
        bare("41234567 (mobil)"),
        within("phone", "070-123 45 67"),
        within("phone", "(202) 456-1111"),
    ],
    counter_examples: &[
        bare("+4720123456"),
        bare("+47 791 23 456"),
        bare("+46 70-174 06 05"),
        bare("+46 (0)31-390 06 99"),
        bare("+49 30 23125123 12"),
        bare("+33 6 39 98 12 34"),
        bare("+44 7700 900123"),
        bare("+1 202-555-0123"),
        bare("+1 (202) 555 0199"),
        bare("+999 123 456 789"),
        within("phone", "20 12 34 56"),
        within("phone", "070-1740605"),
        within("phone", "202-555-0101"),
        within("phone", "+999 312 345 6789"),
        // Numbers, dates and times.
        bare("41234567"),
        bare("412 34 567 89"),
        bare("2024-01-15 10:11:12+0100"),
        bare("41234567.50 kr"),
        bare("+25000000.00"),
        bare("beløp 41 234 567"),
        within("phone_id", "41234567"),
        within("mobile_app", "f41234567"),
        bare("ordre A-41234567"),
        bare("00637824-2448-4734-a56a-fbb650109f5a"),
        bare("00637824-2448-4734"),
    ],
    trigger: Trigger::Digits(RunLengths::between(1, 15)),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    if cell.byte_before(place.start, 1) == b'+' {
        return (!cell.is_after_word(place.start - 1)).then(|| with_country_code(cell, place.start, hits))?;
    }
    if cell.is_after_word(place.start) {
        return None;
    }
    if cell.byte(place.start) == b'0' && cell.byte(place.start + 1) == b'0' {
        return after_two_zeros(cell, place, hits);
    }
    let groups: &[usize] = match place.len() {
        8 => &[8],
        3 => &[3, 2, 3],
        2 => &[2, 2, 2, 2],
        _ => &[],
    };
    norwegian(cell, place.start, groups, hits).or_else(|| in_a_column_of_phones(cell, place, hits))
}

/// `0047…`: what `+47…` was before mobile phones. Long ids start with zeros as well.
fn after_two_zeros(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let number = Collected::read(cell, place.start, 2)?;
    let (end, is_nobodys) = number.judge()?;
    if !is_nobodys {
        let span = place.start..end;
        let after_country_code = number.cuts().first().is_some_and(|(length, _)| *length <= 3);
        if after_country_code || cell.is_about(Topics::PHONE, &span) {
            hits.add(Kind::Phone, span, Certainty::Certain);
        } else if end == place.end && cell.stands_alone(&span) {
            hits.add(Kind::Phone, span, Certainty::Likely);
        } else {
            return None;
        }
    }
    Some(end)
}

/// `start` is right after the `+`.
fn with_country_code(cell: &Cell<'_>, start: usize, hits: &mut Hits) -> Option<usize> {
    let number = Collected::read(cell, start, 0)?;
    if number.has_decimals {
        return None;
    }
    let (end, is_nobodys) = number.judge()?;
    if !is_nobodys {
        hits.add(Kind::Phone, start - 1..end, Certainty::Certain);
    }
    Some(end)
}

/// Eight digits, which could be anything: what stands around them has to tell.
fn norwegian(cell: &Cell<'_>, start: usize, groups: &[usize], hits: &mut Hits) -> Option<usize> {
    // Most runs of two or three digits are parts of dates and times, which this tells at once.
    if groups.is_empty() || is_after_digits(cell, start) {
        return None;
    }
    let number = Grouped::<8>::read(cell, start, groups, b" -")?;
    let ascii = number.digits.map(|digit| digit + b'0');
    if is_before_digits(cell, number.span.end) || !NORWAY.is_plausible(&ascii) {
        return None;
    }
    let end = number.span.end;
    if NORWAY.is_nobodys(&ascii) {
        return Some(end);
    }
    let spelled = groups.len() > 1 && is_beside_a_word(cell, &number.span);
    if !spelled && !cell.is_about(Topics::PHONE, &number.span) {
        return None;
    }
    hits.add(Kind::Phone, number.span, Certainty::Likely);
    Some(end)
}

/// Numbers as they are dialled within other countries: only where the name of the column says so.
fn in_a_column_of_phones(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    if !cell.context.topics.has(Topics::PHONE) {
        return None;
    }
    let number = Collected::read(cell, place.start, 0)?;
    let (length, end) = number.cuts().last().copied()?;
    let digits = number.digits.get(..length)?;
    let is_nobodys = match digits {
        [b'0', national @ ..] if (8..=11).contains(&national.len()) => {
            PLANS.iter().any(|plan| plan.is_nobodys(national))
        }
        national if NORTH_AMERICA.is_plausible(national) => NORTH_AMERICA.is_nobodys(national),
        _ => return None,
    };
    if !is_nobodys {
        hits.add(Kind::Phone, place.start..end, Certainty::Likely);
    }
    Some(end)
}

/// Whether a group of digits and a separator stand before it, so that it is a part of something longer.
fn is_after_digits(cell: &Cell<'_>, start: usize) -> bool {
    cell.byte_before(start, 2).is_ascii_digit() && !cell.byte_before(start, 1).is_ascii_digit()
}

/// Whether a separator and a group of digits stand after it.
fn is_before_digits(cell: &Cell<'_>, end: usize) -> bool {
    cell.separator(end).is_some_and(|(_, width)| cell.byte(end + width).is_ascii_digit())
}

/// Whether a word of at least two letters stands next to it.
fn is_beside_a_word(cell: &Cell<'_>, span: &Range<usize>) -> bool {
    let before = cell.text.get(..span.start).unwrap_or_default().trim_end_matches([' ', ':', '(', '.']);
    let after = cell.text.get(span.end..).unwrap_or_default().trim_start_matches([' ', '(', ',']);
    before.chars().rev().take(2).filter(|c| c.is_alphabetic()).count() == 2
        || after.chars().take(2).filter(|c| c.is_alphabetic()).count() == 2
}

/// The most digits that are read: fifteen (E.164, section 6.2.1), two zeros before them, and a group that belongs to
/// something else.
const MOST_DIGITS: usize = 20;
const LONGEST: usize = 15;
const MOST_GROUPS: usize = 9;

/// The digits from some place on, across separators.
struct Collected {
    /// In ASCII.
    digits: [u8; MOST_DIGITS],
    /// How many digits there are after each group, and where it ends in the text.
    cuts: [(usize, usize); MOST_GROUPS],
    groups: usize,
    /// One point, and one or two digits after it.
    has_decimals: bool,
}

impl Collected {
    /// Reads from there on, without so many of the first digits.
    fn read(cell: &Cell<'_>, start: usize, without: usize) -> Option<Self> {
        let mut number = Self { digits: [0; MOST_DIGITS], cuts: [(0, 0); MOST_GROUPS], groups: 0, has_decimals: false };
        let (mut at, mut length) = (start + without, 0);
        if without > 0 {
            at += separators(cell, at);
        }
        while number.groups < MOST_GROUPS {
            let end = cell.run_end(at, |byte| byte.is_ascii_digit());
            let group = cell.part(at..end);
            let Some(slots) = number.digits.get_mut(length..length + group.len()) else { break };
            if group.is_empty() || cell.is_before_word(end) || cell.byte(end) == b'@' {
                break;
            }
            slots.copy_from_slice(group);
            length += group.len();
            number.has_decimals = number.groups == 1 && group.len() <= 2 && cell.byte_before(at, 1) == b'.';
            *number.cuts.get_mut(number.groups)? = (length, end);
            number.groups += 1;
            at = end + separators(cell, end);
            if at == end {
                break;
            }
        }
        (number.groups > 0).then_some(number)
    }

    fn cuts(&self) -> &[(usize, usize)] {
        self.cuts.get(..self.groups).unwrap_or_default()
    }

    /// Where the number ends, and whether it is nobody's. A digit group after the number may be something else, so the
    /// number may end after each group; if one of these ends makes it nobody's, it is.
    fn judge(&self) -> Option<(usize, bool)> {
        let mut longest = None;
        for (length, end) in self.cuts() {
            let digits = self.digits.get(..*length)?;
            if digits.starts_with(b"999") {
                // What follows in groups belongs to it, as far as a number can reach.
                let whole = self.cuts().iter().rev().find(|(length, _)| *length <= LONGEST);
                return Some((whole.map_or(*end, |(_, end)| *end), true));
            }
            let plan = PLANS.iter().find_map(|plan| Some((plan, digits.strip_prefix(plan.code.as_bytes())?)));
            match plan {
                Some((plan, national)) if plan.is_nobodys(national) => return Some((*end, true)),
                Some((plan, national)) if plan.is_plausible(national) => longest = Some((*end, false)),
                None if (9..=15).contains(&digits.len()) && has_country_code(digits) => longest = Some((*end, false)),
                _ => {}
            }
        }
        longest
    }
}

/// The length of what may stand between two groups of digits: up to three characters, and `(0)`, which is only dialled
/// from within the country.
fn separators(cell: &Cell<'_>, start: usize) -> usize {
    let mut at = start;
    for _ in 0..3 {
        if cell.rest(at).starts_with(b"(0)") {
            at += 3;
        } else if matches!(cell.byte(at), b'(' | b')') {
            at += 1;
        } else if let Some((_, width)) = cell.separator(at) {
            at += width;
        } else {
            break;
        }
    }
    if cell.byte(at).is_ascii_digit() { at - start } else { 0 }
}
