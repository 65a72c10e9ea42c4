//! What depends on the row: which transform a column gets, and whether the row is masked at all.
//!
//! The conditions are PostgreSQL's to judge. The query that reads a table asks them of each row, and the answers are
//! fields of their own behind those of the columns; they are never written. So is what a transform has to know of other
//! rows ([`other_rows`](super::other_rows)).

use super::deal::ToDeal;
use super::transforms::{Built, CellError, Facts, Masked, Row, Transform};
use crate::originals::OriginalsOf;
use crate::rules::rule::Place;

/// What depends on the row in one table.
#[derive(Default)]
pub struct ByRow {
    /// What is asked of each row, in SQL, in the order in which the answers follow the columns.
    pub asked: Vec<String>,
    /// Whether some answer depends on other rows than the one that it stands in.
    pub(super) looks_beyond: bool,
    /// What is shuffled.
    pub(super) to_deal: Vec<ToDeal>,
    /// Which field says that the row stays unmasked.
    pub unless: Option<usize>,
    /// For each column that refers in some rows alone, how these are told; `None` for any other.
    pub(super) referring: Vec<Option<InSomeRows>>,
    /// For each column, its cases; `None` where one decision is for all rows.
    cases: Vec<Option<Cases>>,
    /// How many columns stand before the answers.
    columns: usize,
}

/// How the rows are told in which a column refers to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InSomeRows {
    /// Where the first of the references is written.
    pub(super) place: Place,
    /// The columns that the conditions read, by their positions; `None` if they read more than these.
    pub(super) told_by: Option<Vec<usize>>,
    /// Whether the rule of the column has cases as well.
    pub(super) has_own_cases: bool,
}

/// What the transforms of a column promise, case by case.
pub(super) struct Cases {
    cases: Vec<(usize, Option<Facts>)>,
    otherwise: Option<Facts>,
}

/// Whether the field at a position is a true answer: one byte (`boolsend`, `bool.c`).
fn is_true(fields: &[Option<&[u8]>], position: usize) -> bool {
    fields.get(position).copied().flatten() == Some(&[1])
}

/// A condition as an expression that is never NULL. A comment at its end must not reach beyond it.
pub(super) fn is_true_of_row(condition: &str) -> String {
    format!("({condition}\n) IS TRUE")
}

impl ByRow {
    /// Of a table with so many columns.
    pub(super) fn of(columns: usize) -> Self {
        Self { columns, referring: vec![None; columns], cases: (0..columns).map(|_| None).collect(), ..Self::default() }
    }

    /// Has a condition asked, once, and gives the field of its answer.
    pub(super) fn ask(&mut self, condition: &str) -> usize {
        self.select(is_true_of_row(condition))
    }

    /// Has an expression selected, once, and gives its field.
    pub(super) fn select(&mut self, expression: String) -> usize {
        let known = self.asked.iter().position(|known| *known == expression);
        let position = known.unwrap_or_else(|| {
            self.asked.push(expression);
            self.asked.len() - 1
        });
        self.columns + position
    }

    /// Whether a row stays as it is.
    pub(super) fn is_unmasked(&self, fields: &[Option<&[u8]>]) -> bool {
        self.unless.is_some_and(|position| is_true(fields, position))
    }

    /// Whether what happens to a column depends on the row.
    pub(super) fn has_cases(&self, column: usize) -> bool {
        self.cases_of(column).is_some()
    }

    /// Whether rows that differ in a column, and agree in `others`, still differ after masking: all of them are of one
    /// case then, and what it makes is distinct.
    pub(super) fn stays_distinct_beside(&self, column: usize, others: &[usize]) -> bool {
        let (Some(Some(referring)), Some(cases)) = (self.referring.get(column), self.cases_of(column)) else {
            return false;
        };
        let is_told = referring.told_by.iter().any(|told_by| told_by.iter().all(|one| others.contains(one)));
        is_told && !referring.has_own_cases && cases.all().flatten().all(|facts| facts.unique)
    }

    fn cases_of(&self, column: usize) -> Option<&Cases> {
        self.cases.get(column)?.as_ref()
    }

