//! Everything that speaks to a PostgreSQL server.

pub mod catalog;
pub mod chunks;
pub mod client_tools;
pub mod connect;
mod connect_error;
mod connection_string;
pub mod copy_binary;
pub mod copy_stream;
pub mod endpoint;
mod endpoint_defaults;
pub mod error;
pub mod identifier;
pub mod installations;
pub(crate) mod os_account;
mod password_file;
pub mod row_checksum;
pub mod row_key;
mod service_file;
pub mod snapshot;
mod sqlstate;
pub mod texts;
mod tls;
pub mod tool_run;
mod tool_stderr;
pub mod types;
