//! What a restored instance has to be like. Each property is asked for when it is restored, looked at afterwards, set
//! again where it isn't so, and looked at once more.

use aws_sdk_rds::types::CloudwatchLogsExportConfiguration;

use super::request::RdsSource;
use crate::aws::rds::Site;
use crate::aws::rds::instance::{Instance, production_tag};
use crate::aws::tags;
use crate::error::{Error, ErrorKind, Result};
use crate::run_record::RunId;
use crate::secret::Secret;

/// Refuses what no change can mend in time.
pub(super) fn refuse(found: &Instance, source: &RdsSource, run: &RunId) -> Result<()> {
    refuse_instance(found, run)?;
    if source.copy.as_ref().is_some_and(|copy| copy.kms_key.is_some()) && !found.encrypted {
        let what = format!("the restored instance {} isn't encrypted although a key was named", found.id);
        return Err(
            Error::new(ErrorKind::Restore, format!("{what}: it is not used")).help("look at the copy of the snapshot")
        );
    }
    Ok(())
}

/// The same for one that is a member of a cluster, whose storage is the cluster's.
pub(super) fn refuse_instance(found: &Instance, run: &RunId) -> Result<()> {
    let id = &found.id;
    let wrong = if found.public != Some(false) {
        // What AWS doesn't say counts as public.
        Some(("may be reached from the internet".to_owned(), "use a subnet group whose subnets are private"))
    } else if let Some(tag) = production_tag(&found.tags) {
        Some((format!("is tagged {tag}"), "don't tag the quarantine as production"))
    } else if found.tag(tags::RUN) != Some(&run.to_string()) || found.tag(tags::MANAGED) != Some("true") {
        Some(("lacks the tags of its run".to_owned(), "let the role put tags on what it restores"))
    } else if !found.replicas.is_empty() || found.replica_of.is_some() {
        Some(("has a read replica, or is one".to_owned(), "nothing may copy what it holds"))
    } else if !found.engine.contains("postgres") {
        Some((format!("is {}, not PostgreSQL", found.engine), "name another snapshot"))
    } else {
        None
    };
    match wrong {
        None => Ok(()),
        Some((what, help)) => {
            Err(Error::new(ErrorKind::Restore, format!("the restored instance {id} {what}: it is not used")).help(help))
        }
    }
}

/// What isn't as it has to be.
pub(super) fn missing(found: &Instance, source: &RdsSource) -> Vec<String> {
    let quarantine = &source.quarantine;
    let wanted = quarantine.security_groups.iter().cloned().collect();
    let group = found.parameter_groups.iter().find(|(name, _)| *name == quarantine.parameter_group);
    let checks = [
        (found.groups != wanted, "other security groups"),
        (found.backup_days != 0, "automated backups are on"),
        (found.copies_tags, "tags are copied to snapshots"),
        (found.auto_minor_upgrade, "minor versions are upgraded"),
        (found.deletion_protection, "it is protected from deletion"),
        (found.insights, "Performance Insights are on"),
        (found.monitoring != 0, "enhanced monitoring is on"),
        (!found.log_exports.is_empty(), "logs are exported"),
        (found.multi_az, "it has a standby"),
        (found.pending_password, "the password isn't changed"),
        (group.is_none(), "another parameter group"),
        (group.is_some_and(|(_, state)| state == "applying"), "the parameter group is being applied"),
    ];
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, what)| what.to_owned()).collect()
}

/// Sets everything that can be set, and the master's new password: production's is known to people.
pub(super) async fn close(site: &Site<'_>, source: &RdsSource, id: &str, password: &Secret) -> Result<()> {
    let quarantine = &source.quarantine;
    let exports = ["postgresql", "upgrade", "iam-db-auth-error"].map(str::to_owned).to_vec();
    let found = crate::aws::rds::instance::find(site.account, id).await?.unwrap_or_default();
    let exported: Vec<String> = exports.into_iter().filter(|kind| found.log_exports.contains(kind)).collect();
    site.modify(id, &format!("closing {id}"), |call| {
        let call = call
            .master_user_password(password.expose())
            .set_vpc_security_group_ids(Some(quarantine.security_groups.clone()))
            .db_parameter_group_name(&quarantine.parameter_group)
            .backup_retention_period(0)
            .copy_tags_to_snapshot(false)
            .auto_minor_version_upgrade(false)
            .deletion_protection(false)
            .enable_performance_insights(false)
            .monitoring_interval(0)
            .multi_az(false);
        if exported.is_empty() {
            return call;
        }
        let off = CloudwatchLogsExportConfiguration::builder().set_disable_log_types(Some(exported.clone())).build();
        call.cloudwatch_logs_export_configuration(off)
    })
    .await
}
