//! IBANs (ISO 13616): a country, two check digits by modulus 97, and an account in the country's own form.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "iban",
    kinds: &[Kind::Iban],
    examples: &[
        within("iban", "NO9386011117947"),
        bare("Betal til NO27 1503 2012 342, takk"),
        bare("de44500105175407324931"),
        bare("GB33 BUKB 2020 1555 5555 55"),
        bare("SE4550000000058398257466"),
        bare("RS35105008123123123173"),
        bare("PL20102055581111123456789012"),
        bare("PK30MEZN0001123456702101"),
        bare("TR330006100519786457841326"),
        bare("FR7630006000011234567890189"),
        bare("DK5000400440116243;FI2112345600000785"),
        bare("IT60X0542811101000000123456"),
    ],
    counter_examples: &[
        bare("NO6699041234551"),
        bare("NO66 9904 1234 551"),
        bare("SE3000012345678901234567"),
        bare("DK6100001234567890"),
        bare("FI2199123456789012"),
        bare("DE49912345678901234567"),
        bare("GB55ZZZZ00123456789012"),
        bare("FR0499999123456789012345678"),
        bare("NL80ZZZZ1234567890"),
        bare("PL40000123456789012345678901"),
        bare("RS29000123456789012345"),
        bare("BA720001234567890123"),
        bare("TR239123401234567890123456"),
        bare("PK17ZZZZ1234567890123456"),
        bare("ES7500001234567890123456"),
        bare("IT54X9999912345123456789012"),
        bare("BE24999123456789"),
        bare("AT469999912345678901"),
        bare("CH6899999123456789012"),
        bare("IE28ZZZZ00123456789012"),
        // The check digits are wrong.
        bare("NO9486011117947"),
        // Too long, too short, inside a word.
        bare("NO93860111179470"),
        bare("NO938601111794"),
        bare("XNO9386011117947"),
        bare("NO9386011117947X"),
        // No country.
        bare("ZZ9386011117947"),
        bare("KL20 mandag 14 november"),
    ],
    trigger: Trigger::DigitsAfterLetters(RunLengths::between(2, 31)),
    find,
};

/// The longest there may be.
const LONGEST: usize = 34;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let start = place.start.checked_sub(2)?;
    let country: [u8; 2] = cell.part(start..place.start).try_into().ok()?;
    if !country.iter().all(u8::is_ascii_alphabetic) || cell.is_after_word(start) {
        return None;
    }
    let form = FORMS.iter().find(|form| form.country.as_bytes().eq_ignore_ascii_case(&country))?;
    let mut characters = [0; LONGEST];
    let (characters, end) = read(cell, start, form.length(), &mut characters)?;
    let account = characters.get(4..)?;
    if cell.is_before_word(end) || !form.fits(account) || remainder(characters) != 1 {
        return None;
    }
    if !form.is_nobodys(account) {
        hits.add(Kind::Iban, start..end, Certainty::Certain);
    }
    Some(end)
}

/// Reads so many characters in one case, between which single spaces may stand, and gives them in capitals.
fn read<'c>(cell: &Cell<'_>, start: usize, length: usize, into: &'c mut [u8; LONGEST]) -> Option<(&'c [u8], usize)> {
    let is_lower = cell.byte(start).is_ascii_lowercase();
    let mut at = start;
    for (number, slot) in into.get_mut(..length)?.iter_mut().enumerate() {
        if number > 0
            && let Some((b' ' | b'-' | b'.', width)) = cell.separator(at)
        {
            at += width;
        }
        let byte = cell.byte(at);
        if !byte.is_ascii_alphanumeric() || (byte.is_ascii_alphabetic() && byte.is_ascii_lowercase() != is_lower) {
            return None;
        }
        *slot = byte.to_ascii_uppercase();
        at += 1;
    }
    Some((into.get(..length)?, at))
}

/// The remainder by 97 of the number that an IBAN stands for: the first four characters moved to the end, letters as 10
/// to 35. It is 1 if the check digits are right.
fn remainder(characters: &[u8]) -> u32 {
    let moved = characters.iter().skip(4).chain(characters.iter().take(4));
    moved.fold(0, |remainder, character| match character {
        b'0'..=b'9' => (remainder * 10 + u32::from(character - b'0')) % 97,
        letter => (remainder * 100 + u32::from(letter - b'A') + 10) % 97,
    })
}

/// How accounts are written in a country.
struct Form {
    country: &'static str,
    /// Lengths and classes, as in the registry: `n` digits, `a` capital letters, `c` either.
    account: &'static [(usize, u8)],
}

