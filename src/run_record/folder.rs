//! The folder of a run: `.stagemask/runs/<run>/`, mode 0700.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{RunId, RunRecord};
use crate::error::{Context, Error, Result};

/// The file that a process at work on a run has locked; it is always empty.
pub(super) const LOCK: &str = "lock";

/// The folder of a run.
#[derive(Debug, Clone)]
pub struct RunFolder {
    path: PathBuf,
}

/// A run that is taken by this process.
#[derive(Debug)]
pub struct RunLock(fs::File);

impl Drop for RunLock {
    fn drop(&mut self) {
        // Closing the file isn't enough: a program that is being started has a copy of it until it runs.
        let _ = self.0.unlock();
    }
}

impl RunFolder {
    /// The file that holds the record.
    pub const RECORD: &str = "record.json";

    /// Makes the folder of a new run under the state directory.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn create(state_dir: &Path, run: &RunId) -> Result<Self> {
        let path = state_dir.join("runs").join(run.to_string());
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .context(format!("making the run folder {} failed", path.display()))?;
        Ok(Self { path })
    }

    /// Finds the folder of an earlier run.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(state_dir: &Path, run: &RunId) -> Result<Self> {
        let path = state_dir.join("runs").join(run.to_string());
        if path.is_dir() {
            Ok(Self { path })
        } else {
            Err(Error::usage(format!("there is no run {run} in {}", state_dir.display()))
                .help("`stagemask status` lists the runs; `--state-dir` names another state directory"))
        }
    }

    /// Makes the folder of a run that another machine began, with the documents that are known of it here.
    ///
    /// # Errors
    /// When it can't be made; then there is none.
    pub fn arrive(state_dir: &Path, run: &RunId, documents: &BTreeMap<String, serde_json::Value>) -> Result<Self> {
        let arriving = Arriving::begin(state_dir, run)?;
        let folder = Self { path: arriving.join("") };
        for (name, document) in documents {
            folder.write(name, document)?;
        }
        arriving.complete()
    }

    /// Takes the run for this process. It is free again when the lock is dropped, also by a kill.
    ///
    /// # Errors
    /// When another process of this machine is at work on it.
    pub fn lock(&self) -> Result<RunLock> {
        let path = self.join(LOCK);
        let file = fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&path);
        let file = file.context(format!("opening {} failed", path.display()))?;
        match file.try_lock() {
            Err(fs::TryLockError::WouldBlock) => {
                Err(Error::failed(format!("another process is at work on the run in {}", self.path.display()))
                    .help("let it end, or end it, and try again"))
            }
            // Where a file system knows no locks, there is none to wait for.
            Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(RunLock(file)),
        }
    }

    /// The ids of all runs, oldest first.
    ///
    /// # Errors
    /// When the state directory can't be read; that it isn't there is no error.
    pub fn list(state_dir: &Path) -> Result<Vec<RunId>> {
        let runs = state_dir.join("runs");
        if !runs.is_dir() {
            return Ok(Vec::new());
        }
        let reading = || format!("reading {} failed", runs.display());
        let mut ids = Vec::new();
        for entry in fs::read_dir(&runs).with_context(reading)? {
            let name = entry.with_context(reading)?.file_name().to_string_lossy().into_owned();
            ids.extend(RunId::try_from(name).ok());
        }
        ids.sort();
        Ok(ids)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file or folder inside it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Reads a document of the run.
    ///
    /// # Errors
    /// When the file is missing or isn't what it should be.
    pub fn read<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T> {
        let path = self.join(name);
        let bytes = fs::read(&path).context(format!("reading {} failed", path.display()))?;
        serde_json::from_slice(&bytes)
            .context(format!("{} is damaged or of another version of stagemask", path.display()))
    }

    /// Writes a document of the run, whole or not at all.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write<T: Serialize>(&self, name: &str, document: &T) -> Result<()> {
        let text = serde_json::to_vec_pretty(document).context(format!("writing {name} failed"))?;
        self.write_bytes(name, &text)
    }

    /// Writes a file of the run with mode 0600, whole or not at all.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write_bytes(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let (path, half) = (self.join(name), self.join(&format!("{name}.new")));
        let write = || {
            let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&half, &path)
        };
        write().context(format!("writing {} failed", path.display()))
    }

    /// The record.
    ///
    /// # Errors
    /// As [`RunFolder::read`].
    pub fn record(&self) -> Result<RunRecord> {
        self.read(Self::RECORD)
    }

    /// Keeps the record.
    ///
    /// # Errors
    /// As [`RunFolder::write`].
    pub fn keep(&self, record: &RunRecord) -> Result<()> {
        self.write(Self::RECORD, record)
    }
}

/// The folder of a run that comes from another machine. Until it is complete it has another name, and is gone when this is
/// dropped.
pub(super) struct Arriving {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Arriving {
    /// Begins with an empty folder.
    pub(super) fn begin(state_dir: &Path, run: &RunId) -> Result<Self> {
        let runs = state_dir.join("runs");
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&runs);
        let private = fs::Permissions::from_mode(0o700);
        let begin = || tempfile::Builder::new().prefix(".arriving-").permissions(private).tempdir_in(&runs);
        let folder = made.and_then(|()| begin());
        let folder = folder.context(format!("making a run folder in {} failed", runs.display()))?;
        Ok(Self { folder, path: runs.join(run.to_string()) })
    }

    /// A file or folder inside it.
    pub(super) fn join(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Gives the folder its own name.
    pub(super) fn complete(self) -> Result<RunFolder> {
        let Self { folder, path } = self;
        fs::rename(folder.path(), &path).context(format!("making the run folder {} failed", path.display()))?;
        // It isn't there any more under the name that would be removed.
        let _ = folder.keep();
        Ok(RunFolder { path })
    }
}
