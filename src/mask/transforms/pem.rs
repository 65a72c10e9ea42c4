//! `pem`: a PEM block of the same label and size that holds no key (RFC 7468).

use super::redact::WORD;
use super::text_cell::{TextCell, TextMask, truncate};
use super::token::{Token, require_distinct_room};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::secret::DomainKey;

/// How every body begins. Decoded it is 0x99 0xAB …, and every key or certificate begins with 0x30 (a SEQUENCE of DER),
/// with `openssh-key-v1` or with a version that OpenPGP knows.
const MARK: &str = "masked";

/// Digits of base64 in a line (RFC 7468, 2).
const LINE: usize = 64;

/// So many digits at least: 108 random bits.
const SHORTEST_BODY: usize = 24;

/// Longer ones are cut: no key and no chain of certificates is as long.
const LONGEST_BODY: usize = 1 << 16;

/// Makes blocks.
struct Pem {
    key: DomainKey,
    token: Token,
    room: usize,
}

/// One block of a text.
struct Block<'a> {
    label: &'a str,
    body: &'a str,
}

/// The blocks of a text, one after the other. What stands between them names the owner as often as not.
fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once("-----BEGIN ")?;
        let (label, after) = after.split_once("-----")?;
        let end = after.find("-----END").unwrap_or(after.len());
        let (body, after) = after.split_at_checked(end)?;
        rest = after;
        let is_label =
            label.len() <= 40 && label.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ');
        Some(Block { label: if is_label { label } else { "MASKED" }, body })
    })
}

impl Pem {
    /// Appends what a text becomes; says whether there was a block in it.
    fn put(&self, text: &str, out: &mut Vec<u8>) -> bool {
        let newline =
            ["\r\n", "\\r\\n", "\n", "\\n"].into_iter().find(|newline| text.contains(newline)).unwrap_or("\n");
        let mut number = 0u64;
        let start = out.len();
        for block in blocks(text) {
            if number > 0 {
                out.extend_from_slice(newline.as_bytes());
            }
            number += 1;
            self.put_block(&block, text, number, newline, out);
        }
        if number > 0 && text.ends_with(newline) {
            out.extend_from_slice(newline.as_bytes());
        }
        if out.len() - start > self.room {
            out.truncate(start);
            out.extend_from_slice(WORD);
            truncate(out, start, self.room);
        }
        number > 0
    }

    fn put_block(&self, block: &Block<'_>, text: &str, number: u64, newline: &str, out: &mut Vec<u8>) {
        // Headers of old keys (RFC 1421: `DEK-Info: …`) and armour (`Version: …`) end with an empty line.
        let body = block.body.rsplit_once(&newline.repeat(2)).map_or(block.body, |(_, body)| body);
        let lines = body.split(newline).flat_map(str::bytes);
        let digits = lines.filter(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)).count();
        let length = (digits / 4 * 4).clamp(SHORTEST_BODY, LONGEST_BODY);
        let mut random = vec![0u8; length - MARK.len()];
        self.key.stream(&[&number.to_le_bytes(), text.as_bytes()].concat()).fill(&mut random);
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let random = random.iter().map(|byte| DIGITS[usize::from(byte & 63)]);
        out.extend_from_slice(format!("-----BEGIN {}-----", block.label).as_bytes());
        for (index, digit) in MARK.bytes().chain(random).enumerate() {
            if index % LINE == 0 {
                out.extend_from_slice(newline.as_bytes());
            }
            out.push(digit);
        }
        out.extend_from_slice(newline.as_bytes());
        out.extend_from_slice(format!("-----END {}-----", block.label).as_bytes());
    }
}

impl TextMask for Pem {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        // The base64 alone, or a key of another form.
        if !self.put(text, out) {
            self.token.put(text, out);
        }
        Ok(())
    }
}

/// In `bytea`: what holds no block is a key in DER, and becomes a word.
struct Binary(Pem);

impl Transform for Binary {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if !std::str::from_utf8(cell).is_ok_and(|text| self.0.put(text, out)) {
            out.extend_from_slice(WORD);
        }
        Ok(Masked::Value)
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    let pem = Pem { key: site.sub_key("pem"), token: Token::of_column(site), room: site.room() };
    match site.column.class {
        TypeClass::Text => {
            require_distinct_room("pem", site)?;
            // In a narrow column two long ones become the same word.
            let unique = site.column.unique && site.column.max_chars.is_none();
            let facts = Facts::changing(OriginalsOf::Identifier).unique(unique);
            Ok(Built { transform: Box::new(TextCell(pem)), facts })
        }
        TypeClass::Bytea => Ok(Built { transform: Box::new(Binary(pem)), facts: Facts::of(OriginalsOf::Document) }),
        _ => Err(site.wrong_type("pem")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn pem(text: &str) -> String {
        mask(&Spec::Pem(Default::default()), text)
    }

    fn key(label: &str, newline: &str) -> String {
        let line = "MIIEowIBAAKCAQEA".repeat(4);
        format!(
            "-----BEGIN {label}-----{newline}{line}{newline}{line}{newline}AB=={newline}-----END {label}-----{newline}"
        )
    }

    #[test]
    fn label_size_and_ends_of_lines_stay_and_nothing_else() {
        for newline in ["\n", "\r\n", "\\n"] {
            let original = key("RSA PRIVATE KEY", newline);
            let masked = pem(&original);
            assert_eq!(masked.len(), original.len());
            assert!(masked.starts_with(&format!("-----BEGIN RSA PRIVATE KEY-----{newline}masked")), "{masked}");
            assert!(masked.ends_with(&format!("-----END RSA PRIVATE KEY-----{newline}")) && !masked.contains("MIIE"));
        }
    }

    #[test]
    fn a_masked_block_is_read_as_one_and_holds_no_key() {
        use rustls::pki_types::pem::PemObject;
        let masked = pem(&key("PRIVATE KEY", "\n"));
        let read = rustls::pki_types::PrivateKeyDer::from_pem_slice(masked.as_bytes()).unwrap();
        assert_eq!(read.secret_der().len(), 99);
        assert!(rustls::crypto::ring::sign::any_supported_type(&read).is_err());
    }

    #[test]
    fn what_stands_around_and_in_the_headers_goes() {
        let both =
            format!("Bag: Kari Nordmann\n{}subject=CN=Kari\n{}", key("CERTIFICATE", "\n"), key("PRIVATE KEY", "\n"));
        let masked = pem(&both.replace("MIIE", "Owner: Kari\n\nMIIE"));
        assert!(!masked.contains("Kari") && masked.matches("BEGIN").count() == 2 && masked.matches("END").count() == 2);
        assert!(pem("MIIEowIBAAKCAQEA").starts_with("MASKED") || pem("MIIEowIBAAKCAQEA").starts_with("masked"));
        assert_eq!(mask_bytes(&Spec::Pem(Default::default()), &column(TypeClass::Bytea, None), &[0x30, 0x82, 4]), WORD);
    }
}
