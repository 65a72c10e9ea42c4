//! What isn't read, so that nobody takes it for clean.

use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext as _;
use crate::postgres::identifier::TableName;
use crate::verify::findings::{Finding, Place, Question, Severity};

/// Tables whose rows are elsewhere, or are an extension's own.
pub(super) async fn find(session: &Session) -> Result<Vec<Finding>> {
    const UNREAD: &str = "SELECT n.nspname::text, c.relname::text, c.relkind = 'f' FROM pg_catalog.pg_class c \
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f' OR (c.relkind IN ('r', 'm') AND EXISTS ( \
            SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')) \
        ORDER BY 1, 2";
    let rows = session.query(UNREAD, &[]).await.server_context(|| "listing tables that aren't read")?;
    let found = rows.iter().map(|row| {
        let table = TableName::new(row.get::<_, String>(0), row.get::<_, String>(1));
        if row.get(2) {
            let advice = "it leads to another server: drop it, or audit that one too";
            return finding(table, "a foreign table, which wasn't read", advice);
        }
        let advice = "see by hand whether anybody has put personal data there";
        finding(table, "a table of an extension, which wasn't read", advice)
    });
    Ok(found.collect())
}

fn finding(table: TableName, kind: &str, advice: &str) -> Finding {
    Finding {
        question: Question::Coverage,
        place: Place { table: Some(table), column: None, key: None },
        kind: kind.to_owned(),
        severity: Severity::Warning,
        count: 1,
        keys: Vec::new(),
        advice: advice.to_owned(),
    }
}
