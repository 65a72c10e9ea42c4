//! A person wants the run to stop: Ctrl-C, or the signal with which a system ends a service.
//!
//! The work is dropped where it waits, and what comes after it can still clean up: dropping alone could not, since
//! removing a database takes a conversation with its server.

use std::future::{Future, pending};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::error::{Context, Error, ErrorKind, Result};

/// Tells whether a person wants the run to stop. The default is that nobody ever does.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Option<watch::Receiver<u32>>);

/// Interrupts by hand what has the [`Interrupt`] of the pair.
#[derive(Debug)]
pub struct Trigger(watch::Sender<u32>);

impl Trigger {
    /// Asks to stop, as Ctrl-C does; a second time asks not even to clean up.
    pub fn pull(&self) {
        self.0.send_modify(|requests| *requests += 1);
    }
}

impl Interrupt {
    /// Listens for SIGINT and SIGTERM from now on; they no longer end the process by themselves. Needs the runtime.
    ///
    /// # Errors
    /// When the system doesn't let us listen.
    pub fn on_signals() -> Result<Self> {
        let (interrupt, trigger) = Self::by_hand();
        let mut ctrl_c = signal(SignalKind::interrupt()).context("listening for Ctrl-C failed")?;
        let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM failed")?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = ctrl_c.recv() => trigger.pull(),
                    _ = terminate.recv() => trigger.pull(),
                }
            }
        });
        Ok(interrupt)
    }

    /// One that is triggered by the program itself.
    pub fn by_hand() -> (Self, Trigger) {
        let (sender, receiver) = watch::channel(0);
        (Self(Some(receiver)), Trigger(sender))
    }

    /// Whether somebody has asked to stop.
    pub fn requested(&self) -> bool {
        self.0.as_ref().is_some_and(|requests| *requests.borrow() > 0)
    }

    /// Waits until somebody asks to stop; for ever if nobody does.
    pub async fn wait(&self) {
        self.wait_for(1).await;
    }

    /// Waits until somebody asks a second time, because cleaning up takes too long.
    pub async fn wait_again(&self) {
        self.wait_for(2).await;
    }

    async fn wait_for(&self, times: u32) {
        let Some(mut requests) = self.0.clone() else { return pending().await };
        // An error means that nobody is left who could ask.
        if requests.wait_for(|requests| *requests >= times).await.is_err() {
            pending().await
        }
    }

    /// Does the work, unless somebody asks to stop before it is done: then it is dropped where it waits.
    ///
    /// # Errors
    /// Those of the work, and one of kind `Interrupted`.
    pub async fn or_interrupted<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.wait() => Err(Error::new(ErrorKind::Interrupted, "interrupted; nothing was released")),
            done = work => done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_nobody_interrupts_is_done() {
        assert_eq!(Interrupt::default().or_interrupted(async { Ok(7) }).await.unwrap(), 7);
        assert!(!Interrupt::default().requested());
    }

    #[tokio::test]
    async fn work_that_waits_for_ever_ends_when_it_is_interrupted() {
        let (interrupt, trigger) = Interrupt::by_hand();
        let work = interrupt.or_interrupted(pending::<Result<()>>());
        let (done, ()) = tokio::join!(work, async { trigger.pull() });
        assert_eq!(done.unwrap_err().kind(), ErrorKind::Interrupted);
    }

    #[tokio::test]
    async fn after_an_interrupt_no_further_work_begins() {
        let (interrupt, trigger) = Interrupt::by_hand();
        trigger.pull();
        let begun = std::cell::Cell::new(false);
        let work = async {
            begun.set(true);
            Ok(())
        };
        assert!(interrupt.or_interrupted(work).await.is_err() && interrupt.requested());
        assert!(!begun.get());
    }

    #[tokio::test]
    async fn the_signal_that_ends_a_service_interrupts() {
        let interrupt = Interrupt::on_signals().unwrap();
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM).unwrap();
        interrupt.wait().await;
        assert!(interrupt.requested());
    }

    #[tokio::test]
    async fn once_is_not_twice() {
        let (interrupt, trigger) = Interrupt::by_hand();
        trigger.pull();
        interrupt.wait().await;
        let again = interrupt.clone();
        let waiting = tokio::spawn(async move { again.wait_again().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        trigger.pull();
        waiting.await.unwrap();
    }
}
