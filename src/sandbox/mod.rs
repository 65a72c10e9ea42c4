//! The throw-away PostgreSQL server behind `demo` and the tests.
//!
//! A server lives in one private directory, and a guard process stops it and removes the directory as soon as the
//! process that started it has ended, in whatever way.

mod binaries;
mod cluster;
mod directory;
mod guard;
mod install;
mod kept;
mod server;

pub use kept::{Kept, kept_servers, stop_kept};
pub use server::{Options, Server};
