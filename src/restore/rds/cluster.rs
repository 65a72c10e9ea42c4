//! An Aurora cluster with one instance, in quarantine like a restored instance.
//!
//! A cluster can't be without automated backups: one day is the least, and its backups are deleted with it. So the
//! masked data never gets into it: clusters are masked into another instance, and the strategy that keeps the restored
//! one is refused for them.

use aws_sdk_rds::types::CloudwatchLogsExportConfiguration;

use super::choose::{self, Chosen, What};
use super::request::RdsSource;
use super::send::own_tags;
use super::{Quarantined, copy, of_restore, taken};
use crate::aws::rds::cluster::{Cluster, find_cluster};
use crate::aws::rds::instance::{Instance, find, production_tag, tag_list};
use crate::aws::rds::{Site, restored_name};
use crate::aws::{explain, tags};
use crate::error::{Error, ErrorKind, Result};
use crate::run_record::RunId;
use crate::secret::{Secret, random_bytes};

/// Days for which RDS keeps a cluster's backups at the least.
const LEAST_BACKUP: i32 = 1;

/// Restores the cluster, or takes up what the run has begun before.
pub(super) async fn restore(site: &Site<'_>, source: &RdsSource, run: &RunId) -> Result<Quarantined> {
    let Some(class) = &source.quarantine.instance_class else {
        return Err(Error::usage("no instance class is named for the restored cluster").help(
            "name it as `instance_class` in the quarantine, such as db.r6g.large: a snapshot of a cluster has none",
        ));
    };
    let id = restored_name(run);
    match find_cluster(site.account, &id).await.map_err(of_restore)? {
        Some(found) if found.is_of(&run.to_string()) => site.say(&format!("going on with {id}")),
        Some(found) => return Err(taken(&found.arn, &id)),
        None => {
            let chosen = choose::choose(site, source).await?;
            site.say(&format!("restoring {} into {id}", chosen.described));
            let chosen = copy::copied(site, source, run, chosen).await?;
            let about = [("cluster", id.as_str()), ("from", chosen.described.as_str())];
            site.journal.step("restore-cluster", &about, send(site, source, run, &id, &chosen)).await?;
        }
    }
    let found = site.until_cluster_available(&id, |_| Vec::new()).await.map_err(of_restore)?;
    refuse(&found, source, run)?;
    if !missing(&found, source).is_empty() {
        // Without an instance nobody can connect yet, so this is early enough.
        let work = close(site, source, &found, None);
        site.journal.step("close-cluster", &[("cluster", &id)], work).await.map_err(of_restore)?;
        site.until_cluster_available(&id, |found| missing(found, source)).await.map_err(of_restore)?;
    }
    let member = member(site, source, run, &found, class).await?;
    settle(site, source, run, &id, member).await
}

/// Gives the master user a new password, and looks whether everything is as it was asked for.
async fn settle(site: &Site<'_>, source: &RdsSource, run: &RunId, id: &str, member: Instance) -> Result<Quarantined> {
    let found = site.until_cluster_available(id, |_| Vec::new()).await.map_err(of_restore)?;
    let password = Secret::new(random_bytes::<24>()?.map(|byte| format!("{byte:02x}")).concat());
    let work = close(site, source, &found, Some(&password));
    site.journal.step("set-master-password", &[("cluster", id)], work).await.map_err(of_restore)?;
    let found = site.until_cluster_available(id, |found| missing(found, source)).await.map_err(of_restore)?;
    refuse(&found, source, run)?;
    if let Some(stranger) = found.members.iter().find(|name| **name != member.id) {
        return Err(Error::new(
            ErrorKind::Restore,
            format!("the restored cluster {id} has another member: {stranger}"),
        )
        .help("somebody has added it; delete it, then go on with the run"));
    }
    let time = |tag| humantime::parse_rfc3339(found.tag(tag)?).ok();
    Ok(Quarantined {
        taken: time(tags::TAKEN).or(found.created).unwrap_or_else(std::time::SystemTime::now),
        described: found.tag(tags::FROM).unwrap_or_default().to_owned(),
        instance: member.id,
        address: found.address.ok_or_else(|| Error::new(ErrorKind::Restore, format!("{id} has no address")))?,
        port: found.port.unwrap_or(5432),
        master_user: found.master_user,
        password,
        engine_version: found.engine_version,
        arn: found.arn,
        cluster: Some(found.id),
    })
}

