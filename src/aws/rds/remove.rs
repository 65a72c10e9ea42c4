//! Deletes what a run has left, without leaving a snapshot or a backup of it, and looks that it is gone.

use aws_sdk_rds::types::DbSnapshot;

use super::cluster::{Cluster, find_cluster};
use super::instance::{Instance, find, refused, tag_map};
use super::left_overs::{RdsKind, RdsLeftOver, RdsObject, Seen, read};
use super::site::{Look, Site, not_yet};
use crate::aws::Failure;
use crate::error::{Error, Result};

/// Deletes it and waits until it is gone. That it is gone already is no error.
///
/// What it is is asked again before each call: a tag may have changed since the list was made.
///
/// # Errors
/// When it isn't ours any more, RDS refuses, or a snapshot or backup of it is left.
pub async fn remove(site: Site<'_>, what: &RdsLeftOver) -> Result<()> {
    let about = [("id", what.id.as_str()), ("run", what.run.as_str())];
    let step = format!("delete-{}", what.object.word().replace(' ', "-"));
    site.journal
        .step(&step, &about, async {
            match what.object {
                RdsObject::Instance => instance(&site, what).await,
                RdsObject::Cluster => cluster(&site, what).await,
                RdsObject::Snapshot => snapshot(&site, what).await,
                RdsObject::ClusterSnapshot => cluster_snapshot(&site, what).await,
            }
        })
        .await
}

/// Nothing is deleted because it once was on a list.
fn still_ours(what: &RdsLeftOver, seen: &Seen<'_>) -> Result<()> {
    let ours = read(seen).is_some_and(|now| now.run == what.run && now.kind == what.kind && now.arn == what.arn);
    if ours {
        return Ok(());
    }
    Err(Error::failed(format!("{} is not what it was when it was listed, so it stays", what.id))
        .help("its tags or its name have changed; list again with `stagemask cleanup --dry-run`"))
}

async fn instance(site: &Site<'_>, what: &RdsLeftOver) -> Result<()> {
    let id = &what.id;
    let Some(found) = find(site.account, id).await? else { return Ok(()) };
    let Instance { arn, tags, created, .. } = &found;
    still_ours(what, &Seen { object: what.object, id: &found.id, arn, tags, created: *created })?;
    delete_instance(site, &found).await?;
    refuse_remains(site, what, &found).await
}

async fn delete_instance(site: &Site<'_>, found: &Instance) -> Result<()> {
    let id = &found.id;
    if found.deletion_protection {
        let doing = format!("taking the deletion protection off {id}");
        site.modify(id, &doing, |call| call.deletion_protection(false)).await?;
    }
    let doing = format!("deleting instance {id}");
    site.say(&doing);
    site.until(&doing, async || {
        let call = site.account.rds().delete_db_instance().db_instance_identifier(id).skip_final_snapshot(true);
        // An instance of a cluster has no backups of its own, and RDS refuses the parameter there.
        let backups = found.cluster.is_none().then_some(true);
        match call.set_delete_automated_backups(backups).send().await {
            Ok(_) => Ok(Look::There(())),
            Err(error) if Failure::of(&error) == Failure::NotFound => Ok(Look::There(())),
            Err(error) => not_yet(error, &doing, "rds:DeleteDBInstance", id),
        }
    })
    .await?;
    site.until(&doing, async || {
        Ok(match find(site.account, id).await? {
            None => Look::There(()),
            Some(found) => Look::NotYet(found.status),
        })
    })
    .await
}

/// Of what was raw, nothing may remain. What was masked may have snapshots that somebody wants.
async fn refuse_remains(site: &Site<'_>, what: &RdsLeftOver, found: &Instance) -> Result<()> {
    if what.kind != RdsKind::Quarantined {
        return Ok(());
    }
    // RDS deletes automated backups a while after their instance.
    site.until(&format!("waiting until the backups of {} are gone", what.id), async || {
        let made = snapshots_of(site, what, found, "manual").await?;
        if !made.is_empty() {
            return Err(Error::failed(format!(
                "instance {} is gone, but raw data of it is left: {}",
                what.id,
                made.join(", ")
            ))
            .help("somebody has made these snapshots; delete them by hand"));
        }
        let mut automated = snapshots_of(site, what, found, "automated").await?;
        automated.extend(backups_of(site, what, found).await?);
        Ok(if automated.is_empty() { Look::There(()) } else { Look::NotYet(format!("{} left", automated.join(", "))) })
    })
    .await
}

