//! `stagemask check`

use serde_json::json;

use crate::cli::args::CheckArgs;
use crate::cli::console::json_to_stdout;
use crate::cli::options::Surroundings;
use crate::error::Result;
use crate::pipeline::{self, PlanSummary};
use crate::report::figures::{bytes, many};
use crate::rules::load;
use crate::rules::rule::Rules;

pub(super) async fn run(args: &CheckArgs, around: &Surroundings<'_>) -> Result<()> {
    let mut rules = load::load(&args.rules)?;
    // Nothing is masked here, and so nothing is started.
    rules.commands_allowed = true;
    let source = around.source_to_check(args.source_url.as_ref())?;
    let plan = match &source {
        Some(source) => Some(around.interrupt.or_interrupted(pipeline::plan(source, &rules)).await?),
        None => None,
    };
    if args.json {
        return json_to_stdout(&json!({
            "rules": rules.file.name,
            "digest": rules.digest,
            "tables": rules.tables.len(),
            "columns": columns(&rules),
            "plan": plan.as_ref().map(plan_as_json),
        }));
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
    Ok(())
}

fn columns(rules: &Rules) -> usize {
    rules.tables.iter().map(|table| table.columns.len()).sum()
}

/// The plan for people: a line a column, then the sums.
pub(super) fn plan_text(plan: &PlanSummary) -> String {
    let mut text = String::new();
    for line in &plan.lines {
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
    })
}
