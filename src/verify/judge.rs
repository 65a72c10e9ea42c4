//! From what was seen to findings: the one place where hits are judged.

use super::cell_scan::Layout;
use super::detectors::verdict::Finding as Found;
use super::findings::{Finding, Place, Question, Severity};
use super::seen::{Rows, Seen, SeenAt, Spot};
use crate::originals::{Class, Originals};
use crate::postgres::identifier::TableName;

/// Judges what was seen in one relation.
pub(super) fn judge(table: &TableName, layout: &Layout, seen: &Seen, originals: &Originals) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (spot, at) in &seen.columns {
        let place = place_of(table, layout, spot);
        let is_masked = layout.columns.get(spot.column).is_some_and(|column| !column.kept);
        findings.extend(detected(&place, at, is_masked));
        findings.extend(leaked(&place, at, seen.rows, originals));
    }
    findings.extend(unmasked(table, seen));
    findings
}

/// Somebody decided on these rows, and everybody should know of them.
fn unmasked(table: &TableName, seen: &Seen) -> Option<Finding> {
    let rows = &seen.unmasked;
    (rows.count > 0).then(|| Finding {
        question: Question::Coverage,
        place: Place { table: Some(table.clone()), column: None, key: None },
        kind: format!("{} left unmasked by `unless`", if rows.count == 1 { "row" } else { "rows" }),
        severity: Severity::Warning,
        count: rows.count,
        keys: rows.keys.clone(),
        advice: "see that these rows are nobody's but the testers'".to_owned(),
    })
}

fn place_of(table: &TableName, layout: &Layout, spot: &Spot) -> Place {
    Place {
        table: Some(table.clone()),
        column: layout.columns.get(spot.column).map(|column| column.name.clone()),
        key: spot.key.clone(),
    }
}

fn detected<'a>(place: &'a Place, at: &'a SeenAt, is_masked: bool) -> impl Iterator<Item = Finding> + 'a {
    // A masked column of birthdays holds birthdays; only words in a text that say so tell of one that was overlooked.
    let is_expected = move |found: &Found| is_masked && !found.kind.has_synthetic_space() && found.certain == 0;
    at.tally.findings().into_iter().filter(move |found| !is_expected(found)).map(move |found| {
        let rows = at.by_kind.get(&found.kind);
        Finding {
            question: Question::Detector,
            place: place.clone(),
            kind: found.kind.to_string(),
            severity: found.severity,
            count: found.certain + found.likely + found.by_chance,
            keys: rows.map(|rows| rows.keys.clone()).unwrap_or_default(),
            advice: "mask the column, or use free_text or json for text that holds such values".to_owned(),
        }
    })
}

fn leaked(place: &Place, at: &SeenAt, rows: u64, originals: &Originals) -> Vec<Finding> {
    let finding = |kind: String, severity, found: &Rows, advice: &str| Finding {
        question: Question::Leak,
        place: place.clone(),
        kind,
        severity,
        count: found.count,
        keys: found.keys.clone(),
        advice: advice.to_owned(),
    };
    let mut findings = Vec::new();
    for ((column, class), found) in &at.originals {
        let what = match class {
            Class::Words => "a person's name, original of",
            Class::Bytes => "a document, original of",
            _ => "original of",
        };
        findings.push(finding(
            format!("{what} {}", originals.column(*column)),
            Severity::Blocking,
            found,
            "mask this place too, with the same transform or with free_text",
        ));
    }
    // A few of a hundred thousand short numbers meet one of ten thousand phone numbers by chance.
    let is_many = |found: &Rows| found.count > 3 && found.count * 100 > rows;
    for (column, found) in &at.short_numbers {
        findings.push(finding(
            format!("short number, original of {}", originals.column(*column)),
            if is_many(found) { Severity::Blocking } else { Severity::Warning },
            found,
            "see whether these are the same numbers; if they are, mask them",
        ));
    }
    for (column, found) in at.cut_numbers.iter().filter(|(_, found)| is_many(found)) {
        findings.push(finding(
            format!("number without its last digit, original of {}", originals.column(*column)),
            Severity::Blocking,
            found,
            "see what cuts the numbers short, and mask them before",
        ));
    }
    if at.unchanged.count > 0 {
        let advice = "the transform left the cell as it was: report this as a bug";
        findings.push(finding("unchanged in its own row".to_owned(), Severity::Blocking, &at.unchanged, advice));
    }
    findings
}
