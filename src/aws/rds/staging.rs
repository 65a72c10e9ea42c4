//! Where staging is: an instance or an Aurora cluster, by its name.

use std::collections::BTreeMap;

use aws_sdk_rds::types::DbCluster;

use super::instance::{Instance, find, production_tag, refused, tag_map};
use crate::aws::{Account, Failure};
use crate::error::{Error, Result};

/// Whether staging is one instance or a cluster of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StagingKind {
    /// A DB instance.
    Instance,
    /// An Aurora or Multi-AZ cluster, reached by its writer's address.
    Cluster,
}

/// An instance or cluster that can be connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staging {
    /// Which of the two.
    pub kind: StagingKind,
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// `DbiResourceId` or `DbClusterResourceId`: it stays when the name changes, and IAM policies name it.
    pub resource_id: String,
    /// Such as `available`.
    pub status: String,
    /// Such as `postgres` or `aurora-postgresql`.
    pub engine: String,
    /// Such as `16.4`.
    pub engine_version: String,
    /// The host name; for a cluster that of its writer.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The master user.
    pub master_user: String,
    /// GiB; clusters grow by themselves and have 0.
    pub storage_gib: u32,
    /// The class, such as `db.t3.medium`; empty for a cluster.
    pub class: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    replicas: Vec<String>,
}

impl Staging {
    /// Refuses what must never be overwritten.
    ///
    /// # Errors
    /// When it is tagged as production, or isn't PostgreSQL.
    pub fn refuse_production(&self) -> Result<()> {
        if let Some(tag) = production_tag(&self.tags) {
            return Err(Error::usage(format!("{} is tagged {tag}, so it can't be staging", self.id))
                .help("name staging as the target; if this is staging, correct its tag"));
        }
        if !self.engine.contains("postgres") {
            return Err(Error::usage(format!("{} is {}, not PostgreSQL", self.id, self.engine))
                .help("name an instance or cluster of PostgreSQL as the target"));
        }
        Ok(())
    }

    /// As [`Staging::refuse_production`], and what must not lose its name, for strategies that rename.
    ///
    /// # Errors
    /// When it has read replicas, or is a cluster.
    pub fn refuse_renaming(&self) -> Result<()> {
        self.refuse_production()?;
        if self.kind == StagingKind::Cluster {
            return Err(Error::usage(format!("{} is a cluster, whose name stays", self.id))
                .help("use the strategy that swaps databases inside it (`staging_instance`)"));
        }
        if self.replicas.is_empty() {
            return Ok(());
        }
        Err(Error::usage(format!("{} has read replicas: {}", self.id, self.replicas.join(", ")))
            .help("delete or promote them first: a renaming leaves them behind"))
    }
}

/// The instance of this name, or else the cluster; `None` where there is neither.
///
/// # Errors
/// When RDS can't be asked, or what is found has no address yet.
pub async fn describe_staging(account: &Account, name: &str) -> Result<Option<Staging>> {
    if let Some(found) = find(account, name).await? {
        return from_instance(found).map(Some);
    }
    let asked = account.rds().describe_db_clusters().db_cluster_identifier(name).send().await;
    match asked {
        Ok(answer) => answer.db_clusters().first().map(from_cluster).transpose(),
        Err(error) if Failure::of(&error) == Failure::NotFound => Ok(None),
        Err(error) => Err(refused(error, &format!("looking at cluster {name}"), "rds:DescribeDBClusters", name)),
    }
}

fn from_instance(found: Instance) -> Result<Staging> {
    let (Some(address), Some(port)) = (found.address, found.port) else {
        return Err(without_address(&found.id, &found.status));
    };
    Ok(Staging {
        kind: StagingKind::Instance,
        id: found.id,
        arn: found.arn,
        resource_id: found.resource_id,
        status: found.status,
        engine: found.engine,
        engine_version: found.engine_version,
        address,
        port,
        master_user: found.master_user,
        storage_gib: u32::try_from(found.storage_gib).unwrap_or_default(),
        class: found.class,
        tags: found.tags,
        replicas: found.replicas,
    })
}

fn from_cluster(found: &DbCluster) -> Result<Staging> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let id = text(found.db_cluster_identifier());
    let port = found.port().and_then(|port| u16::try_from(port).ok());
    let (Some(address), Some(port)) = (found.endpoint(), port) else {
        return Err(without_address(&id, found.status().unwrap_or_default()));
    };
    Ok(Staging {
        kind: StagingKind::Cluster,
        arn: text(found.db_cluster_arn()),
        resource_id: text(found.db_cluster_resource_id()),
        status: text(found.status()),
        engine: text(found.engine()),
        engine_version: text(found.engine_version()),
        address: address.to_owned(),
        port,
        master_user: text(found.master_username()),
        storage_gib: 0,
        class: String::new(),
        tags: tag_map(found.tag_list()),
        replicas: found.read_replica_identifiers().to_vec(),
        id,
    })
}

fn without_address(id: &str, status: &str) -> Error {
    Error::failed(format!("{id} has no address yet: it is {status}"))
        .help("wait until it is available, or start it if it is stopped")
}
