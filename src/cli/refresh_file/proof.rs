//! What a refresh file says of proofs: who signs them, and whose are believed.

use std::path::{Path, PathBuf};

use crate::rules::rule::Mistake;
use crate::rules::syntax::Content;
use crate::rules::walk::{Entry, Walk};

const KEYS: [&str; 3] = ["key", "public_key", "strict"];
const KEY: [&str; 2] = ["file", "secret"];
const EXAMPLE: &str = "proof: { key: { secret: ARN }, public_key: proof.pub, strict: true }";

/// How proofs are signed, and whose are believed, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProofText {
    /// Where the key is that signs.
    pub key: Option<KeyText>,
    /// The public key that has to have signed what is released.
    pub public_key: Option<PathBuf>,
    /// Whether a schema that has changed since it was last proved stops a refresh.
    pub strict: bool,
}

/// Where the key is that signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyText {
    /// In this file.
    File(PathBuf),
    /// In Secrets Manager, by its ARN or name.
    Secret(String),
}

/// `proof: { key: { secret: ARN }, public_key: proof.pub, strict: true }`
pub(super) fn read(walk: &mut Walk, owner: &Entry<'_>, folder: &Path) -> ProofText {
    let mut proof = ProofText::default();
    for entry in walk.entries(owner.value, "`proof`", EXAMPLE).unwrap_or_default() {
        match entry.key {
            "key" => proof.key = key(walk, &entry, folder),
            "public_key" => proof.public_key = super::text(walk, &entry).map(|path| folder.join(path)),
            "strict" => proof.strict = super::reporting::yes_or_no(walk, &entry),
            _ => walk.unknown_key(&entry, "`proof`", KEYS),
        }
    }
    proof
}

fn key(walk: &mut Walk, owner: &Entry<'_>, folder: &Path) -> Option<KeyText> {
    if matches!(owner.value.content, Content::Text { .. }) {
        hidden(walk);
        return None;
    }
    let entry = super::place(walk, owner, &KEY)?;
    let text = super::text(walk, &entry)?;
    if text.contains("PRIVATE KEY") {
        hidden(walk);
        return None;
    }
    Some(if entry.key == "file" { KeyText::File(folder.join(text)) } else { KeyText::Secret(text.to_owned()) })
}

/// A mistake without its place: the line that would be shown may hold the key itself.
fn hidden(walk: &mut Walk) {
    walk.mistakes.push(Mistake {
        place: None,
        what: "the key for proofs doesn't belong into a refresh file".to_owned(),
        help: Some("write where it is, as in `key: { file: proof.key }` or `key: { secret: ARN }`".to_owned()),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::refresh_file::parse;

    #[test]
    fn a_file_says_where_the_keys_are() {
        let text = "proof: { key: { file: k.pem }, public_key: k.pub, strict: true }";
        let file = parse("refresh.yaml", text.as_bytes(), Path::new("deploy")).unwrap();
        let expected = ProofText {
            key: Some(KeyText::File("deploy/k.pem".into())),
            public_key: Some("deploy/k.pub".into()),
            strict: true,
        };
        assert_eq!(file.proof, expected);
        let text = "proof: { key: { secret: drop/proof-key } }";
        let file = parse("refresh.yaml", text.as_bytes(), Path::new("")).unwrap();
        assert_eq!(file.proof.key, Some(KeyText::Secret("drop/proof-key".to_owned())));
    }

    #[test]
    fn a_key_in_the_file_is_refused_and_not_shown() {
        for text in [
            "proof: { key: MC4CAQAwBQYDK2VwBCIEINTuctv5 }",
            "proof:\n  key:\n    file: |\n      -----BEGIN PRIVATE KEY-----\n      MC4CAQAwBQYDK2VwBCIEINTuctv5\n",
        ] {
            let error = parse("refresh.yaml", text.as_bytes(), Path::new("")).unwrap_err().to_string();
            assert!(error.contains("doesn't belong") && !error.contains("MC4C"), "{error}");
        }
    }
}
