//! Everything that speaks to a PostgreSQL server.

pub mod catalog;
pub mod identifier;
pub mod types;
