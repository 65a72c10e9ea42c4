//! One set of rules of several files.
//!
//! Files of one layer have equal rank: what two of them decide is a mistake. A later layer overrides an earlier one, column
//! by column.

use std::collections::HashMap;

use super::check::Said;
use super::diagnostics::{line_of, quoted};
use super::files::Layer;
use super::glob::{Glob, TableGlob};
use super::rule::{
    ColumnRule, GlobRules, LargeObjects, Mistake, Overridden, PatternRule, Place, RowRules, Rules, RulesFile,
    TableRules, TypeRule,
};
use super::transform::Locale;
use crate::postgres::identifier::TableName;

/// Makes one of all layers, without presets, digest and files. What two files of equal rank decide is noted.
pub(super) fn merge(layers: Vec<Layer>, files: &[RulesFile], mistakes: &mut Vec<Mistake>) -> Rules {
    let mut rules = Rules {
        locale: Locale::default(),
        tables: Vec::new(),
        table_globs: Vec::new(),
        patterns: Vec::new(),
        presets: Vec::new(),
        defaults: Vec::new(),
        overridden: Vec::new(),
        references: Vec::new(),
        accepted: Vec::new(),
        assertions: Vec::new(),
        large_objects: LargeObjects::default(),
        commands_allowed: false,
        digest: String::new(),
        files: Vec::new(),
    };
    for layer in layers {
        find_doubles(&layer, files, mistakes);
        for said in layer {
            add(&mut rules, said);
        }
    }
    rules
}

/// A table that is named in full, as a pattern that fits no other.
pub(super) fn as_glob(table: TableRules) -> GlobRules {
    let name = TableGlob {
        schema: Glob::literal(table.name.schema.as_str()),
        table: Glob::literal(table.name.table.as_str()),
    };
    let TableRules { name: written, place, columns, rows } = table;
    GlobRules { name, written: written.to_string(), place, columns, rows }
}

/// Adds what a file says to what those said that it overrides, and those of its own rank.
fn add(rules: &mut Rules, said: Said) {
    if let Some((locale, _)) = said.locale {
        rules.locale = locale;
    }
    if let Some((large_objects, _)) = said.large_objects {
        rules.large_objects = large_objects;
    }
    for table in said.tables {
        match rules.tables.iter_mut().find(|known| known.name == table.name) {
            None => rules.tables.push(table),
            Some(known) => override_table(known, table, &mut rules.overridden),
        }
    }
    for default in said.defaults {
        rules.defaults.retain(|known| known.of != default.of);
        rules.defaults.push(default);
    }
    rules.table_globs.extend(said.table_globs);
    rules.patterns.extend(said.patterns);
    rules.references.extend(said.references);
    rules.accepted.extend(said.accepted);
    for assertion in said.assertions {
        rules.assertions.retain(|known| known.name != assertion.name);
        rules.assertions.push(assertion);
    }
}

fn override_table(known: &mut TableRules, table: TableRules, overridden: &mut Vec<Overridden>) {
    known.place = table.place;
    if table.rows != RowRules::default() {
        known.rows = table.rows;
    }
    for column in table.columns {
        match known.columns.iter_mut().find(|rule| rule.name == column.name) {
            None => known.columns.push(column),
            Some(rule) => {
                overridden.push(Overridden { table: known.name.clone(), rule: std::mem::replace(rule, column) });
            }
        }
    }
}

/// Where something was said first, for each thing that can be said once.
#[derive(Default)]
struct First<'a> {
    locale: Option<(Locale, Place)>,
    large_objects: Option<(LargeObjects, Place)>,
    columns: HashMap<(&'a TableName, &'a str), Place>,
    rows: HashMap<&'a TableName, Place>,
    of_globs: HashMap<(&'a TableGlob, &'a str), Place>,
    patterns: HashMap<(&'a TableGlob, &'a Glob), Place>,
    defaults: HashMap<&'static str, Place>,
    assertions: HashMap<&'a str, Place>,
}

/// Notes what two files of one layer decide. What one file says twice is noted already.
fn find_doubles(layer: &Layer, files: &[RulesFile], mistakes: &mut Vec<Mistake>) {
    let mut first = First::default();
    for said in layer {
        let mut twice = |what: String, before: Option<Place>, place: Place| {
            if let Some(before) = before.filter(|before| before.file != place.file) {
                mistakes.push(decided_twice(&what, line_of(files, before), place));
            }
        };
        if let Some((locale, place)) = said.locale {
            let before = first.locale.replace((locale, place)).filter(|(before, _)| *before != locale);
            twice("`locale`".to_owned(), before.map(|(_, place)| place), place);
        }
        if let Some((chosen, place)) = said.large_objects {
            let before = first.large_objects.replace((chosen, place)).filter(|(before, _)| *before != chosen);
            twice("`large_objects`".to_owned(), before.map(|(_, place)| place), place);
        }
        for table in &said.tables {
            for ColumnRule { name, place, .. } in &table.columns {
                let what = format!("{} of the table {}", quoted(name), quoted(&table.name.to_string()));
                twice(what, first.columns.insert((&table.name, name), *place), *place);
            }
            if table.rows != RowRules::default() {
                let what = format!("which rows of the table {} are carried", quoted(&table.name.to_string()));
                twice(what, first.rows.insert(&table.name, table.place), table.place);
            }
        }
        for table in &said.table_globs {
            for ColumnRule { name, place, .. } in &table.columns {
                let what = format!("{} of {}", quoted(name), quoted(&table.written));
                twice(what, first.of_globs.insert((&table.name, name), *place), *place);
            }
        }
        for PatternRule { table, column, rule } in &said.patterns {
            twice(quoted(&rule.name), first.patterns.insert((table, column), rule.place), rule.place);
        }
        for assertion in &said.assertions {
            let what = format!("the assertion {}", quoted(&assertion.name));
            twice(what, first.assertions.insert(&assertion.name, assertion.place), assertion.place);
        }
        for TypeRule { of, rule } in &said.defaults {
            twice(
                format!("the default for {}", quoted(of.word)),
                first.defaults.insert(of.word, rule.place),
                rule.place,
            );
        }
    }
}

fn decided_twice(what: &str, before: String, place: Place) -> Mistake {
    Mistake {
        place: Some(place),
        what: format!("{what} is decided in two files of equal rank"),
        help: Some(format!("it is decided in {before} too; take one of them out, or let one file extend the other")),
    }
}
