//! The cases of a column: what happens to it in some rows, and what in all others.

use super::Problems;
use super::decided::Decided;
use super::table::Making;
use crate::mask::by_row::CaseOf;
use crate::mask::transforms::Site;
use crate::postgres::catalog::Table;
use crate::rules::rule::Place;
use crate::rules::transform::Decision;

impl Making<'_> {
    /// What happens to a column in some rows: where a reference of the rules holds, then by the cases of its own rule.
    pub(super) fn cases(
        &self,
        table: &Table,
        decided: &Decided<'_>,
        site: &Site<'_>,
        problems: &mut Problems,
    ) -> Vec<(String, CaseOf)> {
        let mut cases = Vec::new();
        for case in self.follow.cases(self, &table.root, site.column) {
            match case {
                Ok(case) => {
                    let name = format!("as {}", case.to);
                    cases.push((case.when.sql.clone(), CaseOf { name, refused: false, built: case.built }));
                }
                Err(mistake) => problems.add(mistake),
            }
        }
        for case in decided.rule.iter().flat_map(|rule| &rule.cases) {
            let one = self.case(table, decided, &case.decision, Some(case.when.place), site, problems);
            cases.push((case.when.sql.clone(), one));
        }
        cases
    }

    /// What happens in all other rows.
    pub(super) fn otherwise(
        &self,
        table: &Table,
        decided: &Decided<'_>,
        site: &Site<'_>,
        problems: &mut Problems,
    ) -> CaseOf {
        match decided.rule {
            Some(rule) => self.case(table, decided, &rule.decision, Some(rule.place), site, problems),
            None => CaseOf { name: "keep".to_owned(), refused: false, built: None },
        }
    }

    fn case(
        &self,
        table: &Table,
        decided: &Decided<'_>,
        decision: &Decision,
        place: Option<Place>,
        site: &Site<'_>,
        problems: &mut Problems,
    ) -> CaseOf {
        match decision {
            Decision::Keep => CaseOf { name: "keep".to_owned(), refused: false, built: None },
            Decision::Mask(spec) => {
                let built = self.build(table, decided, place, spec, site, problems);
                CaseOf { name: spec.name().to_owned(), refused: built.is_none(), built }
            }
        }
    }
}
