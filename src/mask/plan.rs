//! Rules × catalog: one decision for every column, or a list of everything that stands against it.

use std::collections::HashMap;
use std::sync::Arc;

use super::by_row::ByRow;
use super::deal;
use super::programs;
use super::selection::Selection;
use super::selection_graph::select;
use super::suggest::rules_to_add;
use super::transforms::prescan::Prescan;
use super::transforms::{self, Built, Site};
use super::unmasked;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::catalog::{Catalog, Column, ForeignKey, Kind, Table};
use crate::postgres::identifier::TableName;
use crate::rules::diagnostics;
use crate::rules::rule::{ColumnRule, LargeObjects, Mistake, Place, Rules, TableRules};
use crate::rules::suggest::nearest;
use crate::rules::transform::{Decision, Transform};
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
    /// Positions in `columns` of the primary key, empty when there is none or when some of it is masked.
    pub kept_key: Vec<usize>,
    /// Which rows are carried.
    pub selection: Selection,
    /// What depends on the row.
    pub by_row: ByRow,
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

/// As a person reads it: `email`, `keep`, or `(kept: integer)` where the type alone decides.
impl std::fmt::Display for ColumnDecision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Masked(transform) => transform,
            Self::Kept => "keep",
            Self::KeptByType => "(kept by its type)",
        })
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
        let mut problems = Problems { mistakes: found, ..Problems::default() };
        find_rules_without_object(rules, catalog, &mut problems);
        programs::not_allowed(rules).into_iter().for_each(|mistake| problems.add(mistake));
        let by_table: HashMap<&TableName, &TableRules> =
            rules.tables.iter().map(|table| (&table.name, table)).collect();
        let prescan = Arc::new(Prescan::default());
        let selections = select(rules, catalog).unwrap_or_else(|found| {
            found.into_iter().for_each(|mistake| problems.add(mistake));
            HashMap::new()
        });
        let mut tables = Vec::new();
        for table in catalog.tables.iter().filter(|table| table.kind != Kind::MaterializedView) {
            let of_table = by_table.get(&table.root).copied();
            let making = Making { rules, key, prescan: &prescan, selections: &selections };
            tables.push(making.plan_table(of_table, table, &mut problems));
        }
        let truncated = |name: &TableName| by_table.get(name).is_some_and(|of| of.rows.truncate);
        let foreign_keys: Vec<ForeignKey> =
            catalog.foreign_keys.iter().filter(|key| !truncated(&key.from) && !truncated(&key.to)).cloned().collect();
        check_foreign_keys(&by_table, &foreign_keys, &mut problems);
        unmasked::mistakes(rules, &tables, &foreign_keys).into_iter().for_each(|mistake| problems.add(mistake));
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
        roots.sort_unstable();
        roots.dedup();
        let masked = roots.iter().filter(|(.., is_masked)| *is_masked).count();
        (masked, roots.len() - masked)
    }
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
        let shown = diagnostics::render(&rules.file, &self.mistakes, false);
        let file = diagnostics::printable(&rules.file.name);
        let mut spots = diagnostics::spots(&rules.file, &self.mistakes);
        if let Some(undecided) = spots.last_mut().filter(|_| columns > 0) {
            undecided.help = Some(help.clone());
        }
        Err(Error::new(kind, format!("{file} and the schema don't fit: {problems}\n\n{shown}")).help(help).at(spots))
    }
}

fn find_rules_without_object(rules: &Rules, catalog: &Catalog, problems: &mut Problems) {
    for of_table in &rules.tables {
        let tables: Vec<&Table> = catalog.tables.iter().filter(|table| table.root == of_table.name).collect();
        let Some(table) = tables.first() else {
            problems.drift = true;
            problems.add(no_such_table(of_table, catalog));
            continue;
        };
        for rule in &of_table.columns {
            match table.columns.iter().find(|column| column.name == rule.name) {
                None => {
                    problems.drift = true;
                    problems.add(no_such_column(of_table, rule, table));
                }
                Some(column) if column.generated && rule.decision != Decision::Keep => problems.add(Mistake {
                    place: Some(rule.place),
                    what: format!("{}.{} is a generated column", of_table.name, rule.name),
                    help: Some("take the rule out: it is computed again from the masked columns".to_owned()),
                }),
                Some(_) => {}
            }
        }
    }
}

fn no_such_table(of_table: &TableRules, catalog: &Catalog) -> Mistake {
    let (what, help) = match catalog.table(&of_table.name) {
        Some(leaf) => (
            format!("{} is a partition", of_table.name),
            format!("write the rules for {}, they apply to all its partitions", leaf.root),
        ),
        None => {
            let names: Vec<String> = catalog.tables.iter().map(|table| table.root.to_string()).collect();
            let near = nearest(&of_table.name.to_string(), names.iter().map(String::as_str)).map(str::to_owned);
            let help = near.map_or("take it out".to_owned(), |near| format!("did you mean {near}?"));
            (format!("there is no table {}", of_table.name), help)
        }
    };
    Mistake { place: Some(of_table.place), what, help: Some(help) }
}

fn no_such_column(of_table: &TableRules, rule: &ColumnRule, table: &Table) -> Mistake {
    let near = nearest(&rule.name, table.columns.iter().map(|column| column.name.as_str()));
    Mistake {
        place: Some(rule.place),
        what: format!("table {} has no column {}", of_table.name, rule.name),
        help: Some(near.map_or("take it out".to_owned(), |near| format!("did you mean {near}?"))),
    }
}

/// What every table's plan is made with.
struct Making<'a> {
    rules: &'a Rules,
    key: &'a MaskingKey,
    prescan: &'a Arc<Prescan>,
    selections: &'a HashMap<TableName, Selection>,
}

