//! What must never be printed: passwords and the masking key, and the sub-keys that are made from it.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{Error, Result};

/// A text that is wiped from memory when dropped and shows as `***`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Takes over a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The 256-bit key under which a run masks. The same key gives the same masked values.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MaskingKey([u8; 32]);

impl MaskingKey {
    /// Reads a key from text: 64 hexadecimal digits.
    ///
    /// # Errors
    /// When the text isn't 64 hexadecimal digits. The text itself is not repeated.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::usage("the masking key is not 64 hexadecimal digits")
                .help("make one with: openssl rand -hex 32\nand pass it in STAGEMASK_KEY or with --key-file")
        };
        let text = text.trim().as_bytes();
        if text.len() != 64 {
            return Err(wrong());
        }
        let mut key = [0u8; 32];
        for (byte, pair) in key.iter_mut().zip(text.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(key))
    }

    /// A random key, for a run whose values need not be repeatable. It is forgotten with the run.
    ///
    /// # Errors
    /// When the system has no source of randomness.
    pub fn random() -> Result<Self> {
        Ok(Self(random_bytes()?))
    }

    /// The sub-key of a consistency domain: equal originals are equal after masking within a domain, and show no
    /// relation across two domains.
    pub fn domain(&self, name: &str) -> DomainKey {
        let mut context = blake3::Hasher::new_derive_key("stagemask 2026 consistency domain");
        context.update(&self.0).update(name.as_bytes());
        DomainKey(*context.finalize().as_bytes())
    }

    /// A short text that tells two keys apart and says nothing else about them.
    pub fn fingerprint(&self) -> String {
        self.domain("fingerprint").bytes::<4>(b"").iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for MaskingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The sub-key of one consistency domain: a pseudo-random function of a cell (BLAKE3, keyed).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DomainKey([u8; 32]);

impl DomainKey {
    /// As many pseudo-random bytes as asked for; the same for the same input.
    pub fn bytes<const N: usize>(&self, input: &[u8]) -> [u8; N] {
        let mut out = [0u8; N];
        if N <= blake3::OUT_LEN {
            // The stream begins with the hash, and the hash alone is three times as fast.
            out.copy_from_slice(&blake3::keyed_hash(&self.0, input).as_bytes()[..N]);
        } else {
            self.stream(input).fill(&mut out);
        }
        out
    }

    /// A pseudo-random number; the same for the same input.
    pub fn number(&self, input: &[u8]) -> u64 {
        u64::from_le_bytes(self.bytes(input))
    }

    /// Pseudo-random bytes without end; the same for the same input.
    pub fn stream(&self, input: &[u8]) -> blake3::OutputReader {
        blake3::Hasher::new_keyed(&self.0).update(input).finalize_xof()
    }
}

impl fmt::Debug for DomainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Random bytes from the operating system.
///
/// # Errors
/// When `/dev/urandom` can't be read.
pub fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    use std::io::Read;
    let mut bytes = [0u8; N];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|cause| Error::failed("reading random bytes from /dev/urandom failed").because(cause))?;
    Ok(bytes)
}
