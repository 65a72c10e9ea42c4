//! Which files are carried, how long they are, and what they are.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::PART;
use crate::error::{Context as _, Error, Result};
use crate::run_record::folder::LOCK;

/// The name under which the manifest itself is carried; no file has a colon in its name.
pub(super) const NAME: &str = ":manifest";

/// How the manifest is sealed.
pub(super) const PLACE: &str = ":manifest 0 of 1";

/// All that is carried. A file that isn't named here isn't there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) files: BTreeMap<String, CarriedFile>,
}

/// A file of the run's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CarriedFile {
    pub(super) bytes: u64,
    /// BLAKE3, hexadecimal. It ties the parts to this manifest, so that those of an older one don't pass for them.
    pub(super) digest: String,
}

impl CarriedFile {
    /// An empty file has one part too, so that it can be missed.
    pub(super) fn parts(&self) -> u64 {
        self.bytes.div_ceil(PART as u64).max(1)
    }
}

/// How a part is sealed.
pub(super) fn place(file: &str, part: u64, of: u64) -> String {
    format!("{file} {part} of {of}")
}

impl Manifest {
    /// What a folder holds, and the folders right inside it. Files that are half written are left out.
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        let mut add = |name: String, path: &Path| -> Result<()> {
            if may_be_carried(&name) && !is_half_written(&name) && name != LOCK {
                files.insert(name, digest(path).context(format!("reading {} failed", path.display()))?);
            }
            Ok(())
        };
        for (name, path) in entries(folder)? {
            if path.is_dir() {
                for (inner, path) in entries(&path)?.into_iter().filter(|(_, path)| path.is_file()) {
                    add(format!("{name}/{inner}"), &path)?;
                }
            } else if path.is_file() {
                add(name, &path)?;
            }
        }
        Ok(Self { files })
    }

    /// Reads it back. That it is authentic doesn't make a name one that may be written to.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let manifest: Self = serde_json::from_slice(bytes).ok()?;
        manifest.files.keys().all(|name| may_be_carried(name)).then_some(manifest)
    }
}

fn entries(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>> {
    let reading = || format!("reading {} failed", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let name = entry.file_name().into_string().map_err(|_| Error::failed(reading()))?;
        found.push((name, entry.path()));
    }
    Ok(found)
}

fn digest(path: &Path) -> std::io::Result<CarriedFile> {
    let mut hasher = blake3::Hasher::new();
    let bytes = std::io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(CarriedFile { bytes, digest: hasher.finalize().to_hex().to_string() })
}

/// `record.json` or `originals/hashes`: names that can't lead out of a folder.
fn may_be_carried(name: &str) -> bool {
    let plain = |part: &str| {
        !part.starts_with('.')
            && !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    name.len() <= 200 && name.split('/').count() <= 2 && name.split('/').all(plain)
}

fn is_half_written(name: &str) -> bool {
    name.ends_with(".new") || name.ends_with(".partial") || name.starts_with("list-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["record.json", "originals/hashes", "evidence.md"] {
            assert!(may_be_carried(name), "{name}");
        }
        for name in ["", "..", "../x", "/etc/passwd", "a/../b", "a/b/c", "a//b", "x y", ":manifest", "a/", ".x"] {
            assert!(!may_be_carried(name), "{name}");
            let text = serde_json::json!({ "files": { name: { "bytes": 0, "digest": "" } } }).to_string();
            assert_eq!(Manifest::parse(text.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn files_and_those_one_folder_deeper_are_listed_but_no_half_written_ones() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("originals")).unwrap();
        for name in ["record.json", "record.json.new", "list-x", "originals/hashes", "originals/hashes.partial"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let manifest = Manifest::of(folder.path()).unwrap();
        assert_eq!(manifest.files.keys().collect::<Vec<_>>(), ["originals/hashes", "record.json"]);
        assert_eq!(manifest.files["record.json"].bytes, 11);
    }

    #[test]
    fn an_empty_file_has_a_part() {
        let parts = |bytes| CarriedFile { bytes, digest: String::new() }.parts();
        assert_eq!((parts(0), parts(1), parts(PART as u64), parts(PART as u64 + 1)), (1, 1, 1, 2));
    }
}
