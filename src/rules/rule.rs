//! Rules that are valid in themselves: what `load` makes of a file, before any schema is looked at.

use super::accept::Accept;
use super::transform::{Decision, Locale};
use crate::postgres::identifier::TableName;

/// A whole rules file.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Whose names and places are made up.
    pub locale: Locale,
    /// The tables, in the order of the file.
    pub tables: Vec<TableRules>,
    /// References that the schema doesn't know of, in the order of the file.
    pub references: Vec<Reference>,
    /// What is accepted of findings, for a time.
    pub accepted: Vec<Accept>,
    /// What becomes of large objects.
    pub large_objects: LargeObjects,
    /// Whether whoever starts the run lets the rules start programs (`command`). No file of rules can say so.
    pub commands_allowed: bool,
    /// SHA-256 of the file and of the dictionaries that it names, in hexadecimal.
    pub digest: String,
    /// The file, for messages that point into it.
    pub file: RulesFile,
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
    /// As given on the command line.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A place in a rules file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
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
