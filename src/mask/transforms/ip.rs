//! `ip`: an address from a range that is reserved for documentation or testing, in text too.

mod neighbours;

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::draw::Draw;
use super::permutation::Permutation;
use super::text_cell::{TextCell, TextMask, truncate};
use super::wire::{Reader, short};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Ip as Options;
use crate::secret::DomainKey;
use neighbours::Neighbours;

/// The longest text of an IPv4 address, and so the least room in which every address finds one.
const IPV4_CHARS: usize = 15;
const IPV6_CHARS: usize = 39;

/// Makes addresses.
pub(super) struct Ip {
    key: DomainKey,
    /// For a column that has to be unique: there are fewer reserved IPv4 addresses than real ones, so each becomes IPv6.
    distinct: bool,
    neighbours: Neighbours,
    room: usize,
}

impl Ip {
    pub(super) fn new(site: &Site<'_>, room: usize) -> Self {
        let neighbours = Neighbours { hosts: Permutation::new(site.sub_key("ip host")), v4: None, v6: None };
        Self { key: site.sub_key("ip"), distinct: false, neighbours, room }
    }

    /// The fake of an address: another one than it.
    pub(super) fn address(&self, original: IpAddr) -> IpAddr {
        match original {
            IpAddr::V4(v4) if self.distinct => match self.neighbours.v4 {
                Some(bits) => IpAddr::V6(self.neighbours.wide(&self.key, v4, bits)),
                None => IpAddr::V6(self.v6(&v4.octets(), None)),
            },
            IpAddr::V4(v4) => IpAddr::V4(match self.neighbours.v4 {
                Some(bits) => self.neighbours.narrow(&self.key, v4, bits),
                None => self.v4(v4),
            }),
            IpAddr::V6(v6) => IpAddr::V6(match self.neighbours.v6 {
                Some(bits) => neighbours::of_v6(&self.key, v6, bits),
                None => self.v6(&v6.octets(), Some(v6)),
            }),
        }
    }

    /// One of 198.18.0.0/15 (RFC 2544) and the three networks for documentation (RFC 5737).
    fn v4(&self, original: Ipv4Addr) -> Ipv4Addr {
        const TESTING: u64 = 1 << 17;
        const DOCUMENTATION: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
        let mut draw = Draw::new(&self.key, &original.octets());
        loop {
            let choice = draw.below(TESTING + 3 * 256);
            let address = if choice < TESTING {
                Ipv4Addr::from((198 << 24 | 18 << 16) + choice as u32)
            } else {
                let choice = choice - TESTING;
                let [a, b, c] = DOCUMENTATION[(choice / 256) as usize % 3];
                Ipv4Addr::new(a, b, c, (choice % 256) as u8)
            };
            if address != original {
                return address;
            }
        }
    }

