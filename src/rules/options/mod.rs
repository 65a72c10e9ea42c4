//! The options of the transforms, a file for each part of the catalogue.

mod contact;
mod finance;
mod generic;
mod ids;
mod network;
mod parts;
mod people;
mod random;
mod secrets;
mod text;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use contact::*;
pub use finance::*;
pub use generic::*;
pub use ids::*;
pub use network::*;
pub use parts::*;
pub use people::*;
pub use random::*;
pub use secrets::*;
pub use text::*;

/// For a transform that has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}
