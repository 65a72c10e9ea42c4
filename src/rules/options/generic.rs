//! Options of the transforms that know of no subject, and of those that take values apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `constant`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// The value, in PostgreSQL's text form for the column's type.
    #[schemars(extend("type" = ["string", "number", "boolean"]))]
    pub value: String,
}

/// Options of `shift_date`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShiftDate {
    /// The most days by which a date moves, either way; 180 by default.
    #[schemars(range(min = 1, max = 36_500))]
    pub days: Option<u32>,
    /// The masked date is at least this many years ago, as long as the original is.
    #[schemars(range(max = 150))]
    pub min_age: Option<u32>,
}

/// Options of `noise`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Noise {
    /// The largest change, as a share of the value: 0.2 is ±20 %, the default.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1))]
    pub ratio: Option<f64>,
}
