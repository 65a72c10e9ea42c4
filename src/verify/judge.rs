//! From what was seen to findings: the one place where hits are judged.

use std::collections::BTreeMap;

use super::chance::{Chance, Numbers};
use super::detectors::verdict::Finding as Found;
use super::findings::{Finding, Place, Question, Severity};
use super::layout::Layout;
use super::original_kind::OriginalKind;
use super::seen::{Rows, Seen, SeenAt, Spot};
use crate::error::Result;
use crate::originals::{Class, ColumnId, Hit, Originals};
use crate::postgres::identifier::TableName;

/// Judges what was seen in one relation.
///
/// # Errors
/// When originals can't be read.
pub(super) fn judge(table: &TableName, layout: &Layout, seen: &Seen, chance: &mut Chance<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (spot, at) in &seen.columns {
        let place = place_of(table, layout, spot);
        let is_masked = layout.columns.get(spot.column).is_some_and(|column| !column.kept);
        findings.extend(detected(&place, at, is_masked));
        findings.extend(leaked(&place, at, seen.rows, chance.originals()));
        findings.extend(numbers(&place, at, seen.rows, chance)?);
    }
    findings.extend(unmasked(table, seen));
    Ok(findings)
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

fn leak(place: &Place, kind: String, severity: Severity, found: &Rows, advice: &str) -> Finding {
    Finding {
        question: Question::Leak,
        place: place.clone(),
        kind,
        severity,
        count: found.count,
        keys: found.keys.clone(),
        advice: advice.to_owned(),
    }
}

const MASK_HERE: &str = "mask this place too, with the same transform or with free_text";

/// A few of a hundred thousand short numbers meet one of ten thousand phone numbers by chance.
fn are_many(found: &Rows, rows: u64) -> bool {
    found.count > 3 && found.count * 100 > rows
}

fn leaked(place: &Place, at: &SeenAt, rows: u64, originals: &Originals) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((column, class), found) in &at.originals {
        let kind = match class {
            Class::Words => OriginalKind::Name,
            Class::Bytes => OriginalKind::Document,
            _ => OriginalKind::Value,
        };
        findings.push(leak(place, kind.of(originals.column(*column)), Severity::Blocking, found, MASK_HERE));
    }
    for (column, found) in at.cut_numbers.iter().filter(|(_, found)| are_many(found, rows)) {
        let kind = OriginalKind::CutNumber.of(originals.column(*column));
        let advice = "see what cuts the numbers short, and mask them before";
        findings.push(leak(place, kind, Severity::Blocking, found, advice));
    }
    if at.unchanged.count > 0 {
        let advice = "the transform left the cell as it was: report this as a bug";
        findings.push(leak(place, "unchanged in its own row".to_owned(), Severity::Blocking, &at.unchanged, advice));
    }
    findings
}

/// What an original in DDL or a statement is called, and what it means for the gate. Limits and sizes are short numbers too.
pub(super) fn original_in_text(hit: &Hit, originals: &Originals) -> (String, Severity) {
    let is_short = hit.is_short_number();
    let severity = if is_short { Severity::Warning } else { Severity::Blocking };
    (kind_of(is_short).of(originals.column(hit.column)), severity)
}

fn kind_of(is_short: bool) -> OriginalKind {
    if is_short { OriginalKind::ShortNumber } else { OriginalKind::Value }
}

/// Numbers that are originals: long ones are a leak unless chance explains them, short ones if there are many besides.
fn numbers(place: &Place, at: &SeenAt, rows: u64, chance: &mut Chance<'_>) -> Result<Vec<Finding>> {
    let mut of_columns: BTreeMap<(ColumnId, bool), (Rows, Vec<Numbers>)> = BTreeMap::new();
    for ((column, form), found) in &at.numbers {
        let (all, forms) = of_columns.entry((*column, form.is_short())).or_default();
        all.merge(found.clone());
        forms.push(Numbers { form: *form, looked_up: at.looked_up.of(*form), hits: found.count });
    }
    let mut findings = Vec::new();
    for ((column, is_short), (found, forms)) in of_columns {
        let are_few = is_short && !are_many(&found, rows);
        let by_chance = !are_few && chance.explains(column, &forms)?;
        let (kind, severity, advice) = if by_chance {
            let advice = "as many random numbers would be somebody's: see whether these have anything to do with it";
            (OriginalKind::ByChance, Severity::Note, advice)
        } else if are_few {
            let advice = "see whether these are the same numbers; if they are, mask them";
            (kind_of(is_short), Severity::Warning, advice)
        } else {
            (kind_of(is_short), Severity::Blocking, MASK_HERE)
        };
        findings.push(leak(place, kind.of(chance.originals().column(column)), severity, &found, advice));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::originals::{Form, OriginalsOf, Store};
    use crate::secret::MaskingKey;

    #[test]
    fn short_numbers_close_the_gate_where_they_are_more_than_a_few_and_more_than_chance() {
        const ROWS: u64 = 1_000;
        let (form, column) = (Form { length: 7, first: 1 }, ColumnId(0));
        let folder = tempfile::tempdir().unwrap();
        let key = MaskingKey::random().unwrap();
        let store = Store::create(folder.path(), &key, vec!["users.login".to_owned()]).unwrap();
        let mut recorder = store.recorder();
        // One in five of the numbers of this form.
        for number in 1_000_000..1_200_000 {
            recorder.record_original(column, OriginalsOf::Identifier, &number.to_string());
        }
        drop(recorder);
        store.finish().unwrap();
        let originals = Originals::open(folder.path(), &key, 16 << 20).unwrap();
        let mut chance = Chance::new(&originals);
        let place = Place { table: None, column: None, key: None };
        for (count, severity, kind) in [
            (3, Severity::Warning, "short number, original of users.login"),
            (200, Severity::Note, "number met by chance, original of users.login"),
            (900, Severity::Blocking, "short number, original of users.login"),
        ] {
            let mut at = SeenAt::default();
            (0..ROWS).for_each(|_| at.looked_up.add(form));
            at.numbers.insert((column, form), Rows { count, keys: Vec::new() });
            let findings = numbers(&place, &at, ROWS, &mut chance).unwrap();
            let told: Vec<_> = findings.iter().map(|finding| (finding.severity, finding.kind.as_str())).collect();
            assert_eq!(told, [(severity, kind)], "{count}");
        }
    }
}
