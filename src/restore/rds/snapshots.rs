//! Snapshots of an instance or of a cluster, which RDS has different calls for.

use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_sdk_rds::types::{DbClusterSnapshot, DbSnapshot};

use super::request::Production;
use crate::aws::rds::instance::tag_map;
use crate::aws::{Account, Failure, explain};
use crate::error::Result;

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Snapshot {
    pub(super) id: String,
    pub(super) arn: String,
    /// Such as `available`.
    pub(super) status: String,
    pub(super) percent: i32,
    pub(super) engine: String,
    /// `automated`, `manual` or `awsbackup`.
    pub(super) kind: String,
    /// The instance or cluster that it is of.
    pub(super) of: String,
    pub(super) encrypted: bool,
    pub(super) tags: BTreeMap<String, String>,
    /// When the data was as it is; for a copy, that isn't when the copy was made. Of a copy of a cluster's snapshot, RDS
    /// doesn't tell.
    pub(super) taken: Option<SystemTime>,
}

impl From<&DbSnapshot> for Snapshot {
    fn from(found: &DbSnapshot) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let taken = found.original_snapshot_create_time().or(found.snapshot_create_time());
        Self {
            id: text(found.db_snapshot_identifier()),
            arn: text(found.db_snapshot_arn()),
            status: text(found.status()),
            percent: found.percent_progress().unwrap_or_default(),
            engine: text(found.engine()),
            kind: text(found.snapshot_type()),
            of: text(found.db_instance_identifier()),
            encrypted: found.encrypted().unwrap_or_default(),
            tags: tag_map(found.tag_list()),
            taken: taken.and_then(|time| SystemTime::try_from(*time).ok()),
        }
    }
}

impl From<&DbClusterSnapshot> for Snapshot {
    fn from(found: &DbClusterSnapshot) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self {
            id: text(found.db_cluster_snapshot_identifier()),
            arn: text(found.db_cluster_snapshot_arn()),
            status: text(found.status()),
            percent: found.percent_progress().unwrap_or_default(),
            engine: text(found.engine()),
            kind: text(found.snapshot_type()),
            of: text(found.db_cluster_identifier()),
            encrypted: found.storage_encrypted().unwrap_or_default(),
            tags: tag_map(found.tag_list()),
            taken: found.snapshot_create_time().and_then(|time| SystemTime::try_from(*time).ok()),
        }
    }
}

/// All snapshots of production of this kind.
pub(super) async fn list(account: &Account, production: &Production, kind: &str) -> Result<Vec<Snapshot>> {
    let mut all = Vec::new();
    match production {
        Production::Instance(id) => {
            let call = account.rds().describe_db_snapshots().db_instance_identifier(id).snapshot_type(kind);
            let mut pages = call.into_paginator().items().send();
            while let Some(next) = pages.next().await {
                let doing = format!("looking for snapshots of {id}");
                let next = next.map_err(|error| explain(error, &doing, "rds:DescribeDBSnapshots", id))?;
                all.push(Snapshot::from(&next));
            }
        }
        Production::Cluster(id) => {
            let call = account.rds().describe_db_cluster_snapshots().db_cluster_identifier(id).snapshot_type(kind);
            let mut pages = call.into_paginator().items().send();
            while let Some(next) = pages.next().await {
                let doing = format!("looking for snapshots of {id}");
                let next = next.map_err(|error| explain(error, &doing, "rds:DescribeDBClusterSnapshots", id))?;
                all.push(Snapshot::from(&next));
            }
        }
    }
    Ok(all)
}

/// The snapshot of this identifier, or of this ARN where another account shares it. `None` where there is none.
pub(super) async fn by_id(
    account: &Account,
    production: &Production,
    id: &str,
    shared: bool,
) -> Result<Option<Snapshot>> {
    let doing = format!("looking at the snapshot {id}");
    match production {
        Production::Instance(_) => {
            let call = account.rds().describe_db_snapshots().db_snapshot_identifier(id).include_shared(shared);
            match call.send().await {
                Ok(answer) => Ok(answer.db_snapshots().first().map(Snapshot::from)),
                Err(error) if Failure::of(&error) == Failure::NotFound => Ok(None),
                Err(error) => Err(explain(error, &doing, "rds:DescribeDBSnapshots", id)),
            }
        }
        Production::Cluster(_) => {
            let call = account.rds().describe_db_cluster_snapshots().db_cluster_snapshot_identifier(id);
            match call.include_shared(shared).send().await {
                Ok(answer) => Ok(answer.db_cluster_snapshots().first().map(Snapshot::from)),
                Err(error) if Failure::of(&error) == Failure::NotFound => Ok(None),
                Err(error) => Err(explain(error, &doing, "rds:DescribeDBClusterSnapshots", id)),
            }
        }
    }
}
