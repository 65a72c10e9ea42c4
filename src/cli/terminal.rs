//! Progress as bars on a terminal: one for the stage, and under it one for each of a few tables in progress.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::console::paint;
use super::tally::Tally;
use crate::progress::{Event, Progress, Stage};
use crate::report::figures::{age, count, duration, many, rate};
use crate::rules::diagnostics::printable;

/// How many tables are shown at once. There may be more in progress; they count in the bar of the stage.
const TABLES: usize = 4;

/// How wide a bar is.
const WIDTH: usize = 20;

/// How often the clock of a bar moves while nothing else does.
const TICK: Duration = Duration::from_millis(200);

/// Draws progress with bars. indicatif limits how often it draws, so that ticks cost next to nothing.
pub struct Bars {
    multi: MultiProgress,
    colour: bool,
    stages: Mutex<HashMap<Stage, StageBars>>,
}

/// The bars of a stage.
struct StageBars {
    tally: Tally,
    bar: ProgressBar,
    bytes: Arc<AtomicU64>,
    tables: HashMap<String, TableBar>,
}

struct TableBar {
    bar: ProgressBar,
    bytes: Arc<AtomicU64>,
}

impl Bars {
    /// Draws on standard error.
    pub fn on_stderr(colour: bool) -> Self {
        Self::on(ProgressDrawTarget::stderr(), colour)
    }

    /// Draws there.
    pub fn on(target: ProgressDrawTarget, colour: bool) -> Self {
        Self { multi: MultiProgress::with_draw_target(target), colour, stages: Mutex::default() }
    }

    /// Takes all bars off the terminal, because something else is to be said.
    pub fn clear(&self) {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner).clear();
        // That the terminal has gone is no reason to stop.
        let _ = self.multi.clear();
    }

    fn say(&self, line: &str) {
        // That the terminal has gone is no reason to stop.
        let _ = self.multi.println(line);
    }

    fn label(&self, label: &str) -> String {
        paint(self.colour, "1", &format!("{label:<8}"))
    }

    fn stage_started(&self, stage: Stage, tables: usize, rows: u64) -> StageBars {
        let tally = Tally::new(Duration::ZERO, tables, rows);
        let bytes = Arc::new(AtomicU64::new(0));
        let length = if rows > 0 { rows } else { tables as u64 };
        let bar = self.multi.add(ProgressBar::new(length));
        let label = self.label(stage.word());
        bar.set_style(match (rows, tables) {
            (0, 0) => style(&format!("{label} {{msg}}  {{took}}"), self.colour, &bytes),
            (0, _) => style(
                &format!("{label} {{bar:{WIDTH}}}  {{pos}}/{{len}} tables  {{took}}  {{msg}}"),
                self.colour,
                &bytes,
            ),
            _ => style(
                &format!("{label} {{bar:{WIDTH}}}  {{rows}}  {{took}}  {{rate}}{{left}}  {{msg}}"),
                self.colour,
                &bytes,
            ),
        });
        bar.enable_steady_tick(TICK);
        StageBars { tally, bar, bytes, tables: HashMap::new() }
    }

    /// A bar for a table, if one is free.
    fn table_bar(&self, stage: &mut StageBars, table: &str, rows: u64, done: u64) {
        if stage.tables.len() >= TABLES {
            return;
        }
        let last = stage.tables.values().next().map_or(&stage.bar, |table| &table.bar);
        let bar = self.multi.insert_after(last, ProgressBar::new(rows.max(done)).with_position(done));
        let bytes = Arc::new(AtomicU64::new(0));
        let template = format!("         {{bar:{WIDTH}}}  {{rows}}  {{rate}}{{left}}  {{wide_msg}}");
        bar.set_style(style(&template, self.colour, &bytes));
        bar.reset_elapsed();
        bar.set_message(printable(table));
        stage.tables.insert(table.to_owned(), TableBar { bar, bytes });
    }

    fn advanced(&self, stage: &mut StageBars, table: &str, rows: u64, bytes: u64) {
        let far = stage.tally.advanced(table, rows, bytes);
        stage.bytes.fetch_add(bytes, Ordering::Relaxed);
        if stage.tally.rows > 0 {
            move_to(&stage.bar, stage.tally.rows_done);
        }
        match stage.tables.get(table) {
            Some(shown) => {
                shown.bytes.fetch_add(bytes, Ordering::Relaxed);
                move_to(&shown.bar, far.rows_done);
            }
            None if far.rows > far.rows_done => self.table_bar(stage, table, far.rows, far.rows_done),
            None => {}
        }
    }

    fn table_finished(&self, stage: &mut StageBars, table: &str) {
        stage.tally.table_finished(table);
        if stage.tally.rows == 0 {
            move_to(&stage.bar, stage.tally.tables_done);
        }
        if let Some(shown) = stage.tables.remove(table) {
            shown.bar.finish_and_clear();
            self.multi.remove(&shown.bar);
        }
    }

    fn stage_finished(&self, stage: Stage, bars: Option<StageBars>, end: &End<'_>) {
        let tally = bars.as_ref().map(|bars| bars.tally.clone()).unwrap_or_default();
        if let Some(bars) = bars {
            for bar in bars.tables.into_values().map(|table| table.bar).chain([bars.bar]) {
                bar.finish_and_clear();
                self.multi.remove(&bar);
            }
        }
        self.say(&stage_line(&self.label(stage.word()), self.colour, &tally, end));
    }
}

