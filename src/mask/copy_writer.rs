//! One `COPY … FROM STDIN` into the target.

use bytes::Bytes;
use futures_util::{SinkExt, pin_mut};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::Client;

use super::transform_pool::{MaskedBatch, Sums, TableJob};
use crate::error::{Context, Result};
use crate::postgres::copy_binary::{HEADER, TRAILER};
use crate::postgres::error::ServerContext;
use crate::postgres::workers;

/// Writes the batches as they come, until there are no more. `advanced` is told rows and bytes of each.
pub(super) async fn write(
    target: &Client,
    sql: &str,
    job: &TableJob,
    mut batches: mpsc::Receiver<oneshot::Receiver<Result<MaskedBatch>>>,
    advanced: &(dyn Fn(u64, u64) + Sync),
) -> Result<Sums> {
    let writing = || format!("writing table {} of the target", job.name());
    let mut sums = Sums::new(job.fields());
    let sink = target.copy_in::<_, Bytes>(sql).await.server_context(writing)?;
    pin_mut!(sink);
    sink.send(Bytes::from_static(HEADER)).await.server_context(writing)?;
    while let Some(batch) = batches.recv().await {
        let batch = batch.await.context(format!("masking table {} was stopped", job.name()))??;
        advanced(batch.sums.rows, batch.bytes.len() as u64);
        sums.add(&batch.sums);
        // One large message a batch: a message a row runs at a fifth of the speed.
        sink.send(Bytes::from(batch.bytes)).await.server_context(writing)?;
    }
    sink.send(Bytes::from_static(&TRAILER)).await.server_context(writing)?;
    sink.finish().await.server_context(writing)?;
    Ok(sums)
}

/// Takes the batches as they come and drops them. `advanced` is told rows and bytes of each.
pub(super) async fn drain(
    job: &TableJob,
    mut batches: mpsc::Receiver<oneshot::Receiver<Result<MaskedBatch>>>,
    advanced: &(dyn Fn(u64, u64) + Sync),
) -> Result<Sums> {
    let mut sums = Sums::new(job.fields());
    while let Some(batch) = batches.recv().await {
        // With so many ahead of it nothing more is read before this one is done.
        let masked = workers::wait(batch, || batches.len() == batches.max_capacity()).await;
        let batch = masked.context(format!("masking table {} was stopped", job.name()))??;
        advanced(batch.sums.rows, batch.bytes.len() as u64);
        sums.add(&batch.sums);
    }
    Ok(sums)
}
