//! The statements that the target's server remembers (PostgreSQL manual, F.30 `pg_stat_statements`). It puts `$1` in the place
//! of what stands in queries, but keeps utility statements as they were sent, `COMMENT` and `CREATE` among them.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, pin_mut};

use super::cell_scan::Instruments;
use super::detectors::Hits;
use super::findings::{Finding, Place, Question, Severity};
use super::judge;
use super::look_further::Carried;
use crate::database;
use crate::error::Result;
use crate::originals::{Class, Hit};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::{ServerContext as _, describe};

/// Where findings are, for people.
const PLACE: &str = "query texts in pg_stat_statements";

/// What is shown of a statement of another role to whom isn't a member of `pg_read_all_stats`.
const HIDDEN: &str = "<insufficient privilege>";

/// The SQLSTATE of a view whose library isn't loaded.
const NOT_IN_STATE: &str = "55000";

/// Scans what is remembered of the target, and of the scratch database on the same server that is gone by now: its oid.
///
/// # Errors
/// When the server, or reading the originals, fails. What the role may not read is a finding.
pub(super) async fn look(target: &Endpoint, scratch: Option<u32>, instruments: &Instruments) -> Result<Vec<Finding>> {
    // It is there when the library is loaded, and whoever asks may see it.
    const ABOUT: &str = "SELECT current_setting('pg_stat_statements.max', true) IS NOT NULL, \
        (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";
    let session = target.connect("stagemask verify").await?;
    let asking = || "asking for pg_stat_statements";
    let row = session.query_one(ABOUT, &[]).await.server_context(asking)?;
    let (is_loaded, own): (bool, u32) = (row.get(0), row.get(1));
    if !is_loaded {
        return Ok(Vec::new());
    }
    let databases: Vec<u32> = std::iter::once(own).chain(scratch).collect();
    if let Some(schema) = schema_of(&session).await? {
        return read(&session, &schema, &databases, instruments).await;
    }
    // It sees all databases of the server, wherever it is.
    if let Ok(admin) = database::admin_session(target).await
        && let Some(schema) = schema_of(&admin).await?
    {
        return read(&admin, &schema, &databases, instruments).await;
    }
    let kind =
        "pg_stat_statements remembers statements, which weren't read: its view isn't in this database".to_owned();
    let advice = "CREATE EXTENSION pg_stat_statements in the database postgres, and verify again, to have them read";
    Ok(vec![unread(kind, Severity::Note, 1, advice)])
}

/// The schema in which the extension's view is.
async fn schema_of(session: &Session) -> Result<Option<String>> {
    const SQL: &str = "SELECT quote_ident(n.nspname) FROM pg_catalog.pg_extension e \
        JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'";
    let row = session.query_opt(SQL, &[]).await.server_context(|| "looking for pg_stat_statements")?;
    Ok(row.map(|row| row.get(0)))
}

async fn read(session: &Session, schema: &str, databases: &[u32], instruments: &Instruments) -> Result<Vec<Finding>> {
    let sql = format!("SELECT query FROM {schema}.pg_stat_statements WHERE dbid = ANY ($1) AND query IS NOT NULL");
    let rows = match session.query_raw(&sql, [databases]).await {
        Ok(rows) => rows,
        Err(cause) => return refused(&cause).map_or_else(|| Err(cause).server_context(reading), Ok),
    };
    pin_mut!(rows);
    let (mut texts, mut hidden) = (Texts::new(instruments), 0);
    while let Some(row) = rows.next().await {
        let row = match row {
            Ok(row) => row,
            Err(cause) => return refused(&cause).map_or_else(|| Err(cause).server_context(reading), Ok),
        };
        match row.get::<_, &str>(0) {
            HIDDEN => hidden += 1,
            text => texts.scan(text)?,
        }
    }
    let mut findings = texts.findings();
    if hidden > 0 {
        let kind = "statements of other roles that pg_stat_statements remembers weren't read".to_owned();
        let advice = "GRANT pg_read_all_stats to the tool's role, or reset pg_stat_statements, and verify again";
        findings.push(unread(kind, Severity::Warning, hidden, advice));
    }
    Ok(findings)
}

fn reading() -> &'static str {
    "reading the statements that pg_stat_statements remembers"
}

/// What a refusal of the server means, if it isn't a fault.
fn refused(cause: &tokio_postgres::Error) -> Option<Vec<Finding>> {
    const MAY_NOT: &str = "42501";
    match describe(cause).code()? {
        NOT_IN_STATE => Some(Vec::new()),
        MAY_NOT => {
            let kind = "pg_stat_statements remembers statements, which the role may not read".to_owned();
            let advice = "GRANT pg_read_all_stats to the tool's role, or reset pg_stat_statements, and verify again";
            Some(vec![unread(kind, Severity::Warning, 1, advice)])
        }
        _ => None,
    }
}

fn place() -> Place {
    Place { table: None, column: None, key: Some(PLACE.to_owned()) }
}

fn unread(kind: String, severity: Severity, count: u64, advice: &str) -> Finding {
    Finding {
        question: Question::Coverage,
        place: place(),
        kind,
        severity,
        count,
        keys: Vec::new(),
        advice: advice.to_owned(),
    }
}

/// What was found in the texts so far.
struct Texts<'a> {
    instruments: &'a Instruments,
    hits: Hits,
    found: Vec<Hit>,
    counts: BTreeMap<String, (Severity, u64)>,
}

impl<'a> Texts<'a> {
    fn new(instruments: &'a Instruments) -> Self {
        Self { instruments, hits: Hits::new(), found: Vec::new(), counts: BTreeMap::new() }
    }

    fn scan(&mut self, text: &str) -> Result<()> {
        let Self { instruments, hits, found, counts } = self;
        let Instruments { detectors, originals } = instruments;
        let mut seeker = originals.seeker();
        hits.clear();
        found.clear();
        seeker.text(text, &mut |hit| found.push(hit))?;
        let mut carried = Carried { seeker: &mut seeker, found, failure: None };
        detectors.scan_carrying(text, &detectors.context("", None), hits, &mut |text| carried.text(text));
        carried.failure.map_or(Ok(()), Err)?;
        let mut count = |kind: String, severity| counts.entry(kind).or_insert((severity, 0)).1 += 1;
        for hit in hits.found.iter().filter(|hit| !hit.certainty.is_chance()) {
            count(hit.kind.to_string(), hit.kind.severity());
        }
        for hit in found.iter().filter(|hit| hit.class != Class::Cut) {
            let (kind, severity) = judge::original_in_text(hit, originals);
            count(kind, severity);
        }
        Ok(())
    }

    fn findings(self) -> Vec<Finding> {
        let finding = |(kind, (severity, count))| Finding {
            question: Question::Metadata,
            place: place(),
            kind,
            severity,
            count,
            keys: Vec::new(),
            advice: "SELECT pg_stat_statements_reset() as a role that may, then verify again".to_owned(),
        };
        self.counts.into_iter().map(finding).collect()
    }
}
