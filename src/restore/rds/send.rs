//! The call that restores, with everything that keeps the instance in quarantine from its first second.

use super::choose::{Chosen, What};
use super::request::RdsSource;
use crate::aws::rds::Site;
use crate::aws::rds::instance::tag_list;
use crate::aws::{explain, tags};
use crate::error::Result;
use crate::run_record::{RunId, utc};
use std::time::{Duration, SystemTime};

/// Tags without which RDS would copy those of production.
pub(super) fn own_tags<'a>(source: &'a RdsSource, run: &RunId, chosen: &Chosen) -> Vec<(&'a str, String)> {
    let hours = u64::from(source.quarantine.expires_after_hours);
    let expires = SystemTime::now() + Duration::from_secs(3600 * hours);
    let shops = source.quarantine.tags.iter().map(|(key, value)| (key.as_str(), value.clone()));
    let ours = [
        (tags::RUN, run.to_string()),
        (tags::MANAGED, "true".to_owned()),
        (tags::STATE, tags::QUARANTINED.to_owned()),
        (tags::EXPIRES, utc(expires)),
        (tags::FROM, chosen.described.clone()),
        (tags::TAKEN, utc(chosen.taken)),
    ];
    shops.chain(ours).collect()
}

pub(super) async fn send(site: &Site<'_>, source: &RdsSource, run: &RunId, id: &str, chosen: &Chosen) -> Result<()> {
    let quarantine = &source.quarantine;
    let own = own_tags(source, run, chosen);
    let tags = Some(tag_list(own.iter().map(|(key, value)| (*key, value.as_str()))));
    let groups = Some(quarantine.security_groups.clone());
    let doing = format!("restoring {}", chosen.described);
    let client = site.account.rds();
    if let What::Snapshot { id: snapshot, .. } = &chosen.what {
        let call = client
            .restore_db_instance_from_db_snapshot()
            .db_instance_identifier(id)
            .db_snapshot_identifier(snapshot)
            .set_db_instance_class(quarantine.instance_class.clone())
            .db_subnet_group_name(&quarantine.subnet_group)
            .db_parameter_group_name(&quarantine.parameter_group)
            .set_vpc_security_group_ids(groups)
            .set_tags(tags)
            .publicly_accessible(false)
            .multi_az(false)
            .auto_minor_version_upgrade(false)
            .copy_tags_to_snapshot(false)
            .deletion_protection(false)
            .backup_retention_period(0)
            .enable_iam_database_authentication(true)
            .set_enable_cloudwatch_logs_exports(Some(Vec::new()));
        let sent = call.send().await;
        return sent.map(|_| ()).map_err(|error| {
            explain(error, &doing, "rds:RestoreDBInstanceFromDBSnapshot", &format!("{id} and {snapshot}"))
        });
    }
    let call = client
        .restore_db_instance_to_point_in_time()
        .target_db_instance_identifier(id)
        .set_db_instance_class(quarantine.instance_class.clone())
        .db_subnet_group_name(&quarantine.subnet_group)
        .db_parameter_group_name(&quarantine.parameter_group)
        .set_vpc_security_group_ids(groups)
        .set_tags(tags)
        .publicly_accessible(false)
        .multi_az(false)
        .auto_minor_version_upgrade(false)
        .copy_tags_to_snapshot(false)
        .deletion_protection(false)
        .backup_retention_period(0)
        .enable_iam_database_authentication(true)
        .set_enable_cloudwatch_logs_exports(Some(Vec::new()));
    let call = match &chosen.what {
        What::At { of, time } => call.source_db_instance_identifier(of).restore_time((*time).into()),
        What::Latest { of } => call.source_db_instance_identifier(of).use_latest_restorable_time(true),
        What::Snapshot { .. } | What::RecoveryPoint { .. } => call,
    };
    let sent = call.send().await;
    sent.map(|_| ()).map_err(|error| explain(error, &doing, "rds:RestoreDBInstanceToPointInTime", id))
}
