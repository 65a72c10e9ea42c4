//! The options of the transforms, a file for each part of the catalogue.

mod contact;
mod finance;
mod generic;
mod ids;
mod people;
mod secrets;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use contact::{Address, City, DomainName, Email, Phone, Postcode, StreetAddress, Url};
pub use finance::Iban;
pub use generic::{Constant, Noise, ShiftDate};
pub use ids::NationalId;
pub use people::{BirthDate, Name, Username};
pub use secrets::HexDigest;

/// For a transform that has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}
