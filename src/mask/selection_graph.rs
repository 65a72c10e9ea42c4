//! The tables of which only some rows are carried, and how they refer to one another.

use std::collections::HashMap;

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
    pub(super) fn primary_key(&self) -> Vec<String> {
        let columns = self.table.primary_key.iter();
        columns.filter_map(|&position| self.table.columns.get(position)).map(|column| column.name.clone()).collect()
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

    /// The tables, parents first; the others are in a circle, or refer to one that is.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        loop {
            let before = order.len();
            for (number, node) in self.0.iter().enumerate() {
                let follows = |edge: &Edge| edge.to == number || order.contains(&edge.to);
                if !order.contains(&number) && node.edges.iter().all(follows) {
                    order.push(number);
                }
            }
            if order.len() == before {
                return order;
            }
        }
    }

    fn mistakes(&self, order: &[usize]) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        for (number, node) in self.0.iter().enumerate() {
            let to_itself: Vec<&Edge> = node.edges.iter().filter(|edge| edge.to == number).collect();
            let by_key = node.rows.limit.is_some() || !to_itself.is_empty();
            if by_key && !node.rows.truncate && node.table.primary_key.is_empty() {
                let why = if node.rows.limit.is_some() { "`limit` needs one" } else { "it refers to itself" };
                mistakes.push(node.wrong(
                    format!("{} has no primary key to tell which rows are carried, and {why}", node.root),
                    "say with `where` which rows, or carry all of the tables that it refers to".to_owned(),
                ));
            }
            let referred = |edge: &Edge| edge.columns.iter().map(|(_, to)| to.clone()).collect::<Vec<_>>();
            if to_itself.windows(2).any(|pair| matches!(pair, [one, other] if referred(one) != referred(other))) {
                mistakes.push(node.wrong(
                    format!("{} refers to itself by two different keys, which isn't followed", node.root),
                    "carry all of its rows, or none: `truncate: true`".to_owned(),
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
        mistakes.extend(self.circle(order));
        mistakes
    }

    fn circle(&self, order: &[usize]) -> Option<Mistake> {
        let left: Vec<usize> = (0..self.0.len()).filter(|number| !order.contains(number)).collect();
        let in_circle = |start: usize| {
            let (mut seen, mut open) = (Vec::new(), vec![start]);
            while let Some(one) = open.pop() {
                for edge in self.node(one).edges.iter().filter(|edge| edge.to != one && left.contains(&edge.to)) {
                    if edge.to == start {
                        return true;
                    }
                    if !seen.contains(&edge.to) {
                        seen.push(edge.to);
                        open.push(edge.to);
                    }
                }
            }
            false
        };
        let circle: Vec<&Node<'_>> = left.iter().filter(|one| in_circle(**one)).map(|one| self.node(*one)).collect();
        let names: Vec<String> = circle.iter().map(|node| node.root.to_string()).collect();
        let cause = self.0.iter().find(|node| node.rows != RowRules::default());
        let place = circle.iter().chain(&cause).find_map(|node| node.place);
        (!circle.is_empty()).then(|| Mistake {
            place,
            what: format!(
                "{} refer to one another in a circle, so that it can't be said which of their rows stay behind",
                names.join(", ")
            ),
            help: Some(format!(
                "carry all rows of them and of what they refer to, or none of one of them: `{}: {{ truncate: true }}`",
                names.first().map_or("", String::as_str)
            )),
        })
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
    let order = graph.order();
    let mistakes = graph.mistakes(&order);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let named = selections(&graph, &order).into_iter();
    Ok(named.map(|(number, selection)| (graph.node(number).root.clone(), selection)).collect())
}
