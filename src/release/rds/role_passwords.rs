//! The roles of staging get passwords of staging, and those of production work no more.

use std::collections::BTreeSet;

use tokio_postgres::error::SqlState;

use super::request::{RoleSignIn, StagingRole};
use crate::aws::{Account, secrets};
use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::error::{ServerContext as _, describe};
use crate::postgres::identifier::{quote_identifier, quote_literal};
use crate::secret::Secret;

/// A role with all that is needed to set its sign-in; never the password itself.
#[derive(Debug, Clone)]
pub struct ReadyRole {
    name: String,
    /// What the server stores (RFC 5803); `None` signs in with IAM tokens.
    verifier: Option<Verifier>,
}

impl ReadyRole {
    /// The role.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A SCRAM-SHA-256 verifier. It is no password, yet it can be guessed against, so it isn't shown either.
#[derive(Clone)]
struct Verifier(String);

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl ReadyRole {
    /// A role that signs in with this password.
    pub fn with_password(name: &str, password: &Secret) -> Self {
        let verifier = postgres_protocol::password::scram_sha_256(password.expose().as_bytes());
        Self { name: name.to_owned(), verifier: Some(Verifier(verifier)) }
    }

    /// A role that signs in with IAM tokens.
    pub fn with_iam(name: &str) -> Self {
        Self { name: name.to_owned(), verifier: None }
    }
}

/// Reads the passwords of all roles, before anything is changed.
///
/// # Errors
/// When a secret can't be read or holds no password, or a role is named twice.
pub async fn passwords_of(account: &Account, roles: &[StagingRole]) -> Result<Vec<ReadyRole>> {
    let mut seen = BTreeSet::new();
    let mut ready = Vec::new();
    for role in roles {
        if !seen.insert(&role.name) {
            return Err(Error::usage(format!("role {} is named twice", role.name)));
        }
        ready.push(match &role.sign_in {
            RoleSignIn::Secret(secret) => {
                ReadyRole::with_password(&role.name, &secrets::password(account, secret).await?)
            }
            RoleSignIn::Iam => ReadyRole::with_iam(&role.name),
        });
    }
    Ok(ready)
}

/// What became of the server's roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolesSet {
    /// Those that had to be created.
    pub created: Vec<String>,
    /// Those that lost the password which they had in production, if any.
    pub without_password: Vec<String>,
    /// Roles that may not sign in and whose password, if any, we may not take: worth a warning.
    pub out_of_reach: Vec<String>,
}

/// Sets the sign-in of staging's roles and takes every other role's password, in one transaction.
///
/// The server is sent verifiers: what a log keeps of these statements is no password. `rds_iam` is taken from
/// roles with a password, since RDS refuses passwords of its members (RDS user guide, "IAM database authentication").
///
/// # Errors
/// When the session's role may not change one that can sign in; then none is changed.
pub async fn set_passwords(admin: &Session, roles: &[ReadyRole]) -> Result<RolesSet> {
    let doing = || "setting the passwords of staging's roles";
    admin.batch_execute("BEGIN").await.server_context(doing)?;
    let done = in_transaction(admin, roles).await;
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = admin.batch_execute(end).await.server_context(doing);
    let set = done?;
    ended.map(|()| set)
}

async fn in_transaction(admin: &Session, roles: &[ReadyRole]) -> Result<RolesSet> {
    let mut set = RolesSet::default();
    let has_rds_iam = exists(admin, "rds_iam").await?;
    for role in roles {
        if !exists(admin, &role.name).await? {
            run(admin, &role.name, "creating", &format!("CREATE ROLE {}", quote_identifier(&role.name))).await?;
            set.created.push(role.name.clone());
        }
        sign_in(admin, role, has_rds_iam).await?;
    }
    let named: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
    take_others(admin, &named, &mut set).await?;
    Ok(set)
}

async fn exists(admin: &Session, role: &str) -> Result<bool> {
    let found = admin.query_opt("SELECT FROM pg_roles WHERE rolname = $1::text::name", &[&role]).await;
    Ok(found.server_context(|| format!("looking for role {role}"))?.is_some())
}

