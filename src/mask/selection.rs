//! Which rows of a table are carried, as SQL: those that its rules name, without those that would refer to a row that
//! stays behind.
//!
//! A table of which only some rows are carried takes with it all tables that refer to it: of these, rows whose row stays
//! behind stay behind too, and so on. Each such table becomes a common table expression of its carried keys, those that it
//! refers to first, so that a query joins what it refers to and nothing is asked twice.
//!
//! Tables that refer to one another in a circle, or to themselves, are asked together and the other way round: what stays
//! behind is found step by step, since only that has an end where rows refer in a circle. There a row is told by its
//! place, `tableoid` and `ctid`, which a query sees unchanged from beginning to end.

use std::collections::BTreeSet;

use super::selection_graph::{Edge, Graph};
use crate::postgres::catalog::Table;
use crate::postgres::identifier::quote_identifier;

/// Which rows of a table are carried. All of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// No row is.
    pub truncated: bool,
    /// Why rows stay behind, a few words each; empty if none does.
    pub reasons: Vec<String>,
    with: String,
    joins: String,
    filters: Vec<String>,
}

impl Selection {
    /// Whether every row is carried.
    pub fn is_all(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Whether a table can be read in ranges of pages: what its rows refer to would be asked again for each.
    pub(super) fn can_be_cut(&self) -> bool {
        self.with.is_empty()
    }

    /// The query of the carried rows. `range` is empty, or a `WHERE` of its own; `and` are further conditions.
    pub(super) fn query(&self, table: &Table, select: &str, range: &str, and: &[String]) -> String {
        let filters: Vec<&str> = self.filters.iter().chain(and).map(String::as_str).collect();
        let joined = filters.join(" AND ");
        let condition = match (range.is_empty(), filters.is_empty()) {
            (_, true) => range.to_owned(),
            (true, false) => format!(" WHERE {joined}"),
            (false, false) => format!("{range} AND {joined}"),
        };
        // A partition goes by the name that its rules use.
        let alias = quote_identifier(&table.root.table);
        format!("{}SELECT {select} FROM ONLY {} AS {alias}{}{condition}", self.with, table.name.sql(), self.joins)
    }
}

/// The selections of all tables of a graph, each by its number. `order` is its circles, those that others refer to first.
pub(super) fn selections(graph: &Graph<'_>, order: &[Vec<usize>]) -> Vec<(usize, Selection)> {
    let maker = Maker { graph, order };
    order.iter().flatten().map(|&number| (number, maker.selection(number))).collect()
}

struct Maker<'a> {
    graph: &'a Graph<'a>,
    order: &'a [Vec<usize>],
}

/// The columns of a common table expression can't be mistaken for one of the table.
fn key(table: &Table, column: &str) -> String {
    let position = table.columns.iter().position(|known| known.name == column).unwrap_or_default();
    format!("stagemask_k{position}")
}

/// The place of a row, as columns of an expression.
const OID: &str = "stagemask_oid";
const TID: &str = "stagemask_tid";

fn same_place(one: &str, other: &str) -> String {
    format!("{one}.{OID} = {other}.{OID} AND {one}.{TID} = {other}.{TID}")
}

fn joined(items: impl IntoIterator<Item = String>, separator: &str) -> String {
    items.into_iter().collect::<Vec<_>>().join(separator)
}

