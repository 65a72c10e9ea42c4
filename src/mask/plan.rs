//! Rules × catalog: one decision for every column, or a list of everything that stands against it.

mod cases;
mod decided;
mod follow;
mod in_some_rows;
mod table;
mod unique;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::by_row::ByRow;
use super::fit;
use super::programs;
use super::selection::Selection;
use super::selection_graph::select;
use super::suggest::Proposing;
use super::transforms::Built;
use super::transforms::prescan::Prescan;
use super::unmasked;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::catalog::{Catalog, Column, ForeignKey, Kind, Table};
use crate::postgres::identifier::TableName;
use crate::rules::diagnostics;
use crate::rules::resolve::{self, Resolution};
use crate::rules::rule::{LargeObjects, Mistake, Reference, Rules, TableRules};
use crate::run_record::Variety;
use crate::secret::MaskingKey;
use follow::Follow;
use table::Making;

/// What a run will do, table by table. Made without reading a row.
pub struct Plan {
    /// Every table with rows of its own, largest first.
    pub tables: Vec<TablePlan>,
    /// What becomes of large objects.
    pub large_objects: LargeObjects,
    /// References that the schema doesn't know of.
    pub references: Vec<Reference>,
    /// What is learnt of the originals before any row is masked.
    pub(super) prescan: Arc<Prescan>,
}

/// What happens to one table.
pub struct TablePlan {
    /// The table in the source.
    pub table: Table,
    /// The columns that are read and written, in order.
    pub columns: Vec<Column>,
    /// What happens to each of `columns`.
    pub decisions: Vec<ColumnDecision>,
    /// The transform of each of `columns`; `None` for what is kept.
    pub transforms: Vec<Option<Built>>,
    /// For each of `columns` that holds the same values as others do, the number that they have in common.
    pub(super) families: Vec<Option<usize>>,
    /// Where the rule of each of `columns` comes from, unless it names the column itself.
    pub origins: Vec<Option<String>>,
    /// Positions in `columns` of the primary key, empty when there is none or when some of it is masked.
    pub kept_key: Vec<usize>,
    /// Which rows are carried.
    pub selection: Selection,
    /// What depends on the row.
    pub by_row: ByRow,
    /// What the rules mean to become of the values of each of `columns` as a whole.
    pub meant: Vec<Meant>,
}

/// What the rules mean to become of a column's values as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meant {
    /// Of the number of distinct ones.
    pub variety: Variety,
    /// Whether numbers and dates lie where their originals do.
    pub keeps_level: bool,
}

/// What happens to a column, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnDecision {
    /// It is masked by the transform of this name.
    Masked(String),
    /// A rule says `keep`.
    Kept,
    /// No rule names it, and its type can't carry personal data.
    KeptByType,
    /// No rule names it, and it refers to a column on which one decides.
    Follows {
        /// The column that it refers to, directly or through others.
        to: String,
        /// The transform of both; `None` if they are kept.
        transform: Option<String>,
    },
}

impl ColumnDecision {
    /// The name of the transform; `None` if the value is kept.
    pub fn transform(&self) -> Option<&str> {
        match self {
            Self::Masked(transform) => Some(transform),
            Self::Follows { transform, .. } => transform.as_deref(),
            Self::Kept | Self::KeptByType => None,
        }
    }
}

/// As a person reads it: `email`, `keep`, `token (as users.id)`.
impl std::fmt::Display for ColumnDecision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Masked(transform) => f.write_str(transform),
            Self::Kept => f.write_str("keep"),
            Self::KeptByType => f.write_str("(kept by its type)"),
            Self::Follows { to, transform } => write!(f, "{} (as {to})", transform.as_deref().unwrap_or("keep")),
        }
    }
}

impl TablePlan {
    /// Positions of unique columns whose masked values could meet.
    pub(super) fn to_resolve(&self) -> impl Iterator<Item = usize> {
        let needs = |(column, built): (&Column, &Option<Built>)| {
            built.as_ref().is_some_and(|built| column.unique && !built.facts.unique && built.facts.resolvable)
        };
        self.columns
            .iter()
            .zip(&self.transforms)
            .enumerate()
            .filter(move |(_, pair)| needs(*pair))
            .map(|(position, _)| position)
    }
}

