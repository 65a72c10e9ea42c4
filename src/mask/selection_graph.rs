//! The tables of which only some rows are carried, and how they refer to one another.

use std::collections::{HashMap, HashSet};

use super::selection::{Selection, selections};
use crate::postgres::catalog::{Catalog, ForeignKey, Kind, Table};
use crate::postgres::identifier::{TableName, quote_identifier};
use crate::rules::rule::{Mistake, Place, RowRules, Rules};

/// A table of which only some rows are carried.
pub(super) struct Node<'a> {
    /// The name that rules use.
    pub(super) root: &'a TableName,
    /// The table, or one of its partitions.
    pub(super) table: &'a Table,
    /// What its rules say of its rows; nothing for one that only follows another.
    pub(super) rows: RowRules,
    /// Where the rules are.
    place: Option<Place>,
    /// What it refers to of which only some rows are carried.
    pub(super) edges: Vec<Edge>,
}

/// A foreign key to a table of which only some rows are carried.
pub(super) struct Edge {
    /// The number of the table that is referred to.
    pub(super) to: usize,
    /// The columns that refer, each with the one that it refers to.
    pub(super) columns: Vec<(String, String)>,
    /// Those that may be NULL: then the row refers to nothing (`MATCH SIMPLE` and `MATCH FULL` alike).
    pub(super) nullable: Vec<String>,
    /// The name of the constraint.
    name: String,
}

/// The tables by number.
pub(super) struct Graph<'a>(Vec<Node<'a>>);

impl Node<'_> {
    /// What its columns are qualified with.
    pub(super) fn alias(&self) -> String {
        quote_identifier(&self.root.table)
    }

    /// All of its rows, as SQL.
    pub(super) fn from(&self) -> String {
        // Rows of a table that inherits belong to that, those of a partition to the whole.
        let only = if self.table.name == *self.root { "ONLY " } else { "" };
        format!("{only}{} AS {}", self.root.sql(), self.alias())
    }

    /// The columns of its primary key.
    pub(super) fn primary_key(&self) -> impl Iterator<Item = &str> {
        let columns = self.table.primary_key.iter();
        columns.filter_map(|&position| self.table.columns.get(position)).map(|column| column.name.as_str())
    }

    fn wrong(&self, what: String, help: String) -> Mistake {
        Mistake { place: self.place, what, help: Some(help) }
    }
}

