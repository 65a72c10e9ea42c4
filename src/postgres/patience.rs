//! Trying again to connect, as long as what stands against it may pass.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::progress::{Event, Progress};

/// How long a server that answers, but takes nobody just now, is waited for when nobody says otherwise.
const SHORT: Duration = Duration::from_secs(15);
/// The first and the longest pause between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// How long, and for what.
#[derive(Clone)]
pub(super) struct Patience {
    pub(super) limit: Duration,
    /// Whether a server that can't be reached at all is waited for too.
    pub(super) unreachable: bool,
    pub(super) progress: Option<Arc<dyn Progress>>,
}

impl Default for Patience {
    fn default() -> Self {
        Self { limit: SHORT, unreachable: false, progress: None }
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.limit)
    }
}

/// What stands against a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// The server answers, and takes nobody: it starts, stops, or has no place left.
    Busy,
    /// Nothing answers.
    Unreachable,
    /// Waiting won't help.
    Lasting,
}

/// A failed try.
pub(super) struct Refusal {
    pub(super) error: Error,
    pub(super) obstacle: Obstacle,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, obstacle: Obstacle::Lasting }
    }
}

impl Patience {
    /// Begins to wait.
    pub(super) fn begin(&self) -> Waiting<'_> {
        Waiting { patience: self, begun: Instant::now(), pause: PAUSES.0, told: false }
    }
}

/// The time between the first try and the last one.
pub(super) struct Waiting<'a> {
    patience: &'a Patience,
    begun: Instant,
    pause: Duration,
    told: bool,
}

impl Waiting<'_> {
    /// Waits for the next try, or gives the error back when waiting doesn't help or the time is over.
    pub(super) async fn after(&mut self, refusal: Refusal) -> Result<()> {
        let Patience { limit, unreachable, progress } = self.patience;
        let may_pass = match refusal.obstacle {
            Obstacle::Busy => true,
            Obstacle::Unreachable => *unreachable,
            Obstacle::Lasting => false,
        };
        let left = limit.saturating_sub(self.begun.elapsed());
        if !may_pass || left.is_zero() {
            return Err(refusal.error);
        }
        if let (Some(progress), false) = (progress, self.told) {
            let text = format!("{}; trying again for {} s", refusal.error.what(), limit.as_secs());
            progress.event(Event::Warning { text: &text });
            self.told = true;
        }
        tokio::time::sleep(self.pause.min(left)).await;
        self.pause = (self.pause * 2).min(PAUSES.1);
        Ok(())
    }
}
