//! The conditions of the rules, prepared by PostgreSQL before any row is read.

use super::plan::{Plan, TablePlan};
use super::stream::read_query;
use crate::error::Result;
use crate::postgres::catalog::{Catalog, Kind, Table};
use crate::postgres::connect::Session;
use crate::postgres::error::{ServerContext, describe};
use crate::postgres::identifier::{TableName, quote_identifier};
use crate::rules::rule::{Condition, Mistake, Rules, TableRules};
use crate::rules::sql_expression::{called, words};

/// What each stream would take for itself: rows could be carried by one and left behind by another.
const MOMENTS: &[&str] = &["now", "transaction_timestamp", "statement_timestamp"];

/// The same, for words that need no parentheses.
const MOMENT_WORDS: &[&str] = &["current_timestamp", "localtimestamp", "current_time", "localtime"];

/// Everything that is wrong with the conditions. The session has to be in a read-only transaction, which goes on.
///
/// Each is prepared by the extended protocol, which takes one statement (PostgreSQL manual, 54.2.3), as a condition of the
/// very table, and executed for no row, so that permissions are checked too.
///
/// # Errors
/// When the server can't be asked. What it says against a condition is a mistake.
pub async fn mistakes(rules: &Rules, catalog: &Catalog, session: &Session) -> Result<Vec<Mistake>> {
    let mut mistakes: Vec<Mistake> = Vec::new();
    for (name, condition) in by_table(rules) {
        let is_it = |table: &&Table| table.root == *name && table.kind != Kind::MaterializedView;
        // Of one that isn't there the plan tells.
        let Some(table) = catalog.tables.iter().find(is_it) else { continue };
        let found = match against_rules(condition, session).await? {
            Some(found) => Some(found),
            None => against_server(condition, table, session).await?,
        };
        // Tables whose columns are one alias have the same condition; what is wrong may differ.
        mistakes.extend(found.filter(|found| !mistakes.contains(found)));
    }
    Ok(mistakes)
}

/// The conditions by table: those of the table's own rules, and those of the references out of it.
fn by_table(rules: &Rules) -> impl Iterator<Item = (&TableName, &Condition)> {
    let of_tables = rules.tables.iter().flat_map(|of| conditions(of).map(move |condition| (&of.name, condition)));
    let of_references = rules.references.iter().filter_map(|one| Some((&one.table, one.when.as_ref()?)));
    of_tables.chain(of_references)
}

/// Prepares the queries of tables that aren't read as they are, so that what can't be asked is known before a row moves.
///
/// # Errors
/// With the first that the server refuses.
pub async fn prepare(plan: &Plan, session: &Session) -> Result<()> {
    let asked = |table: &&TablePlan| !table.selection.is_all() || !table.by_row.asked.is_empty();
    for table in plan.tables.iter().filter(asked).filter(|table| !table.selection.truncated) {
        let preparing = || format!("preparing the query of the rows of {} that are carried", table.table.name);
        session.prepare(&read_query(table, "", &[]).0).await.server_context(preparing)?;
    }
    Ok(())
}

fn conditions(of_table: &TableRules) -> impl Iterator<Item = &Condition> {
    let rows = &of_table.rows;
    let cases = of_table.columns.iter().flat_map(|column| &column.cases).map(|case| &case.when);
    rows.only.iter().chain(&rows.unless).chain(cases)
}

/// What would give another answer each time it is asked.
async fn against_rules(condition: &Condition, session: &Session) -> Result<Option<Mistake>> {
    const VOLATILE: &str =
        "SELECT DISTINCT proname::text FROM pg_proc WHERE provolatile = 'v' AND proname = ANY($1) ORDER BY 1";
    let mistake =
        |what: String, help: &str| Some(Mistake { place: Some(condition.place), what, help: Some(help.to_owned()) });
    let calls = called(&condition.sql);
    let call = calls.iter().find(|name| MOMENTS.contains(&name.as_str())).cloned();
    let word = words(&condition.sql).find(|word| MOMENT_WORDS.contains(&word.as_str()));
    if let Some(moment) = call.or(word) {
        let what = format!("the condition asks for {moment}, which isn't the same in all streams");
        return Ok(mistake(what, "write current_date, or a date"));
    }
    if calls.is_empty() {
        return Ok(None);
    }
    let rows = session.query(VOLATILE, &[&calls]).await.server_context(|| "looking up the functions of a condition")?;
    let Some(row) = rows.first() else { return Ok(None) };
    let what = format!(
        "the condition calls {}, which is volatile: it may give another answer each time",
        row.get::<_, String>(0)
    );
    Ok(mistake(what, "use functions that are stable or immutable, or declare yours as what it is"))
}

async fn against_server(condition: &Condition, table: &Table, session: &Session) -> Result<Option<Mistake>> {
    let asking = || format!("preparing a condition on {}", table.root);
    let (name, alias) = (table.name.sql(), quote_identifier(&table.root.table));
    // In WHERE, aggregates and functions that return sets are refused.
    let sql = format!("SELECT FROM ONLY {name} AS {alias} WHERE ({}\n) IS TRUE LIMIT 0", condition.sql);
    session.batch_execute("SAVEPOINT stagemask_condition").await.server_context(asking)?;
    let asked = match session.prepare(&sql).await {
        Ok(statement) => session.query(&statement, &[]).await.map(|_| ()),
        Err(error) => Err(error),
    };
    let Err(error) = asked else {
        session.batch_execute("RELEASE SAVEPOINT stagemask_condition").await.server_context(asking)?;
        return Ok(None);
    };
    if error.as_db_error().is_none() {
        return Err(error).server_context(asking);
    }
    let again = "ROLLBACK TO SAVEPOINT stagemask_condition; RELEASE SAVEPOINT stagemask_condition";
    session.batch_execute(again).await.server_context(asking)?;
    Ok(Some(Mistake {
        place: Some(condition.place),
        what: format!("PostgreSQL refuses this condition on {}: {}", table.root, describe(&error)),
        help: Some("it names columns of the table, and other tables and functions with their schema".to_owned()),
    }))
}