async fn sign_in(admin: &Session, role: &ReadyRole, has_rds_iam: bool) -> Result<()> {
    let name = quote_identifier(&role.name);
    let sql = match &role.verifier {
        Some(verifier) => {
            let is_member = has_rds_iam && is_member(admin, &role.name).await?;
            let revoke = if is_member { format!("; REVOKE rds_iam FROM {name}") } else { String::new() };
            let verifier = quote_literal(&verifier.0);
            format!("ALTER ROLE {name} LOGIN PASSWORD {verifier} VALID UNTIL 'infinity'{revoke}")
        }
        None if has_rds_iam => {
            format!("ALTER ROLE {name} LOGIN PASSWORD NULL VALID UNTIL 'infinity'; GRANT rds_iam TO {name}")
        }
        None => {
            return Err(Error::usage(format!(
                "role {} is to sign in by IAM, and the server has no role rds_iam",
                role.name
            ))
            .help("is it an RDS server, with IAM database authentication? Otherwise give the role a secret"));
        }
    };
    run(admin, &role.name, "setting the sign-in of", &sql).await
}

async fn is_member(admin: &Session, role: &str) -> Result<bool> {
    const SQL: &str = "SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid AND g.rolname = 'rds_iam' \
        JOIN pg_roles r ON r.oid = m.member AND r.rolname = $1::text::name LIMIT 1";
    let found = admin.query_opt(SQL, &[&role]).await.server_context(|| "looking who signs in by IAM")?;
    Ok(found.is_some())
}

/// The server's error can't quote the verifier: of an error only what names things is shown.
async fn run(admin: &Session, role: &str, doing: &str, sql: &str) -> Result<()> {
    admin.batch_execute(sql).await.map_err(|error| {
        Error::failed(format!("{doing} role {role} failed")).because(describe(&error)).help(
            "the tool's role needs CREATEROLE, from PostgreSQL 16 on ADMIN OPTION on the role as well, and where \
             rds.restrict_password_commands is on, rds_password",
        )
    })
}

/// Hashes of production's passwords are production's, also those of roles that may not sign in: somebody may let them.
async fn take_others(admin: &Session, named: &[&str], set: &mut RolesSet) -> Result<()> {
    const SQL: &str = "SELECT rolname::text, rolcanlogin, rolname ~ '^rds' FROM pg_roles \
        WHERE rolname <> ALL ($1::text[]::name[]) AND rolname NOT IN (current_user, session_user) \
        AND rolname !~ '^pg_' AND rolname <> 'rdsadmin' AND (rolcanlogin OR rolname !~ '^rds_') ORDER BY 1";
    let rows = admin.query(SQL, &[&named]).await.server_context(|| "listing the server's roles")?;
    for row in rows {
        let (role, can_sign_in, internal): (String, bool, bool) = (row.get(0), row.get(1), row.get(2));
        let sql = format!("SAVEPOINT one; ALTER ROLE {} PASSWORD NULL; RELEASE one", quote_identifier(&role));
        let Err(error) = admin.batch_execute(&sql).await else {
            set.without_password.push(role);
            continue;
        };
        admin.batch_execute("ROLLBACK TO one").await.server_context(|| format!("passing over role {role}"))?;
        // RDS keeps its own roles to itself: nobody can change them, and nobody knows their passwords.
        let kept =
            error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) || error.code() == Some(&SqlState::RESERVED_NAME);
        if kept && internal {
            continue;
        }
        if kept && !can_sign_in {
            set.out_of_reach.push(role);
            continue;
        }
        return Err(Error::failed(format!("role {role} keeps its password of production"))
            .because(describe(&error))
            .help(format!(
                "let who may do it: ALTER ROLE {} PASSWORD NULL; or name the role among staging's, or grant the tool's \
                 role CREATEROLE and ADMIN OPTION on it",
                quote_identifier(&role)
            )));
    }
    Ok(())
}