async fn snapshots_of(site: &Site<'_>, what: &RdsLeftOver, found: &Instance, kind: &str) -> Result<Vec<String>> {
    let call = site.account.rds().describe_db_snapshots().db_instance_identifier(&what.id).snapshot_type(kind);
    let mut pages = call.into_paginator().items().send();
    let mut names = Vec::new();
    while let Some(next) = pages.next().await {
        let doing = format!("looking for snapshots of {}", what.id);
        let next = next.map_err(|error| refused(error, &doing, "rds:DescribeDBSnapshots", &what.id))?;
        // An earlier instance may have had the name.
        if next.dbi_resource_id() == Some(&found.resource_id) {
            names.push(format!("snapshot {}", next.db_snapshot_identifier().unwrap_or_default()));
        }
    }
    Ok(names)
}

async fn backups_of(site: &Site<'_>, what: &RdsLeftOver, found: &Instance) -> Result<Vec<String>> {
    let call = site.account.rds().describe_db_instance_automated_backups().db_instance_identifier(&what.id);
    let backups = match call.send().await {
        Ok(answer) => answer.db_instance_automated_backups.unwrap_or_default(),
        Err(error) if Failure::of(&error) == Failure::NotFound => Vec::new(),
        Err(error) => {
            let action = "rds:DescribeDBInstanceAutomatedBackups";
            return Err(refused(error, &format!("looking for backups of {}", what.id), action, &what.id));
        }
    };
    let its = backups.iter().filter(|backup| backup.dbi_resource_id() == Some(&found.resource_id));
    Ok(its
        .map(|backup| format!("automated backup of {}", backup.db_instance_identifier().unwrap_or_default()))
        .collect())
}

async fn cluster(site: &Site<'_>, what: &RdsLeftOver) -> Result<()> {
    let id = &what.id;
    let Some(found) = find_cluster(site.account, id).await? else { return Ok(()) };
    let Cluster { arn, tags, created, .. } = &found;
    still_ours(what, &Seen { object: what.object, id: &found.id, arn, tags, created: *created })?;
    for member in &found.members {
        let Some(member) = find(site.account, member).await? else { continue };
        if !member.is_of(&what.run) {
            return Err(Error::failed(format!("instance {} of cluster {id} isn't of run {}", member.id, what.run))
                .help("somebody has added it: delete it by hand, then clean up again"));
        }
        delete_instance(site, &member).await?;
    }
    if found.deletion_protection {
        let doing = format!("taking the deletion protection off {id}");
        site.modify_cluster(id, &doing, |call| call.deletion_protection(false)).await?;
    }
    let (client, doing) = (site.account.rds(), format!("deleting cluster {id}"));
    site.say(&doing);
    site.until(&doing, async || {
        let call = client.delete_db_cluster().db_cluster_identifier(id).skip_final_snapshot(true);
        match call.delete_automated_backups(true).send().await {
            Ok(_) => Ok(Look::There(())),
            Err(error) if Failure::of(&error) == Failure::NotFound => Ok(Look::There(())),
            Err(error) => not_yet(error, &doing, "rds:DeleteDBCluster", id),
        }
    })
    .await?;
    site.until(&doing, async || {
        Ok(match find_cluster(site.account, id).await? {
            None => Look::There(()),
            Some(found) => Look::NotYet(found.status),
        })
    })
    .await?;
    refuse_cluster_snapshots(site, what).await
}

