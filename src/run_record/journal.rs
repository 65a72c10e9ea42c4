//! The journal of a run: each step outside the database is noted before and after it, so that whoever finds the run
//! after a kill knows what may exist.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::future::Future;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{RunFolder, utc};
use crate::error::{Context as _, Result};

/// The file in the run's folder.
pub const FILE: &str = "journal.jsonl";

/// Whether a step has been begun or is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// It is about to be done: from here on, its effect may be there.
    Begun,
    /// It is done.
    Done,
    /// It failed; its effect may be there all the same.
    Failed,
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, RFC 3339.
    pub at: String,
    /// Which step, such as `restore-instance`.
    pub step: String,
    /// Begun, done or failed.
    pub phase: Phase,
    /// Names and ids of what it is about; never a credential.
    pub about: BTreeMap<String, String>,
}

/// The journal of a run.
#[derive(Debug, Clone)]
pub struct Journal {
    path: PathBuf,
}

impl Journal {
    /// The journal in the folder of a run. Lines are added to those that are there.
    pub fn of(folder: &RunFolder) -> Self {
        Self { path: folder.join(FILE) }
    }

    /// The journal of a clean-up, which belongs to no run: in the state directory itself.
    ///
    /// # Errors
    /// When that directory can't be made.
    pub fn in_state_dir(state_dir: &Path) -> Result<Self> {
        fs::create_dir_all(state_dir).context(format!("making {} failed", state_dir.display()))?;
        Ok(Self { path: state_dir.join("cleanup.jsonl") })
    }

    /// Does a step, noted before and after.
    ///
    /// # Errors
    /// Those of the step, and when the journal can't be written: then the step isn't begun.
    pub async fn step<T>(
        &self,
        step: &str,
        about: &[(&str, &str)],
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.note(step, Phase::Begun, about)?;
        match work.await {
            Ok(done) => self.note(step, Phase::Done, about).map(|()| done),
            Err(error) => {
                // What went wrong with the step matters more than what went wrong with its note.
                let _ = self.note(step, Phase::Failed, about);
                Err(error)
            }
        }
    }

    /// Adds one line, and waits until it is on the disk.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn note(&self, step: &str, phase: Phase, about: &[(&str, &str)]) -> Result<()> {
        let about = about.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let entry = Entry { at: utc(SystemTime::now()), step: step.to_owned(), phase, about };
        let failed = || format!("writing the journal {} failed", self.path.display());
        let mut text = serde_json::to_vec(&entry).with_context(failed)?;
        text.push(b'\n');
        let mut file =
            OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path).with_context(failed)?;
        file.write_all(&text).and_then(|()| file.sync_data()).with_context(failed)
    }

    /// Everything noted so far, oldest first. A last line that a kill cut short is left out.
    ///
    /// # Errors
    /// When the journal is there and can't be read.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let text = fs::read_to_string(&self.path).context(format!("reading {} failed", self.path.display()))?;
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::run_record::RunId;

    #[tokio::test]
    async fn a_step_is_noted_before_it_is_done_and_after() {
        let state = tempfile::tempdir().unwrap();
        let journal = Journal::of(&RunFolder::create(state.path(), &RunId::new().unwrap()).unwrap());
        let phases = || journal.entries().unwrap().into_iter().map(|entry| entry.phase).collect::<Vec<_>>();
        let work = async {
            assert_eq!(phases(), [Phase::Begun]);
            Ok(())
        };
        journal.step("restore-instance", &[("instance", "stagemask-x")], work).await.unwrap();
        let failed = journal.step("delete-instance", &[], async { Err::<(), _>(Error::failed("no")) }).await;
        assert!(failed.is_err());
        assert_eq!(phases(), [Phase::Begun, Phase::Done, Phase::Begun, Phase::Failed]);
        assert_eq!(journal.entries().unwrap()[0].about["instance"], "stagemask-x");
    }

    #[test]
    fn a_line_that_a_kill_cut_short_is_left_out() {
        let state = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(state.path(), &RunId::new().unwrap()).unwrap();
        let journal = Journal::of(&folder);
        journal.note("copy-snapshot", Phase::Begun, &[]).unwrap();
        let whole = fs::read_to_string(folder.join(FILE)).unwrap();
        fs::write(folder.join(FILE), format!("{whole}{}", &whole[..20])).unwrap();
        assert_eq!(journal.entries().unwrap().len(), 1);
    }
}