impl Plan {
    /// Decides on every column.
    ///
    /// # Errors
    /// One error with everything that is wrong, and a block of rules to paste for the columns that nothing decides
    /// (invariant I6). Its kind is `Coverage` when rules and schema don't cover one another, else `Usage`.
    pub fn make(rules: &Rules, catalog: &Catalog, key: &MaskingKey) -> Result<Self> {
        Self::make_knowing(rules, catalog, key, Vec::new())
    }

    /// As [`Plan::make`], where the server has already found mistakes in the conditions
    /// ([`conditions::mistakes`](super::conditions::mistakes)).
    ///
    /// # Errors
    /// With these and all others.
    pub fn make_knowing(rules: &Rules, catalog: &Catalog, key: &MaskingKey, found: Vec<Mistake>) -> Result<Self> {
        let prescan = Arc::new(Prescan::default());
        let resolution = fit::resolve(rules, catalog, key, &prescan);
        let mut problems = Problems { mistakes: found, drift: resolution.drift, ..Problems::default() };
        resolution.mistakes.iter().cloned().for_each(|mistake| problems.add(mistake));
        let resolved = resolved(rules, &resolution, catalog);
        programs::not_allowed(&resolved).into_iter().for_each(|mistake| problems.add(mistake));
        let by_table: HashMap<&TableName, &TableRules> =
            resolved.tables.iter().map(|table| (&table.name, table)).collect();
        let selections = select(&resolved, catalog).unwrap_or_else(|found| {
            found.into_iter().for_each(|mistake| problems.add(mistake));
            HashMap::new()
        });
        let truncated = |name: &TableName| by_table.get(name).is_some_and(|of| of.rows.truncate);
        let foreign_keys: Vec<ForeignKey> =
            catalog.foreign_keys.iter().filter(|key| !truncated(&key.from) && !truncated(&key.to)).cloned().collect();
        let with_rows = Catalog { foreign_keys, ..catalog.clone() };
        let follow = Follow::find(&resolved, &with_rows, &mut problems);
        let mut tables = Vec::new();
        for table in catalog.tables.iter().filter(|table| table.kind != Kind::MaterializedView) {
            let of_partition = resolution.tables.get(&table.name).filter(|_| table.name != table.root);
            let of_table = of_partition.or_else(|| by_table.get(&table.root).copied());
            let making = Making {
                rules,
                resolution: &resolution,
                key,
                prescan: &prescan,
                follow: &follow,
                selections: &selections,
            };
            tables.push(making.plan_table(of_table, table, &mut problems));
        }
        let mut referring = with_rows.foreign_keys.clone();
        let (whole, in_some_rows): (Vec<_>, Vec<_>) =
            rules.references.iter().partition(|reference| reference.when.is_none());
        referring.extend(whole.into_iter().map(as_foreign_key));
        let in_some_rows: Vec<ForeignKey> = in_some_rows.into_iter().map(as_foreign_key).collect();
        let found = unmasked::mistakes(&resolved, &tables, (&referring, &in_some_rows));
        found.into_iter().for_each(|mistake| problems.add(mistake));
        problems.into_result(&Proposing { rules, catalog, key })?;
        tables.sort_by_key(|plan| std::cmp::Reverse(plan.table.bytes));
        Ok(Self { tables, large_objects: rules.large_objects, references: rules.references.clone(), prescan })
    }

    /// The references of which all rows are carried on both sides, so that both join the same rows.
    pub(super) fn whole_references(&self) -> Vec<Reference> {
        let is_whole = |name: &TableName| {
            self.tables.iter().filter(|plan| plan.table.root == *name).all(|plan| plan.selection.is_all())
        };
        let whole = self.references.iter().filter(|one| is_whole(&one.table) && is_whole(&one.to_table));
        whole.cloned().collect()
    }

    /// How many columns are masked, and how many are kept; those of partitions count once.
    pub fn counts(&self) -> (usize, usize) {
        let mut roots: Vec<(&TableName, &str, bool)> = Vec::new();
        for table in &self.tables {
            for (column, decision) in table.columns.iter().zip(&table.decisions) {
                roots.push((&table.table.root, &column.name, decision.transform().is_some()));
            }
        }
        // A column that only some partitions mask counts as masked.
        roots.sort_unstable();
        roots.reverse();
        roots.dedup_by_key(|(table, column, _)| (*table, *column));
        let masked = roots.iter().filter(|(.., is_masked)| *is_masked).count();
        (masked, roots.len() - masked)
    }
}

