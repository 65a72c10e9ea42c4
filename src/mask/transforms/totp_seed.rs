//! `totp_seed`: a seed of one-time passwords that works, and is nobody's.

use super::draw::Draw;
use super::text_cell::{TextMask, built};
use super::token::{Token, require_distinct_room};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::secret::DomainKey;

/// RFC 4648, 6.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// How a masked seed begins; in this alphabet it has a value too, so that codes can be made from it.
const MARK: &[u8; 6] = b"MASKED";

/// Shorter seeds aren't marked.
const SHORTEST_MARKED: usize = 10;

/// 65 bits, for a seed that would not be distinct by itself.
const DISTINCT_DIGITS: usize = 13;

/// What may follow the seed in a link and stays: nothing that names somebody (Google's "Key Uri Format").
const KEPT_PARAMETERS: [&str; 4] = ["algorithm", "digits", "period", "counter"];

/// Makes seeds.
struct TotpSeed {
    key: DomainKey,
    token: Token,
    distinct: bool,
    room: usize,
}

impl TotpSeed {
    /// Appends the fake of a seed in base32; spaces, hyphens and padding stay where they are.
    /// In a unique column all of the `text` that it stands in decides, so that two spellings stay two.
    fn put_seed(&self, seed: &str, text: &str, out: &mut Vec<u8>) {
        let normal: Vec<u8> = seed.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_uppercase()).collect();
        let marked = if normal.len() >= SHORTEST_MARKED { MARK.len() } else { 0 };
        let mut draw = Draw::new(&self.key, if self.distinct { text.as_bytes() } else { &normal });
        let mut digits: Vec<u8> = MARK.iter().take(marked).copied().collect();
        let too_few = normal.len().saturating_sub(marked) < DISTINCT_DIGITS;
        let length = if self.distinct && too_few { MARK.len() + DISTINCT_DIGITS } else { normal.len() };
        while digits.len() < length {
            digits.extend(draw.pick(ALPHABET));
        }
        end_with_zeros(&mut digits);
        if digits == normal
            && let Some(first) = digits.first_mut()
        {
            *first = if *first == b'A' { b'B' } else { b'A' };
        }
        let small = seed.bytes().any(|byte| byte.is_ascii_lowercase());
        let digits = digits.into_iter().map(|digit| if small { digit.to_ascii_lowercase() } else { digit });
        if length != normal.len() {
            out.extend(digits);
            return;
        }
        let mut digits = digits;
        out.extend(seed.bytes().filter_map(|b| if b.is_ascii_alphanumeric() { digits.next() } else { Some(b) }));
    }

    /// Appends a link with its seed masked; who it is for is taken out, and who it is from as well.
    fn put_link(&self, link: &str, out: &mut Vec<u8>) -> Option<()> {
        let (kind, rest) = link.strip_prefix("otpauth://")?.split_once('/')?;
        let kind = ["totp", "hotp"].into_iter().find(|known| *known == kind)?;
        let (_, query) = rest.split_once('?')?;
        let pair = |name: &str| query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
        let (_, seed) = pair("secret").filter(|(_, seed)| is_base32(seed))?;
        out.extend_from_slice(format!("otpauth://{kind}/masked?secret=").as_bytes());
        self.put_seed(seed, link, out);
        for (name, value) in KEPT_PARAMETERS.into_iter().filter_map(pair) {
            if value.bytes().all(|byte| byte.is_ascii_alphanumeric()) && value.len() <= 8 {
                out.extend_from_slice(format!("&{name}={value}").as_bytes());
            }
        }
        Some(())
    }
}

/// Clears the bits of the last digit that belong to no byte: strict readers refuse a seed in which one is set.
fn end_with_zeros(digits: &mut [u8]) {
    let spare = match digits.len() % 8 {
        2 => 2,
        4 => 4,
        5 => 1,
        7 => 3,
        _ => return,
    };
    if let Some(last) = digits.last_mut()
        && let Some(value) = ALPHABET.iter().position(|digit| digit == last)
        && let Some(cleared) = ALPHABET.get(value >> spare << spare)
    {
        *last = *cleared;
    }
}

fn is_base32(text: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_alphabetic() || (b'2'..=b'7').contains(&byte);
    text.bytes().any(digit) && text.bytes().all(|byte| digit(byte) || b"= -".contains(&byte))
}

impl TextMask for TotpSeed {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let (start, trimmed) = (out.len(), text.trim());
        if is_base32(trimmed) {
            self.put_seed(trimmed, text, out);
        } else if self.put_link(trimmed, out).is_none() {
            out.truncate(start);
            self.token.put(text, out);
        }
        if out.len() - start > self.room {
            out.truncate(start);
            self.token.put(text, out);
        }
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("totp_seed")?;
    require_distinct_room("totp_seed", site)?;
    let (key, token, distinct) = (site.sub_key("totp_seed"), Token::of_column(site), site.column.unique);
    Ok(built(
        TotpSeed { key, token, distinct, room: site.room() },
        Facts::changing(OriginalsOf::Identifier).unique(distinct),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_with};
    use crate::postgres::catalog::Column;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn seed(original: &str) -> String {
        mask(&Spec::TotpSeed(Default::default()), original)
    }

    #[test]
    fn a_seed_is_base32_of_the_same_length_with_the_mark() {
        for original in ["JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXPJB======"] {
            let masked = seed(original);
            assert_eq!(masked.len(), original.len());
            assert!(masked.starts_with("MASKED") && super::is_base32(&masked), "{masked}");
        }
        let grouped = seed("jbsw y3dp ehpk 3pxp");
        assert!(grouped.starts_with("mask ed") && grouped.split(' ').all(|group| group.len() == 4), "{grouped}");
        assert_eq!(grouped.replace(' ', "").to_uppercase(), seed("JBSWY3DPEHPK3PXP"));
    }

    #[test]
    fn the_last_digit_has_no_bits_that_belong_to_no_byte() {
        for length in [18, 20, 21, 23] {
            for number in 0..50 {
                let original: String = format!("{}{}", "A".repeat(length - 2), ["AB", "CD", "EF"][number % 3]);
                let last = *seed(&original[..length]).as_bytes().last().unwrap();
                let value = super::ALPHABET.iter().position(|digit| *digit == last).unwrap();
                assert_eq!(value * (1 << (length * 5 / 8 * 8 + 5 - length * 5)) % 32, 0, "{length}");
            }
        }
    }

    #[test]
    fn a_link_loses_who_it_is_for() {
        let masked = seed("otpauth://totp/Firma:kari%40fjordpost.no?secret=JBSWY3DPEHPK3PXP&issuer=Firma&digits=6");
        assert_eq!(masked, format!("otpauth://totp/masked?secret={}&digits=6", seed("JBSWY3DPEHPK3PXP")));
        assert!(!seed("otpauth://totp/kari?issuer=x").contains("kari"));
    }

    #[test]
    fn a_short_seed_is_lengthened_in_a_unique_column() {
        let unique = Column { unique: true, ..column(TypeClass::Text, None) };
        assert_eq!(mask_with(&Spec::TotpSeed(Default::default()), &unique, "JBSWY3DP").len(), 19);
    }
}
