//! A source out of Amazon RDS: production's snapshot or point in time, restored into a quarantine.
//!
//! What is sent is also looked at afterwards: AWS ignores what it doesn't know, copies tags and groups that nobody asked
//! for, and a restored instance is production, with all its rows.

mod choose;
mod cluster;
mod connect;
mod copy;
mod database;
mod parameters;
mod quarantine;
mod recovery_point;
pub mod request;
mod send;
mod snapshots;

use std::time::SystemTime;

use aws_sdk_rds::types::SourceType;

use crate::aws::rds::instance::{Instance, find};
use crate::aws::rds::{RdsKind, Site, Which, left_overs, remove, restored_name};
use crate::aws::tags;
use crate::error::{Error, ErrorKind, Result};
use crate::run_record::RunId;
use crate::secret::{Secret, random_bytes};
use choose::What;
use request::{Production, RdsSource};

pub use connect::endpoint;
pub use database::{Removal, open};

/// A restored instance in its quarantine.
#[derive(Debug, Clone)]
pub struct Quarantined {
    /// Its identifier; of a cluster, that of its one member.
    pub instance: String,
    /// The identifier of the cluster, if it is one.
    pub cluster: Option<String>,
    /// The ARN of the instance, or of the cluster.
    pub arn: String,
    /// Its host name; of a cluster, that of its writer.
    pub address: String,
    /// Its port.
    pub port: u16,
    /// The master user.
    pub master_user: String,
    /// The password that the master user has from now on. It is kept nowhere.
    pub password: Secret,
    /// The server's version, such as `16.4`.
    pub engine_version: String,
    /// Of when the data is.
    pub taken: SystemTime,
    /// What was restored, for people.
    pub described: String,
}

/// Restores production into its quarantine, or takes up what the run has begun before.
///
/// # Errors
/// Of kind `Restore`, when there is nothing to restore, AWS refuses, or the instance comes up otherwise than it has to:
/// then it is there still, and [`destroy`] deletes it.
pub async fn restore(site: Site<'_>, source: &RdsSource, run: &RunId) -> Result<Quarantined> {
    parameters::refuse_talkative(&site, source).await?;
    match source.production {
        Production::Instance(_) => instance(&site, source, run).await,
        Production::Cluster(_) => cluster::restore(&site, source, run).await,
    }
}

async fn instance(site: &Site<'_>, source: &RdsSource, run: &RunId) -> Result<Quarantined> {
    let id = restored_name(run);
    let found = find(site.account, &id).await.map_err(of_restore)?;
    if let Some(job) = recovery_point::begun(site, run, &id).await? {
        site.say(&format!("going on with {id}"));
        recovery_point::finish(site, source, run, &id, job).await?;
        return settle(site, source, run, &id).await;
    }
    match found {
        Some(found) if found.is_of(&run.to_string()) => site.say(&format!("going on with {id}")),
        Some(found) => return Err(taken(&found.arn, &id)),
        None => {
            let chosen = choose::choose(site, source).await?;
            site.say(&format!("restoring {} into {id}", chosen.described));
            let chosen = copy::copied(site, source, run, chosen).await?;
            if let What::RecoveryPoint { arn, vault } = &chosen.what {
                recovery_point::restore(site, source, run, &id, (arn, vault), chosen.clone()).await?;
            } else {
                let about = [("instance", id.as_str()), ("from", chosen.described.as_str())];
                site.journal.step("restore-instance", &about, send::send(site, source, run, &id, &chosen)).await?;
            }
        }
    }
    settle(site, source, run, &id).await
}

fn taken(arn: &str, id: &str) -> Error {
    Error::new(ErrorKind::Restore, format!("the name {id} is taken by what isn't this run's"))
        .help(format!("look at {arn}; rename or delete it, then go on"))
}

/// Waits until the instance is there, gives it a new password, and makes sure that it is as it was asked for.
async fn settle(site: &Site<'_>, source: &RdsSource, run: &RunId, id: &str) -> Result<Quarantined> {
    let found = available(site, id).await?;
    quarantine::refuse(&found, source, run)?;
    let password = Secret::new(random_bytes::<24>()?.map(|byte| format!("{byte:02x}")).concat());
    let close = quarantine::close(site, source, id, &password);
    site.journal.step("close-instance", &[("instance", id)], close).await.map_err(of_restore)?;
    let found = site.until_available(id, |found| quarantine::missing(found, source)).await.map_err(of_restore)?;
    quarantine::refuse(&found, source, run)?;
    let time = |tag| humantime::parse_rfc3339(found.tag(tag)?).ok();
    Ok(Quarantined {
        taken: time(tags::TAKEN).or(found.created).unwrap_or_else(SystemTime::now),
        described: found.tag(tags::FROM).unwrap_or_default().to_owned(),
        instance: found.id,
        arn: found.arn,
        address: found.address.ok_or_else(|| Error::new(ErrorKind::Restore, format!("{id} has no address")))?,
        port: found.port.unwrap_or(5432),
        master_user: found.master_user,
        password,
        engine_version: found.engine_version,
        cluster: None,
    })
}

/// Waits until the instance is there, and tells what RDS tells about it.
async fn available(site: &Site<'_>, id: &str) -> Result<Instance> {
    let mut told = String::new();
    let waited = site.until_available(id, |_| Vec::new());
    tokio::pin!(waited);
    loop {
        tokio::select! {
            found = &mut waited => return found.map_err(of_restore),
            () = tokio::time::sleep(4 * site.waiting.interval) => {
                // Only news; that there are none is no reason to stop.
                if let Some(news) = newest_event(site, id).await.filter(|news| *news != told) {
                    site.say(&format!("{id}: {news}"));
                    told = news;
                }
            }
        }
    }
}

async fn newest_event(site: &Site<'_>, id: &str) -> Option<String> {
    let call = site.account.rds().describe_events().source_type(SourceType::DbInstance).source_identifier(id);
    let events = call.duration(60).send().await.ok()?;
    events.events().last()?.message().map(str::to_owned)
}

/// Deletes what the run has restored and copied, and makes sure that no backup or snapshot of it is left. That there is
/// nothing is no error.
///
/// # Errors
/// Of kind `Restore`, when something raw is still there: with its name.
pub async fn destroy(site: Site<'_>, run: &RunId) -> Result<()> {
    recovery_point::adopt(&site, run, &restored_name(run)).await.map_err(of_restore)?;
    let mut left = left_overs(site.account, Which::Run(run)).await.map_err(of_restore)?;
    let restored = restored_name(run);
    // What is masked has a name of its own.
    left.retain(|left| left.kind == RdsKind::Copy || (left.kind == RdsKind::Quarantined && !left.id.ends_with("-new")));
    left.sort_by_key(|left| left.id != restored);
    for left in &left {
        remove(site, left).await.map_err(of_restore)?;
    }
    Ok(())
}

fn of_restore(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Failed => error.of_kind(ErrorKind::Restore),
        _ => error,
    }
}
