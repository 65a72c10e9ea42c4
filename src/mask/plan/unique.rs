//! What has to be unique stays so.

use super::{ColumnDecision, Problems, TablePlan};
use crate::mask::transforms::Facts;
use crate::rules::rule::{Mistake, TableRules};

/// A key with a masked column stays unique if every masked column does, or if what is kept of it is a key by itself.
pub(super) fn check_unique_keys(plan: &TablePlan, of_table: Option<&TableRules>, problems: &mut Problems) {
    let facts = |position: usize| {
        let name = &plan.table.columns.get(position)?.name;
        let streamed = plan.columns.iter().position(|column| column.name == *name)?;
        Some((name, plan.transforms.get(streamed)?.as_ref()?.facts))
    };
    let keys = &plan.table.unique_keys;
    for key in keys {
        let masked: Vec<_> = key.columns.iter().filter_map(|&position| facts(position)).collect();
        let kept: Vec<usize> = key.columns.iter().copied().filter(|&position| facts(position).is_none()).collect();
        let kept_is_key = keys
            .iter()
            .any(|other| !other.columns.is_empty() && other.columns.iter().all(|column| kept.contains(column)));
        if kept_is_key {
            continue;
        }
        let has_cases = |name: &str| {
            let position = plan.columns.iter().position(|column| column.name == name);
            position.is_some_and(|position| plan.by_row.has_cases(position))
        };
        let can_meet = |facts: &Facts| !facts.unique && !facts.resolvable && !facts.makes_null;
        // Of those with cases `unmasked` tells.
        for (name, _) in masked.iter().filter(|(name, facts)| can_meet(facts) && !has_cases(name)) {
            let rule = of_table.and_then(|of| of.columns.iter().find(|rule| rule.name == **name));
            let decision = plan.columns.iter().position(|column| column.name == **name);
            let decision = decision.and_then(|position| plan.decisions.get(position));
            let transform = decision.and_then(ColumnDecision::transform).unwrap_or("the transform");
            problems.add(Mistake {
                place: rule.map(|rule| rule.place),
                what: format!(
                    "{}.{name} has to be unique ({}), and {transform} can repeat a value",
                    plan.table.root, key.name
                ),
                help: Some("use a transform that is unique: email, hex_digest, token; or keep".to_owned()),
            });
        }
    }
}