impl<'a> Graph<'a> {
    /// A table.
    pub(super) fn node(&self, number: usize) -> &Node<'a> {
        #[expect(clippy::indexing_slicing, reason = "numbers are made here, of tables that are there")]
        &self.0[number]
    }

    /// Every reference to a table.
    pub(super) fn edges_to(&self, number: usize) -> impl Iterator<Item = &Edge> {
        self.0.iter().flat_map(|node| &node.edges).filter(move |edge| edge.to == number)
    }

    fn of(rules: &Rules, catalog: &'a Catalog) -> Self {
        let mut nodes: Vec<Node<'a>> = Vec::new();
        let find = |name: &TableName| catalog.tables.iter().find(|table| table.root == *name);
        let is_some_rows = |rows: &RowRules| rows.only.is_some() || rows.limit.is_some() || rows.truncate;
        for of_table in rules.tables.iter().filter(|of| is_some_rows(&of.rows)) {
            if let Some(table) = find(&of_table.name).filter(|table| table.kind != Kind::MaterializedView) {
                let (rows, place) = (of_table.rows.clone(), Some(of_table.place));
                nodes.push(Node { root: &table.root, table, rows, place, edges: Vec::new() });
            }
        }
        let root_of = |name: &TableName| -> Option<&'a TableName> {
            catalog.tables.iter().find(|table| table.name == *name || table.root == *name).map(|table| &table.root)
        };
        let number_of = |nodes: &[Node<'_>], root: &TableName| nodes.iter().position(|node| node.root == root);
        // Each table that is found may be one that others refer to.
        let mut next = 0;
        while next < nodes.len() {
            for foreign in &catalog.foreign_keys {
                let (Some(from), Some(to)) = (root_of(&foreign.from), root_of(&foreign.to)) else { continue };
                if number_of(&nodes, to) != Some(next) {
                    continue;
                }
                let number = match (number_of(&nodes, from), find(from)) {
                    (Some(number), _) => number,
                    (None, Some(table)) => {
                        let place = rules.tables.iter().find(|of| of.name == *from).map(|of| of.place);
                        let rows = RowRules::default();
                        nodes.push(Node { root: from, table, rows, place, edges: Vec::new() });
                        nodes.len() - 1
                    }
                    (None, None) => continue,
                };
                if let Some(node) = nodes.get_mut(number).filter(|node| !node.rows.truncate) {
                    node.edges.push(edge(foreign, node.table, next));
                }
            }
            next += 1;
        }
        Self(nodes)
    }

    /// The tables in circles, those that others refer to first: tables of one circle refer to one another, directly or over
    /// others. A table that is in none is a circle of its own.
    fn circles(&self) -> Vec<Vec<usize>> {
        let reached: Vec<HashSet<usize>> = (0..self.0.len()).map(|number| self.reached(number)).collect();
        let reaches = |from: usize, to: usize| reached.get(from).is_some_and(|reached| reached.contains(&to));
        let mut circles: Vec<Vec<usize>> = Vec::new();
        for number in 0..self.0.len() {
            let same = |circle: &&mut Vec<usize>| {
                circle.first().is_some_and(|other| reaches(number, *other) && reaches(*other, number))
            };
            match circles.iter_mut().find(same) {
                Some(circle) => circle.push(number),
                None => circles.push(vec![number]),
            }
        }
        // What is referred to reaches fewer tables than what refers to it.
        let count = |circle: &Vec<usize>| {
            let first = circle.first().and_then(|number| reached.get(*number));
            first.map_or(0, |reached| reached.iter().filter(|one| !circle.contains(one)).count())
        };
        circles.sort_by_key(count);
        circles
    }

    /// What a table refers to, directly or over others.
    fn reached(&self, number: usize) -> HashSet<usize> {
        let (mut reached, mut open) = (HashSet::new(), vec![number]);
        while let Some(one) = open.pop() {
            let to = self.node(one).edges.iter().map(|edge| edge.to);
            open.extend(to.filter(|to| reached.insert(*to)));
        }
        reached
    }

    fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        for node in &self.0 {
            if node.rows.limit.is_some() && node.table.primary_key.is_empty() {
                mistakes.push(node.wrong(
                    format!("{} has no primary key, whose lowest values `limit` takes", node.root),
                    "say with `where` which rows".to_owned(),
                ));
            }
            let to_nothing =
                node.edges.iter().filter(|edge| self.node(edge.to).rows.truncate && edge.nullable.is_empty());
            mistakes.extend(to_nothing.map(|edge| {
                let parent = self.node(edge.to);
                let what = format!(
                    "every row of {} refers to {} ({}), of which none is carried",
                    node.root, parent.root, edge.name
                );
                parent.wrong(what, format!("write `truncate: true` for {} too", node.root))
            }));
        }
        mistakes
    }
}

fn edge(foreign: &ForeignKey, table: &Table, to: usize) -> Edge {
    let may_be_null = |name: &&String| table.columns.iter().any(|column| column.name == **name && !column.not_null);
    Edge {
        to,
        columns: foreign.from_columns.iter().cloned().zip(foreign.to_columns.iter().cloned()).collect(),
        nullable: foreign.from_columns.iter().filter(may_be_null).cloned().collect(),
        name: foreign.name.clone(),
    }
}

/// Which rows of each table are carried, by the name that rules use; of a table that isn't there, all. Or what stands
/// against that.
pub(super) fn select(rules: &Rules, catalog: &Catalog) -> Result<HashMap<TableName, Selection>, Vec<Mistake>> {
    let graph = Graph::of(rules, catalog);
    let mistakes = graph.mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let named = selections(&graph, &graph.circles()).into_iter();
    Ok(named.map(|(number, selection)| (graph.node(number).root.clone(), selection)).collect())
}
