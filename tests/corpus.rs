//! The detectors on a labelled corpus: nothing that can be checked is missed, and hardly anything is taken for what it isn't.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

#[path = "corpus/measure.rs"]
mod measure;

use std::sync::LazyLock;

use measure::{Measured, measure};
use stagemask::verify::detectors::Detectors;

static MEASURED: LazyLock<Measured> = LazyLock::new(|| measure(&Detectors::new()));

/// Kinds with a check digit, and those whose form leaves no doubt.
const CHECKED: &[&str] = &[
    "IBAN",
    "account number",
    "national identity number",
    "card number",
    "organisation number",
    "VAT number",
    "machine-readable zone of a travel document",
];

#[test]
fn the_corpus_is_large_and_a_good_part_of_it_is_harmless() {
    assert!(MEASURED.items >= 2_000 && MEASURED.negatives >= 500, "{} {}", MEASURED.items, MEASURED.negatives);
}

#[test]
fn nothing_with_a_check_digit_is_missed() {
    for kind in CHECKED {
        for recalls in [&MEASURED.in_columns, &MEASURED.in_texts] {
            let recall = recalls.get(*kind).unwrap();
            assert_eq!(recall.found, recall.items, "{kind}: {:?}", about(kind));
        }
    }
}

#[test]
fn hardly_anything_of_the_other_kinds_is_missed() {
    for recalls in [&MEASURED.in_columns, &MEASURED.in_texts] {
        for (kind, recall) in recalls {
            assert!(recall.share() >= 0.95, "{kind}: {} {:?}", recall.share(), about(kind));
        }
    }
}

#[test]
fn hardly_any_column_is_taken_for_what_it_is_not_and_no_harmless_text_is() {
    assert!(MEASURED.precision() >= 0.95, "{} {:?}", MEASURED.precision(), MEASURED.wrong);
    let texts: Vec<&String> = MEASURED.wrong.iter().filter(|wrong| !wrong.starts_with("column ")).collect();
    assert!(texts.is_empty(), "{texts:?}");
}

#[test]
fn no_column_without_personal_data_is_a_finding() {
    let harmless: Vec<&String> = MEASURED.wrong.iter().filter(|wrong| wrong.contains("of None")).collect();
    assert!(harmless.is_empty(), "{harmless:?}");
}

fn about(kind: &str) -> Vec<&'static String> {
    MEASURED.missed.iter().filter(|missed| missed.starts_with(kind)).collect()
}
