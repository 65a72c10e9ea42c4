//! Options of the transforms of what people are called and when they were born.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `first_name` and `full_name`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Name {
    /// Whose name it becomes: `keep`, the default, gives a woman's name for a woman's where the lists know it; `any` gives
    /// anybody's; else the column that says it of the row (`f`, `M`, `female`, `mann`, 1, 2 and the like).
    pub gender: Option<String>,
}

/// Options of `username`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Username {
    /// Columns whose masked values make the name; by default the words of the original are masked as names.
    #[schemars(length(min = 1))]
    pub from: Vec<String>,
    /// Whether the name has to be unique; where its column is, by default.
    pub unique: Option<bool>,
}

/// Options of `birth_date`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BirthDate {
    /// How many years of birth make a band that nobody leaves; 5 by default: 1985 to 1989, 1990 to 1994.
    #[schemars(range(min = 1, max = 100))]
    pub band: Option<u32>,
    /// Whoever has this age stays at least so old, and whoever hasn't stays younger; 18 by default.
    #[schemars(range(max = 150))]
    pub min_age: Option<u32>,
}
