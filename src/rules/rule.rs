//! Rules that are valid in themselves: what `load` makes of a file, before any schema is looked at.

use super::accept::Accept;
use super::assertions::Assertion;
use super::glob::{Glob, TableGlob};
use super::transform::{Decision, Locale};
use super::type_name::TypeName;
use crate::postgres::identifier::TableName;

/// What a rules file says, with the files and presets that it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Whose names and places are made up.
    pub locale: Locale,
    /// The tables that are named in full, in the order of the files; each once.
    pub tables: Vec<TableRules>,
    /// Tables by a pattern, `*.users`: those of the file that is extended first, then in the order of the files.
    pub table_globs: Vec<GlobRules>,
    /// Columns by a pattern, `*.email`, in the same order.
    pub patterns: Vec<PatternRule>,
    /// The presets, in the same order.
    pub presets: Vec<Preset>,
    /// What happens to columns that nothing else decides, by their type; each type once.
    pub defaults: Vec<TypeRule>,
    /// What an extending file said otherwise.
    pub overridden: Vec<Overridden>,
    /// References that the schema doesn't know of, in the order of the file.
    pub references: Vec<Reference>,
    /// What is accepted of findings, for a time.
    pub accepted: Vec<Accept>,
    /// What has to be true of the masked database; each name once.
    pub assertions: Vec<Assertion>,
    /// What becomes of large objects.
    pub large_objects: LargeObjects,
    /// Whether whoever starts the run lets the rules start programs (`command`). No file of rules can say so.
    pub commands_allowed: bool,
    /// SHA-256, in hexadecimal: of the file and of the dictionaries that it names; where it names other files, of the
    /// digests of all of them, a line each.
    pub digest: String,
    /// The files, for messages that point into them. The first is the one that was asked for.
    pub files: Vec<RulesFile>,
}

impl Rules {
    /// The name of the file that was asked for.
    pub fn name(&self) -> &str {
        self.files.first().map_or("", |file| file.name.as_str())
    }

    /// Every rule on columns, wherever it stands, presets included; without what an extending file said otherwise.
    pub fn column_rules(&self) -> impl Iterator<Item = &ColumnRule> {
        let of_presets = self.presets.iter().flat_map(|preset| {
            let tables = preset.tables.iter().flat_map(|table| &table.columns);
            tables.chain(preset.patterns.iter().map(|pattern| &pattern.rule))
        });
        let tables = self.tables.iter().flat_map(|table| &table.columns);
        tables
            .chain(self.table_globs.iter().flat_map(|table| &table.columns))
            .chain(self.patterns.iter().map(|pattern| &pattern.rule))
            .chain(of_presets)
            .chain(self.defaults.iter().map(|default| &default.rule))
    }
}

/// What the rules say of all tables whose name a pattern fits.
#[derive(Debug, Clone, PartialEq)]
pub struct GlobRules {
    /// Which tables.
    pub name: TableGlob,
    /// The pattern as it is written.
    pub written: String,
    /// Where it stands, as a key.
    pub place: Place,
    /// The columns, in the order of the file.
    pub columns: Vec<ColumnRule>,
    /// Which rows are carried, and which of them are masked.
    pub rows: RowRules,
}

/// What the rules say of all columns whose name a pattern fits.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternRule {
    /// In which tables.
    pub table: TableGlob,
    /// Which columns.
    pub column: Glob,
    /// What happens to them; its name is the pattern as it is written.
    pub rule: ColumnRule,
}

/// Rules for a framework's tables, as far as there are such tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// Its name, `django-auth`.
    pub name: String,
    /// The tables.
    pub tables: Vec<GlobRules>,
    /// Columns by a pattern.
    pub patterns: Vec<PatternRule>,
}

/// What happens to columns of a type that nothing else decides.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeRule {
    /// The type.
    pub of: TypeName,
    /// What happens; its name is that of the type.
    pub rule: ColumnRule,
}

/// What the rules said of a column before an extending file said otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Overridden {
    /// The table.
    pub table: TableName,
    /// What was said.
    pub rule: ColumnRule,
}

/// What the rules say of one table (a partitioned table stands for all its partitions).
#[derive(Debug, Clone, PartialEq)]
pub struct TableRules {
    /// Which table.
    pub name: TableName,
    /// Where its name stands, as a key, in the file.
    pub place: Place,
    /// The columns, in the order of the file.
    pub columns: Vec<ColumnRule>,
    /// Which of its rows are carried, and which of them are masked.
    pub rows: RowRules,
}

/// Which rows of a table are carried into the target, and which of them stay as they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowRules {
    /// Only rows of which this is true are carried.
    pub only: Option<Condition>,
    /// Rows of which this is true are carried unmasked.
    pub unless: Option<Condition>,
    /// At most so many rows are carried, those with the lowest keys.
    pub limit: Option<u64>,
    /// No row is carried.
    pub truncate: bool,
}

/// A condition on a row, in SQL, as it would stand in `WHERE`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The SQL.
    pub sql: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// What the rules say of one column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnRule {
    /// Which column, as in the catalog.
    pub name: String,
    /// What happens to it in rows of which no case is true.
    pub decision: Decision,
    /// What happens to it in some rows: the first case that is true of a row decides.
    pub cases: Vec<Case>,
    /// The consistency domain that its values belong to, if it isn't that of their kind.
    pub domain: Option<String>,
    /// Where its name stands, as a key, in the file; the same for two tables whose columns are one alias.
    pub place: Place,
}

/// What happens to a column in some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Which rows.
    pub when: Condition,
    /// What happens then.
    pub decision: Decision,
}

/// A reference that the schema doesn't know of: what it holds is masked as what it refers to.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The table that refers.
    pub table: TableName,
    /// Its column that holds the reference.
    pub column: String,
    /// Where in the column's value: a JSONPath into a document, or `[*]` for the elements of an array. The whole of it
    /// by default.
    pub path: Option<String>,
    /// In which rows it refers there, for a pair of type and id.
    pub when: Option<Condition>,
    /// The table that is referred to.
    pub to_table: TableName,
    /// Its column.
    pub to_column: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// What becomes of large objects (`pg_largeobject`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LargeObjects {
    /// They are left behind; references to them dangle.
    #[default]
    Drop,
    /// They are copied as they are.
    Keep,
}

/// A rules file: its name and text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RulesFile {
    /// As given on the command line; of a file that another names, from the folder of that one; `preset:` and its name.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A place in a rules file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which of the files, as an index into [`Rules::files`].
    pub file: usize,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// Byte offset of the first character.
    pub start: usize,
    /// Byte offset past the last character.
    pub end: usize,
}

/// Something wrong in a rules file: `load` and `mask::plan` collect these and show them all at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where; `None` for what concerns the file as a whole.
    pub place: Option<Place>,
    /// What is wrong, in one sentence.
    pub what: String,
    /// What to write instead.
    pub help: Option<String>,
}