impl Form {
    fn length(&self) -> usize {
        4 + self.account.iter().map(|(length, _)| length).sum::<usize>()
    }

    fn fits(&self, account: &[u8]) -> bool {
        let mut characters = account.iter();
        self.account.iter().all(|(length, class)| {
            characters.by_ref().take(*length).all(|character| match class {
                b'n' => character.is_ascii_digit(),
                b'a' => character.is_ascii_alphabetic(),
                _ => true,
            })
        })
    }

    fn is_nobodys(&self, account: &[u8]) -> bool {
        NOBODYS.iter().filter(|nobodys| nobodys.country == self.country).any(|nobodys| {
            let end = nobodys.offset + nobodys.from.len();
            account
                .get(nobodys.offset..end)
                .is_some_and(|bank| (nobodys.from.as_bytes()..=nobodys.to.as_bytes()).contains(&bank))
        })
    }
}

/// Bank codes that no bank of the country has.
struct Nobodys {
    country: &'static str,
    /// Where the code stands in the account.
    offset: usize,
    from: &'static str,
    to: &'static str,
}

const fn nobodys(country: &'static str, offset: usize, from: &'static str, to: &'static str) -> Nobodys {
    Nobodys { country, offset, from, to }
}

/// The bank codes that nobody has. For countries that aren't here none is known, and every IBAN is taken for somebody's.
const NOBODYS: &[Nobodys] = &[
    // Bits gives out registration numbers up to 9903.
    nobodys("NO", 0, "9904", "9999"),
    // Bankgirot's list of bank identities for IBAN starts at 100.
    nobodys("SE", 0, "000", "000"),
    // Finans Danmark: registration numbers start above 0000.
    nobodys("DK", 0, "0000", "0000"),
    // Finance Finland: the groups of banks start with 1 to 8; no group starts with 9.
    nobodys("FI", 0, "99", "99"),
    // Bundesbank: the first digit of a Bankleitzahl is one of eight clearing areas, 1 to 8.
    nobodys("DE", 0, "9", "9"),
    // ISO 9362: no institution has a BIC in ZZZZ. In Britain and Ireland the sort code says the same once more.
    nobodys("GB", 0, "ZZZZ00", "ZZZZ00"),
    nobodys("IE", 0, "ZZZZ00", "ZZZZ00"),
    nobodys("NL", 0, "ZZZZ", "ZZZZ"),
    nobodys("PK", 0, "ZZZZ", "ZZZZ"),
    // Banque de France's codes of establishments have been given out up to the forty-thousands.
    nobodys("FR", 0, "99999", "99999"),
    // Narodowy Bank Polski is 101, and the first.
    nobodys("PL", 0, "000", "000"),
    // Narodna banka Srbije gives out three digits from 105, the one of Bosnia and Herzegovina from 101.
    nobodys("RS", 0, "000", "000"),
    nobodys("BA", 0, "000", "000"),
    // Turkish banks have four digits, written as five with a zero in front.
    nobodys("TR", 0, "9", "9"),
    // Banco de España is 9000; entities are counted from 0001.
    nobodys("ES", 0, "0000", "0000"),
    // After the check letter: the ABI code. None of Banca d'Italia's register starts with 9.
    nobodys("IT", 1, "99999", "99999"),
    // Not given to any bank in the National Bank's list of identification numbers.
    nobodys("BE", 0, "999", "999"),
    // Oesterreichische Nationalbank: a Bankleitzahl's first digit is its sector; the last in use is 6.
    nobodys("AT", 0, "99999", "99999"),
    // SIX: clearing numbers have up to five digits, and those for QR bills end at 31999.
    nobodys("CH", 0, "99999", "99999"),
];

const fn form(country: &'static str, account: &'static [(usize, u8)]) -> Form {
    Form { country, account }
}

