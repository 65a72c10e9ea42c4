//! What a refresh file says of objectives, evidence and notices.

use std::time::Duration;

use crate::notify::{EvidenceBucket, LockMode, Metrics};
use crate::pipeline::Objectives;
use crate::rules::diagnostics::quoted;
use crate::rules::syntax::Content;
use crate::rules::walk::{Entry, Walk};

const OBJECTIVES: [&str; 3] = ["rto", "rpo", "strict_rpo"];
const NOTIFY: [&str; 3] = ["sns", "webhook", "cloudwatch"];
const WEBHOOK: [&str; 2] = ["url_from", "secret"];
const METRICS: [&str; 2] = ["namespace", "region"];
const BUCKET: [&str; 6] = ["bucket", "prefix", "retain_days", "mode", "region", "kms_key"];
/// S3 takes no more (API reference, `DefaultRetention`).
const MOST_DAYS: u32 = 36_500;

/// Where notices go, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotifyText {
    /// The ARN of a topic.
    pub sns: Option<String>,
    /// Where the URL of a webhook is.
    pub webhook: Option<WebhookText>,
    /// Where metrics go.
    pub cloudwatch: Option<Metrics>,
}

/// Where the URL of a webhook is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookText {
    /// In this variable.
    Variable(String),
    /// In Secrets Manager, by its ARN.
    Secret(String),
}

/// `objectives: { rto: 2h, rpo: 24h }`
pub(super) fn objectives(walk: &mut Walk, owner: &Entry<'_>) -> Objectives {
    let mut objectives = Objectives::default();
    for entry in walk.entries(owner.value, "`objectives`", "objectives: { rto: 2h, rpo: 24h }").unwrap_or_default() {
        match entry.key {
            "rto" => objectives.rto = time(walk, &entry),
            "rpo" => objectives.rpo = time(walk, &entry),
            "strict_rpo" => objectives.strict_rpo = yes_or_no(walk, &entry),
            _ => walk.unknown_key(&entry, "`objectives`", OBJECTIVES),
        }
    }
    objectives
}

fn time(walk: &mut Walk, entry: &Entry<'_>) -> Option<Duration> {
    let text = super::text(walk, entry)?;
    let time = humantime::parse_duration(text).ok();
    if time.is_none() {
        walk.wrong(entry.value.place, "this is no time", "write it as in `2h`, `90min` or `1day`".to_owned());
    }
    time
}

pub(super) fn yes_or_no(walk: &mut Walk, entry: &Entry<'_>) -> bool {
    match super::text(walk, entry) {
        Some("true") => true,
        Some("false") | None => false,
        Some(_) => {
            walk.wrong(entry.value.place, "this is neither true nor false", None);
            false
        }
    }
}

/// `notify: { sns: arn:…, webhook: { url_from: SLACK_WEBHOOK }, cloudwatch: { namespace: stagemask } }`
pub(super) fn notify(walk: &mut Walk, owner: &Entry<'_>) -> NotifyText {
    let mut notify = NotifyText::default();
    let example = "notify: { webhook: { url_from: SLACK_WEBHOOK } }";
    for entry in walk.entries(owner.value, "`notify`", example).unwrap_or_default() {
        match entry.key {
            "sns" => notify.sns = arn(walk, &entry, "sns"),
            "webhook" => notify.webhook = webhook(walk, &entry),
            "cloudwatch" => notify.cloudwatch = metrics(walk, &entry),
            _ => walk.unknown_key(&entry, "`notify`", NOTIFY),
        }
    }
    notify
}

/// An ARN of this service, which names the region too.
fn arn(walk: &mut Walk, entry: &Entry<'_>, service: &str) -> Option<String> {
    let text = super::text(walk, entry)?;
    let parts: Vec<&str> = text.split(':').collect();
    let is_one = matches!(parts.as_slice(), ["arn", _, found, region, account, _, ..]
        if *found == service && !region.is_empty() && !account.is_empty());
    if !is_one {
        let help = format!("write it as in `arn:aws:{service}:eu-north-1:123456789012:…`");
        walk.wrong(entry.value.place, format!("this is no ARN of {service}"), help);
        return None;
    }
    Some(text.to_owned())
}

