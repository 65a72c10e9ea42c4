//! Rules that are valid in themselves: what `load` makes of a file, before any schema is looked at.

use super::transform::{Decision, Locale};
use crate::postgres::identifier::TableName;

/// A whole rules file.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Whose names and places are made up.
    pub locale: Locale,
    /// The tables, in the order of the file.
    pub tables: Vec<TableRules>,
    /// What becomes of large objects.
    pub large_objects: LargeObjects,
    /// SHA-256 of the file, in hexadecimal.
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
}

/// What the rules say of one column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnRule {
    /// Which column, as in the catalog.
    pub name: String,
    /// What happens to it.
    pub decision: Decision,
    /// Where its name stands, as a key, in the file; the same for two tables whose columns are one alias.
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
