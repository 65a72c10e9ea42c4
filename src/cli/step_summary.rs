//! The step summary of GitHub Actions: the report, where a person looks first.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use crate::error::{Context as _, Result};
use crate::report;
use crate::run_record::{RunFolder, RunId};

/// The variable with the path of the file to append to (GitHub, "Workflow commands": adding a job summary).
pub(super) const VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// The runs that there are, to tell later which one is new. Without a folder that can be read there are none.
pub(super) fn runs(state_dir: &Path) -> BTreeSet<RunId> {
    RunFolder::list(state_dir).unwrap_or_default().into_iter().collect()
}

/// Appends the report of a run, or its evidence where it has no report, as a drill; also a run that failed has one.
///
/// # Errors
/// When the report can't be read, or the file can't be written.
pub(super) fn append(file: &Path, state_dir: &Path, run: &RunId) -> Result<()> {
    let folder = RunFolder::open(state_dir, run)?;
    let there = [report::MARKDOWN, report::evidence::MARKDOWN].map(|name| folder.join(name));
    let Some(report) = there.into_iter().find(|path| path.exists()) else { return Ok(()) };
    let append = || -> std::io::Result<()> {
        let text = std::fs::read(&report)?;
        let mut file = OpenOptions::new().append(true).create(true).open(file)?;
        file.write_all(&text)?;
        file.write_all(b"\n")
    };
    append().context(format!("appending {} to {} failed", report.display(), file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_run(state_dir: &Path, report: Option<&str>) -> RunId {
        let run = RunId::new().unwrap();
        let folder = RunFolder::create(state_dir, &run).unwrap();
        if let Some(report) = report {
            folder.write_bytes(report::MARKDOWN, report.as_bytes()).unwrap();
        }
        run
    }

    #[test]
    fn the_report_of_the_run_is_appended_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let (state_dir, file) = (folder.path().join("state"), folder.path().join("summary.md"));
        std::fs::write(&file, "# before\n").unwrap();
        new_run(&state_dir, Some("# old\n"));
        let run = new_run(&state_dir, Some("# new\n"));
        append(&file, &state_dir, &run).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "# before\n# new\n\n");
    }

    #[test]
    fn of_a_drill_the_evidence_is_appended() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("summary.md");
        let run = new_run(folder.path(), None);
        let of_run = RunFolder::open(folder.path(), &run).unwrap();
        of_run.write_bytes(report::evidence::MARKDOWN, b"# drill\n").unwrap();
        append(&file, folder.path(), &run).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "# drill\n\n");
    }

    #[test]
    fn a_run_without_a_report_adds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("summary.md");
        let run = new_run(folder.path(), None);
        append(&file, folder.path(), &run).unwrap();
        assert!(!file.exists());
    }
}
