//! Everything that speaks to a PostgreSQL server.

pub mod catalog;
pub mod copy_binary;
pub mod identifier;
pub mod row_checksum;
pub mod texts;
pub mod types;
