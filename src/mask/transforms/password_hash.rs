//! `password_hash`: a hash of a staging password that testers know, in the scheme of the original.

use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;

/// A scheme's prefix, and a hash of `staging-password` that it was made with once.
const SCHEMES: &[(&str, &str)] = &[
    ("$2a$", "$2a$10$kfBHzsD0HOBTRLLwkmdl5uVvaYH4iZLhyfBWb2nTcR3rJi0686Qo."),
    ("$2b$", "$2b$10$kfBHzsD0HOBTRLLwkmdl5uVvaYH4iZLhyfBWb2nTcR3rJi0686Qo."),
    ("$2y$", "$2y$10$kfBHzsD0HOBTRLLwkmdl5uVvaYH4iZLhyfBWb2nTcR3rJi0686Qo."),
    // Spring Security's.
    ("{bcrypt}$2a$", "{bcrypt}$2a$10$kfBHzsD0HOBTRLLwkmdl5uVvaYH4iZLhyfBWb2nTcR3rJi0686Qo."),
    ("$argon2id$", "$argon2id$v=19$m=19456,t=3,p=1$3GRdJYDbfqXpRLWcFYD1Zg$WXiLFdv3FC6A13Ril99suxpyqr3ytquRq344tFryYgE"),
    (
        "argon2$argon2id$",
        "argon2$argon2id$v=19$m=19456,t=3,p=1$3GRdJYDbfqXpRLWcFYD1Zg$WXiLFdv3FC6A13Ril99suxpyqr3ytquRq344tFryYgE",
    ),
    ("pbkdf2_sha256$", "pbkdf2_sha256$600000$stagingsalt0$MjbZeF11Ff7TdQJ9l+OgM/Hw2/Nxu6J6/SUrpG/lxGU="),
    // passlib's.
    ("$pbkdf2-sha256$", "$pbkdf2-sha256$29000$c3RhZ2luZ3NhbHQwMTIzNA$ttS0hRGMeFrhuKegwgsRkmQS6FUAlha3Z8K12b1M9Mo"),
    // Werkzeug's, with hexadecimal digits.
    (
        "pbkdf2:sha256:",
        "pbkdf2:sha256:600000$stagingsalt01234$f1e0d4dde2ba893367f30ca9f49fc831dd3c1a21245d536272c6f18632da42be",
    ),
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
    use std::num::NonZeroU32;

    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
    use ring::{hmac, pbkdf2};

    use super::super::testing::mask;
    use super::SCHEMES;
    use crate::rules::transform::Transform as Spec;

    const PASSWORD: &[u8] = b"staging-password";

    fn hash(scheme: &str) -> &'static str {
        let found = SCHEMES.iter().find(|(prefix, _)| *prefix == scheme);
        found.unwrap_or_else(|| panic!("there is no {scheme}")).1
    }

    fn derived(rounds: &str, salt: &[u8]) -> [u8; 32] {
        let mut key = [0; 32];
        let rounds = NonZeroU32::new(rounds.parse().unwrap()).unwrap();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, PASSWORD, &mut key);
        key
    }

    #[test]
    fn every_hash_begins_as_its_scheme_does() {
        for (prefix, hash) in SCHEMES {
            assert!(hash.starts_with(prefix), "{prefix}");
            assert_eq!(SCHEMES.iter().find(|(other, _)| hash.starts_with(other)).unwrap().1, *hash);
        }
    }

    #[test]
    fn the_hashes_of_pbkdf2_are_those_of_the_staging_password() {
        let parts: Vec<&str> = hash("pbkdf2_sha256$").split('$').collect();
        assert_eq!(STANDARD.decode(parts[3]).unwrap(), derived(parts[1], parts[2].as_bytes()));
        let parts: Vec<&str> = hash("$pbkdf2-sha256$").split('$').collect();
        let salt = STANDARD_NO_PAD.decode(parts[3]).unwrap();
        assert_eq!(STANDARD_NO_PAD.decode(parts[4].replace('.', "+")).unwrap(), derived(parts[2], &salt));
        let (head, digest) = hash("pbkdf2:sha256:").rsplit_once('$').unwrap();
        let (rounds, salt) = head.trim_start_matches("pbkdf2:sha256:").split_once('$').unwrap();
        let hexadecimal: String = derived(rounds, salt.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hexadecimal, digest);
    }

    /// RFC 5802, 3, and PostgreSQL's `scram-common.c`.
    #[test]
    fn postgresql_lets_the_staging_password_in() {
        let (head, keys) = hash("SCRAM-SHA-256$").rsplit_once('$').unwrap();
        let (rounds, salt) = head.trim_start_matches("SCRAM-SHA-256$").split_once(':').unwrap();
        let salted = hmac::Key::new(hmac::HMAC_SHA256, &derived(rounds, &STANDARD.decode(salt).unwrap()));
        let stored = ring::digest::digest(&ring::digest::SHA256, hmac::sign(&salted, b"Client Key").as_ref());
        let server = hmac::sign(&salted, b"Server Key");
        assert_eq!(keys, format!("{}:{}", STANDARD.encode(stored), STANDARD.encode(server)));
    }

    #[test]
    fn the_hashes_of_bcrypt_argon2_and_scrypt_are_those_of_the_staging_password() {
        for scheme in ["$2a$", "$2b$", "$2y$"] {
            assert!(bcrypt::verify(PASSWORD, hash(scheme)).unwrap(), "{scheme}");
        }
        assert!(hash("{bcrypt}$2a$").ends_with(hash("$2a$")) && hash("argon2$argon2id$").ends_with(hash("$argon2id$")));
        let parts: Vec<&str> = hash("$argon2id$").split('$').collect();
        assert_eq!(parts[3], "m=19456,t=3,p=1");
        let argon2 = argon2::Argon2::from(argon2::Params::new(19456, 3, 1, Some(32)).unwrap());
        let mut key = [0; 32];
        argon2.hash_password_into(PASSWORD, &STANDARD_NO_PAD.decode(parts[4]).unwrap(), &mut key).unwrap();
        assert_eq!(STANDARD_NO_PAD.encode(key), parts[5]);

        let scrypted = |log_n: u8, salt: &[u8], key: &mut [u8]| {
            scrypt::scrypt(PASSWORD, salt, &scrypt::Params::new(log_n, 8, 1).unwrap(), key).unwrap();
        };
        let parts: Vec<&str> = hash("$scrypt$").split('$').collect();
        assert_eq!(parts[2], "ln=14,r=8,p=1");
        scrypted(14, &STANDARD_NO_PAD.decode(parts[3]).unwrap(), &mut key);
        assert_eq!(STANDARD_NO_PAD.encode(key), parts[4]);
        let mut long = [0; 64];
        let parts: Vec<&str> = hash("scrypt$").split('$').collect();
        scrypted(14, parts[1].as_bytes(), &mut long);
        assert_eq!(STANDARD.encode(long), parts[5]);
        let parts: Vec<&str> = hash("scrypt:").split('$').collect();
        scrypted(15, parts[1].as_bytes(), &mut long);
        assert_eq!(long.iter().map(|byte| format!("{byte:02x}")).collect::<String>(), parts[2]);
    }

    #[test]
    fn the_scheme_stays_and_an_unknown_one_matches_nothing() {
        let spec = Spec::PasswordHash(Default::default());
        assert!(mask(&spec, "$2b$12$abcdefghijklmnopqrstuv").starts_with("$2b$10$"));
        assert!(mask(&spec, "$argon2id$v=19$m=65536").starts_with("$argon2id$v=19$"));
        assert_eq!(mask(&spec, "md5d41d8cd98f00b204e9800998ecf8427e"), "!");
    }
}
