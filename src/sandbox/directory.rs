//! The private directory of a server, and what is left of servers whose owner and guard were both killed.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, geteuid, kill_process};

use crate::error::{Context, Error, Result};
use crate::postgres::os_account::{self, Account};

const PREFIX: &str = "stagemask-sandbox-";
const LOCK: &str = "owner.lock";
pub(super) const KEPT: &str = "kept";

/// A directory that isn't locked yet belongs to a server that is about to start.
const YOUNG: Duration = Duration::from_secs(600);

/// A socket's path fits into 107 bytes, or 103 on macOS (`sun_path`); `/.s.PGSQL.12345` needs 15 of them.
const LONGEST: usize = 80;

/// The account that the server must run as: PostgreSQL refuses to run as root.
pub(super) fn server_account() -> Option<Account> {
    geteuid().is_root().then(|| {
        os_account::find(|account| account.name == "postgres")
            .or_else(|| os_account::find(|account| account.uid == 65534))
            .unwrap_or_else(|| Account { name: "nobody".to_owned(), uid: 65534, gid: 65534 })
    })
}

/// Creates a directory that belongs to the server's account, and locks it for as long as the file is open.
pub(super) fn create(account: Option<&Account>) -> Result<(PathBuf, File)> {
    let parent = parent();
    let directory = tempfile::Builder::new()
        .prefix(PREFIX)
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in(&parent)
        .context(format!("creating a directory in {} failed", parent.display()))?;
    let locking = || format!("locking {} failed", directory.path().display());
    let unlocked = directory.path().join("owner.new");
    let file = File::create_new(&unlocked).context(locking())?;
    file.try_lock().context(locking())?;
    // Under this name it is locked from the first moment on.
    std::fs::rename(&unlocked, directory.path().join(LOCK)).context(locking())?;
    if let Some(account) = account {
        give(directory.path(), account)?;
    }
    Ok((directory.keep(), file))
}

/// Makes the account the owner.
pub(super) fn give(path: &Path, account: &Account) -> Result<()> {
    chown(path, Some(account.uid), Some(account.gid)).context(format!(
        "giving {} to user {} failed",
        path.display(),
        account.name
    ))
}

/// The system's temporary directory, unless its name is too long for a socket or closed to the server's account.
fn parent() -> PathBuf {
    let usual = std::env::temp_dir();
    let open = |directory: &Path| {
        let passable = |path: &Path| path.metadata().is_ok_and(|metadata| metadata.mode() & 0o001 != 0);
        !geteuid().is_root() || directory.ancestors().all(passable)
    };
    if usual.as_os_str().len() <= LONGEST - 26 && open(&usual) { usual } else { PathBuf::from("/tmp") }
}

/// The directories of all servers, running or not, that are ours to look after.
pub(super) fn all() -> Vec<PathBuf> {
    let owners = [Some(geteuid().as_raw()), server_account().map(|account| account.uid)];
    let ours = |path: &PathBuf| {
        let named = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
        // Anybody may make such a name in /tmp, also a link to somewhere else.
        named && path.symlink_metadata().is_ok_and(|found| found.is_dir() && owners.contains(&Some(found.uid())))
    };
    let Ok(entries) = std::fs::read_dir(parent()) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).filter(ours).collect()
}

/// Removes what servers without an owner have left. What can't be removed stays: it is not this run's failure.
pub(super) fn reap() {
    for directory in all().into_iter().filter(|directory| is_abandoned(directory)) {
        let _ = remove(&directory);
    }
}

fn is_abandoned(directory: &Path) -> bool {
    let Ok(lock) = File::open(directory.join(LOCK)) else {
        let age = directory.metadata().and_then(|found| found.modified()).ok().and_then(|time| time.elapsed().ok());
        return age.is_some_and(|age| age > YOUNG);
    };
    lock.try_lock().is_ok() && !(directory.join(KEPT).exists() && postmaster(directory).is_some())
}

/// Stops the server, if it runs, and removes the directory.
pub(super) fn remove(directory: &Path) -> Result<()> {
    if let Some(postmaster) = postmaster(directory) {
        // It may have ended by itself meanwhile.
        let _ = kill_process(postmaster, Signal::QUIT);
        for _ in 0..500 {
            if self::postmaster(directory).is_none() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    match std::fs::remove_dir_all(directory) {
        // Its guard removes it too.
        Err(_) if !directory.exists() => Ok(()),
        result => result.context(format!("removing {} failed", directory.display())),
    }
}

/// The running server of this directory. The number in `postmaster.pid` may by now belong to somebody else's process,
/// so it counts only if that process works in the data directory, as PostgreSQL does.
pub(super) fn postmaster(directory: &Path) -> Option<Pid> {
    let data = directory.join("data");
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let number: i32 = text.lines().next()?.trim().parse().ok()?;
    let works_there = if Path::new("/proc/self/cwd").exists() {
        std::fs::read_link(format!("/proc/{number}/cwd")).is_ok_and(|cwd| cwd == data.canonicalize().unwrap_or(data))
    } else {
        let output =
            std::process::Command::new("ps").args(["-o", "command=", "-p", &number.to_string()]).output().ok()?;
        String::from_utf8_lossy(&output.stdout).contains(&*data.to_string_lossy())
    };
    works_there.then(|| Pid::from_raw(number)).flatten()
}

/// Whether this is the name of a server's directory; guards against removing anything else.
pub(super) fn check_name(directory: &Path) -> Result<()> {
    let name = directory.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    if name.starts_with(PREFIX) && all().iter().any(|known| known == directory) {
        return Ok(());
    }
    Err(Error::usage(format!("{} is not the directory of a sandbox server of this user", directory.display())))
}
