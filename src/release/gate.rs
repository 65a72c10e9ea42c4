//! The gate: nothing passes without a proof for this very database.

use std::time::Duration;

use crate::database::{self, Access, DatabaseSettings};
use crate::error::{Error, Result};
use crate::mask::schema::SchemaArchive;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::progress::{Event, Progress, Stage};
use crate::run_record::carried::{self, Seal};
use crate::run_record::{DatabaseIdentity, RunFolder, RunRecord};
use crate::verify::VerifiedDatabase;
use crate::verify::proof::PublicKey;

use super::last_write;
use super::swap::{self, Swap};

/// What is released, and how.
#[derive(Clone, Copy)]
pub struct Release<'a> {
    /// The token of the stage before, with its proof.
    pub verified: &'a VerifiedDatabase,
    /// The database that people connect to, under its own name. It need not exist.
    pub target: &'a Endpoint,
    /// The run's record.
    pub record: &'a RunRecord,
    /// The run's folder, where the swap is written down before it is made.
    pub folder: &'a RunFolder,
    /// The schema that was applied, with the grants that weren't yet.
    pub schema: &'a SchemaArchive,
    /// The settings of the source's database.
    pub settings: &'a DatabaseSettings,
    /// The key that has to have signed the proof, if one is trusted.
    pub trusted: Option<&'a PublicKey>,
    /// Encrypts what a rollback on another machine needs; without it, only this one can roll back.
    pub seal: Option<&'a Seal>,
}

/// What a release did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// The name that the database before has now, if there was one.
    pub retired: Option<String>,
    /// Roles that were created, without password and without the right to sign in.
    pub created_roles: Vec<String>,
}

/// Opens the verified target under its name; the database before stays, closed, as `__retired_<run>`.
///
/// The swap is one transaction: people meet either the one database or the other, whatever stops this process.
///
/// # Errors
/// When the proof doesn't allow it, or the swap fails; then staging is as it was and the target stays closed.
pub async fn release(what: Release<'_>, progress: &dyn Progress) -> Result<Released> {
    let name = what.target.database();
    if let Some(done) = swap::done_before(&what).await? {
        return Ok(done);
    }
    let admin = database::admin_session(what.target).await?;
    let step = |text| progress.event(Event::Step { stage: Stage::Release, text });
    step("checking the proof");
    check(&what, &admin).await?;
    let incoming = &what.record.target.incoming;
    let closed = what.target.with_database(incoming);
    // Before event triggers come in with the privileges, which would see it.
    drop_carried_state(&closed).await?;
    let mut access = access_of_next(&admin, name, what.settings).await?;
    let created_roles = super::roles::create_missing(&admin, what.settings, &mut access).await?;
    step("granting privileges");
    let mut warnings = what.schema.grant(&closed).await?;
    warnings.extend(super::roles::apply_settings(&admin, incoming, what.settings).await?);
    for text in &warnings {
        progress.event(Event::Warning { text });
    }
    refuse_carried_state(&closed).await?;
    last_write::remember_grants(&what, &closed).await?;
    // From the first check to here somebody may have come in.
    refuse_company(&admin, incoming).await?;
    step("swapping databases");
    let swap = Swap::plan(&admin, &what, access).await?;
    let retired = swap.forward(&admin, &what).await?;
    Ok(Released { retired, created_roles })
}

/// The state of the run has travelled in the target; nobody who uses staging may see it.
async fn drop_carried_state(closed: &Endpoint) -> Result<()> {
    let session = closed.connect("stagemask release").await?;
    let dropped = carried::remove(&session).await;
    session.close().await;
    dropped.map_err(|error| error.help("something else is in the schema: look into it, then verify again"))
}

async fn refuse_carried_state(closed: &Endpoint) -> Result<()> {
    let session = closed.connect("stagemask release").await?;
    let absent = carried::is_absent(&session).await;
    session.close().await;
    if absent? {
        return Ok(());
    }
    Err(Error::failed(format!("the gate stays closed: {} still has the schema stagemask", closed.database()))
        .help("another process is at work on this run: let it end, then release again"))
}

/// Staging's own rules on who may connect outlive a refresh; production's apply only where there was no staging.
async fn access_of_next(admin: &Session, name: &str, settings: &DatabaseSettings) -> Result<Access> {
    let mut access =
        if database::exists(admin, name).await? { Access::of(admin, name).await? } else { settings.access.clone() };
    access.allow_connections = true;
    Ok(access)
}

async fn check(what: &Release<'_>, admin: &Session) -> Result<()> {
    let (proof, record) = (what.verified.proof(), what.record);
    let refuse = |reason: String| Err(Error::failed(format!("the gate stays closed: {reason}")));
    if let Err(error) = proof.check_seal(what.trusted) {
        let help = error.advice().unwrap_or_default().to_owned();
        return refuse(error.what().to_owned()).map_err(|error| error.help(help));
    }
    if let Some(over) = proof.expired(CivilDate::today()).next() {
        return refuse(format!("what was accepted at {} was accepted until {}", over.place(), over.until))
            .map_err(|error| error.help("mask the place, or decide anew under `accept`, and refresh again"));
    }
    if proof.run != record.run {
        return refuse(format!("the proof is of run {}, not of {}", proof.run, record.run));
    }
    if proof.rules_digest != record.rules.digest {
        return refuse("the proof was made with other rules than the masking".to_owned());
    }
    let masked = record.masked.as_ref().map(|masked| masked.schema_digest.as_str());
    let now = SchemaArchive::digest(&what.schema.ddl_text().await?);
    if masked != Some(proof.schema_digest.as_str()) || masked != Some(now.as_str()) {
        return refuse("the schema is another one than was verified".to_owned());
    }
    let incoming = &record.target.incoming;
    // Who is connected is asked before we connect ourselves.
    refuse_company(admin, incoming).await?;
    let identity = identity_of(admin, incoming).await?;
    if identity.as_ref() != Some(&proof.target) || proof.target != record.target.identity {
        return refuse(format!("{incoming} is not the database that was verified"))
            .map_err(|error| error.help("verify it: stagemask verify --run …"));
    }
    last_write::refuse_later_writes(what, admin, &what.target.with_database(incoming)).await
}

/// Tells which database has this name, without connecting to it.
pub(super) async fn identity_of(admin: &Session, name: &str) -> Result<Option<DatabaseIdentity>> {
    let Some(oid) = database::oid_of(admin, name).await? else { return Ok(None) };
    Ok(Some(DatabaseIdentity { system_identifier: database::system_identifier(admin).await, oid }))
}

/// Our own sessions end a moment after we have closed them, so there is a little time to leave.
async fn refuse_company(admin: &Session, name: &str) -> Result<()> {
    let mut sessions = database::other_sessions(admin, name).await?;
    for _ in 0..20 {
        if sessions.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        sessions = database::other_sessions(admin, name).await?;
    }
    let list: Vec<_> = sessions.iter().map(|of| format!("{} × {} as {}", of.count, of.application, of.user)).collect();
    Err(Error::failed(format!("the gate stays closed: others are connected to {name}: {}", list.join(", ")))
        .help("end those sessions, verify again, then release: what they changed nobody has looked at"))
}
