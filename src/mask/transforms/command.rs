//! `command`: what a program of the rules' owner makes of the value.
//!
//! Requests and answers are lines of JSON, one request at a time for each process: `{"id": 7, "column": "note", "value":
//! "…"}` on standard input, with the other columns that are asked for in `row`, `{"id": 7, "value": "…"}` on standard output. No error repeats a value, or anything that the
//! program says: what it writes to standard error is thrown away.

mod process;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::literal;
use super::refusal::originals_by_class;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::postgres::catalog::Column;
use crate::postgres::texts::{as_text, visit_texts};
use crate::postgres::types::TypeClass;
use crate::rules::transform::Command as Options;
use process::Process;

const PROCESSES: usize = 2;
const SECONDS: u64 = 30;

/// Larger values aren't sent: what is on its way is held in memory, once for each process.
const LARGEST_VALUE: usize = 1 << 20;

/// Asks the program.
struct Command {
    run: Vec<String>,
    timeout: Duration,
    column: Column,
    /// Other columns of the row, and where they are in it.
    with: Vec<(usize, Column)>,
    /// Each is started when it is first needed, and again when it has failed.
    processes: Vec<Mutex<Option<Process>>>,
    next: AtomicUsize,
    id: AtomicU64,
}

/// One line of the program.
#[derive(Deserialize)]
struct Answer {
    id: u64,
    value: Value,
}

impl Command {
    /// Lets one process answer: one that is idle, or else the next in turn.
    fn ask(&self, request: &[u8]) -> Result<Vec<u8>, CellError> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let turn = |step: usize| self.processes.get((first + step) % self.processes.len().max(1));
        let idle = (0..self.processes.len()).find_map(|step| match turn(step)?.try_lock() {
            Ok(slot) => Some(slot),
            Err(TryLockError::Poisoned(slot)) => Some(slot.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let waiting = || turn(0).map(|slot| slot.lock().unwrap_or_else(PoisonError::into_inner));
        let mut slot = idle.or_else(waiting).ok_or_else(|| CellError("no process is there".to_owned()))?;
        let mut process = match slot.take() {
            Some(process) => process,
            None => Process::start(&self.run).map_err(|why| self.failed(&why))?,
        };
        // A process that fails is not asked again: it could still answer what was asked before.
        let answer = process.ask(request, self.timeout).map_err(|why| self.failed(&why))?;
        *slot = Some(process);
        Ok(answer)
    }

    /// One line for a cell.
    fn request(&self, id: u64, cell: &[u8], row: &Row<'_>) -> String {
        let value = shown(&self.column.class, cell);
        let mut request = serde_json::json!({ "id": id, "column": self.column.name, "value": value });
        if !self.with.is_empty() {
            let other = |(position, column): &(usize, Column)| {
                let cell = row.original(*position).map(|cell| Value::from(shown(&column.class, cell)));
                (column.name.clone(), cell.unwrap_or(Value::Null))
            };
            if let Some(fields) = request.as_object_mut() {
                fields.insert("row".to_owned(), Value::Object(self.with.iter().map(other).collect()));
            }
        }
        request.to_string() + "\n"
    }

    fn failed(&self, why: &str) -> CellError {
        let program = self.run.first().map_or("", String::as_str);
        CellError(format!("the command {program} {why}"))
    }

    /// The value of an answer as a text.
    fn read(&self, answer: &[u8], id: u64) -> Result<String, CellError> {
        let wrong = |why: &str| self.failed(why);
        if serde_json::from_slice::<serde::de::IgnoredAny>(answer).is_err() {
            return Err(wrong("answered with a line that isn't JSON"));
        }
        let answer: Answer =
            serde_json::from_slice(answer).map_err(|_| wrong("answered without an `id` and a `value`"))?;
        if answer.id != id {
            return Err(wrong("answered with the id of another request"));
        }
        match answer.value {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(word) => Ok(word.to_string()),
            Value::Null => Err(wrong("answered with NULL")),
            Value::Array(_) | Value::Object(_) => Err(wrong("answered with something else than a text")),
        }
    }
}

impl Transform for Command {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if cell.len() > LARGEST_VALUE {
            return Err(CellError("the value is larger than 1 MiB, which is the most that a command gets".to_owned()));
        }
        if self.column.class == TypeClass::Text && as_text(cell).trim().is_empty() {
            out.extend_from_slice(cell);
            return Ok(Masked::Value);
        }
        let id = self.id.fetch_add(1, Ordering::Relaxed);
        let text = self.read(&self.ask(self.request(id, cell, row).as_bytes())?, id)?;
        if self.column.max_chars.is_some_and(|room| text.chars().count() > room) {
            return Err(self.failed("answered with a text that is too long for the column"));
        }
        let value = literal::binary(&self.column, &text).filter(|_| !text.contains('\0'));
        let value =
            value.ok_or_else(|| self.failed("answered with something that is no value of the column's type"))?;
        out.extend_from_slice(&value);
        Ok(Masked::Value)
    }
}

/// A cell as the program sees it.
fn shown(class: &TypeClass, cell: &[u8]) -> String {
    match class {
        TypeClass::Text | TypeClass::Enum | TypeClass::Xml | TypeClass::Json => as_text(cell).into_owned(),
        TypeClass::Jsonb => as_text(cell.get(1..).unwrap_or_default()).into_owned(),
        TypeClass::Int2 => cell.try_into().map_or(0, i16::from_be_bytes).to_string(),
        _ => {
            let mut text = String::new();
            visit_texts(class, cell, &mut |found| text.push_str(found.text));
            text
        }
    }
}

/// Whether cells of a class have a text that the program can read.
fn can_be_shown(class: &TypeClass) -> bool {
    matches!(
        class,
        TypeClass::Text
            | TypeClass::Enum
            | TypeClass::Xml
            | TypeClass::Json
            | TypeClass::Jsonb
            | TypeClass::Int2
            | TypeClass::Int4
            | TypeClass::Int8
            | TypeClass::Numeric
            | TypeClass::Date
            | TypeClass::Inet
    )
}

/// The other columns that the program is to see.
fn others(options: &Options, site: &Site<'_>) -> Result<Vec<(usize, Column)>, Refusal> {
    let find = |name: &String| {
        let found = site.columns.iter().enumerate().find(|(_, column)| column.name == *name);
        let (position, column) = found.ok_or_else(|| {
            site.bad_option(format!("the table has no column {name}"), "name columns of the same table in `with`")
        })?;
        if can_be_shown(&column.class) {
            return Ok((position, column.clone()));
        }
        let what = format!("column {name} of type {} can't be shown to a command", column.type_name);
        Err(site.bad_option(what, "leave it out of `with`"))
    };
    options.with.iter().map(find).collect()
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    if !can_be_shown(&site.column.class) {
        return Err(site.wrong_type("command"));
    }
    if options.run.first().is_none_or(|program| program.trim().is_empty()) {
        return Err(site.bad_option("command names no program", "write { command: { run: [./mask-notes] } }"));
    }
    let processes = options.processes.unwrap_or(PROCESSES).clamp(1, 64);
    let command = Command {
        run: options.run.clone(),
        timeout: Duration::from_secs(options.timeout.unwrap_or(SECONDS).clamp(1, 3600)),
        column: site.column.clone(),
        with: others(options, site)?,
        processes: (0..processes).map(|_| Mutex::new(None)).collect(),
        next: AtomicUsize::new(0),
        id: AtomicU64::new(1),
    };
    let facts = Facts::of(originals_by_class(&site.column.class));
    Ok(Built { transform: Box::new(command), facts })
}

#[cfg(test)]
mod tests;
