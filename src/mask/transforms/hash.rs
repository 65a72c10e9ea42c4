//! `hash`: a keyed hash, BLAKE3 or HMAC-SHA-256, in hexadecimal digits, base64 or base32.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use super::text_cell::{TextCell, TextMask};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Hash as Options, HashAlgorithm, HashEncoding};
use crate::secret::DomainKey;

/// What base64 and base32 of this length and more begin with, in their own alphabet: they look like a live token.
const MARK: &[u8; 6] = b"masked";
const SHORTEST_MARKED: usize = 16;

/// Distinct originals have distinct hashes from so many bits on.
const ENOUGH_BITS: usize = 64;

/// Either function, with its key.
enum Function {
    Blake3(DomainKey),
    HmacSha256(hmac::Key),
}

impl Function {
    fn new(algorithm: HashAlgorithm, site: &Site<'_>) -> Self {
        match algorithm {
            HashAlgorithm::Blake3 => Self::Blake3(site.sub_key("hash")),
            // The key of an HMAC is as long as its result (RFC 2104, 3).
            HashAlgorithm::HmacSha256 => {
                let key = site.sub_key("hash hmac_sha256").bytes::<32>(b"");
                Self::HmacSha256(hmac::Key::new(hmac::HMAC_SHA256, &key))
            }
        }
    }

    fn of(&self, input: &[u8]) -> [u8; 32] {
        match self {
            Self::Blake3(key) => key.bytes(input),
            Self::HmacSha256(key) => {
                let mut bytes = [0u8; 32];
                bytes.copy_from_slice(hmac::sign(key, input).as_ref());
                bytes
            }
        }
    }
}

/// The most characters that an encoding makes of a hash, and the bits in each.
fn size(encoding: HashEncoding) -> (usize, usize) {
    match encoding {
        HashEncoding::Hex => (64, 4),
        HashEncoding::Base64 => (43, 6),
        HashEncoding::Base32 => (52, 5),
    }
}

/// Makes hashes in text.
struct Hash {
    function: Function,
    encoding: HashEncoding,
    length: usize,
}

impl TextMask for Hash {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let hash = self.function.of(text.as_bytes());
        match self.encoding {
            HashEncoding::Hex => {
                let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble & 15)];
                out.extend(hash.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]));
            }
            HashEncoding::Base64 => {
                out.resize(start + 44, 0);
                let written = URL_SAFE_NO_PAD.encode_slice(hash, out.get_mut(start..).unwrap_or_default());
                out.truncate(start + written.unwrap_or(0));
            }
            HashEncoding::Base32 => put_base32(&hash, out),
        }
        out.truncate(start + self.length);
        let is_marked = is_marked(self.encoding, self.length);
        for (place, letter) in out.iter_mut().skip(start).zip(MARK).filter(|_| is_marked) {
            *place = if self.encoding == HashEncoding::Base32 { letter.to_ascii_uppercase() } else { *letter };
        }
        if out.get(start..) == Some(text.as_bytes())
            && let Some(last) = out.last_mut()
        {
            *last = if *last == b'2' { b'3' } else { b'2' };
        }
        Ok(())
    }
}

fn is_marked(encoding: HashEncoding, length: usize) -> bool {
    encoding != HashEncoding::Hex && length >= SHORTEST_MARKED
}

/// RFC 4648, 6, without padding.
fn put_base32(bytes: &[u8], out: &mut Vec<u8>) {
    for group in bytes.chunks(5) {
        let number = (0..5).fold(0u64, |number, index| number << 8 | u64::from(group.get(index).copied().unwrap_or(0)));
        let digits = (0..(group.len() * 8).div_ceil(5)).map(|digit| (number >> (35 - 5 * digit)) & 31);
        out.extend(digits.map(|digit| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[digit as usize]));
    }
}

/// Makes hashes in bytes.
struct Raw {
    function: Function,
    length: usize,
}

