//! Numbers that nobody has, by country.

use super::super::draw::Draw;
use super::super::few::Few;

/// A country (or countries that share a numbering plan) with numbers for drama, or unallocated ones.
pub(in super::super) struct Country {
    /// ISO 3166 alpha-2.
    iso: &'static [&'static str],
    /// The country code.
    pub(super) code: &'static str,
    /// What stands before a national number when it is dialled at home.
    pub(super) trunk: &'static str,
    /// National numbers: a prefix, the first number behind it and how many there are.
    ranges: &'static [Range],
}

/// `prefix`, then a number from `first` in `digits` digits, `count` of them.
struct Range {
    prefix: &'static str,
    digits: usize,
    first: u64,
    count: u64,
}

/// All numbers behind a prefix.
const fn all(prefix: &'static str, digits: usize) -> Range {
    Range { prefix, digits, first: 0, count: 10u64.pow(digits as u32) }
}

/// Some numbers behind a prefix.
const fn some(prefix: &'static str, digits: usize, first: u64, count: u64) -> Range {
    Range { prefix, digits, first, count }
}

/// A country that reserves no numbers.
const fn without_numbers(iso: &'static [&'static str], code: &'static str, trunk: &'static str) -> Country {
    Country { iso, code, trunk, ranges: &[] }
}

/// Unallocated prefixes (libphonenumber's metadata); none is reserved for good.
pub(super) const NORWAY: &Country = &Country {
    iso: &["NO"],
    code: "47",
    trunk: "",
    ranges: &[
        all("20", 6),
        all("25", 6),
        all("26", 6),
        all("27", 6),
        all("28", 6),
        all("29", 6),
        all("30", 6),
        all("34", 6),
        all("36", 6),
        all("39", 6),
        all("50", 6),
        all("54", 6),
        all("60", 6),
        all("65", 6),
        all("79", 6),
    ],
};

/// 555-0100 to 555-0199 in any area (North American Numbering Plan).
pub(super) const NORTH_AMERICA: &Country = &Country {
    iso: &["US", "CA"],
    code: "1",
    trunk: "",
    ranges: &[
        some("2025550", 3, 100, 100),
        some("2125550", 3, 100, 100),
        some("2135550", 3, 100, 100),
        some("2145550", 3, 100, 100),
        some("2155550", 3, 100, 100),
        some("2165550", 3, 100, 100),
        some("3035550", 3, 100, 100),
        some("3055550", 3, 100, 100),
        some("3125550", 3, 100, 100),
        some("4045550", 3, 100, 100),
        some("4155550", 3, 100, 100),
        some("5035550", 3, 100, 100),
        some("5125550", 3, 100, 100),
        some("6025550", 3, 100, 100),
        some("6175550", 3, 100, 100),
        some("7025550", 3, 100, 100),
        some("7135550", 3, 100, 100),
        some("8085550", 3, 100, 100),
        some("9075550", 3, 100, 100),
        some("4165550", 3, 100, 100),
        some("6045550", 3, 100, 100),
    ],
};

const COUNTRIES: &[&Country] = &[
    NORWAY,
    NORTH_AMERICA,
    // PTS, numbers for fiction.
    &Country {
        iso: &["SE"],
        code: "46",
        trunk: "0",
        ranges: &[
            some("701740", 3, 605, 95),
            some("313900", 3, 600, 100),
            some("406280", 3, 400, 100),
            some("846500", 3, 400, 100),
        ],
    },
    // Ofcom, numbers for drama.
    &Country {
        iso: &["GB"],
        code: "44",
        trunk: "0",
        ranges: &[some("7700900", 3, 0, 1000), all("1632960", 3), all("2079460", 3)],
    },
    // BNetzA, numbers for media.
    &Country {
        iso: &["DE"],
        code: "49",
        trunk: "0",
        ranges: &[all("3023125", 3), all("6990009", 3), all("2214710", 3), all("8999998", 3), all("4066969", 3)],
    },
    // ARCEP, mobile numbers for fiction.
    &Country { iso: &["FR"], code: "33", trunk: "0", ranges: &[all("63998", 4)] },
    // ComReg, numbers for drama.
    &Country { iso: &["IE"], code: "353", trunk: "0", ranges: &[all("2091", 5)] },
    // None of these reserves numbers: theirs move to country code 999.
    &without_numbers(&["DK"], "45", ""),
    &without_numbers(&["FI"], "358", "0"),
    &without_numbers(&["IT"], "39", ""),
    &without_numbers(&["NL"], "31", "0"),
    &without_numbers(&["PT"], "351", ""),
    &without_numbers(&["BR"], "55", "0"),
    &without_numbers(&["TR"], "90", "0"),
    &without_numbers(&["JP"], "81", "0"),
    &without_numbers(&["CN"], "86", "0"),
    &without_numbers(&["TW"], "886", "0"),
    &without_numbers(&["SA"], "966", "0"),
    &without_numbers(&["IR"], "98", "0"),
];

impl Country {
    /// Whether there are numbers of it that nobody has.
    pub(super) fn has_numbers(&self) -> bool {
        !self.ranges.is_empty()
    }

    /// A national number, without the trunk prefix.
    pub(super) fn draw(&self, draw: &mut Draw) -> Few {
        let Some(range) = draw.pick(self.ranges) else { return Few::new() };
        let mut digits = Few::from(range.prefix.as_bytes());
        digits.extend(std::iter::repeat_n(b'0', range.digits));
        super::write_number(&mut digits[range.prefix.len()..], range.first + draw.below(range.count));
        digits
    }
}

/// The country whose code the digits begin with.
pub(super) fn by_code(digits: &[u8]) -> Option<&'static Country> {
    COUNTRIES.iter().copied().find(|country| digits.starts_with(country.code.as_bytes()))
}

/// The country of an ISO code.
pub(super) fn by_iso(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().copied().find(|country| country.iso.contains(&code))
}

/// The codes, for a message.
pub(super) fn known() -> String {
    COUNTRIES.iter().flat_map(|country| country.iso.iter().copied()).collect::<Vec<_>>().join(", ")
}
