//! `enum_value`: another label of the enum, chosen anew in each row: with one choice for each label, counting would undo it.

use super::drawn::RowIdentity;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::suggest;
use crate::rules::transform::EnumValue as Options;
use crate::secret::DomainKey;

/// The labels that are given out; at least one.
struct Labels {
    key: DomainKey,
    row: RowIdentity,
    labels: Vec<String>,
}

impl Transform for Labels {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let own = self.labels.iter().position(|label| label.as_bytes() == cell);
        let others = self.labels.len() - usize::from(own.is_some() && self.labels.len() > 1);
        let choice = self.row.draw(&self.key, cell, row).below(others as u64) as usize;
        let skipped = own.is_some_and(|own| others < self.labels.len() && choice >= own);
        let label = self.labels.get(choice + usize::from(skipped));
        out.extend_from_slice(label.map(String::as_bytes).unwrap_or_default());
        Ok(Masked::Value)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    if site.column.class != TypeClass::Enum {
        return Err(site.wrong_type("enum_value"));
    }
    let known = &site.column.labels;
    if let Some(unknown) = options.except.iter().find(|label| !known.contains(label) && !known.is_empty()) {
        let help = suggest::advice(unknown, known.iter().map(String::as_str));
        let help = help.unwrap_or_else(|| format!("its labels are {}", known.join(", ")));
        return Err(site.bad_option(format!("the enum has no label {unknown}"), help));
    }
    let labels: Vec<String> = known.iter().filter(|label| !options.except.contains(label)).cloned().collect();
    if labels.is_empty() {
        return Err(site.bad_option(
            if known.is_empty() { "the labels of the enum aren't known here" } else { "no label is left to give" },
            "write { choice: { values: [a, b] } }, or constant",
        ));
    }
    // A label that is alone stays what it is.
    let always_changes = labels.len() > 1;
    let facts = Facts { always_changes, ..Facts::of(OriginalsOf::Shared) };
    Ok(Built {
        transform: Box::new(Labels { key: site.sub_key("enum_value"), row: RowIdentity::of(site), labels }),
        facts,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::testing::{built, column, mask_with, refusal};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::rules::transform::Transform as Spec;

    fn spec(except: &[&str]) -> Spec {
        Spec::EnumValue(Options { except: except.iter().map(|label| (*label).to_owned()).collect() })
    }

    fn status(labels: &[&str]) -> Column {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        Column { labels, ..column(TypeClass::Enum, None) }
    }

    #[test]
    fn every_label_becomes_another_and_none_an_excepted_one() {
        let column = status(&["new", "active", "blocked", "deleted"]);
        for original in ["new", "active", "blocked", "deleted"] {
            let masked = mask_with(&spec(&["deleted"]), &column, original);
            assert!(masked != original && masked != "deleted" && column.labels.contains(&masked), "{masked}");
        }
        let two = status(&["yes", "no"]);
        assert_eq!(
            (mask_with(&spec(&[]), &two, "yes"), mask_with(&spec(&[]), &two, "no")),
            ("no".into(), "yes".into())
        );
        let seen: HashSet<String> = (0..50).map(|n| mask_with(&spec(&[]), &column, &format!("label {n}"))).collect();
        assert_eq!(seen.len(), 4);
    }

    #[test]
    fn a_label_alone_stays_and_that_is_said() {
        let column = status(&["only", "old"]);
        assert_eq!(mask_with(&spec(&["old"]), &column, "only"), "only");
        assert!(!built(&spec(&["old"]), &column).facts.always_changes);
    }

    #[test]
    fn labels_that_are_not_there_are_refused() {
        assert!(refusal(&spec(&["blokked"]), &status(&["new", "blocked"])).help.contains("blocked"));
        assert!(refusal(&spec(&["new"]), &status(&["new"])).what.contains("no label"));
        assert!(refusal(&spec(&[]), &status(&[])).what.contains("aren't known"));
        assert!(refusal(&spec(&[]), &column(TypeClass::Text, None)).what.contains("can't mask"));
    }
}
