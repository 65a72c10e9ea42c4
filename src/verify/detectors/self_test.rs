//! Proves detectors by their examples and counter-examples.

use std::fmt;

use super::{
    CATALOGUE, Detectors, Example,
    custom::{CustomDetector, OwnExample},
    hits::Hits,
    kind::Kind,
};

/// An example that wasn't found, or a counter-example that was. Examples are made up, so they may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The detector's name.
    pub detector: String,
    /// Whether it is a counter-example.
    pub is_counter_example: bool,
    /// The name of the column, empty where it says nothing.
    pub column: String,
    /// The cell.
    pub text: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what =
            if self.is_counter_example { "finds something in its counter-example" } else { "misses its example" };
        write!(f, "{} {what} {:?}", self.detector, self.text)?;
        if self.column.is_empty() { Ok(()) } else { write!(f, " in a column {:?}", self.column) }
    }
}

/// Proves the detectors that are built in. Each example has to be found for certain or likely, as the detector's kind;
/// in a counter-example nobody may find anything.
pub fn of_catalogue() -> Vec<Failure> {
    let detectors = Detectors::new();
    let mut failures = Vec::new();
    for detector in CATALOGUE {
        let mut check = |examples: &[Example], is_counter_example| {
            for Example { column, text } in examples {
                let kinds = sure_kinds(&detectors, column, text);
                let found = kinds.iter().any(|kind| detector.kinds.contains(kind) || is_counter_example);
                if found == is_counter_example {
                    let (column, text) = ((*column).to_owned(), (*text).to_owned());
                    failures.push(Failure { detector: detector.name.to_owned(), is_counter_example, column, text });
                }
            }
        };
        check(detector.examples, false);
        check(detector.counter_examples, true);
    }
    failures
}

/// Proves a shop's own detectors, each by itself: others may well find something in its counter-examples.
pub fn of_own(own: &[CustomDetector]) -> Vec<Failure> {
    let detectors = Detectors::new().and(own.to_vec());
    let mut failures = Vec::new();
    for detector in own {
        let kind = Kind::Custom(detector.kind);
        let mut check = |examples: &[OwnExample], is_counter_example| {
            for OwnExample { column, text } in examples {
                let mut hits = Hits::new();
                detectors.scan(text, &detectors.context(column, None), &mut hits);
                if hits.found.iter().any(|hit| hit.kind == kind) == is_counter_example {
                    let (column, text) = (column.clone(), text.clone());
                    failures.push(Failure {
                        detector: detector.kind.name.to_owned(),
                        is_counter_example,
                        column,
                        text,
                    });
                }
            }
        };
        check(&detector.examples, false);
        check(&detector.counter_examples, true);
    }
    failures
}

fn sure_kinds(detectors: &Detectors, column: &str, text: &str) -> Vec<Kind> {
    let mut hits = Hits::new();
    detectors.scan(text, &detectors.context(column, None), &mut hits);
    hits.found.iter().filter(|hit| !hit.certainty.is_chance()).map(|hit| hit.kind).collect()
}
