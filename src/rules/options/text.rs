//! Options of the transforms of text.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::super::transform::PartDecision;

/// Options of `partial`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Partial {
    /// How many letters and digits stay at the beginning; none by default.
    #[schemars(range(max = 16))]
    pub keep_first: Option<usize>,
    /// How many letters and digits stay at the end; four by default, or none if some stay at the beginning.
    #[schemars(range(max = 16))]
    pub keep_last: Option<usize>,
    /// What stands for each letter and digit that doesn't stay: one sign that is neither; `*` by default.
    pub with: Option<String>,
}

/// Options of `regex_replace`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegexReplace {
    /// The regular expression, in the syntax of Rust's `regex`: no look-around and no back-references.
    #[schemars(length(min = 1))]
    pub pattern: String,
    /// What each match becomes; `$1` or `${name}` is a group of the pattern, `$$` a dollar sign.
    pub replacement: String,
    /// What becomes of a text in which nothing matches: `redact`, the default, or `keep`.
    #[schemars(with = "Option<String>", extend("enum" = ["redact", "keep"]))]
    pub unmatched: Option<Unmatched>,
}

/// What becomes of a text in which nothing matches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    /// It is replaced as a whole.
    #[default]
    Redact,
    /// It stays as it is.
    Keep,
}

/// Options of `template`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// A template in the language of Jinja. It sees the masked row, `{{ row.first_name }}`, and of originals their shape
    /// alone: `{{ shape.note.length }}`, `.words`, `.pattern`.
    #[schemars(length(min = 1))]
    pub template: String,
}

/// Options of `truncate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Truncate {
    /// How many characters of the masked value stay.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub length: usize,
    /// The transform that masks the value before it is cut.
    #[schemars(schema_with = "decision")]
    pub of: PartDecision,
}

/// What is written as the decision for a column is: [`crate::rules::schema`] has its schema.
fn decision(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "$ref": "#/definitions/Decision" })
}
