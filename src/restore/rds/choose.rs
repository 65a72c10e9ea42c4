//! Which snapshot, point in time or recovery point: found, and found fit to be restored, before anything is made.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::recovery_point;
use super::request::{Production, RdsSource, RestoreFrom};
use super::snapshots::{self, Snapshot};
use crate::aws::rds::Site;
use crate::aws::rds::cluster::find_cluster;
use crate::aws::rds::instance::find;
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
    Snapshot { id: String, engine: String, encrypted: bool, shared: bool },
    /// The latest point in time of an instance or cluster.
    Latest { of: String },
    /// A point in time of an instance or cluster.
    At { of: String, time: SystemTime },
    /// A recovery point of AWS Backup.
    RecoveryPoint { arn: String, vault: String },
}

pub(super) async fn choose(site: &Site<'_>, source: &RdsSource) -> Result<Chosen> {
    match &source.from {
        RestoreFrom::LatestAutomated => latest(site, &source.production, "automated", &BTreeMap::new()).await,
        RestoreFrom::LatestManual(tags) => latest(site, &source.production, "manual", tags).await,
        RestoreFrom::Snapshot(id) => named(site, source, id).await,
        RestoreFrom::LatestPointInTime => point_in_time(site, &source.production, None).await,
        RestoreFrom::PointInTime(time) => point_in_time(site, &source.production, Some(*time)).await,
        RestoreFrom::LatestRecoveryPoint(vault) => recovery_point::latest(site, source, vault).await,
        RestoreFrom::RecoveryPoint(arn) => recovery_point::named(site, source, arn).await,
    }
}

/// A Multi-AZ cluster is one of instances of their own, and has no member that could be made for it.
fn fits(production: &Production, engine: &str) -> bool {
    match production {
        Production::Instance(_) => engine.contains("postgres"),
        Production::Cluster(_) => engine == "aurora-postgresql",
    }
}

fn wanted(production: &Production) -> &'static str {
    match production {
        Production::Instance(_) => "PostgreSQL",
        Production::Cluster(_) => "Aurora PostgreSQL",
    }
}

/// The name of production.
pub(super) fn name_of(production: &Production) -> &str {
    match production {
        Production::Instance(id) | Production::Cluster(id) => id,
    }
}

async fn latest(
    site: &Site<'_>,
    production: &Production,
    kind: &str,
    tags: &BTreeMap<String, String>,
) -> Result<Chosen> {
    let all = snapshots::list(site.account, production, kind).await?;
    let fits = |found: &Snapshot| {
        found.status == "available" && tags.iter().all(|(key, value)| found.tags.get(key) == Some(value))
    };
    match all.into_iter().filter(fits).max_by_key(|found| found.taken) {
        Some(newest) => chosen(production, &newest, false),
        None => {
            let with = if tags.is_empty() { "" } else { " with these tags" };
            let what = format!("{} has no available {kind} snapshot{with}", name_of(production));
            Err(Error::new(ErrorKind::Restore, what)
                .help("look at the snapshots in the RDS console, or restore a point in time (`point_in_time: latest`)"))
        }
    }
}

/// A snapshot by its identifier, or by its ARN where it is in another account.
async fn named(site: &Site<'_>, source: &RdsSource, id: &str) -> Result<Chosen> {
    let account = match source.copy.as_ref().and_then(|copy| copy.from_region.as_deref()) {
        Some(region) => site.account.in_region(region),
        None => site.account.clone(),
    };
    let shared = id.split(':').nth(4).is_some_and(|owner| !owner.is_empty() && owner != account.id());
    let id = if shared { id } else { without_arn(id) };
    let Some(found) = snapshots::by_id(&account, &source.production, id, shared).await? else {
        return Err(Error::new(ErrorKind::Restore, format!("there is no snapshot {id}")).help(format!(
            "look whether it is in {}, and whether its account shares it with {}",
            account.region(),
            account.id()
        )));
    };
    if shared && found.encrypted && source.copy.as_ref().is_none_or(|copy| copy.kms_key.is_none()) {
        return Err(Error::new(ErrorKind::Restore, format!("the snapshot {id} is shared and encrypted"))
            .help("it has to be copied under a key of your own first: add `copy: { kms_key: … }`, and let its key be used by this account"));
    }
    chosen(&source.production, &found, shared)
}

/// RDS finds snapshots of one's own by their identifiers, which may have a colon in them too.
fn without_arn(id: &str) -> &str {
    let parts = [":cluster-snapshot:", ":snapshot:"];
    parts.iter().find_map(|part| Some(id.split_once(part)?.1)).filter(|_| id.starts_with("arn:")).unwrap_or(id)
}

fn chosen(production: &Production, found: &Snapshot, shared: bool) -> Result<Chosen> {
    let Snapshot { id, arn, status, engine, kind, of, encrypted, .. } = found;
    let wrong = |what: String, help: &str| Err(Error::new(ErrorKind::Restore, what).help(help));
    if !fits(production, engine) {
        let wanted = wanted(production);
        return wrong(format!("the snapshot {id} is of {engine}, not of {wanted}"), "name another snapshot");
    }
    if status != "available" {
        return wrong(format!("the snapshot {id} is {status}, not available"), "wait until it is, or name another one");
    }
    let Some(taken) = found.taken else {
        return wrong(format!("the snapshot {id} doesn't say when it was taken"), "name another snapshot");
    };
    let by_arn = shared && !arn.is_empty();
    Ok(Chosen {
        what: What::Snapshot {
            id: if by_arn { arn } else { id }.clone(),
            engine: engine.clone(),
            encrypted: *encrypted,
            shared,
        },
        described: format!("{kind} snapshot {id} of {of}"),
        taken,
    })
}

async fn point_in_time(site: &Site<'_>, production: &Production, time: Option<SystemTime>) -> Result<Chosen> {
    let found = match production {
        Production::Instance(id) => {
            find(site.account, id).await.map(|found| found.map(|found| (found.engine, found.latest_restorable)))
        }
        Production::Cluster(id) => {
            find_cluster(site.account, id).await.map(|found| found.map(|found| (found.engine, found.latest_restorable)))
        }
    };
    let (name, kind) = match production {
        Production::Instance(id) => (id, "instance"),
        Production::Cluster(id) => (id, "cluster"),
    };
    let Some((engine, latest)) = found.map_err(super::of_restore)? else {
        let what = format!("there is no {kind} {name} in {}", site.account.region());
        return Err(Error::new(ErrorKind::Restore, what)
            .help(format!("name production's {kind} as `{kind}`, and its region as `region`")));
    };
    if !fits(production, &engine) {
        let wanted = wanted(production);
        return Err(Error::new(ErrorKind::Restore, format!("{name} is {engine}, not {wanted}")));
    }
    let latest = latest.unwrap_or_else(SystemTime::now);
    let of = name.clone();
    match time {
        None => Ok(Chosen {
            what: What::Latest { of },
            described: format!("latest point in time of {name}"),
            taken: latest,
        }),
        Some(time) if time > latest => {
            Err(Error::usage(format!("{name} can be restored to {} at the latest", utc(latest)))
                .help("name an earlier time, or `latest`"))
        }
        Some(time) => {
            Ok(Chosen { what: What::At { of, time }, described: format!("{name} as of {}", utc(time)), taken: time })
        }
    }
}
