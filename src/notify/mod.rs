//! Tells others how a run ended: a topic of Amazon SNS, a webhook, metrics of Amazon CloudWatch. And hands the evidence
//! to a bucket that doesn't give it back before its time.
//!
//! A notice that can't be sent never fails a run. It carries names, counts and times, never a value.

#[cfg(feature = "aws")]
mod cloudwatch;
mod notice;
#[cfg(feature = "aws")]
mod s3;
#[cfg(feature = "aws")]
mod sns;
mod webhook;

use std::future::Future;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::progress::{Event, Progress};
use crate::report::evidence::Evidence;
use crate::run_record::RunFolder;
use crate::run_record::audit::AuditLog;
use crate::secret::Secret;

pub use notice::Notice;

/// How long one notice may take, with all its attempts.
const LIMIT: Duration = Duration::from_secs(30);

/// Where notices go.
#[derive(Debug, Clone, Default)]
pub struct Notify {
    /// A topic of Amazon SNS, by its ARN, which names the region too.
    pub sns: Option<String>,
    /// A webhook that takes what Slack's incoming webhooks take.
    pub webhook: Option<Webhook>,
    /// Metrics of Amazon CloudWatch.
    pub cloudwatch: Option<Metrics>,
}

/// Where the URL of a webhook is, which is a credential itself: whoever has it can write to the channel.
#[derive(Debug, Clone)]
pub enum Webhook {
    /// The URL itself, out of the environment.
    Url(Secret),
    /// In Secrets Manager, by ARN: the whole secret, or `url` in its JSON.
    SecretsManager(String),
}

/// Where metrics go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// The namespace, such as `stagemask`.
    pub namespace: String,
    /// The region; `None` for that of the environment or profile.
    pub region: Option<String>,
}

/// A bucket with object lock, which keeps evidence (Amazon S3 user guide, "Locking objects with Object Lock").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceBucket {
    /// The bucket. Object lock has to be on, which it can only be from the day a bucket is made, or by its owner later.
    pub bucket: String,
    /// What the keys begin with; the run's id and the file's name follow.
    pub prefix: String,
    /// For how many days nobody can delete it.
    pub retain_days: u32,
    /// Who may shorten that time.
    pub mode: LockMode,
    /// The region; `None` for that of the environment or profile.
    pub region: Option<String>,
    /// The KMS key; `None` for a key that S3 manages.
    pub kms_key: Option<String>,
}

/// Who may shorten the time for which an object is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockMode {
    /// Whoever has `s3:BypassGovernanceRetention`.
    Governance,
    /// Nobody, not even the root user of the account.
    Compliance,
}

/// Sends a notice to every place that is named. What can't be sent is a warning.
pub async fn send(notify: &Notify, evidence: &Evidence, audit: &AuditLog, progress: &dyn Progress) {
    let notice = Notice::of(evidence);
    if let Some(topic) = &notify.sns {
        #[cfg(feature = "aws")]
        let work = sns::publish(topic, &notice, audit);
        #[cfg(not(feature = "aws"))]
        let work = std::future::ready(Err(without_aws(&notice)));
        attempt("the topic of SNS", topic, work, audit, progress).await;
    }
    if let Some(webhook) = &notify.webhook {
        attempt("the webhook", "webhook", webhook::post(webhook, &notice, audit), audit, progress).await;
    }
    if let Some(metrics) = &notify.cloudwatch {
        #[cfg(feature = "aws")]
        let work = cloudwatch::put(metrics, evidence, audit);
        #[cfg(not(feature = "aws"))]
        let work = std::future::ready(Err(without_aws(&notice)));
        attempt("the metrics of CloudWatch", &metrics.namespace, work, audit, progress).await;
    }
}

async fn attempt(
    what: &str,
    object: &str,
    work: impl Future<Output = Result<()>>,
    audit: &AuditLog,
    progress: &dyn Progress,
) {
    let in_time = async {
        let late = || Error::failed(format!("no answer within {} seconds", LIMIT.as_secs()));
        let done = tokio::time::timeout(LIMIT, work).await.map_err(|_| late()).flatten();
        done.map_err(|error| error.of_kind(ErrorKind::Failed))
    };
    if let Err(error) = audit.around("notice.send", object, in_time).await {
        let text = format!("no notice went to {what}: {error}");
        progress.event(Event::Warning { text: &text });
    }
}

/// Puts the evidence of a run, and what its digests are of, into the bucket. Gives the URI of where it is.
///
/// # Errors
/// When something of it can't be put there. What was put before stays.
pub async fn keep_evidence(bucket: &EvidenceBucket, folder: &RunFolder, run: &str, audit: &AuditLog) -> Result<String> {
    let place = format!("s3://{}/{}", bucket.bucket, bucket.key(run, ""));
    #[cfg(feature = "aws")]
    let work = s3::put(bucket, folder, run, audit);
    #[cfg(not(feature = "aws"))]
    let work = std::future::ready(Err::<(), _>(without_aws(folder)));
    let explained = async {
        work.await.map_err(|error| {
            let help = format!(
                "{}the run itself is what it is, and its evidence is in {}: copy it to {place} by hand, with its lock",
                error.advice().map(|advice| format!("{advice}\n")).unwrap_or_default(),
                folder.path().display(),
            );
            error.of_kind(ErrorKind::Failed).help(help)
        })
    };
    audit.around("evidence.upload", &place, explained).await?;
    Ok(place)
}

impl EvidenceBucket {
    fn key(&self, run: &str, file: &str) -> String {
        let prefix = self.prefix.trim_matches('/');
        if prefix.is_empty() { format!("{run}/{file}") } else { format!("{prefix}/{run}/{file}") }
    }
}

#[cfg(not(feature = "aws"))]
fn without_aws<T>(_: T) -> Error {
    Error::failed("this stagemask was built without AWS").help("build it with the feature `aws`")
}

/// The region that an ARN names: its fourth part.
#[cfg(feature = "aws")]
fn region_of(arn: &str) -> Option<String> {
    arn.split(':').nth(3).filter(|region| !region.is_empty()).map(str::to_owned)
}
