//! Collects hashes from many recorders within bounded memory, and ends as one sorted file.

use std::fs::{DirBuilder, File, Permissions};
use std::os::unix::fs::{DirBuilderExt, FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::file::{Entry, FILE_NAME, RECORD, Writer};
use super::key::OriginalsKey;
use super::merge::{self, Run};
use super::recorder::Recorder;
use super::sort::sort;
use crate::error::{Error, Result};
use crate::secret::MaskingKey;

/// What a [`Store`] ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Distinct hashes by column.
    pub hashes: u64,
    /// Size of the file.
    pub bytes: u64,
}

/// Where originals are recorded while a database is masked. Memory is 5 MiB for each recorder at work, and as much as
/// 40 MiB in [`Store::finish`].
///
/// Until then the hashes are in a file without a name, which is gone when the process is, however it ends.
pub struct Store {
    inner: Arc<Inner>,
    key: MaskingKey,
    columns: Vec<String>,
}

pub(super) struct Inner {
    pub(super) key: OriginalsKey,
    folder: PathBuf,
    spill: File,
    spilled: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    runs: Vec<Run>,
    idle: Vec<Buffer>,
    failure: Option<(std::io::ErrorKind, String)>,
}

impl Store {
    /// Begins anew in a folder, which is made if need be, for its owner alone. `columns` are the names of the masked
    /// columns for people, such as `users.email`; a [`ColumnId`](super::ColumnId) is a place in this list.
    ///
    /// # Errors
    /// When the folder can't be written, or there are more columns than 65,536.
    pub fn create(folder: &Path, key: &MaskingKey, columns: Vec<String>) -> Result<Self> {
        if columns.len() > usize::from(u16::MAX) + 1 {
            return Err(Error::failed(format!("{} masked columns are more than 65,536", columns.len())));
        }
        let in_folder = |cause: std::io::Error| cannot_write(folder).because(cause);
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(in_folder)?;
        std::fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(in_folder)?;
        // What an earlier attempt has left must not be taken for this one's.
        match std::fs::remove_file(folder.join(FILE_NAME)) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => return Err(in_folder(cause)),
            _ => {}
        }
        let inner = Inner {
            key: OriginalsKey::new(key),
            folder: folder.to_owned(),
            spill: tempfile::tempfile_in(folder).map_err(in_folder)?,
            spilled: AtomicU64::new(0),
            state: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner), key: key.clone(), columns })
    }

    /// A store that can write nothing from now on: a file that is open for reading only stands for a disk that is full.
    #[cfg(test)]
    pub(crate) fn on_a_full_disk(mut self) -> Self {
        Arc::get_mut(&mut self.inner).unwrap().spill = File::open("/dev/null").unwrap();
        self
    }

    /// A recorder for one worker.
    pub fn recorder(&self) -> Recorder {
        let buffer = self.inner.state().idle.pop().unwrap_or_default();
        Recorder::new(Arc::clone(&self.inner), buffer)
    }

    /// Whether everything could be written up to now; worth asking now and then, so that a full disk ends a run early.
    ///
    /// # Errors
    /// When a buffer could not be written.
    pub fn check(&self) -> Result<()> {
        match &self.inner.state().failure {
            Some((kind, text)) => {
                Err(cannot_write(&self.inner.folder).because(std::io::Error::new(*kind, text.clone())))
            }
            None => Ok(()),
        }
    }

    /// Sorts everything into the file that [`Originals::open`](super::Originals::open) reads.
    ///
    /// # Errors
    /// When anything could not be written, now or before, or a recorder is still alive, for its originals would be lost.
    pub fn finish(self) -> Result<Summary> {
        let alive = Arc::strong_count(&self.inner) - 1;
        if alive > 0 {
            return Err(Error::failed(format!("{alive} recorders of originals were still at work at the end")));
        }
        let idle = std::mem::take(&mut self.inner.state().idle);
        for mut buffer in idle {
            buffer.sort();
            self.inner.spill(&buffer.entries);
        }
        self.check()?;
        let folder = &self.inner.folder;
        let runs = std::mem::take(&mut self.inner.state().runs);
        let written = Writer::create(folder, &self.key, &self.columns).and_then(|mut file| {
            merge::merge(&self.inner.spill, runs, &mut |entries| file.write(entries))?;
            file.finish()
        });
        written.map_err(|cause| cannot_write(folder).because(cause))
    }
}

