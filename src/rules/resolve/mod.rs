//! Rules × catalog: which rule decides each column, and why.
//!
//! The more specific wins: a table named in full, a table by a pattern, a column by a pattern, a preset, a default for
//! the type; of two patterns the one that states more letters; of two that state as many the later, where an extending
//! file comes after the one that it extends. Tables named in full and by a pattern name their columns, so what they say
//! holds, or is a mistake. The others speak of columns that nobody may have looked at, and are passed over where they
//! don't fit.

mod candidates;
mod explain;
mod missing;
mod partitions;

use std::collections::HashMap;

pub use candidates::{Candidate, Kind, Origin, candidates};
pub use explain::{Explanation, Reason, explain, spelled};

use super::rule::{ColumnRule, Mistake, Place, RowRules, Rules, TableRules};
use super::transform::{Decision, Transform};
use crate::postgres::catalog::{self, Catalog, Column, Table};
use crate::postgres::identifier::TableName;

/// What knows whether a column can be masked as a rule says.
pub trait Fits {
    /// Why the rule can't be used for the column, in words; `None` if it can. `specs` are the transforms of all streamed
    /// columns of the table, as far as they are known.
    fn misfit(&self, table: &Table, column: &Column, specs: &[Option<&Transform>], rule: &ColumnRule)
    -> Option<String>;
}

/// Which rules hold for a schema.
#[derive(Debug, Default)]
pub struct Resolution<'r> {
    /// By the table; of a partitioned table by its root, and by the partition where that has rules of its own.
    pub tables: HashMap<TableName, TableRules>,
    /// Each column that something could decide, by the same names.
    pub columns: HashMap<(TableName, String), Decided<'r>>,
    /// What is wrong between rules and schema.
    pub mistakes: Vec<Mistake>,
    /// Whether some rule names what isn't there.
    pub drift: bool,
}

/// How one column was decided.
#[derive(Debug, Clone, Default)]
pub struct Decided<'r> {
    /// The rule that decides; `None` if none does.
    pub by: Option<Candidate<'r>>,
    /// Those that would have, the best first.
    pub instead_of: Vec<Candidate<'r>>,
    /// Those that were better but can't be used, and why.
    pub passed_over: Vec<(Candidate<'r>, String)>,
}

impl Resolution<'_> {
    /// What holds for a table: of a partition that has no rules of its own, what holds for its root.
    pub fn of(&self, table: &Table) -> Option<&TableRules> {
        self.tables.get(&table.name).or_else(|| self.tables.get(&table.root))
    }

    /// How a column of a table was decided.
    pub fn decided(&self, table: &Table, column: &str) -> Option<&Decided<'_>> {
        let of = |name: &TableName| self.columns.get(&(name.clone(), column.to_owned()));
        of(&table.name).or_else(|| of(&table.root))
    }
}

/// Finds the rule of every column.
pub fn resolve<'r>(rules: &'r Rules, catalog: &Catalog, fits: &dyn Fits) -> Resolution<'r> {
    let mut resolution = Resolution::default();
    missing::find(rules, catalog, &mut resolution);
    for table in roots(catalog) {
        let decided = decide(rules, table, fits);
        if decided.iter().any(|(_, decided)| decided.by.is_some()) || names(rules, &table.root) {
            let rules = table_rules(rules, table, &decided);
            resolution.tables.insert(table.root.clone(), rules);
        }
        for (column, decided) in decided {
            resolution.columns.insert((table.root.clone(), column.name.clone()), decided);
        }
    }
    partitions::resolve(rules, catalog, &mut resolution);
    resolution
}

/// A table for each name that rules can have: of the partitions of a table the first.
fn roots(catalog: &Catalog) -> impl Iterator<Item = &Table> {
    let mut seen = std::collections::HashSet::new();
    let tables = catalog.tables.iter().filter(|table| table.kind != catalog::Kind::MaterializedView);
    tables.filter(move |table| seen.insert(&table.root))
}

