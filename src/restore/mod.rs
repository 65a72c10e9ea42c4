//! The first stage: from a snapshot to a source database that can be read.

pub mod archive;
mod archive_file;
mod archive_kind;
mod decompress;
pub mod live;
mod plain_sql;
#[cfg(feature = "aws")]
pub mod rds;
mod scratch;

use std::time::SystemTime;

use crate::database;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::endpoint::Endpoint;

/// What was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A database that runs.
    Live,
    /// A `pg_dump` archive or SQL script.
    Archive,
    /// An instance of Amazon RDS, restored from a snapshot or to a point in time.
    Rds,
}

impl SourceKind {
    /// The word that the record has.
    pub fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Archive => "archive",
            Self::Rds => "rds",
        }
    }
}

/// The token of the first stage: a database with raw data. Only [`live::open`], [`archive::restore`] and
/// `rds::open` make one.
#[derive(Debug, Clone)]
pub struct RestoredDatabase {
    endpoint: Endpoint,
    kind: SourceKind,
    described: String,
    taken: SystemTime,
    scratch: Option<String>,
    warnings: Vec<String>,
    /// The instance that is deleted with it.
    #[cfg(feature = "aws")]
    instance: Option<rds::Removal>,
}

impl RestoredDatabase {
    /// Where it is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What it was made of.
    pub fn kind(&self) -> SourceKind {
        self.kind
    }

    /// The server and database, or the file; never a credential.
    pub fn described(&self) -> &str {
        &self.described
    }

    /// When the data was as it is: when the archive was made, or now for a live database.
    pub fn taken(&self) -> SystemTime {
        self.taken
    }

    /// The name of the scratch database on the target's server, if there is one.
    pub fn scratch(&self) -> Option<&str> {
        self.scratch.as_deref()
    }

    /// What a person should know, such as what was left out or which roles were created.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Drops the scratch database and makes sure that it is gone. A live source is left alone.
    ///
    /// # Errors
    /// When it can't be dropped: then raw data is still on the target's server, in a closed database.
    pub async fn destroy(self) -> Result<()> {
        #[cfg(feature = "aws")]
        if let Some(instance) = &self.instance {
            // In a box: what the SDK's calls hold is large, and every caller would carry it.
            return Box::pin(instance.remove()).await;
        }
        let Some(name) = self.scratch else { return Ok(()) };
        let admin = database::admin_session(&self.endpoint).await?;
        let dropped = database::drop_database(&admin, &name).await;
        if dropped.is_err() || database::exists(&admin, &name).await? {
            let error =
                Error::new(ErrorKind::Restore, format!("the raw database {name} is still on the target's server"))
                    .help("nobody but the tool can connect to it; `stagemask cleanup` tries again");
            return Err(match dropped {
                Err(cause) => error.because(cause),
                Ok(()) => error,
            });
        }
        admin.close().await;
        Ok(())
    }
}
