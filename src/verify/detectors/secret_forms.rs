//! How the keys and tokens of each issuer look (the issuers' documentation).

use super::cell::is_wordy;

/// How many bytes of the rest belong to the secret, if it is one.
pub(super) type Tail = fn(&[u8]) -> Option<usize>;

/// How each issuer's secrets start, and how they go on.
pub(super) const FORMS: &[(&str, Tail)] = &[
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
    // Shops and payments
    ("shpat_", |rest| exactly(rest, is_small_hex, 32)),
    ("shpss_", |rest| exactly(rest, is_small_hex, 32)),
    ("shpca_", |rest| exactly(rest, is_small_hex, 32)),
    ("shppa_", |rest| exactly(rest, is_small_hex, 32)),
    ("sq0atp-", |rest| run(rest, is_base64url, 22, 60)),
    ("sq0csp-", |rest| run(rest, is_base64url, 43, 60)),
    ("access_token$production$", |rest| run(rest, |byte| is_alphanumeric(byte) || byte == b'$', 40, 60)),
    // Clouds
    ("AccountKey=", |rest| run(rest, is_base64, 80, 100)),
    ("SharedAccessKey=", |rest| run(rest, is_base64, 40, 100)),
    ("aws_secret_access_key", named_key),
    ("AWS_SECRET_ACCESS_KEY", named_key),
    ("dop_v1_", |rest| exactly(rest, is_small_hex, 64)),
    ("doo_v1_", |rest| exactly(rest, is_small_hex, 64)),
    ("GOCSPX-", |rest| run(rest, is_base64url, 28, 40)),
    ("ya29.", |rest| run(rest, is_base64url, 30, 2048)),
    ("hvs.", |rest| run(rest, is_base64url, 24, 300)),
    ("hvb.", |rest| run(rest, is_base64url, 24, 300)),
    ("dp.pt.", |rest| run(rest, is_alphanumeric, 40, 60)),
    ("pscale_tkn_", |rest| run(rest, is_base64url, 32, 64)),
    ("nfp_", |rest| run(rest, is_alphanumeric, 36, 60)),
    ("sbp_", |rest| exactly(rest, is_small_hex, 40)),
    // Code and packages
    ("glrt-", |rest| run(rest, is_base64url, 20, 300)),
    ("gldt-", |rest| run(rest, is_base64url, 20, 300)),
    ("glptt-", |rest| run(rest, is_base64url, 20, 300)),
    ("pypi-AgE", |rest| run(rest, is_base64url, 50, 1000)),
    ("rubygems_", |rest| exactly(rest, is_small_hex, 48)),
    ("dckr_pat_", |rest| run(rest, is_base64url, 27, 60)),
    ("ATATT3x", |rest| run(rest, |byte| is_base64url(byte) || byte == b'=', 100, 300)),
    ("lin_api_", |rest| run(rest, is_alphanumeric, 32, 60)),
    ("figd_", |rest| run(rest, is_base64url, 36, 60)),
    ("ntn_", |rest| run(rest, is_alphanumeric, 40, 60)),
    ("PMAK-", |rest| run(rest, is_base64url, 50, 70)),
    ("glsa_", |rest| run(rest, is_wordy, 40, 60)),
    ("glc_", |rest| run(rest, is_base64, 32, 400)),
    ("NRAK-", |rest| run(rest, is_alphanumeric, 27, 27)),
    // Models
    ("sk-ant-", |rest| run(rest, is_base64url, 40, 200)),
    ("sk-proj-", |rest| run(rest, is_base64url, 40, 200)),
    ("hf_", |rest| exactly(rest, is_alphanumeric, 34)),
    // Mail and chat
    ("key-", |rest| exactly(rest, is_small_hex, 32)),
    ("xkeysib-", |rest| run(rest, is_base64url, 60, 100)),
    ("discord.com/api/webhooks/", |rest| run(rest, |byte| is_base64url(byte) || byte == b'/', 60, 200)),
    ("webhook.office.com/webhookb2/", |rest| {
        run(rest, |byte| is_base64url(byte) || matches!(byte, b'/' | b'@'), 60, 300)
    }),
    (":AA", |rest| exactly(rest, is_base64url, 33)),
    // Encryption
    ("AGE-SECRET-KEY-1", |rest| run(rest, is_alphanumeric, 58, 58)),
    // Firebase Cloud Messaging; what stands before the colon is looked at below
    (":APA91b", |rest| run(rest, is_base64url, 130, 300)),
    // Sumsub
    ("sbx:", sumsub),
    ("prd:", sumsub),
    ("-----BEGIN ", private_key),
    ("otpauth://", one_time_password),
];

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

/// `aws_secret_access_key = "…"`: forty characters of base64 behind a sign.
fn named_key(rest: &[u8]) -> Option<usize> {
    let gap = rest.iter().take(8).take_while(|byte| matches!(byte, b' ' | b'=' | b':' | b'"' | b'\'')).count();
    let key = rest.get(gap..)?;
    (gap > 0).then(|| exactly(key, is_base64, 40).map(|length| gap + length))?
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

pub(super) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn is_small_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}
