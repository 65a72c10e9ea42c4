//! What large objects hold (PostgreSQL manual, chapter 33), piece by piece.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, oneshot};

use super::cell_scan::{Instruments, scan};
use super::chance::Chance;
use super::findings::Finding;
use super::judge;
use super::layout::{Layout, ScannedColumn};
use super::scan::Reading;
use super::seen::Seen;
use crate::error::{Context as _, Result};
use crate::postgres::connect::Session;
use crate::postgres::copy_binary::{Tuples, begin_tuple, write_field};
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::TableName;
use crate::postgres::large_objects::{self, Content};
use crate::postgres::row_checksum::RowChecksum;
use crate::postgres::snapshot;
use crate::postgres::types::TypeClass;
use crate::postgres::workers::{self, Queue};

/// What is read of each at first: nearly all are shorter, and streams may hold so much each.
const BEGINNING: usize = 1 << 20;

/// Bytes that are looked at together: a file of this size is opened as a whole.
const PIECE: usize = 16 << 20;

/// Bytes that two pieces share, so that nothing is cut in two between them.
const SHARED: usize = 64 << 10;

/// How many objects that are longer than their beginning are at hand at once, whatever the number of streams.
const LONG_ONES: usize = 2;

/// What was read.
pub(super) struct Looked {
    /// How many there are.
    pub(super) count: u64,
    /// Order-free checksum of their bytes: see [`Content`].
    pub(super) checksum: String,
    /// What was found in them.
    pub(super) findings: Vec<Finding>,
}

struct Work {
    target: Endpoint,
    snapshot: Option<String>,
    oids: Queue<u32>,
    long_ones: Semaphore,
    layout: Arc<Layout>,
    instruments: Arc<Instruments>,
    seen: Mutex<(Seen, RowChecksum)>,
}

/// Reads all large objects, those that `session` sees. They are a table of two columns to whoever reads the findings:
/// `pg_catalog.pg_largeobject`, and the oid is the key.
///
/// # Errors
/// When one of them can't be read.
pub(super) async fn look(
    session: &Session,
    target: &Endpoint,
    instruments: &Arc<Instruments>,
    reading: Reading,
) -> Result<Looked> {
    let oids = large_objects::oids(session).await?;
    let count = oids.len();
    let layout = Arc::new(layout());
    let work = Arc::new(Work {
        target: target.clone(),
        snapshot: reading.snapshot,
        oids: Queue::new(oids),
        long_ones: Semaphore::new(LONG_ONES),
        layout: Arc::clone(&layout),
        instruments: Arc::clone(instruments),
        seen: Mutex::new((Seen::new(layout.columns.len()), RowChecksum::default())),
    });
    if count > 0 {
        workers::run(reading.streams.min(count), || Arc::clone(&work).run()).await?;
    }
    let mut seen = work.seen.lock().unwrap_or_else(PoisonError::into_inner);
    let (seen, checksum) = std::mem::take(&mut *seen);
    let place = TableName::new("pg_catalog", "pg_largeobject");
    let mut findings = judge::judge(&place, &layout, &seen, &mut Chance::new(&instruments.originals))?;
    for finding in &mut findings {
        "lo_unlink it, with what refers to it; a refresh leaves large objects behind unless the rules keep them"
            .clone_into(&mut finding.advice);
    }
    Ok(Looked { count: count as u64, checksum: checksum.to_hex(), findings })
}

fn layout() -> Layout {
    Layout {
        name: "large objects".to_owned(),
        columns: vec![ScannedColumn::kept("loid", TypeClass::Int8), ScannedColumn::kept("data", TypeClass::Bytea)],
        kept_key: vec![0],
        streamed: 2,
        unmasked: None,
    }
}

impl Work {
    async fn run(self: Arc<Self>) -> Result<()> {
        let session = self.target.connect("stagemask verify").await?;
        if let Some(snapshot) = &self.snapshot {
            snapshot::join(&session, snapshot).await?;
        }
        while let Some(oid) = self.oids.next() {
            let mut content = Content::of(oid);
            self.object(&session, oid, &mut content).await?;
            content.add_to(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner).1);
        }
        Ok(())
    }

    async fn object(&self, session: &Session, oid: u32, content: &mut Content) -> Result<()> {
        let beginning = large_objects::read(session, oid, 0, BEGINNING).await?;
        if beginning.len() < BEGINNING {
            content.add(&beginning);
            return self.scan(oid, &beginning).await;
        }
        drop(beginning);
        let _permit = self.long_ones.acquire().await.context("the streams were stopped")?;
        let mut offset = 0;
        loop {
            let piece = large_objects::read(session, oid, offset as u64, PIECE).await?;
            let known = if offset == 0 { 0 } else { SHARED };
            content.add(piece.get(known..).unwrap_or_default());
            self.scan(oid, &piece).await?;
            if piece.len() < PIECE {
                return Ok(());
            }
            offset += PIECE - SHARED;
        }
    }

    /// As a row of a table, off this thread, which its session lives on.
    async fn scan(&self, oid: u32, piece: &[u8]) -> Result<()> {
        let mut tuple = Tuples { bytes: Vec::with_capacity(piece.len() + 64), rows: 1 };
        begin_tuple(&mut tuple.bytes, self.layout.columns.len());
        write_field(&mut tuple.bytes, Some(&i64::from(oid).to_be_bytes()));
        write_field(&mut tuple.bytes, Some(piece));
        let (layout, instruments) = (Arc::clone(&self.layout), Arc::clone(&self.instruments));
        let (done, result) = oneshot::channel();
        rayon::spawn(move || {
            let seen = scan(&layout, &tuple, &instruments);
            drop((tuple, layout, instruments));
            // Nobody waits for it any more when the run was stopped.
            let _ = done.send(seen);
        });
        let seen = result.await.context("scanning large objects was stopped")??;
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).0.merge(seen);
        Ok(())
    }
}
