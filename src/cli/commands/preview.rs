//! `stagemask preview`

use std::io::{self, IsTerminal as _};

use crate::cli::args::PreviewArgs;
use crate::cli::console::{json_to_stdout, to_stdout};
use crate::cli::options::Surroundings;
use crate::error::{Error, Result};
use crate::mask::preview::{Cell, Originals, Preview, PreviewedColumn};
use crate::pipeline::{self, Previewed};
use crate::rules::diagnostics::{printable, quoted};
use crate::rules::{load, table_name};
use crate::secret::MaskingKey;

pub(super) async fn run(args: &PreviewArgs, around: &Surroundings<'_>) -> Result<()> {
    if args.show_originals && !io::stdout().is_terminal() {
        return Err(Error::usage("originals are shown on a terminal only")
            .help("leave out --show-originals: a file or a log would keep what it shows"));
    }
    let rules = load::load(&args.rules)?;
    let table = table_name::parse_one(&args.table)
        .map_err(|(what, help)| Error::usage(format!("the name {} {what}", quoted(&args.table))).help(help))?;
    let source = around.source_to_check(args.source_url.as_ref())?.ok_or_else(|| {
        Error::usage("there is no database to look at").help("name it with --source-url, or in STAGEMASK_SOURCE_URL")
    })?;
    let key = match around.key(args.key_file.as_deref())? {
        Some(key) => key,
        None => {
            around.console.warn("there is no masking key, so a run will choose other values: set STAGEMASK_KEY");
            MaskingKey::random()?
        }
    };
    let originals = if args.show_originals { Originals::Shown } else { Originals::Shapes };
    let what = Previewed { table, rows: args.rows, originals };
    let preview = around.interrupt.or_interrupted(pipeline::preview(&source, &rules, &key, &what)).await?;
    if args.json {
        return json_to_stdout(&serde_json::to_value(&preview).unwrap_or_default());
    }
    to_stdout(&as_text(&preview))
}

/// A block for each row, a line for each column: a row is wider than any terminal.
fn as_text(preview: &Preview) -> String {
    let width = |of: fn(&PreviewedColumn) -> &str| {
        preview.columns.iter().map(|column| of(column).chars().count()).max().unwrap_or(0).min(40)
    };
    let (names, decisions) = (width(|column| &column.name), width(|column| &column.decision));
    let mut text = String::new();
    for (number, row) in preview.rows.iter().enumerate() {
        text.push_str(&format!("{}, row {} of {}\n", preview.table, number + 1, preview.rows.len()));
        for (column, cell) in preview.columns.iter().zip(row) {
            let (name, decision) = (&column.name, &column.decision);
            text.push_str(&format!("  {name:<names$}  {decision:<decisions$}  {}\n", before_and_after(cell)));
        }
    }
    if preview.rows.is_empty() {
        text.push_str(&format!("{} has no rows\n", preview.table));
    }
    text
}

fn before_and_after(cell: &Cell) -> String {
    let shown =
        |text: &Option<String>| text.as_ref().map_or_else(|| "NULL".to_owned(), |text| shorten(&printable(text)));
    if cell.original == cell.masked {
        return shown(&cell.original);
    }
    format!("{}  →  {}", shown(&cell.original), shown(&cell.masked))
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} characters)", text.get(..end).unwrap_or_default(), text.chars().count()),
    }
}
