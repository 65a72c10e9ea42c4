//! Certificates in PEM (RFC 7468, section 5): no secret, but they name whom they were issued to, often a person.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::{Cell, is_marked_as_masked},
    hits::Hits,
    kind::{Certainty, Kind},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "certificate",
    kinds: &[Kind::Certificate],
    examples: &[
        bare(
            "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ7Zr2LxP0vK9sTn4WbYc8Hd3q7YwCgYIKoZIzj0EAwIw\n-----END CERTIFICATE-----",
        ),
        bare(
            "-----BEGIN CERTIFICATE REQUEST-----\\nMIIBszCCAVmgAwIBAgIUQ7Zr2LxP0vK9sTn4WbYc8Hd3q7YwCgYIKoZIzj0EAwIw\\n",
        ),
    ],
    counter_examples: &[
        bare("-----BEGIN CERTIFICATE-----"),
        bare("-----BEGIN CERTIFICATE-----\nmaskedcVmgAwIBAgIUQ7Zr2LxP0vK9sTn4WbYc8Hd3q7YwCgYIKoZIzj0EAwIwQ\n"),
        bare("-----BEGIN PUBLIC KEY-----\nMIIBszCCAVmgAwIBAgIUQ7Zr2LxP0vK9sTn4WbYc8Hd3q7YwCgYIKoZIzj0EAwIw"),
    ],
    trigger: Trigger::Prefixes(|| {
        vec![
            "-----BEGIN CERTIFICATE",
            "-----BEGIN X509 CERTIFICATE",
            "-----BEGIN TRUSTED CERTIFICATE",
            "-----BEGIN NEW CERTIFICATE REQUEST",
        ]
    }),
    find,
};

/// A shorter body is the beginning of an example.
const SHORTEST: usize = 40;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let dashes = cell.text.get(place.end..)?.find("-----")?;
    let body = place.end + dashes + 5;
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\n' | b'\r' | b'\\');
    let end = cell.run_end(body, belongs);
    if end - body < SHORTEST {
        return None;
    }
    if !is_marked_as_masked(cell.part(body..body + SHORTEST)) {
        hits.add(Kind::Certificate, place.start..end, Certainty::Certain);
    }
    Some(end)
}
