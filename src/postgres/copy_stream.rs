//! One `COPY … TO STDOUT (FORMAT binary)`, cut into batches of whole rows.

use std::sync::Arc;

use futures_util::{StreamExt, pin_mut};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_postgres::Client;

use super::copy_binary::{TupleSplitter, Tuples};
use super::error::ServerContext;
use crate::error::{Context, Error, Result};

/// A batch is handed on when it has this many bytes: smaller ones cost system calls, larger ones the cache.
const BATCH_BYTES: usize = 128 << 10;

/// Bytes of rows that may be on their way at once, over all streams.
pub struct Budget {
    permits: Arc<Semaphore>,
    total: u32,
}

/// Rows, and their share of the budget, which is free again when they are dropped.
pub struct Batch {
    /// The rows.
    pub tuples: Tuples,
    /// Their share.
    pub permit: OwnedSemaphorePermit,
}

impl Budget {
    /// A budget of so many bytes.
    pub fn new(bytes: usize) -> Self {
        let total = u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
        Self { permits: Arc::new(Semaphore::new(total as usize)), total }
    }

    /// Waits until so many bytes fit. A batch that is larger than the whole budget has to be alone.
    async fn acquire(&self, bytes: usize) -> Result<OwnedSemaphorePermit> {
        let wanted = u32::try_from(bytes >> 10).unwrap_or(u32::MAX).clamp(1, self.total);
        Arc::clone(&self.permits).acquire_many_owned(wanted).await.context("the streams were stopped")
    }
}

/// Reads rows of so many fields until the `COPY` ends. Each batch goes to `work`, and what that gives into the channel, in
/// the order of reading; the channel is closed at the end. Ends early, without an error, when nobody takes from the
/// channel any more: the other side then knows why.
///
/// # Errors
/// When the server or its data fails; `doing` says what for.
pub async fn read_batches<T: Send>(
    client: &Client,
    sql: &str,
    fields: usize,
    budget: &Budget,
    doing: &(dyn Fn() -> String + Sync),
    work: impl Fn(Batch) -> T + Send,
    channel: mpsc::Sender<T>,
) -> Result<()> {
    let malformed = |cause| Error::failed(format!("{} failed", doing())).because(cause);
    let stream = client.copy_out(sql).await.server_context(doing)?;
    pin_mut!(stream);
    let mut splitter = TupleSplitter::new(fields);
    loop {
        let message = stream.next().await.transpose().server_context(doing)?;
        if let Some(message) = &message {
            splitter.push(message).map_err(malformed)?;
        }
        let ready = splitter.ready();
        if ready >= BATCH_BYTES || (message.is_none() && ready > 0) {
            let permit = budget.acquire(ready).await?;
            let tuples = splitter.take(Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 4));
            if channel.send(work(Batch { tuples, permit })).await.is_err() {
                return Ok(());
            }
        }
        if message.is_none() {
            return splitter.finish().map_err(malformed);
        }
    }
}
