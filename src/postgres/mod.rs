//! Everything that speaks to a PostgreSQL server.

pub mod archive_list;
pub mod catalog;
pub mod client_tools;
pub mod connect;
mod connect_error;
mod connection_string;
pub mod copy_binary;
pub mod database;
pub mod endpoint;
mod endpoint_defaults;
pub mod error;
pub mod identifier;
pub mod installations;
pub(crate) mod os_account;
mod password_file;
pub mod roles;
pub mod row_checksum;
mod service_file;
pub mod sql_scanner;
mod sqlstate;
pub mod texts;
mod tls;
pub mod tool_run;
mod tool_stderr;
pub mod types;
