//! Looks into what a text or bytes carry, and puts what is found there to where it was carried.

use super::{
    cell::Cell,
    engine::Detectors,
    hits::{Hit, Hits},
    jwt::scan_json,
    topics::Context,
};
use crate::verify::layers;

/// Scans each text that the cell carries. What the cell shows anyway isn't found a second time.
pub(super) fn look_inside(cell: &Cell<'_>, hits: &mut Hits, carried: &mut dyn FnMut(&str)) {
    layers::of_text(cell.text, &mut |_, place, text| {
        carried(text);
        let before = hits.found.len();
        scan(cell, text, hits);
        let (shown, inside) = hits.found.split_at(before.min(hits.found.len()));
        let is_shown = |hit: &Hit| {
            shown.iter().any(|shown| shown.kind == hit.kind && shown.start < place.end && place.start < shown.end)
        };
        let new: Vec<Hit> = inside
            .iter()
            .filter(|hit| !is_shown(hit))
            .map(|hit| Hit { start: place.start, end: place.end, ..*hit })
            .collect();
        hits.found.truncate(before);
        hits.found.extend(new);
    });
}

/// Scans each text that bytes carry.
pub(super) fn look_inside_bytes(
    detectors: &Detectors,
    bytes: &[u8],
    context: Context,
    hits: &mut Hits,
    carried: &mut dyn FnMut(&str),
) {
    layers::of_bytes(bytes, &mut |_, text| {
        carried(text);
        let before = hits.found.len();
        let cell = Cell { text, context, detectors, depth: 0 };
        scan(&cell, text, hits);
        hits.found.iter_mut().skip(before).for_each(|hit| (hit.start, hit.end) = (0, bytes.len()));
    });
}

/// Scans a decoded text; a document key by key, as keys tell what their values are.
fn scan(cell: &Cell<'_>, text: &str, hits: &mut Hits) {
    let is_document = text.trim_start().starts_with(['{', '[']);
    match is_document.then(|| serde_json::from_str::<serde_json::Value>(text)) {
        Some(Ok(document)) => scan_json(cell, &document, None, hits),
        _ => cell.detectors.scan_decoded(text, cell.context, cell.depth + 1, hits),
    }
}
