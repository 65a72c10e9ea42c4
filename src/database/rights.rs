//! Whether the target's role will be able to do what a release takes, asked before a run begins.

use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::quote_identifier;
use crate::postgres::roles;

/// Makes sure that the session's role may create databases, and rename the one of this name if there is one. It joins
/// that one's owner if it may.
///
/// # Errors
/// When it may not, with the statement that an administrator has to run.
pub async fn require_rights(admin: &Session, name: &str) -> Result<()> {
    const SQL: &str = "SELECT rolcreatedb OR rolsuper, \
        (SELECT r.rolname::text FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = $1::text::name) \
        FROM pg_roles WHERE rolname = current_user";
    let asking = || "asking what the target's role may do";
    let row = admin.query_one(SQL, &[&name]).await.server_context(asking)?;
    let (creates, owner): (bool, Option<String>) = (row.get(0), row.get(1));
    let role = quote_identifier(&roles::current(admin).await?.name);
    if !creates {
        return Err(Error::failed(format!("the target's role {role} may not create databases"))
            .help(format!("let an administrator run: ALTER ROLE {role} CREATEDB")));
    }
    let Some(owner) = owner else { return Ok(()) };
    let beyond = roles::join(admin, &BTreeSet::from([owner.clone()])).await?;
    if beyond.is_empty() {
        return Ok(());
    }
    let database = quote_identifier(name);
    Err(Error::failed(format!("database {name} belongs to the superuser {owner}, so {role} can't rename it"))
        .help(format!("let an administrator run: ALTER DATABASE {database} OWNER TO {role}")))
}
