//! The numbering plans of single countries: which numbers there may be, and which belong to nobody.

use std::ops::RangeInclusive;

/// How a country's numbers look after its country code (ITU-T E.164).
pub(super) struct Plan {
    /// The country code.
    pub(super) code: &'static str,
    lengths: RangeInclusive<usize>,
    /// Whether somebody could have this number, as far as its first digits tell.
    plausible: fn(&[u8]) -> bool,
    /// Numbers that nobody has, from and to. An `x` at the start stands for any digit.
    nobodys: &'static [(&'static str, &'static str)],
}

impl Plan {
    /// Whether somebody could have this number. `national` is without country code and without a leading zero.
    pub(super) fn is_plausible(&self, national: &[u8]) -> bool {
        self.lengths.contains(&national.len()) && (self.plausible)(national)
    }

    /// Whether nobody has this number.
    pub(super) fn is_nobodys(&self, national: &[u8]) -> bool {
        self.nobodys.iter().any(|(from, to)| {
            let any = from.bytes().take_while(|byte| *byte == b'x').count();
            let tail = |text: &'static str| text.as_bytes().get(any..).unwrap_or_default();
            national.len() == from.len()
                && national.get(any..).is_some_and(|number| (tail(from)..=tail(to)).contains(&number))
        })
    }
}

/// Norway's plan, whose numbers are recognised without a country code too.
///
/// No range is reserved for fiction. These prefixes are not allocated (Nkom's plan E.164, as libphonenumber has it), so
/// only the set of originals can say for certain. 80 to 82 are free-phone and premium services, nobody's own numbers.
pub(super) const NORWAY: Plan = Plan {
    code: "47",
    lengths: 8..=12,
    plausible: |number| match (number.len(), number) {
        (8, [b'8', b'0'..=b'2', ..]) => false,
        (8, [first, ..]) => (b'2'..=b'9').contains(first),
        // Machines have twelve digits.
        (12, [b'5', b'8' | b'9', ..]) => true,
        _ => false,
    },
    nobodys: &[
        ("20000000", "20999999"),
        ("25000000", "30999999"),
        ("34000000", "34999999"),
        ("36000000", "36999999"),
        ("39000000", "39999999"),
        ("50000000", "50999999"),
        ("54000000", "54999999"),
        ("60000000", "60999999"),
        ("65000000", "65999999"),
        ("79000000", "79999999"),
    ],
};

/// The plan of North America. NPA-555-0100 to 0199 are for fiction (NANPA).
pub(super) const NORTH_AMERICA: Plan = Plan {
    code: "1",
    lengths: 10..=10,
    plausible: |number| matches!(number, [b'2'..=b'9', _, _, b'2'..=b'9', ..]),
    nobodys: &[("xxx5550100", "xxx5550199")],
};

/// The plans that are known closely.
pub(super) const PLANS: &[Plan] = &[
    NORWAY,
    NORTH_AMERICA,
    // PTS: numbers for books and films.
    Plan {
        code: "46",
        lengths: 7..=10,
        plausible: not_zero,
        nobodys: &[
            ("701740605", "701740699"),
            ("313900600", "313900699"),
            ("406280400", "406280499"),
            ("846500400", "846500499"),
        ],
    },
    Plan { code: "45", lengths: 8..=8, plausible: |number| matches!(number, [b'2'..=b'9', ..]), nobodys: &[] },
    Plan { code: "358", lengths: 5..=11, plausible: not_zero, nobodys: &[] },
    // Bundesnetzagentur: numbers for media.
    Plan {
        code: "49",
        lengths: 6..=12,
        plausible: not_zero,
        nobodys: &[
            ("3023125000", "3023125999"),
            ("6990009000", "6990009999"),
            ("2214710000", "2214710999"),
            ("8999998000", "8999998999"),
            ("4066969000", "4066969999"),
        ],
    },
    // ARCEP: numbers for audiovisual works.
    Plan { code: "33", lengths: 9..=9, plausible: not_zero, nobodys: &[("639980000", "639989999")] },
    // Ofcom: numbers for drama.
    Plan {
        code: "44",
        lengths: 9..=10,
        plausible: |number| matches!(number, [b'1' | b'2' | b'3' | b'5' | b'7' | b'8', ..]),
        nobodys: &[("7700900000", "7700900999"), ("1632960000", "1632960999"), ("2079460000", "2079460999")],
    },
    // ComReg, ACMA.
    Plan { code: "353", lengths: 7..=9, plausible: not_zero, nobodys: &[("209100000", "209199999")] },
    Plan {
        code: "61",
        lengths: 9..=9,
        plausible: not_zero,
        nobodys: &[("491570156", "491570159"), ("491570110", "491570110")],
    },
];

fn not_zero(number: &[u8]) -> bool {
    number.first().is_some_and(|first| *first != b'0')
}

/// Whether the number starts with a country code that the ITU has assigned to a country (E.164, annex to Operational
/// Bulletin 1114). +999 is assigned to none.
pub(super) fn has_country_code(number: &[u8]) -> bool {
    let code = number.iter().take(3).fold(0, |code, digit| code * 10 + u32::from(digit - b'0'));
    match code / 10 {
        20 | 27 | 30..=34 | 36 | 39..=41 | 43..=49 | 51..=58 | 60..=66 | 81 | 82 | 84 | 86 | 90..=95 | 98 => true,
        10..=19 | 70..=79 => true,
        _ => matches!(
            code,
            211..=213 | 216 | 218 | 220..=258 | 260..=269 | 290 | 291 | 297..=299 | 350..=359 | 370..=378 | 380..=383
                | 385..=387 | 389 | 420 | 421 | 423 | 500..=509 | 590..=599 | 670 | 672..=692 | 850 | 852 | 853 | 855
                | 856 | 880 | 886 | 960..=968 | 970..=977 | 992..=996 | 998
        ),
    }
}
