//! What to mask: the YAML files under `masking-rules/`, read and checked.
//!
//! `load` reads a file and `files` those that it names, `syntax` makes a tree of each in which every node knows its place,
//! `check`, `composition` and `decision` walk the tree and collect everything that is wrong, `merge` makes one of all
//! files, and `diagnostics` shows a person what is wrong. `resolve` finds which rule decides each column of a schema.
//! Which transforms there are and what options they take is said once, by the types in `transform` and `options`;
//! `schema` and `catalogue` are derived from them.

pub mod accept;
pub mod assertions;
mod beside;
mod cases;
pub mod catalogue;
mod check;
mod composition;
mod decision;
mod files;
mod merge;
pub mod naming;
mod option_value;
pub mod options;
pub mod references;
mod row_rules;
pub mod sql_expression;
pub(crate) mod syntax;
mod syntax_error;
pub mod table_name;
pub(crate) mod walk;

pub mod country;
pub mod diagnostics;
pub mod glob;
pub mod json_path;
pub mod json_text;
pub mod load;
pub mod presets;
pub mod resolve;
pub mod rule;
pub mod schema;
pub mod suggest;
pub mod transform;
pub mod type_name;
mod variety;
pub mod xml_path;
