//! A copy of the snapshot, under another key or out of another region, from which is restored instead.

use super::choose::{Chosen, What};
use super::request::RdsSource;
use super::send::own_tags;
use crate::aws::rds::instance::tag_list;
use crate::aws::rds::restored_name;
use crate::aws::rds::site::{Look, Site};
use crate::aws::{Failure, explain};
use crate::error::{Error, ErrorKind, Result};
use crate::run_record::RunId;

/// The copy, if one is asked for. One that the run has begun before is taken up.
pub(super) async fn copied(site: &Site<'_>, source: &RdsSource, run: &RunId, chosen: Chosen) -> Result<Chosen> {
    let (Some(copy), What::Snapshot { id, encrypted, .. }) = (&source.copy, &chosen.what) else {
        if source.copy.is_some() {
            return Err(Error::usage("only a snapshot can be copied before it is restored")
                .help("leave `copy` out: a point in time is restored under production's key; or name a snapshot"));
        }
        return Ok(chosen);
    };
    let name = format!("{}-copy", restored_name(run));
    let client = site.account.rds();
    let original = match &copy.from_region {
        Some(region) if !id.starts_with("arn:") => {
            format!("arn:aws:rds:{region}:{}:snapshot:{id}", site.account.id())
        }
        _ => id.clone(),
    };
    let call = client
        .copy_db_snapshot()
        .source_db_snapshot_identifier(original)
        .target_db_snapshot_identifier(&name)
        .set_kms_key_id(copy.kms_key.clone())
        .copy_tags(false)
        .set_tags(Some(tag_list(own_tags(source, run, &chosen).iter().map(|(key, value)| (*key, value.as_str())))));
    let work = async {
        match call.send().await {
            Ok(_) => Ok(()),
            Err(error) if Failure::of(&error) == Failure::AlreadyExists => Ok(()),
            Err(error) => Err(explain(error, &format!("copying {}", chosen.described), "rds:CopyDBSnapshot", &name)),
        }
    };
    site.journal.step("copy-snapshot", &[("snapshot", &name)], work).await?;
    wait(site, &name, *encrypted || copy.kms_key.is_some()).await?;
    Ok(Chosen { what: What::Snapshot { id: name, encrypted: true, shared: false }, ..chosen })
}

async fn wait(site: &Site<'_>, name: &str, encrypted: bool) -> Result<()> {
    let copy = site
        .until(&format!("copying the snapshot to {name}"), async || {
            let asked = site.account.rds().describe_db_snapshots().db_snapshot_identifier(name).send().await;
            let answer = asked.map_err(|error| {
                explain(error, &format!("looking at the snapshot {name}"), "rds:DescribeDBSnapshots", name)
            })?;
            let Some(found) = answer.db_snapshots().first() else { return Ok(Look::NotYet("not there yet".into())) };
            match found.status().unwrap_or_default() {
                "available" => Ok(Look::There(found.clone())),
                "failed" => Err(Error::new(ErrorKind::Restore, format!("copying the snapshot to {name} failed"))
                    .help("look at its events in the RDS console, and whether the key may be used")),
                _ => Ok(Look::NotYet(format!("{} %", found.percent_progress().unwrap_or_default()))),
            }
        })
        .await
        .map_err(super::of_restore)?;
    if encrypted && copy.encrypted() != Some(true) {
        return Err(Error::new(ErrorKind::Restore, format!("the copy {name} is not encrypted although it has to be")));
    }
    Ok(())
}
