//! Options of the transforms of bank accounts and money.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::country::Country;

/// Options of `iban`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Iban {
    /// The country (ISO 3166 alpha-2) of the masked IBAN; the original's by default.
    #[schemars(with = "Option<Country>")]
    pub country: Option<String>,
}
