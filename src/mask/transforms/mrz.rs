//! `mrz`: the machine-readable zone of a travel document of Utopia, with right check digits (ICAO 9303, parts 3 to 6).

use super::draw::Draw;
use super::passport::Passport;
use super::person::{Namer, family_word, words_of};
use super::spelling::fold;
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::postgres::civil_date::CivilDate;
use crate::secret::DomainKey;

/// Utopia: the state that ICAO's specimens are of.
const UTOPIA: &[u8; 3] = b"UTO";

/// Two digits of a year above this mean the last century.
const PIVOT: i64 = 25;

/// Where the parts of a document stand, counted from its first character, lines run together.
struct Layout {
    lines: usize,
    width: usize,
    issuer: usize,
    nationality: usize,
    number: usize,
    /// Birthday, its check digit, sex, end of validity, its check digit.
    dates: usize,
    names: (usize, usize),
    /// What the issuer adds.
    optional: &'static [(usize, usize)],
    /// The check digit of the second part of a passport's, which may be `<` too.
    personal_check: Option<usize>,
    composite: usize,
    /// What the last check digit is over.
    checked: &'static [(usize, usize)],
}

const TD1: Layout = Layout {
    lines: 3,
    width: 30,
    issuer: 2,
    nationality: 45,
    number: 5,
    dates: 30,
    names: (60, 90),
    optional: &[(15, 30), (48, 59)],
    personal_check: None,
    composite: 59,
    checked: &[(5, 30), (30, 37), (38, 45), (48, 59)],
};

const TD2: Layout = Layout {
    lines: 2,
    width: 36,
    issuer: 2,
    nationality: 46,
    number: 36,
    dates: 49,
    names: (5, 36),
    optional: &[(64, 71)],
    personal_check: None,
    composite: 71,
    checked: &[(36, 46), (49, 56), (57, 71)],
};

const TD3: Layout = Layout {
    lines: 2,
    width: 44,
    issuer: 2,
    nationality: 54,
    number: 44,
    dates: 57,
    names: (5, 44),
    optional: &[(72, 86)],
    personal_check: Some(86),
    composite: 87,
    checked: &[(44, 54), (57, 64), (65, 87)],
};

