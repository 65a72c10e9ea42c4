//! An Aurora cluster, as a restore and a removal see it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use aws_sdk_rds::operation::modify_db_cluster::builders::ModifyDBClusterFluentBuilder;
use aws_sdk_rds::types::DbCluster;

use super::instance::{is_managed, refused, tag_map};
use super::site::{Look, Site, TERMINAL, not_yet};
use crate::aws::{Account, Failure, tags};
use crate::error::{Error, Result};

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cluster {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) status: String,
    pub(crate) engine: String,
    pub(crate) engine_version: String,
    /// Of the writer.
    pub(crate) address: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) master_user: String,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) groups: BTreeSet<String>,
    pub(crate) parameter_group: String,
    pub(crate) backup_days: i32,
    pub(crate) public: bool,
    pub(crate) deletion_protection: bool,
    pub(crate) copies_tags: bool,
    pub(crate) insights: bool,
    pub(crate) log_exports: Vec<String>,
    /// Whether IAM principals can query it by the Data API, which no security group stops.
    pub(crate) data_api: bool,
    pub(crate) encrypted: bool,
    pub(crate) replicas: Vec<String>,
    pub(crate) replica_of: Option<String>,
    pub(crate) members: Vec<String>,
    pub(crate) pending_password: bool,
    pub(crate) created: Option<SystemTime>,
    pub(crate) latest_restorable: Option<SystemTime>,
}

impl From<&DbCluster> for Cluster {
    fn from(found: &DbCluster) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let members = found.db_cluster_members().iter();
        let groups = found.vpc_security_groups().iter();
        Self {
            id: text(found.db_cluster_identifier()),
            arn: text(found.db_cluster_arn()),
            status: text(found.status()),
            engine: text(found.engine()),
            engine_version: text(found.engine_version()),
            address: found.endpoint().map(str::to_owned),
            port: found.port().and_then(|port| u16::try_from(port).ok()),
            master_user: text(found.master_username()),
            tags: tag_map(found.tag_list()),
            groups: groups.filter_map(|group| group.vpc_security_group_id().map(str::to_owned)).collect(),
            parameter_group: text(found.db_cluster_parameter_group()),
            backup_days: found.backup_retention_period().unwrap_or_default(),
            public: found.publicly_accessible().unwrap_or_default(),
            deletion_protection: found.deletion_protection().unwrap_or_default(),
            copies_tags: found.copy_tags_to_snapshot().unwrap_or_default(),
            insights: found.performance_insights_enabled().unwrap_or_default(),
            log_exports: found.enabled_cloudwatch_logs_exports().to_vec(),
            data_api: found.http_endpoint_enabled().unwrap_or_default(),
            encrypted: found.storage_encrypted().unwrap_or_default(),
            replicas: found.read_replica_identifiers().to_vec(),
            replica_of: found.replication_source_identifier().filter(|of| !of.is_empty()).map(str::to_owned),
            members: members.filter_map(|member| member.db_instance_identifier().map(str::to_owned)).collect(),
            pending_password: found
                .pending_modified_values()
                .is_some_and(|pending| pending.master_user_password().is_some()),
            created: found.cluster_create_time().and_then(|time| SystemTime::try_from(*time).ok()),
            latest_restorable: found.latest_restorable_time().and_then(|time| SystemTime::try_from(*time).ok()),
        }
    }
}

impl Cluster {
    /// The value of a tag.
    pub(crate) fn tag(&self, key: &str) -> Option<&str> {
        self.tags.get(key).map(String::as_str)
    }

    /// Whether stagemask made it in this run.
    pub(crate) fn is_of(&self, run: &str) -> bool {
        is_managed(&self.tags) && self.tag(tags::RUN) == Some(run)
    }
}

/// The cluster of this name, or `None`.
pub(crate) async fn find_cluster(account: &Account, id: &str) -> Result<Option<Cluster>> {
    let asked = account.rds().describe_db_clusters().db_cluster_identifier(id).send().await;
    match asked {
        Ok(answer) => Ok(answer.db_clusters().first().map(Cluster::from)),
        Err(error) if Failure::of(&error) == Failure::NotFound => Ok(None),
        Err(error) => Err(refused(error, &format!("looking at cluster {id}"), "rds:DescribeDBClusters", id)),
    }
}

impl Site<'_> {
    /// Waits until the cluster of this name is available and nothing is missing, which `missing` says in words.
    pub(crate) async fn until_cluster_available(
        &self,
        id: &str,
        missing: impl Fn(&Cluster) -> Vec<String>,
    ) -> Result<Cluster> {
        self.until(&format!("waiting for {id}"), async || {
            let Some(found) = find_cluster(self.account, id).await? else {
                return Ok(Look::NotYet("not there yet".to_owned()));
            };
            if TERMINAL.contains(&found.status.as_str()) {
                return Err(Error::failed(format!("cluster {id} is {}", found.status)).help(format!(
                    "see why: aws rds describe-events --source-type db-cluster --source-identifier {id}"
                )));
            }
            if found.status != "available" {
                return Ok(Look::NotYet(found.status));
            }
            let missing = missing(&found);
            Ok(if missing.is_empty() { Look::There(found) } else { Look::NotYet(missing.join(", ")) })
        })
        .await
    }

    /// Changes a cluster at once. While it is in a state that doesn't allow that, it is tried again.
    pub(crate) async fn modify_cluster(
        &self,
        id: &str,
        doing: &str,
        change: impl Fn(ModifyDBClusterFluentBuilder) -> ModifyDBClusterFluentBuilder,
    ) -> Result<()> {
        self.until(doing, async || {
            let call = self.account.rds().modify_db_cluster().db_cluster_identifier(id).apply_immediately(true);
            match change(call).send().await {
                Ok(_) => Ok(Look::There(())),
                Err(error) => not_yet(error, doing, "rds:ModifyDBCluster", id),
            }
        })
        .await
    }
}
