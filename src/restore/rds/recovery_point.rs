//! A recovery point of AWS Backup, which a job of AWS Backup restores under a role of its own.
//!
//! The job can't put tags on what it makes, so the run does, as soon as the instance is there. Until then only the run's
//! journal and the job tell whose it is: whoever goes on with the run, or ends it, asks them.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use aws_sdk_backup::types::{RecoveryPointStatus, RestoreJobStatus};
use aws_smithy_types::DateTime;

use super::choose::{Chosen, What};
use super::request::{Production, Quarantine, RdsSource};
use super::send::own_tags;
use crate::aws::rds::instance::{Instance, find};
use crate::aws::rds::site::{Look, Site};
use crate::aws::{explain, tags};
use crate::error::{Error, ErrorKind, Result};
use crate::run_record::RunId;

/// The step of the journal from which on there may be an instance without tags.
const STEP: &str = "start-restore-job";
/// How far our clock may be ahead of that of AWS.
const SKEW: Duration = Duration::from_secs(3600);

/// A job that restores for the run.
pub(super) struct Job {
    id: String,
    from: Chosen,
}

/// The newest recovery point of production in the vault.
pub(super) async fn latest(site: &Site<'_>, source: &RdsSource, vault: &str) -> Result<Chosen> {
    let (name, arn) = production(site, source).await?;
    let call = site.account.backup().list_recovery_points_by_backup_vault().backup_vault_name(vault);
    let mut pages = call.by_resource_arn(&arn).into_paginator().items().send();
    let mut newest: Option<(DateTime, String)> = None;
    while let Some(next) = pages.next().await {
        let doing = format!("looking for recovery points of {name}");
        let next = next.map_err(|error| explain(error, &doing, "backup:ListRecoveryPointsByBackupVault", vault))?;
        let (Some(made), Some(point)) = (next.creation_date(), next.recovery_point_arn()) else { continue };
        let is_its = next.resource_arn() == Some(&arn) && next.status() == Some(&RecoveryPointStatus::Completed);
        if is_its && newest.as_ref().is_none_or(|(before, _)| made > before) {
            newest = Some((*made, point.to_owned()));
        }
    }
    match newest {
        Some((made, point)) => chosen(&name, &point, vault, &made),
        None => Err(Error::new(ErrorKind::Restore, format!("the vault {vault} has no recovery point of {name}"))
            .help("look at the vault in the AWS Backup console; only one that is COMPLETED can be restored")),
    }
}

/// The recovery point of this ARN, if it is of production.
pub(super) async fn named(site: &Site<'_>, source: &RdsSource, point: &str) -> Result<Chosen> {
    let (name, arn) = production(site, source).await?;
    let call = site.account.backup().list_recovery_points_by_resource().resource_arn(&arn);
    let mut pages = call.into_paginator().items().send();
    while let Some(next) = pages.next().await {
        let doing = format!("looking for the recovery point {point}");
        let next = next.map_err(|error| explain(error, &doing, "backup:ListRecoveryPointsByResource", &arn))?;
        if next.recovery_point_arn() != Some(point) {
            continue;
        }
        let status = next.status().map_or("unknown", RecoveryPointStatus::as_str);
        return match (next.creation_date(), next.backup_vault_name()) {
            (Some(made), Some(vault)) if next.status() == Some(&RecoveryPointStatus::Completed) => {
                chosen(&name, point, vault, made)
            }
            _ => Err(Error::new(ErrorKind::Restore, format!("the recovery point {point} is {status}, not COMPLETED"))
                .help("wait until it is, or name another one")),
        };
    }
    Err(Error::new(ErrorKind::Restore, format!("{name} has no recovery point {point}"))
        .help("look whether it is of this instance, and in this account and region"))
}

/// Name and ARN of production, which may be gone: then its recovery points are there still.
async fn production(site: &Site<'_>, source: &RdsSource) -> Result<(String, String)> {
    let Production::Instance(name) = &source.production else {
        return Err(Error::usage("recovery points of clusters aren't restored by a job of AWS Backup")
            .help("name the recovery point's ARN, which is that of a cluster snapshot, as `snapshot`"));
    };
    if source.quarantine.backup_role.is_none() {
        return Err(Error::usage("no role is named under which AWS Backup may restore")
            .help("name it as `backup_role` in the quarantine; AWS Backup's own is AWSBackupDefaultServiceRole"));
    }
    let arn = match find(site.account, name).await.map_err(super::of_restore)? {
        Some(found) => found.arn,
        None => format!("arn:aws:rds:{}:{}:db:{name}", site.account.region(), site.account.id()),
    };
    Ok((name.clone(), arn))
}

fn chosen(name: &str, point: &str, vault: &str, made: &DateTime) -> Result<Chosen> {
    let taken = SystemTime::try_from(*made).map_err(|cause| {
        Error::new(ErrorKind::Restore, format!("the recovery point {point} has no usable date")).because(cause)
    })?;
    Ok(Chosen {
        what: What::RecoveryPoint { arn: point.to_owned(), vault: vault.to_owned() },
        described: format!("recovery point {point} of {name}"),
        taken,
    })
}

