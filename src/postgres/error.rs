//! What may be shown of a server's error.
//!
//! DETAIL, HINT, CONTEXT and many messages quote cells ("Key (email)=(…) already exists"), so of an error only what
//! names things passes: severity, SQLSTATE, schema, table, column, constraint, and the message where it can't quote.

use std::fmt;

use tokio_postgres::error::DbError;

use super::sqlstate;
use crate::error::{Error, Result};

/// An error of a server or of the connection to it, without anything that could be a cell's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerError {
    code: Option<String>,
    text: String,
}

impl ServerError {
    /// The SQLSTATE, if it was the server that refused.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What to do about it, where that is known.
    pub fn advice(&self) -> Option<&'static str> {
        self.code().and_then(sqlstate::advice)
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for ServerError {}

/// Takes from the error what may be shown.
pub fn describe(error: &tokio_postgres::Error) -> ServerError {
    match error.as_db_error() {
        Some(error) => ServerError { code: Some(error.code().code().to_owned()), text: describe_db(error) },
        None => ServerError { code: None, text: describe_client(error) },
    }
}

fn describe_db(error: &DbError) -> String {
    let code = error.code().code();
    let severity = error.parsed_severity().map_or_else(|| "ERROR".to_owned(), |severity| severity.to_string());
    let mut text = format!("{severity} {code} ({})", sqlstate::name(code));
    if may_show_message(error) {
        text.push_str(": ");
        text.push_str(error.message());
    } else if let Some(words) = sqlstate::our_words(code) {
        text.push_str(": ");
        text.push_str(words);
    }
    if !is_raised_by_a_function(error) {
        text.push_str(&place(error));
    }
    text
}

fn place(error: &DbError) -> String {
    let relation = match (error.schema(), error.table()) {
        (Some(schema), Some(table)) => Some(format!("{schema}.{table}")),
        (_, table) => table.map(str::to_owned),
    };
    let parts = [
        ("table", relation.as_deref()),
        ("column", error.column()),
        ("constraint", error.constraint()),
        ("type", error.datatype()),
    ];
    let named: Vec<_> = parts.iter().filter_map(|(word, name)| name.map(|name| format!("{word} \"{name}\""))).collect();
    if named.is_empty() { String::new() } else { format!(", {}", named.join(", ")) }
}

fn may_show_message(error: &DbError) -> bool {
    let code = error.code().code();
    // SQL that a function puts together can have a cell in it, and a syntax error would quote that.
    let inside_function = code.starts_with("42") && error.where_().is_some();
    sqlstate::message_is_free_of_values(code) && !inside_function && !is_raised_by_a_function(error)
}

/// `RAISE` takes any text for any SQLSTATE, and any name for a table. `pl_exec.c`, `plpy_elog.c`, `plperl.c` raise it.
fn is_raised_by_a_function(error: &DbError) -> bool {
    error.code().code().starts_with("P0") || error.file().is_some_and(|file| file.starts_with("pl"))
}

/// Errors on this side: broken connections, types that don't fit. Their texts hold no values.
fn describe_client(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

/// Turns a server's error into one of ours, by saying what was being done.
pub trait ServerContext<T> {
    /// Names what was being done and on which object, such as "creating database x"; " failed" is added.
    ///
    /// # Errors
    /// When there was an error, described without values.
    fn server_context<W: Into<String>>(self, doing: impl FnOnce() -> W) -> Result<T>;
}

impl<T> ServerContext<T> for Result<T, tokio_postgres::Error> {
    fn server_context<W: Into<String>>(self, doing: impl FnOnce() -> W) -> Result<T> {
        self.map_err(|error| {
            let cause = describe(&error);
            let advice = cause.advice();
            let error = Error::failed(format!("{} failed", doing().into())).because(cause);
            match advice {
                Some(advice) => error.help(advice),
                None => error,
            }
        })
    }
}
