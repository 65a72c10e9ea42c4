//! What verification finds: a place, a kind, a count and a severity, never a value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::original_kind::OriginalKind;
use crate::postgres::identifier::TableName;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth a look; the gate opens all the same.
    Warning,
    /// It would close the gate, if nobody had accepted it in the rules.
    Accepted,
    /// The gate stays closed.
    Blocking,
}

/// Which question of the proof a finding answers with no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Question {
    /// Was every column decided, every table scanned to the last row?
    Coverage,
    /// Does an original survive?
    Leak,
    /// Is there anything that looks like personal data outside its synthetic space?
    Detector,
    /// Does the masked database agree with its source?
    Integrity,
    /// Does the schema's text hold personal data?
    Metadata,
}

/// Where a finding is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The table, or `None` for what belongs to the database as a whole.
    pub table: Option<TableName>,
    /// The column.
    pub column: Option<String>,
    /// The JSON or hstore key, or the field of a composite, nearest to it.
    pub key: Option<String>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.table, &self.column) {
            (Some(table), Some(column)) => write!(f, "{table}.{column}")?,
            (Some(table), None) => write!(f, "{table}")?,
            _ => f.write_str("the database")?,
        }
        self.key.as_ref().map_or(Ok(()), |key| write!(f, " at {key:?}"))
    }
}

/// Evidence of personal data, or of a fault, at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Which question it answers with no.
    pub question: Question,
    /// Where.
    pub place: Place,
    /// What, in a few words: `email`, `original of users.email`, `row count`.
    pub kind: String,
    /// How much it matters.
    pub severity: Severity,
    /// How many cells.
    pub count: u64,
    /// Primary keys of up to ten rows, where the key is kept and isn't itself the finding.
    pub keys: Vec<String>,
    /// What to change.
    pub advice: String,
}

impl Finding {
    /// The column, such as `users.email`, of which an original was found.
    pub fn original_of(&self) -> Option<&str> {
        OriginalKind::column_of(&self.kind)
    }
}
