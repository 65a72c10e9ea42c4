//! Keys and tokens whose issuer is known by their form.
//!
//! The examples are cut in two, so that nobody's secret scanner takes this file for a leak.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::{Cell, is_marked_as_masked, is_wordy},
    hits::Hits,
    kind::{Certainty, Kind},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "secret",
    kinds: &[Kind::Secret],
    examples: &[
        bare(concat!("AK", "IAQ7ZR2LXPVK5STN4W")),
        bare(concat!("key=sk_", "live_q7Zr2LxP0vK9sTn4WbYc8Hd3")),
        bare(concat!("rk_", "test_q7Zr2LxP0vK9sTn4WbYc8Hd3")),
        bare(concat!("wh", "sec_q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP")),
        bare(concat!("gh", "p_q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9")),
        bare(concat!("xo", "xb-1234567890-q7Zr2LxP0vK9")),
        bare(concat!("https://hooks.slack.com/", "services/T0AAAAAAA/B0AAAAAAA/q7Zr2LxP0vK9sTn4WbYc8Hd3")),
        bare(concat!("S", "G.q7Zr2LxP0vK9sTn4WbYc8H.q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sTn4WbY")),
        bare(concat!("S", "K0123456789abcdef0123456789abcdef")),
        bare(concat!("A", "C0123456789abcdef0123456789abcdef")),
        bare(concat!("-----BEGIN ", "RSA PRIVATE KEY-----\nMIIEow")),
        bare(concat!("prd:", "q7Zr2LxP0vK9sTn4WbYc8Hd3.q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP")),
        bare(concat!(
            "dQw4w9WgXcQ:APA",
            "91bq7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sTn4WbYc8Hd3",
            "q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sTn4WbYc8Hd3"
        )),
        bare("otpauth://totp/Firma:kari?secret=JBSWY3DPEHPK3PXP&issuer=Firma"),
        bare(concat!("AI", "zaq7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK")),
    ],
    counter_examples: &[
        bare(concat!("AK", "IAMASKED2LXPVK5STN")),
        bare(concat!("sk_", "live_maskedP0vK9sTn4WbYc8Hd3")),
        bare(concat!("gh", "p_masked")),
        bare("SKAL VI ACCEPTERE? SG. SK12"),
        bare("-----BEGIN CERTIFICATE-----\nMIIE"),
        bare(concat!("-----BEGIN ", "PRIVATE KEY-----\nmasked")),
        bare(concat!("xAK", "IAQ7ZR2LXPVK5STN4W")),
        bare(concat!("AK", "IAQ7ZR2LXPVK5STN4WABCDEF")),
        bare("otpauth://totp/Firma:kari?secret=MASKED3DPEHPK3PX"),
    ],
    trigger: Trigger::Prefixes(|| FORMS.iter().map(|(prefix, _)| *prefix).collect()),
    find,
};

/// How many bytes of the rest belong to the secret, if it is one.
type Tail = fn(&[u8]) -> Option<usize>;

