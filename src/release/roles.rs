//! Roles, grants and settings that a database gets when it is released.

use std::collections::BTreeSet;

use crate::database::{Access, DatabaseSettings};
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::postgres::roles;

/// Creates the roles that settings and access name and the server hasn't, and gives their names.
///
/// # Errors
/// When the session's role may not.
pub async fn create_missing(admin: &Session, settings: &DatabaseSettings, access: &Access) -> Result<Vec<String>> {
    let named = settings.role_settings.iter().map(|(role, _, _)| role.as_str()).chain(access.roles());
    let wanted: BTreeSet<String> = named.filter(|role| !role.starts_with("pg_")).map(str::to_owned).collect();
    roles::create_missing(admin, &wanted).await
}

/// Gives a closed database its comment and settings.
///
/// # Errors
/// When the session's role may not set one of them.
pub async fn apply_settings(admin: &Session, database: &str, settings: &DatabaseSettings) -> Result<()> {
    let sql = settings.sql(database);
    admin.batch_execute(&sql).await.server_context(|| format!("giving database {database} its settings"))
}