fn cannot_write(folder: &Path) -> Error {
    Error::failed(format!("the hashes of originals can't be written to {}", folder.display()))
        .help("make room there, or choose another place with --state-dir: 10 bytes for each masked value, twice")
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a buffer that is not yet full for the next recorder, so that short-lived recorders make no small runs.
    pub(super) fn take_back(&self, buffer: Buffer) {
        if !buffer.entries.is_empty() {
            self.state().idle.push(buffer);
        }
    }

    /// Appends sorted entries to the nameless file. A failure is kept, and fails the store.
    fn spill(&self, entries: &[Entry]) {
        let offset = self.spilled.fetch_add((entries.len() * RECORD) as u64, Ordering::Relaxed);
        let mut state = match self.write(entries, offset) {
            Ok(()) => self.state(),
            Err(cause) => {
                let mut state = self.state();
                state.failure.get_or_insert((cause.kind(), cause.to_string()));
                state
            }
        };
        state.runs.push(Run { offset, count: entries.len() as u64 });
    }

    fn write(&self, entries: &[Entry], mut offset: u64) -> std::io::Result<()> {
        let mut bytes = Vec::with_capacity(4096 * RECORD);
        for part in entries.chunks(4096) {
            bytes.clear();
            part.iter().for_each(|entry| bytes.extend_from_slice(&entry.to_bytes()));
            self.spill.write_all_at(&bytes, offset)?;
            offset += bytes.len() as u64;
        }
        Ok(())
    }
}

/// The hashes that a recorder has not yet handed over.
#[derive(Default)]
pub(super) struct Buffer {
    entries: Vec<Entry>,
    /// Room to sort them in.
    spare: Vec<Entry>,
    /// Some of the last entries, each at the place that its hash says.
    recent: Vec<Option<Entry>>,
}

impl Buffer {
    const CAPACITY: usize = 128 << 10;
    const RECENT: usize = 1 << 10;

    pub(super) fn push(&mut self, column: super::ColumnId, hash: u64, store: &Inner) {
        let entry = Entry { hash, column };
        // The same street and the same person come again and again, and need not be sorted to be seen to be the same.
        self.recent.resize(Self::RECENT, None);
        if let Some(place) = self.recent.get_mut(hash as usize % Self::RECENT)
            && place.replace(entry) == Some(entry)
        {
            return;
        }
        self.push_new(column, hash, store);
    }

    /// As [`Self::push`], for what hardly comes twice: the cells of a row.
    pub(super) fn push_new(&mut self, column: super::ColumnId, hash: u64, store: &Inner) {
        if self.entries.len() == Self::CAPACITY {
            self.sort();
            // What repeats itself takes no room; a buffer that is still rather full has to go.
            if self.entries.len() > Self::CAPACITY / 2 {
                store.spill(&self.entries);
                self.entries.clear();
            }
        }
        self.entries.push(Entry { hash, column });
    }

    fn sort(&mut self) {
        sort(&mut self.entries, &mut self.spare);
        self.entries.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::originals::ColumnId;

    #[test]
    fn what_could_not_be_spilled_fails_the_check_and_the_end_and_names_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let key = MaskingKey::parse(&"5a".repeat(32)).unwrap();
        let store = Store::create(folder.path(), &key, vec!["users.email".to_owned()]).unwrap().on_a_full_disk();
        let mut recorder = store.recorder();
        (0..Buffer::CAPACITY as u64)
            .for_each(|number| recorder.record_row_cell(ColumnId(0), b"", &number.to_le_bytes()));
        store.check().unwrap();
        recorder.record_row_cell(ColumnId(0), b"", b"one more than fits");
        drop(recorder);
        let folder = folder.path().display().to_string();
        assert!(store.check().unwrap_err().to_string().contains(&folder));
        assert!(store.finish().unwrap_err().to_string().contains(&folder));
    }

    #[test]
    fn what_repeats_itself_is_not_spilled() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path(), &MaskingKey::random().unwrap(), vec!["a".to_owned()]).unwrap();
        let mut recorder = store.recorder();
        (0..300_000u32).for_each(|number| recorder.record_row_cell(ColumnId(0), b"", &(number % 1000).to_le_bytes()));
        drop(recorder);
        assert_eq!(store.inner.spilled.load(Ordering::Relaxed), 0);
        assert_eq!(store.finish().unwrap().hashes, 1000);
    }
}