    /// What the transform of a column promises in a row; `None` where it is kept there.
    pub(super) fn facts(&self, column: usize, built: &Built, fields: &[Option<&[u8]>]) -> Option<Facts> {
        let Some(cases) = self.cases_of(column) else { return Some(built.facts) };
        let case = cases.cases.iter().find(|(answer, _)| is_true(fields, *answer));
        case.map_or(cases.otherwise, |(_, facts)| *facts)
    }

    /// Puts together the transform of a column with cases; `None` when one of them was refused. The name is for people.
    pub(super) fn build_cases(
        &mut self,
        column: usize,
        cases: Vec<(String, CaseOf)>,
        otherwise: CaseOf,
    ) -> (String, Option<Built>) {
        let name = name(cases.iter().map(|(_, case)| case).chain([&otherwise]));
        let refused = otherwise.refused || cases.iter().any(|(_, case)| case.refused);
        let cases: Vec<(usize, Option<Built>)> =
            cases.into_iter().map(|(condition, case)| (self.ask(&condition), case.built)).collect();
        let otherwise = otherwise.built;
        let facts = |built: &Option<Built>| built.as_ref().map(|built| built.facts);
        let of_column = Cases {
            cases: cases.iter().map(|(answer, built)| (*answer, facts(built))).collect(),
            otherwise: facts(&otherwise),
        };
        let combined = of_column.combined();
        if let Some(place) = self.cases.get_mut(column) {
            *place = Some(of_column);
        }
        let transform = |built: Option<Built>| built.map(|built| built.transform);
        let by_case = ByCase {
            cases: cases.into_iter().map(|(answer, built)| (answer, transform(built))).collect(),
            otherwise: transform(otherwise),
        };
        let built = combined.filter(|_| !refused).map(|facts| Built { transform: Box::new(by_case), facts });
        (name, built)
    }
}

/// What happens to a column in some rows.
pub(super) struct CaseOf {
    /// As people read it.
    pub(super) name: String,
    /// Whether its transform can't be built, which is noted as a mistake.
    pub(super) refused: bool,
    /// Its transform; `None` keeps the value.
    pub(super) built: Option<Built>,
}

/// The decisions of a column with cases, in their order, as people read them.
fn name<'c>(cases: impl Iterator<Item = &'c CaseOf>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for case in cases {
        if !names.contains(&case.name.as_str()) {
            names.push(&case.name);
        }
    }
    names.join(SEPARATOR)
}

/// Between the names of the transforms of one column.
const SEPARATOR: &str = " or ";

/// Whether a transform is among those of a column, by the name of its decision.
pub(super) fn names(decision: &str, transform: &str) -> bool {
    decision.split(SEPARATOR).any(|name| name == transform)
}

impl Cases {
    /// What each case promises; `None` for one that keeps the value.
    fn all(&self) -> impl Iterator<Item = Option<Facts>> {
        self.cases.iter().map(|(_, facts)| *facts).chain([self.otherwise])
    }

    /// What can be promised of the column as a whole: `None` if every case keeps it.
    ///
    /// Results of two cases may meet, so it is never unique.
    fn combined(&self) -> Option<Facts> {
        let masked = || self.all().flatten();
        let first = masked().next()?;
        let names_somebody = |facts: &Facts| {
            use OriginalsOf::{FirstName, FullName, Identifier, LastName};
            matches!(facts.originals, FirstName | LastName | FullName | Identifier)
        };
        Some(Facts {
            unique: false,
            unique_ignoring_case: false,
            resolvable: false,
            makes_null: self.all().all(|facts| facts.is_some_and(|facts| facts.makes_null)),
            // Only cells of cases that promise it are recorded as what they were.
            always_changes: masked().any(|facts| facts.always_changes),
            may_stay: masked().any(|facts| facts.may_stay),
            originals: masked().find(names_somebody).unwrap_or(first).originals,
        })
    }
}

/// Gives a cell to the transform that the answers of its row name.
struct ByCase {
    cases: Vec<(usize, Option<Box<dyn Transform>>)>,
    otherwise: Option<Box<dyn Transform>>,
}

impl Transform for ByCase {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let case = self.cases.iter().find(|(answer, _)| is_true(row.cells, *answer));
        match case.map_or(&self.otherwise, |(_, transform)| transform) {
            Some(transform) => transform.mask(cell, row, out),
            None => {
                out.extend_from_slice(cell);
                Ok(Masked::Value)
            }
        }
    }
}
