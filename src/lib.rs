//! stagemask restores a production PostgreSQL snapshot into a closed staging database, streams every table through
//! masking rules, proves that no personal data remains, and only then opens staging.

pub mod error;
pub mod mask;
pub mod originals;
pub mod pipeline;
pub mod postgres;
pub mod progress;
pub mod release;
pub mod restore;
pub mod rules;
pub mod run_record;
pub mod sandbox;
pub mod secret;
pub mod verify;
