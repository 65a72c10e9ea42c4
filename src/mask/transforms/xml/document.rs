//! Rewriting the texts of an XML document. Everything else stays as it is, byte for byte.

use super::super::redact::WORD;
use super::super::{CellError, Masked, Row};
use crate::postgres::texts::as_text;
use crate::postgres::xml_tokens::{Token, Tokens, put_escaped, unescape};

/// Masks one text of a document.
pub(in super::super) trait TextMask: Send + Sync {
    /// Appends what stands in place of a text in these elements, outermost first, or of one of the last one's attributes.
    /// Both come and go without entities.
    fn mask(
        &self,
        open: &[&str],
        attribute: Option<&str>,
        text: &str,
        row: &Row<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Masked, CellError>;
}

/// Appends the document with its texts replaced; `false` if it can't be done, and what was appended is then of no use.
///
/// Comments and processing instructions are redacted, since nothing is known of what they say.
pub(in super::super) fn rewrite(
    document: &str,
    mask: &dyn TextMask,
    row: &Row<'_>,
    out: &mut Vec<u8>,
) -> Result<bool, CellError> {
    let mut open: Vec<&str> = Vec::new();
    let mut copied = 0;
    let mut masked = Vec::new();
    for token in Tokens::new(document) {
        let Ok(token) = token else { return Ok(false) };
        let (place, attribute, is_verbatim) = match token {
            Token::Open(name) => {
                open.push(name);
                continue;
            }
            Token::Close => {
                open.pop();
                continue;
            }
            // An internal subset could say anything of what entities mean.
            Token::Doctype(place) if document.get(place.clone()).is_some_and(|text| text.contains('[')) => {
                return Ok(false);
            }
            Token::Doctype(_) => continue,
            Token::Comment(place) => (place, None, None),
            Token::Instruction(place) => {
                let target = document.get(place.clone()).and_then(|text| text.find(char::is_whitespace));
                let Some(target) = target else { continue };
                (place.start + target + 1..place.end, None, None)
            }
            Token::Attribute { name, .. } if name == "xmlns" || name.starts_with("xmlns:") => continue,
            Token::Attribute { name, value } => (value, Some(name), Some(false)),
            Token::Text(place) => (place, None, Some(false)),
            Token::Verbatim(place) => (place, None, Some(true)),
        };
        let Some(whole) = document.get(place.clone()) else { return Ok(false) };
        // White space around a text is how the document is laid out.
        let raw = if is_verbatim == Some(true) { whole } else { whole.trim() };
        if raw.trim().is_empty() {
            continue;
        }
        let start = place.start + whole.len() - whole.trim_start().len();
        let place = if is_verbatim == Some(true) { place } else { start..start + raw.len() };
        masked.clear();
        let before_place = document.get(copied..place.start).unwrap_or_default();
        let Some(is_verbatim) = is_verbatim else {
            out.extend_from_slice(before_place.as_bytes());
            out.extend_from_slice(WORD);
            copied = place.end;
            continue;
        };
        let Some(text) = (if is_verbatim { Some(raw.into()) } else { unescape(raw) }) else { return Ok(false) };
        if mask.mask(&open, attribute, &text, row, &mut masked)? == Masked::Null {
            masked.clear();
        }
        if masked == text.as_bytes() {
            continue;
        }
        // The new text has its own escapes, so that the marks of a CDATA section go.
        let marks = if is_verbatim { ("<![CDATA[", "]]>") } else { ("", "") };
        let before_place = before_place.strip_suffix(marks.0).unwrap_or(before_place);
        out.extend_from_slice(before_place.as_bytes());
        put_escaped(&as_text(&masked), out);
        copied = place.end + marks.1.len();
    }
    out.extend_from_slice(document.get(copied..).unwrap_or_default().as_bytes());
    Ok(true)
}
