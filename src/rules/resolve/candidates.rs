//! All rules that speak of a column, the one that goes before the others first.

use crate::postgres::identifier::TableName;
use crate::postgres::types::TypeClass;
use crate::rules::rule::{ColumnRule, GlobRules, PatternRule, Place, RowRules, Rules};
use crate::rules::type_name::TypeName;

/// A rule that speaks of a column.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'r> {
    /// What it says.
    pub rule: &'r ColumnRule,
    /// Where it comes from.
    pub origin: Origin<'r>,
}

/// Where a rule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'r> {
    /// The column of a table that is named in full.
    Table,
    /// The same, in a file that another extends.
    Extended,
    /// A column of a table by this pattern.
    Glob(&'r str),
    /// This pattern of columns.
    Pattern(&'r str),
    /// The preset of this name.
    Preset(&'r str),
    /// The default for this type.
    Default(&'static str),
}

/// What an origin is, the least specific first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A default for the type.
    Default,
    /// A preset.
    Preset,
    /// A pattern of columns.
    Pattern,
    /// A table by a pattern.
    Glob,
    /// A table that is named in full, in a file that another extends.
    Extended,
    /// A table that is named in full.
    Table,
}

impl Kind {
    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Preset => "preset",
            Self::Pattern => "pattern",
            Self::Glob => "table_pattern",
            Self::Extended => "extended",
            Self::Table => "table",
        }
    }
}

impl Origin<'_> {
    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Table => Kind::Table,
            Self::Extended => Kind::Extended,
            Self::Glob(_) => Kind::Glob,
            Self::Pattern(_) => Kind::Pattern,
            Self::Preset(_) => Kind::Preset,
            Self::Default(_) => Kind::Default,
        }
    }

    /// What it is, in words that go on with a place.
    pub fn words(&self) -> String {
        match self {
            Self::Table => "the table".to_owned(),
            Self::Extended => "the table, in a file that is extended".to_owned(),
            Self::Glob(written) => format!("the tables `{written}`"),
            Self::Pattern(written) => format!("the pattern `{written}`"),
            Self::Preset(name) => format!("the preset {name}"),
            Self::Default(word) => format!("the default for {word}"),
        }
    }
}

impl Candidate<'_> {
    /// Whether the rule was written for this very column, so that it may not be passed over.
    pub fn names_the_column(&self) -> bool {
        self.origin.kind() >= Kind::Glob
    }
}

/// The rules that speak of a column, the one that goes before the others first. Without a class, those for its type are
/// left out.
pub fn candidates<'r>(
    rules: &'r Rules,
    table: &TableName,
    column: &str,
    class: Option<&TypeClass>,
) -> Vec<Candidate<'r>> {
    let named = |rule: &&ColumnRule| rule.name == column;
    let mut found = Vec::new();
    let mut add = |origin, rule| found.push(Candidate { rule, origin });
    let explicit = rules.tables.iter().filter(|of| of.name == *table);
    explicit.flat_map(|of| of.columns.iter().filter(named)).for_each(|rule| add(Origin::Table, rule));
    let overridden = rules.overridden.iter().rev().filter(|of| of.table == *table && of.rule.name == column);
    overridden.for_each(|of| add(Origin::Extended, &of.rule));
    for of in best_first(rules.table_globs.iter().filter(|of| of.name.fits(table)), glob_letters) {
        of.columns.iter().filter(named).for_each(|rule| add(Origin::Glob(&of.written), rule));
    }
    for pattern in fitting(&rules.patterns, table, column) {
        add(Origin::Pattern(&pattern.rule.name), &pattern.rule);
    }
    let presets = || rules.presets.iter();
    let tables = presets().flat_map(|preset| preset.tables.iter().map(move |of| (preset, of)));
    for (preset, of) in best_first(tables.filter(|(_, of)| of.name.fits(table)), |(_, of)| glob_letters(of)) {
        of.columns.iter().filter(named).for_each(|rule| add(Origin::Preset(&preset.name), rule));
    }
    for preset in presets().rev() {
        for pattern in fitting(&preset.patterns, table, column) {
            add(Origin::Preset(&preset.name), &pattern.rule);
        }
    }
    if let Some(of) = class.and_then(TypeName::of) {
        let default = rules.defaults.iter().filter(|default| default.of == of);
        default.for_each(|default| add(Origin::Default(of.word), &default.rule));
    }
    found
}

/// Where a table's entry stands and which of its rows are carried: what the most specific entry that says it says.
pub(super) fn rows(rules: &Rules, table: &TableName) -> (Option<Place>, Option<RowRules>) {
    let globs = best_first(rules.table_globs.iter().filter(|of| of.name.fits(table)), glob_letters);
    let of_presets = rules.presets.iter().flat_map(|preset| &preset.tables).filter(|of| of.name.fits(table));
    let of_presets = best_first(of_presets, glob_letters);
    let explicit = rules.tables.iter().filter(|of| of.name == *table).map(|of| (of.place, &of.rows));
    let wider = globs.into_iter().chain(of_presets).map(|of| (of.place, &of.rows));
    let all: Vec<(Place, &RowRules)> = explicit.chain(wider).collect();
    let rows = all.iter().find(|(_, rows)| **rows != RowRules::default()).map(|(_, rows)| (*rows).clone());
    (all.first().map(|(place, _)| *place), rows)
}

/// The patterns that fit a column, best first.
fn fitting<'r>(patterns: &'r [PatternRule], table: &TableName, column: &str) -> Vec<&'r PatternRule> {
    let fitting = patterns.iter().filter(|pattern| pattern.table.fits(table) && pattern.column.fits(column));
    best_first(fitting, |pattern| pattern.table.literal_letters() + pattern.column.literal_letters())
}

fn glob_letters(of: &GlobRules) -> usize {
    of.name.literal_letters()
}

/// What states most letters first; of what states as many, the last first.
fn best_first<T: Copy>(all: impl Iterator<Item = T>, letters: impl Fn(T) -> usize) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.reverse();
    all.sort_by_key(|one| std::cmp::Reverse(letters(*one)));
    all
}
