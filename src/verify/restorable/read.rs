//! Reads all rows and large objects. Whatever is broken in a page, a row or a TOAST chunk shows when it is read.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt as _, pin_mut};

use super::{Restorable, TableRead};
use crate::error::{Error, Result};
use crate::postgres::catalog::{Catalog, Kind, Table};
use crate::postgres::chunks::{Chunk, cut};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::{ServerContext as _, describe};
use crate::postgres::snapshot::join;
use crate::postgres::workers::{self, Queue};
use crate::progress::{Event, Progress, Stage};

/// From how many bytes on several workers share a table that dominates.
const CUT_FROM: u64 = 16 << 20;
/// How much of a large object the server reads at once.
const PART: i32 = 4 << 20;

struct Work {
    endpoint: Endpoint,
    snapshot: String,
    tables: Vec<Table>,
    queue: Queue<Chunk>,
    seen: Mutex<Vec<Seen>>,
    progress: Arc<dyn Progress>,
}

#[derive(Clone, Default)]
struct Seen {
    rows: u64,
    bytes: u64,
    chunks_left: usize,
    failed: Option<String>,
}

/// Reads every table of the catalog to its last row, in the snapshot.
pub(super) async fn tables(
    endpoint: &Endpoint,
    catalog: &Catalog,
    snapshot: &str,
    jobs: usize,
    progress: &Arc<dyn Progress>,
    found: &mut Restorable,
) -> Result<()> {
    let tables = populated(endpoint, catalog, found).await?;
    let queue = cut(tables.iter(), jobs, CUT_FROM);
    let mut seen = vec![Seen::default(); tables.len()];
    for chunk in &queue {
        if let Some(seen) = seen.get_mut(chunk.table) {
            seen.chunks_left += 1;
        }
    }
    let work = Arc::new(Work {
        endpoint: endpoint.clone(),
        snapshot: snapshot.to_owned(),
        tables,
        queue: Queue::new(queue),
        seen: Mutex::new(seen),
        progress: Arc::clone(progress),
    });
    workers::run(jobs, || Arc::clone(&work).run()).await?;
    let seen = work.seen.lock().unwrap_or_else(PoisonError::into_inner);
    for (table, seen) in work.tables.iter().zip(seen.iter()) {
        let name = table.name.to_string();
        if let Some(why) = &seen.failed {
            found.problem(&name, format!("can't be read to its last row: {why}"));
        }
        found.tables.push(TableRead { name, rows: seen.rows, bytes: seen.bytes });
    }
    Ok(())
}

/// The tables that can be read: a materialized view may wait for its first refresh, as after a restored archive.
async fn populated(endpoint: &Endpoint, catalog: &Catalog, found: &mut Restorable) -> Result<Vec<Table>> {
    let session = endpoint.connect("stagemask drill").await?;
    let rows = session.query("SELECT oid FROM pg_class WHERE relkind = 'm' AND NOT relispopulated", &[]).await;
    let empty: Vec<u32> = rows.server_context(|| "listing materialized views")?.iter().map(|row| row.get(0)).collect();
    session.close().await;
    let (waiting, tables): (Vec<&Table>, Vec<&Table>) =
        catalog.tables.iter().partition(|table| table.kind == Kind::MaterializedView && empty.contains(&table.oid));
    found
        .notes
        .extend(waiting.iter().map(|view| format!("materialized view {} waits for its first refresh", view.name)));
    Ok(tables.into_iter().cloned().collect())
}

impl Work {
    async fn run(self: Arc<Self>) -> Result<()> {
        let session = self.endpoint.connect("stagemask drill").await?;
        while let Some(chunk) = self.queue.next() {
            let table = self.tables.get(chunk.table).ok_or_else(|| Error::failed("a chunk belongs to no table"))?;
            let name = table.name.to_string();
            self.progress.event(Event::TableStarted { stage: Stage::Verify, table: &name, rows: chunk.rows });
            join(&session, &self.snapshot).await?;
            let read = self.read(&session, table, &chunk, &name).await;
            session.batch_execute("ROLLBACK").await.server_context(|| format!("reading {name}"))?;
            self.note(&chunk, &name, read);
        }
        Ok(())
    }

    /// Rows and bytes of the chunk. In the text format each row is one line, and a line break inside of a value is
    /// escaped (PostgreSQL manual, `COPY`, "Text Format").
    async fn read(
        &self,
        session: &Session,
        table: &Table,
        chunk: &Chunk,
        name: &str,
    ) -> std::result::Result<(u64, u64), tokio_postgres::Error> {
        let only = if table.kind == Kind::MaterializedView { "" } else { "ONLY " };
        let sql = format!("COPY (SELECT * FROM {only}{}{}) TO STDOUT", table.name.sql(), chunk.sql_where());
        let stream = session.copy_out(sql.as_str()).await?;
        pin_mut!(stream);
        let mut read = (0, 0);
        while let Some(part) = stream.next().await.transpose()? {
            let (rows, bytes) = (memchr::memchr_iter(b'\n', &part).count() as u64, part.len() as u64);
            self.progress.event(Event::Advanced { stage: Stage::Verify, table: name, rows, bytes });
            read = (read.0 + rows, read.1 + bytes);
        }
        Ok(read)
    }

    fn note(&self, chunk: &Chunk, name: &str, read: std::result::Result<(u64, u64), tokio_postgres::Error>) {
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(seen) = all.get_mut(chunk.table) else { return };
        match read {
            Ok((rows, bytes)) => {
                seen.rows += rows;
                seen.bytes += bytes;
            }
            Err(cause) => seen.failed = Some(describe(&cause).to_string()),
        }
        seen.chunks_left -= 1;
        if seen.chunks_left == 0 {
            self.progress.event(Event::TableFinished { stage: Stage::Verify, table: name });
        }
    }
}

/// Reads every large object, in parts; they stay on the server, and only their lengths come here.
pub(super) async fn large_objects(session: &Session, found: &mut Restorable) -> Result<()> {
    let doing = || "reading the large objects";
    let rows =
        session.query("SELECT oid FROM pg_largeobject_metadata ORDER BY oid", &[]).await.server_context(doing)?;
    let read = session.prepare("SELECT octet_length(lo_get($1, $2, $3))").await.server_context(doing)?;
    for row in rows {
        let oid: u32 = row.get(0);
        let mut offset = 0_i64;
        loop {
            match session.query_one(&read, &[&oid, &offset, &PART]).await {
                Ok(row) => {
                    let length: i32 = row.get(0);
                    offset += i64::from(length);
                    if length < PART {
                        found.large_objects += 1;
                        found.large_object_bytes += u64::try_from(offset).unwrap_or_default();
                        break;
                    }
                }
                Err(cause) if cause.as_db_error().is_some() => {
                    found.problem(format!("large object {oid}"), format!("can't be read: {}", describe(&cause)));
                    break;
                }
                Err(cause) => return Err::<(), _>(cause).server_context(doing),
            }
        }
    }
    Ok(())
}
