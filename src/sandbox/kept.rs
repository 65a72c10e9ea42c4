//! Servers that were left running for a person to look at.

use std::path::{Path, PathBuf};

use super::directory;
use crate::error::Result;
use crate::postgres::endpoint::Endpoint;
use crate::secret::Secret;

/// How to reach a server that was left running.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its maintenance database by the socket; other databases by `with_database`.
    pub socket: Endpoint,
    /// The same at 127.0.0.1.
    pub tcp: Endpoint,
    /// The superuser.
    pub user: String,
    /// The superuser's password over TCP. By the socket none is needed.
    pub password: Secret,
    /// The directory that [`stop_kept`] takes.
    pub directory: PathBuf,
    /// The port.
    pub port: u16,
}

/// The directories of the servers that run because they were kept.
pub fn kept_servers() -> Vec<PathBuf> {
    let kept =
        |directory: &PathBuf| directory.join(directory::KEPT).exists() && directory::postmaster(directory).is_some();
    directory::all().into_iter().filter(kept).collect()
}

/// Stops a server that was kept, and removes its directory.
///
/// # Errors
/// When the directory is not a server's, or can't be removed.
pub fn stop_kept(directory: &Path) -> Result<()> {
    directory::check_name(directory)?;
    directory::remove(directory)
}
