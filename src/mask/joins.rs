//! How many rows the references of the rules join: the same before masking and after.
//!
//! A foreign key is proved by its constraint; a reference that the schema doesn't know of is counted on both sides.

use tokio_postgres::Client;

use crate::error::Result;
use crate::postgres::catalog::{Catalog, Table};
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::{TableName, quote_identifier, quote_literal};
use crate::postgres::types::TypeClass;
use crate::rules::json_path::{JsonPath, Segment};
use crate::rules::references::ELEMENTS;
use crate::rules::rule::Reference;
use crate::rules::sql_expression::names;
use crate::run_record::JoinedRows;

/// Counts the rows that each reference joins. What refers out of text that needn't be JSON isn't counted, nor is what a
/// condition picks that could be true of other rows after masking.
///
/// # Errors
/// When the database can't be read.
pub(super) async fn count(client: &Client, references: &[Reference], catalog: &Catalog) -> Result<Vec<JoinedRows>> {
    let mut counted = Vec::new();
    for reference in references {
        let Some(sql) = sql(reference, catalog) else { continue };
        let (from, to) = shown(reference);
        let row =
            client.query_one(&sql, &[]).await.server_context(|| format!("counting what {from} joins with {to}"))?;
        let rows = u64::try_from(row.get::<_, i64>(0)).unwrap_or(0);
        counted.push(JoinedRows { from, to, rows, sql });
    }
    Ok(counted)
}

fn shown(reference: &Reference) -> (String, String) {
    let path = match reference.path.as_deref() {
        Some(path) if path != ELEMENTS => format!(" {path}"),
        path => path.unwrap_or_default().to_owned(),
    };
    // Not the condition itself: it may name a person.
    let rows = if reference.when.is_some() { " in some rows" } else { "" };
    let from = format!("{}.{}{path}{rows}", reference.table, reference.column);
    (from, format!("{}.{}", reference.to_table, reference.to_column))
}

/// The statement that counts, which reads the same in the source and in the target.
fn sql(reference: &Reference, catalog: &Catalog) -> Option<String> {
    let from = root(&reference.table, catalog)?;
    let to = root(&reference.to_table, catalog)?;
    let class = &from.columns.iter().find(|column| column.name == reference.column)?.class;
    let column = format!("f.{}", quote_identifier(&reference.column));
    let text = |expression: &str| format!("CROSS JOIN LATERAL (SELECT {expression} AS value) v");
    let value = match (reference.path.as_deref(), class) {
        (None, _) => text(&format!("{column}::text")),
        (Some(ELEMENTS), TypeClass::Array(_)) => {
            format!("CROSS JOIN LATERAL (SELECT e::text AS value FROM unnest({column}) e) v")
        }
        (Some(path), TypeClass::Json | TypeClass::Jsonb) => {
            let path = if path == ELEMENTS { "$[*]" } else { path };
            let path = JsonPath::parse(path).ok()?;
            match keys(&path) {
                Some(keys) => text(&format!("{column} #>> {}", quote_literal(&keys))),
                None if *class == TypeClass::Jsonb => {
                    let path = quote_literal(&sql_path(&path)?);
                    let found = format!("jsonb_path_query({column}, {path}::jsonpath, '{{}}', true)");
                    format!("CROSS JOIN LATERAL (SELECT p #>> '{{}}' AS value FROM {found} p) v")
                }
                None => return None,
            }
        }
        _ => return None,
    };
    let rows = match &reference.when {
        None => from.root.sql(),
        Some(when) if sees_the_same(&when.sql, &reference.column) => {
            let (name, alias) = (from.root.sql(), quote_identifier(&from.root.table));
            format!("(SELECT * FROM {name} AS {alias} WHERE ({}\n) IS TRUE)", when.sql)
        }
        Some(_) => return None,
    };
    Some(format!(
        "SELECT count(*) FROM {rows} f {value} JOIN {} t ON t.{}::text = v.value",
        to.root.sql(),
        quote_identifier(&reference.to_column)
    ))
}

/// Whether a condition is true of the same rows before masking and after: it reads kept columns of its own table alone,
/// which the plan has made sure of but for the column that refers.
fn sees_the_same(condition: &str, referring: &str) -> bool {
    names(condition).all(|name| name != "select" && name != referring)
}

/// A table, or one of the partitions of a table.
fn root<'a>(name: &TableName, catalog: &'a Catalog) -> Option<&'a Table> {
    catalog.tables.iter().find(|table| table.root == *name || table.name == *name)
}

/// A path of names and indices alone, as an array of text.
fn keys(path: &JsonPath) -> Option<String> {
    let key = |segment: &Segment| match segment {
        Segment::Name(name) => Some(format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))),
        Segment::Index(index) => Some(index.to_string()),
        _ => None,
    };
    let keys: Option<Vec<String>> = path.segments().iter().map(key).collect();
    keys.map(|keys| format!("{{{}}}", keys.join(",")))
}

/// The path in the language of PostgreSQL (manual, 9.16.2), in which `.**` and `[*]` mean what they mean here; `None` for
/// one that it has no words for.
fn sql_path(path: &JsonPath) -> Option<String> {
    let mut text = "$".to_owned();
    for segment in path.segments() {
        text.push_str(&match segment {
            Segment::Name(name) => format!(".{}", serde_json::Value::from(name.as_str())),
            Segment::Index(index) => format!("[{index}]"),
            Segment::AnyElement => "[*]".to_owned(),
            Segment::AnyName => ".*".to_owned(),
            Segment::AnyDepth => ".**".to_owned(),
            Segment::FromEnd(1) => "[last]".to_owned(),
            Segment::FromEnd(count) => format!("[last - {}]", count.saturating_sub(1)),
            Segment::Slice { .. } | Segment::Filter(_) | Segment::OneOf(_) => return None,
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_names_alone_needs_no_language_for_paths() {
        let path = |text: &str| JsonPath::parse(text).unwrap();
        assert_eq!(keys(&path("$.user['e \"mail\"'][0]")).unwrap(), r#"{"user","e \"mail\"",0}"#);
        assert_eq!(keys(&path("$..email")), None);
        let words = sql_path(&path("$..users[*].*['e \"mail\"']"));
        assert_eq!(words.unwrap(), r#"$.**."users"[*].*."e \"mail\"""#);
    }
}
