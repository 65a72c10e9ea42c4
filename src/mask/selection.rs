//! Which rows of a table are carried, as SQL: those that its rules name, without those that would refer to a row that
//! stays behind.
//!
//! A table of which only some rows are carried takes with it all tables that refer to it: of these, rows whose row stays
//! behind stay behind too, and so on. Each such table becomes a common table expression of its carried keys, parents
//! first, so that a query joins what it refers to and nothing is asked twice. A table that refers to itself is asked the
//! other way round: what stays behind is found step by step, since only that has an end where rows refer in a circle.

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

/// The selections of all tables of a graph that has no circle, each by its number.
pub(super) fn selections(graph: &Graph<'_>, order: &[usize]) -> Vec<(usize, Selection)> {
    let select = |&number: &usize| (number, Maker { graph, order }.selection(number));
    order.iter().map(select).collect()
}

struct Maker<'a> {
    graph: &'a Graph<'a>,
    /// Tables with rows that stay behind, parents first.
    order: &'a [usize],
}

/// The columns of a common table expression can't be mistaken for one of the table.
fn key(table: &Table, column: &str) -> String {
    let position = table.columns.iter().position(|known| known.name == column).unwrap_or_default();
    format!("stagemask_k{position}")
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(", ")
}

fn all(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(" AND ")
}

