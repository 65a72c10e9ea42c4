//! The session's role, and becoming a member of others.

use std::collections::BTreeSet;

use super::connect::Session;
use super::error::{ServerContext, describe};
use super::identifier::quote_identifier;
use crate::error::{Error, Result};

/// The session's role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Whether it may do everything.
    pub superuser: bool,
}

/// The role that the session acts as.
///
/// # Errors
/// When the server can't be asked.
pub async fn current(session: &Session) -> Result<Role> {
    const SQL: &str = "SELECT rolname::text, rolsuper FROM pg_roles WHERE rolname = current_user";
    let row = session.query_one(SQL, &[]).await.server_context(|| "asking for the session's role")?;
    Ok(Role { name: row.get(0), superuser: row.get(1) })
}

/// Makes the session's role a member of these, so that it may give them objects and act for them. Gives those that it
/// can't join: superusers, unless it is one itself.
///
/// Since PostgreSQL 16 a role that has created another one may administer it, and still has to grant itself the right to
/// inherit its privileges and to become it (manual, 22.4 and `GRANT`).
///
/// # Errors
/// When it may not, with all of the roles and the statement that an administrator has to run.
pub async fn join(session: &Session, roles: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let explicit = session.server_version_num() >= 160_000;
    let outside = outside(session, roles, explicit).await?;
    let mut beyond = BTreeSet::new();
    let (mut refused, mut cause) = (Vec::new(), None);
    let option = if explicit { " WITH INHERIT TRUE, SET TRUE" } else { "" };
    for (role, superuser) in outside {
        if superuser {
            beyond.insert(role);
            continue;
        }
        let grant = format!("GRANT {} TO CURRENT_USER{option}", quote_identifier(&role));
        if let Err(error) = session.batch_execute(&grant).await {
            cause = Some(describe(&error));
            refused.push(role);
        }
    }
    let tool = quote_identifier(&current(session).await?.name);
    if let Some(cause) = cause {
        let names: Vec<_> = refused.iter().map(|role| quote_identifier(role)).collect();
        let what = format!(
            "the tool's role {tool} is not a member of {}, whose objects it has to give or take",
            refused.join(", ")
        );
        let help = format!("let an administrator run: GRANT {} TO {tool}{option}", names.join(", "));
        return Err(Error::failed(what).because(cause).help(help));
    }
    let without_use = self::outside(session, roles, explicit).await?.into_iter().any(|(_, superuser)| !superuser);
    if without_use {
        return Err(Error::failed(format!("the tool's role {tool} doesn't inherit the privileges of its groups"))
            .help(format!("let an administrator run: ALTER ROLE {tool} INHERIT")));
    }
    Ok(beyond)
}

/// Of these roles, those that the session's can't act for, and whether they are superusers.
async fn outside(session: &Session, roles: &BTreeSet<String>, explicit: bool) -> Result<Vec<(String, bool)>> {
    let all: Vec<&str> = roles.iter().map(String::as_str).collect();
    let set = if explicit { " AND pg_has_role(current_user, oid, 'SET')" } else { "" };
    let sql = format!(
        "SELECT rolname::text, rolsuper FROM pg_roles WHERE rolname = ANY ($1::text[]::name[]) \
        AND NOT (pg_has_role(current_user, oid, 'USAGE'){set}) ORDER BY 1"
    );
    let rows = session.query(&sql, &[&all]).await.server_context(|| "looking for memberships")?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
