//! The proof that no personal data remains, made on the target itself.

pub mod detectors;
pub mod findings;
pub mod proof;
