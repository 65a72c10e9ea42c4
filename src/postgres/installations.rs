//! Where PostgreSQL's programs are on this machine.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::geteuid;

use super::os_account::Account;

/// The variable that names the one directory to look in.
pub const BIN_VARIABLE: &str = "STAGEMASK_PG_BIN";

/// Directories that are named for a version of PostgreSQL, as packages for Linux and macOS lay them out.
const VERSIONED: [(&str, &str, &str); 7] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/lib64", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// The directories to look in, the likeliest first: the one that is named and no other; else `PATH`, what `pg_config`
/// says, and where packages put them.
pub fn directories(explicit: Option<&Path>) -> Vec<PathBuf> {
    let named = explicit.map(Path::to_owned).or_else(|| std::env::var_os(BIN_VARIABLE).map(PathBuf::from));
    if let Some(named) = named.filter(|named| !named.as_os_str().is_empty()) {
        return vec![named];
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut directories: Vec<PathBuf> = std::env::split_paths(&path).filter(|path| path.is_absolute()).collect();
    directories.extend(pg_config());
    for (parent, start, end) in VERSIONED {
        directories.extend(children(Path::new(parent), start).into_iter().map(|child| child.join(end)));
    }
    let mut seen = std::collections::HashSet::new();
    directories.retain(|directory| seen.insert(directory.clone()));
    directories
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

fn children(parent: &Path, start: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let matching = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(start));
    matching.map(|entry| entry.path()).collect()
}

/// The directory that this tool keeps between runs. Root's is not under `/root`, where the account that the sandbox
/// server runs as could not read it.
pub(crate) fn cache_directory() -> Option<PathBuf> {
    if geteuid().is_root() {
        return Some(PathBuf::from("/var/cache/stagemask"));
    }
    let given = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    given.or_else(home).map(|cache| cache.join("stagemask"))
}

/// The `bin` directories of the Python packages that the sandbox has installed.
pub(crate) fn installed_by_us(cache: &Path) -> Vec<PathBuf> {
    children(cache, "postgres-").iter().flat_map(|package| bin_directories(package, 4)).collect()
}

/// Each directory called `bin` below this one that has a `pg_dump`.
pub(crate) fn bin_directories(below: &Path, depth: usize) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for child in children(below, "").into_iter().filter(|child| child.is_dir()) {
        if child.file_name() == Some(OsStr::new("bin")) && child.join("pg_dump").is_file() {
            found.push(child);
        } else if depth > 0 {
            found.extend(bin_directories(&child, depth - 1));
        }
    }
    found
}

/// The version that a program prints for `--version`, such as 150018; `None` if it can't be run by this account.
pub(crate) fn program_version(program: &Path, account: Option<&Account>) -> Option<u32> {
    // Debian's wrapper runs whichever version suits the cluster it finds: not what was looked for.
    let target = program.canonicalize().ok()?;
    if target.file_name() == Some(OsStr::new("pg_wrapper")) {
        return None;
    }
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).current_dir("/");
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    version_number(text.split_once("(PostgreSQL) ")?.1)
}

/// Turns `15.18 (Debian …)`, `18beta1` or `9.6.3` into 150018, 180000 or 90603.
pub(crate) fn version_number(text: &str) -> Option<u32> {
    let mut rest = text;
    let mut parts = Vec::new();
    loop {
        let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        parts.push(digits.parse::<u32>().ok().filter(|&part| part < 10_000)?);
        match after.strip_prefix('.') {
            Some(next) if next.starts_with(|character: char| character.is_ascii_digit()) => rest = next,
            _ => break,
        }
    }
    let part = |position: usize| parts.get(position).copied().unwrap_or(0);
    Some(if part(0) < 10 { part(0) * 10_000 + part(1) * 100 + part(2) } else { part(0) * 10_000 + part(1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_all_ages_become_numbers() {
        assert_eq!(version_number("15.18 (Debian 15.18-0+deb12u1)"), Some(150_018));
        assert_eq!(version_number("18beta1"), Some(180_000));
        assert_eq!(version_number("9.6.3"), Some(90_603));
        assert_eq!(version_number("CockroachDB"), None);
        assert_eq!(version_number("99999999999999"), None);
    }

    #[test]
    fn a_named_directory_is_the_only_one() {
        assert_eq!(directories(Some(Path::new("/opt/pg/bin"))), [PathBuf::from("/opt/pg/bin")]);
    }
}
