//! `stagemask transforms`

use crate::cli::args::TransformsArgs;
use crate::cli::console::{json_to_stdout, to_stdout};
use crate::error::{Error, Result};
use crate::rules::catalogue::{self, Described};
use crate::rules::diagnostics::quoted;
use crate::rules::suggest;

pub(super) fn run(args: &TransformsArgs) -> Result<()> {
    let all = catalogue::describe();
    let shown: Vec<&Described> = match &args.name {
        None => all.iter().collect(),
        Some(name) => vec![all.iter().find(|known| known.name == *name).ok_or_else(|| unknown(name, &all))?],
    };
    if args.json {
        return json_to_stdout(&serde_json::to_value(shown).unwrap_or_default());
    }
    let text: Vec<String> = shown.into_iter().map(as_text).collect();
    to_stdout(&text.concat())
}

fn unknown(name: &str, all: &[Described]) -> Error {
    let advice = suggest::advice(name, all.iter().map(|known| known.name.as_str()));
    Error::usage(format!("there is no transform {}", quoted(name))).help(advice.unwrap_or_default())
}

fn as_text(known: &Described) -> String {
    let mut text = format!("{:<20} {}\n", known.name, known.description.replace('\n', " "));
    for option in &known.options {
        let needed = if option.required { ", needed" } else { "" };
        text.push_str(&format!(
            "  {:<18} {} ({}{needed})\n",
            option.name,
            option.description.replace('\n', " "),
            option.value
        ));
    }
    text
}
