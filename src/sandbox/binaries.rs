//! Which server programs to run.

use std::path::{Path, PathBuf};

use super::install;
use crate::error::{Error, Result};
use crate::postgres::connect::OLDEST_MAJOR_VERSION;
use crate::postgres::installations::{cache_directory, directories, installed_by_us, program_version};
use crate::postgres::os_account::Account;
use crate::progress::Progress;

const NEEDED: [&str; 4] = ["initdb", "postgres", "pg_dump", "pg_restore"];

/// The programs of one server version.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    pub(super) directory: PathBuf,
    pub(super) version_num: u32,
}

impl Binaries {
    /// Finds the latest version that is installed; if none is, those that an earlier run has put into the cache; if there
    /// are none either, installs some there and says so.
    pub(super) fn find(options: &super::Options, account: Option<&Account>, progress: &dyn Progress) -> Result<Self> {
        let searched = if options.ignore_installed { Vec::new() } else { directories(options.bin.as_deref()) };
        if let Some(found) = latest(&searched, account) {
            return Ok(found);
        }
        if let [only] = searched.as_slice() {
            return Err(Error::failed(format!(
                "{} has no PostgreSQL {OLDEST_MAJOR_VERSION} or later with {} that can be run{}",
                only.display(),
                NEEDED.join(", "),
                account.map(|account| format!(" by user {}", account.name)).unwrap_or_default()
            ))
            .help("name another directory, or none to search for one"));
        }
        let cache = options.cache.clone().or_else(cache_directory).ok_or_else(|| {
            Error::failed("no PostgreSQL server is installed, and there is no HOME to install one under")
                .help(install::BY_HAND)
        })?;
        if let Some(found) = latest(&installed_by_us(&cache), account) {
            return Ok(found);
        }
        install::install(&cache, progress, |package| latest(&installed_by_us(package), account))
    }
}

fn latest(directories: &[PathBuf], account: Option<&Account>) -> Option<Binaries> {
    let complete = |directory: &&PathBuf| NEEDED.iter().all(|program| directory.join(program).is_file());
    let found = directories.iter().filter(complete).filter_map(|directory| {
        let version_num = program_version(&directory.join("postgres"), account)?;
        Some(Binaries { directory: real(directory), version_num })
    });
    found.filter(|found| found.version_num >= OLDEST_MAJOR_VERSION * 10_000).max_by_key(|found| found.version_num)
}

/// Links to single programs in `/usr/local/bin` lead a server to the files it shares, but not every tool.
fn real(directory: &Path) -> PathBuf {
    let postgres = directory.join("postgres").canonicalize().ok();
    let target = postgres.and_then(|path| path.parent().map(Path::to_owned));
    target.filter(|target| NEEDED.iter().all(|program| target.join(program).is_file())).unwrap_or(directory.to_owned())
}
