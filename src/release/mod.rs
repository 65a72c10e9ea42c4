//! The last stage: the masked database becomes staging, or the one before becomes it again.

mod gate;
mod roles;
mod swap;

pub use gate::{Released, release};
pub use swap::rollback;
