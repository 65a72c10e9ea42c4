//! Options of the transforms that make a value in a range at random.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `random_int`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RandomInt {
    /// The smallest number.
    pub min: i64,
    /// The largest number.
    pub max: i64,
}

/// Options of `random_float`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RandomFloat {
    /// The smallest number.
    pub min: f64,
    /// The largest number.
    pub max: f64,
}

/// Options of `random_decimal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RandomDecimal {
    /// The smallest number, such as 0.50.
    #[schemars(extend("type" = ["string", "number"]))]
    pub min: String,
    /// The largest number.
    #[schemars(extend("type" = ["string", "number"]))]
    pub max: String,
    /// How many decimals; as many as `min` or `max` are written with by default.
    #[serde(default)]
    #[schemars(range(max = 30))]
    pub scale: Option<u32>,
}

/// Options of `random_date`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RandomDate {
    /// The first day, such as 1950-01-01.
    pub min: String,
    /// The last day.
    pub max: String,
}

/// Options of `random_timestamp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RandomTimestamp {
    /// The first moment, UTC, such as 2024-01-01 or 2024-01-01 08:00:00.
    pub min: String,
    /// The last moment.
    pub max: String,
}

/// Options of `random_interval`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RandomInterval {
    /// The shortest, such as 90s, 2h 30m or 14days.
    pub min: String,
    /// The longest.
    pub max: String,
}

/// Options of `random_bool`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RandomBool {
    /// The share of true, from 0 to 1; 0.5 by default.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub probability: Option<f64>,
}