impl Maker<'_> {
    fn selection(&self, number: usize) -> Selection {
        let node = self.graph.node(number);
        let reasons = self.reasons(number);
        if node.rows.truncate {
            return Selection { truncated: true, reasons, ..Selection::default() };
        }
        let by_place = node.rows.limit.is_some() || self.is_in_circle(number);
        let needed = self.needed(number, by_place);
        let is_needed = |circle: &&Vec<usize>| circle.iter().any(|one| needed.contains(one));
        let with: Vec<String> =
            self.order.iter().filter(is_needed).flat_map(|circle| self.definitions(circle)).collect();
        let with = if with.is_empty() { String::new() } else { format!("WITH RECURSIVE {} ", with.join(", ")) };
        let (joins, filters) = if by_place {
            let (carried, alias) = (format!("stagemask_{number}"), node.alias());
            let on = format!("{carried}.{OID} = {alias}.tableoid AND {carried}.{TID} = {alias}.ctid");
            (format!(" JOIN {carried} ON {on}"), Vec::new())
        } else {
            self.own(number)
        };
        Selection { truncated: false, reasons, with, joins, filters }
    }

    fn reasons(&self, number: usize) -> Vec<String> {
        let node = self.graph.node(number);
        let rows = &node.rows;
        let mut reasons = Vec::new();
        reasons.extend(rows.truncate.then(|| "truncate".to_owned()));
        reasons.extend(rows.only.as_ref().map(|_| "where".to_owned()));
        reasons.extend(rows.limit.map(|limit| format!("limit {limit}")));
        let behind: BTreeSet<String> =
            node.edges.iter().map(|edge| self.graph.node(edge.to).root.to_string()).collect();
        reasons.extend(behind.into_iter().map(|name| format!("its {name} stays behind")));
        reasons
    }

    fn circle_of(&self, number: usize) -> &[usize] {
        self.order.iter().find(|circle| circle.contains(&number)).map_or(&[], Vec::as_slice)
    }

    /// Whether a reference stays within its circle.
    fn is_inner(&self, number: usize, edge: &Edge) -> bool {
        self.circle_of(number).contains(&edge.to)
    }

    fn is_in_circle(&self, number: usize) -> bool {
        self.graph.node(number).edges.iter().any(|edge| self.is_inner(number, edge))
    }

    /// The tables whose carried rows a table's query needs.
    fn needed(&self, number: usize, itself: bool) -> BTreeSet<usize> {
        let (mut needed, mut open) = (BTreeSet::new(), vec![number]);
        while let Some(one) = open.pop() {
            for edge in self.graph.node(one).edges.iter().filter(|edge| !self.graph.node(edge.to).rows.truncate) {
                if needed.insert(edge.to) {
                    open.push(edge.to);
                }
            }
        }
        if itself {
            needed.insert(number);
        }
        needed
    }

    /// What is joined to a table for the tables that it refers to outside of its circle, and the conditions on its rows.
    fn own(&self, number: usize) -> (String, Vec<String>) {
        let node = self.graph.node(number);
        let (mut joins, mut filters) = (String::new(), Vec::new());
        filters.extend(node.rows.only.iter().map(|only| format!("({}\n) IS TRUE", only.sql)));
        for (place, edge) in node.edges.iter().enumerate().filter(|(_, edge)| !self.is_inner(number, edge)) {
            let column = |name: &String| format!("{}.{}", node.alias(), quote_identifier(name));
            let refers_to_nothing =
                joined(edge.nullable.iter().map(|name| format!("{} IS NULL", column(name))), " OR ");
            let parent = self.graph.node(edge.to);
            if parent.rows.truncate {
                filters.push(format!("({refers_to_nothing})"));
                continue;
            }
            let carried = |name: &String| key(parent.table, name);
            let alias = format!("stagemask_{}_{place}", edge.to);
            let pairs = edge.columns.iter().map(|(from, to)| format!("{alias}.{} = {}", carried(to), column(from)));
            let on = joined(pairs, " AND ");
            if edge.nullable.is_empty() {
                filters.push(format!("EXISTS (SELECT FROM stagemask_{} AS {alias} WHERE {on})", edge.to));
                continue;
            }
            // The keys are distinct, but only if it is written will the planner know, and not expect many rows for each.
            let keys = joined(edge.columns.iter().map(|(_, to)| carried(to)), ", ");
            let distinct = format!("(SELECT DISTINCT {keys} FROM stagemask_{})", edge.to);
            joins.push_str(&format!(" LEFT JOIN {distinct} AS {alias} ON {on}"));
            let found = edge.columns.iter().take(1).map(|(_, to)| format!("{alias}.{} IS NOT NULL", carried(to)));
            filters.push(format!("({refers_to_nothing} OR {})", joined(found, "")));
        }
        (joins, filters)
    }

    /// The columns of a table that its references and those to it go by.
    fn exposed(&self, number: usize) -> BTreeSet<&str> {
        let node = self.graph.node(number);
        let to = self.graph.edges_to(number).flat_map(|edge| edge.columns.iter().map(|(_, to)| to.as_str()));
        let inner = node.edges.iter().filter(|edge| self.is_inner(number, edge));
        let from = inner.flat_map(|edge| edge.columns.iter().map(|(from, _)| from.as_str()));
        to.chain(from).collect()
    }

    /// The common table expressions that end in the carried rows of the tables of a circle, which is mostly one table
    /// that doesn't refer to itself.
    fn definitions(&self, circle: &[usize]) -> Vec<String> {
        let tables = circle.iter().filter(|one| !self.graph.node(**one).rows.truncate);
        if !circle.iter().any(|one| self.is_in_circle(*one)) {
            return tables.map(|one| format!("stagemask_{one} AS ({})", self.body(*one))).collect();
        }
        let name = circle.first().copied().unwrap_or_default();
        let mut definitions: Vec<String> =
            tables.clone().map(|one| format!("stagemask_{one}_own AS ({})", self.body(*one))).collect();
        let references = tables.clone().flat_map(|one| {
            let inner = self.graph.node(*one).edges.iter().filter(|edge| self.is_inner(*one, edge));
            inner.map(|edge| self.references(*one, edge))
        });
        definitions.push(format!(
            "stagemask_{name}_refs ({OID}, {TID}, to_oid, to_tid) AS ({})",
            joined(references, " UNION ALL ")
        ));
        let own = tables.clone().map(|one| format!("SELECT {OID}, {TID} FROM stagemask_{one}_own"));
        definitions.push(format!("stagemask_{name}_all AS ({})", joined(own, " UNION ALL ")));
        definitions.push(format!(
            "stagemask_{name}_behind ({OID}, {TID}) AS (\
            SELECT r.{OID}, r.{TID} FROM stagemask_{name}_refs AS r WHERE NOT EXISTS \
            (SELECT FROM stagemask_{name}_all AS a WHERE a.{OID} = r.to_oid AND a.{TID} = r.to_tid) UNION \
            SELECT r.{OID}, r.{TID} FROM stagemask_{name}_refs AS r JOIN stagemask_{name}_behind AS b \
            ON b.{OID} = r.to_oid AND b.{TID} = r.to_tid)"
        ));
        definitions.extend(tables.map(|one| {
            // What a recursion gives is estimated far too high, and its hash table then cut into a million files;
            // DISTINCT makes the estimate a small one.
            format!(
                "stagemask_{one} AS (SELECT o.* FROM stagemask_{one}_own AS o WHERE NOT EXISTS \
                (SELECT FROM (SELECT DISTINCT {OID}, {TID} FROM stagemask_{name}_behind) AS b WHERE {}))",
                same_place("b", "o")
            )
        }));
        definitions
    }

    /// A table's rows as far as its own rules and the tables outside of its circle decide.
    fn body(&self, number: usize) -> String {
        let node = self.graph.node(number);
        let alias = node.alias();
        let (joins, filters) = self.own(number);
        let qualified = |column: &str| format!("{alias}.{}", quote_identifier(column));
        let mut selected = vec![format!("{alias}.tableoid AS {OID}, {alias}.ctid AS {TID}")];
        let columns = self.exposed(number);
        selected.extend(columns.iter().map(|column| format!("{} AS {}", qualified(column), key(node.table, column))));
        let condition = if filters.is_empty() { String::new() } else { format!(" WHERE {}", filters.join(" AND ")) };
        let lowest = node.rows.limit.map_or(String::new(), |limit| {
            let order = joined(node.primary_key().map(qualified), ", ");
            format!(" ORDER BY {order} LIMIT {limit}")
        });
        format!("SELECT {} FROM {}{joins}{condition}{lowest}", selected.join(", "), node.from())
    }

    /// The rows that refer within their circle, each with the place of the row that it refers to.
    fn references(&self, number: usize, edge: &Edge) -> String {
        let (from, to) = (self.graph.node(number), self.graph.node(edge.to));
        let pairs = edge.columns.iter().map(|(one, other)| {
            format!("{}.{} = stagemask_r.{}", to.alias(), quote_identifier(other), key(from.table, one))
        });
        format!(
            "SELECT stagemask_r.{OID}, stagemask_r.{TID}, {alias}.tableoid, {alias}.ctid \
            FROM stagemask_{number}_own AS stagemask_r JOIN {} ON {}",
            to.from(),
            joined(pairs, " AND "),
            alias = to.alias(),
        )
    }
}
