//! Several sessions that share the work of one queue.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::error::{Context, Error, Result};

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

/// Runs so many workers, one at least, until all are done. Each has a thread of its own, on which its sessions live too:
/// between threads, every few rows from the server would wake another one, which costs more than the rows do.
///
/// # Errors
/// With the first failure; the other workers are stopped.
pub async fn run<F>(count: usize, worker: impl Fn() -> F) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut workers = JoinSet::new();
    for _ in 0..count.max(1) {
        workers.spawn(on_its_own_thread(worker()));
    }
    while let Some(done) = workers.join_next().await {
        done.context("a worker was stopped")??;
    }
    Ok(())
}

/// Whoever drops this stops the worker at the next point where it waits.
async fn on_its_own_thread(worker: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
    let (done, outcome) = oneshot::channel();
    let (_dropped_with_this, stopped) = oneshot::channel::<()>();
    let work = move || {
        let runtime = Builder::new_current_thread().enable_all().build().context("starting a worker failed")?;
        runtime.block_on(async {
            tokio::select! {
                outcome = worker => outcome,
                _ = stopped => Err(Error::failed("a worker was stopped")),
            }
        })
    };
    // Nobody waits for the outcome any more when the worker was stopped.
    let thread = move || drop(done.send(work()));
    std::thread::Builder::new().name("worker".to_owned()).spawn(thread).context("starting a worker failed")?;
    outcome.await.context("a worker was stopped")?
}