fn webhook(walk: &mut Walk, owner: &Entry<'_>) -> Option<WebhookText> {
    // A text in its place would be the URL, and that is a credential.
    if matches!(&owner.value.content, Content::Text { text, .. } if !text.trim().is_empty()) {
        let help = "its URL is a credential: keep it in a variable and write `webhook: { url_from: SLACK_WEBHOOK }`, \
                    or in Secrets Manager and name its ARN under `secret`";
        walk.wrong(owner.value.place, "a webhook's URL doesn't belong into a refresh file", help.to_owned());
        return None;
    }
    let entry = super::place(walk, owner, &WEBHOOK)?;
    if entry.key == "secret" {
        return arn(walk, &entry, "secretsmanager").map(WebhookText::Secret);
    }
    let name = super::text(walk, &entry)?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit());
    if !is_name {
        let help = "write the name of the variable that holds the URL, as in `url_from: SLACK_WEBHOOK`";
        walk.wrong(entry.value.place, "this is no name of a variable", help.to_owned());
        return None;
    }
    Some(WebhookText::Variable(name.to_owned()))
}

fn metrics(walk: &mut Walk, owner: &Entry<'_>) -> Option<Metrics> {
    let (mut namespace, mut region) = (None, None);
    let mistakes = walk.mistakes.len();
    let example = "cloudwatch: { namespace: stagemask }";
    for entry in walk.entries(owner.value, "`cloudwatch`", example).unwrap_or_default() {
        match entry.key {
            "namespace" => namespace = super::text(walk, &entry).map(str::to_owned),
            "region" => region = super::text(walk, &entry).map(str::to_owned),
            _ => walk.unknown_key(&entry, "`cloudwatch`", METRICS),
        }
    }
    if namespace.is_none() && walk.mistakes.len() == mistakes {
        walk.wrong(owner.place, "`cloudwatch` names no namespace", format!("write it as in `{example}`"));
    }
    Some(Metrics { namespace: namespace?, region })
}

/// `evidence: { s3: { bucket: …, retain_days: 400 } }`
pub(super) fn evidence(walk: &mut Walk, owner: &Entry<'_>) -> Option<EvidenceBucket> {
    let entry = super::place(walk, owner, &["s3"])?;
    let example = "s3: { bucket: drop-evidence, retain_days: 400 }";
    let mistakes = walk.mistakes.len();
    let (mut bucket, mut retain_days) = (None, None);
    let mut rest = EvidenceBucket {
        bucket: String::new(),
        prefix: String::new(),
        retain_days: 0,
        mode: LockMode::Governance,
        region: None,
        kms_key: None,
    };
    for entry in walk.entries(entry.value, "`s3`", example).unwrap_or_default() {
        match entry.key {
            "bucket" => bucket = super::text(walk, &entry).map(str::to_owned),
            "prefix" => rest.prefix = super::text(walk, &entry).unwrap_or_default().to_owned(),
            "retain_days" => retain_days = days(walk, &entry),
            "mode" => rest.mode = mode(walk, &entry).unwrap_or(LockMode::Governance),
            "region" => rest.region = super::text(walk, &entry).map(str::to_owned),
            "kms_key" => rest.kms_key = super::text(walk, &entry).map(str::to_owned),
            _ => walk.unknown_key(&entry, "`s3`", BUCKET),
        }
    }
    if (bucket.is_none() || retain_days.is_none()) && walk.mistakes.len() == mistakes {
        let missing = if bucket.is_none() { "bucket" } else { "retain_days" };
        walk.wrong(entry.place, format!("`s3` has no {}", quoted(missing)), format!("write it as in `{example}`"));
    }
    Some(EvidenceBucket { bucket: bucket?, retain_days: retain_days?, ..rest })
}

fn days(walk: &mut Walk, entry: &Entry<'_>) -> Option<u32> {
    let days = super::text(walk, entry)?.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    if days.is_none() {
        walk.wrong(entry.value.place, "this is no number of days", format!("write a number from 1 to {MOST_DAYS}"));
    }
    days
}

fn mode(walk: &mut Walk, entry: &Entry<'_>) -> Option<LockMode> {
    match super::text(walk, entry)? {
        "governance" => Some(LockMode::Governance),
        "compliance" => Some(LockMode::Compliance),
        _ => {
            walk.wrong(entry.value.place, "this is no mode", "write `governance` or `compliance`".to_owned());
            None
        }
    }
}
