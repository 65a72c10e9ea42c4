//! Reads the labelled corpus and measures the detectors on it.

use std::collections::BTreeMap;

use serde_json::Value;
use stagemask::verify::detectors::verdict::Tally;
use stagemask::verify::detectors::{Certainty, Detectors, Hit, Hits, Kind};
use stagemask::verify::findings::Severity;

/// A made-up column, and what it holds.
pub(crate) struct LabelledColumn {
    pub(crate) name: String,
    pub(crate) kind: Option<String>,
    pub(crate) cells: Vec<String>,
}

/// A made-up text, and what stands in it.
pub(crate) struct LabelledText {
    pub(crate) kind: Option<String>,
    pub(crate) text: String,
}

/// How many items there were of a kind, and how many of them were found.
#[derive(Default, Clone, Copy)]
pub(crate) struct Recall {
    pub(crate) items: usize,
    pub(crate) found: usize,
}

impl Recall {
    pub(crate) fn share(self) -> f64 {
        self.found as f64 / self.items.max(1) as f64
    }
}

/// What came out.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) in_columns: BTreeMap<String, Recall>,
    pub(crate) in_texts: BTreeMap<String, Recall>,
    /// Findings about columns that are right, and all of them.
    pub(crate) right_findings: usize,
    pub(crate) findings: usize,
    /// What was found where nothing is.
    pub(crate) wrong: Vec<String>,
    pub(crate) missed: Vec<String>,
    pub(crate) items: usize,
    pub(crate) negatives: usize,
}

pub(crate) fn columns() -> Vec<LabelledColumn> {
    let lines = include_str!("columns.jsonl").lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let cells =
        |line: &Value| line["cells"].as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_owned()).collect();
    lines
        .map(|line| LabelledColumn {
            name: text(&line["column"]).unwrap(),
            kind: text(&line["kind"]),
            cells: cells(&line),
        })
        .collect()
}

pub(crate) fn texts() -> Vec<LabelledText> {
    let lines = include_str!("texts.jsonl").lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| LabelledText { kind: text(&line["kind"]), text: text(&line["text"]).unwrap() }).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Whether a hit of this kind is what the label says.
fn is_meant(kind: Kind, label: &str) -> bool {
    match label {
        "ip" => matches!(kind, Kind::Ipv4 | Kind::Ipv6),
        "secret" => {
            matches!(kind, Kind::Secret | Kind::Jwt | Kind::UrlCredentials | Kind::PasswordHash | Kind::HighEntropy)
        }
        label => kind.to_string() == label,
    }
}

fn is_sure(hit: &Hit) -> bool {
    !matches!(hit.certainty, Certainty::Chance(_))
}

pub(crate) fn measure(detectors: &Detectors) -> Measured {
    let mut measured = Measured::default();
    for column in columns() {
        measured.column(detectors, &column);
    }
    for item in texts() {
        measured.text(detectors, &item);
    }
    measured
}

impl Measured {
    fn column(&mut self, detectors: &Detectors, column: &LabelledColumn) {
        let context = detectors.context(&column.name, None);
        let mut tally = Tally::new();
        let mut all = Vec::new();
        for cell in &column.cells {
            let mut hits = Hits::new();
            detectors.scan(cell, &context, &mut hits);
            tally.add(&hits);
            all.push(hits.found);
        }
        let findings: Vec<Kind> =
            tally.findings().iter().filter(|found| found.severity > Severity::Note).map(|found| found.kind).collect();
        self.count(column.kind.is_none(), column.cells.len());
        self.findings += findings.len();
        for kind in &findings {
            if column.kind.as_ref().is_some_and(|label| is_meant(*kind, label)) {
                self.right_findings += 1;
            } else {
                self.wrong.push(format!("column {} of {:?}: {kind}", column.name, column.kind));
            }
        }
        let Some(label) = &column.kind else { return };
        let recall = self.in_columns.entry(label.clone()).or_default();
        for (cell, found) in column.cells.iter().zip(&all) {
            recall.items += 1;
            // A number that could be chance counts where the column as a whole can't be.
            let is_found =
                found.iter().any(|hit| is_meant(hit.kind, label) && (is_sure(hit) || findings.contains(&hit.kind)));
            recall.found += usize::from(is_found);
            if !is_found {
                self.missed.push(format!("{label} in column {}: {cell}", column.name));
            }
        }
    }

    fn text(&mut self, detectors: &Detectors, item: &LabelledText) {
        let mut hits = Hits::new();
        detectors.scan(&item.text, &detectors.context("", None), &mut hits);
        self.count(item.kind.is_none(), 1);
        let Some(label) = &item.kind else {
            let found = hits.found.iter().filter(|hit| is_sure(hit));
            self.wrong.extend(found.map(|hit| format!("{}: {}", item.text, hit.kind)));
            return;
        };
        let recall = self.in_texts.entry(label.clone()).or_default();
        recall.items += 1;
        let is_found = hits.found.iter().any(|hit| is_sure(hit) && is_meant(hit.kind, label));
        recall.found += usize::from(is_found);
        if !is_found {
            self.missed.push(format!("{label}: {}", item.text));
        }
    }

    fn count(&mut self, is_negative: bool, items: usize) {
        self.items += items;
        self.negatives += if is_negative { items } else { 0 };
    }

    pub(crate) fn precision(&self) -> f64 {
        self.right_findings as f64 / self.findings.max(1) as f64
    }
}