async fn send(site: &Site<'_>, source: &RdsSource, run: &RunId, id: &str, chosen: &Chosen) -> Result<()> {
    let quarantine = &source.quarantine;
    let own = own_tags(source, run, chosen);
    let tags = Some(tag_list(own.iter().map(|(key, value)| (*key, value.as_str()))));
    let groups = Some(quarantine.security_groups.clone());
    let doing = format!("restoring {}", chosen.described);
    let client = site.account.rds();
    if let What::Snapshot { id: snapshot, engine, .. } = &chosen.what {
        let call = client
            .restore_db_cluster_from_snapshot()
            .db_cluster_identifier(id)
            .snapshot_identifier(snapshot)
            .engine(engine)
            .db_subnet_group_name(&quarantine.subnet_group)
            .set_vpc_security_group_ids(groups)
            .set_tags(tags)
            .copy_tags_to_snapshot(false)
            .deletion_protection(false)
            .backup_retention_period(LEAST_BACKUP)
            .enable_iam_database_authentication(true)
            .set_enable_cloudwatch_logs_exports(Some(Vec::new()));
        let sent = call.send().await;
        return sent.map(|_| ()).map_err(|error| {
            explain(error, &doing, "rds:RestoreDBClusterFromSnapshot", &format!("{id} and {snapshot}"))
        });
    }
    let call = client
        .restore_db_cluster_to_point_in_time()
        .db_cluster_identifier(id)
        .db_subnet_group_name(&quarantine.subnet_group)
        .set_vpc_security_group_ids(groups)
        .set_tags(tags)
        .copy_tags_to_snapshot(false)
        .deletion_protection(false)
        .backup_retention_period(LEAST_BACKUP)
        .enable_iam_database_authentication(true)
        .set_enable_cloudwatch_logs_exports(Some(Vec::new()));
    let call = match &chosen.what {
        What::At { of, time } => call.source_db_cluster_identifier(of).restore_to_time((*time).into()),
        What::Latest { of } => call.source_db_cluster_identifier(of).use_latest_restorable_time(true),
        What::Snapshot { .. } | What::RecoveryPoint { .. } => call,
    };
    let sent = call.send().await;
    sent.map(|_| ()).map_err(|error| explain(error, &doing, "rds:RestoreDBClusterToPointInTime", id))
}

/// Refuses what no change can mend in time.
fn refuse(found: &Cluster, source: &RdsSource, run: &RunId) -> Result<()> {
    let id = &found.id;
    let wrong = if found.public {
        Some(("may be reached from the internet".to_owned(), "use a subnet group whose subnets are private"))
    } else if let Some(tag) = production_tag(&found.tags) {
        Some((format!("is tagged {tag}"), "don't tag the quarantine as production"))
    } else if !found.is_of(&run.to_string()) {
        Some(("lacks the tags of its run".to_owned(), "let the role put tags on what it restores"))
    } else if !found.replicas.is_empty() || found.replica_of.is_some() {
        Some(("has a replica, or is one".to_owned(), "nothing may copy what it holds"))
    } else if found.data_api {
        Some(("can be queried by the Data API".to_owned(), "no security group stops that: turn it off, then go on"))
    } else if !found.engine.contains("postgres") {
        Some((format!("is {}, not PostgreSQL", found.engine), "name another snapshot"))
    } else if !found.parameter_group.starts_with("default.") {
        let what = format!("has the cluster parameter group {}", found.parameter_group);
        Some((what, "it has to be the default one, which loads nothing that writes queries into a log"))
    } else if source.copy.as_ref().is_some_and(|copy| copy.kms_key.is_some()) && !found.encrypted {
        Some(("isn't encrypted although a key was named".to_owned(), "look at the copy of the snapshot"))
    } else {
        None
    };
    match wrong {
        None => Ok(()),
        Some((what, help)) => {
            Err(Error::new(ErrorKind::Restore, format!("the restored cluster {id} {what}: it is not used")).help(help))
        }
    }
}

