//! Is what was restored a database that could go on in production's place? Everything in it is read, to the last row.

mod indexes;
mod read;
mod state;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::postgres::catalog::Catalog;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext as _;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::progress::Progress;

/// What was read and checked. Names and counts, never a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restorable {
    /// Every table with rows of its own, as far as it could be read.
    pub tables: Vec<TableRead>,
    /// Large objects that were read.
    pub large_objects: u64,
    /// Bytes of them.
    pub large_object_bytes: u64,
    /// B-tree indexes that `amcheck` found whole, with every row in them; `None` where it can't be used.
    pub indexes_checked: Option<u64>,
    /// Sequences that were compared with the keys that they make.
    pub sequences_checked: u64,
    /// Extensions whose files the server has.
    pub extensions: Vec<String>,
    /// Whether the server checks the checksum of each page that is read.
    pub page_checksums: bool,
    /// What makes it unusable.
    pub problems: Vec<Problem>,
    /// What a person should know, though it can be used.
    pub notes: Vec<String>,
}

/// What was read of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRead {
    /// Which table.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Bytes of them, as text.
    pub bytes: u64,
}

/// Something that a restored database can't be used with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// The table, index, sequence or extension.
    pub object: String,
    /// What is wrong with it.
    pub what: String,
}

impl Restorable {
    /// Rows that were read, over all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    fn problem(&mut self, object: impl Into<String>, what: impl Into<String>) {
        self.problems.push(Problem { object: object.into(), what: what.into() });
    }
}

/// Reads every table, materialized view and large object, and checks indexes, sequences and extensions.
///
/// With `may_change`, `amcheck` is installed where it is missing: for a database that is destroyed afterwards.
///
/// # Errors
/// When the server can't be asked. What is wrong with the database itself is in the result.
pub async fn check(
    endpoint: &Endpoint,
    may_change: bool,
    jobs: usize,
    progress: &Arc<dyn Progress>,
) -> Result<Restorable> {
    let snapshot = ExportedSnapshot::export(endpoint.connect("stagemask drill").await?).await?;
    let catalog = Catalog::load(snapshot.session()).await?;
    let mut found = Restorable::default();
    let session = endpoint.connect("stagemask drill").await?;
    let row = session.query_one("SELECT current_setting('data_checksums') = 'on'", &[]).await;
    found.page_checksums = row.server_context(|| "asking for data_checksums")?.get(0);
    if !found.page_checksums {
        found.notes.push("the server has no page checksums, so a changed bit in a row may go unseen".to_owned());
    }
    read::tables(endpoint, &catalog, snapshot.id(), jobs, progress, &mut found).await?;
    read::large_objects(&session, &mut found).await?;
    state::sequences(&session, snapshot.id(), &mut found).await?;
    state::extensions(&session, &mut found).await?;
    state::left_half_done(&session, &mut found).await?;
    indexes::check(&session, may_change, &mut found).await?;
    found.problems.sort();
    Ok(found)
}
