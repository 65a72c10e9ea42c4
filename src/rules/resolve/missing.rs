//! Rules for what isn't there. Patterns of columns and presets may fit nothing; what names a table or column may not.

use super::Resolution;
use crate::postgres::catalog::{self, Catalog, Table};
use crate::rules::diagnostics::quoted;
use crate::rules::rule::{ColumnRule, GlobRules, Mistake, Place, Rules, TableRules};
use crate::rules::suggest::nearest;
use crate::rules::transform::Decision;

/// Notes every rule for a table or column that isn't there, and for generated columns.
pub(super) fn find(rules: &Rules, catalog: &Catalog, resolution: &mut Resolution<'_>) {
    for of in &rules.tables {
        let table = catalog.tables.iter().find(|table| table.root == of.name).or_else(|| catalog.table(&of.name));
        let Some(table) = table else {
            resolution.drift = true;
            resolution.mistakes.push(no_such_table(of, catalog));
            continue;
        };
        for rule in &of.columns {
            find_column(&of.name.to_string(), rule, &[table], resolution);
        }
    }
    for of in &rules.table_globs {
        find_of_glob(of, catalog, resolution);
    }
}

fn find_of_glob(of: &GlobRules, catalog: &Catalog, resolution: &mut Resolution<'_>) {
    let fits = |table: &&Table| table.kind != catalog::Kind::MaterializedView && of.name.fits(&table.root);
    let tables: Vec<&Table> = catalog.tables.iter().filter(fits).collect();
    if tables.is_empty() {
        resolution.drift = true;
        let help = match catalog.tables.iter().any(|table| of.name.fits(&table.name)) {
            true => "it fits only partitions: write the pattern for the tables that they belong to",
            false => "take it out, or mend it: `*` stands for any letters within the schema's or the table's name",
        };
        let what = format!("no table fits {}", quoted(&of.written));
        resolution.mistakes.push(mistake(of.place, what, help.to_owned()));
        return;
    }
    for rule in &of.columns {
        find_column(&of.written, rule, &tables, resolution);
    }
}

/// A column has to be in one of the tables at least.
fn find_column(owner: &str, rule: &ColumnRule, tables: &[&Table], resolution: &mut Resolution<'_>) {
    let columns = || tables.iter().flat_map(|table| &table.columns);
    let mut found = columns().filter(|column| column.name == rule.name).peekable();
    if found.peek().is_none() {
        resolution.drift = true;
        let near = nearest(&rule.name, columns().map(|column| column.name.as_str()));
        let help = near.map_or("take it out".to_owned(), |near| format!("did you mean {near}?"));
        let what = match tables {
            [_] => format!("table {owner} has no column {}", rule.name),
            _ => format!("no table that fits {} has a column {}", quoted(owner), rule.name),
        };
        resolution.mistakes.push(mistake(rule.place, what, help));
    } else if rule.decision != Decision::Keep && found.all(|column| column.generated) {
        let what = format!("{owner}.{} is a generated column", rule.name);
        let help = "take the rule out: it is computed again from the masked columns";
        resolution.mistakes.push(mistake(rule.place, what, help.to_owned()));
    }
}

fn no_such_table(of: &TableRules, catalog: &Catalog) -> Mistake {
    let names: Vec<String> = catalog.tables.iter().map(|table| table.root.to_string()).collect();
    let near = nearest(&of.name.to_string(), names.iter().map(String::as_str));
    let help = near.map_or("take it out".to_owned(), |near| format!("did you mean {near}?"));
    mistake(of.place, format!("there is no table {}", of.name), help)
}

fn mistake(place: Place, what: String, help: String) -> Mistake {
    Mistake { place: Some(place), what, help: Some(help) }
}
