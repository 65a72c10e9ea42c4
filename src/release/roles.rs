//! Roles, grants and settings that a database gets when it is released.

use std::collections::BTreeSet;

use crate::database::{Access, DatabaseSettings};
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::{ServerContext, describe};
use crate::postgres::roles;

/// Creates the roles that settings and access name and the server hasn't, and gives their names. The session's role
/// joins the owner, or else keeps the database when that is a superuser.
///
/// # Errors
/// When the session's role may not.
pub async fn create_missing(admin: &Session, settings: &DatabaseSettings, access: &mut Access) -> Result<Vec<String>> {
    let named = settings.role_settings.iter().map(|(role, _, _)| role.as_str()).chain(access.roles());
    let wanted: BTreeSet<String> = named.filter(|role| !role.starts_with("pg_")).map(str::to_owned).collect();
    let created = roles::create_missing(admin, &wanted).await?;
    if !access.owner_is_superuser {
        let beyond = roles::join(admin, &BTreeSet::from([access.owner.clone()])).await?;
        access.owner_is_superuser = beyond.contains(&access.owner);
    }
    Ok(created)
}

/// Gives a closed database its comment and settings. Those that need more rights than the session's role has are left
/// out and told.
///
/// # Errors
/// When the server refuses one of them for another reason.
pub async fn apply_settings(admin: &Session, database: &str, settings: &DatabaseSettings) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    for statement in settings.statements(database) {
        let Err(error) = admin.batch_execute(&statement.sql).await else { continue };
        if describe(&error).code() != Some("42501") {
            return Err(error).server_context(|| format!("giving database {database} its settings"));
        }
        warnings.push(format!("left to an administrator, as it needs more rights: {}", statement.about));
    }
    Ok(warnings)
}