/// Lets AWS Backup restore it, and waits until it has.
pub(super) async fn restore(
    site: &Site<'_>,
    source: &RdsSource,
    run: &RunId,
    id: &str,
    (point, vault): (&str, &str),
    from: Chosen,
) -> Result<()> {
    let client = site.account.backup();
    let asked = client.get_recovery_point_restore_metadata().backup_vault_name(vault).recovery_point_arn(point);
    let answer = asked.send().await.map_err(|error| {
        explain(error, &format!("looking at {}", from.described), "backup:GetRecoveryPointRestoreMetadata", point)
    })?;
    let metadata = metadata(answer.restore_metadata.unwrap_or_default(), &source.quarantine, id)?;
    let call = client
        .start_restore_job()
        .recovery_point_arn(point)
        .set_metadata(Some(metadata))
        .set_iam_role_arn(source.quarantine.backup_role.clone())
        .idempotency_token(run.to_string())
        .resource_type("RDS")
        .copy_source_tags_to_restored_resource(false);
    let work = async {
        let sent = call.send().await;
        let started = sent.map_err(|error| {
            explain(error, &format!("restoring {}", from.described), "backup:StartRestoreJob", point)
        })?;
        started.restore_job_id.ok_or_else(|| Error::new(ErrorKind::Restore, "AWS Backup names no restore job"))
    };
    let about = [("instance", id), ("from", from.described.as_str())];
    let job = site.journal.step(STEP, &about, work).await?;
    finish(site, source, run, id, Job { id: job, from }).await
}

