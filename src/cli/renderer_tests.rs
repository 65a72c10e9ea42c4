//! One story of a refresh, told by each renderer.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressDrawTarget, TermLike};

use super::json_lines::JsonLines;
use super::plain::{Clock, Plain};
use super::terminal::Bars;
use crate::progress::{Event, Progress, Stage};

/// Keeps what is written.
#[derive(Debug, Clone, Default)]
struct Paper(Arc<Mutex<String>>);

impl Paper {
    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().push_str(std::str::from_utf8(bytes).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal that never takes anything off again.
impl TermLike for Paper {
    fn width(&self) -> u16 {
        100
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        self.write_str(line)?;
        self.write_str("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.lock().unwrap().push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A clock that is set by hand.
fn clock() -> (Clock, Arc<AtomicU64>) {
    let millis = Arc::new(AtomicU64::new(0));
    let read = Arc::clone(&millis);
    (Arc::new(move || Duration::from_millis(read.load(Ordering::Relaxed))), millis)
}

fn story(progress: &dyn Progress, millis: &AtomicU64) {
    let at = |time, event: Event<'_>| {
        millis.store(time, Ordering::Relaxed);
        progress.event(event);
    };
    use Stage::{Mask, Release, Restore};
    at(0, Event::Fact { label: "server", text: "PostgreSQL 15.20, private socket" });
    at(10, Event::StageStarted { stage: Restore, tables: 2, rows: 0 });
    at(500, Event::TableFinished { stage: Restore, table: "users" });
    at(900, Event::TableFinished { stage: Restore, table: "sessions" });
    let elapsed = Duration::from_millis(1_940);
    at(1_950, Event::StageFinished { stage: Restore, rows: 0, elapsed, summary: "snapshot 3 s old" });
    at(2_000, Event::StageStarted { stage: Mask, tables: 2, rows: 2_000_000 });
    at(2_000, Event::TableStarted { stage: Mask, table: "users", rows: 1_900_000 });
    at(2_100, Event::TableStarted { stage: Mask, table: "sessions", rows: 100_000 });
    at(2_200, Event::Advanced { stage: Mask, table: "users", rows: 500_000, bytes: 48 << 20 });
    at(2_300, Event::Advanced { stage: Mask, table: "users", rows: 100_000, bytes: 10 << 20 });
    at(8_000, Event::Advanced { stage: Mask, table: "sessions", rows: 100_000, bytes: 4 << 20 });
    at(8_100, Event::TableFinished { stage: Mask, table: "sessions" });
    at(9_000, Event::Advanced { stage: Mask, table: "users", rows: 1_403_412, bytes: 140 << 20 });
    at(9_100, Event::TableFinished { stage: Mask, table: "users" });
    at(9_200, Event::Step { stage: Mask, text: "building indexes" });
    at(9_300, Event::Warning { text: "3 large objects were left behind" });
    let elapsed = Duration::from_millis(123_400);
    at(125_400, Event::StageFinished { stage: Mask, rows: 2_103_412, elapsed, summary: "61 columns masked" });
    at(125_500, Event::StageStarted { stage: Release, tables: 0, rows: 0 });
    let elapsed = Duration::from_millis(40);
    at(125_540, Event::StageFinished { stage: Release, rows: 0, elapsed, summary: "drop_staging is open" });
    at(125_550, Event::Fact { label: "report", text: ".stagemask/runs/x/report.md" });
}

#[test]
fn the_story_in_plain_lines() {
    let (paper, (clock, millis)) = (Paper::default(), clock());
    story(&Plain::new(Box::new(paper.clone()), clock, false), &millis);
    insta::assert_snapshot!(paper.text());
}

#[test]
fn the_story_in_lines_of_json() {
    let (paper, (clock, millis)) = (Paper::default(), clock());
    story(&JsonLines::new(Box::new(paper.clone()), clock), &millis);
    for line in paper.text().lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    insta::assert_snapshot!(paper.text());
}

#[test]
fn what_stays_of_the_bars_is_a_line_a_stage() {
    let (paper, (_, millis)) = (Paper::default(), clock());
    story(&Bars::on(ProgressDrawTarget::term_like(Box::new(paper.clone())), false), &millis);
    let text = paper.text();
    for line in [
        "server   PostgreSQL 15.20, private socket",
        "restore  ━━━━━━━━━━━━━━━━━━━━  2/2 tables           1.9 s   snapshot 3 s old",
        "mask     ━━━━━━━━━━━━━━━━━━━━  2,103,412 rows  2 min 03 s   61 columns masked",
        "warning: 3 large objects were left behind",
        "release  drop_staging is open",
        "report   .stagemask/runs/x/report.md",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
}

#[test]
fn thousands_of_tables_make_no_flood() {
    let (paper, (clock, millis)) = (Paper::default(), clock());
    let plain = Plain::new(Box::new(paper.clone()), clock, false);
    plain.event(Event::StageStarted { stage: Stage::Mask, tables: 2000, rows: 2_000_000 });
    for number in 0..2000 {
        millis.store(number * 10, Ordering::Relaxed);
        let table = format!("table_{number}");
        plain.event(Event::TableStarted { stage: Stage::Mask, table: &table, rows: 1000 });
        plain.event(Event::Advanced { stage: Stage::Mask, table: &table, rows: 1000, bytes: 100_000 });
        plain.event(Event::TableFinished { stage: Stage::Mask, table: &table });
    }
    // Twenty seconds: the beginning, and a line at 5, 10 and 15 seconds.
    assert_eq!(paper.text().lines().count(), 4, "{}", paper.text());
}

#[test]
fn events_out_of_order_harm_nothing() {
    let (paper, (clock, _)) = (Paper::default(), clock());
    let bars = Bars::on(ProgressDrawTarget::term_like(Box::new(paper.clone())), true);
    let plain = Plain::new(Box::new(paper.clone()), Arc::clone(&clock), true);
    let json_lines = JsonLines::new(Box::new(paper.clone()), clock);
    for progress in [&bars as &dyn Progress, &plain, &json_lines] {
        let stage = Stage::Verify;
        progress.event(Event::TableFinished { stage, table: "never begun" });
        progress.event(Event::Advanced { stage, table: "never begun", rows: 5, bytes: 5 });
        progress.event(Event::Step { stage, text: "thinking" });
        progress.event(Event::StageFinished { stage, rows: 5, elapsed: Duration::ZERO, summary: "0 findings" });
    }
    bars.clear();
    assert_eq!(paper.text().matches("0 findings").count(), 3, "{}", paper.text());
}
