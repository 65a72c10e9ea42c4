//! Columns that refer to one another, directly or through others, are a family: what one holds the others may hold too.

use std::collections::{BTreeMap, BTreeSet};

use super::links::{At, Links};

/// A family before anything is decided.
pub(super) struct Family<'a> {
    /// All of its columns, in the order of their names.
    pub(super) columns: Vec<At<'a>>,
    /// Those that refer to nothing outside of a circle that leads back to them. Usually one: the key itself.
    pub(super) ends: Vec<At<'a>>,
}

/// What each column refers to.
pub(super) type Arrows<'a> = BTreeMap<At<'a>, BTreeSet<At<'a>>>;

/// All families, of one column for what only parts of documents, or some rows, refer to.
pub(super) fn families<'a>(links: &Links<'a>) -> Vec<Family<'a>> {
    let mut arrows: Arrows<'a> = BTreeMap::new();
    let mut both_ways: Arrows<'a> = BTreeMap::new();
    for (from, to) in links.whole.iter().map(|link| (link.from, link.to)) {
        arrows.entry(from).or_default().insert(to);
        both_ways.entry(from).or_default().insert(to);
        both_ways.entry(to).or_default().insert(from);
    }
    let alone = links.leaves.iter().map(|leaf| leaf.to).chain(links.sometimes.iter().map(|sometimes| sometimes.to));
    for to in alone {
        both_ways.entry(to).or_default();
    }
    let mut seen: BTreeSet<At<'a>> = BTreeSet::new();
    let mut families = Vec::new();
    for &column in both_ways.keys() {
        if seen.contains(&column) {
            continue;
        }
        let columns = reached(column, &both_ways);
        seen.extend(&columns);
        let reach: BTreeMap<At<'a>, BTreeSet<At<'a>>> =
            columns.iter().map(|&column| (column, reached(column, &arrows))).collect();
        let leads_back = |from: &At<'a>, to: &At<'a>| reach.get(to).is_some_and(|reached| reached.contains(from));
        let is_end = |column: &&At<'a>| reach.get(*column).into_iter().flatten().all(|to| leads_back(column, to));
        let ends = columns.iter().filter(is_end).copied().collect();
        families.push(Family { columns: columns.into_iter().collect(), ends });
    }
    families
}

/// What can be reached from a column, itself included.
pub(super) fn reached<'a>(from: At<'a>, arrows: &Arrows<'a>) -> BTreeSet<At<'a>> {
    let mut reached = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(column) = open.pop() {
        for &next in arrows.get(&column).into_iter().flatten() {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::super::links::Link;
    use super::*;
    use crate::postgres::identifier::TableName;

    /// The families of arrows such as `orders>users`, each as its columns and its ends.
    fn found(arrows: &str) -> Vec<(String, String)> {
        let pairs: Vec<(TableName, TableName)> = arrows
            .split_whitespace()
            .filter_map(|arrow| arrow.split_once('>'))
            .map(|(from, to)| (TableName::new("public", from), TableName::new("public", to)))
            .collect();
        let at = |table| At { table, column: "id" };
        let link = |(from, to)| Link { from: at(from), to: at(to), elements: false, name: None, place: None };
        let links = Links { whole: pairs.iter().map(|(from, to)| link((from, to))).collect(), ..Links::default() };
        let names = |columns: &[At<'_>]| columns.iter().map(|at| at.table.table.as_str()).collect::<Vec<_>>().join(" ");
        families(&links).iter().map(|family| (names(&family.columns), names(&family.ends))).collect()
    }

    #[test]
    fn the_end_of_a_chain_is_what_is_referred_to() {
        let families = found("a>b b>c x>c y>z");
        assert_eq!(families, [("a b c x".into(), "c".into()), ("y z".into(), "z".into())]);
    }

    #[test]
    fn all_of_a_circle_are_its_ends_and_what_leads_into_it_is_not() {
        assert_eq!(found("a>b b>c c>b"), [("a b c".into(), "b c".into())]);
        assert_eq!(found("a>b b>a b>c"), [("a b c".into(), "c".into())]);
    }

    #[test]
    fn what_refers_to_two_makes_them_one_family_with_two_ends() {
        assert_eq!(found("x>a x>b"), [("a b x".into(), "a b".into())]);
    }
}
