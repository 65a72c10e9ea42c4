//! Codes of banks (BIC, ISO 9362): four letters for the bank, two for the country, two characters for the place, and three
//! for a branch. There is no check digit, so what stands around it has to tell. A 0 in the eighth place marks a code for
//! tests; no bank has letters that begin with ZZ.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::Cell,
    countries::is_country,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "bic",
    kinds: &[Kind::Bic],
    examples: &[
        within("bic", "DNBANOKK"),
        within("swift_code", "DEUTDEFF500"),
        bare("BIC: DNBANOKKXXX"),
        bare("swift/BIC NDEASESS, takk"),
    ],
    counter_examples: &[
        within("bic", "ZZQTNOB0XXX"),
        within("bic", "DNBANOK0"),
        within("bic", "DNBAQQKK"),
        within("bic", "DNBANOKKXX"),
        within("bic", "MASKED00"),
        bare("TELEFONI"),
        within("title", "DNBANOKK"),
    ],
    trigger: Trigger::AnyOf(&[
        Trigger::WholeCell(Topics::BANK),
        Trigger::Prefixes(|| vec!["BIC", "Bic", "SWIFT", "Swift", "swift"]),
    ]),
    find,
};

/// How far behind the word the code may stand.
const REACH: usize = 20;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    if place.is_empty() {
        let text = cell.text.trim();
        let start = cell.text.len() - cell.text.trim_start().len();
        look(text.as_bytes(), start, hits);
        return None;
    }
    if cell.context.topics.has(Topics::BANK) && cell.text.len() <= 16 {
        return None;
    }
    let is_beside = |byte: u8| byte.is_ascii_alphanumeric();
    let mut at = place.end;
    while at < place.end + REACH {
        let start = at + cell.rest(at).iter().position(|byte| is_beside(*byte))?;
        let end = cell.run_end(start, is_beside);
        if start < place.end + REACH && look(cell.part(start..end), start, hits) {
            return Some(end);
        }
        at = end.max(start + 1);
    }
    None
}

/// Whether these characters are the code of a bank. `start` is where they stand.
fn look(code: &[u8], start: usize, hits: &mut Hits) -> bool {
    let [a, b, c, d, x, y, _, last, branch @ ..] = code else { return false };
    let is_code = matches!(branch.len(), 0 | 3)
        && [a, b, c, d, x, y].iter().all(|letter| letter.is_ascii_uppercase())
        && code.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && is_country([*x, *y]);
    if is_code && *last != b'0' && !(*a == b'Z' && *b == b'Z') {
        hits.add(Kind::Bic, start..start + code.len(), Certainty::Likely);
    }
    is_code
}
