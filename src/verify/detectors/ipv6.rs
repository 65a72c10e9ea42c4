//! Public IPv6 addresses: 2000::/3, of which 2001:db8::/32 (RFC 3849) and 3fff::/20 (RFC 9637) are for documentation.
//!
//! Nothing else can be somebody's on the internet, and that leaves `std::fs` and `face::cafe` in peace.

use std::{net::Ipv6Addr, ops::Range};

use super::{
    Detector, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "ipv6",
    kinds: &[Kind::Ipv6],
    examples: &[
        within("ip_address", "2a02:2121:2c0:5b00:11d7:4f2:8e31:77aa"),
        bare("[2a02:2121::1]:443"),
        bare("fra 2A02:2121:2c0::5 kl. 10:11:12"),
        bare("2a02:2121::/32"),
        bare("rate:2a02:2121::1"),
    ],
    counter_examples: &[
        bare("2001:db8::17"),
        bare("2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
        bare("3fff:abc::1"),
        bare("::1"),
        bare("::"),
        bare("fe80::1ff:fe23:4567:890a"),
        bare("fd12:3456:789a::1"),
        bare("10:11:12"),
        bare("2024-01-15 10:11:12+01:00"),
        bare("2a:02:21:21:2c:0a"),
        bare("2a:02:21:21:2c:0a:5b:00"),
        bare("std::fs::read, face::cafe, a::b"),
        bare("2a02:2121:2c0:5b00:11d7:4f2:8e31:77aa:9"),
    ],
    trigger: Trigger::Byte(b':'),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let first = cell.run_start(place.start, |byte| byte.is_ascii_hexdigit());
    // Cheap: the first group of a public address has four digits that start with 2 or 3.
    if place.start - first != 4 || !matches!(cell.byte(first), b'2' | b'3') || cell.is_after_word(first) {
        return None;
    }
    if cell.byte_before(first, 1) == b':' && !is_after_label(cell, first) {
        return None;
    }
    let end = cell.run_end(place.start, |byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
    let rest = cell.text.get(first..end)?;
    let written = match rest.trim_end_matches('.') {
        text if text.ends_with("::") => text,
        text => text.trim_end_matches(':'),
    };
    let span = first..first + written.len();
    let address: Ipv6Addr = written.parse().ok()?;
    if cell.is_before_word(span.end) {
        return None;
    }
    if is_public(address) && !is_run_of_bytes(written) {
        hits.add(Kind::Ipv6, span, Certainty::Certain);
    }
    Some(end)
}

/// Whether what stands before is a word and a colon (`rate:2a02::1`), not the first groups of a longer address.
fn is_after_label(cell: &Cell<'_>, first: usize) -> bool {
    cell.is_after_word(cell.run_start(first, |byte| byte.is_ascii_hexdigit() || byte == b':'))
}

fn is_public(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let for_documentation = (first, second) == (0x2001, 0xdb8) || (first == 0x3fff && second < 0x1000);
    (0x2000..0x4000).contains(&first) && !for_documentation
}

/// Whether all groups have two digits: a fingerprint or a hardware address.
fn is_run_of_bytes(written: &str) -> bool {
    written.split(':').all(|group| group.len() == 2)
}
