//! The release of an instance: it gets staging's shape, staging's name, and last of all staging's security groups.

use std::time::{Duration, SystemTime};

use super::other_databases::Emptied;
use super::rename::exchange;
use super::request::{RdsStaging, Strategy};
use super::scene::{Scene, refuse_as_target};
use super::shape::{self, Wanted};
use crate::aws::rds::instance::{Instance, production_tag};
use crate::aws::rds::names::Names;
use crate::aws::rds::site::Site;
use crate::aws::rds::staging::describe_staging;
use crate::aws::tags;
use crate::error::{Error, Result};
use crate::run_record::utc;
use crate::verify::VerifiedDatabase;

/// What is released, and as what.
#[derive(Clone, Copy)]
pub struct InstanceRelease<'a> {
    /// The token of the stage before: without a proof nothing is opened.
    pub verified: &'a VerifiedDatabase,
    /// What staging is to be like.
    pub staging: &'a RdsStaging,
    /// The instance with the verified database, under the name that the run gave it.
    pub incoming: &'a str,
    /// That nothing raw is left beside it, where the instance was restored with production's data.
    pub emptied: Option<&'a Emptied>,
}

/// What the swap of instances did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swapped {
    /// The name that the instance before has now, if there was one.
    pub retired: Option<String>,
    /// The host name of staging.
    pub address: String,
    /// Its port.
    pub port: u16,
}

/// Makes the instance with the masked database staging. What was staging is kept as `…-retired-<run>`.
///
/// It looks at what is there and does what is still to do, so calling it again goes on wherever it was cut off. The
/// slow part comes before the renaming: people miss staging for as long as two renamings take.
///
/// # Errors
/// When something would be put at risk (then nothing is done), or RDS refuses. Until the first renaming staging is as
/// it was; if the second one fails, the first is taken back; the error says so.
pub async fn swap(site: Site<'_>, what: InstanceRelease<'_>) -> Result<Swapped> {
    let run = &what.verified.proof().run;
    let word = run.to_string();
    let names = Names::new(&what.staging.instance, what.incoming, run)?;
    let wanted = Wanted::of(what.staging)?;
    if what.staging.strategy == Strategy::RestoredInstance && what.emptied.is_none() {
        return Err(Error::failed(format!(
            "{} came with production's data, and nobody has shown that it is gone",
            names.incoming
        ))
        .help("drop the raw database and what else is on the instance first (`after_masking`)"));
    }
    let scene = Scene::look(&site, &names).await?;
    scene.refuse_strangers(&word)?;
    let old = scene.old_one(&word).cloned();
    let new = releasable(&scene, &word, &names)?;
    match &old {
        Some(old) => refuse_as_target(old)?,
        None => refuse_cluster(&site, &names).await?,
    }
    if let Some(old) = old.as_ref().filter(|old| old.id == names.staging && old.pending_name.is_none()) {
        // One that is stopped can't be renamed, and it is better to know before hours of backups.
        site.until_available(&old.id, |_| Vec::new()).await?;
    }
    let new = shape::shape(&site, new, &wanted).await?;
    if let Some(old) = old.as_ref().filter(|old| old.id == names.staging) {
        retiring(&site, old, &word, what.staging.keep_hours).await?;
    }
    exchange(&site, &names.staging, old.as_ref().map(|old| (old, names.retired.as_str())), &new).await?;
    finish(&site, &names, &word, what.staging, &wanted).await
}

fn releasable(scene: &Scene, run: &str, names: &Names) -> Result<Instance> {
    let Some(new) = scene.new_one(run).filter(|new| new.id != names.rolled_back) else {
        return Err(Error::failed(format!("there is no instance {} of run {run} to release", names.incoming))
            .help("it has been deleted, renamed or rolled back: `stagemask status` shows the run"));
    };
    if let Some(tag) = production_tag(&new.tags) {
        return Err(Error::failed(format!("instance {} carries production's tag {tag}", new.id))
            .help("it was restored with production's tags: delete it with `stagemask cleanup` and restore again"));
    }
    shape::refuse_public(new).map(|()| new.clone())
}

/// An instance may have the name of a cluster, and people would go on connecting to the cluster.
async fn refuse_cluster(site: &Site<'_>, names: &Names) -> Result<()> {
    match describe_staging(site.account, &names.staging).await? {
        Some(staging) => staging.refuse_renaming(),
        None => Ok(()),
    }
}

/// Marked before it loses its name, so that it is listed wherever the run is cut off.
async fn retiring(site: &Site<'_>, old: &Instance, run: &str, keep_hours: u32) -> Result<()> {
    let expires = expires_in(keep_hours);
    let put = [
        (tags::MANAGED, "true"),
        (tags::STATE, tags::RETIRING),
        (tags::RETIRED_BY, run),
        (tags::EXPIRES, expires.as_str()),
    ];
    site.journal.step("mark-retiring", &[("instance", &old.id)], site.tag(&old.arn, &put, &[])).await
}

/// What comes behind the renaming: tags, protection, and the way in.
async fn finish(
    site: &Site<'_>,
    names: &Names,
    run: &str,
    staging: &RdsStaging,
    wanted: &Wanted<'_>,
) -> Result<Swapped> {
    let scene = Scene::look(site, names).await?;
    let retired = scene.old_one(run).filter(|old| old.id == names.retired);
    if let Some(old) = retired.filter(|old| old.tag(tags::STATE) != Some(tags::RETIRED)) {
        let put = [(tags::STATE, tags::RETIRED)];
        site.journal.step("mark-retired", &[("instance", &old.id)], site.tag(&old.arn, &put, &[])).await?;
    }
    let new = scene.staging.as_ref().filter(|new| new.is_of(run)).ok_or_else(|| {
        Error::failed(format!("{} is no longer the instance that was released", names.staging))
            .help("somebody has renamed it meanwhile: look at the instances, then decide which is to be staging")
    })?;
    let new = shape::protect(site, new, wanted).await?;
    mark_released(site, &new, staging).await?;
    let opened = shape::open(site, &new, wanted).await?;
    site.say(&format!("{} is open", names.staging));
    Ok(Swapped {
        retired: retired.map(|old| old.id.clone()),
        address: opened.address.unwrap_or_default(),
        port: opened.port.unwrap_or_default(),
    })
}

/// Staging carries the shop's tags, and nothing that would let it be deleted as forgotten.
async fn mark_released(site: &Site<'_>, new: &Instance, staging: &RdsStaging) -> Result<()> {
    let mut put: Vec<(&str, &str)> =
        staging.shape.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    put.push((tags::STATE, tags::RELEASED));
    let wrong = |tags: &Instance| put.iter().any(|(key, value)| tags.tag(key) != Some(value));
    if !wrong(new) && new.tag(tags::EXPIRES).is_none() {
        return Ok(());
    }
    let work = async {
        site.tag(&new.arn, &put, &[tags::EXPIRES]).await?;
        let missing = |found: &Instance| {
            let missing = wrong(found) || found.tag(tags::EXPIRES).is_some();
            if missing { vec!["its tags".to_owned()] } else { Vec::new() }
        };
        site.until_available(&new.id, missing).await.map(|_| ())
    };
    site.journal.step("mark-released", &[("instance", &new.id)], work).await
}

/// The time at which something that is kept for so long may be deleted.
pub(super) fn expires_in(hours: u32) -> String {
    utc(SystemTime::now() + Duration::from_secs(u64::from(hours) * 3600))
}
