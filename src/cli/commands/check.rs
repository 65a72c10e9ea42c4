//! `stagemask check`

use serde_json::json;

use crate::cli::args::CheckArgs;
use crate::cli::console::json_to_stdout;
use crate::cli::options::Surroundings;
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::{self, PlanSummary};
use crate::report::figures::{bytes, many};
use crate::rules::diagnostics;
use crate::rules::load;
use crate::rules::rule::Rules;
use crate::verify;

pub(super) async fn run(args: &CheckArgs, around: &Surroundings<'_>) -> Result<()> {
    let mut rules = load::load(&args.rules)?;
    let mistakes = verify::mistakes_in_acceptances(&rules.accepted);
    if !mistakes.is_empty() {
        return Err(diagnostics::error(&rules.file, &mistakes));
    }
    // Nothing is masked here, and so nothing is started.
    rules.commands_allowed = true;
    let source = around.source_to_check(args.source_url.as_ref())?;
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
            "rules": rules.file.name,
            "digest": rules.digest,
            "tables": rules.tables.len(),
            "columns": columns(&rules),
            "plan": plan.as_ref().map(plan_as_json),
            "drift": drift.as_ref().map(|drift| json!({ "since": drift.since, "changes": changes })),
        }))?;
        return refuse_drift(args, &changes);
    }
    around.console.lines(&format!(
        "{}: {}, {}, valid",
        rules.file.name,
        many(rules.tables.len() as u64, "table"),
        many(columns(&rules) as u64, "column")
    ));
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

fn columns(rules: &Rules) -> usize {
    rules.tables.iter().map(|table| table.columns.len()).sum()
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
