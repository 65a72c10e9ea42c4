//! What runs have left in an account: found by tags, so that nothing depends on the folder of a run.

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use super::instance::{Instance, is_managed, refused, tag_map};
use super::names::{Given, given};
use crate::aws::{Account, tags};
use crate::error::Result;
use crate::run_record::RunId;

/// What kind of object of RDS it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RdsObject {
    /// A DB instance.
    Instance,
    /// An Aurora or Multi-AZ cluster.
    Cluster,
    /// A snapshot of an instance.
    Snapshot,
    /// A snapshot of a cluster.
    ClusterSnapshot,
}

impl RdsObject {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Cluster => "cluster",
            Self::Snapshot => "snapshot",
            Self::ClusterSnapshot => "cluster snapshot",
        }
    }
}

/// What it was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RdsKind {
    /// A restored production, or what was masked and not released: raw, or as good as raw.
    Quarantined,
    /// Staging before a release.
    Retired,
    /// What a rollback took staging's name from.
    RolledBack,
    /// A copy of a snapshot of production: raw.
    Copy,
}

impl RdsKind {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Quarantined => "quarantined",
            Self::Retired => "retired",
            Self::RolledBack => "rolled back",
            Self::Copy => "copy",
        }
    }
}

/// Something that a run left in the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RdsLeftOver {
    /// Instance, cluster or snapshot.
    pub object: RdsObject,
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// What it was for.
    pub kind: RdsKind,
    /// The run: that which made it, or retired it.
    pub run: String,
    /// When it was made.
    pub created: Option<SystemTime>,
    /// From when on it may be deleted as forgotten. `None` where the tag is missing or can't be read.
    pub expires: Option<SystemTime>,
    /// The cluster that an instance belongs to.
    pub cluster: Option<String>,
}

impl fmt::Display for RdsLeftOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({}, of run {})", self.object.word(), self.id, self.kind.word(), self.run)
    }
}

/// Which left-overs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// Every one, also those that are in use.
    All,
    /// Those of a run.
    Run(&'a RunId),
    /// Those that may be deleted at this time. What doesn't say when is never among them.
    Expired(SystemTime),
}

impl Which<'_> {
    fn holds(self, found: &RdsLeftOver) -> bool {
        match self {
            Self::All => true,
            Self::Run(run) => found.run == run.to_string(),
            Self::Expired(now) => found.expires.is_some_and(|expires| expires <= now),
        }
    }
}

/// Lists what runs have left, oldest run first. Staging itself is never among it, whatever its tags say.
///
/// # Errors
/// When RDS can't be asked.
pub async fn left_overs(account: &Account, which: Which<'_>) -> Result<Vec<RdsLeftOver>> {
    let mut found = instances(account).await?;
    found.extend(clusters(account).await?);
    found.extend(snapshots(account).await?);
    found.extend(cluster_snapshots(account).await?);
    found.retain(|found| which.holds(found));
    found.sort_by(|one, other| (&one.run, one.object, &one.id).cmp(&(&other.run, other.object, &other.id)));
    Ok(found)
}

/// What the tags and the name of an object say.
pub(crate) struct Seen<'a> {
    pub(crate) object: RdsObject,
    pub(crate) id: &'a str,
    pub(crate) arn: &'a str,
    pub(crate) tags: &'a BTreeMap<String, String>,
    pub(crate) created: Option<SystemTime>,
}

/// Reads it as a left-over. `None` for what isn't ours, for staging, and for names that no run gives.
pub(crate) fn read(seen: &Seen<'_>) -> Option<RdsLeftOver> {
    let tag = |key: &str| seen.tags.get(key).map(String::as_str);
    if !is_managed(seen.tags) || tag(tags::STATE) == Some(tags::RELEASED) {
        return None;
    }
    let is_snapshot = matches!(seen.object, RdsObject::Snapshot | RdsObject::ClusterSnapshot);
    let named = |run: &str| match given(seen.id, run) {
        Some(_) if is_snapshot => Some(RdsKind::Copy),
        Some(Given::Incoming) => Some(RdsKind::Quarantined),
        Some(Given::Retired) => Some(RdsKind::Retired),
        Some(Given::RolledBack) => Some(RdsKind::RolledBack),
        None => None,
    };
    let (run, kind) = [tag(tags::RETIRED_BY), tag(tags::RUN)]
        .into_iter()
        .flatten()
        .filter(|run| RunId::try_from((*run).to_owned()).is_ok())
        .find_map(|run| Some((run.to_owned(), named(run)?)))?;
    Some(RdsLeftOver {
        object: seen.object,
        id: seen.id.to_owned(),
        arn: seen.arn.to_owned(),
        kind,
        run,
        created: seen.created,
        expires: tag(tags::EXPIRES).and_then(|time| humantime::parse_rfc3339(time).ok()),
        cluster: None,
    })
}

async fn instances(account: &Account) -> Result<Vec<RdsLeftOver>> {
    let mut pages = account.rds().describe_db_instances().into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(next) = pages.next().await {
        let next = next.map_err(|error| refused(error, "listing the instances", "rds:DescribeDBInstances", "*"))?;
        let instance = Instance::from(&next);
        let Instance { id, arn, tags, created, .. } = &instance;
        let left_over = read(&Seen { object: RdsObject::Instance, id, arn, tags, created: *created });
        found.extend(left_over.map(|left_over| RdsLeftOver { cluster: instance.cluster.clone(), ..left_over }));
    }
    Ok(found)
}

async fn clusters(account: &Account) -> Result<Vec<RdsLeftOver>> {
    let mut pages = account.rds().describe_db_clusters().into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(next) = pages.next().await {
        let next = next.map_err(|error| refused(error, "listing the clusters", "rds:DescribeDBClusters", "*"))?;
        found.extend(read(&Seen {
            object: RdsObject::Cluster,
            id: next.db_cluster_identifier().unwrap_or_default(),
            arn: next.db_cluster_arn().unwrap_or_default(),
            tags: &tag_map(next.tag_list()),
            created: next.cluster_create_time().and_then(|time| SystemTime::try_from(*time).ok()),
        }));
    }
    Ok(found)
}

async fn snapshots(account: &Account) -> Result<Vec<RdsLeftOver>> {
    let mut pages = account.rds().describe_db_snapshots().snapshot_type("manual").into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(next) = pages.next().await {
        let next = next.map_err(|error| refused(error, "listing the snapshots", "rds:DescribeDBSnapshots", "*"))?;
        found.extend(read(&Seen {
            object: RdsObject::Snapshot,
            id: next.db_snapshot_identifier().unwrap_or_default(),
            arn: next.db_snapshot_arn().unwrap_or_default(),
            tags: &tag_map(next.tag_list()),
            created: next.snapshot_create_time().and_then(|time| SystemTime::try_from(*time).ok()),
        }));
    }
    Ok(found)
}

async fn cluster_snapshots(account: &Account) -> Result<Vec<RdsLeftOver>> {
    let calls = account.rds().describe_db_cluster_snapshots().snapshot_type("manual");
    let mut pages = calls.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(next) = pages.next().await {
        let next =
            next.map_err(|error| refused(error, "listing the snapshots", "rds:DescribeDBClusterSnapshots", "*"))?;
        found.extend(read(&Seen {
            object: RdsObject::ClusterSnapshot,
            id: next.db_cluster_snapshot_identifier().unwrap_or_default(),
            arn: next.db_cluster_snapshot_arn().unwrap_or_default(),
            tags: &tag_map(next.tag_list()),
            created: next.snapshot_create_time().and_then(|time| SystemTime::try_from(*time).ok()),
        }));
    }
    Ok(found)
}
