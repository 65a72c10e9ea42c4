//! Which snapshot or point in time: found, and found fit to be restored, before anything is made.

use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_sdk_rds::types::DbSnapshot;

use super::request::{Production, RdsSource, RestoreFrom};
use crate::aws::explain;
use crate::aws::rds::Site;
use crate::aws::rds::instance::{find, tag_map};
use crate::error::{Error, ErrorKind, Result};
use crate::run_record::utc;

/// What is going to be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) what: What,
    /// For people, and for the tag.
    pub(super) described: String,
    /// Of when the data is.
    pub(super) taken: SystemTime,
}

/// How it is named to RDS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A snapshot, by identifier or ARN.
    Snapshot { id: String, encrypted: bool, shared: bool },
    /// The latest point in time of an instance.
    Latest { instance: String },
    /// A point in time of an instance.
    At { instance: String, time: SystemTime },
}

pub(super) async fn choose(site: &Site<'_>, source: &RdsSource) -> Result<Chosen> {
    let Production::Instance(instance) = &source.production else { return Err(not_done("Aurora clusters")) };
    match &source.from {
        RestoreFrom::LatestAutomated => latest(site, instance, "automated", &BTreeMap::new()).await,
        RestoreFrom::LatestManual(tags) => latest(site, instance, "manual", tags).await,
        RestoreFrom::Snapshot(id) => named(site, source, id).await,
        RestoreFrom::LatestPointInTime => point_in_time(site, instance, None).await,
        RestoreFrom::PointInTime(time) => point_in_time(site, instance, Some(*time)).await,
        RestoreFrom::LatestRecoveryPoint(_) | RestoreFrom::RecoveryPoint(_) => {
            Err(not_done("recovery points of AWS Backup"))
        }
    }
}

/// Named in the refresh file already, so that files need not change; restored by a later version.
fn not_done(what: &str) -> Error {
    Error::usage(format!("{what} can't be restored yet"))
        .help("restore a snapshot or a point in time of an instance; or restore by other means and name it as `source: { url: … }`")
}

async fn latest(site: &Site<'_>, instance: &str, kind: &str, tags: &BTreeMap<String, String>) -> Result<Chosen> {
    let call = site.account.rds().describe_db_snapshots().db_instance_identifier(instance).snapshot_type(kind);
    let mut pages = call.into_paginator().items().send();
    let mut newest: Option<DbSnapshot> = None;
    while let Some(next) = pages.next().await {
        let doing = format!("looking for snapshots of {instance}");
        let next = next.map_err(|error| explain(error, &doing, "rds:DescribeDBSnapshots", instance))?;
        let has = tag_map(next.tag_list());
        let fits = next.status() == Some("available") && tags.iter().all(|(key, value)| has.get(key) == Some(value));
        let newer = newest.as_ref().is_none_or(|before| time_of(&next) > time_of(before));
        if fits && newer {
            newest = Some(next);
        }
    }
    let Some(newest) = newest else {
        let with = if tags.is_empty() { String::new() } else { " with these tags".to_owned() };
        return Err(Error::new(ErrorKind::Restore, format!("{instance} has no available {kind} snapshot{with}"))
            .help("look at the snapshots in the RDS console, or restore a point in time (`point_in_time: latest`)"));
    };
    chosen(&newest, false)
}

/// A snapshot by its identifier, or by its ARN where it is in another account.
async fn named(site: &Site<'_>, source: &RdsSource, id: &str) -> Result<Chosen> {
    let account = match source.copy.as_ref().and_then(|copy| copy.from_region.as_deref()) {
        Some(region) => site.account.in_region(region),
        None => site.account.clone(),
    };
    let shared = id.split(':').nth(4).is_some_and(|owner| !owner.is_empty() && owner != account.id());
    let call = account.rds().describe_db_snapshots().db_snapshot_identifier(id).include_shared(shared);
    let answer = call
        .send()
        .await
        .map_err(|error| explain(error, &format!("looking for the snapshot {id}"), "rds:DescribeDBSnapshots", id))?;
    let Some(found) = answer.db_snapshots().first() else {
        return Err(Error::new(ErrorKind::Restore, format!("there is no snapshot {id}")).help(format!(
            "look whether it is in {}, and whether its account shares it with {}",
            account.region(),
            account.id()
        )));
    };
    if shared && found.encrypted() == Some(true) && source.copy.as_ref().is_none_or(|copy| copy.kms_key.is_none()) {
        return Err(Error::new(ErrorKind::Restore, format!("the snapshot {id} is shared and encrypted"))
            .help("it has to be copied under a key of your own first: add `copy: { kms_key: … }`, and let its key be used by this account"));
    }
    chosen(found, shared)
}

fn chosen(found: &DbSnapshot, shared: bool) -> Result<Chosen> {
    let id = found.db_snapshot_identifier().unwrap_or_default();
    let wrong = |what: String, help: &str| Err(Error::new(ErrorKind::Restore, what).help(help));
    let engine = found.engine().unwrap_or_default();
    if !engine.contains("postgres") {
        return wrong(format!("the snapshot {id} is of {engine}, not of PostgreSQL"), "name another snapshot");
    }
    let status = found.status().unwrap_or_default();
    if status != "available" {
        return wrong(format!("the snapshot {id} is {status}, not available"), "wait until it is, or name another one");
    }
    let Some(taken) = time_of(found) else {
        return wrong(format!("the snapshot {id} doesn't say when it was taken"), "name another snapshot");
    };
    let (kind, of) = (found.snapshot_type().unwrap_or("?"), found.db_instance_identifier().unwrap_or_default());
    Ok(Chosen {
        what: What::Snapshot {
            id: if shared { found.db_snapshot_arn().unwrap_or(id) } else { id }.to_owned(),
            encrypted: found.encrypted().unwrap_or_default(),
            shared,
        },
        described: format!("{kind} snapshot {id} of {of}"),
        taken,
    })
}

/// When the data was as it is; for a copy, that isn't when the copy was made.
fn time_of(found: &DbSnapshot) -> Option<SystemTime> {
    let time = found.original_snapshot_create_time().or(found.snapshot_create_time())?;
    SystemTime::try_from(*time).ok()
}

async fn point_in_time(site: &Site<'_>, instance: &str, time: Option<SystemTime>) -> Result<Chosen> {
    let found = find(site.account, instance).await.map_err(super::of_restore)?.ok_or_else(|| {
        Error::new(ErrorKind::Restore, format!("there is no instance {instance} in {}", site.account.region()))
            .help("name production's instance as `instance`, and its region as `region`")
    })?;
    if !found.engine.contains("postgres") {
        return Err(Error::new(ErrorKind::Restore, format!("{instance} is {}, not PostgreSQL", found.engine)));
    }
    let latest = found.latest_restorable.unwrap_or_else(SystemTime::now);
    match time {
        None => Ok(Chosen {
            what: What::Latest { instance: instance.to_owned() },
            described: format!("latest point in time of {instance}"),
            taken: latest,
        }),
        Some(time) if time > latest => {
            Err(Error::usage(format!("{instance} can be restored to {} at the latest", utc(latest)))
                .help("name an earlier time, or `latest`"))
        }
        Some(time) => Ok(Chosen {
            what: What::At { instance: instance.to_owned(), time },
            described: format!("{instance} as of {}", utc(time)),
            taken: time,
        }),
    }
}
