//! What looks random where the name of the column or key tells of a secret: tokens whose issuer nobody knows.
//!
//! Hexadecimal digests and UUIDs are left out, as masked values look like that too; the set of originals covers them.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::{Cell, is_marked_as_masked, is_uuid},
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "high_entropy",
    kinds: &[Kind::HighEntropy],
    examples: &[
        within("refresh_token", "q7Zr2LxP0vK9sTn4WbYc8Hd3"),
        within("apiKey", "9f-Kq2_Lx8Vw0Zr7Tn4Pb6"),
        within("session", "Bearer q7Zr2LxP0vK9sTn4WbYc8Hd3"),
        within("client_secret", "k3j9x0q2m7v5b1n8z4w6"),
        within("otp_secret", "JBSWY3DPEHPK3PXP"),
        within("mfa", "JBSWY3DPEHPKXPXPJBSWYDPE"),
        within("key", "q7Zr2LxP0vK9sTn4WbYc8Hd3"),
    ],
    counter_examples: &[
        bare("q7Zr2LxP0vK9sTn4WbYc8Hd3"),
        within("refresh_token", "q7maskedP0vK9sTn4WbYc8Hd3"),
        within("refresh_token", "MASKED3DPEHPK3PX"),
        within("session_id", "d41d8cd98f00b204e9800998ecf8427e"),
        within("session_id", "sess_d41d8cd98f00b204e9800998ecf8427e"),
        within("token", "0b7f8a52-1c5e-4d2a-9f0e-3c1d2b4a5f6e"),
        within("session_expires", "2024-01-15T10:11:12.123456Z"),
        within("token_count", "123456789012345678901234"),
        within("password_hint", "the name of my first dog in 1999"),
        within("key", "plugin_content_manager_configuration_content_types::api"),
        within("s3_key", "uploads/2024/01/Q7zr2LxP0vK9sTn4.jpg"),
        within("idempotency_key", "q7Zr2LxP0vK9sTn4WbYc8Hd3"),
        within("token_url", "https://firma.no/oauth2/v2/token"),
        within("token_type", "urn:ietf:params:oauth:token-type:access_token"),
    ],
    trigger: Trigger::WholeCell(Topics::SECRET.or(Topics::KEY).or(Topics::ONE_TIME_PASSWORD)),
    find,
};

const SHORTEST: usize = 16;

/// Longer ones are documents.
const LONGEST: usize = 4096;

/// In bits a byte; words in one language stay below it at the length of a token, random text above.
const ENTROPY: f64 = 3.5;

fn find(cell: &Cell<'_>, _: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let text = cell.text.trim();
    let text = ["Bearer ", "Basic ", "Token "].iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
    let bytes = text.as_bytes();
    if !(SHORTEST..=LONGEST).contains(&bytes.len()) || !bytes.iter().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let topics = cell.context.topics;
    let is_key_only = !topics.has(Topics::SECRET.or(Topics::ONE_TIME_PASSWORD));
    if is_key_only && bytes.iter().any(|byte| matches!(byte, b'/' | b'.' | b':')) {
        return None;
    }
    // Most tokens of a masked database are masked ones, so this is asked first.
    if is_marked_as_masked(bytes) {
        return None;
    }
    let found = (topics.has(Topics::ONE_TIME_PASSWORD) && is_base32(bytes)) || looks_random(bytes);
    // The hashes of the staging password are public, and not all of them begin with a `$`.
    let is_allowed = || cell.detectors.allowed.texts.iter().any(|allowed| allowed == text);
    if found && !is_something_else(text) && !is_allowed() {
        let start = cell.text.find(text)?;
        hits.add(Kind::HighEntropy, start..start + text.len(), Certainty::Likely);
    }
    None
}

/// RFC 4648, section 6: how the keys of one-time passwords are written.
fn is_base32(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7' | b'='))
}

/// Whether the characters are many, and change between capitals, small letters and digits as often as if drawn by lot.
/// Entropy alone takes `plugin_content_manager` for a secret.
fn looks_random(bytes: &[u8]) -> bool {
    let (mut changes, mut letters_and_digits, mut digits) = (0, 0, 0);
    let mut last = 0;
    for byte in bytes {
        let class = match byte {
            b'0'..=b'9' => 1,
            b'A'..=b'Z' => 2,
            b'a'..=b'z' => 3,
            _ => continue,
        };
        digits += usize::from(class == 1);
        changes += usize::from(last != 0 && last != class);
        letters_and_digits += 1;
        last = class;
    }
    digits > 0 && changes >= 3 && changes * 100 >= letters_and_digits * 15 && entropy(bytes) > ENTROPY
}

/// Shannon's entropy of the bytes, in bits a byte.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0u32; 128];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let all = bytes.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / all)
        .map(|share| -share * share.log2())
        .sum()
}

/// Digests, UUIDs, dates and URLs, with or without a prefix such as `sess_`. JSON Web Tokens, addresses and hashes have
/// detectors of their own.
fn is_something_else(text: &str) -> bool {
    let bare = text.rsplit_once(['_', ':']).map_or(text, |(_, bare)| bare);
    let starts_with_date = matches!(text.as_bytes(), [a, b, c, d, b'-', e, f, b'-', ..]
        if [a, b, c, d, e, f].iter().all(|byte| byte.is_ascii_digit()));
    let is_hex = |text: &str| text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex(text)
        || is_hex(bare)
        || is_uuid(text.as_bytes())
        || is_uuid(bare.as_bytes())
        || starts_with_date
        || text.contains("://")
        || text.starts_with(['$', '{', '['])
        || (text.starts_with("ey") && text.matches('.').count() >= 2)
}
