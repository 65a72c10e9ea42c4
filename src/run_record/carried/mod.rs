//! A run's folder, carried in its closed target, so that the next stage can be done on another machine.
//!
//! The stages may be jobs on separate runners, which share nothing but the target's server. So what one of them leaves in
//! its folder is also stored in the table `stagemask.carried` of the closed target, in parts of at most 1 MiB, each
//! encrypted and authenticated under a key that is derived from the masking key. Nothing in a folder is raw: the originals
//! are hashes under the masking key too. It is encrypted all the same, since what was masked must not be told from
//! outside, and authenticated, since a stage believes the record and the proof of the one before.
//!
//! The schema is dropped before the target is opened. What a rollback needs then travels in the comment on the database
//! that was retired, since that can be written in the very transaction that renames it, and without connecting to it.

mod manifest;
mod note;
mod receive;
mod seal;
mod send;
mod table;

pub use note::{is_note, read_note, write_note};
pub use receive::{Found, fetch, is_authentic};
pub use seal::Seal;
pub use send::store;
pub use table::{Look, is_absent, look, refuse_schema_of_source, remove, table};

/// The schema. No source may have one of this name.
pub const SCHEMA: &str = "stagemask";

/// Bytes of a file that travel in one row: with what sealing adds, at most 1 MiB.
const PART: usize = (1 << 20) - seal::OVERHEAD;
