//! A source that runs: a replica, or production itself.

use std::time::SystemTime;

use super::{RestoredDatabase, SourceKind};
use crate::error::{ErrorKind, Result};
use crate::postgres::endpoint::Endpoint;

/// Makes sure that the database can be reached. Nothing is copied: masking reads it in one exported snapshot.
///
/// # Errors
/// When it doesn't let us in.
pub async fn open(source: &Endpoint) -> Result<RestoredDatabase> {
    let session = source.connect("stagemask restore").await.map_err(|error| error.of_kind(ErrorKind::Restore))?;
    session.close().await;
    Ok(RestoredDatabase {
        endpoint: source.clone(),
        kind: SourceKind::Live,
        described: source.to_string(),
        taken: SystemTime::now(),
        scratch: None,
        warnings: Vec::new(),
        #[cfg(feature = "aws")]
        instance: None,
    })
}