/// What the recovery point says of production, with everything that keeps the instance in quarantine instead.
fn metadata(
    mut original: HashMap<String, String>,
    quarantine: &Quarantine,
    id: &str,
) -> Result<HashMap<String, String>> {
    let groups = serde_json::to_string(&quarantine.security_groups).map_err(|cause| {
        Error::new(ErrorKind::Restore, "the security groups can't be written as JSON").because(cause)
    })?;
    let text = str::to_owned;
    let mut ours = vec![
        ("DBInstanceIdentifier", text(id)),
        ("DBSubnetGroupName", quarantine.subnet_group.clone()),
        ("VpcSecurityGroupIds", groups),
        ("DBParameterGroupName", quarantine.parameter_group.clone()),
        ("PubliclyAccessible", text("false")),
        ("MultiAZ", text("false")),
        ("DeletionProtection", text("false")),
        ("CopyTagsToSnapshot", text("false")),
        ("AutoMinorVersionUpgrade", text("false")),
        ("EnableIAMDatabaseAuthentication", text("true")),
    ];
    ours.extend(quarantine.instance_class.clone().map(|class| ("DBInstanceClass", class)));
    // A job refuses keys that it doesn't know, so these are changed only where it names them.
    for (key, value) in
        [("BackupRetentionPeriod", "0"), ("EnableCloudwatchLogsExports", "[]"), ("MonitoringInterval", "0")]
    {
        if original.keys().any(|name| name.eq_ignore_ascii_case(key)) {
            ours.push((key, text(value)));
        }
    }
    // Production's zone and option group belong to its own network.
    let dropped = ["AvailabilityZone", "OptionGroupName"];
    original.retain(|name, _| {
        !dropped.iter().chain(ours.iter().map(|(key, _)| key)).any(|key| name.eq_ignore_ascii_case(key))
    });
    original.extend(ours.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Ok(original)
}

/// Whether the run has started a job, or may have.
fn is_begun(site: &Site<'_>) -> Result<bool> {
    Ok(site.journal.entries()?.iter().any(|entry| entry.step == STEP))
}

/// The job that the run has started before, unless it has failed.
pub(super) async fn begun(site: &Site<'_>, run: &RunId, id: &str) -> Result<Option<Job>> {
    if !is_begun(site)? {
        return Ok(None);
    }
    let client = site.account.backup();
    let since = run.time().and_then(|time| time.checked_sub(SKEW)).map(DateTime::from);
    let call = client.list_restore_jobs().by_resource_type("RDS").set_by_created_after(since);
    let mut pages = call.into_paginator().items().send();
    while let Some(next) = pages.next().await {
        let next =
            next.map_err(|error| explain(error, "looking for the restore job", "backup:ListRestoreJobs", "*"))?;
        let over = matches!(next.status(), Some(RestoreJobStatus::Failed | RestoreJobStatus::Aborted));
        let Some(job) = next.restore_job_id().filter(|_| !over) else { continue };
        let its = match next.created_resource_arn() {
            Some(arn) => arn.ends_with(&format!(":db:{id}")),
            None => makes(site, job, id).await?,
        };
        if its {
            let point = next.recovery_point_arn().unwrap_or_default();
            let of = next.source_resource_arn().and_then(|arn| arn.rsplit(':').next()).unwrap_or_default();
            let made = next.recovery_point_creation_date().or(next.creation_date());
            let made = made.copied().unwrap_or_else(|| DateTime::from(SystemTime::now()));
            return Ok(Some(Job { id: job.to_owned(), from: chosen(of, point, "", &made)? }));
        }
    }
    Ok(None)
}

/// Whether the job is to make the instance of this name; while it runs, only its metadata tells.
async fn makes(site: &Site<'_>, job: &str, id: &str) -> Result<bool> {
    let asked = site.account.backup().get_restore_job_metadata().restore_job_id(job).send().await;
    let answer =
        asked.map_err(|error| explain(error, "looking at a restore job", "backup:GetRestoreJobMetadata", job))?;
    let named = answer.metadata.unwrap_or_default();
    Ok(named.iter().any(|(key, value)| key.eq_ignore_ascii_case("DBInstanceIdentifier") && value == id))
}

/// Waits until the job is over, and puts the run's tags on the instance as soon as it is there.
pub(super) async fn finish(site: &Site<'_>, source: &RdsSource, run: &RunId, id: &str, job: Job) -> Result<()> {
    let own = own_tags(source, run, &job.from);
    let own: Vec<(&str, &str)> = own.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let mut tagged = false;
    site.until(&format!("AWS Backup restores {id}"), async || {
        // First the job, then the instance: of a job that is over, the instance is there.
        let asked = site.account.backup().describe_restore_job().restore_job_id(&job.id).send().await;
        let now = asked.map_err(|error| {
            explain(error, &format!("looking at the restore job of {id}"), "backup:DescribeRestoreJob", &job.id)
        })?;
        if !tagged {
            tagged = claim(site, run, id, &own).await?;
        }
        match now.status() {
            Some(RestoreJobStatus::Completed) if tagged => Ok(Look::There(())),
            Some(RestoreJobStatus::Failed | RestoreJobStatus::Aborted) => {
                let why = now.status_message().unwrap_or("it doesn't say why").to_owned();
                let what = format!("AWS Backup couldn't restore {}", job.from.described);
                Err(Error::new(ErrorKind::Restore, what)
                    .because(std::io::Error::other(why))
                    .help("look at the job in the AWS Backup console, and at the rights of `backup_role`; then start a new run"))
            }
            _ => Ok(Look::NotYet(format!("{} %", now.percent_done().unwrap_or("0").trim_end_matches('%')))),
        }
    })
    .await
    .map_err(super::of_restore)
}

/// Puts the run's tags on the instance, and only these. `false` where it isn't there yet.
async fn claim(site: &Site<'_>, run: &RunId, id: &str, own: &[(&str, &str)]) -> Result<bool> {
    let Some(found) = find(site.account, id).await? else { return Ok(false) };
    if found.is_of(&run.to_string()) {
        return Ok(true);
    }
    if is_tagged(&found) {
        return Err(super::taken(&found.arn, id));
    }
    // RDS may have given it production's. First those go: with our own on it, it counts as done.
    let is_own = |key: &str| own.iter().any(|(name, _)| *name == key);
    let others: Vec<&str> =
        found.tags.keys().map(String::as_str).filter(|key| !is_own(key) && !key.starts_with("aws:")).collect();
    let work = async {
        site.tag(&found.arn, &[], &others).await?;
        site.tag(&found.arn, own, &[]).await
    };
    site.journal.step("tag-instance", &[("instance", id)], work).await?;
    Ok(true)
}

fn is_tagged(found: &Instance) -> bool {
    found.tag(tags::RUN).is_some() || found.tag(tags::MANAGED).is_some()
}

/// Makes what a job of this run has left without tags the run's own, so that it is found and deleted. A job that runs
/// can't be stopped: what it makes is waited for.
pub(super) async fn adopt(site: &Site<'_>, run: &RunId, id: &str) -> Result<()> {
    if !is_begun(site)? {
        return Ok(());
    }
    let word = run.to_string();
    let own = [(tags::RUN, word.as_str()), (tags::MANAGED, "true"), (tags::STATE, tags::QUARANTINED)];
    site.until(&format!("waiting for what AWS Backup makes of {id}"), async || {
        // Asked before the instance: a job that is over by then has made what it makes.
        let over = match begun(site, run, id).await? {
            Some(job) => is_over(site, &job).await?,
            None => true,
        };
        match find(site.account, id).await? {
            Some(found) if is_tagged(&found) => Ok(Look::There(())),
            Some(_) => claim(site, run, id, &own).await.map(|_| Look::There(())),
            None if over => Ok(Look::There(())),
            None => Ok(Look::NotYet("its job is running".to_owned())),
        }
    })
    .await
}

async fn is_over(site: &Site<'_>, job: &Job) -> Result<bool> {
    let asked = site.account.backup().describe_restore_job().restore_job_id(&job.id).send().await;
    let now =
        asked.map_err(|error| explain(error, "looking at the restore job", "backup:DescribeRestoreJob", &job.id))?;
    Ok(!matches!(now.status(), Some(RestoreJobStatus::Pending | RestoreJobStatus::Running) | None))
}
