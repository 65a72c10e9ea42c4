//! The shop's own checks: SQL that has to return one row with one boolean that is true.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::{ServerContext as _, describe};

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
