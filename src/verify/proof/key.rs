//! The key pair that proofs are signed with: Ed25519 (RFC 8032), in the files that OpenSSL has for it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::secret::{Secret, random_bytes};

/// What comes before the 32 bytes of a private key (RFC 8410, 7: `PrivateKeyInfo` of version 1).
const PRIVATE: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// What comes before the 32 bytes of a public key (RFC 8410, 4: `SubjectPublicKeyInfo`).
const PUBLIC: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// A private key. It shows as `***` and is wiped from memory when dropped.
#[derive(Clone)]
pub struct ProofKey(Zeroizing<[u8; 32]>);

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl ProofKey {
    /// A new key.
    ///
    /// # Errors
    /// When the system has no source of randomness.
    pub fn generate() -> Result<Self> {
        Ok(Self(Zeroizing::new(random_bytes()?)))
    }

    /// Reads a private key: PEM as `stagemask proof keygen` and `openssl genpkey -algorithm ed25519` write it, or what
    /// stands between its first and last line, alone.
    ///
    /// # Errors
    /// When the text is no such key. Nothing of it is repeated.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::usage("the key for proofs is no private Ed25519 key")
                .help("make one with: stagemask proof keygen FILE\nor: openssl genpkey -algorithm ed25519")
        };
        let der = Zeroizing::new(der_in(text, "PRIVATE KEY").ok_or_else(wrong)?);
        let seed = der.strip_prefix(&PRIVATE).and_then(|seed| <[u8; 32]>::try_from(seed).ok()).ok_or_else(wrong)?;
        Ok(Self(Zeroizing::new(seed)))
    }

    /// The key as PEM.
    pub fn to_pem(&self) -> Secret {
        let der = Zeroizing::new([PRIVATE.as_slice(), self.0.as_slice()].concat());
        Secret::new(pem("PRIVATE KEY", &der))
    }

    /// The public key of the pair.
    ///
    /// # Errors
    /// When the private key can't be used, which its making rules out.
    pub fn public(&self) -> Result<PublicKey> {
        let bytes = <[u8; 32]>::try_from(self.pair()?.public_key().as_ref());
        bytes.map(PublicKey).map_err(|_| unusable())
    }

    /// A signature, 64 bytes.
    ///
    /// # Errors
    /// As [`ProofKey::public`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        Ok(self.pair()?.sign(message).as_ref().to_vec())
    }

    fn pair(&self) -> Result<Ed25519KeyPair> {
        Ed25519KeyPair::from_seed_unchecked(self.0.as_slice()).map_err(|_| unusable())
    }
}

fn unusable() -> Error {
    Error::failed("the key for proofs can't be used")
}

impl fmt::Debug for ProofKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PublicKey {
    /// Reads a public key: PEM as `stagemask proof keygen` prints it and `openssl pkey -pubout` writes it, or what stands
    /// between its first and last line, alone.
    ///
    /// # Errors
    /// When the text is no such key. Nothing of it is repeated: it may be the private one.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::usage("this is no public Ed25519 key")
                .help("`stagemask proof keygen` prints it; or: openssl pkey -in KEY -pubout")
        };
        let der = der_in(text, "PUBLIC KEY").ok_or_else(wrong)?;
        Self::of_der(&der).ok_or_else(wrong)
    }

    /// Reads the short form of [`PublicKey::to_base64`].
    pub fn of_base64(text: &str) -> Option<Self> {
        Self::of_der(&STANDARD.decode(text).ok()?)
    }

    fn of_der(der: &[u8]) -> Option<Self> {
        der.strip_prefix(&PUBLIC)?.try_into().ok().map(Self)
    }

    fn to_der(&self) -> Vec<u8> {
        [PUBLIC.as_slice(), self.0.as_slice()].concat()
    }

    /// The key as PEM.
    pub fn to_pem(&self) -> String {
        pem("PUBLIC KEY", &self.to_der())
    }

    /// The key on one line.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.to_der())
    }

    /// Names the key: SHA-256 of its DER form, hexadecimal, the first 16 digits.
    pub fn id(&self) -> String {
        Sha256::digest(self.to_der()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the private key of the pair has signed this message.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }
}

/// The body of a PEM text with this label (RFC 7468), or of its base64 alone.
fn der_in(text: &str, label: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let body = match text.strip_prefix(&format!("-----BEGIN {label}-----")) {
        Some(rest) => rest.trim_end().strip_suffix(&format!("-----END {label}-----"))?,
        None => text,
    };
    let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    STANDARD.decode(body.as_bytes()).ok()
}

/// Keys of this length fit on one line.
fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8410, 10.3 and 10.1: a private key and its public one.
    const PRIVATE_PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    const PUBLIC_PEM: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

    #[test]
    fn the_keys_of_the_standard_are_a_pair() {
        let key = ProofKey::parse(PRIVATE_PEM).unwrap();
        assert_eq!(key.public().unwrap().to_pem(), PUBLIC_PEM);
        assert_eq!(key.to_pem().expose(), PRIVATE_PEM);
        assert_eq!(PublicKey::parse(PUBLIC_PEM).unwrap(), key.public().unwrap());
        let one_line = PRIVATE_PEM.lines().nth(1).unwrap();
        assert_eq!(ProofKey::parse(one_line).unwrap().public().unwrap(), key.public().unwrap());
    }

    /// RFC 8032, 7.1, test 2.
    #[test]
    fn a_signature_is_that_of_the_standard() {
        let bytes = |hex: &str| -> Vec<u8> {
            hex.as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect()
        };
        let seed = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let key = ProofKey(Zeroizing::new(seed.try_into().unwrap()));
        let signature = key.sign(&[0x72]).unwrap();
        let expected = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                        085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
        assert_eq!(signature, bytes(expected));
        let public = key.public().unwrap();
        assert!(public.has_signed(&[0x72], &signature));
        assert!(!public.has_signed(&[0x73], &signature));
        assert!(!ProofKey::generate().unwrap().public().unwrap().has_signed(&[0x72], &signature));
    }

    #[test]
    fn what_is_no_key_is_refused_without_repeating_it() {
        for text in ["", "hunter2", PUBLIC_PEM, "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----"] {
            let error = ProofKey::parse(text).unwrap_err().to_string();
            assert!(!error.contains("hunter2") && error.contains("keygen"), "{error}");
        }
        assert!(PublicKey::parse(PRIVATE_PEM).is_err());
        assert_eq!(format!("{:?}", ProofKey::parse(PRIVATE_PEM).unwrap()), "***");
    }
}
