//! `generalise`: the value, less exact, so that more people share it.

use std::collections::HashMap;
use std::net::IpAddr;

use super::calendar::Period;
use super::ip::{Ip, network};
use super::round::to_period;
use super::text_cell::{TextCell, TextMask, truncate};
use super::wire::{Reader, short};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Generalise as Options;

/// Keeps the beginning of a text.
struct Beginning {
    chars: usize,
    fill: Option<char>,
    room: usize,
}

impl TextMask for Beginning {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let (start, mut buffer) = (out.len(), [0; 4]);
        for (index, c) in text.trim().chars().enumerate() {
            let c = match self.fill {
                _ if index < self.chars => c,
                None => break,
                Some(fill) if c.is_alphanumeric() => fill,
                Some(_) => c,
            };
            out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
        }
        truncate(out, start, self.room);
        Ok(())
    }
}

/// Puts texts into categories.
struct Categories {
    /// By the text in lower case.
    map: HashMap<String, String>,
    otherwise: String,
}

impl TextMask for Categories {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let category = self.map.get(&text.trim().to_lowercase()).unwrap_or(&self.otherwise);
        out.extend_from_slice(category.as_bytes());
        Ok(())
    }
}

/// The network of an address, from the ranges that are reserved: the hosts of one network stay together.
struct Network {
    ip: Ip,
    /// Bits that are kept of an IPv4 address; of IPv6, twice as many.
    prefix: u8,
}

impl Transform for Network {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let mut reader = Reader(cell);
        let [_family, bits, is_cidr, length] = reader.array()?;
        let prefix = match length {
            4 => self.prefix,
            16 => self.prefix * 2,
            _ => return Err(short()),
        };
        let own = network(reader.take(length.into())?, prefix.min(bits));
        let original = match (<[u8; 4]>::try_from(own.as_slice()), <[u8; 16]>::try_from(own.as_slice())) {
            (Ok(v4), _) => IpAddr::from(v4),
            (_, Ok(v6)) => IpAddr::from(v6),
            _ => return Err(short()),
        };
        let (family, octets) = match self.ip.address(original) {
            // A network that is wider than the range for testing is one of the reserved class E.
            IpAddr::V4(_) if prefix < 15 => (2, vec![240, 0, 0, 0]),
            IpAddr::V4(v4) => (2, v4.octets().to_vec()),
            IpAddr::V6(v6) if prefix < 32 => (3, network(&v6.octets(), 32)),
            IpAddr::V6(v6) => (3, v6.octets().to_vec()),
        };
        // What is no longer than its network is a network already, and stays as wide.
        let bits = if is_cidr != 0 { bits.min(prefix) } else { bits };
        let cleared = if family == 3 { prefix.max(32) } else { prefix };
        out.extend_from_slice(&[family, bits, is_cidr, length]);
        out.extend_from_slice(&network(&octets, if is_cidr != 0 { bits.min(cleared) } else { cleared }));
        Ok(Masked::Value)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let Options { to, chars, fill, prefix, map, otherwise } = options;
    let period = to.as_deref().map_or(Some(Period::Year), Period::named);
    let unused = |given: &[(&str, bool)]| {
        let found = given.iter().find(|(_, given)| *given).map(|(name, _)| *name);
        found.map_or(Ok(()), |name| {
            let what = format!("{name} means nothing for type {}", site.column.type_name);
            Err(site.bad_option(what, "take it out"))
        })
    };
    let (text, address) = ([("chars", chars.is_some()), ("map", !map.is_empty())], ("prefix", prefix.is_some()));
    match site.column.class {
        TypeClass::Date | TypeClass::Timestamp | TypeClass::TimestampTz => {
            unused(&text)?;
            unused(&[address])?;
            let period = period.ok_or_else(|| site.bad_option("there is no such period", "write to: year"))?;
            to_period(period, "generalise", site)
        }
        TypeClass::Inet => {
            unused(&text)?;
            unused(&[("to", to.is_some())])?;
            let network = Network { ip: Ip::new(site, usize::MAX), prefix: prefix.unwrap_or(24).clamp(1, 31) };
            Ok(Built { transform: Box::new(network), facts: Facts::of(OriginalsOf::Identifier) })
        }
        TypeClass::Text => {
            unused(&[address])?;
            match (to, chars, map.is_empty()) {
                (Some(_), None, true) => {
                    let period = period.ok_or_else(|| site.bad_option("there is no such period", "write to: year"))?;
                    to_period(period, "generalise", site)
                }
                (None, Some(chars), true) => beginning(*chars, fill.as_deref(), site),
                (None, None, false) => categories(options, otherwise.as_deref().unwrap_or("other"), site),
                _ => Err(site.bad_option(
                    "a text is generalised in one way",
                    "write one of chars (its beginning), map (its category) and to (a date in text)",
                )),
            }
        }
        _ => Err(site.wrong_type("generalise")),
    }
}

