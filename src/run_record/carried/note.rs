//! What a rollback needs, as a comment on the database that was retired.
//!
//! That database refuses connections, and a comment on a database is kept outside of it (PostgreSQL manual, `COMMENT`:
//! comments on databases are visible to every user of the cluster, hence encrypted).

use std::collections::BTreeMap;

use serde_json::Value;

use super::seal::{Broken, Seal};
use crate::error::{Context as _, Error, Result};

const BEGINS: &str = "Kept by stagemask";
const STATE: &str = "State, encrypted: ";
const PLACE: &str = "note";

/// Documents of a run by their names in its folder, as a comment for people and for [`read_note`].
///
/// # Errors
/// When they can't be encrypted.
pub fn write_note(seal: &Seal, documents: &BTreeMap<String, Value>) -> Result<String> {
    let run = seal.run();
    let text = serde_json::to_vec(documents).context("writing the state of the run failed")?;
    let hex: String = seal.seal(PLACE, &text)?.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!(
        "{BEGINS} as it was before run {run}; `stagemask rollback --run {run}` makes it staging again. {STATE}{hex}"
    ))
}

/// Whether a comment was made by [`write_note`].
pub fn is_note(comment: &str) -> bool {
    comment.starts_with(BEGINS) && comment.contains(STATE)
}

/// Reads the documents back.
///
/// # Errors
/// When it is no such comment, the key is another one, or it was changed.
pub fn read_note(seal: &Seal, comment: &str) -> Result<BTreeMap<String, Value>> {
    let run = seal.run();
    let damaged =
        || Error::failed(format!("the comment on the database that run {run} retired is not what was written"));
    let hex = comment.split_once(STATE).map(|(_, hex)| hex.as_bytes()).ok_or_else(damaged)?;
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let mut sealed: Vec<u8> = hex.chunks(2).map(byte).collect::<Option<_>>().ok_or_else(damaged)?;
    let text = seal.open(PLACE, &mut sealed).map_err(|broken| match broken {
        Broken::OtherKey => Error::usage(format!("run {run} was masked under another key"))
            .help("pass the key of the run in STAGEMASK_KEY or with --key-file"),
        Broken::Damaged => damaged(),
    })?;
    serde_json::from_slice(text).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run_record::RunId;
    use crate::secret::MaskingKey;

    #[test]
    fn a_note_is_read_back_unless_it_was_changed() {
        let run = RunId::try_from("20261121T034512-k3f9x2".to_owned()).unwrap();
        let seal = |key: &str| Seal::of(&MaskingKey::parse(&key.repeat(32)).unwrap(), &run).unwrap();
        let documents = BTreeMap::from([("swap.json".to_owned(), serde_json::json!({ "next": 16_384 }))]);
        let note = write_note(&seal("5a"), &documents).unwrap();
        assert!(is_note(&note) && note.contains("stagemask rollback --run 20261121T034512-k3f9x2"), "{note}");
        assert!(!note.contains("16384"), "{note}");
        assert_eq!(read_note(&seal("5a"), &note).unwrap(), documents);
        assert!(read_note(&seal("5b"), &note).unwrap_err().to_string().contains("another key"));
        let last = if note.ends_with('0') { "1" } else { "0" };
        assert!(read_note(&seal("5a"), &format!("{}{last}", &note[..note.len() - 1])).is_err());
        assert!(read_note(&seal("5a"), "the shop").is_err());
        assert!(!is_note("the shop"));
    }
}
