//! Evidence in a bucket with object lock.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ObjectLockMode, ServerSideEncryption};
use aws_smithy_types::DateTime;
use sha2::{Digest as _, Sha256};

use super::{EvidenceBucket, LockMode};
use crate::aws::{Account, Side, explain};
use crate::error::{Context as _, Result};
use crate::report::evidence::{JSON, MARKDOWN, WITH_DIGEST};
use crate::run_record::RunFolder;
use crate::run_record::audit::{AuditLog, FILE as AUDIT};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Puts every file of it there, locked from the first moment (API reference, `PutObject`).
pub(super) async fn put(bucket: &EvidenceBucket, folder: &RunFolder, run: &str, audit: &AuditLog) -> Result<()> {
    let side = Side { region: bucket.region.clone(), ..Side::default() };
    let client = Account::sign_in(&side, Some(audit)).await?.s3();
    let until = DateTime::from(SystemTime::now() + DAY.saturating_mul(bucket.retain_days));
    let mode = match bucket.mode {
        LockMode::Governance => ObjectLockMode::Governance,
        LockMode::Compliance => ObjectLockMode::Compliance,
    };
    for name in [JSON, MARKDOWN].into_iter().chain(WITH_DIGEST).chain([AUDIT]) {
        let path = folder.join(name);
        if !path.is_file() {
            continue;
        }
        let bytes = std::fs::read(&path).context(format!("reading {} failed", path.display()))?;
        let key = bucket.key(run, name);
        let encryption =
            if bucket.kms_key.is_some() { ServerSideEncryption::AwsKms } else { ServerSideEncryption::Aes256 };
        client
            .put_object()
            .bucket(&bucket.bucket)
            .key(&key)
            // S3 wants to know of which kind it is before it locks an object.
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .checksum_sha256(aws_smithy_types::base64::encode(Sha256::digest(&bytes)))
            .body(ByteStream::from(bytes))
            .content_type(content_type(name))
            .server_side_encryption(encryption)
            .set_ssekms_key_id(bucket.kms_key.clone())
            .object_lock_mode(mode.clone())
            .object_lock_retain_until_date(until)
            .send()
            .await
            .map_err(|error| {
                let object = format!("{}/{key}", bucket.bucket);
                explain(error, "putting evidence into a bucket", "s3:PutObject and s3:PutObjectRetention", &object)
            })?;
    }
    Ok(())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "md")) => "text/markdown; charset=utf-8",
        Some((_, "jsonl")) => "application/x-ndjson",
        _ => "application/json",
    }
}