/// The forms of SWIFT's IBAN registry, release 99.
const FORMS: &[Form] = &[
    form("AD", &[(8, b'n'), (12, b'c')]),
    form("AE", &[(19, b'n')]),
    form("AL", &[(8, b'n'), (16, b'c')]),
    form("AT", &[(16, b'n')]),
    form("AZ", &[(4, b'a'), (20, b'c')]),
    form("BA", &[(16, b'n')]),
    form("BE", &[(12, b'n')]),
    form("BG", &[(4, b'a'), (6, b'n'), (8, b'c')]),
    form("BH", &[(4, b'a'), (14, b'c')]),
    form("BI", &[(23, b'n')]),
    form("BR", &[(23, b'n'), (1, b'a'), (1, b'c')]),
    form("BY", &[(4, b'c'), (4, b'n'), (16, b'c')]),
    form("CH", &[(5, b'n'), (12, b'c')]),
    form("CR", &[(18, b'n')]),
    form("CY", &[(8, b'n'), (16, b'c')]),
    form("CZ", &[(20, b'n')]),
    form("DE", &[(18, b'n')]),
    form("DJ", &[(23, b'n')]),
    form("DK", &[(14, b'n')]),
    form("DO", &[(4, b'c'), (20, b'n')]),
    form("EE", &[(16, b'n')]),
    form("EG", &[(25, b'n')]),
    form("ES", &[(20, b'n')]),
    form("FI", &[(14, b'n')]),
    form("FK", &[(2, b'a'), (12, b'n')]),
    form("FO", &[(14, b'n')]),
    form("FR", &[(10, b'n'), (11, b'c'), (2, b'n')]),
    form("GB", &[(4, b'a'), (14, b'n')]),
    form("GE", &[(2, b'a'), (16, b'n')]),
    form("GI", &[(4, b'a'), (15, b'c')]),
    form("GL", &[(14, b'n')]),
    form("GR", &[(7, b'n'), (16, b'c')]),
    form("GT", &[(4, b'c'), (20, b'c')]),
    form("HN", &[(4, b'a'), (20, b'n')]),
    form("HR", &[(17, b'n')]),
    form("HU", &[(24, b'n')]),
    form("IE", &[(4, b'a'), (14, b'n')]),
    form("IL", &[(19, b'n')]),
    form("IQ", &[(4, b'a'), (15, b'n')]),
    form("IS", &[(22, b'n')]),
    form("IT", &[(1, b'a'), (10, b'n'), (12, b'c')]),
    form("JO", &[(4, b'a'), (4, b'n'), (18, b'c')]),
    form("KW", &[(4, b'a'), (22, b'c')]),
    form("KZ", &[(3, b'n'), (13, b'c')]),
    form("LB", &[(4, b'n'), (20, b'c')]),
    form("LC", &[(4, b'a'), (24, b'c')]),
    form("LI", &[(5, b'n'), (12, b'c')]),
    form("LT", &[(16, b'n')]),
    form("LU", &[(3, b'n'), (13, b'c')]),
    form("LV", &[(4, b'a'), (13, b'c')]),
    form("LY", &[(21, b'n')]),
    form("MC", &[(10, b'n'), (11, b'c'), (2, b'n')]),
    form("MD", &[(2, b'c'), (18, b'c')]),
    form("ME", &[(18, b'n')]),
    form("MK", &[(3, b'n'), (10, b'c'), (2, b'n')]),
    form("MN", &[(16, b'n')]),
    form("MR", &[(23, b'n')]),
    form("MT", &[(4, b'a'), (5, b'n'), (18, b'c')]),
    form("MU", &[(4, b'a'), (19, b'n'), (3, b'a')]),
    form("NI", &[(4, b'a'), (20, b'n')]),
    form("NL", &[(4, b'a'), (10, b'n')]),
    form("NO", &[(11, b'n')]),
    form("OM", &[(3, b'n'), (16, b'c')]),
    form("PK", &[(4, b'a'), (16, b'c')]),
    form("PL", &[(24, b'n')]),
    form("PS", &[(4, b'a'), (21, b'c')]),
    form("PT", &[(21, b'n')]),
    form("QA", &[(4, b'a'), (21, b'c')]),
    form("RO", &[(4, b'a'), (16, b'c')]),
    form("RS", &[(18, b'n')]),
    form("RU", &[(14, b'n'), (15, b'c')]),
    form("SA", &[(2, b'n'), (18, b'c')]),
    form("SC", &[(4, b'a'), (20, b'n'), (3, b'a')]),
    form("SD", &[(14, b'n')]),
    form("SE", &[(20, b'n')]),
    form("SI", &[(15, b'n')]),
    form("SK", &[(20, b'n')]),
    form("SM", &[(1, b'a'), (10, b'n'), (12, b'c')]),
    form("SO", &[(19, b'n')]),
    form("ST", &[(21, b'n')]),
    form("SV", &[(4, b'a'), (20, b'n')]),
    form("TL", &[(19, b'n')]),
    form("TN", &[(20, b'n')]),
    form("TR", &[(6, b'n'), (16, b'c')]),
    form("UA", &[(6, b'n'), (19, b'c')]),
    form("VA", &[(18, b'n')]),
    form("VG", &[(4, b'a'), (16, b'n')]),
    form("XK", &[(16, b'n')]),
    form("YE", &[(4, b'a'), (4, b'n'), (18, b'c')]),
];