/// A specimen of no person, for what is no zone.
const SPECIMEN: &str =
    concat!("P<UTO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "<<<<<<<<<0UTO7001010<3001010<<<<<<<<<<<<<<<0",);

/// Makes zones.
struct Mrz {
    key: DomainKey,
    passport: Passport,
    given: Namer,
    family: Namer,
}

impl Mrz {
    /// The fake of a zone whose lines are run together.
    fn masked(&self, original: &[u8], layout: &Layout, seed: &[u8]) -> Vec<u8> {
        let mut zone = original.to_vec();
        let part = |from: usize, to: usize| original.get(from..to).unwrap_or_default();
        put(&mut zone, layout.issuer, UTOPIA);
        put(&mut zone, layout.nationality, UTOPIA);
        let number: Vec<u8> =
            part(layout.number, layout.number + 9).iter().copied().filter(|byte| *byte != b'<').collect();
        let mut masked = self.passport.masked(if number.is_empty() { seed } else { &number });
        masked.resize(9, b'<');
        put(&mut zone, layout.number, &masked);
        put_check(&mut zone, layout.number, layout.number + 9);
        if let Some(born) = self.birthday(part(layout.dates, layout.dates + 6), &number) {
            put(&mut zone, layout.dates, &born);
        }
        put_check(&mut zone, layout.dates, layout.dates + 6);
        put_check(&mut zone, layout.dates + 8, layout.dates + 14);
        for (from, to) in layout.optional {
            put(&mut zone, *from, &vec![b'<'; to - from]);
        }
        if let Some(at) = layout.personal_check {
            put(&mut zone, at, b"<");
        }
        let (from, to) = layout.names;
        put(&mut zone, from, &self.names(part(from, to), seed));
        let checked: Vec<u8> =
            layout.checked.iter().flat_map(|(from, to)| zone.get(*from..*to).unwrap_or_default().to_vec()).collect();
        put(&mut zone, layout.composite, &[check_digit(&checked)]);
        zone
    }

    /// Up to a year before, so that nobody becomes a minor.
    fn birthday(&self, digits: &[u8], number: &[u8]) -> Option<[u8; 6]> {
        let text = std::str::from_utf8(digits).ok()?;
        let part = |at: usize| text.get(at..at + 2)?.parse::<i64>().ok();
        let (year, month, day) = (part(0)?, part(2)?, part(4)?);
        let century = if year > PIVOT { 1900 } else { 2000 };
        let born = CivilDate::new(century + year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
        let mut draw = Draw::new(&self.key, &[number, digits].concat());
        let born = CivilDate::from_days(born.days() - 1 - draw.below(365) as i64);
        format!("{:02}{:02}{:02}", born.year.rem_euclid(100), born.month, born.day).into_bytes().try_into().ok()
    }

    /// The masked names, family name first, cut where the field ends.
    fn names(&self, field: &[u8], seed: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(field).replace("<<", "\0").replace('<', " ");
        let (family, given) = text.split_once('\0').unwrap_or((&text, ""));
        let given = given.replace('\0', " ");
        let mut names = Vec::with_capacity(field.len());
        let family = fold(family_word(family));
        let family = if family.as_bytes().is_empty() { seed } else { family.as_bytes() };
        put_name(self.family.name(family, usize::MAX).folded.as_bytes(), &mut names);
        names.push(b'<');
        for word in words_of(&given).take(3) {
            names.push(b'<');
            put_name(self.given.name(fold(word).as_bytes(), usize::MAX).folded.as_bytes(), &mut names);
        }
        names.resize(field.len(), b'<');
        names
    }
}

/// Letters in capitals; what isn't one is a filler.
fn put_name(folded: &[u8], names: &mut Vec<u8>) {
    names.extend(folded.iter().map(|byte| if byte.is_ascii_alphabetic() { byte.to_ascii_uppercase() } else { b'<' }));
}

fn put(zone: &mut [u8], at: usize, part: &[u8]) {
    for (place, byte) in zone.iter_mut().skip(at).zip(part) {
        *place = *byte;
    }
}

/// Writes the check digit of a part behind it.
fn put_check(zone: &mut [u8], from: usize, to: usize) {
    let digit = check_digit(zone.get(from..to).unwrap_or_default());
    put(zone, to, &[digit]);
}

/// Weights 7, 3, 1; letters count from 10, fillers nothing (ICAO 9303-3, 4.9).
fn check_digit(part: &[u8]) -> u8 {
    let value = |byte: &u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    };
    let sum: u32 = part.iter().zip([7, 3, 1].iter().cycle()).map(|(byte, weight)| value(byte) * weight).sum();
    b'0' + (sum % 10) as u8
}

impl TextMask for Mrz {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let text = text.trim();
        let zone: Vec<u8> =
            text.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| byte.to_ascii_uppercase()).collect();
        let is_zone = zone.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'<');
        let layout = [&TD1, &TD2, &TD3].into_iter().find(|layout| is_zone && layout.lines * layout.width == zone.len());
        let masked = match layout {
            Some(layout) => self.masked(&zone, layout, &zone),
            None => self.masked(SPECIMEN.as_bytes(), &TD3, text.as_bytes()),
        };
        // Line breaks stay; one that was written in one line stays in one.
        if layout.is_some() {
            let mut masked = masked.iter();
            let like = |byte: u8| if byte.is_ascii_whitespace() { byte } else { *masked.next().unwrap_or(&b'<') };
            out.extend(text.bytes().map(like));
        } else {
            out.extend_from_slice(&masked);
        }
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("mrz")?;
    site.require_room("mrz", SPECIMEN.len())?;
    let (given, family) = (Namer::given(site), Namer::family(site));
    let mrz = Mrz { key: site.sub_key("mrz"), passport: Passport::new(site), given, family };
    Ok(built(mrz, Facts::changing(OriginalsOf::Identifier)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn mrz(text: &str) -> String {
        mask(&Spec::Mrz(Default::default()), text)
    }

    #[test]
    fn check_digits_are_those_of_the_published_specimens() {
        assert_eq!(check_digit(b"L898902C3"), b'6');
        assert_eq!(check_digit(b"740812"), b'2');
        assert_eq!(check_digit(b"L898902C3674081221204159ZE184226B<<<<<1"), b'0');
    }

    #[test]
    fn a_passport_stays_one_of_nobody_and_agrees_with_the_other_columns() {
        let original = "P<NORLIE<<INGRID<MARIE<<<<<<<<<<<<<<<<<<<<<<\nCCC0123453NOR8505150F3001017<<<<<<<<<<<<<<02";
        let masked = mrz(original);
        let (first, second) = masked.split_once('\n').unwrap();
        assert_eq!((first.len(), second.len()), (44, 44));
        assert!(first.starts_with("P<UTO") && &second[10..13] == "UTO", "{masked}");
        let given = mask(&Spec::FirstName(Default::default()), "Ingrid");
        assert!(
            first.contains(&format!(
                "<<{}<",
                fold(&given).as_bytes().iter().map(|b| char::from(b.to_ascii_uppercase())).collect::<String>()
            )),
            "{first} {given}"
        );
        assert_eq!(second[..9], mask(&Spec::Passport(Default::default()), "CCC012345"));
        for (from, to) in [(0, 9), (13, 19), (21, 27)] {
            assert_eq!(second.as_bytes()[to], check_digit(&second.as_bytes()[from..to]), "{second}");
        }
        assert_eq!(&second[20..27], "F300101", "sex and validity stay");
        assert!(["84", "85"].contains(&&second[13..15]), "{second}");
        let all = format!("{}{}{}", &second[..10], &second[13..20], &second[21..43]);
        assert_eq!(second.as_bytes()[43], check_digit(all.as_bytes()));
    }

    #[test]
    fn a_card_has_three_lines_and_its_own_last_check_digit() {
        let lines =
            ["IDNOR01234567<2<<<<<<<<<<<<<<<", "8505150F3001017NOR15058612345<", "LIE<<INGRID<<<<<<<<<<<<<<<<<<<"];
        let masked = mrz(&lines.join("\r\n"));
        let masked: Vec<&str> = masked.split("\r\n").collect();
        assert_eq!(masked.iter().map(|line| line.len()).collect::<Vec<_>>(), [30, 30, 30]);
        assert!(masked[0].starts_with("IDUTO99") && &masked[1][15..18] == "UTO", "{masked:?}");
        assert!(!masked[1].contains("150586"), "{masked:?}");
        let all = format!("{}{}{}{}", &masked[0][5..], &masked[1][..7], &masked[1][8..15], &masked[1][18..29]);
        assert_eq!(masked[1].as_bytes()[29], check_digit(all.as_bytes()));
        assert_eq!(mrz(&lines.concat()), masked.concat());
    }

    #[test]
    fn what_is_no_zone_becomes_a_passport_of_utopia() {
        let masked = mrz("Ingrid Lie, pass CCC012345");
        assert!(masked.len() == 88 && masked.starts_with("P<UTO") && !masked.contains("CCC"), "{masked}");
    }
}
