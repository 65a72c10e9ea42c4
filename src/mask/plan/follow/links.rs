//! Which column refers to which: by the foreign keys of the schema, and by the references of the rules.

use std::collections::HashMap;
use std::fmt;

use super::super::Problems;
use crate::mask::transforms::referring::can_refer;
use crate::postgres::catalog::{Catalog, Column, ForeignKey, Kind, Table};
use crate::postgres::identifier::TableName;
use crate::postgres::types::TypeClass;
use crate::rules::json_path::JsonPath;
use crate::rules::references::ELEMENTS;
use crate::rules::rule::{Condition, Mistake, Place, Reference};
use crate::rules::suggest::nearest;

/// A column; the partitions of a table are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) struct At<'a> {
    pub(in super::super) table: &'a TableName,
    pub(in super::super) column: &'a str,
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// A column whose every value refers, or the elements of every value.
pub(super) struct Link<'a> {
    pub(super) from: At<'a>,
    pub(super) to: At<'a>,
    pub(super) elements: bool,
    /// The foreign key's name.
    pub(super) name: Option<&'a str>,
    pub(super) place: Option<Place>,
}

/// A part of a document that refers.
pub(in super::super) struct Leaf<'a> {
    pub(in super::super) from: At<'a>,
    pub(in super::super) path: JsonPath,
    pub(in super::super) to: At<'a>,
    pub(in super::super) place: Place,
}

/// A column that refers in some rows.
pub(in super::super) struct Sometimes<'a> {
    pub(in super::super) from: At<'a>,
    pub(in super::super) when: &'a Condition,
    pub(in super::super) to: At<'a>,
    pub(in super::super) place: Place,
}

/// Everything that refers.
#[derive(Default)]
pub(super) struct Links<'a> {
    pub(super) whole: Vec<Link<'a>>,
    pub(super) leaves: Vec<Leaf<'a>>,
    pub(super) sometimes: Vec<Sometimes<'a>>,
}

/// The tables of a catalog by the name under which rules know them.
pub(super) struct Schema<'a> {
    tables: HashMap<&'a TableName, Vec<&'a Table>>,
    /// Partitions by their own names.
    roots: HashMap<&'a TableName, &'a TableName>,
}

impl<'a> Schema<'a> {
    pub(super) fn of(catalog: &'a Catalog) -> Self {
        let (mut tables, mut roots): (HashMap<_, Vec<_>>, HashMap<_, _>) = Default::default();
        for table in catalog.tables.iter().filter(|table| table.kind != Kind::MaterializedView) {
            tables.entry(&table.root).or_default().push(table);
            roots.insert(&table.name, &table.root);
        }
        Self { tables, roots }
    }

    /// The columns at a place, one in each partition.
    pub(super) fn columns(&self, at: At<'a>) -> impl Iterator<Item = &'a Column> {
        let tables = self.tables.get(at.table).into_iter().flatten();
        tables.filter_map(move |table| table.columns.iter().find(|column| column.name == at.column))
    }

    fn is_generated(&self, at: At<'a>) -> bool {
        self.columns(at).any(|column| column.generated)
    }

    fn at(&self, table: &TableName, column: &str) -> Option<At<'a>> {
        let name = self.roots.get(table).copied().unwrap_or(table);
        let (table, leaves) = self.tables.get_key_value(name)?;
        let column = leaves.first()?.columns.iter().find(|known| known.name == column)?;
        Some(At { table, column: &column.name })
    }

    /// The column that a reference names, or what is wrong with it.
    fn find(&self, table: &TableName, column: &str) -> Result<At<'a>, (String, Option<String>)> {
        if let Some(at) = self.at(table, column) {
            return Ok(at);
        }
        let name = self.roots.get(table).copied().unwrap_or(table);
        let meant = |near: Option<String>| near.map(|near| format!("did you mean {near}?"));
        match self.tables.get(name).and_then(|leaves| leaves.first()) {
            Some(leaf) => {
                let near = nearest(column, leaf.columns.iter().map(|column| column.name.as_str()));
                Err((
                    format!("table {table} has no column {column}"),
                    meant(near.map(|near| format!("{table}.{near}"))),
                ))
            }
            None => {
                let mut names: Vec<String> = self.tables.keys().map(|table| table.to_string()).collect();
                names.sort();
                let near = nearest(&table.to_string(), names.iter().map(String::as_str));
                Err((format!("there is no table {table}"), meant(near.map(str::to_owned))))
            }
        }
    }
}

