//! The closed database on the target's server that an archive is restored into.

use crate::database::{self, DatabaseProperties};
use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;

/// A scratch database while it is being filled.
pub(super) struct Scratch {
    admin: Session,
    endpoint: Endpoint,
}

impl Scratch {
    pub(super) async fn create(
        admin: Session,
        target: &Endpoint,
        name: &str,
        like: &DatabaseProperties,
    ) -> Result<Self> {
        database::create_closed(&admin, name, like).await?;
        Ok(Self { admin, endpoint: target.with_database(name) })
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Leaves it there, filled.
    pub(super) async fn keep(self) -> Endpoint {
        self.admin.close().await;
        self.endpoint
    }

    /// Drops it after a failure, and says so if even that fails.
    pub(super) async fn give_up(self, error: Error) -> Error {
        let name = self.endpoint.database();
        match database::drop_database(&self.admin, name).await {
            Ok(()) => error,
            Err(dropping) => {
                let help = format!(
                    "the closed database {name} could not be dropped ({}) and holds raw data: `stagemask cleanup` tries again",
                    dropping.what()
                );
                error.help(help)
            }
        }
    }
}
