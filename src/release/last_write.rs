//! Refuses a database that somebody has written to since it was verified.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::gate::Release;
use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext as _;
use crate::run_record::DatabaseIdentity;
use crate::verify::state::State;

/// The catalogs as a release left them that went no further, in the run's folder.
const NOTE: &str = "gate.json";

/// How many changes are named.
const SHOWN: usize = 5;

/// What a release of ours has granted: also that changes the catalogs.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Granted {
    target: DatabaseIdentity,
    catalogs: BTreeMap<String, String>,
}

/// Compares the database with what verification left. Nobody else may be connected.
///
/// # Errors
/// When anything was written, or it can't be told.
pub(super) async fn refuse_later_writes(what: &Release<'_>, admin: &Session, closed: &Endpoint) -> Result<()> {
    refuse_prepared(admin, closed.database()).await?;
    let session = closed.connect("stagemask release").await?;
    let now = State::of(&session).await;
    session.close().await;
    let now = now?;
    let proof = what.verified.proof();
    let granted: Option<Granted> = what.folder.read(NOTE).ok().filter(|note: &Granted| note.target == proof.target);
    let mut then = proof.state.clone();
    if let Some(granted) = granted.filter(|granted| now.changed_catalogs(&granted.catalogs).next().is_none()) {
        then.catalogs = granted.catalogs;
    }
    let changes = now.changes_since(&then);
    if changes.is_empty() {
        return Ok(());
    }
    let more = changes.len().saturating_sub(SHOWN);
    let mut list = changes.into_iter().take(SHOWN).collect::<Vec<_>>().join("; ");
    if more > 0 {
        list += &format!("; and {more} more");
    }
    Err(Error::failed(format!(
        "the gate stays closed: the proof is older than the last write to {}: {list}",
        closed.database()
    ))
    .help("nobody has looked at what was written: verify again"))
}

/// Remembers what our own grants did to the catalogs, so that a release that goes no further can be begun again.
///
/// # Errors
/// When the server can't be asked, or the note can't be written.
pub(super) async fn remember_grants(what: &Release<'_>, closed: &Endpoint) -> Result<()> {
    let session = closed.connect("stagemask release").await?;
    let state = State::of(&session).await;
    session.close().await;
    let target = what.verified.proof().target.clone();
    what.folder.write(NOTE, &Granted { target, catalogs: state?.catalogs })
}

/// What is prepared would be written when somebody commits it, much later.
async fn refuse_prepared(admin: &Session, name: &str) -> Result<()> {
    const SQL: &str = "SELECT count(*) FROM pg_prepared_xacts WHERE database = $1::text::name";
    let row = admin
        .query_one(SQL, &[&name])
        .await
        .server_context(|| format!("looking for prepared transactions on {name}"))?;
    match row.get::<_, i64>(0) {
        0 => Ok(()),
        count => Err(Error::failed(format!("the gate stays closed: {name} has prepared transactions: {count}"))
            .help("roll them back (ROLLBACK PREPARED), then verify again")),
    }
}
