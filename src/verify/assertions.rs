//! The shop's own checks: SQL that has to return one row with one boolean that is true.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::findings::{Finding, Place, Question, Severity};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::connect::Session;
use crate::postgres::error::{ServerContext as _, describe};
use crate::rules::assertions::Assertion;
use crate::rules::diagnostics::{self, quoted};
use crate::rules::rule::{Mistake, Rules};

/// How long one assertion may take. What takes longer would hold up a release for ever if it waited for a lock.
pub const LIMIT: Duration = Duration::from_secs(30 * 60);

/// What came out of an assertion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssertionResult {
    /// Its name.
    pub name: String,
    /// Whether it returned true.
    pub held: bool,
    /// Why it could not be asked: what may be shown of the server's error.
    pub error: Option<String>,
}

/// The assertions of the rules, and those that whoever starts the run gives beside them.
///
/// # Errors
/// When both have one of a name: nobody could tell which of them was asked.
pub fn together(rules: &Rules, beside: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let twice = |assertion: &&Assertion| beside.contains_key(&assertion.name);
    let mistake = |assertion: &Assertion| Mistake {
        place: Some(assertion.place),
        what: format!("the assertion {} is given beside the rules too", quoted(&assertion.name)),
        help: Some("take it out of the refresh file or the command line, or call one of them otherwise".to_owned()),
    };
    let mistakes: Vec<Mistake> = rules.assertions.iter().filter(twice).map(mistake).collect();
    if !mistakes.is_empty() {
        return Err(diagnostics::error(&rules.files, &mistakes));
    }
    let of_rules = rules.assertions.iter().map(|assertion| (assertion.name.clone(), assertion.sql.clone()));
    Ok(of_rules.chain(beside.clone()).collect())
}

/// What PostgreSQL has against the assertions of the rules, on the schema that they are for. The session has to be in a
/// transaction, which goes on; nothing is run.
///
/// # Errors
/// When the server can't be asked. What it says against an assertion is a mistake.
pub async fn mistakes(rules: &Rules, session: &Session) -> Result<Vec<Mistake>> {
    let mut mistakes = Vec::new();
    for assertion in &rules.assertions {
        let preparing = || format!("preparing the assertion {}", assertion.name);
        let begin = "SAVEPOINT stagemask_assertion; SET LOCAL search_path = public";
        session.batch_execute(begin).await.server_context(preparing)?;
        let prepared = session.prepare(&assertion.sql).await;
        let end = "ROLLBACK TO SAVEPOINT stagemask_assertion; RELEASE SAVEPOINT stagemask_assertion";
        session.batch_execute(end).await.server_context(preparing)?;
        let what = match prepared {
            Ok(statement) => match (statement.params(), statement.columns()) {
                ([], [column]) if *column.type_() == tokio_postgres::types::Type::BOOL => continue,
                ([], _) => "doesn't return one column of the type boolean".to_owned(),
                _ => "has parameters, which nobody fills in".to_owned(),
            },
            Err(error) if error.as_db_error().is_some() => format!("is refused by PostgreSQL: {}", describe(&error)),
            Err(error) => return Err(error).server_context(preparing),
        };
        mistakes.push(Mistake {
            place: Some(assertion.sql_place),
            what: format!("the assertion {} {what}", quoted(&assertion.name)),
            help: Some("write one statement that returns one row with one boolean".to_owned()),
        });
    }
    Ok(mistakes)
}

/// Asks all of them, each in a transaction that can change nothing and may take so long.
///
/// # Errors
/// When the session is of no use any more. That an assertion itself fails is a result.
pub async fn ask(
    session: &Session,
    assertions: &BTreeMap<String, String>,
    limit: Duration,
) -> Result<Vec<AssertionResult>> {
    let mut results = Vec::new();
    for (name, sql) in assertions {
        let doing = || format!("running the assertion {name}");
        let begin = format!(
            "BEGIN READ ONLY; SET LOCAL search_path = public; SET LOCAL statement_timeout = {}",
            limit.as_millis()
        );
        session.batch_execute(&begin).await.server_context(doing)?;
        let (held, error) = match session.query_opt(sql.as_str(), &[]).await {
            Ok(row) => (row.and_then(|row| row.try_get::<_, bool>(0).ok()).unwrap_or(false), None),
            Err(cause) => (false, Some(describe(&cause).to_string())),
        };
        session.batch_execute("ROLLBACK").await.server_context(doing)?;
        results.push(AssertionResult { name: name.clone(), held, error });
    }
    Ok(results)
}

/// What a finding says of an assertion that doesn't hold.
pub fn does_not_hold(name: &str) -> String {
    format!("assertion {name} doesn't hold")
}

/// Runs the shop's own checks. One that can't be asked stops the run: what was skipped counts as failed.
///
/// # Errors
/// Also when the server can't be asked.
pub(super) async fn findings(session: &Session, assertions: &BTreeMap<String, String>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for result in ask(session, assertions, LIMIT).await? {
        if let Some(cause) = result.error {
            return Err(Error::new(ErrorKind::Integrity, format!("running the assertion {} failed", result.name))
                .because(std::io::Error::other(cause)));
        }
        if !result.held {
            findings.push(Finding {
                question: Question::Integrity,
                place: Place { table: None, column: None, key: None },
                kind: does_not_hold(&result.name),
                severity: Severity::Blocking,
                count: 1,
                keys: Vec::new(),
                advice: "the assertion has to return one row with one boolean that is true".to_owned(),
            });
        }
    }
    Ok(findings)
}