impl Progress for Bars {
    fn event(&self, event: Event<'_>) {
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::StageStarted { stage, tables, rows } => {
                stages.insert(stage, self.stage_started(stage, tables, rows));
            }
            Event::Step { stage, text } => {
                if let Some(bars) = stages.get(&stage) {
                    bars.bar.set_message(printable(text));
                }
            }
            Event::TableStarted { stage, table, rows } => {
                if let Some(bars) = stages.get_mut(&stage) {
                    // What is done in a blink would only flicker: a bar comes with the first rows.
                    bars.tally.table_started(table, rows);
                }
            }
            Event::Advanced { stage, table, rows, bytes } => {
                if let Some(bars) = stages.get_mut(&stage) {
                    self.advanced(bars, table, rows, bytes);
                }
            }
            Event::TableFinished { stage, table } => {
                if let Some(bars) = stages.get_mut(&stage) {
                    self.table_finished(bars, table);
                }
            }
            Event::StageFinished { stage, rows, elapsed, summary } => {
                let bars = stages.remove(&stage);
                self.stage_finished(stage, bars, &End { rows, elapsed, summary });
            }
            Event::Fact { label, text } => self.say(&format!("{} {text}", self.label(label))),
            Event::Warning { text } => self.say(&format!("{} {text}", paint(self.colour, "1;33", "warning:"))),
        }
    }
}

/// How a stage ended.
struct End<'a> {
    rows: u64,
    elapsed: Duration,
    summary: &'a str,
}

/// What stays of a stage: `mask     ━━━━━━━━━━━━━━━━━━━━  203,412 rows     1.2 s   61 columns masked, …`.
fn stage_line(label: &str, colour: bool, tally: &Tally, end: &End<'_>) -> String {
    let done = tally.done(end.rows);
    if done.is_empty() {
        return format!("{label} {}", end.summary);
    }
    let bar = paint(colour, "32", &"━".repeat(WIDTH));
    format!("{label} {bar}  {done:<15} {:>10}   {}", duration(end.elapsed), end.summary).trim_end().to_owned()
}

/// Statistics may be stale: a bar that is too short grows.
fn move_to(bar: &ProgressBar, position: u64) {
    if bar.length().is_some_and(|length| position > length) {
        bar.set_length(position);
    }
    bar.set_position(position);
}

/// A template with our own figures in it: `rows`, `took`, `rate` and `left`.
fn style(template: &str, colour: bool, bytes: &Arc<AtomicU64>) -> ProgressStyle {
    let coloured = format!("{{bar:{WIDTH}.cyan/dim}}");
    let template = if colour { template.replace(&format!("{{bar:{WIDTH}}}"), &coloured) } else { template.to_owned() };
    let bytes = Arc::clone(bytes);
    // A template that isn't valid is a mistake in this file, which a test would find; bars without it are better than none.
    ProgressStyle::with_template(&template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
        .with_key("rows", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = match state.len() {
                Some(rows) => write!(out, "{}/{}", count(state.pos()), many(rows, "row")),
                None => write!(out, "{}", many(state.pos(), "row")),
            };
        })
        .with_key("took", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = out.write_str(&duration(state.elapsed()));
        })
        .with_key("rate", move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // Of the first moment no rate can be told.
            if state.elapsed() >= TICK * 2 {
                let _ = out.write_str(&rate(bytes.load(Ordering::Relaxed), state.elapsed()).unwrap_or_default());
            }
        })
        .with_key("left", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let left = state.eta().as_secs();
            if left > 0 && state.pos() > 0 {
                let _ = write!(out, "  {} left", age(left));
            }
        })
}
