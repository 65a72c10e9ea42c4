//! `hex_digest`: hexadecimal digits of a keyed hash.

use super::text_cell::{TextCell, TextMask};
use super::uuid::MaskedUuid;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::HexDigest as Options;
use crate::secret::DomainKey;

/// 64 bits: what it takes for digests to be distinct.
const DISTINCT_DIGITS: usize = 16;

/// Makes digests in text.
struct HexDigest {
    key: DomainKey,
    length: Option<usize>,
    at_least: usize,
}

impl TextMask for HexDigest {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let length = self.length.unwrap_or_else(|| text.chars().count().max(self.at_least));
        // A look that goes to the end takes many bytes at a time.
        let hexadecimal = text.bytes().fold(true, |all, byte| all & byte.is_ascii_hexdigit());
        let capitals = text.bytes().any(|b| b.is_ascii_uppercase()) && !text.bytes().any(|b| b.is_ascii_lowercase());
        // The same digest in capitals is the same digest; anything else is taken as it is, so that it stays distinct.
        let masked = if hexadecimal && capitals {
            self.digits(text.to_ascii_lowercase().as_bytes(), length, b"0123456789ABCDEF", text, out)
        } else {
            self.digits(text.as_bytes(), length, b"0123456789abcdef", text, out)
        };
        masked.then_some(()).ok_or_else(|| CellError("no digest differs from the value".to_owned()))
    }
}

impl HexDigest {
    /// Appends so many digits, with the first changed if they are the original's; says whether they differ.
    fn digits(&self, input: &[u8], length: usize, alphabet: &[u8; 16], text: &str, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        let mut put = |bytes: &[u8]| {
            out.extend(
                bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|nibble| alphabet[usize::from(nibble)]),
            );
        };
        if length <= 64 {
            put(&self.key.bytes::<32>(input));
        } else {
            let mut stream = self.key.stream(input);
            let mut block = [0u8; 64];
            for _ in 0..length.div_ceil(128) {
                stream.fill(&mut block);
                put(&block);
            }
        }
        out.truncate(start + length);
        if out.get(start..) == Some(text.as_bytes())
            && let Some(first) = out.get_mut(start)
        {
            *first = if *first == b'0' { b'1' } else { b'0' };
        }
        out.len() > start
    }
}

/// Makes digests in bytes, as many as there were.
struct RawDigest {
    key: DomainKey,
    at_least: usize,
}

impl Transform for RawDigest {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if cell.is_empty() {
            return Ok(Masked::Value);
        }
        let start = out.len();
        out.resize(start + cell.len().max(self.at_least), 0);
        let place = out.get_mut(start..).unwrap_or_default();
        self.key.stream(cell).fill(place);
        if place == cell
            && let Some(first) = place.first_mut()
        {
            *first ^= 1;
        }
        Ok(Masked::Value)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let facts = Facts::changing(OriginalsOf::Identifier);
    let key = site.sub_key("hex_digest");
    let unique = site.column.unique;
    if options.length.is_some_and(|length| !(1..=4096).contains(&length)) {
        return Err(site.bad_option("hex_digest has a length of nothing or too much", "SHA-256 has { length: 64 }"));
    }
    match site.column.class {
        TypeClass::Text => {
            let at_least = if unique { DISTINCT_DIGITS } else { 1 };
            site.require_room("hex_digest", options.length.unwrap_or(at_least))?;
            let distinct = options.length.map_or(unique, |length| length >= DISTINCT_DIGITS);
            let digest = HexDigest { key, length: options.length, at_least };
            Ok(Built { transform: Box::new(TextCell(digest)), facts: facts.unique(distinct).ignoring_case() })
        }
        TypeClass::Bytea if options.length.is_none() => {
            let digest = RawDigest { key, at_least: if unique { DISTINCT_DIGITS / 2 } else { 0 } };
            Ok(Built { transform: Box::new(digest), facts: facts.unique(unique) })
        }
        TypeClass::Uuid if options.length.is_none() => {
            Ok(Built { transform: Box::new(MaskedUuid::new(site)), facts: facts.unique(true) })
        }
        _ => Err(site.wrong_type("hex_digest")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use crate::rules::transform::{HexDigest as Options, Transform as Spec};

    #[test]
    fn length_and_case_are_those_of_the_original_unless_a_length_is_given() {
        let spec = Spec::HexDigest(Options::default());
        let digest = mask(&spec, &"0123abcd".repeat(8));
        assert_eq!(digest.len(), 64);
        assert_eq!(mask(&spec, &"0123ABCD".repeat(8)), digest.to_uppercase());
        assert_eq!(mask(&spec, &"ab".repeat(100)).len(), 200);
        assert_eq!(mask(&Spec::HexDigest(Options { length: Some(40) }), "anything").len(), 40);
    }
}
