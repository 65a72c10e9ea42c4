//! The restored instance as a source, and its end.

use std::sync::Arc;
use std::time::Duration;

use super::request::RdsSource;
use super::{Quarantined, destroy, endpoint};
use crate::aws::Account;
use crate::aws::rds::{Site, Waiting};
use crate::database;
use crate::error::{ErrorKind, Result};
use crate::progress::{Progress, Stage};
use crate::restore::{RestoredDatabase, SourceKind};
use crate::run_record::RunId;
use crate::run_record::journal::Journal;

/// How long a new instance may take until it lets us in: its name has to spread, and its password to be set.
const PATIENCE: Duration = Duration::from_secs(600);

/// What it takes to delete what a run has restored.
#[derive(Clone)]
pub struct Removal {
    /// The account that the quarantine is in.
    pub account: Account,
    /// The run's journal.
    pub journal: Journal,
    /// How it waits.
    pub waiting: Waiting,
    /// Who hears of it.
    pub progress: Arc<dyn Progress>,
    /// The run.
    pub run: RunId,
}

impl std::fmt::Debug for Removal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the instance of run {}", self.run)
    }
}

impl Removal {
    /// Where the restore works.
    pub fn site(&self) -> Site<'_> {
        Site {
            account: &self.account,
            journal: &self.journal,
            waiting: self.waiting,
            progress: self.progress.as_ref(),
            stage: Stage::Restore,
        }
    }

    /// Deletes it, and makes sure that it is gone.
    ///
    /// # Errors
    /// As [`destroy`].
    pub async fn remove(&self) -> Result<()> {
        destroy(self.site(), &self.run).await
    }
}

/// Opens the database on the restored instance. With `in_place`, masked data will be on the same instance: then the raw
/// database gets a name that says what it is, and is what will be dropped; else the instance is.
///
/// # Errors
/// Of kind `Restore`, when it doesn't let us in or there is no such database.
pub async fn open(
    quarantined: &Quarantined,
    source: &RdsSource,
    removal: Removal,
    in_place: bool,
) -> Result<RestoredDatabase> {
    let at = (quarantined.address.as_str(), quarantined.port);
    let as_whom = (quarantined.master_user.as_str(), Some(&quarantined.password));
    let server = endpoint(&removal.account, &source.connect, at, as_whom, &source.database).await?;
    let server = server.with_patience(PATIENCE, Some(Arc::clone(&removal.progress)));
    let mut database = source.database.clone();
    if in_place {
        let raw = database::raw_name(&source.database, &removal.run)?;
        let admin = database::admin_session(&server).await.map_err(of_restore)?;
        if !database::exists(&admin, &raw).await? {
            database::rename(&admin, &source.database, &raw).await.map_err(of_restore)?;
        }
        admin.close().await;
        database = raw;
    }
    let endpoint = server.with_database(&database);
    endpoint.connect("stagemask restore").await.map_err(of_restore)?.close().await;
    Ok(RestoredDatabase {
        endpoint,
        kind: SourceKind::Rds,
        described: quarantined.described.clone(),
        taken: quarantined.taken,
        scratch: in_place.then_some(database),
        warnings: Vec::new(),
        instance: (!in_place).then_some(removal),
    })
}

fn of_restore(error: crate::error::Error) -> crate::error::Error {
    error.of_kind(ErrorKind::Restore)
}
