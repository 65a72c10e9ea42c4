//! `bic`: the code of a bank that doesn't exist.

use super::draw::Draw;
use super::text_cell::{TextMask, built, truncate};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Locale;
use crate::secret::DomainKey;

/// Characters of a code without and with a branch.
const SHORT: usize = 8;
const LONG: usize = 11;

/// Makes codes: the country stays, the eighth character is 0, which marks a test and training code (ISO 9362), and the
/// institution is one of ZZ.
struct Bic {
    key: DomainKey,
    country: [u8; 2],
    room: usize,
}

impl TextMask for Bic {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let original: Vec<u8> =
            text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()).collect();
        let is_code = [SHORT, LONG].contains(&original.len())
            && original.iter().take(6).all(u8::is_ascii_alphabetic)
            && text.trim().len() <= original.len() + 3;
        let country = original.get(4..6).filter(|_| is_code).unwrap_or(&self.country);
        let branch = original.get(SHORT..).filter(|branch| is_code && !branch.is_empty());
        let mut draw = Draw::new(&self.key, if original.is_empty() { text.as_bytes() } else { &original });
        let start = out.len();
        loop {
            let letter = |draw: &mut Draw| b'A' + draw.below(26) as u8;
            out.extend_from_slice(b"ZZ");
            out.extend([letter(&mut draw), letter(&mut draw)]);
            out.extend_from_slice(country);
            out.extend([letter(&mut draw), b'0']);
            match branch {
                Some(b"XXX") => out.extend_from_slice(b"XXX"),
                Some(_) => out.extend([letter(&mut draw), letter(&mut draw), letter(&mut draw)]),
                None => {}
            }
            truncate(out, start, self.room);
            if out.get(start..) != Some(text.as_bytes()) {
                return Ok(());
            }
            out.truncate(start);
        }
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("bic")?;
    site.require_room("bic", SHORT)?;
    let country = match site.locale {
        Locale::NbNo => *b"NO",
        _ => *b"GB",
    };
    // A bank is nobody, and its code is public: only beside its account does it tell something.
    Ok(built(Bic { key: site.sub_key("bic"), country, room: site.room() }, Facts::changing(OriginalsOf::Shared)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use crate::rules::transform::Transform as Spec;

    fn bic(text: &str) -> String {
        mask(&Spec::Bic(Default::default()), text)
    }

    #[test]
    fn country_and_length_stay_and_the_code_is_one_for_tests() {
        for (original, country) in [("DNBANOKK", "NO"), ("DEUTDEFF500", "DE"), ("NDEASESSXXX", "SE")] {
            let masked = bic(original);
            assert!(masked.starts_with("ZZ") && &masked[4..6] == country && masked.as_bytes()[7] == b'0', "{masked}");
            assert_eq!(masked.len(), original.len());
            assert_eq!(masked.ends_with("XXX"), original.ends_with("XXX"));
        }
        assert_eq!(bic("dnba no kk"), bic("DNBANOKK"));
    }

    #[test]
    fn what_is_no_code_becomes_one_of_the_locale() {
        assert_eq!(&bic("Sparebanken i bygda")[4..6], "NO");
    }
}
