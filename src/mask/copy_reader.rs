//! One `COPY … TO STDOUT` of the source, cut into batches that the pool masks while the next one is read.

use std::sync::Arc;

use futures_util::{StreamExt, pin_mut};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_postgres::Client;

use super::transform_pool::{Batch, MaskedBatch, TableJob, submit};
use crate::error::{Context, Error, Result};
use crate::postgres::copy_binary::TupleSplitter;
use crate::postgres::error::ServerContext;

/// A batch is handed on when it has this many bytes. Measured: smaller ones cost system calls, larger ones the cache.
const BATCH_BYTES: usize = 512 << 10;

/// What may be in flight at once, over all streams.
pub(super) struct Budget {
    permits: Arc<Semaphore>,
    total: u32,
}

impl Budget {
    /// A budget of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        let total = u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
        Self { permits: Arc::new(Semaphore::new(total as usize)), total }
    }

    /// Waits until so many bytes fit. A batch that is larger than the whole budget has to be alone.
    async fn acquire(&self, bytes: usize) -> Result<tokio::sync::OwnedSemaphorePermit> {
        let wanted = u32::try_from(bytes >> 10).unwrap_or(u32::MAX).clamp(1, self.total);
        Arc::clone(&self.permits).acquire_many_owned(wanted).await.context("the streaming engine was stopped")
    }
}

/// Reads rows until the `COPY` ends, and hands each batch on in the order of reading. Ends early, without an error, when
/// nobody takes the batches any more: the writer then knows why.
pub(super) async fn read(
    source: &Client,
    sql: &str,
    job: &Arc<TableJob>,
    budget: &Budget,
    batches: mpsc::Sender<oneshot::Receiver<Result<MaskedBatch>>>,
) -> Result<()> {
    let reading = || format!("reading table {} of the source", job.name());
    let malformed = |cause| Error::failed(format!("{} failed", reading())).because(cause);
    let stream = source.copy_out(sql).await.server_context(reading)?;
    pin_mut!(stream);
    let mut splitter = TupleSplitter::new(job.fields());
    while let Some(message) = stream.next().await {
        splitter.push(&message.server_context(reading)?).map_err(malformed)?;
        if splitter.ready() >= BATCH_BYTES && !hand_on(&mut splitter, job, budget, &batches).await? {
            return Ok(());
        }
    }
    splitter.finish().map_err(malformed)?;
    hand_on(&mut splitter, job, budget, &batches).await?;
    Ok(())
}

async fn hand_on(
    splitter: &mut TupleSplitter,
    job: &Arc<TableJob>,
    budget: &Budget,
    batches: &mpsc::Sender<oneshot::Receiver<Result<MaskedBatch>>>,
) -> Result<bool> {
    if splitter.ready() == 0 {
        return Ok(true);
    }
    let permit = budget.acquire(splitter.ready()).await?;
    let tuples = splitter.take(Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 4));
    let masked = submit(Arc::clone(job), Batch { tuples, permit });
    Ok(batches.send(masked).await.is_ok())
}
