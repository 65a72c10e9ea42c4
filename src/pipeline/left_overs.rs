//! What runs left on the target's server.

use std::path::Path;

use super::Target;
#[cfg(feature = "aws")]
use super::cloud;
use super::run::ORIGINALS;
use crate::database::{self, LeftOver};
use crate::error::{Error, Result};
use crate::postgres::endpoint::Endpoint;
use crate::run_record::RunFolder;

/// The databases that runs left on the target's server: raw, incoming and retired ones.
///
/// # Errors
/// When the server can't be asked.
pub async fn left_overs(target: &Endpoint) -> Result<Vec<LeftOver>> {
    database::left_overs(&database::admin_session(target).await?).await
}

/// The server of a target, where it is there without any run: for [`left_overs`].
///
/// # Errors
/// When signing in to AWS fails, or staging isn't there.
pub async fn standing_server(target: &Target) -> Result<Option<Endpoint>> {
    match target {
        Target::Server(endpoint) => Ok(Some(endpoint.as_ref().clone())),
        #[cfg(feature = "aws")]
        Target::Rds(staging) => Box::pin(cloud::standing_server(staging)).await,
    }
}

/// Drops databases that runs left behind, and the hashes of originals that only they needed.
///
/// # Errors
/// When one of them is in use or can't be dropped; those before it are gone then.
pub async fn drop_left_overs(target: &Endpoint, which: &[LeftOver], state_dir: &Path) -> Result<()> {
    let admin = database::admin_session(target).await?;
    for left in which {
        let sessions = database::other_sessions(&admin, &left.database).await?;
        if let Some(session) = sessions.first() {
            let what = format!("{} is in use by {} as {}", left.database, session.application, session.user);
            return Err(Error::failed(what).help("the run may still be at work; end its sessions before you drop it"));
        }
        database::drop_database(&admin, &left.database).await?;
        // Of a run that is over, or from another machine, there is nothing here.
        if let Ok(folder) = RunFolder::open(state_dir, &left.run) {
            let _ = std::fs::remove_dir_all(folder.join(ORIGINALS));
        }
    }
    Ok(())
}