    /// One of 2001:db8::/32 (RFC 3849), with 96 bits of the keyed hash: distinct for distinct addresses.
    fn v6(&self, input: &[u8], original: Option<Ipv6Addr>) -> Ipv6Addr {
        let mut octets = [0u8; 16];
        octets[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        octets[4..].copy_from_slice(&self.key.bytes::<12>(input));
        if Some(Ipv6Addr::from(octets)) == original {
            octets[15] ^= 1;
        }
        Ipv6Addr::from(octets)
    }

    /// Appends the text with the addresses in it replaced; a text without any becomes an address.
    fn put(&self, text: &str, out: &mut Vec<u8>) {
        let mut result = String::with_capacity(text.len() + 16);
        let mut from = 0;
        let mut first = None;
        for (place, address) in addresses_in(text) {
            let masked = self.address(address);
            first.get_or_insert(masked);
            result.push_str(text.get(from..place.start).unwrap_or_default());
            let _ = write!(result, "{masked}");
            from = place.end;
        }
        let Some(first) = first else {
            let input = text.trim().as_bytes();
            let alone = if self.distinct {
                IpAddr::V6(self.v6(input, None))
            } else {
                IpAddr::V4(self.v4(Ipv4Addr::from(self.key.bytes::<4>(input))))
            };
            let _ = write!(result, "{alone}");
            out.extend_from_slice(result.as_bytes());
            return;
        };
        result.push_str(text.get(from..).unwrap_or_default());
        if self.room != usize::MAX && result.chars().count() > self.room {
            result.clear();
            let _ = match first {
                IpAddr::V6(v6) if self.room < IPV6_CHARS => write!(result, "2001:db8::{:x}", v6.segments()[7]),
                other => write!(result, "{other}"),
            };
        }
        let start = out.len();
        out.extend_from_slice(result.as_bytes());
        truncate(out, start, self.room);
    }
}

/// The addresses in a text and where they stand, found without letters or digits touching them.
pub(super) fn addresses_in(text: &str) -> Vec<(Range<usize>, IpAddr)> {
    let mut found = Vec::new();
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(begin) = bytes.get(at..).and_then(|rest| rest.iter().position(is_part)).map(|index| at + index) {
        let end = bytes
            .get(begin..)
            .and_then(|rest| rest.iter().position(|b| !is_part(b)))
            .map_or(bytes.len(), |n| begin + n);
        let glued = |index: Option<usize>| {
            index.and_then(|index| bytes.get(index)).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        if let Some(run) = text.get(begin..end) {
            let left_glued = glued(begin.checked_sub(1));
            found.extend(
                in_run(run, left_glued, glued(Some(end)))
                    .map(|(place, ip)| (begin + place.start..begin + place.end, ip)),
            );
        }
        at = end;
    }
    found
}

/// The address in a run of digits, dots and colons: the whole of it, or what stands between colons (`login:1.2.3.4:80`).
fn in_run(run: &str, left_glued: bool, right_glued: bool) -> impl Iterator<Item = (Range<usize>, IpAddr)> {
    let trimmed = run.trim_end_matches(['.', ':']);
    let whole = if run.ends_with("::") { run } else { trimmed };
    let start = if whole.starts_with("::") { 0 } else { whole.len() - whole.trim_start_matches(['.', ':']).len() };
    let candidate = whole.get(start..).unwrap_or_default();
    let untouched = (start > 0 || !left_glued) && (whole.len() < run.len() || !right_glued);
    let v6 = candidate.parse::<Ipv6Addr>().ok().filter(|_| untouched && candidate.len() > 2);
    let v6 = v6.map(|address| (start..start + candidate.len(), IpAddr::V6(address)));
    let mut at = 0;
    let parts: Vec<_> = run
        .split(':')
        .enumerate()
        .filter_map(|(index, part)| {
            let begin = at;
            at += part.len() + 1;
            let inner = part.trim_matches('.');
            let lead = part.len() - part.trim_start_matches('.').len();
            let touched =
                (index == 0 && left_glued && lead == 0) || (begin + lead + inner.len() == run.len() && right_glued);
            let address = inner.parse::<Ipv4Addr>().ok().filter(|_| !touched)?;
            Some((begin + lead..begin + lead + inner.len(), IpAddr::V4(address)))
        })
        .filter(|_| v6.is_none())
        .collect();
    v6.into_iter().chain(parts)
}

impl TextMask for Ip {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, out);
        Ok(())
    }
}

/// `inet` and `cidr` (`network_send`, `network.c`): the length of the network's prefix stays.
struct Inet(Ip);

impl Transform for Inet {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let mut reader = Reader(cell);
        let [_family, bits, is_cidr, length] = reader.array()?;
        let original = match length {
            4 => IpAddr::V4(Ipv4Addr::from(reader.array::<4>()?)),
            16 => IpAddr::V6(Ipv6Addr::from(reader.array::<16>()?)),
            _ => return Err(short()),
        };
        let masked = self.0.address(original);
        // A host alone stays a host when its family changes.
        let bits = if original.is_ipv4() && masked.is_ipv6() { bits.min(32) + 96 } else { bits };
        let (family, mut octets) = match masked {
            // A network wider than the range for testing names nobody; it becomes one of the reserved class E.
            IpAddr::V4(_) if is_cidr != 0 && bits < 15 => (2, vec![240, 0, 0, 0]),
            IpAddr::V4(v4) => (2, v4.octets().to_vec()),
            IpAddr::V6(v6) => (3, v6.octets().to_vec()),
        };
        if is_cidr != 0 {
            octets = network(&octets, bits);
        }
        out.extend_from_slice(&[family, bits, is_cidr, octets.len() as u8]);
        out.extend_from_slice(&octets);
        Ok(Masked::Value)
    }
}

