//! Rules for single partitions. Those of the table that they belong to hold for all of them; one that is named itself can
//! only be masked more, since rows move between partitions and nobody looks into each.

use super::{Candidate, Decided, Origin, Resolution};
use crate::postgres::catalog::{Catalog, Table};
use crate::postgres::identifier::TableName;
use crate::rules::rule::{ColumnRule, Mistake, RowRules, Rules, TableRules};
use crate::rules::transform::{Decision, Transform};

/// Adds what holds for partitions that rules name.
pub(super) fn resolve<'r>(rules: &'r Rules, catalog: &Catalog, resolution: &mut Resolution<'r>) {
    for of in &rules.tables {
        let Some(table) = catalog.table(&of.name).filter(|table| table.root != table.name) else { continue };
        let mut own = TableRules { name: of.name.clone(), place: of.place, ..root_rules(resolution, table) };
        if of.rows != RowRules::default() {
            let what = format!("{} is a partition: which rows are carried is said of the whole table", of.name);
            wrong(resolution, of.place, what, format!("write it for {}", table.root));
        }
        for rule in &of.columns {
            let known = own.columns.iter().position(|known| known.name == rule.name);
            let of_root = known.and_then(|known| own.columns.get(known));
            match why_not(rule, of_root, table, catalog) {
                Some((what, help)) => wrong(resolution, rule.place, format!("{}.{} {what}", of.name, rule.name), help),
                None => {
                    known.map(|known| own.columns.remove(known));
                    own.columns.push(rule.clone());
                    let by = Some(Candidate { rule, origin: Origin::Table });
                    let before = resolution.columns.get(&(table.root.clone(), rule.name.clone()));
                    let instead_of = before.and_then(|before| before.by).into_iter().collect();
                    let decided = Decided { by, instead_of, passed_over: Vec::new() };
                    resolution.columns.insert((of.name.clone(), rule.name.clone()), decided);
                }
            }
        }
        resolution.tables.insert(of.name.clone(), own);
    }
}

fn root_rules(resolution: &Resolution<'_>, table: &Table) -> TableRules {
    let empty = || TableRules {
        name: table.root.clone(),
        place: Default::default(),
        columns: Vec::new(),
        rows: RowRules::default(),
    };
    resolution.tables.get(&table.root).cloned().unwrap_or_else(empty)
}

/// What stands against a rule for one partition: it has to mask what is kept elsewhere, or leave nothing of it.
fn why_not(
    rule: &ColumnRule,
    of_root: Option<&ColumnRule>,
    table: &Table,
    catalog: &Catalog,
) -> Option<(&'static str, String)> {
    let column = table.columns.iter().find(|column| column.name == rule.name)?;
    let root_masks = of_root.is_some_and(|root| root.decision != Decision::Keep || !root.cases.is_empty());
    let same = of_root.is_some_and(|root| root.decision == rule.decision && root.cases == rule.cases);
    let leaves_nothing = matches!(&rule.decision, Decision::Mask(Transform::Null(_) | Transform::Redact(_)));
    let in_key = |name: &TableName, columns: &[String]| *name == table.root && columns.contains(&rule.name);
    let joins =
        catalog.foreign_keys.iter().any(|key| in_key(&key.from, &key.from_columns) || in_key(&key.to, &key.to_columns));
    if same {
        None
    } else if root_masks && !(leaves_nothing && rule.cases.is_empty()) {
        Some((
            "is a partition's, and can only be masked more than in the whole table",
            format!("take it out, use redact or null, or write it for {}", table.root),
        ))
    } else if rule.decision == Decision::Keep && of_root.is_none() && column.class.can_carry_personal_data() {
        Some(("is a partition's, and nothing decides it in the whole table", format!("write it for {}", table.root)))
    } else if joins {
        Some((
            "is part of a foreign key, which has to be masked alike in all partitions",
            format!("write it for {}", table.root),
        ))
    } else {
        None
    }
}

fn wrong(resolution: &mut Resolution<'_>, place: crate::rules::rule::Place, what: String, help: String) {
    resolution.mistakes.push(Mistake { place: Some(place), what, help: Some(help) });
}
