//! The detectors on the labelled corpus: recall and precision, and how fast they read on one core.
//!
//! ```text
//! cargo bench --bench detectors
//! ```
#![allow(clippy::unwrap_used, clippy::print_stdout, dead_code, reason = "a benchmark talks and may stop")]

#[path = "../tests/corpus/measure.rs"]
mod measure;

use std::time::{Duration, Instant};

use stagemask::verify::detectors::{Detectors, Hits};

fn main() {
    let detectors = Detectors::new();
    let measured = measure::measure(&detectors);
    println!("{} items, {} of them harmless", measured.items, measured.negatives);
    println!("{:<46}{:>9}{:>9}", "recall", "columns", "texts");
    let kinds: std::collections::BTreeSet<_> = measured.in_columns.keys().chain(measured.in_texts.keys()).collect();
    for kind in kinds {
        let share = |recall: Option<&measure::Recall>| {
            recall.map_or("–".to_owned(), |recall| format!("{:.3}", recall.share()))
        };
        println!("{kind:<46}{:>9}{:>9}", share(measured.in_columns.get(kind)), share(measured.in_texts.get(kind)));
    }
    println!("{:<46}{:>9.3}", "precision on columns", measured.precision());
    println!();
    println!("{:<46}{:>9}", "speed on one core", "MB/s");
    for (what, column, cells) in workloads() {
        println!("{what:<46}{:>9.0}", speed(&detectors, column, &cells));
    }
}

/// What fills ordinary databases.
fn workloads() -> Vec<(&'static str, &'static str, Vec<String>)> {
    let prose = "Kunden ringte i dag og lurte på når varene kommer, og vi lovet å svare i løpet av uka. \
                 The customer asked for an invoice, and was told that it had been sent before the holidays. ";
    let columns = measure::columns();
    let all: Vec<String> = columns.iter().flat_map(|column| column.cells.clone()).collect();
    let harmless: Vec<String> =
        columns.iter().filter(|column| column.kind.is_none()).flat_map(|column| column.cells.clone()).collect();
    vec![
        ("prose", "body", vec![prose.repeat(20); 50]),
        (
            "times",
            "created_at",
            (0..5_000)
                .map(|n| format!("2026-{:02}-{:02}T10:{:02}:12.123456+00:00", n % 12 + 1, n % 28 + 1, n % 60))
                .collect(),
        ),
        ("identifiers", "id", (0..5_000).map(|n| format!("0b7f8a52-1c5e-4d2a-9f0e-{n:012x}")).collect()),
        (
            "digests",
            "digest",
            (0..2_000u64).map(|n| format!("{:064x}", u128::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C))).collect(),
        ),
        ("the harmless columns of the corpus", "c", harmless),
        ("all columns of the corpus", "c", all),
    ]
}

/// Megabytes in a second, read again and again for half a second.
fn speed(detectors: &Detectors, column: &str, cells: &[String]) -> f64 {
    let context = detectors.context(column, None);
    let mut hits = Hits::new();
    let (mut bytes, begun) = (0usize, Instant::now());
    while begun.elapsed() < Duration::from_millis(500) {
        for cell in cells {
            hits.clear();
            detectors.scan(cell, &context, &mut hits);
            bytes += cell.len();
        }
    }
    bytes as f64 / begun.elapsed().as_secs_f64() / 1e6
}