/// How each issuer's secrets start, and how they go on.
const FORMS: &[(&str, Tail)] = &[
    // AWS
    ("AKIA", |rest| exactly(rest, is_base32, 16)),
    ("ASIA", |rest| exactly(rest, is_base32, 16)),
    ("ABIA", |rest| exactly(rest, is_base32, 16)),
    ("ACCA", |rest| exactly(rest, is_base32, 16)),
    // Stripe
    ("sk_live_", stripe),
    ("sk_test_", stripe),
    ("sk_prod_", stripe),
    ("rk_live_", stripe),
    ("rk_test_", stripe),
    ("rk_prod_", stripe),
    ("whsec_", |rest| run(rest, is_base64, 32, 100)),
    // GitHub, GitLab, npm
    ("ghp_", github),
    ("gho_", github),
    ("ghu_", github),
    ("ghs_", github),
    ("ghr_", github),
    ("github_pat_", |rest| run(rest, is_wordy, 82, 255)),
    ("glpat-", |rest| run(rest, is_base64url, 20, 300)),
    ("npm_", |rest| exactly(rest, is_alphanumeric, 36)),
    // Slack
    ("xoxa-", slack),
    ("xoxb-", slack),
    ("xoxe-", slack),
    ("xoxe.", slack),
    ("xoxo-", slack),
    ("xoxp-", slack),
    ("xoxr-", slack),
    ("xoxs-", slack),
    ("xapp-", slack),
    ("hooks.slack.com/services/", |rest| run(rest, |byte| is_base64url(byte) || byte == b'/', 20, 200)),
    // SendGrid, Twilio, Google
    ("SG.", |rest| run(rest, |byte| is_base64url(byte) || matches!(byte, b'.' | b'='), 66, 66)),
    ("SK", |rest| exactly(rest, is_small_hex, 32)),
    ("AC", |rest| exactly(rest, is_small_hex, 32)),
    ("AIza", |rest| exactly(rest, is_base64url, 35)),
    // Firebase Cloud Messaging; what stands before the colon is looked at below
    (":APA91b", |rest| run(rest, is_base64url, 130, 300)),
    // Sumsub
    ("sbx:", sumsub),
    ("prd:", sumsub),
    ("-----BEGIN ", private_key),
    ("otpauth://", one_time_password),
];

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let prefix = cell.part(place.clone());
    let (_, tail) = FORMS.iter().find(|(form, _)| form.as_bytes() == prefix)?;
    let start = if prefix.starts_with(b":") {
        let start = cell.run_start(place.start, is_base64url);
        (11..=22).contains(&(place.start - start)).then_some(start)?
    } else {
        place.start
    };
    let is_inside_word = prefix.first().is_some_and(u8::is_ascii_alphanumeric) && cell.is_after_word(start);
    if is_inside_word {
        return None;
    }
    let end = place.end + tail(cell.rest(place.end))?;
    if !is_marked_as_masked(cell.part(start..end)) {
        hits.add(Kind::Secret, start..end, Certainty::Certain);
    }
    Some(end)
}

/// The length of a run of such bytes, if it is within bounds; a longer run is cut.
fn run(rest: &[u8], belongs: fn(u8) -> bool, shortest: usize, longest: usize) -> Option<usize> {
    let length = rest.iter().take(longest).take_while(|byte| belongs(**byte)).count();
    (length >= shortest).then_some(length)
}

/// As `run`, for a run that is neither shorter nor longer.
fn exactly(rest: &[u8], belongs: fn(u8) -> bool, length: usize) -> Option<usize> {
    let ends = rest.get(length).is_none_or(|byte| !is_wordy(*byte));
    run(rest, belongs, length, length).filter(|_| ends)
}

fn stripe(rest: &[u8]) -> Option<usize> {
    run(rest, is_alphanumeric, 10, 247)
}

fn github(rest: &[u8]) -> Option<usize> {
    run(rest, is_alphanumeric, 36, 255)
}

fn slack(rest: &[u8]) -> Option<usize> {
    run(rest, is_base64url, 10, 255)
}

fn sumsub(rest: &[u8]) -> Option<usize> {
    let name = run(rest, is_alphanumeric, 24, 24)?;
    let secret = rest.get(name..)?.strip_prefix(b".")?;
    Some(name + 1 + exactly(secret, is_alphanumeric, 32)?)
}

/// RFC 7468: the line that a private key starts with, and the start of the key, where a masked one says so.
fn private_key(rest: &[u8]) -> Option<usize> {
    let line = rest.iter().take(60).take_while(|byte| **byte != b'-').count();
    let is_private = rest.get(..line)?.ends_with(b"PRIVATE KEY") || rest.get(..line)?.ends_with(b"PRIVATE KEY BLOCK");
    is_private.then(|| (line + 40).min(rest.iter().take_while(|byte| byte.is_ascii()).count()))
}

/// Google Authenticator's "Key Uri Format".
fn one_time_password(rest: &[u8]) -> Option<usize> {
    let length = rest.iter().take(1024).take_while(|byte| byte.is_ascii_graphic()).count();
    rest.get(..length)?.windows(7).any(|part| part == b"secret=").then_some(length)
}

fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn is_base32(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'2'..=b'7')
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn is_small_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}
