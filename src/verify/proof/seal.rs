//! What makes a change of a proof show: a digest, and a signature where there is a key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::key::{ProofKey, PublicKey};
use super::{Proof, VERSION, canonical, sha256};
use crate::error::{Context as _, Error, Result};

/// A signature of a proof: Ed25519 over the canonical JSON of the document without `digest` and `signature`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// `Ed25519`.
    pub algorithm: String,
    /// The public key, as base64 of its DER form. Whom it belongs to is not for the document to say.
    pub key: String,
    /// The signature, as base64.
    pub value: String,
}

impl Proof {
    /// What digest and signature are about.
    fn signed_part(&self) -> Result<String> {
        let mut document = serde_json::to_value(self).context("putting the proof into JSON failed")?;
        if let Some(members) = document.as_object_mut() {
            members.remove("digest");
            members.remove("signature");
        }
        canonical(&document)
    }

    /// The proof with its digest, and with a signature where there is a key.
    ///
    /// # Errors
    /// When it can't be signed.
    pub fn sealed(mut self, key: Option<&ProofKey>) -> Result<Self> {
        let part = self.signed_part()?;
        self.digest = sha256(part.as_bytes());
        self.signature = match key {
            Some(key) => Some(Signature {
                algorithm: "Ed25519".to_owned(),
                key: key.public()?.to_base64(),
                value: STANDARD.encode(key.sign(part.as_bytes())?),
            }),
            None => None,
        };
        Ok(self)
    }

    /// That nobody has changed the document since it was made, as far as it tells itself; and that this key signed it, if
    /// one is trusted.
    ///
    /// # Errors
    /// With what is wrong.
    pub fn check_seal(&self, trusted: Option<&PublicKey>) -> Result<()> {
        if self.version != VERSION {
            let what = format!("the proof is of version {}, which says nothing of later writes", self.version);
            return Err(Error::failed(what).help("verify again with this stagemask"));
        }
        let part = self.signed_part()?;
        if sha256(part.as_bytes()) != self.digest {
            return Err(tampered("it isn't what its digest says"));
        }
        let Some(signature) = &self.signature else {
            return match trusted {
                None => Ok(()),
                Some(_) => Err(Error::failed("the proof isn't signed")
                    .help("verify with the key in STAGEMASK_PROOF_KEY or with --proof-key-file")),
            };
        };
        let key = PublicKey::of_base64(&signature.key).ok_or_else(|| tampered("its key is none"))?;
        if let Some(trusted) = trusted.filter(|trusted| **trusted != key) {
            let what = format!("the proof is signed with key {}, not with {}", key.id(), trusted.id());
            return Err(Error::failed(what).help("somebody else has made it, or this is another public key"));
        }
        let value = STANDARD.decode(&signature.value).map_err(|_| tampered("its signature is none"))?;
        if signature.algorithm != "Ed25519" || !key.has_signed(part.as_bytes(), &value) {
            return Err(tampered("its signature isn't one of what it says"));
        }
        Ok(())
    }
}

fn tampered(how: &str) -> Error {
    Error::failed(format!("the proof was changed after it was made: {how}")).help("verify again")
}

#[cfg(test)]
mod tests {
    use super::super::tests::proof;
    use super::*;

    #[test]
    fn any_change_shows() {
        let key = ProofKey::generate().unwrap();
        let public = key.public().unwrap();
        let sealed = proof().sealed(Some(&key)).unwrap();
        sealed.check_seal(Some(&public)).unwrap();
        let read: Proof = serde_json::from_slice(&serde_json::to_vec_pretty(&sealed).unwrap()).unwrap();
        read.check_seal(Some(&public)).unwrap();

        let mut other_count = sealed.clone();
        other_count.canaries.found += 1;
        assert!(other_count.check_seal(None).unwrap_err().what().contains("digest"));
        let mut resealed = other_count.clone().sealed(None).unwrap();
        assert!(resealed.check_seal(Some(&public)).unwrap_err().what().contains("isn't signed"));
        resealed.signature.clone_from(&sealed.signature);
        assert!(resealed.check_seal(None).unwrap_err().what().contains("signature"));
        let by_another = other_count.sealed(Some(&ProofKey::generate().unwrap())).unwrap();
        by_another.check_seal(None).unwrap();
        assert!(by_another.check_seal(Some(&public)).unwrap_err().what().contains("is signed with key"));
    }

    #[test]
    fn a_proof_of_version_1_is_refused_by_name() {
        let old = Proof { version: 1, ..proof() }.sealed(None).unwrap();
        assert!(old.check_seal(None).unwrap_err().what().contains("version 1"));
    }
}
