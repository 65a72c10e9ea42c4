//! Options of the transforms of secrets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `hex_digest`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HexDigest {
    /// How many digits; as many as the original by default.
    #[schemars(range(min = 1, max = 1024))]
    pub length: Option<usize>,
}