impl Transform for Raw {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if cell.is_empty() {
            return Ok(Masked::Value);
        }
        let start = out.len();
        out.extend(self.function.of(cell).iter().take(self.length));
        if out.get(start..) == Some(cell)
            && let Some(last) = out.last_mut()
        {
            *last ^= 1;
        }
        Ok(Masked::Value)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let function = Function::new(options.algorithm.unwrap_or_default(), site);
    let encoding = options.encoding.unwrap_or_default();
    let facts = Facts::changing(OriginalsOf::Identifier);
    let (most, bits) = if site.column.class == TypeClass::Bytea { (32, 8) } else { size(encoding) };
    let length = options.length.unwrap_or(most);
    if !(1..=most).contains(&length) {
        let what = format!("a hash of 32 bytes has 1 to {most} characters in this form, not {length}");
        return Err(site.bad_option(what, "leave `length` out for all of it"));
    }
    match site.column.class {
        TypeClass::Text => {
            site.require_room("hash", length)?;
            let random = length - if is_marked(encoding, length) { MARK.len() } else { 0 };
            let transform = Box::new(TextCell(Hash { function, encoding, length }));
            Ok(Built { transform, facts: facts.unique(random * bits >= ENOUGH_BITS) })
        }
        TypeClass::Bytea if options.encoding.is_none() => {
            let transform = Box::new(Raw { function, length });
            Ok(Built { transform, facts: facts.unique(length * bits >= ENOUGH_BITS) })
        }
        TypeClass::Bytea => {
            Err(site.bad_option("hash has no encoding in bytea, which holds the bytes", "leave `encoding` out"))
        }
        _ => Err(site.wrong_type("hash")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, key, mask, mask_bytes, refusal, try_build};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn hash(algorithm: HashAlgorithm, encoding: HashEncoding, length: Option<usize>, text: &str) -> String {
        mask(&Spec::Hash(Options { algorithm: Some(algorithm), encoding: Some(encoding), length }), text)
    }

    #[test]
    fn the_forms_are_those_of_rfc_4648_and_hold_the_same_bytes() {
        use HashAlgorithm::{Blake3, HmacSha256};
        for algorithm in [Blake3, HmacSha256] {
            let hex = hash(algorithm, HashEncoding::Hex, None, "kari");
            assert!(hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let base64 = hash(algorithm, HashEncoding::Base64, None, "kari");
            let decoded = URL_SAFE_NO_PAD.decode(&base64).unwrap();
            let decoded: String = decoded.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(base64.starts_with("masked") && decoded[10..] == hex[10..], "{base64}");
            let base32 = hash(algorithm, HashEncoding::Base32, None, "kari");
            assert!(base32.len() == 52 && base32.starts_with("MASKED"), "{base32}");
            assert_eq!(hash(algorithm, HashEncoding::Hex, Some(12), "kari"), hex[..12]);
        }
        let blake3 = hash(Blake3, HashEncoding::Hex, None, "kari");
        assert_ne!(blake3, hash(HmacSha256, HashEncoding::Hex, None, "kari"));
    }

    #[test]
    fn base32_is_what_the_standard_shows() {
        for (bytes, text) in
            [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")]
        {
            let mut out = Vec::new();
            put_base32(bytes.as_bytes(), &mut out);
            assert_eq!(out, text.as_bytes());
        }
    }

    #[test]
    fn the_hmac_is_that_of_rfc_2104_under_a_key_of_its_own() {
        use sha2::Digest as _;
        let (mut inner, mut outer) = ([0x36u8; 64], [0x5cu8; 64]);
        for (index, byte) in key().domain("hash hmac_sha256").bytes::<32>(b"").iter().enumerate() {
            inner[index] ^= byte;
            outer[index] ^= byte;
        }
        let inner = sha2::Sha256::digest([&inner[..], b"kari"].concat());
        let expected = sha2::Sha256::digest([&outer[..], &inner[..]].concat());
        let bytea = column(TypeClass::Bytea, None);
        let spec = Spec::Hash(Options { algorithm: Some(HashAlgorithm::HmacSha256), ..Options::default() });
        assert_eq!(mask_bytes(&spec, &bytea, b"kari"), expected.to_vec());
    }

    #[test]
    fn too_short_a_hash_is_not_unique_and_too_long_a_one_refused() {
        let of = |length| Spec::Hash(Options { length: Some(length), ..Options::default() });
        let text = column(TypeClass::Text, None);
        assert!(!try_build(&of(15), &text).unwrap().facts.unique && try_build(&of(16), &text).unwrap().facts.unique);
        let base64 = Options { encoding: Some(HashEncoding::Base64), length: Some(64), ..Options::default() };
        assert!(refusal(&Spec::Hash(base64), &text).what.contains("1 to 43"));
    }
}
