//! What a masked column is like as a whole: as long as it was written, as varied as its originals were, and where they lay.

use super::super::findings::{Finding, Place, Question, Severity};
use super::super::layout::{Layout, ScannedColumn};
use super::super::proof::{ColumnProof, Distinct, SpreadProof};
use super::blocking;
use crate::run_record::{ColumnCounts, Lengths, MaskedColumn, MaskedTable, Spread, Variety, two_digits};

/// From how many distinct originals on a column can have lost its variety.
const FEWEST: u64 = 20;

/// From how many on it is a fault that all of them have become one.
const MANY: u64 = 100;

/// What is wrong with the masked columns of a table.
pub(in crate::verify) fn columns(masked: &MaskedTable, layout: &Layout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for column in &masked.columns {
        let scanned = layout.columns.iter().find(|scanned| scanned.name == column.name);
        let (Some(scanned), Some(before)) = (scanned, &column.counts) else { continue };
        findings.extend(stayed(masked, column, before));
        let Some(counts) = &scanned.counts else { continue };
        let found = [
            other_lengths(before.lengths, Lengths::of(counts)),
            collapse(before.variety, before.distinct, counts.distinct()),
            moved(before, Spread::of(counts)),
        ];
        findings.extend(found.into_iter().flatten().map(|found| found.at(masked, column)));
    }
    findings
}

/// Amounts whose sums stay can't all change, and everybody should know how many didn't.
fn stayed(table: &MaskedTable, column: &MaskedColumn, counts: &ColumnCounts) -> Option<Finding> {
    let stayed = counts.stayed.filter(|stayed| *stayed > 0)?;
    let is_half = stayed.saturating_mul(2) > table.rows.saturating_sub(column.nulls);
    Some(Finding {
        question: Question::Coverage,
        place: Place { table: Some(table.name.clone()), column: Some(column.name.clone()), key: None },
        kind: "masked to the same value, so that sums stay".to_owned(),
        severity: if is_half { Severity::Warning } else { Severity::Note },
        count: stayed,
        keys: Vec::new(),
        advice:
            "each is the only amount of its group, or too small to change by its share: let `sum_within` name columns \
            that more rows have in common, or leave it out"
                .to_owned(),
    })
}

/// The proof of a column with what was counted of it.
pub(in crate::verify) fn column_proof(
    proof: ColumnProof,
    before: Option<&ColumnCounts>,
    scanned: &ScannedColumn,
) -> ColumnProof {
    let (Some(before), Some(after)) = (before, &scanned.counts) else { return proof };
    ColumnProof {
        distinct: Some(Distinct { before: two_digits(before.distinct), after: two_digits(after.distinct()) }),
        lengths: before.lengths.and(Lengths::of(after)),
        spread: before.spread.map(|before| SpreadProof { before, after: Spread::of(after) }),
        ..proof
    }
}

/// A finding without its place.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    kind: String,
    severity: Severity,
    advice: Option<&'static str>,
}

impl Found {
    fn at(self, table: &MaskedTable, column: &MaskedColumn) -> Finding {
        let finding = blocking(Question::Integrity, Some(&table.name), Some(&column.name), self.kind, 1);
        let advice = self.advice.map_or(finding.advice, str::to_owned);
        Finding { severity: self.severity, advice, ..finding }
    }
}

/// Lengths are those of the very values that were written.
fn other_lengths(written: Option<Lengths>, read: Option<Lengths>) -> Option<Found> {
    let written = written?;
    let shown = |lengths: Lengths| format!("{} to {} bytes", lengths.min, lengths.max);
    let now = read.map_or("no values".to_owned(), |read| format!("values of {}", shown(read)));
    (read != Some(written)).then(|| Found {
        kind: format!("{now} instead of {}", shown(written)),
        severity: Severity::Blocking,
        advice: None,
    })
}

/// Values that were distinct have become the same, though the rule doesn't mean them to.
fn collapse(variety: Variety, before: u64, after: u64) -> Option<Found> {
    let is_one = after <= 1;
    let is_collapse = match variety {
        Variety::Kept => after < before.div_ceil(2),
        Variety::Drawn => is_one,
        Variety::Lost => false,
    };
    (before >= FEWEST && is_collapse).then(|| Found {
        kind: format!("about {} distinct values instead of {}", two_digits(after), two_digits(before)),
        severity: if is_one && before >= MANY { Severity::Blocking } else { Severity::Warning },
        advice: Some(
            "look whether the originals differ only in what masking leaves aside; if one value for all is meant, \
            use constant or redact",
        ),
    })
}

/// Noise and shifts are meant to leave the mean about where it was.
fn moved(before: &ColumnCounts, after: Option<Spread>) -> Option<Found> {
    let (was, is) = (before.spread?, after?);
    let is_far = before.keeps_level && (is.mean - was.mean).abs() > was.deviation;
    is_far.then(|| Found {
        kind: format!("the mean moved from {} to {}, more than a standard deviation", was.mean, is.mean),
        severity: Severity::Note,
        advice: Some("see whether tests still meet the values that they need; a smaller ratio or fewer days move less"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(variety: Variety, before: u64, after: u64) -> Option<Severity> {
        collapse(variety, before, after).map(|found| found.severity)
    }

    #[test]
    fn half_of_the_distinct_values_may_go_and_no_more() {
        assert_eq!(severity(Variety::Kept, 1000, 500), None);
        assert_eq!(severity(Variety::Kept, 1000, 499), Some(Severity::Warning));
        assert_eq!(severity(Variety::Kept, 21, 10), Some(Severity::Warning));
        assert_eq!(severity(Variety::Kept, 19, 1), None);
    }

    #[test]
    fn one_value_of_a_hundred_closes_the_gate_and_one_of_fewer_warns() {
        for variety in [Variety::Kept, Variety::Drawn] {
            assert_eq!(severity(variety, 100, 1), Some(Severity::Blocking));
            assert_eq!(severity(variety, 99, 1), Some(Severity::Warning));
        }
        assert_eq!(severity(Variety::Drawn, 100_000, 2), None);
        assert_eq!(severity(Variety::Lost, 100_000, 1), None);
    }

    #[test]
    fn a_mean_that_moves_is_noted_only_where_it_is_meant_to_stay() {
        let of = |keeps_level| ColumnCounts {
            distinct: 500,
            variety: Variety::Kept,
            lengths: None,
            spread: Some(Spread { mean: 100.0, deviation: 20.0 }),
            keeps_level,
            stayed: None,
        };
        let after = |mean| Some(Spread { mean, deviation: 20.0 });
        assert_eq!(moved(&of(true), after(120.0)), None);
        assert_eq!(moved(&of(true), after(79.0)).map(|found| found.severity), Some(Severity::Note));
        assert_eq!(moved(&of(false), after(79.0)), None);
        assert_eq!(moved(&of(true), None), None);
    }
}
