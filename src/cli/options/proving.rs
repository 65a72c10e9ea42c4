//! How proofs are signed, and whose are believed: flag before environment before refresh file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Surroundings;
use crate::cli::args::Work;
use crate::cli::refresh_file::{KeyText, RefreshFile};
use crate::error::{Context as _, ErrorKind, Result};
use crate::pipeline::{KeySource, Proving};
use crate::verify::proof::{ProofKey, PublicKey};

const PROOF_KEY: &str = "STAGEMASK_PROOF_KEY";

impl Surroundings<'_> {
    pub(super) fn proving(&self, work: &Work, file: &RefreshFile) -> Result<Proving> {
        let given = self.proof_key(work.proof_key_file.as_deref())?.map(KeySource::Given);
        let key = match (given, &file.proof.key) {
            (Some(given), _) => Some(given),
            (None, Some(KeyText::File(path))) => self.proof_key(Some(path))?.map(KeySource::Given),
            (None, Some(KeyText::Secret(name))) => Some(KeySource::SecretsManager(name.clone())),
            (None, None) => None,
        };
        let trusted = work.proof_public_key.as_ref().or(file.proof.public_key.as_ref());
        Ok(Proving { key, trusted: trusted.map(|path| public_key(path)).transpose()?, refuse_drift: file.proof.strict })
    }

    /// The key that signs proofs, if one is named.
    pub(in crate::cli) fn proof_key(&self, file: Option<&Path>) -> Result<Option<ProofKey>> {
        match file {
            Some(file) => ProofKey::parse(&short_text(file)?).map(Some),
            None => self.variable(PROOF_KEY).map(|key| ProofKey::parse(key.expose())).transpose(),
        }
    }
}

/// A public key in a file.
pub(in crate::cli) fn public_key(path: &Path) -> Result<PublicKey> {
    PublicKey::parse(&short_text(path)?)
}

/// What is much longer than a key is some other file, perhaps without an end.
fn short_text(path: &Path) -> Result<zeroize::Zeroizing<String>> {
    let mut text = zeroize::Zeroizing::new(String::new());
    let reading = File::open(path).and_then(|file| file.take(4096).read_to_string(&mut text));
    reading
        .context(format!("the key file {} can't be read", path.display()))
        .map_err(|error| error.of_kind(ErrorKind::Usage))?;
    Ok(text)
}
