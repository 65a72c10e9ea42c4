//! `dictionary`: one of the values in a file, at random. The file is read when the rules are.

use super::choice::Lots;
use super::literal;
use super::{Built, Refusal, Site};
use crate::rules::transform::Dictionary as Options;

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    if !literal::can_be_written(&site.column.class) {
        return Err(site.wrong_type("dictionary"));
    }
    let file = &options.file;
    if options.entries.0.is_empty() {
        let help = "load the rules from their file, so that the dictionary is read with them";
        return Err(site.bad_option(format!("the dictionary {file} was not read"), help));
    }
    let mut values = Vec::with_capacity(options.entries.0.len());
    for (index, entry) in options.entries.0.iter().enumerate() {
        let place = format!("value {} of the dictionary {file}", index + 1);
        if entry.chars().count() > site.room() {
            let what = format!("{place} has more than {} characters", site.room());
            return Err(site.bad_option(what, "shorten it, or choose another dictionary"));
        }
        let value = literal::binary(site.column, entry);
        values.push(value.ok_or_else(|| {
            let what = format!("{place} isn't a value of type {}", site.column.type_name);
            site.bad_option(what, "write values as PostgreSQL shows them, such as 2000-01-01 or 12.50")
        })?);
    }
    Ok(Lots::even(values).built("dictionary", site))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use super::super::testing::{column, mask, refusal};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::{Entries, Transform as Spec};

    fn spec(values: &[&str]) -> Spec {
        let entries = Entries(Arc::new(values.iter().map(|value| (*value).to_owned()).collect()));
        Spec::Dictionary(Options { file: "products.txt".to_owned(), column: None, entries })
    }

    #[test]
    fn every_value_of_the_file_comes_and_the_same_for_the_same_original() {
        let spec = spec(&["kettle", "lamp", "chair"]);
        let seen: HashSet<String> = (0..100).map(|n| mask(&spec, &n.to_string())).collect();
        assert_eq!(seen.len(), 3);
        assert_eq!(mask(&spec, "1"), mask(&spec, "1"));
    }

    #[test]
    fn a_value_that_does_not_fit_is_named_by_its_place_alone() {
        let refused = refusal(&spec(&["lamp", "a long kettle"]), &column(TypeClass::Text, Some(5)));
        assert!(refused.what.contains("value 2") && !refused.what.contains("kettle"), "{refused:?}");
        let refused = refusal(&spec(&["7", "lamp"]), &column(TypeClass::Int4, None));
        assert!(refused.what.contains("value 2") && !refused.what.contains("lamp"), "{refused:?}");
        assert!(refusal(&spec(&[]), &column(TypeClass::Text, None)).what.contains("was not read"));
    }
}
