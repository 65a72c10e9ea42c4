//! How proofs are signed, and whose are believed.

use crate::error::Result;
use crate::run_record::audit::AuditLog;
use crate::verify::proof::{ProofKey, PublicKey};

/// How proofs are signed, and whose are believed.
#[derive(Debug, Clone, Default)]
pub struct Proving {
    /// Where the key is that signs proofs; `None` leaves them unsigned.
    pub key: Option<KeySource>,
    /// The key that has to have signed the proof of what is released; that of `key`, where there is one and this is `None`.
    pub trusted: Option<PublicKey>,
    /// Whether a schema that has changed since it was last proved stops a refresh.
    pub refuse_drift: bool,
}

/// Where the key is that signs proofs.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// Here.
    Given(ProofKey),
    /// In Secrets Manager, by its ARN or name.
    SecretsManager(String),
}

impl Proving {
    /// The key that signs proofs.
    ///
    /// # Errors
    /// When it has to be fetched and can't be.
    pub(super) async fn signing_key(&self, audit: &AuditLog) -> Result<Option<ProofKey>> {
        match &self.key {
            None => Ok(None),
            Some(KeySource::Given(key)) => Ok(Some(key.clone())),
            Some(KeySource::SecretsManager(secret)) => Box::pin(key_in_secret(secret, audit)).await.map(Some),
        }
    }

    /// The key that has to have signed a proof, if one is known.
    ///
    /// # Errors
    /// As [`Proving::signing_key`].
    pub(super) async fn trusted_key(&self, audit: &AuditLog) -> Result<Option<PublicKey>> {
        if let Some(trusted) = &self.trusted {
            return Ok(Some(trusted.clone()));
        }
        self.signing_key(audit).await?.as_ref().map(ProofKey::public).transpose()
    }
}

#[cfg(feature = "aws")]
async fn key_in_secret(secret: &str, audit: &AuditLog) -> Result<ProofKey> {
    use crate::aws::{Account, Side, secrets};
    // The whole text of the secret, or `password` of an object in it.
    // arn:partition:secretsmanager:region:account:secret:name
    let region = secret.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(2)).map(str::to_owned);
    let account = Account::sign_in(&Side { region, ..Side::default() }, Some(audit)).await?;
    let text = secrets::password(&account, secret).await?;
    ProofKey::parse(text.expose())
}

#[cfg(not(feature = "aws"))]
async fn key_in_secret(secret: &str, _: &AuditLog) -> Result<ProofKey> {
    use crate::error::Error;
    Err(Error::usage(format!("the key for proofs is in the secret {secret}, and this stagemask was built without AWS"))
        .help("build it with the feature `aws`, which is on by default"))
}
