//! What masking did to each table and column.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ColumnCounts;
use crate::originals::OriginalsOf;
use crate::postgres::catalog::TableObject;
use crate::postgres::identifier::TableName;
use crate::postgres::types::TypeClass;

/// What masking did, as far as verification and release need to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskedRecord {
    /// The tables.
    pub tables: Vec<MaskedTable>,
    /// Columns by the number under which their originals are recorded.
    pub recorded: Vec<RecordedColumn>,
    /// Large objects that were carried over.
    pub large_objects: u64,
    /// Order-free checksum of their bytes: see `postgres::large_objects`; `None` where the rules keep none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large_objects_checksum: Option<String>,
    /// How many objects of each kind the source's schema has.
    pub inventory: BTreeMap<String, u64>,
    /// SHA-256 of the schema's DDL, hexadecimal.
    pub schema_digest: String,
    /// What the references of the rules joined in the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<JoinedRows>,
    /// What belonged to the tables of the source, and its state; empty in a record from before it was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<TableObject>,
    /// The sequences that were behind their keys in the source already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub behind: Vec<TableName>,
}

/// How many rows a reference joins that the schema doesn't know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinedRows {
    /// The column that refers, and where in it.
    pub from: String,
    /// The column that is referred to.
    pub to: String,
    /// Pairs of rows.
    pub rows: u64,
    /// The statement that counts them.
    pub sql: String,
}

/// A table that was masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskedTable {
    /// Which table.
    pub name: TableName,
    /// Rows that were streamed.
    pub rows: u64,
    /// Order-free checksum of the columns that are kept: see `postgres::row_checksum`.
    pub checksum: String,
    /// What shows that each row holds the masked cells that were written for it; `None` where none can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
    /// The columns that were streamed, in order.
    pub columns: Vec<MaskedColumn>,
    /// Positions in `columns` of the primary key, where none of it is masked.
    pub kept_key: Vec<usize>,
    /// What of the source stays behind; `None` where every row is carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_behind: Option<LeftBehind>,
    /// How many rows stay unmasked by a rule; `None` where no rule says so. Which they are is recorded, by keyed hash,
    /// with the originals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmasked: Option<u64>,
}

/// The masked cells of a table, each bound to its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Order-free checksum of the columns that are kept together with those of `columns`.
    pub checksum: String,
    /// Positions of the masked columns whose values come back as they are sent: see `postgres::settled`.
    pub columns: Vec<usize>,
}

/// Rows of a table that stay behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftBehind {
    /// How many.
    pub rows: u64,
    /// Why, a few words each: `where`, `limit 100`, `its users stays behind`.
    pub reasons: Vec<String>,
}

/// A column of a table that was masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskedColumn {
    /// Which column.
    pub name: String,
    /// The type as PostgreSQL prints it.
    pub type_name: String,
    /// What the type can hold.
    pub class: TypeClass,
    /// What happened to it.
    pub how: How,
    /// NULLs among the carried rows, those that masking makes included.
    pub nulls: u64,
    /// The number under which its originals are recorded, for a masked one.
    pub recorded: Option<u16>,
    /// What was counted of it, for a masked one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<ColumnCounts>,
}

/// What happened to a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum How {
    /// Masked.
    Masked {
        /// The transform's name.
        transform: String,
        /// How its originals are recognised.
        originals: OriginalsOf,
        /// Whether no result equals its original.
        always_changes: bool,
        /// Whether it makes NULL.
        makes_null: bool,
        /// The column whose decision it takes over, since it refers to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follows: Option<String>,
    },
    /// A rule says `keep`.
    Kept,
    /// No rule names it, and its type can't carry personal data.
    KeptByType,
}

/// A column whose originals are recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedColumn {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_a_record_from_before_cells_were_bound_to_their_rows_is_read() {
        let name = serde_json::to_value(TableName::new("public", "users")).unwrap();
        let table = serde_json::json!({ "name": name, "rows": 1, "checksum": "00", "columns": [], "kept_key": [] });
        let table: MaskedTable = serde_json::from_value(table).unwrap();
        assert_eq!(table.written, None);
    }
}
