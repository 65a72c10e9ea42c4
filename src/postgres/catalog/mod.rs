//! The schema of a database, read once from its catalogs.

mod classes;
mod inventory;
mod load;
mod objects;
mod unique_keys;

use super::identifier::{TableName, quote_identifier};
use super::types::TypeClass;

pub use objects::{FORCED, INVALID, ObjectKind, SWITCHED_OFF, TableObject, shown_name};

/// Everything about a database that a run needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// Every relation with rows of its own, ordered by name: tables, leaf partitions, materialized views.
    pub tables: Vec<Table>,
    /// The sequences, ordered by name.
    pub sequences: Vec<TableName>,
    /// The materialized views, in an order in which they can be refreshed.
    pub materialized_views: Vec<TableName>,
    /// The foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Tables that an extension keeps for its users' settings; their rows aren't carried over.
    pub extension_tables: Vec<TableName>,
    /// How many large objects there are.
    pub large_objects: u64,
    /// How many objects of each kind there are.
    pub inventory: std::collections::BTreeMap<String, u64>,
    /// What belongs to tables, and its state; ordered.
    pub objects: Vec<TableObject>,
    /// Bytes that the whole database takes.
    pub bytes: u64,
}

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
    /// Whether the type has a binary form that means the same on another server.
    pub binary: bool,
    /// The labels of an enum (also inside an array or a domain), in their order; empty for any other type.
    pub labels: Vec<String>,
}

impl Column {
    /// A column of which nothing else is known: nullable, of any length, in binary form.
    pub fn new(name: &str, type_name: &str, class: TypeClass) -> Self {
        Self {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
            class,
            max_chars: None,
            not_null: false,
            generated: false,
            unique: false,
            binary: true,
            labels: Vec::new(),
        }
    }

    /// What is selected to read a cell: the column, or its text where the type has no binary form.
    pub fn as_read(&self) -> String {
        let name = quote_identifier(&self.name);
        if self.binary { name } else { format!("{name}::text") }
    }
}

/// A relation with rows of its own: an ordinary table, a leaf partition, an inheritance parent's own rows, a
/// materialized view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name.
    pub name: TableName,
    /// The `pg_class` oid.
    pub oid: u32,
    /// What kind of relation it is.
    pub kind: Kind,
    /// The topmost partitioned table whose rules apply to this leaf; the name itself for any other table.
    pub root: TableName,
    /// The columns in the order of the catalog, dropped ones left out.
    pub columns: Vec<Column>,
    /// Positions in `columns` of the primary key, empty if there is none.
    pub primary_key: Vec<usize>,
    /// What has to be distinct.
    pub unique_keys: Vec<UniqueKey>,
    /// Rows by the statistics; 0 when never analyzed.
    pub estimated_rows: u64,
    /// Heap and TOAST, in bytes.
    pub bytes: u64,
    /// Pages of the heap, for cutting into ctid ranges.
    pub pages: u64,
}

/// What kind of relation a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An ordinary heap table or a leaf partition of that kind.
    Table,
    /// A table of another access method, which may know no ctid ranges.
    OtherAccessMethod,
    /// A materialized view: it has rows, but they are computed.
    MaterializedView,
}

/// A unique index, primary key or exclusion constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueKey {
    /// The name of the index.
    pub name: String,
    /// Positions in `Table::columns` of every column that it reads, also inside an expression.
    pub columns: Vec<usize>,
    /// What it is made of, in order.
    pub parts: Vec<KeyPart>,
    /// Whether two NULLs are equal to it (`NULLS NOT DISTINCT`).
    pub nulls_meet: bool,
    /// Its condition, if it is a partial one (`WHERE`).
    pub condition: Option<KeyCondition>,
}

/// A column or expression of a unique index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPart {
    /// Positions in `Table::columns` of the columns that it reads.
    pub columns: Vec<usize>,
    /// When two values are equal to it.
    pub compares: Compares,
}

/// When two values are equal to a part of a unique index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compares {
    /// When they are the same.
    Exactly,
    /// When they differ in the case of letters at most: `lower(…)`, `citext`, a collation for which they are equal.
    IgnoringCase,
    /// When this expression of them is, or this operator says so.
    Otherwise(String),
}

/// The condition of a partial unique index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCondition {
    /// As PostgreSQL prints it.
    pub sql: String,
    /// Positions in `Table::columns` of the columns that it reads.
    pub columns: Vec<usize>,
    /// Whether it asks only what is NULL and what isn't.
    pub about_null: bool,
}

/// A foreign key; of a partitioned table, stated once for the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The name of the constraint.
    pub name: String,
    /// The table that refers.
    pub from: TableName,
    /// Its columns.
    pub from_columns: Vec<String>,
    /// The table referred to.
    pub to: TableName,
    /// Its columns, in the same order.
    pub to_columns: Vec<String>,
}

impl Table {
    /// The columns that are read and written; generated ones are computed again.
    pub fn streamed(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| !column.generated)
    }
}
