//! Progress as lines of text, for logs and for CI.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::console::paint;
use super::tally::{Tallies, Tally};
use crate::progress::{Event, Progress, Stage};
use crate::report::figures::{duration, many};
use crate::rules::diagnostics::printable;

/// How long a log stays silent at most while rows pass.
const EVERY: Duration = Duration::from_secs(5);

/// From how many rows on the end of a table is worth a line of its own.
const LARGE: u64 = 1_000_000;

/// What time it is, counted from the start.
pub type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Writes progress as lines of text.
pub struct Plain {
    clock: Clock,
    colour: bool,
    state: Mutex<State>,
}

struct State {
    out: Box<dyn Write + Send>,
    tallies: Tallies,
    last_line: Duration,
}

impl Plain {
    /// Writes there, by this clock.
    pub fn new(out: Box<dyn Write + Send>, clock: Clock, colour: bool) -> Self {
        let state = State { out, tallies: Tallies::default(), last_line: Duration::ZERO };
        Self { clock, colour, state: Mutex::new(state) }
    }

    fn line(&self, state: &mut State, label: &str, text: &str) {
        state.last_line = (self.clock)();
        // Nobody may be there to read any more; the work goes on all the same.
        let _ = writeln!(state.out, "{} {text}", paint(self.colour, "1", &format!("{label:<8}")));
    }

    /// A line about how far the stage is, if there was none for a while.
    fn now_and_then(&self, state: &mut State, stage: Stage) {
        let now = (self.clock)();
        if now.saturating_sub(state.last_line) >= EVERY
            && let Some(text) = state.tallies.get(&stage).map(|tally| tally.so_far(now))
        {
            self.line(state, stage.word(), &text);
        }
    }
}

impl Progress for Plain {
    fn event(&self, event: Event<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        match event {
            Event::StageStarted { stage, tables, rows } => {
                let tally = Tally::new((self.clock)(), tables, rows);
                let ahead = tally.ahead();
                state.tallies.insert(stage, tally);
                let text = if ahead.is_empty() { "begins".to_owned() } else { format!("begins: {ahead}") };
                self.line(state, stage.word(), &text);
            }
            Event::Step { stage, text } => self.line(state, stage.word(), text),
            Event::TableStarted { stage, table, rows } => {
                state.tallies.entry(stage).or_default().table_started(table, rows);
            }
            Event::Advanced { stage, table, rows, bytes } => {
                state.tallies.entry(stage).or_default().advanced(table, rows, bytes);
                self.now_and_then(state, stage);
            }
            Event::TableFinished { stage, table } => {
                let done = state.tallies.entry(stage).or_default().table_finished(table);
                if done.rows_done >= LARGE {
                    let text = format!("{} is done: {}", printable(table), many(done.rows_done, "row"));
                    self.line(state, stage.word(), &text);
                } else {
                    self.now_and_then(state, stage);
                }
            }
            Event::StageFinished { stage, rows, elapsed, summary } => {
                let done = state.tallies.remove(&stage).unwrap_or_default().done(rows);
                let parts = [done, duration(elapsed), summary.to_owned()];
                let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                self.line(state, stage.word(), &format!("done: {}", parts.join(", ")));
            }
            Event::Fact { label, text } => self.line(state, label, text),
            Event::Warning { text } => {
                let _ = writeln!(state.out, "{} {text}", paint(self.colour, "1;33", "warning:"));
            }
        }
    }
}