impl<'a> Links<'a> {
    pub(super) fn of(
        schema: &Schema<'a>,
        foreign_keys: &'a [ForeignKey],
        references: &'a [Reference],
        problems: &mut Problems,
    ) -> Self {
        let mut links = Self::default();
        for key in foreign_keys {
            for (from, to) in key.from_columns.iter().zip(&key.to_columns) {
                // An extension's tables are left to it.
                let (Some(from), Some(to)) = (schema.at(&key.from, from), schema.at(&key.to, to)) else { continue };
                // What is computed from masked columns can follow nothing, nor be followed.
                if from != to && !schema.is_generated(from) && !schema.is_generated(to) {
                    links.whole.push(Link { from, to, elements: false, name: Some(&key.name), place: None });
                }
            }
        }
        for reference in references {
            let mut wrong = |what: String, help: Option<String>| {
                problems.add(Mistake { place: Some(reference.place), what, help });
            };
            let from = schema.find(&reference.table, &reference.column);
            let to = schema.find(&reference.to_table, &reference.to_column);
            match (from, to) {
                (Ok(from), Ok(to)) => {
                    if let Err((what, help)) = links.add(schema, reference, from, to) {
                        wrong(what, Some(help));
                    }
                }
                (from, to) => {
                    for (what, help) in [from, to].into_iter().filter_map(Result::err) {
                        wrong(what, Some(help.unwrap_or_else(|| "take the reference out".to_owned())));
                    }
                    problems.drift = true;
                }
            }
        }
        links
    }

    fn add(
        &mut self,
        schema: &Schema<'a>,
        reference: &'a Reference,
        from: At<'a>,
        to: At<'a>,
    ) -> Result<(), (String, String)> {
        let (Some(column), Some(referred)) = (schema.columns(from).next(), schema.columns(to).next()) else {
            return Ok(());
        };
        let place = reference.place;
        let text = TypeClass::Text;
        let class = match (&column.class, reference.path.as_deref()) {
            (class, None) => class,
            (TypeClass::Array(element), Some(ELEMENTS)) => element,
            (TypeClass::Json | TypeClass::Jsonb, Some(_)) => &text,
            (TypeClass::Text, Some(path)) if path != ELEMENTS => &text,
            (_, Some(path)) => {
                let what = format!("{from} is of type {}, and has no part {path}", column.type_name);
                let help = "`[*]` is for arrays and JSON, a path for JSON, and without either all of the value refers";
                return Err((what, help.to_owned()));
            }
        };
        if !can_refer(class, &referred.class) {
            let what = format!("{from} ({}) can't hold what {to} ({}) holds", column.type_name, referred.type_name);
            return Err((what, "refer to a column of the same type, or from text".to_owned()));
        }
        if let Some(end) = [(from, column), (to, referred)].into_iter().find(|(_, column)| column.generated) {
            let help = "refer from and to the columns that it is computed from";
            return Err((format!("{} is a generated column", end.0), help.to_owned()));
        }
        match (&reference.path, &reference.when) {
            (None, Some(when)) => self.sometimes.push(Sometimes { from, when, to, place }),
            (Some(path), _) if !matches!(column.class, TypeClass::Array(_)) => {
                let path = if path == ELEMENTS { "$[*]" } else { path };
                let path = JsonPath::parse(path).map_err(|why| (format!("{path} is not a path"), why))?;
                self.leaves.push(Leaf { from, path, to, place });
            }
            (path, _) => {
                self.whole.push(Link { from, to, elements: path.is_some(), name: None, place: Some(place) });
            }
        }
        Ok(())
    }
}
