//! The closed database on the target's server that an archive is restored into.

use crate::database::{self, DatabaseProperties};
use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::quote_identifier;

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
        // A row that doesn't fit must not get into the server's log. Only some roles may say so; for others the
        // administrator has to.
        let name_sql = quote_identifier(name);
        for setting in ["log_min_error_statement = panic", "log_error_verbosity = terse", "log_statement = none"] {
            let _ = admin.batch_execute(&format!("ALTER DATABASE {name_sql} SET {setting}")).await;
        }
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
