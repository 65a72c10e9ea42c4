//! Text that is carried in base64 (RFC 4648, sections 4 and 5).

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Shorter ones hold no more than a word or two, and words look like base64.
const SHORTEST: usize = 16;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The text that another one carries, if it is base64 of some.
pub(super) fn text_in(text: &str) -> Option<String> {
    let carried =
        text.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,")).map_or(text, |(_, rest)| rest);
    let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    if carried.len() < SHORTEST || !carried.as_bytes().iter().all(belongs) {
        return None;
    }
    let alphabet = if carried.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    let bytes = GeneralPurpose::new(&alphabet, LENIENT).decode(carried).ok()?;
    // Random bytes are rarely UTF-8 and hardly ever without control characters.
    let text = String::from_utf8(bytes).ok()?;
    let is_plain = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    is_plain.then_some(text)
}
