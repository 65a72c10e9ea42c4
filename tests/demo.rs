//! `stagemask demo` as a person runs it, only smaller.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A directory for temporary files that the server's account can use, with a name that is short enough for a socket.
fn temporary() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("demo-").tempdir_in("/tmp").unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o1777)).unwrap();
    folder
}

fn demo(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagemask"));
    command.arg("demo").args(arguments).current_dir(folder).env("TMPDIR", folder).env_remove("STAGEMASK_KEY");
    command.output().unwrap()
}

/// Directories of servers.
fn servers(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("stagemask-sandbox-")).collect()
}

#[test]
fn the_demo_tells_its_story_and_leaves_nothing_but_the_report() {
    let folder = temporary();
    let output = demo(folder.path(), &["--scale", "0.01", "--progress", "plain"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    for word in
        ["PostgreSQL", "Drop: 26 tables", "restore  done", "0 undecided", "0 findings", "drop_staging is open", "→"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
    let runs = folder.path().join(".stagemask/runs");
    let run = fs::read_dir(&runs).unwrap().next().unwrap().unwrap().path();
    assert!(fs::read_to_string(run.join("report.md")).unwrap().contains("users"));
    assert_eq!(servers(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_kept_server_holds_no_snapshot_and_can_be_stopped() {
    let folder = temporary();
    let output = demo(folder.path(), &["--scale", "0.01", "--progress", "plain", "--keep"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    let kept = servers(folder.path());
    assert_eq!(kept.len(), 1, "{text}");
    assert!(text.contains("psql 'host=") && text.contains("demo --stop"), "{text}");
    assert!(!kept[0].join("snapshot").exists());
    let stopped = demo(folder.path(), &["--stop", &kept[0].to_string_lossy()]);
    assert_eq!(stopped.status.code(), Some(0), "{}", String::from_utf8_lossy(&stopped.stderr));
    assert_eq!(servers(folder.path()), Vec::<PathBuf>::new());
}
