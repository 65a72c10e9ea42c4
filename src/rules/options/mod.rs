//! The options of the transforms, a file for each part of the catalogue.

mod contact;
mod finance;
mod generic;
mod ids;
mod parts;
mod secrets;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use contact::{Email, Phone};
pub use finance::Iban;
pub use generic::{Constant, Noise, ShiftDate};
pub use ids::NationalId;
pub use parts::{Base64, SearchWeight, Tsvector};
pub use secrets::HexDigest;

/// For a transform that has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}
