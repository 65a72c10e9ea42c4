//! The proof that no personal data remains, made on the target itself.

pub mod detectors;