/// Everything that stands against a plan.
#[derive(Default)]
pub(super) struct Problems {
    mistakes: Vec<Mistake>,
    /// Whether some rule names what isn't there.
    drift: bool,
    /// Columns that nothing decides, a table each.
    undecided: Vec<(TableName, Vec<Column>)>,
    /// Columns that others refer to and that can't be masked as the rules say.
    failed: HashSet<String>,
    /// What is wrong where something refers to a column: nothing new if that is among `failed`.
    referring: Vec<(String, Mistake)>,
}

impl Problems {
    pub(super) fn add(&mut self, mistake: Mistake) {
        // Every partition of a table finds the same mistake.
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }

    fn into_result(mut self, proposing: &Proposing<'_>) -> Result<()> {
        let rules = proposing.rules;
        for (to, mistake) in std::mem::take(&mut self.referring) {
            if !self.failed.contains(&to) {
                self.add(mistake);
            }
        }
        if self.mistakes.is_empty() && self.undecided.is_empty() {
            return Ok(());
        }
        let covered = !self.drift && self.undecided.is_empty();
        let kind = if covered { ErrorKind::Usage } else { ErrorKind::Coverage };
        let columns: usize = self.undecided.iter().map(|(_, columns)| columns.len()).sum();
        let paste = proposing.block(&self.undecided);
        let mut help = "mend the rules; nothing was read or written".to_owned();
        if columns > 0 {
            self.mistakes.push(Mistake {
                place: None,
                what: match columns {
                    1 => "a column could carry personal data and no rule decides on it".to_owned(),
                    _ => format!("{columns} columns could carry personal data and no rule decides on them"),
                },
                help: None,
            });
            help = format!("decide on each; a first proposal to paste under `tables:` and to go through:\n{paste}");
        }
        let places = self.mistakes.len();
        let problems = if places == 1 { "a problem".to_owned() } else { format!("{places} problems") };
        let shown = diagnostics::render(&rules.files, &self.mistakes, false);
        let file = diagnostics::printable(rules.name());
        let mut spots = diagnostics::spots(&rules.files, &self.mistakes);
        if let Some(undecided) = spots.last_mut().filter(|_| columns > 0) {
            undecided.help = Some(help.clone());
        }
        Err(Error::new(kind, format!("{file} and the schema don't fit: {problems}\n\n{shown}")).help(help).at(spots))
    }
}

/// Finds the rule of every column, without asking whether they make a plan. The key is any one.
pub fn resolve<'r>(rules: &'r Rules, catalog: &Catalog, key: &MaskingKey) -> Resolution<'r> {
    fit::resolve(rules, catalog, key, &Arc::default())
}

/// The rules as they hold for this schema, a table each. A default says nothing of a column that refers to another: it
/// follows that one.
fn resolved(rules: &Rules, resolution: &Resolution<'_>, catalog: &Catalog) -> Rules {
    let by_default = |table: &TableName, column: &str| {
        let decided = resolution.columns.get(&(table.clone(), column.to_owned()));
        decided.and_then(|decided| decided.by).is_some_and(|by| by.origin.kind() == resolve::Kind::Default)
    };
    let refers = |table: &TableName, column: &str| {
        catalog.foreign_keys.iter().any(|key| key.from == *table && key.from_columns.iter().any(|from| from == column))
    };
    let mut seen = HashSet::new();
    let roots = catalog.tables.iter().map(|table| &table.root).filter(|root| seen.insert(*root));
    let tables = roots.filter_map(|root| {
        let mut table = resolution.tables.get(root)?.clone();
        table.columns.retain(|rule| !(refers(root, &rule.name) && by_default(root, &rule.name)));
        Some(table)
    });
    Rules { tables: tables.collect(), ..rules.clone() }
}

/// A reference that the schema doesn't know of, as a foreign key would say it.
fn as_foreign_key(reference: &Reference) -> ForeignKey {
    ForeignKey {
        name: format!("the reference on line {}", reference.place.line),
        from: reference.table.clone(),
        from_columns: vec![reference.column.clone()],
        to: reference.to_table.clone(),
        to_columns: vec![reference.to_column.clone()],
    }
}
