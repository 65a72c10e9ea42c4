//! Addresses of one network, masked to addresses of one reserved network.
//!
//! Prefixes can't be preserved at every length, as Crypto-PAn does (J. Xu and others, 2002): it needs all 32 bits of
//! IPv4, and what is reserved has 17. So one length is chosen, and nothing shows at any other.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::permutation::Permutation;
use crate::secret::DomainKey;

/// 198.18.0.0/15 (RFC 2544), of which so many bits are free.
const TESTING: u32 = 198 << 24 | 18 << 16;
const TESTING_BITS: u32 = 17;

/// 2001:db8::/32 (RFC 3849).
const DOCUMENTATION: u128 = 0x2001_0db8 << 96;

/// How many first bits make a network, for either family.
pub(super) struct Neighbours {
    pub(super) hosts: Permutation,
    pub(super) v4: Option<u8>,
    pub(super) v6: Option<u8>,
}

impl Neighbours {
    /// In 198.18.0.0/15. Two networks may become one, since there are only so many; two hosts of a network don't.
    pub(super) fn narrow(&self, key: &DomainKey, original: Ipv4Addr, bits: u8) -> Ipv4Addr {
        let host_bits = 32 - u32::from(bits.clamp(16, 31));
        let network = u32::from(original) >> host_bits;
        let mut masked = key.number(&network_input(4, bits, network.into())) as u32 % (1 << (TESTING_BITS - host_bits));
        // Already masked, or a laboratory's: all of its hosts move to the network beside it.
        if TESTING >> host_bits | masked == network {
            masked ^= 1;
        }
        Ipv4Addr::from(TESTING | masked << host_bits | self.host(key, original, bits))
    }

    /// In 2001:db8::/32, where distinct ones stay distinct: 64 bits for the network, and the host.
    pub(super) fn wide(&self, key: &DomainKey, original: Ipv4Addr, bits: u8) -> Ipv6Addr {
        let network = u32::from(original) >> (32 - u32::from(bits.clamp(16, 31)));
        let masked = key.number(&network_input(4, bits, network.into()));
        Ipv6Addr::from(DOCUMENTATION | u128::from(masked) << 32 | u128::from(self.host(key, original, bits)))
    }

    /// The host's place among all of its network: another order in each.
    fn host(&self, key: &DomainKey, original: Ipv4Addr, bits: u8) -> u32 {
        let host_bits = 32 - u32::from(bits.clamp(16, 31));
        let mask = (1u32 << host_bits) - 1;
        let network = u32::from(original) >> host_bits;
        let pad = key.number(&network_input(0, bits, network.into())) as u32;
        self.hosts.place(u64::from((u32::from(original) ^ pad) & mask), 1 << host_bits) as u32
    }
}

/// In 2001:db8::/32, with at least 64 bits of the whole address's keyed hash for the host.
pub(super) fn of_v6(key: &DomainKey, original: Ipv6Addr, bits: u8) -> Ipv6Addr {
    let host_bits = 128 - u32::from(bits.clamp(33, 64));
    let network = u128::from(original) >> host_bits;
    let mut masked = u128::from(key.number(&network_input(6, bits, network))) & ((1 << (96 - host_bits)) - 1);
    if DOCUMENTATION >> host_bits | masked == network {
        masked ^= 1;
    }
    let host = u128::from_le_bytes(key.bytes::<16>(&original.octets())) & ((1 << host_bits) - 1);
    Ipv6Addr::from(DOCUMENTATION | masked << host_bits | host)
}

/// What a network is known by; the first byte keeps the families apart, and the length is one no address has.
fn network_input(family: u8, bits: u8, network: u128) -> [u8; 18] {
    let mut input = [0u8; 18];
    (input[0], input[1]) = (family, bits);
    input[2..].copy_from_slice(&network.to_le_bytes());
    input
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::secret::MaskingKey;

    fn made() -> (Neighbours, DomainKey) {
        let key = MaskingKey::parse(&"1f".repeat(32)).unwrap();
        (Neighbours { hosts: Permutation::new(key.domain("host")), v4: None, v6: None }, key.domain("ip"))
    }

    #[test]
    fn all_hosts_of_a_network_fill_one_reserved_network() {
        let (neighbours, key) = made();
        for bits in [16, 20, 24, 31] {
            let host_bits = 32 - u32::from(bits);
            let first = 0x54D0_0000u32;
            let all: HashSet<u32> = (0..1u32 << host_bits)
                .map(|host| u32::from(neighbours.narrow(&key, Ipv4Addr::from(first | host), bits)))
                .collect();
            assert_eq!(all.len(), 1 << host_bits);
            assert_eq!(all.iter().map(|address| address >> host_bits).collect::<HashSet<_>>().len(), 1);
        }
    }

    #[test]
    fn no_address_of_the_reserved_range_is_its_own_fake() {
        let (neighbours, key) = made();
        for bits in 16..=31 {
            for address in (TESTING..TESTING + (1 << TESTING_BITS)).step_by(7).map(Ipv4Addr::from) {
                assert_ne!(neighbours.narrow(&key, address, bits), address);
            }
        }
    }

    #[test]
    fn distinct_addresses_stay_distinct_where_they_become_ipv6() {
        let (neighbours, key) = made();
        let all: HashSet<Ipv6Addr> =
            (0..50_000u32).map(|n| neighbours.wide(&key, Ipv4Addr::from(n.wrapping_mul(85_993)), 20)).collect();
        assert_eq!(all.len(), 50_000);
    }
}
