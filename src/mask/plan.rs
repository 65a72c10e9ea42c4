//! Rules × catalog: one decision for every column, or a list of everything that stands against it.

use std::collections::HashMap;
use std::sync::Arc;

use super::fit;
use super::suggest::rules_to_add;
use super::transforms::prescan::Prescan;
use super::transforms::{Built, Site};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::catalog::{Catalog, Column, ForeignKey, Kind, Table};
use crate::postgres::identifier::TableName;
use crate::rules::diagnostics;
use crate::rules::resolve::Resolution;
use crate::rules::rule::{ColumnRule, LargeObjects, Mistake, Rules, TableRules};
use crate::rules::transform::Transform;
use crate::secret::MaskingKey;

/// What a run will do, table by table. Made without reading a row.
pub struct Plan {
    /// Every table with rows of its own, largest first.
    pub tables: Vec<TablePlan>,
    /// What becomes of large objects.
    pub large_objects: LargeObjects,
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
    /// Where the rule of each of `columns` comes from, unless it names the column itself.
    pub origins: Vec<Option<String>>,
    /// Positions in `columns` of the primary key, empty when there is none or when some of it is masked.
    pub kept_key: Vec<usize>,
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
        let prescan = Arc::new(Prescan::default());
        let resolution = fit::resolve(rules, catalog, key, &prescan);
        let mut problems = Problems { drift: resolution.drift, ..Problems::default() };
        resolution.mistakes.iter().cloned().for_each(|mistake| problems.add(mistake));
        let mut tables = Vec::new();
        for table in catalog.tables.iter().filter(|table| table.kind != Kind::MaterializedView) {
            let making = Making { rules, resolution: &resolution, key, prescan: &prescan };
            tables.push(making.plan_table(table, &mut problems));
        }
        check_foreign_keys(&resolution.tables, &catalog.foreign_keys, &mut problems);
        problems.into_result(rules)?;
        tables.sort_by_key(|plan| std::cmp::Reverse(plan.table.bytes));
        Ok(Self { tables, large_objects: rules.large_objects, prescan })
    }

    /// How many columns are masked, and how many are kept; those of partitions count once.
    pub fn counts(&self) -> (usize, usize) {
        let mut roots: Vec<(&TableName, &str, bool)> = Vec::new();
        for table in &self.tables {
            for (column, decision) in table.columns.iter().zip(&table.decisions) {
                roots.push((&table.table.root, &column.name, matches!(decision, ColumnDecision::Masked(_))));
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

/// Finds the rule of every column, without asking whether they make a plan. The key is any one.
pub fn resolve<'r>(rules: &'r Rules, catalog: &Catalog, key: &MaskingKey) -> Resolution<'r> {
    fit::resolve(rules, catalog, key, &Arc::default())
}

/// Everything that stands against a plan.
#[derive(Default)]
struct Problems {
    mistakes: Vec<Mistake>,
    /// Whether some rule names what isn't there.
    drift: bool,
    /// Columns that nothing decides, a table each.
    undecided: Vec<(TableName, Vec<Column>)>,
}

impl Problems {
    fn add(&mut self, mistake: Mistake) {
        // Every partition of a table finds the same mistake.
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }

    fn into_result(mut self, rules: &Rules) -> Result<()> {
        if self.mistakes.is_empty() && self.undecided.is_empty() {
            return Ok(());
        }
        let covered = !self.drift && self.undecided.is_empty();
        let kind = if covered { ErrorKind::Usage } else { ErrorKind::Coverage };
        let columns: usize = self.undecided.iter().map(|(_, columns)| columns.len()).sum();
        let paste = rules_to_add(&self.undecided);
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

/// What every table's plan is made with.
struct Making<'a> {
    rules: &'a Rules,
    resolution: &'a Resolution<'a>,
    key: &'a MaskingKey,
    prescan: &'a Arc<Prescan>,
}

impl Making<'_> {
    fn plan_table(&self, table: &Table, problems: &mut Problems) -> TablePlan {
        let of_table = self.resolution.of(table);
        let columns: Vec<Column> = table.streamed().map(|(_, column)| column.clone()).collect();
        let rule_of = |column: &Column| of_table.and_then(|of| of.columns.iter().find(|rule| rule.name == column.name));
        let specs: Vec<Option<&Transform>> =
            columns.iter().map(|column| rule_of(column).and_then(ColumnRule::transform)).collect();
        let mut decisions = Vec::with_capacity(columns.len());
        let mut built = Vec::with_capacity(columns.len());
        let mut undecided = Vec::new();
        for (column, spec) in columns.iter().zip(&specs) {
            let (locale, key, prescan) = (self.rules.locale, self.key, self.prescan);
            let rule = rule_of(column);
            let domain = rule.and_then(|rule| rule.domain.as_deref());
            let site = Site { column, columns: &columns, specs: &specs, locale, key, domain, prescan };
            let (decision, transform) = match (rule, spec) {
                (Some(rule), Some(spec)) => {
                    (ColumnDecision::Masked(spec.name().to_owned()), build(table, rule, spec, &site, problems))
                }
                (Some(_), None) => (ColumnDecision::Kept, None),
                (None, _) => {
                    if column.class.can_carry_personal_data() {
                        self.name_passed_over(table, column, problems);
                        undecided.push(column.clone());
                    }
                    (ColumnDecision::KeptByType, None)
                }
            };
            decisions.push(decision);
            built.push(transform);
        }
        if !undecided.is_empty() && !problems.undecided.iter().any(|(name, _)| *name == table.root) {
            problems.undecided.push((table.root.clone(), undecided));
        }
        let origin = |column: &Column| {
            let by = self.resolution.decided(table, &column.name)?.by?;
            (!by.names_the_column()).then(|| diagnostics::printable(&by.origin.words()))
        };
        let plan = TablePlan {
            origins: columns.iter().map(origin).collect(),
            kept_key: kept_key(table, &columns, &specs),
            table: table.clone(),
            columns,
            decisions,
            transforms: built,
        };
        check_unique_keys(&plan, of_table, problems);
        plan
    }

    /// A column that nothing decides may be one that somebody meant to decide.
    fn name_passed_over(&self, table: &Table, column: &Column, problems: &mut Problems) {
        let decided = self.resolution.decided(table, &column.name);
        for (candidate, why) in decided.into_iter().flat_map(|decided| &decided.passed_over) {
            problems.add(Mistake {
                place: Some(candidate.rule.place),
                what: format!("{} is passed over: {why}", diagnostics::printable(&candidate.origin.words())),
                help: Some(format!("decide on {} under `tables`", diagnostics::quoted(&column.name))),
            });
        }
    }
}

fn build(
    table: &Table,
    rule: &ColumnRule,
    spec: &Transform,
    site: &Site<'_>,
    problems: &mut Problems,
) -> Option<Built> {
    match fit::build(table, spec, site) {
        Ok(built) => Some(built),
        Err(refusal) => {
            problems.add(Mistake { place: Some(rule.place), what: refusal.what, help: Some(refusal.help) });
            None
        }
    }
}

/// The primary key, as positions among the streamed columns, unless part of it is masked.
fn kept_key(table: &Table, columns: &[Column], specs: &[Option<&Transform>]) -> Vec<usize> {
    let position = |&key: &usize| {
        let name = &table.columns.get(key)?.name;
        let position = columns.iter().position(|column| column.name == *name)?;
        specs.get(position)?.is_none().then_some(position)
    };
    table.primary_key.iter().map(position).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// A key with a masked column stays unique if every masked column does, or if what is kept of it is a key by itself.
fn check_unique_keys(plan: &TablePlan, of_table: Option<&TableRules>, problems: &mut Problems) {
    let facts = |position: usize| {
        let name = &plan.table.columns.get(position)?.name;
        let streamed = plan.columns.iter().position(|column| column.name == *name)?;
        Some((name, plan.transforms.get(streamed)?.as_ref()?.facts))
    };
    let keys = &plan.table.unique_keys;
    for key in keys {
        let masked: Vec<_> = key.columns.iter().filter_map(|&position| facts(position)).collect();
        let kept: Vec<usize> = key.columns.iter().copied().filter(|&position| facts(position).is_none()).collect();
        let kept_is_key = keys
            .iter()
            .any(|other| !other.columns.is_empty() && other.columns.iter().all(|column| kept.contains(column)));
        if kept_is_key {
            continue;
        }
        for (name, _) in masked.iter().filter(|(_, facts)| !facts.unique && !facts.resolvable && !facts.makes_null) {
            let rule = of_table.and_then(|of| of.columns.iter().find(|rule| rule.name == **name));
            let transform = rule.and_then(ColumnRule::transform).map_or("the transform", Transform::name);
            problems.add(Mistake {
                place: rule.map(|rule| rule.place),
                what: format!(
                    "{}.{name} has to be unique ({}), and {transform} can repeat a value",
                    plan.table.root, key.name
                ),
                help: Some("use a transform that is unique: email, hex_digest, token; or keep".to_owned()),
            });
        }
    }
}

/// Both ends of a foreign key are masked alike, or not at all.
fn check_foreign_keys(by_table: &HashMap<TableName, TableRules>, foreign_keys: &[ForeignKey], problems: &mut Problems) {
    let rule_of = |table: &TableName, column: &String| {
        by_table.get(table).and_then(|of| of.columns.iter().find(|rule| rule.name == *column))
    };
    for key in foreign_keys {
        for (from, to) in key.from_columns.iter().zip(&key.to_columns) {
            let (from_rule, to_rule) = (rule_of(&key.from, from), rule_of(&key.to, to));
            if from_rule.and_then(ColumnRule::transform) == to_rule.and_then(ColumnRule::transform) {
                continue;
            }
            problems.add(Mistake {
                place: from_rule.or(to_rule).map(|rule| rule.place),
                what: format!(
                    "{}.{from} refers to {}.{to} ({}), and they are masked differently",
                    key.from, key.to, key.name
                ),
                help: Some("give both the same transform, or keep both".to_owned()),
            });
        }
    }
}
