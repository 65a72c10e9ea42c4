//! Where a stage works on RDS, and how it waits there.

use std::time::{Duration, Instant};

use aws_sdk_rds::error::SdkError;
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder;

use super::instance::{Instance, find, refused, tag_list};
use crate::aws::{Account, Failure};
use crate::error::{Error, Result};
use crate::progress::{Event, Progress, Stage};
use crate::run_record::journal::Journal;

/// States in which an instance or cluster never becomes available by itself.
pub(super) const TERMINAL: [&str; 10] = [
    "deleted",
    "deleting",
    "failed",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "incompatible-network",
    "incompatible-parameters",
    "incompatible-restore",
    "stopped",
    "storage-full",
];

/// How one waits for RDS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The time between two looks.
    pub interval: Duration,
    /// After how many looks one gives up.
    pub looks: u32,
}

/// An hour, with a look every 15 s: RDS allows few calls a second, and all of an account share them.
impl Default for Waiting {
    fn default() -> Self {
        Self { interval: Duration::from_secs(15), looks: 240 }
    }
}

/// Where a stage works: the account, the run's journal, and how it waits.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The account and region.
    pub account: &'a Account,
    /// The run's journal.
    pub journal: &'a Journal,
    /// How it waits.
    pub waiting: Waiting,
    /// Who hears of it.
    pub progress: &'a dyn Progress,
    /// In which stage it is done.
    pub stage: Stage,
}

/// What a look found.
pub(crate) enum Look<T> {
    /// What was waited for.
    There(T),
    /// Not yet, and how far it is, in words.
    NotYet(String),
}

impl Site<'_> {
    /// Says what is being done.
    pub(crate) fn say(&self, text: &str) {
        self.progress.event(Event::Step { stage: self.stage, text });
    }

    /// Looks until it is there.
    pub(crate) async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Result<Look<T>>) -> Result<T> {
        let start = Instant::now();
        let mut last = String::new();
        for _ in 0..self.waiting.looks {
            match look().await? {
                Look::There(found) => return Ok(found),
                Look::NotYet(now) if now == last => {}
                Look::NotYet(now) => {
                    self.say(&format!("{what}: {now}, {} min", start.elapsed().as_secs() / 60));
                    last = now;
                }
            }
            tokio::time::sleep(self.waiting.interval).await;
        }
        Err(Error::failed(format!("{what} was given up after {} min: {last}", start.elapsed().as_secs() / 60))
            .help("look at the instance's events in the RDS console; the same command goes on where this one stopped"))
    }

    /// Waits until the instance of this name is available and nothing is missing, which `missing` says in words.
    pub(crate) async fn until_available(
        &self,
        id: &str,
        missing: impl Fn(&Instance) -> Vec<String>,
    ) -> Result<Instance> {
        self.until(&format!("waiting for {id}"), async || {
            let Some(found) = find(self.account, id).await? else {
                return Ok(Look::NotYet("not there yet".to_owned()));
            };
            if TERMINAL.contains(&found.status.as_str()) {
                return Err(Error::failed(format!("instance {id} is {}", found.status)).help(format!(
                    "see why: aws rds describe-events --source-type db-instance --source-identifier {id}"
                )));
            }
            if found.status != "available" {
                return Ok(Look::NotYet(found.status));
            }
            let missing = missing(&found);
            Ok(if missing.is_empty() { Look::There(found) } else { Look::NotYet(missing.join(", ")) })
        })
        .await
    }

    /// Changes an instance at once. While it is in a state that doesn't allow that, it is tried again.
    pub(crate) async fn modify(
        &self,
        id: &str,
        doing: &str,
        change: impl Fn(ModifyDBInstanceFluentBuilder) -> ModifyDBInstanceFluentBuilder,
    ) -> Result<()> {
        self.until(doing, async || {
            let call = self.account.rds().modify_db_instance().db_instance_identifier(id).apply_immediately(true);
            match change(call).send().await {
                Ok(_) => Ok(Look::There(())),
                Err(error) => not_yet(error, doing, "rds:ModifyDBInstance", id),
            }
        })
        .await
    }

    /// Puts tags onto what has this ARN and takes others off.
    pub(crate) async fn tag(&self, arn: &str, put: &[(&str, &str)], take: &[&str]) -> Result<()> {
        let client = self.account.rds();
        if !put.is_empty() {
            let tags = tag_list(put.iter().copied());
            let put = client.add_tags_to_resource().resource_name(arn).set_tags(Some(tags)).send().await;
            put.map_err(|error| refused(error, &format!("tagging {arn}"), "rds:AddTagsToResource", arn))?;
        }
        if !take.is_empty() {
            let keys = take.iter().map(|key| (*key).to_owned()).collect();
            let taken = client.remove_tags_from_resource().resource_name(arn).set_tag_keys(Some(keys)).send().await;
            taken.map_err(|error| {
                refused(error, &format!("taking tags off {arn}"), "rds:RemoveTagsFromResource", arn)
            })?;
        }
        Ok(())
    }
}

/// A refusal that passes when the object has settled, or an error.
pub(crate) fn not_yet<T, E, R>(error: SdkError<E, R>, doing: &str, action: &str, object: &str) -> Result<Look<T>>
where
    E: aws_sdk_rds::error::ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match Failure::of(&error) {
        Failure::InvalidState => Ok(Look::NotYet("its state doesn't allow it yet".to_owned())),
        _ => Err(refused(error, doing, action, object)),
    }
}
