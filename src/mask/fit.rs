//! Whether a column can be masked as a rule says.

use std::sync::Arc;

use super::transforms::prescan::Prescan;
use super::transforms::{self, Built, Refusal, Site};
use crate::postgres::catalog::{Catalog, Column, Table};
use crate::rules::resolve::{self, Fits, Resolution};
use crate::rules::rule::{ColumnRule, Rules};
use crate::rules::transform::{Decision, Locale, Transform};
use crate::secret::MaskingKey;

/// Makes the transform of a column.
///
/// # Errors
/// When it can't be used for the column: the wrong type, too narrow, NULL for NOT NULL.
pub(super) fn build(table: &Table, spec: &Transform, site: &Site<'_>) -> Result<Built, Refusal> {
    let column = site.column;
    let refusal = |what: String, help: String| Err(Refusal { what, help });
    let built = transforms::build(spec, site).map_err(|refusal| Refusal {
        what: format!("{}.{} ({}): {}", table.root, column.name, column.type_name, refusal.what),
        ..refusal
    })?;
    if built.facts.makes_null && column.not_null {
        return refusal(
            format!("{}.{} is NOT NULL, and {} makes NULL", table.root, column.name, spec.name()),
            "use redact or another transform that makes a value".to_owned(),
        );
    }
    if !column.binary && !built.facts.makes_null {
        return refusal(
            format!(
                "{}.{}: values of type {} can only be kept or made NULL",
                table.root, column.name, column.type_name
            ),
            "use keep or null".to_owned(),
        );
    }
    Ok(built)
}

/// Finds the rule of every column. What is built to try a rule masks nothing, so that any key will do.
pub(super) fn resolve<'r>(
    rules: &'r Rules,
    catalog: &Catalog,
    key: &MaskingKey,
    prescan: &Arc<Prescan>,
) -> Resolution<'r> {
    resolve::resolve(rules, catalog, &Fit { locale: rules.locale, key, prescan })
}

/// Why a rule can't be used for a column, in words, as far as that can be said without the rules of its neighbours.
pub(super) fn misfit(
    table: &Table,
    column: &Column,
    rule: &ColumnRule,
    (locale, key, prescan): (Locale, &MaskingKey, &Arc<Prescan>),
) -> Option<String> {
    let specs = vec![None; table.columns.len()];
    Fit { locale, key, prescan }.misfit(table, column, &specs, rule)
}

/// Tries rules on columns.
struct Fit<'a> {
    locale: Locale,
    key: &'a MaskingKey,
    prescan: &'a Arc<Prescan>,
}

impl Fits for Fit<'_> {
    fn misfit(
        &self,
        table: &Table,
        column: &Column,
        specs: &[Option<&Transform>],
        rule: &ColumnRule,
    ) -> Option<String> {
        let columns: Vec<Column> = table.streamed().map(|(_, column)| column.clone()).collect();
        // A transform of whole columns asks whether its own is one of those that are streamed.
        let whole = columns.iter().find(|streamed| streamed.name == column.name).unwrap_or(column);
        let site = Site {
            column: whole,
            columns: &columns,
            specs,
            locale: self.locale,
            key: self.key,
            domain: rule.domain.as_deref(),
            prescan: self.prescan,
        };
        let decisions = std::iter::once(&rule.decision).chain(rule.cases.iter().map(|case| &case.decision));
        decisions.into_iter().find_map(|decision| match decision {
            Decision::Keep => None,
            Decision::Mask(spec) => match build(table, spec, &site) {
                Err(refusal) => Some(refusal.what),
                Ok(built) => breaks_key(table, column, &built).map(|key| {
                    format!(
                        "{}.{} has to be unique ({key}), and {} can repeat a value",
                        table.root,
                        column.name,
                        spec.name()
                    )
                }),
            },
        })
    }
}

/// The unique key that a transform which repeats values would break: one of which the other columns are no key.
fn breaks_key<'t>(table: &'t Table, column: &Column, built: &Built) -> Option<&'t str> {
    if built.facts.unique || built.facts.resolvable || built.facts.makes_null {
        return None;
    }
    let position = table.columns.iter().position(|known| known.name == column.name)?;
    let still_distinct = |columns: &[usize]| {
        let rest: Vec<usize> = columns.iter().copied().filter(|&other| other != position).collect();
        table.unique_keys.iter().any(|key| !key.columns.is_empty() && key.columns.iter().all(|one| rest.contains(one)))
    };
    let mut with_it = table.unique_keys.iter().filter(|key| key.columns.contains(&position));
    with_it.find(|key| !still_distinct(&key.columns)).map(|key| key.name.as_str())
}
