//! The closed database on the target's server that an archive is restored into.

use crate::database::{self, DatabaseProperties};
use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::quote_identifier;

const QUIET: [(&str, &str); 4] = [
    ("log_min_error_statement", "panic"),
    ("log_error_verbosity", "terse"),
    ("log_statement", "none"),
    ("pg_stat_statements.track", "none"),
];

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
        // A row that doesn't fit must not get into the server's log, nor a statement of a script into what the server
        // remembers. Only some roles may say so; for others the administrator has to.
        let name_sql = quote_identifier(name);
        for (setting, value) in QUIET {
            let _ = admin.batch_execute(&format!("ALTER DATABASE {name_sql} SET {setting} = {value}")).await;
        }
        Ok(Self { admin, endpoint: target.with_database(name) })
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Leaves it there, filled, and without the settings of its own, which staging would take over.
    pub(super) async fn keep(self) -> Endpoint {
        let name = quote_identifier(self.endpoint.database());
        for (setting, _) in QUIET {
            // Who may not set it has not.
            let _ = self.admin.batch_execute(&format!("ALTER DATABASE {name} RESET {setting}")).await;
        }
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
