//! What runs left on Amazon RDS, and its end.

use std::path::Path;
use std::sync::Arc;

use crate::aws::rds::{RdsLeftOver, Site, Waiting, Which, left_overs, remove};
use crate::aws::{Account, Side};
use crate::error::Result;
use crate::progress::{Progress, Stage};
use crate::run_record::journal::Journal;

/// Something that a run left on RDS, and the account that it is in.
#[derive(Debug, Clone)]
pub struct LeftOnRds {
    /// What it is.
    pub what: RdsLeftOver,
    account: Account,
}

/// Everything that runs have on RDS, oldest run first: in the accounts and regions of these sides, each asked once.
///
/// # Errors
/// When signing in fails, or RDS can't be asked.
pub async fn left_on_rds(sides: &[Side]) -> Result<Vec<LeftOnRds>> {
    let mut asked: Vec<(String, String)> = Vec::new();
    let mut found = Vec::new();
    for side in sides {
        let account = Account::sign_in(side, None).await?;
        let place = (account.id().to_owned(), account.region().to_owned());
        if asked.contains(&place) {
            continue;
        }
        asked.push(place);
        let left = left_overs(&account, Which::All).await?;
        found.extend(left.into_iter().map(|what| LeftOnRds { what, account: account.clone() }));
    }
    Ok(found)
}

/// Deletes it, without a snapshot, and makes sure that it is gone.
///
/// # Errors
/// When it isn't what it was any more, RDS refuses, or something raw of it is left.
pub async fn remove_from_rds(left: &LeftOnRds, state_dir: &Path, progress: &Arc<dyn Progress>) -> Result<()> {
    let journal = Journal::in_state_dir(state_dir)?;
    let site = Site {
        account: &left.account,
        journal: &journal,
        waiting: Waiting::default(),
        progress: progress.as_ref(),
        stage: Stage::CleanUp,
    };
    Box::pin(remove(site, &left.what)).await
}
