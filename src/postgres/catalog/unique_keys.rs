//! What has to be distinct: unique indexes, primary keys and exclusion constraints (`pg_index`, PostgreSQL manual 53.26).

use std::collections::HashMap;

use tokio_postgres::{Client, Row};

use super::load::{Numbered, query};
use super::{Column, Compares, KeyCondition, KeyPart, UniqueKey};
use crate::error::Result;
use crate::postgres::identifier::quote_identifier;

/// An expression's columns stand in the tree that it is kept as; a whole row counts as all of them, number 0.
const SQL: &str = "SELECT i.indrelid, c.relname::text, i.indisprimary, \
    ARRAY(SELECT k FROM unnest(i.indkey::int2[]) WITH ORDINALITY u (k, n) WHERE n <= i.indnkeyatts ORDER BY n), \
    ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, false) FROM generate_series(1, i.indnkeyatts::int) u (n) ORDER BY n), \
    ARRAY(SELECT coalesce(t.typname = 'citext', false) OR coalesce(NOT l.collisdeterministic, false) \
        FROM unnest(i.indclass::oid[], i.indcollation::oid[]) WITH ORDINALITY u (class, collation_oid, n) \
        LEFT JOIN pg_opclass o ON o.oid = u.class LEFT JOIN pg_type t ON t.oid = o.opcintype \
        LEFT JOIN pg_collation l ON l.oid = u.collation_oid WHERE n <= i.indnkeyatts ORDER BY n), \
    ARRAY(SELECT o.oprname::text FROM pg_constraint k CROSS JOIN unnest(k.conexclop) WITH ORDINALITY u (operator, n) \
        JOIN pg_operator o ON o.oid = u.operator WHERE k.conindid = i.indexrelid ORDER BY n), \
    ARRAY(SELECT DISTINCT m[1]::int2 FROM regexp_matches(i.indexprs::text, ':varattno ([0-9]+)', 'g') m), \
    ARRAY(SELECT DISTINCT m[1]::int2 FROM regexp_matches(i.indpred::text, ':varattno ([0-9]+)', 'g') m), \
    pg_get_expr(i.indpred, i.indrelid), coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) \
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisunique OR i.indisexclusion ORDER BY 2";

pub(super) async fn load_unique_keys(client: &Client, tables: &mut [Numbered]) -> Result<()> {
    let rows = query(client, SQL).await?;
    let mut of_table: HashMap<u32, &mut Numbered> = tables.iter_mut().map(|table| (table.0.oid, table)).collect();
    for row in &rows {
        let Some((table, numbers)) = of_table.get_mut(&row.get::<_, u32>(0)) else { continue };
        let positions = |wanted: &[i16]| -> Vec<usize> {
            let wanted = |number: &i16| wanted.contains(number) || wanted.contains(&0);
            numbers.iter().enumerate().filter(|(_, number)| wanted(number)).map(|(position, _)| position).collect()
        };
        let (attributes, in_expressions): (Vec<i16>, Vec<i16>) = (row.get(3), row.get(7));
        let in_expressions = positions(&in_expressions);
        let column = |number: i16| numbers.iter().position(|other| *other == number);
        let plain: Vec<usize> = attributes.iter().filter(|number| **number > 0).filter_map(|n| column(*n)).collect();
        let parts = parts_of(row, &table.columns, &attributes, column, &in_expressions);
        let mut columns = plain.clone();
        columns.extend(in_expressions.iter().filter(|position| !plain.contains(position)));
        for &position in &columns {
            if let Some(column) = table.columns.get_mut(position) {
                column.unique = true;
            }
        }
        if row.get(2) {
            table.primary_key = plain;
        }
        let predicate: Vec<i16> = row.get(8);
        let condition = row.get::<_, Option<String>>(9).map(|sql| KeyCondition {
            columns: positions(&predicate),
            about_null: is_about_null(&sql),
            sql,
        });
        table.unique_keys.push(UniqueKey { name: row.get(1), columns, parts, nulls_meet: row.get(10), condition });
    }
    Ok(())
}

