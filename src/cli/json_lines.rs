//! Progress for programs: one JSON object a line.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::plain::Clock;
use super::tally::{Tallies, Tally};
use crate::progress::{Event, Progress, Stage};

/// How often a table says how far it is, at most.
const EVERY: Duration = Duration::from_secs(1);

/// Writes every event as a line of JSON, with the seconds since the start in `at`. How far a table is comes as totals,
/// and not more often than once a second.
pub struct JsonLines {
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    out: Box<dyn Write + Send>,
    tallies: Tallies,
    told: HashMap<(Stage, String), Duration>,
}

impl JsonLines {
    /// Writes there, by this clock.
    pub fn new(out: Box<dyn Write + Send>, clock: Clock) -> Self {
        let state = State { out, tallies: Tallies::default(), told: HashMap::new() };
        Self { clock, state: Mutex::new(state) }
    }

    /// Writes one object.
    pub fn write(&self, object: Value) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.line(&mut state, object);
    }

    fn line(&self, state: &mut State, mut object: Value) {
        if let Some(object) = object.as_object_mut() {
            let millis = (self.clock)().as_millis() as f64;
            object.insert("at".to_owned(), json!(millis / 1000.0));
        }
        // Nobody may be there to read any more; the work goes on all the same.
        let _ = writeln!(state.out, "{object}");
    }
}

impl Progress for JsonLines {
    fn event(&self, event: Event<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        let object = match event {
            Event::StageStarted { stage, tables, rows } => {
                state.tallies.insert(stage, Tally::new((self.clock)(), tables, rows));
                json!({ "event": "stage_started", "stage": stage, "tables": tables, "estimated_rows": rows })
            }
            Event::Step { stage, text } => json!({ "event": "step", "stage": stage, "text": text }),
            Event::TableStarted { stage, table, rows } => {
                state.tallies.entry(stage).or_default().table_started(table, rows);
                json!({ "event": "table_started", "stage": stage, "table": table, "estimated_rows": rows })
            }
            Event::Advanced { stage, table, rows, bytes } => {
                let far = state.tallies.entry(stage).or_default().advanced(table, rows, bytes);
                let (key, now) = ((stage, table.to_owned()), (self.clock)());
                if state.told.get(&key).is_some_and(|told| now.saturating_sub(*told) < EVERY) {
                    return;
                }
                state.told.insert(key, now);
                json!({ "event": "advanced", "stage": stage, "table": table, "rows": far.rows_done,
                        "bytes": far.bytes_done, "estimated_rows": far.rows })
            }
            Event::TableFinished { stage, table } => {
                let done = state.tallies.entry(stage).or_default().table_finished(table);
                state.told.remove(&(stage, table.to_owned()));
                json!({ "event": "table_finished", "stage": stage, "table": table, "rows": done.rows_done,
                        "bytes": done.bytes_done })
            }
            Event::StageFinished { stage, rows, elapsed, summary } => {
                let done = state.tallies.remove(&stage).unwrap_or_default();
                json!({ "event": "stage_finished", "stage": stage, "rows": rows, "bytes": done.bytes_done,
                        "tables": done.tables_done, "seconds": elapsed.as_secs_f64(), "summary": summary })
            }
            Event::Fact { label, text } => json!({ "event": "fact", "label": label, "text": text }),
            Event::Warning { text } => json!({ "event": "warning", "text": text }),
        };
        self.line(state, object);
    }
}
