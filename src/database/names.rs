//! The names of a run's databases: `<name>__incoming_<run>`, `__raw_`, `__retired_`.

use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::run_record::RunId;

/// What a server keeps of a name (`NAMEDATALEN` - 1); it cuts a longer one without an error.
const LONGEST_NAME: usize = 63;

const PARTS: [&str; 3] = ["incoming", "raw", "retired"];

/// A database that a run left on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOver {
    /// Its name.
    pub database: String,
    /// The name of the database that people connect to.
    pub released: String,
    /// The run, by the name.
    pub run: RunId,
    /// `incoming`, `raw` or `retired`.
    pub part: String,
    /// Bytes that it takes; 0 where the role may not ask.
    pub bytes: u64,
}

/// The name of the database that a run fills.
///
/// # Errors
/// When it is longer than a server's names may be.
pub fn incoming_name(database: &str, run: &RunId) -> Result<String> {
    name(database, "incoming", run)
}

/// The name of the scratch database into which a run restores an archive.
///
/// # Errors
/// When it is longer than a server's names may be.
pub fn raw_name(database: &str, run: &RunId) -> Result<String> {
    name(database, "raw", run)
}

/// The name that the database before gets when a run is released.
///
/// # Errors
/// When it is longer than a server's names may be.
pub fn retired_name(database: &str, run: &RunId) -> Result<String> {
    name(database, "retired", run)
}

fn name(database: &str, part: &str, run: &RunId) -> Result<String> {
    let name = format!("{database}__{part}_{}", run.in_name());
    check_length(&name).map(|()| name)
}

pub(super) fn check_length(name: &str) -> Result<()> {
    if name.len() <= LONGEST_NAME {
        return Ok(());
    }
    Err(Error::usage(format!("the name {name:?} is {} bytes long, and a server keeps {LONGEST_NAME}", name.len()))
        .help("a run adds up to 35 bytes to the target's name: name the target with at most 28"))
}

/// Reads a name back. The run's letters may have been capitals, which a name doesn't tell.
fn parse(name: &str) -> Option<(String, String, RunId)> {
    PARTS.iter().find_map(|part| {
        let (released, run) = name.rsplit_once(&format!("__{part}_"))?;
        let (time, random) = run.split_once('_')?;
        let run = RunId::try_from(format!("{}-{random}", time.to_uppercase())).ok()?;
        (!released.is_empty() && run.in_name().len() == 22).then(|| (released.to_owned(), (*part).to_owned(), run))
    })
}

/// The databases that runs left on the server, whichever database they were for, oldest run first.
///
/// # Errors
/// When the server can't be asked.
pub async fn left_overs(admin: &Session) -> Result<Vec<LeftOver>> {
    const SQL: &str = r"SELECT datname::text, CASE WHEN has_database_privilege(oid, 'CONNECT')
        OR pg_has_role('pg_read_all_stats', 'USAGE') THEN pg_database_size(oid) ELSE 0 END
        FROM pg_database WHERE datname ~ '__(incoming|raw|retired)_'";
    let rows = admin.query(SQL, &[]).await.server_context(|| "listing the databases of runs")?;
    let read = |row: &tokio_postgres::Row| {
        let database: String = row.get(0);
        let (released, part, run) = parse(&database)?;
        Some(LeftOver { database, released, run, part, bytes: u64::try_from(row.get::<_, i64>(1)).unwrap_or_default() })
    };
    let mut found: Vec<LeftOver> = rows.iter().filter_map(read).collect();
    found.sort_by(|one, other| (&one.run, &one.database).cmp(&(&other.run, &other.database)));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_it_was_made_of() {
        let run = RunId::new().unwrap();
        for database in ["drop", "a__raw_b", "Ærlig \"talt\""] {
            let name = retired_name(database, &run).unwrap();
            assert_eq!(parse(&name), Some((database.to_owned(), "retired".to_owned(), run.clone())));
        }
    }

    #[test]
    fn other_databases_are_not_taken_for_left_overs() {
        for name in ["drop", "drop__raw_", "drop__raw_2026", "__raw_20261121t034512_k3f9x2", "shop__raw_data_2026"] {
            assert_eq!(parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_that_a_server_would_cut_is_refused() {
        let run = RunId::new().unwrap();
        assert!(incoming_name(&"a".repeat(30), &run).is_ok());
        let error = incoming_name(&"å".repeat(16), &run).unwrap_err();
        assert!(error.advice().unwrap().contains("at most 28"), "{error}");
    }
}
