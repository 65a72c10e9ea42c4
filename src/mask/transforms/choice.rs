//! `choice`: one of the values that are given, at random.

use super::drawn::Drawn;
use super::literal;
use super::refusal::originals_by_class;
use super::{Built, Facts, Refusal, Site};
use crate::rules::transform::Choice as Options;

/// The values in binary form, each with where its share ends.
pub(super) struct Lots {
    values: Vec<Vec<u8>>,
    ends: Vec<u64>,
}

impl Lots {
    /// Values that come alike often.
    pub(super) fn even(values: Vec<Vec<u8>>) -> Self {
        let ends = (1..=values.len() as u64).collect();
        Self { values, ends }
    }

    fn weighted(values: Vec<Vec<u8>>, weights: &[u32]) -> Self {
        let mut end = 0;
        let ends = weights.iter().map(|weight| {
            end += u64::from(*weight);
            end
        });
        Self { values, ends: ends.collect() }
    }

    fn pick(&self, draw: &mut super::draw::Draw) -> &[u8] {
        let place = draw.below(self.ends.last().copied().unwrap_or(0));
        let index = self.ends.partition_point(|end| *end <= place);
        self.values.get(index).map(Vec::as_slice).unwrap_or_default()
    }

    /// The transform that picks one of them for each original.
    pub(super) fn built(self, kind: &str, site: &Site<'_>) -> Built {
        let drawn = Drawn::new(site, kind, move |draw, out| out.extend_from_slice(self.pick(draw)));
        Built { transform: Box::new(drawn), facts: Facts::of(originals_by_class(&site.column.class)) }
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    if !literal::can_be_written(&site.column.class) {
        return Err(site.wrong_type("choice"));
    }
    let Options { values, weights } = options;
    if values.is_empty() {
        return Err(site.bad_option("choice has nothing to choose from", "write { choice: { values: [a, b] } }"));
    }
    if !weights.is_empty() && (weights.len() != values.len() || weights.iter().all(|weight| *weight == 0)) {
        let what = format!("choice has {} values and {} weights", values.len(), weights.len());
        return Err(site.bad_option(what, "give each value a weight, one of them above 0, or leave the weights out"));
    }
    let mut encoded = Vec::with_capacity(values.len());
    for value in values {
        site.require_room("choice", value.chars().count())?;
        encoded.push(literal::binary(site.column, value).ok_or_else(|| not_a_value(value, site))?);
    }
    let lots = if weights.is_empty() { Lots::even(encoded) } else { Lots::weighted(encoded, weights) };
    Ok(lots.built("choice", site))
}

/// It stands in the rules, so that it may be shown.
fn not_a_value(value: &str, site: &Site<'_>) -> Refusal {
    let column = site.column;
    let help = match column.labels.as_slice() {
        [] => "write values as PostgreSQL shows them, such as 2000-01-01 or 12.50".to_owned(),
        labels => format!("its labels are {}", labels.join(", ")),
    };
    site.bad_option(format!("{value} isn't a value of type {}", column.type_name), help)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn spec(values: &[&str], weights: &[u32]) -> Spec {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Spec::Choice(Options { values, weights: weights.to_vec() })
    }

    #[test]
    fn choices_come_as_often_as_their_weights_say_and_the_same_for_the_same_original() {
        let spec = spec(&["card", "cash", "never"], &[3, 1, 0]);
        let mut counts: HashMap<String, u32> = HashMap::new();
        (0..4000).for_each(|n| *counts.entry(mask(&spec, &n.to_string())).or_default() += 1);
        assert!((2850..3150).contains(&counts["card"]) && !counts.contains_key("never"), "{counts:?}");
        assert_eq!(mask(&spec, "77"), mask(&spec, "77"));
        assert_eq!(mask(&spec, "  "), "  ");
    }

    #[test]
    fn a_choice_is_written_in_the_form_of_its_type() {
        let days = mask_bytes(&spec(&["2000-01-02", "2000-01-03"], &[]), &column(TypeClass::Date, None), &[0; 4]);
        assert!([1i32, 2].map(i32::to_be_bytes).contains(&<[u8; 4]>::try_from(days).unwrap()));
        let interval = Column { type_name: "interval".to_owned(), ..column(TypeClass::Time, None) };
        assert_eq!(mask_bytes(&spec(&["1day"], &[]), &interval, &[0; 16])[8..12], 1i32.to_be_bytes());
        let clock = Column { type_name: "time without time zone".to_owned(), ..column(TypeClass::Time, None) };
        assert_eq!(mask_bytes(&spec(&["00:01"], &[]), &clock, &[0; 8]), 60_000_000i64.to_be_bytes());
    }

    #[test]
    fn a_label_that_the_enum_lacks_is_refused_with_those_that_it_has() {
        let mood = Column { labels: vec!["glad".to_owned(), "trist".to_owned()], ..column(TypeClass::Enum, None) };
        assert_eq!(mask_bytes(&spec(&["glad"], &[]), &mood, b"trist"), b"glad");
        assert!(refusal(&spec(&["glad", "sad"], &[]), &mood).help.contains("glad, trist"));
    }

    #[test]
    fn weights_that_fit_no_value_are_refused() {
        for weights in [&[1][..], &[0, 0], &[1, 2, 3]] {
            assert!(refusal(&spec(&["a", "b"], weights), &column(TypeClass::Text, None)).what.contains("weights"));
        }
        assert!(refusal(&spec(&["long"], &[]), &column(TypeClass::Text, Some(3))).what.contains("too long"));
    }
}