/// The table and pattern entries that speak of a table, though it may be of none of its columns.
fn names(rules: &Rules, table: &TableName) -> bool {
    rules.tables.iter().any(|of| of.name == *table) || rules.table_globs.iter().any(|of| of.name.fits(table))
}

/// Decides each column that is read and written.
fn decide<'r, 't>(rules: &'r Rules, table: &'t Table, fits: &dyn Fits) -> Vec<(&'t Column, Decided<'r>)> {
    let columns: Vec<(&Column, Vec<Candidate<'r>>)> = table
        .streamed()
        .map(|(_, column)| (column, candidates(rules, &table.root, &column.name, Some(&column.class))))
        .collect();
    // A transform may need to know how its neighbours are masked; which they are is certain only afterwards, but the
    // first candidate is the one in all but odd cases, and the plan builds each once more.
    let specs: Vec<Option<&Transform>> =
        columns.iter().map(|(_, all)| all.first().and_then(|first| first.rule.transform())).collect();
    columns.iter().map(|(column, all)| (*column, choose(all, table, column, &specs, fits))).collect()
}

fn choose<'r>(
    all: &[Candidate<'r>],
    table: &Table,
    column: &Column,
    specs: &[Option<&Transform>],
    fits: &dyn Fits,
) -> Decided<'r> {
    let mut decided = Decided::default();
    let misfit = |candidate: &Candidate<'r>| match candidate.names_the_column() {
        true => None,
        false => fits.misfit(table, column, specs, candidate.rule),
    };
    for (position, candidate) in all.iter().enumerate() {
        if decided.by.is_some() {
            decided.instead_of.push(*candidate);
            continue;
        }
        let rest = all.get(position + 1..).unwrap_or_default();
        let masked_by_preset = || {
            let mask = |later: &&Candidate<'_>| later.origin.kind() == Kind::Preset && later.rule.transform().is_some();
            rest.iter().find(mask).filter(|preset| misfit(preset).is_none())
        };
        let why = match misfit(candidate) {
            None if candidate.origin.kind() == Kind::Pattern && candidate.rule.transform().is_none() => {
                masked_by_preset().map(|preset| format!("a pattern can't keep what {} masks", preset.origin.words()))
            }
            why => why,
        };
        match why {
            None => decided.by = Some(*candidate),
            Some(why) => decided.passed_over.push((*candidate, why)),
        }
    }
    decided
}

/// The rules of a table, a column each that something decides, in the order of the catalog.
fn table_rules(rules: &Rules, table: &Table, decided: &[(&Column, Decided<'_>)]) -> TableRules {
    let columns: Vec<ColumnRule> = decided
        .iter()
        .filter_map(|(column, decided)| {
            Some(ColumnRule { name: column.name.clone(), ..decided.by.as_ref()?.rule.clone() })
        })
        .collect();
    let (place, rows) = candidates::rows(rules, &table.root);
    let place = place.or_else(|| columns.first().map(|column| column.place)).unwrap_or_default();
    TableRules { name: table.root.clone(), place, columns, rows: rows.unwrap_or_else(RowRules::default) }
}

impl Rules {
    /// Where most likely the line stands that decides a column, or speaks of its table, as far as names say it.
    pub fn place_of(&self, table: &TableName, column: Option<&str>) -> Option<Place> {
        let of_column = column.and_then(|column| candidates(self, table, column, None).first().copied());
        of_column.map(|candidate| candidate.rule.place).or_else(|| candidates::rows(self, table).0)
    }
}

impl ColumnRule {
    /// What masks the column; of several cases, the first that does. `None` is keep.
    pub fn transform(&self) -> Option<&Transform> {
        let decisions = [&self.decision].into_iter().chain(self.cases.iter().map(|case| &case.decision));
        let mut masks = decisions.filter_map(|decision| match decision {
            Decision::Keep => None,
            Decision::Mask(transform) => Some(transform),
        });
        masks.next()
    }
}
