//! Public IPv4 addresses. Those that many networks share are nobody's: private, loopback, link-local (RFC 6890).

use std::{net::Ipv4Addr, ops::Range};

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "ipv4",
    kinds: &[Kind::Ipv4],
    examples: &[
        within("ip_address", "84.208.20.110"),
        bare("login from 84.208.20.110:51234"),
        bare("rate:84.208.20.110:login"),
        bare("http://84.208.20.110/path"),
        bare("::ffff:84.208.20.110"),
        bare("84.208.20.0/24"),
        within("client_ip", "8.8.8.8"),
        bare("fra 84.208.20.110."),
    ],
    counter_examples: &[
        within("ip_address", "192.0.2.17"),
        within("ip_address", "198.51.100.255"),
        within("ip_address", "203.0.113.0"),
        within("ip_address", "198.19.255.1"),
        within("ip_address", "240.1.2.3"),
        within("ip_address", "10.20.30.40"),
        within("ip_address", "127.0.0.1"),
        within("ip_address", "0.0.0.0"),
        within("ip_address", "169.254.169.254"),
        within("ip_address", "84.208.20.256"),
        bare("84.208.20.110.5"),
        bare("1.3.6.1.4.1.311"),
        bare("version 84.208.20.110"),
        within("app_version", "84.208.20.110"),
        bare("Mozilla/5.0 (X11) Chrome/120.0.6099.129 Safari/537.36"),
        bare("Chrome/120.0.0.0"),
        bare("84.208.020.110"),
        bare("1.2.3.4"),
        bare("v84.208.20.110"),
    ],
    trigger: Trigger::Digits(RunLengths::between(1, 3)),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    if cell.byte(place.end) != b'.' {
        return None;
    }
    // The whole of digits and dots is looked at, so that no part of a longer number passes for an address.
    let end = cell.run_end(place.start, |byte| byte.is_ascii_digit() || byte == b'.');
    let written = cell.text.get(place.start..end)?.trim_end_matches('.');
    let span = place.start..place.start + written.len();
    // `std` refuses leading zeros, which some read as octal.
    let address: Ipv4Addr = written.parse().ok()?;
    if cell.is_after_word(span.start) || cell.is_before_word(span.end) || cell.byte_before(span.start, 1) == b'.' {
        return Some(end);
    }
    if is_public(address) && !looks_like_a_version(cell, &span, address) {
        let certain = cell.is_about(Topics::NETWORK, &span);
        hits.add(Kind::Ipv4, span, if certain { Certainty::Certain } else { Certainty::Likely });
    }
    Some(end)
}

/// Whether the address can be somebody's on the internet.
pub(super) fn is_public(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let for_documentation = matches!((a, b, c), (192, 0, 2) | (198, 51, 100) | (203, 0, 113));
    let for_benchmarks = matches!((a, b), (198, 18 | 19));
    let shared = address.is_private()
        || address.is_link_local()
        || matches!(a, 0 | 127)
        // RFC 6598: behind a carrier's translation.
        || (a == 100 && (64..128).contains(&b));
    // From 224 on come multicast and what is reserved.
    !(for_documentation || for_benchmarks || shared || a >= 224)
}

/// Four numbers with dots are a version as often as an address.
fn looks_like_a_version(cell: &Cell<'_>, span: &Range<usize>, address: Ipv4Addr) -> bool {
    let [a, b, c, d] = address.octets();
    let product = cell.byte_before(span.start, 1) == b'/' && cell.byte_before(span.start, 2).is_ascii_alphanumeric();
    if product {
        return true;
    }
    let topics = cell.topics_near(span);
    if topics.has(Topics::NETWORK) {
        return false;
    }
    // Of all addresses, two in a million have four single digits.
    topics.has(Topics::VERSION) || [a, b, c, d].iter().all(|part| *part < 10) || (b, c, d) == (0, 0, 0)
}
