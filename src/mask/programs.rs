//! Programs that rules name are started only where the person who starts the run allows it.

use crate::rules::rule::{Mistake, Rules};
use crate::rules::transform::Decision;

/// The columns whose rules want to run a program although none is allowed.
pub(super) fn not_allowed(rules: &Rules) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if rules.commands_allowed {
        return mistakes;
    }
    let runs = |decision: &Decision| matches!(decision, Decision::Mask(transform) if transform.runs_a_program());
    for table in &rules.tables {
        for rule in &table.columns {
            if runs(&rule.decision) || rule.cases.iter().any(|case| runs(&case.decision)) {
                let help = "look at what it runs; then allow it with --allow-commands, or with `allow: [commands]` in the \
                            refresh file";
                mistakes.push(Mistake {
                    place: Some(rule.place),
                    what: format!("{}.{} wants to run a program, and no program is allowed", table.name, rule.name),
                    help: Some(help.to_owned()),
                });
            }
        }
    }
    mistakes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::load;

    #[test]
    fn a_program_in_a_part_of_a_document_is_one_too() {
        let text =
            "version: 1\ntables: { t: { columns: { c: { json: { $.a: { command: { run: [x] } } } }, d: keep } } }";
        let mut rules = load::parse("", text.as_bytes()).unwrap();
        assert_eq!(not_allowed(&rules).len(), 1);
        rules.commands_allowed = true;
        assert_eq!(not_allowed(&rules), []);
    }
}
