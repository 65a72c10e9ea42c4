//! `uuid`: another uuid, by a keyed permutation of all bits but those of version and variant.

use super::permutation::{Domain, MOST, Permutation};
use super::text_cell::{TextCell, TextMask};
use super::wire::fixed;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Uuid as Options;
use crate::secret::DomainKey;

/// Version 8 is for uses of one's own (RFC 9562, 5.8): nothing but masking makes it here.
const MASKED: u8 = 8;

/// Characters with and without hyphens.
const LENGTH: usize = 36;
const DIGITS: usize = 32;

/// Masks uuids in their binary form.
pub(super) struct MaskedUuid {
    permutation: Permutation,
    domain: Domain,
    /// For text that holds no uuid.
    key: DomainKey,
    version: u8,
}

impl MaskedUuid {
    /// Makes uuids of version 8.
    pub(super) fn new(site: &Site<'_>) -> Self {
        let key = site.sub_key("uuid");
        Self { permutation: Permutation::new(key.clone()), domain: Domain::below(MOST), key, version: MASKED }
    }

    /// The fake of a uuid: its 122 bits permuted, apart for each version and variant that there is.
    fn masked(&self, uuid: [u8; 16]) -> [u8; 16] {
        let marks = u64::from(uuid[6] >> 4) << 2 | u64::from(uuid[8] >> 6);
        let bits = u128::from_be_bytes(uuid);
        let (high, middle, low) = (bits >> 80, bits >> 64 & 0xFFF, bits & ((1 << 62) - 1));
        let other = self.permutation.another(high << 74 | middle << 62 | low, &self.domain, marks);
        let (high, middle, low) = (other >> 74, other >> 62 & 0xFFF, other & ((1 << 62) - 1));
        (high << 80 | u128::from(self.version) << 76 | middle << 64 | 0b10 << 62 | low).to_be_bytes()
    }
}

impl Transform for MaskedUuid {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        out.extend_from_slice(&self.masked(fixed(cell)?));
        Ok(Masked::Value)
    }
}

/// Uuids in text, with or without hyphens, braces and capitals.
struct InText {
    uuid: MaskedUuid,
    room: usize,
}

impl TextMask for InText {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let body = text.strip_prefix("urn:uuid:").unwrap_or(text);
        let prefix = text.len() - body.len();
        let has = |of: fn(&u8) -> bool| body.bytes().any(|byte| of(&byte));
        let capitals = has(u8::is_ascii_uppercase);
        // In mixed case it is another text than in small letters, and has to stay so.
        let Some(uuid) = digits_of(body).filter(|_| !capitals || !has(u8::is_ascii_lowercase)) else {
            // Of what is no uuid the hash becomes one: 122 bits tell any two apart.
            let mut drawn: [u8; 16] = self.uuid.key.bytes(text.as_bytes());
            drawn[6] = drawn[6] & 0x0F | self.uuid.version << 4;
            drawn[8] = drawn[8] & 0x3F | 0x80;
            let layout =
                if self.room < LENGTH { "0".repeat(DIGITS) } else { "00000000-0000-0000-0000-000000000000".to_owned() };
            write(&layout, &drawn, b"0123456789abcdef", out);
            return Ok(());
        };
        out.extend_from_slice(text.get(..prefix).unwrap_or_default().as_bytes());
        let alphabet = if capitals { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        write(body, &self.uuid.masked(uuid), alphabet, out);
        Ok(())
    }
}

/// The bytes that 32 hexadecimal digits stand for, with signs between them but nothing else.
fn digits_of(text: &str) -> Option<[u8; 16]> {
    let mut bits = 0u128;
    let mut count = 0;
    for byte in text.bytes() {
        match char::from(byte).to_digit(16) {
            Some(digit) => {
                bits = bits << 4 | u128::from(digit);
                count += 1;
            }
            None if b"-{} ".contains(&byte) => {}
            None => return None,
        }
        if count > DIGITS {
            return None;
        }
    }
    (count == DIGITS).then(|| bits.to_be_bytes())
}

/// Appends a text with its hexadecimal digits replaced.
fn write(layout: &str, uuid: &[u8; 16], alphabet: &[u8; 16], out: &mut Vec<u8>) {
    let mut digits = uuid.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    out.extend(layout.bytes().map(|byte| match byte {
        b'-' | b'{' | b'}' | b' ' => byte,
        _ => alphabet[usize::from(digits.next().unwrap_or(0) & 15)],
    }));
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let version = options.version.unwrap_or(MASKED);
    if version != 4 && version != MASKED {
        return Err(site.bad_option("uuid makes uuids of version 4 or 8", "{ uuid: { version: 4 } }, or uuid alone"));
    }
    let uuid = MaskedUuid { version, ..MaskedUuid::new(site) };
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Uuid => Box::new(uuid),
        TypeClass::Text => {
            site.require_room("uuid", DIGITS)?;
            Box::new(TextCell(InText { uuid, room: site.room() }))
        }
        _ => return Err(site.wrong_type("uuid")),
    };
    Ok(Built { transform, facts: Facts::changing(OriginalsOf::Identifier).unique(true).ignoring_case() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    const ORIGINAL: &str = "0b7f8a52-1c5e-4d2a-9f0e-3c1d2b4a5f6e";

    #[test]
    fn a_uuid_has_one_fake_in_its_own_type_and_in_every_spelling() {
        let spec = Spec::Uuid(Options::default());
        let masked = mask(&spec, ORIGINAL);
        assert_eq!((masked.len(), masked.as_bytes()[14], masked.as_bytes()[8]), (36, b'8', b'-'));
        assert_eq!(mask(&spec, &ORIGINAL.replace('-', "")), masked.replace('-', ""));
        assert_eq!(mask(&spec, &ORIGINAL.to_uppercase()), masked.to_uppercase());
        assert_eq!(mask(&spec, &format!("urn:uuid:{ORIGINAL}")), format!("urn:uuid:{masked}"));
        let binary = mask_bytes(&spec, &column(TypeClass::Uuid, None), &digits_of(ORIGINAL).unwrap());
        assert_eq!(binary, digits_of(&masked).unwrap());
        assert_eq!(
            mask_bytes(&Spec::Token(Default::default()), &column(TypeClass::Uuid, None), &digits_of(ORIGINAL).unwrap()),
            binary
        );
    }

    #[test]
    fn version_4_stays_so_where_the_application_takes_no_other() {
        let masked = mask(&Spec::Uuid(Options { version: Some(4) }), ORIGINAL);
        assert_eq!(masked.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&masked.as_bytes()[19]), "{masked}");
    }

    #[test]
    fn what_is_no_uuid_becomes_one() {
        assert!(digits_of(&mask(&Spec::Uuid(Options::default()), "Ingrid Ødegård")).is_some());
    }
}
