//! `base64`: another transform, of what a text in base64 carries.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::parts::part_column;
use super::redact::WORD;
use super::text_cell::{TextCell, TextMask};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Spec, Transform, build as build_one};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Base64 as Options, Decision};

/// `cmVkYWN0ZWQ=`, the placeholder in base64, and so the least room.
const SHORTEST: usize = 12;

/// Masks what is carried, and writes it in the alphabet that it came in (RFC 4648, sections 4 and 5), padded if it was.
struct Base64 {
    of_text: Option<Box<dyn Transform>>,
    of_bytes: Option<Box<dyn Transform>>,
    room: usize,
}

/// How a text in base64 is written.
struct Spelling<'t> {
    /// `data:image/png;base64,` (RFC 2397).
    head: &'t str,
    is_for_urls: bool,
    is_padded: bool,
}

impl Spelling<'_> {
    fn of(text: &str) -> (Spelling<'_>, String) {
        let head = match text.split_once(";base64,") {
            Some((head, _)) if head.starts_with("data:") => head.len() + ";base64,".len(),
            _ => 0,
        };
        let (head, carried) = text.split_at(head);
        let carried: String = carried.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let is_for_urls = carried.contains(['-', '_']);
        // Where no padding is needed, there is none to be seen.
        let is_padded = carried.ends_with('=') || (carried.len().is_multiple_of(4) && !is_for_urls);
        (Spelling { head, is_for_urls, is_padded }, carried)
    }

    fn engine(&self) -> GeneralPurpose {
        let alphabet = if self.is_for_urls { URL_SAFE } else { STANDARD };
        let config = GeneralPurposeConfig::new()
            .with_encode_padding(self.is_padded)
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent);
        GeneralPurpose::new(&alphabet, config)
    }
}

impl TextMask for Base64 {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let (spelling, carried) = Spelling::of(text.trim());
        let engine = spelling.engine();
        let mut masked = Vec::new();
        match engine.decode(carried) {
            Ok(bytes) => {
                if self.mask_carried(&bytes, row, &mut masked)? == Masked::Null {
                    masked.clear();
                }
            }
            // What isn't base64 may be anything.
            Err(_) => masked.extend_from_slice(WORD),
        }
        let mut written = spelling.head.to_owned();
        engine.encode_string(&masked, &mut written);
        if written.len() > self.room {
            written.clear();
            engine.encode_string(WORD, &mut written);
        }
        out.extend_from_slice(written.as_bytes());
        Ok(())
    }
}

impl Base64 {
    fn mask_carried(&self, bytes: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let is_text = std::str::from_utf8(bytes).is_ok();
        match (&self.of_text, &self.of_bytes) {
            (Some(of_text), None) => of_text.mask(bytes, row, out),
            (Some(of_text), Some(_)) if is_text => of_text.mask(bytes, row, out),
            (_, Some(of_bytes)) => of_bytes.mask(bytes, row, out),
            (None, None) => Ok(Masked::Null),
        }
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("base64")?;
    site.require_room("base64", SHORTEST)?;
    site.forbid_unique("base64")?;
    let help = "name a transform that takes text or bytea: { base64: { of: full_name } }";
    let spec = match options.of.decision() {
        Some(Decision::Mask(Spec::Null(_))) => {
            return Err(site.bad_option("base64 of null is no base64", "use null alone"));
        }
        Some(Decision::Mask(spec)) => spec,
        Some(Decision::Keep) => return Err(site.bad_option("base64 of keep masks nothing", "use keep alone")),
        None => return Err(site.bad_option("no such transform", help)),
    };
    let of = |class: TypeClass| build_one(&spec, &site.of(&part_column(site.column, class)));
    let of_bytes = of(TypeClass::Bytea).ok().map(|built| built.transform);
    // A placeholder of a document is one of its kind, also where the document is text.
    let of_text = match (of(TypeClass::Text), &spec) {
        (_, Spec::Redact(_)) => None,
        (Ok(built), _) => Some(built.transform),
        (Err(refusal), _) if of_bytes.is_none() => {
            return Err(Refusal { what: format!("base64: {}", refusal.what), help: refusal.help });
        }
        (Err(_), _) => None,
    };
    let transform = Box::new(TextCell(Base64 { of_text, of_bytes, room: site.room() }));
    Ok(Built { transform, facts: Facts::of(OriginalsOf::Text) })
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

    use super::super::testing::{column, mask, mask_with, refusal};
    use super::*;
    use crate::rules::transform::PartDecision;

    fn of(name: &str) -> Spec {
        Spec::Base64(Options { of: PartDecision::Name(name.to_owned()) })
    }

    #[test]
    fn what_is_carried_is_masked_and_written_as_it_was() {
        let name = mask(&Spec::FullName(Default::default()), "Ingrid Lie?>");
        let carried = |text: &str| BASE64_STANDARD.encode(text);
        assert_eq!(mask(&of("full_name"), &carried("Ingrid Lie?>")), carried(&name));
        let with_head = format!("data:text/plain;base64,{}", carried("Ingrid Lie?>"));
        assert_eq!(mask(&of("full_name"), &with_head), format!("data:text/plain;base64,{}", carried(&name)));
        let for_urls = BASE64_URL_SAFE_NO_PAD.encode("Ingrid Lie?>?>ø");
        assert!(for_urls.contains('_') || for_urls.contains('-'), "{for_urls}");
        let masked = mask(&of("full_name"), &for_urls);
        assert!(!masked.contains(['+', '/', '=']) && BASE64_URL_SAFE_NO_PAD.decode(&masked).is_ok(), "{masked}");
    }

    #[test]
    fn a_document_in_base64_stays_one_of_its_kind() {
        let masked = mask(&of("redact"), &BASE64_STANDARD.encode(b"%PDF-1.7 passport of Ingrid"));
        assert!(BASE64_STANDARD.decode(masked).unwrap().starts_with(b"%PDF-1.4"));
    }

    #[test]
    fn what_is_no_base64_becomes_a_placeholder() {
        assert_eq!(mask(&of("full_name"), "Ingrid!"), BASE64_STANDARD.encode("redacted").trim_end_matches('='));
    }

    #[test]
    fn a_result_too_long_for_its_column_is_the_placeholder() {
        let narrow = column(TypeClass::Text, Some(12));
        assert_eq!(mask_with(&of("email"), &narrow, "YUBiLm5v"), "cmVkYWN0ZWQ=");
        assert!(refusal(&of("email"), &column(TypeClass::Text, Some(11))).help.contains("12"));
        assert!(refusal(&of("keep"), &column(TypeClass::Text, None)).what.contains("nothing"));
    }
}
