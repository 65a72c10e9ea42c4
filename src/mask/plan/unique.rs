//! Whether what has to be distinct stays so: by the construction of the transforms, not by a look at the rows.

use super::{ColumnDecision, Problems, TablePlan};
use crate::mask::transforms::Facts;
use crate::postgres::catalog::{Compares, KeyPart, UniqueKey};
use crate::rules::rule::{Mistake, TableRules};

/// Every unique index, primary key and exclusion constraint of a table holds after masking, or is named as a problem.
///
/// One holds if every part of it does, or if another one holds whose parts are all among its own.
pub(super) fn check_unique_keys(plan: &TablePlan, of_table: Option<&TableRules>, problems: &mut Problems) {
    let check = Check { plan, of_table };
    for key in &plan.table.unique_keys {
        let implied =
            || plan.table.unique_keys.iter().any(|other| implies(other, key) && check.wrong_in(other).is_empty());
        let wrong = check.wrong_in(key);
        if wrong.is_empty() || implied() {
            continue;
        }
        wrong.into_iter().for_each(|mistake| problems.add(mistake));
    }
}

/// Whether rows that are distinct for one key are distinct for the other, whatever stands in them.
fn implies(key: &UniqueKey, other: &UniqueKey) -> bool {
    let has_part = |part: &KeyPart| {
        let told_apart = |own: &KeyPart| own.compares == Compares::Exactly || own.compares == part.compares;
        !matches!(part.compares, Compares::Otherwise(_))
            && other.parts.iter().any(|own| own.columns == part.columns && told_apart(own))
    };
    let nulls = key.nulls_meet || !other.nulls_meet;
    key.condition.is_none() && nulls && !key.parts.is_empty() && key.parts.iter().all(has_part)
}

struct Check<'a> {
    plan: &'a TablePlan,
    of_table: Option<&'a TableRules>,
}

impl Check<'_> {
    /// What stands against a key.
    fn wrong_in(&self, key: &UniqueKey) -> Vec<Mistake> {
        let in_condition = key.condition.iter().flat_map(|condition| {
            // Where all values of a column stay distinct, it doesn't matter much which rows the condition picks: only rows
            // that it left out, and that were alike, could still meet, and then the index says so.
            let counts = move |facts: &Facts| if condition.about_null { facts.makes_null } else { !facts.unique };
            self.masked(&condition.columns).filter(move |(_, facts)| counts(facts)).map(move |(name, _)| {
                let sql = &condition.sql;
                self.mistake(
                    name,
                    |transform| {
                        format!(
                            "the condition of {} ({sql}) reads it, and is true of other rows after {transform}",
                            key.name
                        )
                    },
                    "keep the column: what has to be distinct depends on it",
                )
            })
        });
        let in_parts = key.parts.iter().flat_map(|part| {
            let breaks = move |facts: &Facts| !holds(part, facts, key.nulls_meet);
            self.masked(&part.columns)
                .filter(move |(_, facts)| breaks(facts))
                .map(move |(name, _)| self.in_part(key, part, name))
        });
        in_condition.chain(in_parts).collect()
    }

    fn in_part(&self, key: &UniqueKey, part: &KeyPart, name: &str) -> Mistake {
        let unique = "use a transform that is unique: key, code, uuid, email, hex_digest, token; or keep";
        match &part.compares {
            Compares::Exactly => self.mistake(
                name,
                |transform| format!("it has to be unique ({}), and {transform} can repeat a value", key.name),
                unique,
            ),
            Compares::IgnoringCase => self.mistake(
                name,
                |transform| {
                    format!("it has to be unique in any case of its letters ({}), and {transform} can repeat a value but for its case", key.name)
                },
                unique,
            ),
            Compares::Otherwise(sql) => self.mistake(
                name,
                |transform| format!("{} needs distinct values of {sql}, and {transform} promises them of the column alone", key.name),
                "keep the column, or make it NULL",
            ),
        }
    }

    /// The masked ones of some columns, with what their transforms promise.
    fn masked<'a>(&'a self, columns: &'a [usize]) -> impl Iterator<Item = (&'a str, Facts)> {
        columns.iter().filter_map(|position| {
            let name = &self.plan.table.columns.get(*position)?.name;
            let streamed = self.plan.columns.iter().position(|column| column.name == *name)?;
            // Of those with cases `unmasked` tells.
            if self.plan.by_row.has_cases(streamed) {
                return None;
            }
            Some((name.as_str(), self.plan.transforms.get(streamed)?.as_ref()?.facts))
        })
    }

    fn mistake(&self, name: &str, what: impl Fn(&str) -> String, help: &str) -> Mistake {
        let rule = self.of_table.and_then(|of| of.columns.iter().find(|rule| rule.name == name));
        let position = self.plan.columns.iter().position(|column| column.name == name);
        let decision = position.and_then(|position| self.plan.decisions.get(position));
        let transform = decision.and_then(ColumnDecision::transform).unwrap_or("the transform");
        Mistake {
            place: rule.map(|rule| rule.place),
            what: format!("{}.{name}: {}", self.plan.table.root, what(transform)),
            help: Some(help.to_owned()),
        }
    }
}

/// Whether a part of a key stays distinct with a transform on a column of it.
fn holds(part: &KeyPart, facts: &Facts, nulls_meet: bool) -> bool {
    let distinct = match part.compares {
        Compares::Exactly => facts.unique || facts.resolvable,
        // What is resolved has no letters, or those of one case.
        Compares::IgnoringCase => facts.unique_ignoring_case || facts.resolvable,
        Compares::Otherwise(_) => false,
    };
    distinct || (facts.makes_null && !nulls_meet)
}