/// As for an instance. The name of the cluster is the run's, so no earlier one has had it.
async fn refuse_cluster_snapshots(site: &Site<'_>, what: &RdsLeftOver) -> Result<()> {
    if what.kind != RdsKind::Quarantined {
        return Ok(());
    }
    let id = &what.id;
    let call = site.account.rds().describe_db_cluster_snapshots().db_cluster_identifier(id).snapshot_type("manual");
    let mut pages = call.into_paginator().items().send();
    let mut made = Vec::new();
    while let Some(next) = pages.next().await {
        let doing = format!("looking for snapshots of {id}");
        let next = next.map_err(|error| refused(error, &doing, "rds:DescribeDBClusterSnapshots", id))?;
        made.push(next.db_cluster_snapshot_identifier().unwrap_or_default().to_owned());
    }
    if made.is_empty() {
        return Ok(());
    }
    let left = made.join(", ");
    Err(Error::failed(format!("cluster {id} is gone, but raw data of it is left: cluster snapshot {left}"))
        .help("somebody has made these snapshots; delete them by hand"))
}

async fn find_snapshot(site: &Site<'_>, id: &str) -> Result<Option<DbSnapshot>> {
    let asked = site.account.rds().describe_db_snapshots().db_snapshot_identifier(id).send().await;
    match asked {
        Ok(answer) => Ok(answer.db_snapshots.unwrap_or_default().into_iter().next()),
        Err(error) if Failure::of(&error) == Failure::NotFound => Ok(None),
        Err(error) => Err(refused(error, &format!("looking at snapshot {id}"), "rds:DescribeDBSnapshots", id)),
    }
}

async fn snapshot(site: &Site<'_>, what: &RdsLeftOver) -> Result<()> {
    let id = &what.id;
    let Some(found) = find_snapshot(site, id).await? else { return Ok(()) };
    let (arn, tags) = (found.db_snapshot_arn().unwrap_or_default(), tag_map(found.tag_list()));
    still_ours(what, &Seen { object: what.object, id, arn, tags: &tags, created: None })?;
    let doing = format!("deleting snapshot {id}");
    site.until(&doing, async || {
        match site.account.rds().delete_db_snapshot().db_snapshot_identifier(id).send().await {
            Ok(_) => Ok(Look::There(())),
            Err(error) if Failure::of(&error) == Failure::NotFound => Ok(Look::There(())),
            Err(error) => not_yet(error, &doing, "rds:DeleteDBSnapshot", id),
        }
    })
    .await?;
    site.until(&doing, async || {
        Ok(match find_snapshot(site, id).await? {
            None => Look::There(()),
            Some(found) => Look::NotYet(found.status.unwrap_or_default()),
        })
    })
    .await
}

async fn cluster_snapshot(site: &Site<'_>, what: &RdsLeftOver) -> Result<()> {
    let (id, client) = (&what.id, site.account.rds());
    let asked = client.describe_db_cluster_snapshots().db_cluster_snapshot_identifier(id).send().await;
    let found = match asked {
        Ok(answer) => answer.db_cluster_snapshots.unwrap_or_default().into_iter().next(),
        Err(error) if Failure::of(&error) == Failure::NotFound => None,
        Err(error) => {
            let doing = format!("looking at cluster snapshot {id}");
            return Err(refused(error, &doing, "rds:DescribeDBClusterSnapshots", id));
        }
    };
    let Some(found) = found else { return Ok(()) };
    let (arn, tags) = (found.db_cluster_snapshot_arn().unwrap_or_default(), tag_map(found.tag_list()));
    still_ours(what, &Seen { object: what.object, id, arn, tags: &tags, created: None })?;
    // A deleted snapshot has no state on its way: it is there, or it isn't, and a second call says so.
    let doing = format!("deleting cluster snapshot {id}");
    site.until(&doing, async || {
        match client.delete_db_cluster_snapshot().db_cluster_snapshot_identifier(id).send().await {
            Ok(_) => Ok(Look::NotYet("being deleted".to_owned())),
            Err(error) if Failure::of(&error) == Failure::NotFound => Ok(Look::There(())),
            Err(error) => not_yet(error, &doing, "rds:DeleteDBClusterSnapshot", id),
        }
    })
    .await
}
