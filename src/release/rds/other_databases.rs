//! What is raw on a restored instance besides the database that is masked, where that instance is to become staging.

use super::request::OtherDatabases;
use crate::database::{Residue, ResidueItem, ResidueKind};
use crate::error::{Error, Result};
use crate::postgres::endpoint::Endpoint;

/// To be called before a row moves: hours of masking are not for something that stops the release.
///
/// `of_run` are the raw database and the one that is filled.
///
/// # Errors
/// When something has to go and the request doesn't say that it may be dropped, or it can't be.
pub async fn before_masking(server: &Endpoint, of_run: &[&str], what: OtherDatabases) -> Result<Residue> {
    let residue = Residue::look(server, of_run).await?;
    match what {
        OtherDatabases::Refuse => residue.refuse()?,
        OtherDatabases::Drop => refuse_prepared(&residue)?,
    }
    Ok(residue)
}

/// Shows that a restored server holds one masked database and nothing raw beside it. Made by [`after_masking`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emptied {
    dropped: Vec<ResidueItem>,
}

impl Emptied {
    /// What had to be dropped for that.
    pub fn dropped(&self) -> &[ResidueItem] {
        &self.dropped
    }
}

/// To be called when the masked database is verified: from then on nothing else may be on the server, the raw database
/// included. Called again, it finds nothing to do and says the same.
///
/// # Errors
/// When something that has to go is still there.
pub async fn after_masking(server: &Endpoint, masked: &str, what: OtherDatabases) -> Result<Emptied> {
    let dropped = match what {
        OtherDatabases::Refuse => Vec::new(),
        OtherDatabases::Drop => Residue::drop_others(server, &[masked]).await?,
    };
    Residue::clear(server, &[masked]).await?;
    Residue::look(server, &[masked]).await?.refuse()?;
    Ok(Emptied { dropped })
}

/// Who prepared a transaction may want to commit it; that is for a person to decide.
fn refuse_prepared(residue: &Residue) -> Result<()> {
    let prepared: Vec<String> = residue
        .items
        .iter()
        .filter(|item| item.kind == ResidueKind::PreparedTransaction)
        .map(ToString::to_string)
        .collect();
    if prepared.is_empty() {
        return Ok(());
    }
    Err(Error::failed(format!("the restored server holds prepared transactions: {}", prepared.join(", ")))
        .help("end them there with ROLLBACK PREPARED (pg_prepared_xacts lists them), then go on with the same run"))
}
