//! `bucket`: the edge of the bucket that a number falls into; in text, the bucket's label.

use std::cmp::Ordering;

use super::decimal::Decimal;
use super::numbers::Numbers;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::texts::as_text;
use crate::rules::transform::Bucket as Options;

/// Finds the bucket of a number.
struct Buckets {
    numbers: Numbers,
    /// Where buckets begin, in rising order; at least one.
    edges: Vec<Decimal>,
    /// In a column of text, what each is called.
    labels: Vec<String>,
}

impl Buckets {
    fn of(&self, number: &Decimal) -> usize {
        self.edges.partition_point(|edge| edge.compare(number) != Ordering::Greater).saturating_sub(1)
    }
}

impl Transform for Buckets {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let number = self.numbers.read(cell)?;
        if self.numbers.is_text() {
            if as_text(cell).trim().is_empty() {
                out.extend_from_slice(cell);
            } else {
                let label = self.labels.get(number.map_or(0, |number| self.of(&number)));
                out.extend_from_slice(label.map(String::as_bytes).unwrap_or_default());
            }
            return Ok(Masked::Value);
        }
        let Some(number) = number else {
            out.extend_from_slice(cell);
            return Ok(Masked::Value);
        };
        let edge = self.edges.get(self.of(&number)).ok_or_else(|| CellError("there is no bucket".to_owned()))?;
        // With the decimals of the original, so that a column without a scale of its own looks as before.
        let edge = edge.clone().with_at_least(number.scale());
        if self.numbers.write(&edge, &edge, out) {
            Ok(Masked::Value)
        } else {
            Err(CellError("the edge of its bucket doesn't fit the column".to_owned()))
        }
    }
}

/// `18-29` between whole numbers, `0.5 to 1.0` between others, `67+` from the last edge on.
fn labels(edges: &[Decimal]) -> Vec<String> {
    let whole = edges.iter().all(|edge| edge.scale() == 0);
    let label = |(index, edge): (usize, &Decimal)| match edges.get(index + 1) {
        None => format!("{}+", edge.text()),
        Some(next) => match next.to_i64().filter(|_| whole).and_then(|next| next.checked_sub(1)) {
            Some(last) if Some(last) == edge.to_i64() => edge.text(),
            Some(last) => format!("{}-{last}", edge.text()),
            None => format!("{} to {}", edge.text(), next.text()),
        },
    };
    edges.iter().enumerate().map(label).collect()
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let numbers = Numbers::of(site, "bucket")?;
    let example = "write them in rising order, as in { bucket: { edges: [0, 18, 30, 50, 67] } }";
    let edges = options.edges.iter().map(|edge| Decimal::parse(edge.trim())).collect::<Option<Vec<_>>>();
    let rising = |edges: &Vec<Decimal>| {
        !edges.is_empty() && edges.windows(2).all(|pair| matches!(pair, [a, b] if a.compare(b) == Ordering::Less))
    };
    let edges = edges
        .filter(rising)
        .ok_or_else(|| site.bad_option("the edges of the buckets aren't numbers in rising order", example))?;
    if edges.iter().any(|edge| !numbers.write(edge, edge, &mut Vec::new()) && !numbers.is_text()) {
        return Err(site.bad_option("some edge is no value of the column's type", "choose others"));
    }
    if !options.labels.is_empty() && options.labels.len() != edges.len() {
        let what = format!("there are {} buckets and {} labels", edges.len(), options.labels.len());
        return Err(site.bad_option(what, "give each edge a label"));
    }
    let labels = if options.labels.is_empty() { labels(&edges) } else { options.labels.clone() };
    if numbers.is_text() {
        let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        site.require_room("bucket", longest)?;
    } else if !options.labels.is_empty() {
        return Err(site.bad_option("labels are for columns of text", "leave them out: numbers become the edge"));
    }
    Ok(Built { transform: Box::new(Buckets { numbers, edges, labels }), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn spec(edges: &[&str], labels: &[&str]) -> Spec {
        let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Spec::Bucket(Options { edges: all(edges), labels: all(labels) })
    }

    const AGES: &[&str] = &["0", "18", "30", "67"];

    #[test]
    fn a_number_becomes_the_lower_edge_of_its_bucket() {
        for (age, edge) in [(-3i32, 0i32), (0, 0), (17, 0), (18, 18), (29, 18), (66, 30), (67, 67), (130, 67)] {
            let masked = mask_bytes(&spec(AGES, &[]), &column(TypeClass::Int4, None), &age.to_be_bytes());
            assert_eq!(masked, edge.to_be_bytes(), "{age}");
        }
        let masked = mask_bytes(&spec(&["0", "0.5"], &[]), &column(TypeClass::Float8, None), &0.7f64.to_be_bytes());
        assert_eq!(masked, 0.5f64.to_be_bytes());
    }

    #[test]
    fn a_text_becomes_the_label_of_its_bucket() {
        assert_eq!(mask(&spec(AGES, &[]), "44"), "30-66");
        assert_eq!(mask(&spec(AGES, &[]), " 101 "), "67+");
        assert_eq!(mask(&spec(AGES, &[]), "old"), "0-17");
        assert_eq!(mask(&spec(&["0", "0.5", "1"], &[]), "0.7"), "0.5 to 1");
        assert_eq!(mask(&spec(&["0", "18"], &["minor", "of age"]), "44"), "of age");
    }

    #[test]
    fn edges_out_of_order_and_labels_without_a_bucket_are_refused() {
        let text = column(TypeClass::Text, None);
        assert!(refusal(&spec(&["5", "1"], &[]), &text).what.contains("rising"));
        assert!(refusal(&spec(&["a"], &[]), &text).what.contains("rising"));
        assert!(refusal(&spec(&["1", "2"], &["x"]), &text).what.contains("labels"));
        assert!(refusal(&spec(&["0.5"], &[]), &column(TypeClass::Int2, None)).what.contains("no value"));
        assert!(refusal(&spec(&["1"], &["x"]), &column(TypeClass::Int2, None)).what.contains("text"));
    }
}
