//! Who has which name: from this and the tags, a release that was cut off knows how far it came.

use crate::aws::rds::instance::{Instance, find, production_tag};
use crate::aws::rds::names::Names;
use crate::aws::rds::site::Site;
use crate::aws::tags;
use crate::error::{Error, Result};

/// The instances under the names of a release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scene {
    pub(super) staging: Option<Instance>,
    pub(super) incoming: Option<Instance>,
    pub(super) retired: Option<Instance>,
    pub(super) rolled_back: Option<Instance>,
}

impl Scene {
    /// Looks.
    ///
    /// # Errors
    /// When RDS can't be asked.
    pub(super) async fn look(site: &Site<'_>, names: &Names) -> Result<Self> {
        Ok(Self {
            staging: find(site.account, &names.staging).await?,
            incoming: find(site.account, &names.incoming).await?,
            retired: find(site.account, &names.retired).await?,
            rolled_back: find(site.account, &names.rolled_back).await?,
        })
    }

    /// The instance with this run's masked database, wherever it stands.
    pub(super) fn new_one(&self, run: &str) -> Option<&Instance> {
        let places = [&self.staging, &self.incoming, &self.rolled_back];
        places.into_iter().flatten().find(|found| found.is_of(run))
    }

    /// The instance that was staging before this run.
    pub(super) fn old_one(&self, run: &str) -> Option<&Instance> {
        let retired = self.retired.as_ref().filter(|found| found.tag(tags::RETIRED_BY) == Some(run));
        self.staging.as_ref().filter(|found| !found.is_of(run)).or(retired)
    }

    /// Refuses names that belong to somebody else.
    ///
    /// # Errors
    /// When one of the names of the run is taken.
    pub(super) fn refuse_strangers(&self, run: &str) -> Result<()> {
        let taken = |found: &Instance, why: &str| {
            Err(Error::failed(format!("the name {} is taken: {why}", found.id))
                .help(format!("look at that instance ({}); rename or delete it, then go on with the run", found.arn)))
        };
        for found in [&self.incoming, &self.rolled_back].into_iter().flatten() {
            if !found.is_of(run) {
                return taken(found, "the instance isn't this run's");
            }
        }
        match (&self.retired, &self.staging) {
            (Some(retired), _) if retired.tag(tags::RETIRED_BY) != Some(run) => {
                taken(retired, "the instance wasn't retired by this run")
            }
            (Some(retired), Some(staging)) if !staging.is_of(run) => {
                taken(staging, &format!("{} was staging when the run began, and has been renamed", retired.id))
            }
            _ => Ok(()),
        }
    }
}

/// Refuses to take the name from what must not lose it.
///
/// # Errors
/// When the instance is tagged as production, has read replicas, or is one, or belongs to a cluster.
pub(super) fn refuse_as_target(found: &Instance) -> Result<()> {
    let refuse = |why: String, help: &str| {
        Err(Error::usage(format!("instance {} can't be replaced: {why}", found.id)).help(help.to_owned()))
    };
    if let Some(tag) = production_tag(&found.tags) {
        return refuse(format!("it is tagged {tag}"), "name staging as the target; if it is staging, correct its tag");
    }
    if !found.replicas.is_empty() {
        let list = found.replicas.join(", ");
        return refuse(
            format!("it has read replicas: {list}"),
            "delete or promote them first: a renaming leaves them behind",
        );
    }
    if let Some(primary) = &found.replica_of {
        return refuse(format!("it is a read replica of {primary}"), "name the instance that it replicates");
    }
    if let Some(cluster) = &found.cluster {
        return refuse(
            format!("it belongs to cluster {cluster}"),
            "name the cluster as the target, with the strategy that swaps databases (`staging_instance`)",
        );
    }
    Ok(())
}
