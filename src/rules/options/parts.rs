//! Options of the transforms that look inside a value, or make it of others.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::rules::transform::PartDecision;

/// Options of `base64`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Base64 {
    /// The transform of what is carried: text, or bytes.
    #[schemars(schema_with = "decision")]
    pub of: PartDecision,
}

/// What is written as the decision for a column is: [`crate::rules::schema`] has its schema.
fn decision(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "$ref": "#/definitions/Decision" })
}

/// Options of `tsvector`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tsvector {
    /// The columns of the same table whose masked texts are searched.
    #[schemars(length(min = 1))]
    pub from: Vec<String>,
    /// The text search configuration, with its schema if it isn't PostgreSQL's own; `simple` by default.
    #[serde(default)]
    pub config: Option<String>,
    /// The weight of each column's words; without it they have none.
    #[serde(default)]
    pub weights: Vec<SearchWeight>,
}

/// The weight of words in a search vector (PostgreSQL manual, 12.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("type" = "string", "enum" = ["A", "B", "C", "D"]))]
pub enum SearchWeight {
    /// The heaviest.
    A,
    /// The second.
    B,
    /// The third.
    C,
    /// The lightest, as words without a weight.
    D,
}

impl SearchWeight {
    /// As SQL has it.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }
}
