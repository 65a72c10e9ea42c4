//! A first proposal for columns that no rule names, by their name and type, to paste into the rules.

use std::sync::Arc;

use super::fit;
use super::transforms::prescan::Prescan;
use crate::postgres::catalog::{Catalog, Column, Table};
use crate::postgres::identifier::{TableName, quote_identifier};
use crate::postgres::types::TypeClass;
use crate::rules::load;
use crate::rules::naming::{self, Subject};
use crate::rules::rule::Rules;
use crate::secret::MaskingKey;

/// What can take the place of a transform that a column can't have: the last leave nothing of it.
const SAFE: &[&str] = &["redact", "hex_digest", "token", "free_text", "null"];

/// What is proposed is tried on the columns, so that the block is one that `check` accepts.
pub(super) struct Proposing<'a> {
    pub(super) rules: &'a Rules,
    pub(super) catalog: &'a Catalog,
    pub(super) key: &'a MaskingKey,
}

impl Proposing<'_> {
    /// The block of YAML that decides on these columns, indented for `tables:`.
    pub(super) fn block(&self, undecided: &[(TableName, Vec<Column>)]) -> String {
        let mut block = String::new();
        for (table, columns) in undecided {
            block.push_str(&format!("  {}:\n    columns:\n", yaml_key(&table.to_string())));
            for column in columns {
                let (key, proposal) = (yaml_key(&column.name), self.proposal(table, column));
                block.push_str(&format!("      {key}: {proposal}  # {}\n", column.type_name));
            }
        }
        block
    }

    fn proposal(&self, name: &TableName, column: &Column) -> String {
        let Some(table) = self.catalog.tables.iter().find(|table| table.root == *name) else {
            return candidates(column, &[]).into_iter().next().unwrap_or_default();
        };
        let all = candidates(column, &table.columns);
        let fitting = all.iter().find(|decision| self.fits(table, column, decision));
        fitting.or(all.first()).cloned().unwrap_or_default()
    }

    fn fits(&self, table: &Table, column: &Column, decision: &str) -> bool {
        let name = serde_json::Value::from(format!(
            "{}.{}",
            quote_identifier(&table.root.schema),
            quote_identifier(&table.root.table)
        ));
        let column_name = serde_json::Value::from(column.name.as_str());
        let text = format!("version: 1\ntables: {{ {name}: {{ columns: {{ {column_name}: {decision} }} }} }}\n");
        let Ok(rules) = load::parse("proposal", text.as_bytes()) else { return false };
        let rule = rules.tables.first().and_then(|table| table.columns.first());
        let locale = self.rules.locale;
        rule.is_some_and(|rule| {
            fit::misfit(table, column, rule, (locale, self.key, &Arc::<Prescan>::default())).is_none()
        })
    }
}

/// What could be decided, best first.
fn candidates(column: &Column, beside: &[Column]) -> Vec<String> {
    let subject = naming::subject(&column.name);
    let first: &[&str] = match element(&column.class) {
        TypeClass::Text => match subject {
            // Of what a program calls by its own words a person has to say so.
            None | Some(Subject::Technical | Subject::Moment) => &["redact"],
            Some(subject) => subject.transforms(),
        },
        TypeClass::Json | TypeClass::Jsonb => match subject {
            Some(Subject::Secret | Subject::ApiKey | Subject::PrivateKey | Subject::Cookie) => &["redact"],
            _ => &["free_text"],
        },
        TypeClass::Date if subject == Some(Subject::BirthDate) => Subject::BirthDate.transforms(),
        TypeClass::Date => &["shift_date"],
        TypeClass::Inet => &["ip"],
        TypeClass::MacAddress => &["mac"],
        TypeClass::Bytea => match subject {
            Some(Subject::PrivateKey) => &["pem"],
            Some(Subject::Secret | Subject::ApiKey | Subject::PasswordHash | Subject::Digest) => &["hex_digest"],
            _ => &["redact"],
        },
        TypeClass::Tsvector => {
            let all = SAFE.iter().map(|safe| (*safe).to_owned());
            return naming::search_vector(beside).into_iter().chain(all).collect();
        }
        TypeClass::Point => &["geo"],
        TypeClass::Vector | TypeClass::HalfVector | TypeClass::SparseVector => &["embedding"],
        TypeClass::Range(_) | TypeClass::Multirange(_) => &["keep"],
        TypeClass::Other => &["null"],
        _ => &["redact"],
    };
    let safe = SAFE.iter().filter(|safe| !first.contains(*safe));
    first.iter().chain(safe).map(|decision| (*decision).to_owned()).collect()
}

fn element(class: &TypeClass) -> &TypeClass {
    match class {
        TypeClass::Array(of) => element(of),
        class => class,
    }
}

/// A plain scalar where YAML allows one, else in single quotes.
fn yaml_key(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
        && name.starts_with(char::is_alphabetic);
    if plain && !matches!(name, "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n") {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests;