fn beginning(chars: u32, fill: Option<&str>, site: &Site<'_>) -> Result<Built, Refusal> {
    let fill = match fill.map(|fill| fill.chars().collect::<Vec<_>>()).as_deref() {
        None => None,
        Some([one]) => Some(*one),
        Some(_) => return Err(site.bad_option("fill is one character", "write fill: '0' or fill: '*'")),
    };
    let beginning = Beginning { chars: chars as usize, fill, room: site.room() };
    Ok(Built { transform: Box::new(TextCell(beginning)), facts: Facts::of(OriginalsOf::Shared) })
}

fn categories(options: &Options, otherwise: &str, site: &Site<'_>) -> Result<Built, Refusal> {
    let names = options.map.values().map(String::as_str).chain([otherwise]);
    site.require_room("generalise", names.map(|name| name.chars().count()).max().unwrap_or(0))?;
    let map = options.map.iter().map(|(text, category)| (text.trim().to_lowercase(), category.clone()));
    let categories = Categories { map: map.collect(), otherwise: otherwise.to_owned() };
    Ok(Built { transform: Box::new(TextCell(categories)), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;
    use crate::postgres::civil_date::CivilDate;
    use crate::rules::transform::Transform as Spec;

    fn chars(chars: u32, fill: Option<&str>) -> Spec {
        Spec::Generalise(Options { chars: Some(chars), fill: fill.map(str::to_owned), ..Options::default() })
    }

    #[test]
    fn a_postcode_keeps_its_beginning() {
        assert_eq!(mask(&chars(2, None), "0187"), "01");
        assert_eq!(mask(&chars(2, Some("0")), "0187"), "0100");
        assert_eq!(mask(&chars(2, Some("*")), "SW1A 1AA"), "SW** ***");
        assert_eq!(mask(&chars(2, Some("*")), "Ø"), "Ø");
    }

    #[test]
    fn a_date_becomes_the_first_of_its_year() {
        let day = |year, month, day| (CivilDate::new(year, month, day).unwrap().days() as i32).to_be_bytes();
        let spec = Spec::Generalise(Options::default());
        assert_eq!(mask_bytes(&spec, &column(TypeClass::Date, None), &day(1986, 5, 15)), day(1986, 1, 1));
    }

    #[test]
    fn a_text_becomes_its_category() {
        let map = [("Oslo", "east"), ("Bergen", "west")].map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        let spec = Spec::Generalise(Options { map, ..Options::default() });
        assert_eq!(mask(&spec, " OSLO "), "east");
        assert_eq!(mask(&spec, "Bodø"), "other");
    }

    #[test]
    fn hosts_of_one_network_stay_together_in_a_reserved_one() {
        let spec = Spec::Generalise(Options::default());
        let masked = |cell: &[u8]| mask_bytes(&spec, &column(TypeClass::Inet, None), cell);
        let one = masked(&[2, 32, 0, 4, 84, 208, 1, 2]);
        assert_eq!(one, masked(&[2, 32, 0, 4, 84, 208, 1, 77]));
        assert_ne!(one, masked(&[2, 32, 0, 4, 84, 208, 2, 2]));
        assert_eq!((one[1], one[7]), (32, 0));
        assert!(super::super::spaces::is_masked_ip([one[4], one[5], one[6], one[7]].into()), "{one:?}");
        let v6 = |host: u8| {
            let mut cell = vec![3, 128, 0, 16, 0x2a, 0x01, 7, 0x99, 0x12, 0x34];
            cell.extend_from_slice(&[0, 1, 2, 3, 4, 5, 6, 7, 8, host]);
            masked(&cell)
        };
        assert_eq!(v6(1), v6(2));
        assert_eq!((&v6(1)[4..8], &v6(1)[10..]), ([0x20, 0x01, 0x0d, 0xb8].as_slice(), [0; 10].as_slice()));
    }

    #[test]
    fn a_text_has_to_be_told_how() {
        let text = column(TypeClass::Text, None);
        assert!(refusal(&Spec::Generalise(Options::default()), &text).help.contains("chars"));
        assert!(refusal(&chars(2, Some("ab")), &text).what.contains("one character"));
        assert!(refusal(&chars(2, None), &column(TypeClass::Date, None)).what.contains("means nothing"));
    }
}
