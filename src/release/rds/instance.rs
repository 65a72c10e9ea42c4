//! What a release looks at in a DB instance.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use aws_sdk_rds::types::{DbInstance, Tag};

use crate::aws::{Account, Failure, explain, tags};
use crate::error::{Error, ErrorKind, Result};

/// A DB instance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) arn: String,
    /// Stays the same whatever name the instance has.
    pub(super) resource_id: String,
    pub(super) status: String,
    pub(super) engine: String,
    pub(super) engine_version: String,
    pub(super) class: String,
    pub(super) storage_gib: i32,
    pub(super) address: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) master_user: String,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) groups: BTreeSet<String>,
    /// Name and whether it is applied: `in-sync`, `pending-reboot`, `applying`.
    pub(super) parameter_groups: Vec<(String, String)>,
    pub(super) backup_days: i32,
    /// `None` counts as public: what AWS doesn't say, nobody knows.
    pub(super) public: Option<bool>,
    pub(super) deletion_protection: bool,
    pub(super) iam_sign_in: bool,
    pub(super) replicas: Vec<String>,
    pub(super) replica_of: Option<String>,
    pub(super) cluster: Option<String>,
    /// The name that it is about to get.
    pub(super) pending_name: Option<String>,
    pub(super) created: Option<SystemTime>,
}

impl From<&DbInstance> for Instance {
    fn from(found: &DbInstance) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let endpoint = found.endpoint();
        let parameter_group = |group: &aws_sdk_rds::types::DbParameterGroupStatus| {
            (text(group.db_parameter_group_name()), text(group.parameter_apply_status()))
        };
        Self {
            id: text(found.db_instance_identifier()),
            arn: text(found.db_instance_arn()),
            resource_id: text(found.dbi_resource_id()),
            status: text(found.db_instance_status()),
            engine: text(found.engine()),
            engine_version: text(found.engine_version()),
            class: text(found.db_instance_class()),
            storage_gib: found.allocated_storage().unwrap_or_default(),
            address: endpoint.and_then(|endpoint| endpoint.address()).map(str::to_owned),
            port: endpoint.and_then(|endpoint| endpoint.port()).and_then(|port| u16::try_from(port).ok()),
            master_user: text(found.master_username()),
            tags: tag_map(found.tag_list()),
            groups: found
                .vpc_security_groups()
                .iter()
                .filter_map(|group| group.vpc_security_group_id().map(str::to_owned))
                .collect(),
            parameter_groups: found.db_parameter_groups().iter().map(parameter_group).collect(),
            backup_days: found.backup_retention_period().unwrap_or_default(),
            public: found.publicly_accessible(),
            deletion_protection: found.deletion_protection().unwrap_or_default(),
            iam_sign_in: found.iam_database_authentication_enabled().unwrap_or_default(),
            replicas: [found.read_replica_db_instance_identifiers(), found.read_replica_db_cluster_identifiers()]
                .concat(),
            replica_of: found.read_replica_source_db_instance_identifier().map(str::to_owned),
            cluster: found.db_cluster_identifier().filter(|id| !id.is_empty()).map(str::to_owned),
            pending_name: found
                .pending_modified_values()
                .and_then(|pending| pending.db_instance_identifier())
                .map(str::to_owned),
            created: found.instance_create_time().and_then(|time| SystemTime::try_from(*time).ok()),
        }
    }
}

impl Instance {
    /// The value of a tag.
    pub(super) fn tag(&self, key: &str) -> Option<&str> {
        self.tags.get(key).map(String::as_str)
    }

    /// Whether stagemask made it in this run.
    pub(super) fn is_of(&self, run: &str) -> bool {
        is_managed(&self.tags) && self.tag(tags::RUN) == Some(run)
    }
}

/// Whether the tags allow stagemask to change and delete it.
pub(super) fn is_managed(tags: &BTreeMap<String, String>) -> bool {
    tags.get(tags::MANAGED).is_some_and(|value| value == "true")
}

/// The first tag that says "production".
pub(super) fn production_tag(tags: &BTreeMap<String, String>) -> Option<String> {
    let is = |text: &str, words: &[&str]| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    tags.iter()
        .find(|(key, value)| is(key, &["env", "environment", "stage"]) && is(value, &["prod", "production"]))
        .map(|(key, value)| format!("{key}={value}"))
}

/// Tags as a map.
pub(super) fn tag_map(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))).collect()
}

/// A map as tags.
pub(super) fn tag_list<'a>(tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The instance of this name, or `None`.
pub(super) async fn find(account: &Account, id: &str) -> Result<Option<Instance>> {
    let asked = account.rds().describe_db_instances().db_instance_identifier(id).send().await;
    match asked {
        Ok(answer) => Ok(answer.db_instances().first().map(Instance::from)),
        Err(error) if Failure::of(&error) == Failure::NotFound => Ok(None),
        Err(error) => Err(refused(error, &format!("looking at instance {id}"), "rds:DescribeDBInstances", id)),
    }
}

/// As [`explain`], for a stage in which nothing is restored.
pub(super) fn refused<E, R>(error: aws_sdk_rds::error::SdkError<E, R>, doing: &str, action: &str, object: &str) -> Error
where
    E: aws_sdk_rds::error::ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    explain(error, doing, action, object).of_kind(ErrorKind::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_recognised_however_it_is_written() {
        let tags = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
        for (key, value) in [("env", "prod"), ("Environment", "PRODUCTION"), ("STAGE", "Prod ")] {
            assert!(production_tag(&tags(key, value)).is_some(), "{key}={value}");
        }
        for (key, value) in [("env", "staging"), ("team", "production"), ("env", "non-prod")] {
            assert_eq!(production_tag(&tags(key, value)), None);
        }
    }
}
