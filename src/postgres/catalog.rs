//! The schema of a database, read once from its catalogs.

use super::identifier::TableName;
use super::types::TypeClass;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name, as in the catalog.
    pub name: String,
    /// The type as PostgreSQL prints it, such as `character varying(40)`.
    pub type_name: String,
    /// What the type can hold.
    pub class: TypeClass,
    /// The longest text in characters, for `varchar(n)` and `char(n)` (also inside an array or a domain).
    pub max_chars: Option<usize>,
    /// Whether NULL is refused, by the column or its domain.
    pub not_null: bool,
    /// Whether the value is computed from other columns, so that it is neither read nor written.
    pub generated: bool,
    /// Whether a unique index, a primary key or an exclusion constraint needs distinct values of this column.
    pub unique: bool,
    /// Whether the type has both `typsend` and `typreceive`.
    pub binary: bool,
}

/// A table with rows of its own: an ordinary table, a leaf partition, or an inheritance parent's own rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name.
    pub name: TableName,
    /// The `pg_class` oid.
    pub oid: u32,
    /// The topmost partitioned table whose rules apply to this leaf; the name itself for any other table.
    pub root: TableName,
    /// The columns in the order of the catalog, dropped ones left out.
    pub columns: Vec<Column>,
    /// Positions in `columns` of the primary key, empty if there is none.
    pub primary_key: Vec<usize>,
    /// Rows by the statistics; 0 when never analyzed.
    pub estimated_rows: u64,
    /// Heap and TOAST, in bytes.
    pub bytes: u64,
    /// Pages of the heap, for cutting into ctid ranges.
    pub pages: u64,
}
