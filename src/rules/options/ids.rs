//! Options of the transforms of identity numbers and keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `national_id`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NationalId {
    /// The country (ISO 3166 alpha-2); the locale's by default. Norway is the one there is now.
    #[schemars(extend("enum" = ["NO"]))]
    pub country: Option<String>,
}