/// What isn't as it has to be.
fn missing(found: &Cluster, source: &RdsSource) -> Vec<String> {
    let wanted = source.quarantine.security_groups.iter().cloned().collect();
    let checks = [
        (found.groups != wanted, "other security groups"),
        (found.backup_days > LEAST_BACKUP, "backups are kept for more than a day"),
        (found.copies_tags, "tags are copied to snapshots"),
        (found.deletion_protection, "it is protected from deletion"),
        (found.insights, "Performance Insights are on"),
        (!found.log_exports.is_empty(), "logs are exported"),
        (found.pending_password, "the password isn't changed"),
    ];
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, what)| what.to_owned()).collect()
}

/// Sets everything that can be set.
async fn close(site: &Site<'_>, source: &RdsSource, found: &Cluster, password: Option<&Secret>) -> Result<()> {
    let id = &found.id;
    site.modify_cluster(id, &format!("closing {id}"), |call| {
        let mut call = call
            .set_master_user_password(password.map(|password| password.expose().to_owned()))
            .set_vpc_security_group_ids(Some(source.quarantine.security_groups.clone()))
            .backup_retention_period(LEAST_BACKUP)
            .copy_tags_to_snapshot(false)
            .deletion_protection(false);
        // Not every cluster takes these parameters.
        if found.insights {
            call = call.enable_performance_insights(false);
        }
        if !found.log_exports.is_empty() {
            let off = CloudwatchLogsExportConfiguration::builder();
            let off = off.set_disable_log_types(Some(found.log_exports.clone())).build();
            call = call.cloudwatch_logs_export_configuration(off);
        }
        call
    })
    .await
}

/// The one instance of the cluster, through which it is read.
async fn member(site: &Site<'_>, source: &RdsSource, run: &RunId, cluster: &Cluster, class: &str) -> Result<Instance> {
    let (quarantine, id) = (&source.quarantine, format!("{}-1", cluster.id));
    match find(site.account, &id).await.map_err(of_restore)? {
        Some(found) if found.is_of(&run.to_string()) && found.cluster.as_ref() == Some(&cluster.id) => {}
        Some(found) => return Err(taken(&found.arn, &id)),
        None => {
            // AWS keeps tags of its own for itself.
            let own = cluster.tags.iter().filter(|(key, _)| !key.starts_with("aws:"));
            let call = site
                .account
                .rds()
                .create_db_instance()
                .db_instance_identifier(&id)
                .db_cluster_identifier(&cluster.id)
                .engine(&cluster.engine)
                .db_instance_class(class)
                .db_parameter_group_name(&quarantine.parameter_group)
                .publicly_accessible(false)
                .auto_minor_version_upgrade(false)
                .copy_tags_to_snapshot(false)
                .enable_performance_insights(false)
                .monitoring_interval(0)
                .set_tags(Some(tag_list(own.map(|(key, value)| (key.as_str(), value.as_str())))));
            let work = async {
                let sent = call.send().await;
                let failed = |error| explain(error, &format!("creating instance {id}"), "rds:CreateDBInstance", &id);
                sent.map(|_| ()).map_err(failed)
            };
            site.journal.step("create-member", &[("instance", &id), ("cluster", &cluster.id)], work).await?;
        }
    }
    let found = site.until_available(&id, |_| Vec::new()).await.map_err(of_restore)?;
    super::quarantine::refuse_instance(&found, run)?;
    if missing_of_member(&found, source).is_empty() {
        return Ok(found);
    }
    let doing = format!("closing {id}");
    let work = site.modify(&id, &doing, |call| {
        let call = call.db_parameter_group_name(&quarantine.parameter_group).auto_minor_version_upgrade(false);
        call.enable_performance_insights(false).monitoring_interval(0)
    });
    site.journal.step("close-instance", &[("instance", &id)], work).await.map_err(of_restore)?;
    site.until_available(&id, |found| missing_of_member(found, source)).await.map_err(of_restore)
}

fn missing_of_member(found: &Instance, source: &RdsSource) -> Vec<String> {
    let quarantine = &source.quarantine;
    let group = found.parameter_groups.iter().find(|(name, _)| *name == quarantine.parameter_group);
    let checks = [
        (found.auto_minor_upgrade, "minor versions are upgraded"),
        (found.insights, "Performance Insights are on"),
        (found.monitoring != 0, "enhanced monitoring is on"),
        (group.is_none(), "another parameter group"),
        (group.is_some_and(|(_, state)| state == "applying"), "the parameter group is being applied"),
    ];
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, what)| what.to_owned()).collect()
}
