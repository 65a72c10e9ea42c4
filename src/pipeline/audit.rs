//! The audit of a database that exists, without source and without run. It has no folder, and nothing to release.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use super::Settings;
use super::run::allowed_by;
use crate::database::DatabaseSettings;
use crate::error::Result;
use crate::mask::plan;
use crate::mask::schema::without_psql_guards;
use crate::postgres::catalog::{Catalog, Table};
use crate::postgres::client_tools::{ClientTools, Tool};
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::TableName;
use crate::postgres::readable;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::postgres::tool_run::Output;
use crate::progress::{Event, Progress, Stage};
use crate::report::figures::many;
use crate::rules::diagnostics;
use crate::rules::resolve::Resolution;
use crate::rules::rule::Rules;
use crate::run_record::RulesRecord;
use crate::secret::MaskingKey;
use crate::verify::audit::{self, Audit, AuditJob, AuditRules, Decided};
use crate::verify::detectors::Allowed;
use crate::verify::findings::{Finding, Place, Question, Severity};
use crate::verify::metadata;
use crate::verify::mistakes_in_acceptances;

/// What is audited.
#[derive(Debug, Clone)]
pub struct Audited {
    /// The database, which is only read.
    pub target: Endpoint,
    /// Rules, to know which columns they mask and what they accept.
    pub rules: Option<Rules>,
    /// Of these, streams, tools, detectors and the interrupt.
    pub settings: Settings,
}

/// Reads every cell of a database with the detectors, and its schema, without writing to it. Whatever is found is in the
/// [`Audit`], which is no proof.
///
/// # Errors
/// When something of it can't be read.
pub async fn audit(what: &Audited, progress: &Arc<dyn Progress>) -> Result<Audit> {
    what.settings.interrupt.or_interrupted(look(what, progress)).await
}

async fn look(what: &Audited, progress: &Arc<dyn Progress>) -> Result<Audit> {
    let Audited { target, rules, settings } = what;
    if let Some(rules) = rules {
        let mistakes = mistakes_in_acceptances(&rules.accepted);
        if !mistakes.is_empty() {
            return Err(diagnostics::error(&rules.files, &mistakes));
        }
    }
    let session = target.connect("stagemask audit").await?;
    let tools = ClientTools::find(settings.pg_bin.as_deref(), session.server_version_num())?;
    let snapshot = ExportedSnapshot::export(session).await?;
    readable::require_all_of(snapshot.session(), "database").await?;
    readable::require_large_objects_of(snapshot.session(), "database", "sign in as a role that may").await?;
    let catalog = Catalog::load(snapshot.session()).await?;
    let rows = catalog.tables.iter().map(|table| table.estimated_rows).sum();
    progress.event(Event::StageStarted { stage: Stage::Verify, tables: catalog.tables.len(), rows });
    let begun = Instant::now();
    let set = DatabaseSettings::of(snapshot.session()).await?;
    let ddl = metadata::with_settings(&ddl_text(&tools, target, snapshot.id()).await?, &set);
    let (rules, known) = match rules {
        Some(rules) => decided(rules, &catalog)?,
        None => (None, Vec::new()),
    };
    let job = AuditJob {
        target,
        snapshot: &snapshot,
        catalog: &catalog,
        ddl: &ddl,
        allowed: Allowed { own: settings.detectors.clone(), ..allowed_by(what.rules.as_ref()) },
        rules,
        known,
        streams: settings.jobs,
        cut_from: settings.cut_from,
    };
    let audit = audit::audit(job, progress).await?;
    let summary = format!(
        "{} of {} canaries found, {}",
        audit.canaries.found,
        audit.canaries.planted,
        many(audit.blocking(), "finding")
    );
    let elapsed = begun.elapsed();
    progress.event(Event::StageFinished { stage: Stage::Verify, rows: audit.rows(), elapsed, summary: &summary });
    Ok(audit)
}

/// All that `pg_dump` prints of the schema, also what a refresh would leave behind.
async fn ddl_text(tools: &ClientTools, target: &Endpoint, snapshot: &str) -> Result<String> {
    let mut command = tools.command(Tool::PgDump, Some(target)).arg("--schema-only");
    command = command.arg(format!("--snapshot={snapshot}"));
    if tools.version_num() >= 180_000 {
        command = command.arg("--no-statistics");
    }
    let finished = command.output(Output::Capture).run().await?;
    let text = finished.require(&format!("dumping the schema of {target}"))?;
    Ok(without_psql_guards(&String::from_utf8_lossy(&text)))
}

/// What the rules do with each column, as far as they fit this schema.
fn decided(rules: &Rules, catalog: &Catalog) -> Result<(Option<AuditRules>, Vec<Finding>)> {
    let resolution = plan::resolve(rules, catalog, &MaskingKey::random()?);
    let mut decided = HashMap::new();
    for table in &catalog.tables {
        for (_, column) in table.streamed() {
            let of = decision(&resolution, catalog, table, &column.name, 0);
            let of = of.or_else(|| (!column.class.can_carry_personal_data()).then_some(Decided::Kept));
            decided.extend(of.map(|of| ((table.name.clone(), column.name.clone()), of)));
        }
    }
    let known = (!resolution.mistakes.is_empty()).then(|| Finding {
        question: Question::Coverage,
        place: Place { table: None, column: None, key: None },
        kind: format!("the rules don't fit this schema in {}", many(resolution.mistakes.len() as u64, "place")),
        severity: Severity::Warning,
        count: resolution.mistakes.len() as u64,
        keys: Vec::new(),
        advice: "`stagemask check` with this database as --source-url says where".to_owned(),
    });
    let rules = AuditRules {
        record: RulesRecord { file: rules.name().to_owned(), digest: rules.digest.clone() },
        decided,
        accepted: rules.accepted.iter().map(|accept| accept.acceptance.clone()).collect(),
    };
    Ok((Some(rules), known.into_iter().collect()))
}

/// Foreign keys that follow one another further than this go round in a circle.
const MOST_STEPS: usize = 16;

/// The rule of a column, or of the one that it refers to: it is masked as that one is.
fn decision(
    resolution: &Resolution<'_>,
    catalog: &Catalog,
    table: &Table,
    column: &str,
    steps: usize,
) -> Option<Decided> {
    if let Some(by) = resolution.decided(table, column).and_then(|decided| decided.by) {
        return Some(by.rule.transform().map_or(Decided::Kept, |of| Decided::Masked(of.name().to_owned())));
    }
    let to = referred(catalog, &table.root, column)?;
    let next = catalog.tables.iter().find(|known| known.root == to.0)?;
    if steps < MOST_STEPS { decision(resolution, catalog, next, &to.1, steps + 1) } else { None }
}

fn referred(catalog: &Catalog, table: &TableName, column: &str) -> Option<(TableName, String)> {
    catalog.foreign_keys.iter().filter(|key| key.from == *table).find_map(|key| {
        let mut pairs = key.from_columns.iter().zip(&key.to_columns);
        pairs.find(|(from, _)| *from == column).map(|(_, to)| (key.to.clone(), to.clone()))
    })
}
