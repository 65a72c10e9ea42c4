//! Hashes of passwords, in the forms of crypt(5), the PHC string format, Django, Werkzeug, LDAP and PostgreSQL.
//!
//! A hash can be tried against lists of passwords at leisure. Only the hashes of the staging password are allowed, by
//! their exact text.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "password_hash",
    kinds: &[Kind::PasswordHash],
    examples: &[
        bare("$2b$12$abcdefghijklmnopqrstuuK3a5r1v9Xy0Z2b4c6d8e0f2g4h6i8jK"),
        within("password", "$2a$10$abcdefghijklmnopqrstuuK3a5r1v9Xy0Z2b4c6d8e0f2g4h6i8jK"),
        bare("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b7dWRWJTmaaJObG"),
        bare("pbkdf2_sha256$600000$c2FsdHNhbHQ$K8Zs1mLx3vQ9w2e4r6t8y0u1i3o5p7a9s1d3f5g7h9k="),
        bare("pbkdf2:sha256:600000$saltsalt$0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        bare("scrypt:32768:8:1$saltsalt$0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        bare("$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E"),
        bare("SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0$c3RvcmVka2V5c3RvcmVka2V5c3RvcmVka2V5MTI=:c2VydmVya2V5c2VydmVya2V5"),
        bare(
            "password '$6$saltsalt$0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ./0123456789abcdefghijkl'",
        ),
    ],
    counter_examples: &[
        bare("!"),
        bare("$2b$12$"),
        bare("costs $2a$ or $5$ a piece"),
        bare("uses pbkdf2_sha256 and scrypt:32768"),
        bare("$2b$12$masked.masked.masked.masked.masked.masked.masked.masked.m"),
        bare("SCRAM-SHA-256"),
    ],
    trigger: Trigger::Prefixes(|| SCHEMES.iter().map(|(prefix, _)| *prefix).collect()),
    find,
};

/// How each scheme's hashes start, and how long they are at least.
const SCHEMES: &[(&str, usize)] = &[
    ("$2a$", 60),
    ("$2b$", 60),
    ("$2x$", 60),
    ("$2y$", 60),
    ("$argon2id$", 50),
    ("$argon2i$", 50),
    ("$argon2d$", 50),
    ("$pbkdf2", 40),
    ("pbkdf2_sha", 50),
    ("pbkdf2:sha", 50),
    ("$scrypt$", 50),
    ("$7$", 50),
    ("scrypt:", 50),
    ("scrypt$", 50),
    ("SCRAM-SHA-", 80),
    ("$y$", 50),
    ("$1$", 26),
    ("$5$", 50),
    ("$6$", 90),
    ("$P$", 34),
    ("$H$", 34),
    ("bcrypt_sha256$", 60),
    ("argon2$argon2", 50),
    ("{SSHA", 35),
];

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let prefix = cell.text.get(place.clone())?;
    let (_, shortest) = SCHEMES.iter().find(|(scheme, _)| *scheme == prefix)?;
    if !prefix.starts_with('$') && cell.is_after_word(place.start) {
        return None;
    }
    let mut end = cell.run_end(place.end, is_part_of_hash);
    if prefix.starts_with("$2") {
        end = end.min(place.start + shortest);
    }
    let hash = cell.text.get(place.start..end)?.trim_end_matches(['.', ',', ':']);
    let is_bcrypt = prefix.starts_with("$2");
    let whole = if is_bcrypt { cell.text.get(place.start..end)? } else { hash };
    if whole.len() < *shortest {
        return None;
    }
    let end = place.start + whole.len();
    let allowed = cell.detectors.allowed.texts.iter().any(|text| text == whole);
    if !allowed && !super::cell::is_marked_as_masked(whole.as_bytes()) {
        hits.add(Kind::PasswordHash, place.start..end, Certainty::Certain);
    }
    Some(end)
}

fn is_part_of_hash(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'+' | b'=' | b'$' | b',' | b':' | b'_' | b'-' | b'}')
}
