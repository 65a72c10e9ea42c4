//! What the stages report while they work. The library knows no terminal: `cli` renders these events.

use std::time::Duration;

/// A stage of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// From snapshot to a source database.
    Restore,
    /// From the source into the closed target.
    Mask,
    /// The proof on the target.
    Verify,
    /// The target becomes staging.
    Release,
    /// What was restored for a drill goes away again.
    #[serde(rename = "clean-up")]
    CleanUp,
}

impl Stage {
    /// The word that people see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Restore => "restore",
            Self::Mask => "mask",
            Self::Verify => "verify",
            Self::Release => "release",
            Self::CleanUp => "clean-up",
        }
    }
}

/// Something that happened. Never carries a value out of a cell.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the fields are what their names say")]
pub enum Event<'a> {
    /// A stage begins; `rows` is an estimate by the statistics of the server, 0 when unknown.
    StageStarted { stage: Stage, tables: usize, rows: u64 },
    /// A step inside a stage that has no rows to count, such as building indexes.
    Step { stage: Stage, text: &'a str },
    /// Work on a table begins.
    TableStarted { stage: Stage, table: &'a str, rows: u64 },
    /// Rows and bytes have passed since the last event for this table.
    Advanced { stage: Stage, table: &'a str, rows: u64, bytes: u64 },
    /// A table is done.
    TableFinished { stage: Stage, table: &'a str },
    /// A stage is done; `summary` says what it did in a few words.
    StageFinished { stage: Stage, rows: u64, elapsed: Duration, summary: &'a str },
    /// Something worth a line of its own, such as `server` and `PostgreSQL 15.20, private socket`.
    Fact { label: &'a str, text: &'a str },
    /// Something a person should read, though the run goes on.
    Warning { text: &'a str },
}

/// Receives events, from many threads. Implementations must be quick: they are called from the streaming engine.
pub trait Progress: Send + Sync {
    /// Takes note of an event.
    fn event(&self, event: Event<'_>);
}

/// Ignores every event.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _: Event<'_>) {}
}
