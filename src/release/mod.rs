//! The last stage: the masked database becomes staging, or the one before becomes it again.

mod gate;
mod last_write;
#[cfg(feature = "aws")]
pub mod rds;
pub mod roles;
mod swap;

pub use gate::{Release, Released, release};
pub use swap::{RolledBack, retired_note, rollback};
