//! `stagemask check`

use serde_json::json;

use crate::cli::args::CheckArgs;
use crate::cli::console::json_to_stdout;
use crate::cli::options::Surroundings;
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::{self, PlanSummary};
use crate::postgres::endpoint::Endpoint;
use crate::report::figures::{bytes, many};
use crate::rules::diagnostics::{self, printable};
use crate::rules::load;
use crate::rules::resolve::{Explanation, Reason};
use crate::rules::rule::Rules;
use crate::verify;

pub(super) async fn run(args: &CheckArgs, around: &Surroundings<'_>) -> Result<()> {
    let mut rules = load::load(&args.rules)?;
    let mistakes = verify::mistakes_in_acceptances(&rules.accepted);
    if !mistakes.is_empty() {
        return Err(diagnostics::error(&rules.files, &mistakes));
    }
    // Nothing is masked here, and so nothing is started.
    rules.commands_allowed = true;
    let source = around.source_to_check(args.source_url.as_ref())?;
    if !args.explain.is_empty() {
        return explain(args, around, &rules, source).await;
    }
    let plan = match &source {
        Some(source) => Some(around.interrupt.or_interrupted(pipeline::plan(source, &rules)).await?),
        None => None,
    };
    let drift = match &source {
        Some(source) => around.interrupt.or_interrupted(pipeline::drift(source, &rules, &args.state.state_dir)).await?,
        None => None,
    };
    let changes: Vec<String> = drift.iter().flat_map(|drift| &drift.changes).map(ToString::to_string).collect();
    if args.json {
        json_to_stdout(&json!({
            "rules": rules.name(),
            "digest": rules.digest,
            "files": rules.files.iter().map(|file| &file.name).collect::<Vec<_>>(),
            "presets": rules.presets.iter().map(|preset| &preset.name).collect::<Vec<_>>(),
            "tables": tables(&rules),
            "columns": columns(&rules),
            "patterns": rules.patterns.len(),
            "plan": plan.as_ref().map(plan_as_json),
            "drift": drift.as_ref().map(|drift| json!({ "since": drift.since, "changes": changes })),
        }))?;
        return refuse_drift(args, &changes);
    }
    around.console.lines(&format!("{}: {}, valid", rules.name(), contents(&rules)));
    if let Some(plan) = &plan {
        around.console.lines(&plan_text(plan));
    }
    if let Some(drift) = drift.filter(|_| !changes.is_empty()) {
        around.console.lines(&format!("changed since run {} was proved:\n  {}", drift.since, changes.join("\n  ")));
    }
    refuse_drift(args, &changes)
}

/// What nobody has looked at since it changed stops a workflow that asks for it.
fn refuse_drift(args: &CheckArgs, changes: &[String]) -> Result<()> {
    if !args.strict || changes.is_empty() {
        return Ok(());
    }
    let count = many(changes.len() as u64, "change");
    Err(Error::new(ErrorKind::Coverage, format!("the schema has drifted: {count} since it was last proved")).help(
        "go through the rules of what is new; the next refresh that passes makes this schema the one to compare with",
    ))
}

fn tables(rules: &Rules) -> usize {
    rules.tables.len() + rules.table_globs.len()
}

fn columns(rules: &Rules) -> usize {
    let globs = rules.table_globs.iter().map(|table| table.columns.len());
    rules.tables.iter().map(|table| table.columns.len()).chain(globs).sum()
}

/// What the rules consist of; what they have none of isn't named, tables and columns aside.
fn contents(rules: &Rules) -> String {
    let mut contents = vec![many(tables(rules) as u64, "table"), many(columns(rules) as u64, "column")];
    let others = rules.files.len() - rules.presets.len();
    let rest = [
        (rules.patterns.len(), "pattern"),
        (rules.defaults.len(), "default"),
        (rules.presets.len(), "preset"),
        (if others > 1 { others } else { 0 }, "file"),
    ];
    contents.extend(rest.iter().filter(|(count, _)| *count > 0).map(|(count, what)| many(*count as u64, what)));
    contents.join(", ")
}

async fn explain(args: &CheckArgs, around: &Surroundings<'_>, rules: &Rules, source: Option<Endpoint>) -> Result<()> {
    let source = source.ok_or_else(|| {
        Error::usage("--explain needs the schema").help("name a database with --source-url or in STAGEMASK_SOURCE_URL")
    })?;
    let explaining = pipeline::explain(&source, rules, &args.explain);
    let explained = around.interrupt.or_interrupted(explaining).await?;
    if args.json {
        return json_to_stdout(&json!({ "rules": rules.name(), "digest": rules.digest, "explained": explained }));
    }
    let texts: Vec<String> = explained.iter().map(explained_text).collect();
    around.console.lines(&texts.join("\n"));
    Ok(())
}

/// An explanation for people.
fn explained_text(explanation: &Explanation) -> String {
    let Explanation { table, column, r#type, decision, .. } = explanation;
    let decision = decision.as_deref().unwrap_or("undecided");
    let mut text = format!("{}  {decision}\n", printable(&format!("{table}.{column} ({type})")));
    let place = |reason: &Reason| format!("{}, line {}, {}", reason.file, reason.line, reason.what);
    if let Some(by) = &explanation.decided_by {
        text.push_str(&format!("  decided by   {}\n", place(by)));
    }
    for reason in &explanation.instead_of {
        text.push_str(&format!("  instead of   {}: {}\n", place(reason), reason.decision));
    }
    for reason in &explanation.passed_over {
        let why = reason.why.as_deref().unwrap_or_default();
        text.push_str(&format!("  passed over  {}: {}, since {}\n", place(reason), reason.decision, printable(why)));
    }
    if let Some(note) = &explanation.note {
        text.push_str(&format!("  {note}\n"));
    }
    text
}

/// The plan for people: a line a column, then the sums.
pub(super) fn plan_text(plan: &PlanSummary) -> String {
    let mut text = String::new();
    for line in plan.lines.iter().chain(&plan.row_lines) {
        text.push_str(line);
        text.push('\n');
    }
    let (tables, rows) = (many(plan.tables as u64, "table"), many(plan.rows, "row"));
    let masked = many(plan.masked as u64, "column");
    text + &format!("{tables}, about {rows}, {}: {masked} masked, {} kept", bytes(plan.bytes), plan.kept)
}

/// The plan for programs.
pub(super) fn plan_as_json(plan: &PlanSummary) -> serde_json::Value {
    json!({
        "tables": plan.tables,
        "estimated_rows": plan.rows,
        "bytes": plan.bytes,
        "masked": plan.masked,
        "kept": plan.kept,
        "columns": plan.lines,
        "rows": plan.row_lines,
    })
}
