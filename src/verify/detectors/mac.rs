//! Hardware addresses (IEEE 802, EUI-48 and EUI-64) that a maker gave out: with colons, with hyphens, or Cisco's dots.
//!
//! Locally administered addresses (second digit 2, 6, A, E), group addresses (odd) and 00-00-5E of IANA (RFC 7042, with
//! the range for documentation) belong to no device of anybody.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "mac",
    kinds: &[Kind::Mac],
    examples: &[
        bare("08:00:2b:01:02:03"),
        bare("device 3C-22-FB-4A-11-90 lost"),
        within("mac_address", "001b.63aa.bbcc"),
        within("mac", "08002b010203"),
        bare("eui64 00:1b:63:ff:fe:84:45:e6"),
    ],
    counter_examples: &[
        bare("5e:91:c4:0a:77:d2"),
        bare("00-00-5E-00-53-1F"),
        bare("01:00:5e:00:00:fb"),
        bare("ff:ff:ff:ff:ff:ff"),
        bare("00:00:00:00:00:00"),
        bare("10:11:12"),
        bare("08:00:2b:01:02:03:04"),
        bare("08:00:2b:01:02-03"),
        bare("001b.63aa.bbcc"),
        bare("2024-01-15-10-11-12"),
        bare("24-01-15-10-11-12-13"),
    ],
    trigger: Trigger::AnyOf(&[
        Trigger::Byte(b':'),
        Trigger::Byte(b'-'),
        Trigger::Byte(b'.'),
        Trigger::WholeCell(Topics::HARDWARE),
    ]),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    if place.is_empty() {
        let text = cell.text.trim();
        if matches!(text.len(), 12 | 16) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_makers(text) {
            hits.add(Kind::Mac, 0..cell.text.len(), Certainty::Likely);
        }
        return None;
    }
    let separator = cell.byte(place.start);
    let width = if separator == b'.' { 4 } else { 2 };
    // Cheap: most of these characters aren't followed by another one at the right distance.
    if cell.byte(place.end + width) != separator {
        return None;
    }
    let start = place.start.checked_sub(width)?;
    let is_hex = |at: usize| cell.part(at..at + width).iter().all(u8::is_ascii_hexdigit);
    let mut groups = 1;
    while cell.byte(start + groups * (width + 1) - 1) == separator && is_hex(start + groups * (width + 1)) {
        groups += 1;
    }
    let end = start + groups * (width + 1) - 1;
    let right = if width == 4 { groups == 3 } else { matches!(groups, 6 | 8) };
    let before = cell.byte_before(start, 1);
    let is_alone =
        !cell.is_before_word(end) && !cell.is_after_word(start) && before != separator && cell.byte(end) != separator;
    if !right || !is_hex(start) || !is_alone || end > cell.text.len() {
        return None;
    }
    let text = cell.text.get(start..end)?;
    let is_plain_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let needs_context = separator == b'.' || (separator == b'-' && is_plain_number);
    if is_makers(text) && (!needs_context || cell.is_about(Topics::HARDWARE, &(start..end))) {
        hits.add(Kind::Mac, start..end, Certainty::Certain);
    }
    Some(end)
}

/// Whether a maker could have given out an address that is written so.
fn is_makers(text: &str) -> bool {
    let hex: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).map(|byte| byte.to_ascii_uppercase()).collect();
    let is_universal = hex.get(1).is_some_and(|digit| matches!(digit, b'0' | b'4' | b'8' | b'C'));
    is_universal && !hex.starts_with(b"00005E") && hex.iter().any(|digit| *digit != b'0')
}
