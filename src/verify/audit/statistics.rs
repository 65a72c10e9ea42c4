//! Values that the planner remembers (`pg_stats`, PostgreSQL manual 53.28): they outlive the rows that they were taken from
//! until the next `ANALYZE`. A database that a run has made has been analysed after it was masked; this one perhaps not.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::postgres::catalog::Catalog;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext as _;
use crate::postgres::identifier::TableName;
use crate::verify::detectors::verdict::Tally;
use crate::verify::detectors::{Detectors, Hits};
use crate::verify::findings::{Finding, Place, Question, Severity};

/// The part of a column's place in findings.
const KEY: &str = "the planner's statistics";

/// Most common values, bounds of the histogram and most common elements, whatever the type: it is their text that is looked
/// at, between the marks of an array.
const VALUES: &str = "SELECT s.schemaname::text, s.tablename::text, s.attname::text, v.list \
    FROM pg_catalog.pg_stats s CROSS JOIN LATERAL (VALUES (s.most_common_vals::text), (s.histogram_bounds::text), \
        (s.most_common_elems::text)) v (list) \
    WHERE v.list IS NOT NULL AND s.schemaname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";

/// Scans what the planner remembers of the relations of the catalog.
///
/// # Errors
/// When it can't be read.
pub(super) async fn look(session: &Session, catalog: &Catalog, detectors: &Detectors) -> Result<Vec<Finding>> {
    let rows = session.query(VALUES, &[]).await.server_context(|| "reading the planner's statistics")?;
    let mut tallies: BTreeMap<(TableName, String), Tally> = BTreeMap::new();
    let mut hits = Hits::new();
    for row in &rows {
        let table = TableName::new(row.get::<_, String>(0), row.get::<_, String>(1));
        let is_parent = || catalog.tables.iter().any(|known| known.root == table);
        if catalog.table(&table).is_none() && !is_parent() {
            continue;
        }
        let (column, list): (String, &str) = (row.get(2), row.get(3));
        let context = detectors.context(&column, None);
        let tally = tallies.entry((table, column)).or_default();
        for value in elements(list) {
            hits.clear();
            detectors.scan(&value, &context, &mut hits);
            tally.add(&hits);
        }
    }
    let found = |((table, column), tally): ((TableName, String), Tally)| {
        let place = Place { table: Some(table), column: Some(column), key: Some(KEY.to_owned()) };
        let finding = move |found: crate::verify::detectors::verdict::Finding| Finding {
            question: Question::Detector,
            place: place.clone(),
            kind: found.kind.to_string(),
            severity: found.severity,
            count: found.certain + found.likely + found.by_chance,
            keys: Vec::new(),
            advice: "ANALYZE the table: these values are remembered of rows that it doesn't have any more".to_owned(),
        };
        tally.findings().into_iter().map(finding).collect::<Vec<_>>()
    };
    let findings = tallies.into_iter().flat_map(found);
    // What is only worth a look is looked at in the cells.
    Ok(findings.filter(|finding| finding.severity == Severity::Blocking).collect())
}

/// Whether what is remembered is also there: then it is the cells that have to change.
pub(super) fn is_in_cells(remembered: &Finding, findings: &[Finding]) -> bool {
    findings.iter().any(|finding| {
        (finding.question, &finding.kind) == (remembered.question, &remembered.kind)
            && finding.place.table == remembered.place.table
            && finding.place.column == remembered.place.column
    })
}

/// The elements of an array in its text form (PostgreSQL manual, 8.15.6), of however many dimensions.
fn elements(list: &str) -> Vec<String> {
    let (mut elements, mut element) = (Vec::new(), String::new());
    let (mut quoted, mut escaped) = (false, false);
    for c in list.chars() {
        match c {
            _ if escaped => {
                element.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '{' | '}' | ',' if !quoted => elements.push(std::mem::take(&mut element)),
            c => element.push(c),
        }
    }
    elements.push(element);
    elements.retain(|element| !element.is_empty());
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_elements_of_an_array_are_told_apart_whatever_is_in_them() {
        assert_eq!(elements(r#"{a,"b, \"c\" {d}",{e,NULL}}"#), ["a", "b, \"c\" {d}", "e", "NULL"]);
        assert!(elements("{}").is_empty());
    }
}
