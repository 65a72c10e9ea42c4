//! stagemask restores a production PostgreSQL snapshot into a closed staging database, streams every table through
//! masking rules, proves that no personal data remains, and only then opens staging.

#[cfg(feature = "aws")]
pub mod aws;
pub mod cli;
pub mod database;
pub mod demo;
pub mod discover;
pub mod error;
pub mod interrupt;
pub mod mask;
pub mod notify;
pub mod originals;
pub mod pipeline;
pub mod postgres;
pub mod progress;
pub mod release;
pub mod report;
pub mod restore;
pub mod rules;
pub mod run_record;
pub mod sandbox;
pub mod secret;
pub mod verify;

/// Name and version, as records and proofs state them.
pub const TOOL: &str = concat!("stagemask ", env!("CARGO_PKG_VERSION"));