impl Making<'_> {
    fn plan_table(&self, of_table: Option<&TableRules>, table: &Table, problems: &mut Problems) -> TablePlan {
        let columns: Vec<Column> = table.streamed().map(|(_, column)| column.clone()).collect();
        let rule_of = |column: &Column| of_table.and_then(|of| of.columns.iter().find(|rule| rule.name == column.name));
        let specs: Vec<Option<&Transform>> =
            columns.iter().map(|column| rule_of(column).and_then(transform_of)).collect();
        let mut decisions = Vec::with_capacity(columns.len());
        let mut built = Vec::with_capacity(columns.len());
        let mut undecided = Vec::new();
        let mut by_row = ByRow::of(columns.len());
        for (position, (column, spec)) in columns.iter().zip(&specs).enumerate() {
            let (locale, key, prescan) = (self.rules.locale, self.key, self.prescan);
            let rule = rule_of(column);
            let domain = rule.and_then(|rule| rule.domain.as_deref());
            let site = Site { column, columns: &columns, specs: &specs, locale, key, domain, prescan };
            let (decision, transform) = match (rule, spec) {
                (Some(rule), Some(_)) if !rule.cases.is_empty() => {
                    let build = |spec: &Transform, place| build(table, place, spec, &site, problems);
                    let (names, built) = by_row.build_cases(position, rule, build);
                    (ColumnDecision::Masked(names), built)
                }
                (Some(rule), Some(spec)) => {
                    (ColumnDecision::Masked(spec.name().to_owned()), build(table, rule.place, spec, &site, problems))
                }
                (Some(_), None) => (ColumnDecision::Kept, None),
                (None, _) => {
                    if column.class.can_carry_personal_data() {
                        undecided.push(column.clone());
                    }
                    (ColumnDecision::KeptByType, None)
                }
            };
            decisions.push(decision);
            built.push(transform);
        }
        let selection = self.selections.get(&table.root).cloned().unwrap_or_default();
        let unless = of_table.and_then(|of| of.rows.unless.as_ref());
        by_row.unless = unless.map(|unless| by_row.ask(&unless.sql));
        let is_truncated = of_table.is_some_and(|of| of.rows.truncate);
        if !undecided.is_empty() && !is_truncated && !problems.undecided.iter().any(|(name, _)| *name == table.root) {
            problems.undecided.push((table.root.clone(), undecided));
        }
        let plan = TablePlan {
            kept_key: kept_key(table, &columns, &specs),
            table: table.clone(),
            columns,
            decisions,
            transforms: built,
            selection,
            by_row,
        };
        check_unique_keys(&plan, of_table, problems);
        plan
    }
}

/// What masks a column; of several cases, the first that does.
fn transform_of(rule: &ColumnRule) -> Option<&Transform> {
    let decisions = [&rule.decision].into_iter().chain(rule.cases.iter().map(|case| &case.decision));
    let mut masks = decisions.filter_map(|decision| match decision {
        Decision::Keep => None,
        Decision::Mask(transform) => Some(transform),
    });
    masks.next()
}

fn build(table: &Table, place: Place, spec: &Transform, site: &Site<'_>, problems: &mut Problems) -> Option<Built> {
    let column = site.column;
    let mut mistake = |what: String, help: String| {
        problems.add(Mistake { place: Some(place), what, help: Some(help) });
        None
    };
    let built = match transforms::build(spec, site) {
        Ok(built) => built,
        Err(refusal) => {
            return mistake(
                format!("{}.{} ({}): {}", table.root, column.name, column.type_name, refusal.what),
                refusal.help,
            );
        }
    };
    if built.facts.makes_null && column.not_null {
        return mistake(
            format!("{}.{} is NOT NULL, and {} makes NULL", table.root, column.name, spec.name()),
            "use redact or another transform that makes a value".to_owned(),
        );
    }
    if built.transform.deck().is_some() && deal::row_key(table, site.columns).is_none() {
        return mistake(
            format!("{}.{}: {} needs a primary key to tell rows apart", table.root, column.name, spec.name()),
            "use choice or dictionary, which go by the value".to_owned(),
        );
    }
    if !column.binary && !built.facts.makes_null {
        return mistake(
            format!(
                "{}.{}: values of type {} can only be kept or made NULL",
                table.root, column.name, column.type_name
            ),
            "use keep or null".to_owned(),
        );
    }
    Some(built)
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
        let has_cases = |name: &str| {
            let position = plan.columns.iter().position(|column| column.name == name);
            position.is_some_and(|position| plan.by_row.has_cases(position))
        };
        // Of those with cases `unmasked` tells.
        for (name, _) in masked
            .iter()
            .filter(|(name, _)| !has_cases(name))
            .filter(|(_, facts)| !facts.unique && !facts.resolvable && !facts.makes_null)
        {
            let rule = of_table.and_then(|of| of.columns.iter().find(|rule| rule.name == **name));
            let transform = rule.and_then(transform_of).map_or("the transform", Transform::name);
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
fn check_foreign_keys(
    by_table: &HashMap<&TableName, &TableRules>,
    foreign_keys: &[ForeignKey],
    problems: &mut Problems,
) {
    let rule_of = |table: &TableName, column: &String| {
        by_table.get(table).and_then(|of| of.columns.iter().find(|rule| rule.name == *column))
    };
    for key in foreign_keys {
        for (from, to) in key.from_columns.iter().zip(&key.to_columns) {
            let (from_rule, to_rule) = (rule_of(&key.from, from), rule_of(&key.to, to));
            if from_rule.and_then(transform_of) == to_rule.and_then(transform_of) {
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
