//! JSON Web Tokens (RFC 7519): three parts in base64url, or five if encrypted (RFC 7516).
//!
//! The payload is decoded and scanned as well, also that of a masked token.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::Cell,
    hits::{Hit, Hits},
    kind::{Certainty, Kind},
};
use crate::verify::layers::unbase64;

pub(super) const DETECTOR: Detector = Detector {
    name: "jwt",
    kinds: &[Kind::Jwt],
    examples: &[
        // {"alg":"HS256","typ":"JWT"} {"sub":"1"}
        bare(concat!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", ".eyJzdWIiOiIxIn0", ".c2lnbmF0dXJlc2lnbmF0dXJl")),
        bare(concat!("Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", ".eyJzdWIiOiIxIn0", ".c2lnbmF0dXJlc2lnbmF0dXJl.")),
        // { "alg":"none"} without a signature
        bare(concat!("eyAiYWxnIjoibm9uZSJ9", ".eyJzdWIiOiIxIn0.")),
        // {"alg":"RSA-OAEP","enc":"A256GCM"}
        bare("eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a2V5.aXY.Y2lwaGVydGV4dA.dGFn"),
    ],
    counter_examples: &[
        // {"alg":"none"} {"masked":true,"sub":"1"}
        bare(concat!("eyJhbGciOiJub25lIn0", ".eyJtYXNrZWQiOnRydWUsInN1YiI6IjEifQ.")),
        bare(concat!("eyJhbGciOiJub25lIn0", ".eyJtYXNrZWQiOnRydWUsInN1YiI6IjEifQ", ".bWFza2Vk")),
        bare("eyJhbGciOiJub25lIn0"),
        bare("eyJ.eyJ.eyJ"),
        bare("eyAb.cd.ef"),
    ],
    // Base64url of `{"`, of `{ ` and of `{` with a line's end.
    trigger: Trigger::Prefixes(|| vec!["eyJ", "eyA", "ewo", "ew0", "ewk"]),
    find,
};

/// How often a token within a token is opened.
const DEEPEST: u8 = 2;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if is_base64url(cell.byte_before(place.start, 1)) {
        return None;
    }
    let end = cell.run_end(place.start, |byte| is_base64url(byte) || byte == b'.');
    let mut parts = cell.part(place.start..end).split(|byte| *byte == b'.');
    let (header, payload) = (parts.next()?, parts.next()?);
    parts.next()?;
    let header: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&unbase64(header)?).ok()?;
    if !header.contains_key("alg") {
        return None;
    }
    let payload = if header.contains_key("enc") { None } else { unbase64(payload) };
    let is_masked = payload.as_deref().is_some_and(|payload| scan_payload(cell, payload, place.start..end, hits));
    if !is_masked {
        hits.add(Kind::Jwt, place.start..end, Certainty::Certain);
    }
    Some(end)
}

/// Scans what a token carries. Tells whether it says that it is masked.
fn scan_payload(cell: &Cell<'_>, payload: &[u8], token: Range<usize>, hits: &mut Hits) -> bool {
    let Ok(payload) = std::str::from_utf8(payload) else { return false };
    let document = serde_json::from_str::<serde_json::Value>(payload);
    let is_masked = matches!(&document, Ok(document) if document.get("masked") == Some(&serde_json::Value::Bool(true)));
    if cell.depth < DEEPEST {
        let before = hits.found.len();
        match &document {
            Ok(document) => scan_json(cell, document, None, hits),
            Err(_) => cell.detectors.scan_decoded(payload, cell.context, cell.depth + 1, hits),
        }
        // The places within the payload mean nothing in the cell: the token is where they are.
        for hit in hits.found.iter_mut().skip(before) {
            *hit = Hit { start: token.start, end: token.end, ..*hit };
        }
    }
    is_masked
}

/// Scans every text and number of a document. `serde_json` bounds its depth.
pub(super) fn scan_json(cell: &Cell<'_>, value: &serde_json::Value, key: Option<&str>, hits: &mut Hits) {
    use serde_json::Value;
    let mut scan = |text: &str| {
        let context = cell.detectors.context("", key);
        cell.detectors.scan_decoded(text, context, cell.depth + 1, hits);
    };
    match value {
        Value::String(text) => scan(text),
        Value::Number(number) => scan(&number.to_string()),
        Value::Array(values) => values.iter().for_each(|value| scan_json(cell, value, key, hits)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            scan_json(cell, &Value::String(key.clone()), None, hits);
            scan_json(cell, value, Some(key), hits);
        }),
        Value::Null | Value::Bool(_) => {}
    }
}
