//! The way back: what was staging before becomes it again, and what took its place is closed.

use super::rename::{exchange, rename};
use super::scene::Scene;
use super::shape;
use super::swap::expires_in;
use crate::aws::rds::instance::{Instance, find};
use crate::aws::rds::names::Names;
use crate::aws::rds::site::Site;
use crate::aws::tags;
use crate::error::{Error, Result};
use crate::run_record::RunId;

/// What to take back.
#[derive(Debug, Clone, Copy)]
pub struct Back<'a> {
    /// The run whose release is taken back.
    pub run: &'a RunId,
    /// The instance that people connect to.
    pub staging: &'a str,
    /// The name that the run gave to the instance with the masked database.
    pub incoming: &'a str,
    /// The security groups of the quarantine, by id, with which the instance is closed.
    pub quarantine: &'a [String],
    /// How long the closed instance is kept, in hours.
    pub keep_hours: u32,
}

/// Rolls a release back: the instance before is staging again, and the released one is kept, closed, as
/// `…-rolledback-<run>`. Its name is given. Calling it again goes on wherever it was cut off.
///
/// # Errors
/// When there is no instance to go back to, another run has been released since, or RDS refuses.
pub async fn rollback(site: Site<'_>, what: Back<'_>) -> Result<String> {
    let names = Names::new(what.staging, what.incoming, what.run)?;
    let run = what.run.to_string();
    let scene = Scene::look(&site, &names).await?;
    let Some(new) = scene.new_one(&run).cloned() else {
        return Err(not_released(&scene, &names, &run));
    };
    if new.id == names.incoming {
        return Err(not_released(&scene, &names, &run));
    }
    let Some(old) = scene.old_one(&run).cloned() else {
        return Err(Error::usage(format!("run {run} left no instance to go back to"))
            .help(format!("{} is not there: it has been deleted, or there was none", names.retired)));
    };
    take_back(&site, &names, &new, &names.rolled_back, Some(&old), what).await?;
    Ok(names.rolled_back)
}

/// Takes back a release that was not finished: staging is as it was, and the masked instance is closed under its own
/// name again. Where nothing has been begun, nothing is done.
///
/// # Errors
/// When names are taken by instances that the run doesn't know, or RDS refuses.
pub async fn undo(site: Site<'_>, what: Back<'_>) -> Result<()> {
    let names = Names::new(what.staging, what.incoming, what.run)?;
    let run = what.run.to_string();
    let scene = Scene::look(&site, &names).await?;
    scene.refuse_strangers(&run)?;
    let old = scene.old_one(&run).cloned();
    match scene.new_one(&run).cloned() {
        Some(new) => take_back(&site, &names, &new, &names.incoming, old.as_ref(), what).await,
        None => match old {
            Some(old) => {
                exchange(&site, &names.staging, None, &old).await?;
                unmark(&site, &names).await
            }
            None => Ok(()),
        },
    }
}

async fn take_back(
    site: &Site<'_>,
    names: &Names,
    new: &Instance,
    away: &str,
    old: Option<&Instance>,
    what: Back<'_>,
) -> Result<()> {
    // Marked before it loses its name, so that it is listed wherever this is cut off.
    let state = if away == names.rolled_back { tags::ROLLED_BACK } else { tags::QUARANTINED };
    if new.tag(tags::STATE) != Some(state) || new.tag(tags::EXPIRES).is_none() {
        let expires = expires_in(what.keep_hours);
        let put = [(tags::STATE, state), (tags::EXPIRES, expires.as_str())];
        site.journal.step("mark-closed", &[("instance", &new.id)], site.tag(&new.arn, &put, &[])).await?;
    }
    match old {
        Some(old) => exchange(site, &names.staging, Some((new, away)), old).await?,
        None if new.id == names.staging => rename(site, "rename-away", new, away).await.map(|_| ())?,
        None => {}
    }
    unmark(site, names).await?;
    let closed = site.until_available(away, |_| Vec::new()).await?;
    shape::set_groups(site, "close-instance", &closed, what.quarantine).await
}

/// What is staging again is no longer about to be deleted.
async fn unmark(site: &Site<'_>, names: &Names) -> Result<()> {
    let Some(old) = find(site.account, &names.staging).await? else { return Ok(()) };
    if old.tag(tags::RETIRED_BY).is_none() {
        return Ok(());
    }
    let put = [(tags::STATE, tags::RELEASED)];
    let work = site.tag(&old.arn, &put, &[tags::EXPIRES, tags::RETIRED_BY]);
    site.journal.step("unmark-retiring", &[("instance", &old.id)], work).await
}

fn not_released(scene: &Scene, names: &Names, run: &str) -> Error {
    let error = Error::usage(format!("run {run} is not what {} is now", names.staging));
    match scene.staging.as_ref().and_then(|staging| staging.tag(tags::RUN)) {
        Some(other) => error.help(format!("it is of run {other}: roll that one back first")),
        None => error.help("`stagemask status` lists the runs and what they released"),
    }
}
