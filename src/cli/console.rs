//! Where people read: standard error, with colours where there is a terminal. Results for programs go to standard
//! output.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::args::{Output, ProgressFormat, When};
use super::exit_code;
use super::json_lines::JsonLines;
use super::plain::Plain;
use super::terminal::Bars;
use crate::error::{Context as _, Error, Result};
use crate::progress::{Event, Progress};

/// How people are told what happens.
pub struct Console {
    renderer: Renderer,
    colour: bool,
}

enum Renderer {
    Bars(Bars),
    Plain(Plain),
    Json(JsonLines),
    Quiet,
}

impl Console {
    /// Chooses by what was asked for, and by what standard error is.
    pub fn new(output: Output) -> Self {
        let variable = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let terminal = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let colour = match output.color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && !variable("NO_COLOR"),
        };
        let start = Instant::now();
        let clock = Arc::new(move || start.elapsed());
        let plain = || Renderer::Plain(Plain::new(Box::new(io::stderr()), clock.clone(), colour));
        let renderer = match output.progress {
            ProgressFormat::Auto if terminal && !variable("CI") => Renderer::Bars(Bars::on_stderr(colour)),
            ProgressFormat::Bars if terminal => Renderer::Bars(Bars::on_stderr(colour)),
            ProgressFormat::Auto | ProgressFormat::Bars | ProgressFormat::Plain => plain(),
            ProgressFormat::Json => Renderer::Json(JsonLines::new(Box::new(io::stderr()), clock)),
            ProgressFormat::None => Renderer::Quiet,
        };
        Self { renderer, colour }
    }

    /// Something a person should read.
    pub fn warn(&self, text: &str) {
        self.event(Event::Warning { text });
    }

    /// A line of its own, such as `report  …/report.md`.
    pub fn fact(&self, label: &str, text: &str) {
        self.event(Event::Fact { label, text });
    }

    /// Lines for people, which programs get as JSON on standard output instead.
    pub fn lines(&self, text: &str) {
        match &self.renderer {
            Renderer::Json(json_lines) => json_lines.write(json!({ "event": "text", "text": text })),
            _ => to_stderr(text),
        }
    }

    /// What failed, and what to do next. Whatever of the progress is still shown goes away.
    pub fn error(&self, error: &Error) {
        match &self.renderer {
            Renderer::Json(json_lines) => json_lines.write(json!({
                "event": "failed",
                "kind": format!("{:?}", error.kind()).to_lowercase(),
                "exit_code": exit_code::of(error.kind()),
                "message": error.to_string(),
            })),
            Renderer::Bars(bars) => {
                bars.clear();
                to_stderr(&self.labelled("error", "1;31", &error.to_string()));
            }
            _ => to_stderr(&self.labelled("error", "1;31", &error.to_string())),
        }
    }

    fn labelled(&self, label: &str, style: &str, text: &str) -> String {
        paint(self.colour, style, &format!("{label}:")) + " " + text
    }
}

impl Progress for Console {
    fn event(&self, event: Event<'_>) {
        match (&self.renderer, event) {
            (Renderer::Bars(bars), event) => bars.event(event),
            (Renderer::Plain(plain), event) => plain.event(event),
            (Renderer::Json(json_lines), event) => json_lines.event(event),
            (Renderer::Quiet, Event::Warning { text }) => to_stderr(&self.labelled("warning", "1;33", text)),
            (Renderer::Quiet, _) => {}
        }
    }
}

/// Puts text into a style, where there are colours (ECMA-48, 8.3.117).
pub(super) fn paint(colour: bool, style: &str, text: &str) -> String {
    if colour { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Nobody may be there to read any more; the work goes on all the same.
pub(super) fn to_stderr(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A result for programs, on standard output. That the reader has gone (`| head`) is no error.
///
/// # Errors
/// When it can't be written.
pub(super) fn to_stdout(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("writing to standard output failed"),
    }
}

/// A document for programs, on standard output.
///
/// # Errors
/// When it can't be written.
pub(super) fn json_to_stdout(document: &Value) -> Result<()> {
    to_stdout(&format!("{document:#}\n"))
}