impl Maker<'_> {
    fn selection(&self, number: usize) -> Selection {
        let node = self.graph.node(number);
        let reasons = self.reasons(number);
        if node.rows.truncate {
            return Selection { truncated: true, reasons, ..Selection::default() };
        }
        let by_key = self.by_key(number);
        let needed = self.needed(number, by_key);
        let with: Vec<String> =
            self.order.iter().filter(|one| needed.contains(one)).flat_map(|one| self.definitions(*one)).collect();
        let with = if with.is_empty() { String::new() } else { format!("WITH RECURSIVE {} ", with.join(", ")) };
        if !by_key {
            let (joins, filters) = self.own(number);
            return Selection { truncated: false, reasons, with, joins, filters };
        }
        let own = |column: &String| format!("{}.{}", node.alias(), quote_identifier(column));
        let keys = node.primary_key();
        let on =
            all(keys.iter().map(|column| format!("stagemask_{number}.{} = {}", key(node.table, column), own(column))));
        let joins = format!(" JOIN stagemask_{number} ON {on}");
        Selection { truncated: false, reasons, with, joins, filters: Vec::new() }
    }

    fn reasons(&self, number: usize) -> Vec<String> {
        let node = self.graph.node(number);
        let mut reasons = Vec::new();
        let rows = &node.rows;
        reasons.extend(rows.truncate.then(|| "truncate".to_owned()));
        reasons.extend(rows.only.as_ref().map(|_| "where".to_owned()));
        reasons.extend(rows.limit.map(|limit| format!("limit {limit}")));
        if !rows.truncate {
            let behind = node.edges.iter().map(|edge| self.graph.node(edge.to).root.to_string());
            let behind: BTreeSet<String> = behind.collect();
            reasons.extend(behind.into_iter().map(|name| format!("its {name} stays behind")));
        }
        reasons
    }

    /// Whether the rows of a table are told by their keys, because no condition on one row alone tells them.
    fn by_key(&self, number: usize) -> bool {
        let node = self.graph.node(number);
        node.rows.limit.is_some() || node.edges.iter().any(|edge| edge.to == number)
    }

    /// The tables whose carried keys a table's query needs.
    fn needed(&self, number: usize, itself: bool) -> BTreeSet<usize> {
        let mut needed = BTreeSet::new();
        let mut open = vec![number];
        while let Some(one) = open.pop() {
            let parents = self.graph.node(one).edges.iter().map(|edge| edge.to);
            for parent in parents.filter(|parent| *parent != one && !self.graph.node(*parent).rows.truncate) {
                if needed.insert(parent) {
                    open.push(parent);
                }
            }
        }
        if itself {
            needed.insert(number);
        }
        needed
    }

    /// What is joined to a table for the other tables that it refers to, and the conditions on its rows.
    fn own(&self, number: usize) -> (String, Vec<String>) {
        let node = self.graph.node(number);
        let (mut joins, mut filters) = (String::new(), Vec::new());
        filters.extend(node.rows.only.iter().map(|only| format!("({}\n) IS TRUE", only.sql)));
        for (place, edge) in node.edges.iter().enumerate().filter(|(_, edge)| edge.to != number) {
            let column = |name: &String| format!("{}.{}", node.alias(), quote_identifier(name));
            let refers_to_nothing: Vec<String> =
                edge.nullable.iter().map(|name| format!("{} IS NULL", column(name))).collect();
            let parent = self.graph.node(edge.to);
            if parent.rows.truncate {
                filters.push(format!("({})", refers_to_nothing.join(" OR ")));
                continue;
            }
            let alias = format!("stagemask_{}_{place}", edge.to);
            let carried = |name: &String| format!("{alias}.{}", key(parent.table, name));
            let on = all(edge.columns.iter().map(|(from, to)| format!("{} = {}", carried(to), column(from))));
            let kind = if refers_to_nothing.is_empty() { "JOIN" } else { "LEFT JOIN" };
            joins.push_str(&format!(" {kind} stagemask_{} AS {alias} ON {on}", edge.to));
            if let (false, Some((_, to))) = (refers_to_nothing.is_empty(), edge.columns.first()) {
                filters.push(format!("({} OR {} IS NOT NULL)", refers_to_nothing.join(" OR "), carried(to)));
            }
        }
        (joins, filters)
    }

    /// The columns of a table that others ask for.
    fn exposed(&self, number: usize) -> BTreeSet<String> {
        let node = self.graph.node(number);
        let mut exposed: BTreeSet<String> = BTreeSet::new();
        for edge in self.graph.edges_to(number) {
            exposed.extend(edge.columns.iter().map(|(_, to)| to.clone()));
        }
        if self.by_key(number) {
            exposed.extend(node.primary_key());
        }
        for edge in node.edges.iter().filter(|edge| edge.to == number) {
            exposed.extend(edge.columns.iter().map(|(from, _)| from.clone()));
        }
        exposed
    }

    /// The common table expressions that end in the carried keys of a table.
    fn definitions(&self, number: usize) -> Vec<String> {
        let node = self.graph.node(number);
        let (joins, filters) = self.own(number);
        let exposed = self.exposed(number);
        let select = list(
            exposed
                .iter()
                .map(|column| format!("{}.{} AS {}", node.alias(), quote_identifier(column), key(node.table, column))),
        );
        let condition = if filters.is_empty() { String::new() } else { format!(" WHERE {}", filters.join(" AND ")) };
        let lowest = node.rows.limit.map_or(String::new(), |limit| {
            let keys = node.primary_key();
            let order = list(keys.iter().map(|column| format!("{}.{}", node.alias(), quote_identifier(column))));
            format!(" ORDER BY {order} LIMIT {limit}")
        });
        let body = format!("SELECT {select} FROM {}{joins}{condition}{lowest}", node.from());
        let to_itself: Vec<&Edge> = node.edges.iter().filter(|edge| edge.to == number).collect();
        if to_itself.is_empty() {
            return vec![format!("stagemask_{number} AS ({body})")];
        }
        let mut definitions = vec![format!("stagemask_{number}_own AS ({body})")];
        definitions.extend(self.without_descendants(number, &exposed, &to_itself));
        definitions
    }

    /// What is left of a table's own rows without those that refer, over however many steps, to one that isn't among
    /// them.
    fn without_descendants(&self, number: usize, exposed: &BTreeSet<String>, to_itself: &[&Edge]) -> [String; 3] {
        let node = self.graph.node(number);
        let primary: Vec<String> = node.primary_key().iter().map(|column| key(node.table, column)).collect();
        let referred: Vec<String> = to_itself
            .first()
            .map(|edge| edge.columns.iter().map(|(_, to)| key(node.table, to)).collect())
            .unwrap_or_default();
        let named = |prefix: &str, count: usize| (0..count).map(|place| format!("{prefix}{place}")).collect::<Vec<_>>();
        let (p, r, f) = (named("p", primary.len()), named("r", referred.len()), named("f", referred.len()));
        let all_of = |lists: &[&Vec<String>]| list(lists.iter().flat_map(|names| names.iter().cloned()));
        let references = to_itself.iter().map(|edge| {
            let from: Vec<String> = edge.columns.iter().map(|(from, _)| key(node.table, from)).collect();
            format!("SELECT {} FROM stagemask_{number}_own", all_of(&[&primary, &referred, &from]))
        });
        let references = references.collect::<Vec<_>>().join(" UNION ALL ");
        let whole = |keys: &[String]| {
            list(keys.iter().filter_map(|key| {
                let position: usize = key.strip_prefix("stagemask_k")?.parse().ok()?;
                let column = node.table.columns.get(position)?;
                Some(format!("{}.{}", node.alias(), quote_identifier(&column.name)))
            }))
        };
        let same_key = |left: &str, left_names: &[String], right: &str, right_names: &[String]| {
            let pairs = left_names.iter().zip(right_names);
            all(pairs.map(|(one, other)| format!("{left}.{one} = {right}.{other}")))
        };
        let both: Vec<String> = primary.iter().chain(&referred).cloned().collect();
        let is_own = {
            let columns = node.primary_key();
            let pairs = columns.iter().zip(&primary);
            all(pairs.map(|(column, key)| format!("o.{key} = {}.{}", node.alias(), quote_identifier(column))))
        };
        let behind = format!(
            "SELECT {} FROM {} WHERE NOT EXISTS (SELECT FROM stagemask_{number}_own AS o WHERE {is_own}) \
            UNION SELECT {} FROM stagemask_{number}_refs AS e JOIN stagemask_{number}_behind AS b ON {}",
            whole(&both),
            node.from(),
            list(p.iter().chain(&r).map(|name| format!("e.{name}"))),
            same_key("b", &r, "e", &f),
        );
        [
            format!("stagemask_{number}_refs ({}) AS ({references})", all_of(&[&p, &r, &f])),
            format!("stagemask_{number}_behind ({}) AS ({behind})", all_of(&[&p, &r])),
            format!(
                "stagemask_{number} AS (SELECT {} FROM stagemask_{number}_own AS o WHERE NOT EXISTS \
                (SELECT FROM stagemask_{number}_behind AS b WHERE {}))",
                list(exposed.iter().map(|column| format!("o.{}", key(node.table, column)))),
                same_key("b", &p, "o", &primary),
            ),
        ]
    }
}
