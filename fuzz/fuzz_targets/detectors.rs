//! The detectors, in columns of telling names and of others.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use stagemask::verify::detectors::{Detectors, Hits};

static DETECTORS: LazyLock<Detectors> = LazyLock::new(Detectors::new);

const COLUMNS: [&str; 14] = [
    "",
    "national_id",
    "personnummer",
    "cpr",
    "account_number",
    "card",
    "phone",
    "mac",
    "bic",
    "vat",
    "birth_date",
    "name",
    "latitude",
    "api_token",
];

fuzz_target!(|data: (u8, &[u8])| {
    let (column, bytes) = data;
    let column = COLUMNS[usize::from(column) % COLUMNS.len()];
    let context = DETECTORS.context(column, None);
    let mut hits = Hits::new();
    let text = String::from_utf8_lossy(bytes);
    DETECTORS.scan(&text, &context, &mut hits);
    for hit in &hits.found {
        assert!(text.get(hit.start..hit.end).is_some(), "{} at {}..{}", hit.kind, hit.start, hit.end);
    }
    hits.clear();
    DETECTORS.scan_bytes(bytes, &context, &mut hits);
    assert!(hits.found.iter().all(|hit| hit.start <= hit.end && hit.end <= bytes.len()));
});
