//! `stagemask detectors scan`: what the detectors find in files, a line of JSON for each hit.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::args::{Format, ScanArgs};
use crate::error::{Context as _, ErrorKind, Result};
use crate::verify::detectors::{Certainty, Detectors, Hits};

/// A longer line is cut into parts of this length, so that memory stays bounded.
const LONGEST_LINE: u64 = 64 << 20;

pub(super) fn scan(args: &ScanArgs, detectors: &Detectors) -> Result<()> {
    let out = io::BufWriter::new(io::stdout().lock());
    let mut scan = Scan { detectors, show_values: args.show_values, hits: Hits::new(), out };
    for file in &args.files {
        let name = file.display().to_string();
        let doing = || format!("reading {name} failed");
        let format = args.format.unwrap_or_else(|| format_of(file));
        let reader: Box<dyn Read> = if name == "-" {
            Box::new(io::stdin().lock())
        } else {
            Box::new(File::open(file).context(doing()).map_err(|error| error.of_kind(ErrorKind::Usage))?)
        };
        let done = match format {
            Format::Text => scan.lines(&name, reader, None),
            Format::Jsonl => scan.lines(&name, reader, Some(())),
            Format::Csv => scan.csv(&name, reader),
        };
        match done {
            // That the reader has gone (`| head`) is no error.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            done => done.context(doing())?,
        }
    }
    match scan.out.flush() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("writing to standard output failed"),
    }
}

fn format_of(file: &Path) -> Format {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "csv" => Format::Csv,
        "jsonl" | "ndjson" | "json" => Format::Jsonl,
        _ => Format::Text,
    }
}

/// Where a text stands.
struct Place<'a> {
    file: &'a str,
    line: u64,
    column: Option<&'a str>,
    path: Option<&'a str>,
}

struct Scan<'a, W: Write> {
    detectors: &'a Detectors,
    show_values: bool,
    hits: Hits,
    out: W,
}

impl<W: Write> Scan<'_, W> {
    fn lines(&mut self, file: &str, reader: impl Read, documents: Option<()>) -> io::Result<()> {
        let mut reader = BufReader::new(reader);
        let mut bytes = Vec::new();
        let mut line = 0;
        while {
            bytes.clear();
            reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes)? > 0
        } {
            line += 1;
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim_end_matches(['\n', '\r']);
            let place = Place { file, line, column: None, path: None };
            match documents.and_then(|()| serde_json::from_str::<Value>(text).ok()) {
                Some(document) => self.document(&place, &document, "$", None)?,
                None => self.text(&place, text, "", None)?,
            }
        }
        Ok(())
    }

    fn csv(&mut self, file: &str, reader: impl Read) -> io::Result<()> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
        let names: Vec<String> =
            reader.byte_headers()?.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record)? {
            let line = record.position().map_or(0, csv::Position::line);
            for (at, cell) in record.iter().enumerate() {
                let column = names.get(at).map(String::as_str);
                let place = Place { file, line, column, path: None };
                self.text(&place, &String::from_utf8_lossy(cell), column.unwrap_or_default(), None)?;
            }
        }
        Ok(())
    }

    /// Every text and number of a document, and its keys.
    fn document(&mut self, place: &Place<'_>, value: &Value, path: &str, key: Option<&str>) -> io::Result<()> {
        let place = Place { path: Some(path), ..*place };
        match value {
            Value::String(text) => self.text(&place, text, "", key),
            Value::Number(number) => self.text(&place, &number.to_string(), "", key),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(at, item)| self.document(&place, item, &format!("{path}[{at}]"), key)),
            Value::Object(fields) => fields.iter().enumerate().try_for_each(|(at, (key, value))| {
                // A key that is itself a finding isn't shown as part of a path.
                let is_plain = !self.finds(key);
                let path = if is_plain { format!("{path}.{key}") } else { format!("{path}.#{at}") };
                let place = Place { path: Some(&path), ..place };
                self.text(&place, key, "", None)?;
                self.document(&place, value, &path, Some(key))
            }),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    fn finds(&self, text: &str) -> bool {
        let mut hits = Hits::new();
        self.detectors.scan(text, &self.detectors.context("", None), &mut hits);
        !hits.found.is_empty()
    }

    fn text(&mut self, place: &Place<'_>, text: &str, column: &str, key: Option<&str>) -> io::Result<()> {
        self.hits.clear();
        self.detectors.scan(text, &self.detectors.context(column, key), &mut self.hits);
        for hit in &self.hits.found {
            let confidence = match hit.certainty {
                Certainty::Certain => "certain",
                Certainty::Likely => "likely",
                Certainty::Chance(_) => "chance",
            };
            let (start, end) = (hit.start, hit.end);
            let mut line = json!({
                "kind": hit.kind.to_string(), "file": place.file, "line": place.line,
                "start": start, "end": end, "severity": hit.kind.severity(), "confidence": confidence,
            });
            if let Certainty::Chance(probability) = hit.certainty {
                line["probability"] = json!(probability);
            }
            if let Some(column) = place.column {
                line["column"] = json!(column);
            }
            if let Some(path) = place.path {
                line["path"] = json!(path);
            }
            if self.show_values {
                line["value"] = json!(text.get(start..end));
            }
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }
}
