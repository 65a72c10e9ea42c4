//! Constraints, indexes, triggers, rules, policies and row security of each table: the same ones, in the same state.

use std::collections::{BTreeMap, BTreeSet};

use super::super::findings::{Finding, Question};
use super::blocking;
use crate::postgres::catalog::{FORCED, INVALID, ObjectKind, SWITCHED_OFF, TableObject};
use crate::postgres::identifier::TableName;

type ByName<'a> = BTreeMap<(&'a TableName, ObjectKind, &'a str), &'a str>;

/// What differs between the source and the target. A table that one of them doesn't have is left to coverage.
pub(in crate::verify) fn same_objects(source: &[TableObject], target: &[TableObject]) -> Vec<Finding> {
    let (before, after) = (by_name(source), by_name(target));
    let tables = |objects: &[TableObject]| objects.iter().map(|object| object.table.clone()).collect::<BTreeSet<_>>();
    let both: BTreeSet<TableName> = tables(source).intersection(&tables(target)).cloned().collect();
    let all: BTreeSet<_> = before.keys().chain(after.keys()).filter(|(table, ..)| both.contains(table)).collect();
    let finding = |&&(table, kind, name): &&(&TableName, ObjectKind, &str)| {
        let (before, after) = (before.get(&(table, kind, name)), after.get(&(table, kind, name)));
        let what = difference(kind, before.copied(), after.copied())?;
        let name = if name.is_empty() { String::new() } else { format!(" {name}") };
        Some(blocking(Question::Integrity, Some(table), None, format!("{kind}{name} {what}"), 1))
    };
    all.iter().filter_map(finding).collect()
}

fn by_name(objects: &[TableObject]) -> ByName<'_> {
    objects.iter().map(|object| ((&object.table, object.kind, object.name.as_str()), object.state.as_str())).collect()
}

fn difference(kind: ObjectKind, before: Option<&str>, after: Option<&str>) -> Option<String> {
    match (before, after) {
        // The copy of an index that is of no use isn't made.
        (Some(INVALID), None) if kind == ObjectKind::Index => None,
        (Some(_), None) => Some("is gone".to_owned()),
        (None, Some(_)) => Some("wasn't in the source".to_owned()),
        // Nor does the copy of a constraint know that its triggers were disabled.
        (Some(before), Some(after)) if before.strip_suffix(SWITCHED_OFF) == Some(after) => None,
        (Some(before), Some(after)) if before.strip_suffix(FORCED) == Some(after) => None,
        (Some(before), Some(after)) => (before != after).then(|| format!("is {after} instead of {before}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_copy_has_is_not_missed() {
        let (constraint, index) = (ObjectKind::Constraint, ObjectKind::Index);
        assert_eq!(difference(index, Some("not valid"), None), None);
        assert_eq!(difference(index, Some("valid"), None).as_deref(), Some("is gone"));
        assert_eq!(difference(constraint, Some("not valid"), None).as_deref(), Some("is gone"));
        assert_eq!(difference(constraint, Some("valid, switched off"), Some("valid")), None);
        assert_eq!(difference(constraint, Some("valid, switched off"), Some("valid, switched off")), None);
        assert_eq!(difference(ObjectKind::RowSecurity, Some("on, forced"), Some("on")), None);
        let other = difference(constraint, Some("valid"), Some("valid, switched off"));
        assert_eq!(other.as_deref(), Some("is valid, switched off instead of valid"));
        let other = difference(constraint, Some("not valid, switched off"), Some("valid"));
        assert_eq!(other.as_deref(), Some("is valid instead of not valid, switched off"));
    }
}
