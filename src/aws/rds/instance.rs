//! What a release looks at in a DB instance.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use aws_sdk_rds::types::{DbInstance, Tag};

use crate::aws::{Account, Failure, explain, tags};
use crate::error::{Error, ErrorKind, Result};

/// A DB instance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) arn: String,
    /// Stays the same whatever name the instance has.
    pub(crate) resource_id: String,
    pub(crate) status: String,
    pub(crate) engine: String,
    pub(crate) engine_version: String,
    pub(crate) class: String,
    pub(crate) storage_gib: i32,
    pub(crate) address: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) master_user: String,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) groups: BTreeSet<String>,
    /// Name and whether it is applied: `in-sync`, `pending-reboot`, `applying`.
    pub(crate) parameter_groups: Vec<(String, String)>,
    pub(crate) backup_days: i32,
    /// `None` counts as public: what AWS doesn't say, nobody knows.
    pub(crate) public: Option<bool>,
    pub(crate) deletion_protection: bool,
    pub(crate) iam_sign_in: bool,
    pub(crate) replicas: Vec<String>,
    pub(crate) replica_of: Option<String>,
    pub(crate) cluster: Option<String>,
    /// The name that it is about to get.
    pub(crate) pending_name: Option<String>,
    pub(crate) created: Option<SystemTime>,
    /// Whether the master's password is still to be changed.
    pub(crate) pending_password: bool,
    pub(crate) auto_minor_upgrade: bool,
    pub(crate) copies_tags: bool,
    pub(crate) insights: bool,
    /// Seconds between two looks of enhanced monitoring; 0 is off.
    pub(crate) monitoring: i32,
    pub(crate) log_exports: Vec<String>,
    pub(crate) multi_az: bool,
    pub(crate) encrypted: bool,
    pub(crate) kms_key: Option<String>,
    pub(crate) latest_restorable: Option<SystemTime>,
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
            pending_password: found
                .pending_modified_values()
                .is_some_and(|pending| pending.master_user_password().is_some()),
            auto_minor_upgrade: found.auto_minor_version_upgrade().unwrap_or_default(),
            copies_tags: found.copy_tags_to_snapshot().unwrap_or_default(),
            insights: found.performance_insights_enabled().unwrap_or_default(),
            monitoring: found.monitoring_interval().unwrap_or_default(),
            log_exports: found.enabled_cloudwatch_logs_exports().to_vec(),
            multi_az: found.multi_az().unwrap_or_default(),
            encrypted: found.storage_encrypted().unwrap_or_default(),
            kms_key: found.kms_key_id().map(str::to_owned),
            latest_restorable: found.latest_restorable_time().and_then(|time| SystemTime::try_from(*time).ok()),
        }
    }
}

impl Instance {
    /// The value of a tag.
    pub(crate) fn tag(&self, key: &str) -> Option<&str> {
        self.tags.get(key).map(String::as_str)
    }

    /// Whether stagemask made it in this run.
    pub(crate) fn is_of(&self, run: &str) -> bool {
        is_managed(&self.tags) && self.tag(tags::RUN) == Some(run)
    }
}

/// Whether the tags allow stagemask to change and delete it.
pub(crate) fn is_managed(tags: &BTreeMap<String, String>) -> bool {
    tags.get(tags::MANAGED).is_some_and(|value| value == "true")
}

/// The first tag that says "production".
pub(crate) fn production_tag(tags: &BTreeMap<String, String>) -> Option<String> {
    let is = |text: &str, words: &[&str]| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    tags.iter()
        .find(|(key, value)| is(key, &["env", "environment", "stage"]) && is(value, &["prod", "production"]))
        .map(|(key, value)| format!("{key}={value}"))
}

/// Tags as a map.
pub(crate) fn tag_map(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))).collect()
}

/// A map as tags.
pub(crate) fn tag_list<'a>(tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The instance of this name, or `None`.
pub(crate) async fn find(account: &Account, id: &str) -> Result<Option<Instance>> {
    let asked = account.rds().describe_db_instances().db_instance_identifier(id).send().await;
    match asked {
        Ok(answer) => Ok(answer.db_instances().first().map(Instance::from)),
        Err(error) if Failure::of(&error) == Failure::NotFound => Ok(None),
        Err(error) => Err(refused(error, &format!("looking at instance {id}"), "rds:DescribeDBInstances", id)),
    }
}

/// As [`explain`], for a stage in which nothing is restored.
pub(crate) fn refused<E, R>(error: aws_sdk_rds::error::SdkError<E, R>, doing: &str, action: &str, object: &str) -> Error
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
