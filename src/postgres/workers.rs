//! Several sessions that share the work of one queue.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::task::JoinSet;

use crate::error::{Context, Result};

/// Work that each worker takes the next piece of.
#[derive(Debug)]
pub struct Queue<T>(Mutex<VecDeque<T>>);

impl<T> Queue<T> {
    /// A queue of these pieces, in this order.
    pub fn new(pieces: impl Into<VecDeque<T>>) -> Self {
        Self(Mutex::new(pieces.into()))
    }

    /// The next piece; `None` when there is none left.
    pub fn next(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// Runs so many workers, one at least, until all are done.
///
/// # Errors
/// With the first failure; the other workers are stopped.
pub async fn run<F>(count: usize, worker: impl Fn() -> F) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut workers = JoinSet::new();
    for _ in 0..count.max(1) {
        workers.spawn(worker());
    }
    while let Some(done) = workers.join_next().await {
        done.context("a worker was stopped")??;
    }
    Ok(())
}