/// The address with the bits of the host cleared, as `cidr` wants them.
pub(super) fn network(octets: &[u8], bits: u8) -> Vec<u8> {
    let kept = |index: usize| match usize::from(bits).saturating_sub(index * 8) {
        8.. => 0xFF,
        some => !(0xFF_u8 >> some),
    };
    octets.iter().enumerate().map(|(index, octet)| octet & kept(index)).collect()
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let in_range =
        |bits: Option<u8>, range: std::ops::RangeInclusive<u8>| bits.is_none_or(|bits| range.contains(&bits));
    if !in_range(options.keep_prefix, 16..=31) || !in_range(options.keep_prefix_v6, 33..=64) {
        return Err(site.bad_option("no reserved range has room", "keep_prefix is 16 to 31, keep_prefix_v6 33 to 64"));
    }
    let distinct = site.column.unique;
    let mut ip = Ip { distinct, ..Ip::new(site, site.room()) };
    (ip.neighbours.v4, ip.neighbours.v6) = (options.keep_prefix, options.keep_prefix_v6);
    let facts = Facts::changing(OriginalsOf::Identifier).unique(distinct);
    match site.column.class {
        TypeClass::Text => {
            // Text around an address may have to give way, so that only a wide column keeps distinct texts distinct.
            let wide = site.column.max_chars.is_none_or(|room| room >= 120);
            site.require_room("ip", if distinct { IPV6_CHARS } else { IPV4_CHARS })?;
            Ok(Built { transform: Box::new(TextCell(ip)), facts: facts.unique(distinct && wide).ignoring_case() })
        }
        TypeClass::Inet => {
            // A wide network can be its own fake, and two networks may become one.
            let cidr = site.column.type_name.contains("cidr");
            let facts = Facts { always_changes: !cidr, unique: distinct && !cidr, ..facts };
            Ok(Built { transform: Box::new(Inet(ip)), facts })
        }
        _ => Err(site.wrong_type("ip")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn found(text: &str) -> Vec<String> {
        addresses_in(text).into_iter().map(|(place, _)| text[place].to_owned()).collect()
    }

    #[test]
    fn addresses_are_found_where_they_stand_alone() {
        assert_eq!(found("login:84.208.1.2"), ["84.208.1.2"]);
        assert_eq!(found("84.208.1.2:443, then 10.0.0.1."), ["84.208.1.2", "10.0.0.1"]);
        assert_eq!(found("from 2a02:2121:0:1::5 and ::ffff:84.208.1.2"), ["2a02:2121:0:1::5", "::ffff:84.208.1.2"]);
        assert_eq!(found("[2a02:2121::1]:443"), ["2a02:2121::1"]);
        assert_eq!(found("v1.2.3.4b, 1.2.3, 12:30:45, 2024.11.21.1.2"), Vec::<String>::new());
    }

    #[test]
    fn the_text_around_an_address_stays() {
        let masked = mask(&Spec::Ip(Default::default()), "login:84.208.1.2:ok");
        assert!(masked.starts_with("login:") && masked.ends_with(":ok") && !masked.contains("84.208"), "{masked}");
        assert!(mask(&Spec::Ip(Default::default()), "84-208-1-2.customer.example").parse::<Ipv4Addr>().is_ok());
    }

    #[test]
    fn neighbours_stay_neighbours_in_a_network_that_is_reserved() {
        let spec = Spec::Ip(crate::rules::transform::Ip { keep_prefix: Some(24), keep_prefix_v6: Some(48) });
        let [one, other, far] =
            ["84.208.1.2", "84.208.1.77", "91.10.1.2"].map(|text| mask(&spec, text).parse::<Ipv4Addr>().unwrap());
        assert_eq!(one.octets()[..3], other.octets()[..3]);
        assert_ne!(one, other);
        assert_ne!(one.octets()[..3], far.octets()[..3]);
        assert!(one.octets()[0] == 198 && matches!(one.octets()[1], 18 | 19), "{one}");
        let [one, other] =
            ["2a02:2121:2c0:1::5", "2a02:2121:2c0:2::5"].map(|text| mask(&spec, text).parse::<Ipv6Addr>().unwrap());
        assert_eq!(one.segments()[..3], other.segments()[..3]);
        assert_eq!(one.segments()[..2], [0x2001, 0xdb8]);
        assert_ne!(one, other);
    }

    #[test]
    fn host_bits_are_cleared_for_a_network() {
        assert_eq!(network(&[198, 19, 77, 201], 24), [198, 19, 77, 0]);
        assert_eq!(network(&[198, 19, 77, 201], 20), [198, 19, 64, 0]);
        assert_eq!(network(&[198, 19, 77, 201], 0), [0, 0, 0, 0]);
    }
}
