//! Encryption with authentication of what is carried: AES-256 in Galois/Counter Mode (NIST SP 800-38D), by `ring`.
//!
//! The key is derived from the masking key and the run's id. Every part has a random nonce of 96 bits: a run has some
//! thousand parts, and SP 800-38D allows four thousand million under one key. What a part is, its file, its number and
//! how many there are, is authenticated with it, so that parts can be neither swapped, cut off nor taken from another run.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::run_record::RunId;
use crate::secret::{MaskingKey, random_bytes};

/// The fingerprint of the key, in plain text, so that another key can be told from damage.
const FINGERPRINT: usize = 8;

/// What stands before the encrypted bytes.
const BEFORE: usize = FINGERPRINT + NONCE_LEN;

/// How many bytes sealing adds.
pub(super) const OVERHEAD: usize = BEFORE + MAX_TAG_LEN;

/// Seals and opens what is carried for one run.
pub struct Seal {
    key: LessSafeKey,
    run: RunId,
    fingerprint: String,
}

/// Why something can't be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It was sealed under another masking key.
    OtherKey,
    /// It isn't what was sealed, or stands in the wrong place.
    Damaged,
}

impl Seal {
    /// The seal of a run.
    ///
    /// # Errors
    /// When no key can be made, which doesn't happen.
    pub fn of(key: &MaskingKey, run: &RunId) -> Result<Self> {
        let name = run.in_name();
        let bytes = Zeroizing::new(key.domain("carried state").bytes::<32>(name.as_bytes()));
        let key_of_run = UnboundKey::new(&AES_256_GCM, bytes.as_slice()).map_err(|_| cannot_seal())?;
        Ok(Self { key: LessSafeKey::new(key_of_run), run: run.clone(), fingerprint: key.fingerprint() })
    }

    /// The run.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// Seals a part; `place` says what it is part of.
    pub(super) fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random_bytes::<NONCE_LEN>()?;
        let mut sealed = Vec::with_capacity(plain.len() + OVERHEAD);
        sealed.extend_from_slice(self.fingerprint.as_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let body = sealed.get_mut(BEFORE..).unwrap_or_default();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.key.seal_in_place_separate_tag(nonce, self.about(place), body).map_err(|_| cannot_seal())?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens a part in its own memory.
    pub(super) fn open<'a>(&self, place: &str, sealed: &'a mut [u8]) -> Result<&'a [u8], Broken> {
        let (fingerprint, rest) = sealed.split_at_mut_checked(FINGERPRINT).ok_or(Broken::Damaged)?;
        let (nonce, body) = rest.split_at_mut_checked(NONCE_LEN).ok_or(Broken::Damaged)?;
        if fingerprint != self.fingerprint.as_bytes() {
            // A key's fingerprint is text; anything else never was one.
            let is_one = fingerprint.iter().all(u8::is_ascii_hexdigit);
            return Err(if is_one { Broken::OtherKey } else { Broken::Damaged });
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Broken::Damaged)?;
        self.key.open_in_place(nonce, self.about(place), body).map(|plain| &*plain).map_err(|_| Broken::Damaged)
    }

    /// The run's letters may have been capitals, which the name of its database doesn't tell.
    fn about(&self, place: &str) -> Aad<Vec<u8>> {
        Aad::from(format!("stagemask carried 1\n{}\n{}\n{place}", self.fingerprint, self.run.in_name()).into_bytes())
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal of run {}", self.run)
    }
}

fn cannot_seal() -> Error {
    Error::failed("encrypting the state of the run failed").help("report this as a bug")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal_of(key: &str, run: &str) -> Seal {
        Seal::of(&MaskingKey::parse(&key.repeat(32)).unwrap(), &RunId::try_from(run.to_owned()).unwrap()).unwrap()
    }

    const RUN: &str = "20261121T034512-k3f9x2";

    #[test]
    fn what_was_sealed_is_opened_in_its_own_place_alone() {
        let seal = seal_of("5a", RUN);
        let sealed = seal.seal("record.json 0 of 2", b"a record").unwrap();
        assert_eq!(sealed.len(), 8 + OVERHEAD);
        assert_eq!(seal.open("record.json 0 of 2", &mut sealed.clone()), Ok(&b"a record"[..]));
        for place in ["record.json 1 of 2", "record.json 0 of 1", "proof.json 0 of 2"] {
            assert_eq!(seal.open(place, &mut sealed.clone()), Err(Broken::Damaged), "{place}");
        }
        let other_run = seal_of("5a", "20261121T034512-k3f9x3");
        assert_eq!(other_run.open("record.json 0 of 2", &mut sealed.clone()), Err(Broken::Damaged));
        let other_key = seal_of("5b", RUN);
        assert_eq!(other_key.open("record.json 0 of 2", &mut sealed.clone()), Err(Broken::OtherKey));
    }

    #[test]
    fn a_change_of_any_byte_is_noticed() {
        let seal = seal_of("5a", RUN);
        let sealed = seal.seal("p", b"text").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal.open("p", &mut changed).is_err(), "byte {at}");
        }
        for length in 0..sealed.len() {
            assert!(seal.open("p", &mut sealed.clone()[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn the_same_text_is_never_sealed_twice_in_the_same_way() {
        let seal = seal_of("5a", RUN);
        assert_ne!(seal.seal("p", b"text").unwrap(), seal.seal("p", b"text").unwrap());
    }
}
