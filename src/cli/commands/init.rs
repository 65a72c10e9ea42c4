//! `stagemask init`

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use serde::Deserialize as _;
use serde_json::json;

use crate::cli::args::InitArgs;
use crate::cli::console::{json_to_stdout, to_stdout};
use crate::cli::options::Surroundings;
use crate::discover::{Confidence, Looking, Preset, Starter};
use crate::error::{Context as _, Error, Result};
use crate::pipeline;
use crate::report::figures::many;
use crate::rules::schema::locales;
use crate::rules::suggest;
use crate::rules::transform::Locale;

pub(super) async fn run(args: &InitArgs, around: &Surroundings<'_>) -> Result<()> {
    let to_terminal = args.rules == Path::new("-");
    if !to_terminal && args.rules.exists() {
        return Err(Error::usage(format!("{} is there already", args.rules.display()))
            .help("name another file, or `-` for standard output: rules that were gone through are not overwritten"));
    }
    let looking = Looking { rows: args.rows, locale: locale(&args.locale)? };
    let source = around.source_to_check(args.source_url.as_ref())?.ok_or_else(no_source)?;
    let starter = around.interrupt.or_interrupted(pipeline::discover(&source, looking)).await?;
    if to_terminal && !args.json {
        return to_stdout(&starter.text);
    }
    if !to_terminal {
        write(&args.rules, &starter.text)?;
    }
    if args.json {
        return json_to_stdout(&json!({ "rules": args.rules, "presets": starter.presets, "columns": starter.columns }));
    }
    around.console.lines(&summary(&args.rules, &starter));
    Ok(())
}

fn no_source() -> Error {
    Error::usage("there is no database to look at").help("name it with --source-url, or in STAGEMASK_SOURCE_URL")
}

fn locale(name: &str) -> Result<Locale> {
    let known = locales();
    Locale::deserialize(serde_json::Value::from(name)).map_err(|_| {
        let advice = suggest::advice(name, known.iter().map(String::as_str));
        Error::usage("there is no such locale").help(advice.unwrap_or_default())
    })
}

/// A file that somebody makes at the same moment isn't overwritten either.
fn write(path: &Path, text: &str) -> Result<()> {
    let writing = || format!("writing {} failed", path.display());
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).context(writing())?;
    file.write_all(text.as_bytes()).context(writing())
}

fn summary(path: &Path, starter: &Starter) -> String {
    let of = |wanted: Confidence| starter.columns.iter().filter(|column| column.confidence == wanted).count() as u64;
    let kept = starter.columns.iter().filter(|column| column.decision == "keep").count() as u64;
    let preset = |preset: &Preset| format!("\n{} more by the preset {}", many(preset.columns, "column"), preset.name);
    let by_presets: String = starter.presets.iter().map(preset).collect();
    format!(
        "{}: {}, {kept} of them kept; {} sure, {} likely, {} guessed{by_presets}\nnext: go through it, then `stagemask check {}`",
        path.display(),
        many(starter.columns.len() as u64, "column"),
        of(Confidence::Sure),
        of(Confidence::Likely),
        of(Confidence::Guess),
        path.display()
    )
}