fn parts_of(
    row: &Row,
    columns: &[Column],
    attributes: &[i16],
    column: impl Fn(i16) -> Option<usize>,
    in_expressions: &[usize],
) -> Vec<KeyPart> {
    let (definitions, folds, operators): (Vec<String>, Vec<bool>, Vec<String>) = (row.get(4), row.get(5), row.get(6));
    let part = |(index, number): (usize, &i16)| {
        let definition = definitions.get(index).map_or("", String::as_str);
        let folds = folds.get(index).copied().unwrap_or(false);
        let operator = operators.get(index).filter(|operator| *operator != "=");
        let own = column(*number).or_else(|| {
            in_expressions.iter().copied().find(|&at| {
                columns.get(at).is_some_and(|column| folded(definition) == Some(quote_identifier(&column.name)))
            })
        });
        let compares = match (operator, own) {
            (Some(operator), _) => Compares::Otherwise(format!("{definition} WITH {operator}")),
            (None, None) => Compares::Otherwise(definition.to_owned()),
            (None, Some(_)) if *number <= 0 || folds => Compares::IgnoringCase,
            (None, Some(_)) => Compares::Exactly,
        };
        KeyPart { columns: own.map_or_else(|| in_expressions.to_vec(), |own| vec![own]), compares }
    };
    attributes.iter().enumerate().map(part).collect()
}

/// The column, quoted if need be, of an expression that does away with the case of its letters and nothing else.
fn folded(definition: &str) -> Option<String> {
    let strip = |text: &str, begin: &str, end: &str| text.strip_prefix(begin)?.strip_suffix(end).map(str::to_owned);
    let bare = |text: &str| {
        // `(name)::text`, as PostgreSQL writes it for a column of another type of text.
        let cast =
            ["::text", "::character varying", "::citext"].iter().find_map(|cast| strip(text, "(", &format!("){cast}")));
        cast.or_else(|| text.strip_suffix("::citext").map(str::to_owned)).unwrap_or_else(|| text.to_owned())
    };
    let inner = strip(definition, "lower(", ")").or_else(|| strip(definition, "upper(", ")"));
    let name = match inner {
        Some(inner) => bare(&inner),
        None => {
            let without = strip(definition, "(", ")").unwrap_or_else(|| definition.to_owned());
            bare(&without.ends_with("::citext").then_some(without)?)
        }
    };
    // PostgreSQL quotes names only where it must; a plain name and its quoted form are the same here.
    Some(if name.starts_with('"') { name } else { quote_identifier(&name) })
}

/// Whether a condition as PostgreSQL prints it is made of `IS NULL` and `IS NOT NULL` alone.
fn is_about_null(sql: &str) -> bool {
    let plain = sql.replace(['(', ')'], " ");
    let terms = plain.split(" AND ").flat_map(|part| part.split(" OR "));
    terms.map(str::trim).all(|term| {
        let name = term.strip_suffix(" IS NOT NULL").or_else(|| term.strip_suffix(" IS NULL"));
        name.is_some_and(|name| {
            let quoted = name.len() > 2 && name.starts_with('"') && name.ends_with('"');
            quoted || name.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_away_with_case_alone_is_told_from_what_does_more() {
        for (definition, column) in [
            ("lower(email)", "email"),
            ("upper((email)::text)", "email"),
            ("lower(\"E Mail\")", "E Mail"),
            ("((email)::citext)", "email"),
            ("(email)::citext", "email"),
        ] {
            assert_eq!(folded(definition), Some(quote_identifier(column)), "{definition}");
        }
        for definition in ["\"left\"(email, 3)", "email", "((email)::text)", "((data ->> 'id'::text))"] {
            assert_eq!(folded(definition), None, "{definition}");
        }
        let more = folded("lower(btrim(email))").unwrap();
        assert_ne!(more, quote_identifier("email"));
    }

    #[test]
    fn a_condition_about_null_is_one_that_masking_does_not_change() {
        assert!(is_about_null("(deleted_at IS NULL)"));
        assert!(is_about_null("((deleted_at IS NULL) AND (\"E Mail\" IS NOT NULL))"));
        assert!(!is_about_null("(deleted_at > now())"));
        assert!(!is_about_null("((status = 'open'::text) AND (email IS NOT NULL))"));
        assert!(!is_about_null("(lower(email) IS NOT NULL)"));
    }
}
