//! Options of the transforms of bank accounts and money.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::rules::country::Country;

/// Options of `iban`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Iban {
    /// The country (ISO 3166 alpha-2) of the masked IBAN; the original's by default.
    #[schemars(with = "Option<Country>")]
    pub country: Option<String>,
}

/// Options of `account_number`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccountNumber {
    /// The country (ISO 3166 alpha-2) whose accounts these are; Norway by default.
    #[schemars(with = "Option<Country>")]
    pub country: Option<String>,
}

/// Options of `card_number`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CardNumber {
    /// Whether the card stays one of its network: one of the few numbers that the network publishes for tests.
    pub keep_network: bool,
    /// Whether the last four digits stay.
    pub keep_last_four: bool,
}

/// Options of `amount`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Amount {
    /// The largest change, as a share of the amount: 0.2 is ±20 %, the default.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1))]
    pub ratio: Option<f64>,
    /// A column, or several: over the rows that are equal in them, the masked amounts have exactly the sum of the originals.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(extend("type" = ["string", "array"]), length(min = 1))]
    pub sum_within: Vec<String>,
}

/// One name, or a list of them.
fn one_or_more<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Names {
        One(String),
        More(Vec<String>),
    }
    Ok(match Names::deserialize(from)? {
        Names::One(name) => vec![name],
        Names::More(names) => names,
    })
}

/// Options of `currency`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Currency {
    /// Currencies that stay as they are.
    #[schemars(inner(regex(pattern = r"^[A-Z]{3}$")))]
    pub keep: Vec<String>,
    /// The currencies to choose from; all that are in use by default.
    #[schemars(inner(regex(pattern = r"^[A-Z]{3}$")))]
    pub among: Vec<String>,
}
