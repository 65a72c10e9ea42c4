//! A copy of the snapshot, under another key or out of another region, from which is restored instead.

use aws_sdk_rds::error::{ProvideErrorMetadata, SdkError};

use super::choose::{Chosen, What};
use super::request::{Production, RdsSource};
use super::send::own_tags;
use super::snapshots;
use crate::aws::rds::instance::tag_list;
use crate::aws::rds::restored_name;
use crate::aws::rds::site::{Look, Site};
use crate::aws::{Failure, explain};
use crate::error::{Error, ErrorKind, Result};
use crate::run_record::RunId;

/// The copy, if one is asked for. One that the run has begun before is taken up.
pub(super) async fn copied(site: &Site<'_>, source: &RdsSource, run: &RunId, chosen: Chosen) -> Result<Chosen> {
    let (Some(copy), What::Snapshot { id, engine, encrypted, .. }) = (&source.copy, &chosen.what) else {
        if source.copy.is_some() {
            return Err(Error::usage("only a snapshot can be copied before it is restored")
                .help("leave `copy` out: a point in time is restored under production's key; or name a snapshot"));
        }
        return Ok(chosen);
    };
    if *encrypted && copy.from_region.as_deref().is_some_and(|region| region != site.account.region()) {
        // AWS asks for a presigned URL of the other region then (RDS API reference, CopyDBSnapshot).
        return Err(Error::usage("an encrypted snapshot of another region can't be copied yet")
            .help("copy it by other means first (aws rds copy-db-snapshot --source-region …), and name the copy"));
    }
    let name = format!("{}-copy", restored_name(run));
    let client = site.account.rds();
    let kind = match source.production {
        Production::Instance(_) => "snapshot",
        Production::Cluster(_) => "cluster-snapshot",
    };
    let original = match &copy.from_region {
        Some(region) if !id.starts_with("arn:") => format!("arn:aws:rds:{region}:{}:{kind}:{id}", site.account.id()),
        _ => id.clone(),
    };
    let own = own_tags(source, run, &chosen);
    let tags = Some(tag_list(own.iter().map(|(key, value)| (*key, value.as_str()))));
    let doing = format!("copying {}", chosen.described);
    let work = async {
        match source.production {
            Production::Instance(_) => {
                let call = client.copy_db_snapshot().source_db_snapshot_identifier(original);
                let call = call.target_db_snapshot_identifier(&name).set_kms_key_id(copy.kms_key.clone());
                let sent = call.copy_tags(false).set_tags(tags).send().await;
                sent.map(|_| ()).or_else(|error| unless_there(error, &doing, "rds:CopyDBSnapshot", &name))
            }
            Production::Cluster(_) => {
                let call = client.copy_db_cluster_snapshot().source_db_cluster_snapshot_identifier(original);
                let call = call.target_db_cluster_snapshot_identifier(&name).set_kms_key_id(copy.kms_key.clone());
                let sent = call.copy_tags(false).set_tags(tags).send().await;
                sent.map(|_| ()).or_else(|error| unless_there(error, &doing, "rds:CopyDBClusterSnapshot", &name))
            }
        }
    };
    site.journal.step("copy-snapshot", &[("snapshot", &name)], work).await?;
    wait(site, &source.production, &name, *encrypted || copy.kms_key.is_some()).await?;
    let what = What::Snapshot { id: name, engine: engine.clone(), encrypted: true, shared: false };
    Ok(Chosen { what, ..chosen })
}

/// A copy that the run has begun before is no error.
fn unless_there<E, R>(error: SdkError<E, R>, doing: &str, action: &str, name: &str) -> Result<()>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match Failure::of(&error) {
        Failure::AlreadyExists => Ok(()),
        _ => Err(explain(error, doing, action, name)),
    }
}

async fn wait(site: &Site<'_>, production: &Production, name: &str, encrypted: bool) -> Result<()> {
    let copy = site
        .until(&format!("copying the snapshot to {name}"), async || {
            let Some(found) = snapshots::by_id(site.account, production, name, false).await? else {
                return Ok(Look::NotYet("not there yet".into()));
            };
            match found.status.as_str() {
                "available" => Ok(Look::There(found)),
                "failed" => Err(Error::new(ErrorKind::Restore, format!("copying the snapshot to {name} failed"))
                    .help("look at its events in the RDS console, and whether the key may be used")),
                _ => Ok(Look::NotYet(format!("{} %", found.percent))),
            }
        })
        .await
        .map_err(super::of_restore)?;
    if encrypted && !copy.encrypted {
        return Err(Error::new(ErrorKind::Restore, format!("the copy {name} is not encrypted although it has to be")));
    }
    Ok(())
}
