//! Text that is carried in base64 (RFC 4648, sections 4 and 5).

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Shorter ones hold no more than a word or two, and words look like base64.
const SHORTEST: usize = 16;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);

const STANDARD_ENGINE: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const URL_SAFE_ENGINE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// The text that another one carries, if it is base64 of some.
pub(super) fn text_in(text: &str) -> Option<String> {
    let carried =
        text.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,")).map_or(text, |(_, rest)| rest);
    let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
    if carried.len() < SHORTEST || !carried.as_bytes().iter().all(belongs) {
        return None;
    }
    let is_url_safe = carried.bytes().fold(false, |found, byte| found | (byte == b'-') | (byte == b'_'));
    let engine = if is_url_safe { &URL_SAFE_ENGINE } else { &STANDARD_ENGINE };
    if !may_begin_a_text(carried, engine) {
        return None;
    }
    let bytes = engine.decode(carried).ok()?;
    // Random bytes are rarely UTF-8 and hardly ever without control characters.
    let text = String::from_utf8(bytes).ok()?;
    is_plain(&text).then_some(text)
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
}

/// Whether the first bytes can be those of a text. Tokens look like base64 too, and nearly all are known by these.
fn may_begin_a_text(carried: &str, engine: &GeneralPurpose) -> bool {
    let mut bytes = [0; SHORTEST / 4 * 3];
    let start = carried.get(..SHORTEST).unwrap_or_default();
    let Ok(length) = engine.decode_slice(start, &mut bytes) else { return true };
    match str::from_utf8(bytes.get(..length).unwrap_or_default()) {
        Ok(text) => is_plain(text),
        // The last character may go on behind them.
        Err(error) => error.error_len().is_none(),
    }
}
