//! `password_hash`: a hash of a staging password that testers know, in the scheme of the original.

use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;

/// A scheme's prefix, and a hash of `staging-password` that it was made with once.
const SCHEMES: &[(&str, &str)] = &[
    ("$2a$", "$2a$10$kfBHzsD0HOBTRLLwkmdl5uVvaYH4iZLhyfBWb2nTcR3rJi0686Qo."),
    ("$2b$", "$2b$10$kfBHzsD0HOBTRLLwkmdl5uVvaYH4iZLhyfBWb2nTcR3rJi0686Qo."),
    ("$2y$", "$2y$10$kfBHzsD0HOBTRLLwkmdl5uVvaYH4iZLhyfBWb2nTcR3rJi0686Qo."),
    ("$argon2id$", "$argon2id$v=19$m=19456,t=3,p=1$3GRdJYDbfqXpRLWcFYD1Zg$WXiLFdv3FC6A13Ril99suxpyqr3ytquRq344tFryYgE"),
    (
        "argon2$argon2id$",
        "argon2$argon2id$v=19$m=19456,t=3,p=1$3GRdJYDbfqXpRLWcFYD1Zg$WXiLFdv3FC6A13Ril99suxpyqr3ytquRq344tFryYgE",
    ),
    ("pbkdf2_sha256$", "pbkdf2_sha256$600000$stagingsalt0$MjbZeF11Ff7TdQJ9l+OgM/Hw2/Nxu6J6/SUrpG/lxGU="),
    // Werkzeug's, with hexadecimal digits.
    (
        "scrypt:",
        "scrypt:32768:8:1$stagingsalt01234$9b3a3c526474de904f2ff5d54f87a632a3b4b491274f611d08ff1c5c8f22942e264a99c5654242320a26ead405dbc75c159ddb2bf3edcbbc9f4cec5734fe4dba",
    ),
    // Django's.
    (
        "scrypt$",
        "scrypt$stagingsalt01234$16384$8$1$Wm5tD1XbtdnGi74eJl9BA0ZSiUtkiR5Mm/jOp59KovVSWheaCZNudMz084H3djkdWkegS83uaE7ZS1CnxSUf4A==",
    ),
    ("$scrypt$", "$scrypt$ln=14,r=8,p=1$c3RhZ2luZy1zY3J5cHQtMA$edSvTo0BYiLfcQptjt9Drkvb63xSMDUo0tMtGS03MpI"),
    (
        "SCRAM-SHA-256$",
        "SCRAM-SHA-256$4096:c3RhZ2luZy1zYWx0LTE2Yg==$v/Dz0xIbkeZsTtI00KZVe09i4aV48h6nGOBWLq4M+/U=:1OoWvOU7OYMVxtJyI0/F2UJ9tgY4InQfDo4R2i9AL/M=",
    ),
];

/// What no hash is equal to.
const NO_HASH: &str = "!";

/// The hashes that masked columns may hold: they are of a password that everybody knows.
pub fn staging_password_hashes() -> impl Iterator<Item = &'static str> {
    SCHEMES.iter().map(|(_, hash)| *hash)
}

/// Chooses a hash by the prefix.
struct PasswordHash {
    room: usize,
}

impl TextMask for PasswordHash {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let hash = SCHEMES.iter().find(|(prefix, hash)| text.trim().starts_with(prefix) && hash.len() <= self.room);
        out.extend_from_slice(hash.map_or(NO_HASH, |(_, hash)| hash).as_bytes());
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("password_hash")?;
    site.forbid_unique("password_hash")?;
    site.require_room("password_hash", 1)?;
    Ok(built(PasswordHash { room: site.room() }, Facts::of(OriginalsOf::Identifier)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use crate::rules::transform::Transform as Spec;

    #[test]
    fn the_scheme_stays_and_an_unknown_one_matches_nothing() {
        let spec = Spec::PasswordHash(Default::default());
        assert!(mask(&spec, "$2b$12$abcdefghijklmnopqrstuv").starts_with("$2b$10$"));
        assert!(mask(&spec, "$argon2id$v=19$m=65536").starts_with("$argon2id$v=19$"));
        assert_eq!(mask(&spec, "md5d41d8cd98f00b204e9800998ecf8427e"), "!");
    }
}
