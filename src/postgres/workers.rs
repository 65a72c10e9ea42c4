//! Several sessions that share the work of one queue.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{self, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::Builder;
use tokio::sync::oneshot::{self, error::RecvError};
use tokio::task::{JoinSet, unconstrained};

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
            // A task, as its connections are: between these and what it blocks on, the runtime asks the system for news
            // at every turn.
            let worker = tokio::spawn(worker);
            // What a panic says may be of a row, so it isn't passed on.
            let was_stopped = || Err(Error::failed("a worker was stopped"));
            tokio::select! {
                outcome = worker => outcome.unwrap_or_else(|_| was_stopped()),
                _ = stopped => was_stopped(),
            }
        })
    };
    // Nobody waits for the outcome any more when the worker was stopped.
    let thread = move || drop(done.send(work()));
    thread::Builder::new().name("worker".to_owned()).spawn(thread).context("starting a worker failed")?;
    outcome.await.context("a worker was stopped")?
}

/// Waits for what another thread does; asleep, as soon as nothing else can go on here before that is done. A runtime that
/// waits is woken by every few rows that the server has sent meanwhile, and each time for nothing.
pub async fn wait<T>(mut result: oneshot::Receiver<T>, stuck: impl Fn() -> bool) -> std::result::Result<T, RecvError> {
    poll_fn(|context| match Pin::new(&mut result).poll(context) {
        Poll::Pending if stuck() => Poll::Ready(sleep_until_done(&mut result)),
        polled => polled,
    })
    .await
}

fn sleep_until_done<T>(result: &mut oneshot::Receiver<T>) -> std::result::Result<T, RecvError> {
    let waker = Waker::from(Arc::new(Sleeper(thread::current())));
    // The runtime's share of turns is no matter while it stands still.
    let mut result = unconstrained(result);
    loop {
        if let Poll::Ready(done) = Pin::new(&mut result).poll(&mut task::Context::from_waker(&waker)) {
            return done;
        }
        thread::park();
    }
}

struct Sleeper(Thread);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_waited_for_asleep_and_awake_and_one_that_never_comes_is_an_error() {
        let runtime = Builder::new_current_thread().build().unwrap();
        for stuck in [true, false] {
            let (send, receive) = oneshot::channel();
            let other = thread::spawn(move || send.send(17));
            assert_eq!(runtime.block_on(wait(receive, || stuck)).unwrap(), 17);
            other.join().unwrap().unwrap();
            let (send, receive) = oneshot::channel::<u8>();
            let other = thread::spawn(move || drop(send));
            assert!(runtime.block_on(wait(receive, || stuck)).is_err());
            other.join().unwrap();
        }
    }
}
