//! Options of the transforms of identity numbers and keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `national_id`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NationalId {
    /// The country (ISO 3166 alpha-2); the locale's by default.
    #[schemars(extend("enum" = ["NO", "SE", "DK", "FI", "GB", "US"]))]
    pub country: Option<String>,
}

/// Options of `organisation_number`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrganisationNumber {
    /// The country (ISO 3166 alpha-2); the locale's by default.
    #[schemars(extend("enum" = ["NO", "SE", "DK", "FI", "GB"]))]
    pub country: Option<String>,
}

/// Options of `uuid`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Uuid {
    /// The version of the masked uuid (RFC 9562): 8, the default, which says that it is masked; or 4, for an application
    /// that takes no other.
    #[schemars(extend("enum" = [4, 8]))]
    pub version: Option<u8>,
}

/// Options of `key`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Key {
    /// The lowest key of the range within which keys are exchanged; with `max`.
    #[schemars(range(min = 1))]
    pub min: Option<u64>,
    /// The highest.
    #[schemars(range(min = 2))]
    pub max: Option<u64>,
}

/// Options of `code`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Code {
    /// What every code begins with and keeps; `""` to keep nothing. By default up to eight letters before a separator.
    pub prefix: Option<String>,
    /// The form of the codes: `#` is a digit, `?` a letter, `*` either, and everything else stays, as in `TX-####`.
    #[schemars(length(min = 1))]
    pub format: Option<String>,
}
