//! Keys and tokens whose issuer is known by their form.
//!
//! The examples are cut in two, so that nobody's secret scanner takes this file for a leak.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::{Cell, is_marked_as_masked},
    hits::Hits,
    kind::{Certainty, Kind},
    secret_forms::{FORMS, is_base64url},
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
        bare(concat!("sh", "pat_0123456789abcdef0123456789abcdef")),
        bare(concat!("sk-", "ant-api03-q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sTn4WbYc")),
        bare(concat!("h", "f_q7ZrLxPvKsTnWbYcHdqZrLxPvKsTnWbYcH")),
        bare(concat!("dop_", "v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")),
        bare(concat!("aws_secret_access_key = ", "q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9s/+n")),
        bare(concat!(
            "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=",
            "q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sA=="
        )),
        bare(concat!("123456789:", "AAq7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0")),
        bare(concat!("GOC", "SPX-q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr")),
        bare(concat!("key-", "0123456789abcdef0123456789abcdef")),
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
        bare("key-value pairs; the hf_ prefix; 12:AA"),
        bare("aws_secret_access_key = masked"),
    ],
    trigger: Trigger::Prefixes(|| FORMS.iter().map(|(prefix, _)| *prefix).collect()),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let prefix = cell.part(place.clone());
    let (_, tail) = FORMS.iter().find(|(form, _)| form.as_bytes() == prefix)?;
    let start = if prefix.starts_with(b":") {
        let start = cell.run_start(place.start, is_base64url);
        let before = cell.part(start..place.start);
        // Telegram has the number of a bot before the colon, Firebase the name of an app's installation.
        let fits = if prefix == b":AA" { before.iter().all(u8::is_ascii_digit) } else { before.len() >= 11 };
        (fits && (8..=22).contains(&before.len())).then_some(start)?
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
