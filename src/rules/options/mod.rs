//! The options of the transforms, a file for each part of the catalogue.

mod contact;
mod finance;
mod generic;
mod ids;
mod secrets;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use contact::{Email, Phone};
pub use finance::{AccountNumber, Amount, CardNumber, Currency, Iban};
pub use generic::{Constant, Noise, ShiftDate};
pub use ids::{Code, Key, NationalId, OrganisationNumber, Uuid};
pub use secrets::HexDigest;

/// For a transform that has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}
