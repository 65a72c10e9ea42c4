//! How to sign in to an instance, as the refresh file says.

use std::fs;
use std::sync::Arc;

use super::request::{Connect, SignIn};
use crate::aws::{Account, IamToken, secrets};
use crate::error::{Context as _, Error, ErrorKind, Result};
use crate::postgres::endpoint::Endpoint;
use crate::secret::Secret;

/// A database of an instance: over TLS, verified against the instance's own name, whichever way leads there.
///
/// `generated` is the password that the run has set, for what it has made.
///
/// # Errors
/// When the password isn't where the refresh file says, or a file of it can't be read.
pub async fn endpoint(
    account: &Account,
    connect: &Connect,
    (address, port): (&str, u16),
    (master, generated): (&str, Option<&Secret>),
    database: &str,
) -> Result<Endpoint> {
    let user = connect.user.as_deref().unwrap_or(master);
    let password = match &connect.sign_in {
        SignIn::Generated => match generated {
            Some(password) if user == master => Some(password.clone()),
            _ => {
                return Err(Error::usage(format!("there is no password for {user} at {address}")).help(
                    "say in `connect` how to sign in: `sign_in: iam`, or `sign_in: { secret: ARN }`; only the master \
                     user of an instance that the run makes has a generated one",
                ));
            }
        },
        SignIn::Iam => None,
        SignIn::Secret(id) => Some(secrets::password(account, id).await?),
        SignIn::Variable(name) => Some(variable(name)?),
        SignIn::File(path) => {
            let text = fs::read_to_string(path)
                .context(format!("the password file {} can't be read", path.display()))
                .map_err(|error| error.of_kind(ErrorKind::Usage))?;
            Some(Secret::new(text.trim_end_matches(['\r', '\n'])))
        }
    };
    let ca_file = connect.ca_file.as_deref();
    let endpoint = Endpoint::on_rds(address, port, user, password, database, connect.address.as_deref(), ca_file)?;
    Ok(match connect.sign_in {
        SignIn::Iam => endpoint.with_password_source(Arc::new(IamToken::new(account))),
        _ => endpoint,
    })
}

fn variable(name: &str) -> Result<Secret> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(Secret::new(value)),
        _ => Err(Error::usage(format!("the variable {name} isn't set, and the password should be in it"))),
    }
}
