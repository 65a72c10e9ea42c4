//! E-mail addresses that aren't written with a plain `@`: `kari (at) firma dot no`, `kari%40firma.no`, `kari&#64;firma.no`.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::Cell,
    email,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "email_disguised",
    kinds: &[Kind::Email],
    examples: &[
        bare("kari.nordmann (at) firma.no"),
        bare("kari [at] firma [dot] no"),
        bare("kari(a)firma.no"),
        bare("kari at firma dot no"),
        bare("e-post: kari at firma.no"),
        bare("kari{at}firma{dot}no"),
        bare("https://firma.no/ny?email=kari%40firma.no&x=1"),
        bare("kari&#64;firma.no"),
        bare("kari krøllalfa firma punktum no"),
    ],
    counter_examples: &[
        bare("kari (at) example.com"),
        bare("kari [at] firma [dot] example"),
        bare("kari%40example.org"),
        bare("look at firma.no for more"),
        bare("we met at the firma dot"),
        bare("punkt (a) i avtalen"),
        bare("se (a) og (b). No more"),
        bare("100%40"),
        bare("meet at noon. Be there"),
    ],
    trigger: Trigger::Prefixes(|| SIGNS.to_vec()),
    find,
};

/// What is written instead of the sign. In Norwegian it is called "krøllalfa".
const SIGNS: &[&str] = &[
    "(at)",
    "[at]",
    "{at}",
    "<at>",
    "(AT)",
    "[AT]",
    "(a)",
    "[a]",
    " at ",
    " AT ",
    "%40",
    "&#64;",
    "&commat;",
    "&#x40;",
    " krøllalfa ",
    " snabel-a ",
    "(alfakrøll)",
    " alfakrøll ",
    "[snabel-a]",
    "(snabel-a)",
    "\\u0040",
];

/// What is written instead of the dot.
const DOTS: &[&str] =
    &["(dot)", "[dot]", "{dot}", "(punkt)", " dot ", " DOT ", " punktum ", " punkt ", "[.]", "(.)", " prikk "];

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let sign = cell.text.get(place.clone())?;
    let before = cell.text.get(..place.start)?.trim_end_matches(' ');
    let name = email::name_before(before)?;
    let after = cell.text.get(place.end..)?;
    let gap = after.len() - after.trim_start_matches(' ').len();
    let (domain, length, is_spelled) = domain_after(after.get(gap..)?)?;
    let span = before.len() - name.len()..place.end + gap + length;
    // `look at firma.no` is a sentence; a dot in the name, a word for e-mail or a spelled dot make it an address.
    let is_word = sign.trim().eq_ignore_ascii_case("at");
    let is_sentence = is_word
        && sign.starts_with(' ')
        && !is_spelled
        && !name.contains(['.', '_'])
        && !cell.is_about(Topics::EMAIL, &span);
    if is_sentence || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if !email::is_nobodys(&domain, &cell.detectors.allowed.domains) {
        hits.add(Kind::Email, span.clone(), Certainty::Likely);
    }
    Some(span.end)
}

/// A domain with plain or spelled dots, the length of how it is written, and whether a dot is spelled.
fn domain_after(text: &str) -> Option<(String, usize, bool)> {
    let (mut domain, mut at, mut is_spelled) = (String::new(), 0, false);
    loop {
        let rest = text.get(at..)?;
        let label: usize =
            rest.chars().take(64).take_while(|c| c.is_alphanumeric() || *c == '-').map(char::len_utf8).sum();
        if label == 0 {
            break;
        }
        domain.push_str(rest.get(..label)?);
        at += label;
        let rest = rest.get(label..)?;
        let spelled = DOTS.iter().find_map(|dot| {
            let trimmed = rest.trim_start_matches(' ');
            let found = rest.strip_prefix(dot).or(trimmed.strip_prefix(dot))?.trim_start_matches(' ');
            Some(rest.len() - found.len())
        });
        let plain = rest.strip_prefix('.').filter(|rest| rest.starts_with(char::is_alphanumeric)).map(|_| 1);
        let Some(dot) = spelled.or(plain) else { break };
        is_spelled |= spelled.is_some();
        domain.push('.');
        at += dot;
    }
    let domain = email::domain_after(&domain)?;
    Some((domain.to_owned(), at, is_spelled))
}
