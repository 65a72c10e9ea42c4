//! What to mask: the YAML files under `masking-rules/`, read and checked.
//!
//! `load` reads a file, `syntax` makes a tree of it in which every node knows its place, `check` and `decision` walk
//! the tree and collect everything that is wrong, and `diagnostics` shows that to a person. Which transforms there are
//! and what options they take is said once, by the types in `transform` and `options`; `schema` and `catalogue` are derived from them.

pub mod accept;
mod beside;
mod cases;
pub mod catalogue;
mod check;
mod decision;
mod option_value;
pub mod options;
mod row_rules;
pub mod sql_expression;
pub(crate) mod syntax;
mod syntax_error;
pub mod table_name;
pub(crate) mod walk;

pub mod country;
pub mod diagnostics;
pub mod json_path;
pub mod load;
pub mod rule;
pub mod schema;
pub mod suggest;
pub mod transform;
