//! Types that a transform of another type takes as well: they are made of such values, or are one by another name.

use super::wire::short;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Spec, Transform, build as build_one, range};
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;

/// Masks each number of a point or another figure by itself.
struct Coordinates(Box<dyn Transform>);

/// `geo_ops.c`: whatever the figure, what isn't a multiple of eight bytes stands before the numbers.
impl Transform for Coordinates {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let (head, numbers) = cell.split_at_checked(cell.len() % 8).ok_or_else(short)?;
        out.extend_from_slice(head);
        for number in numbers.chunks(8) {
            if self.0.mask(number, row, out)? == Masked::Null {
                return Ok(Masked::Null);
            }
        }
        Ok(Masked::Value)
    }
}

/// Builds for a column of a type that is made of others, or is another by another name; `None` if it isn't.
pub(super) fn build(spec: &Spec, site: &Site<'_>) -> Option<Result<Built, Refusal>> {
    if matches!(spec, Spec::Null(_) | Spec::Redact(_) | Spec::Constant(_)) {
        return None;
    }
    let column = site.column;
    Some(match &column.class {
        TypeClass::Range(bound) | TypeClass::Multirange(bound) => range::build(spec, site, bound),
        // The same eight bytes; but options in units of money would be taken for units of the smallest coin.
        TypeClass::Money if matches!(spec, Spec::Noise(_)) => {
            build_one(spec, &site.of(&seen_as(column, TypeClass::Int8)))
        }
        TypeClass::Point | TypeClass::Geometry => coordinates(spec, site),
        _ => return None,
    })
}

fn coordinates(spec: &Spec, site: &Site<'_>) -> Result<Built, Refusal> {
    let inner = build_one(spec, &site.of(&seen_as(site.column, TypeClass::Float8)))?;
    // A place at 0 stays there.
    let facts = Facts { unique: false, resolvable: false, always_changes: false, ..inner.facts };
    Ok(Built { transform: Box::new(Coordinates(inner.transform)), facts })
}

fn seen_as(column: &Column, class: TypeClass) -> Column {
    Column { class, ..column.clone() }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask_bytes, refusal};
    use super::*;

    #[test]
    fn money_is_a_number_of_its_smallest_units() {
        let spec = Spec::Noise(Default::default());
        let of = |class| mask_bytes(&spec, &column(class, None), &125_050i64.to_be_bytes());
        assert_eq!(of(TypeClass::Money), of(TypeClass::Int8));
        assert_ne!(of(TypeClass::Money), 125_050i64.to_be_bytes());
    }

    #[test]
    fn each_number_of_a_figure_is_masked_and_its_head_stays() {
        let spec = Spec::Noise(Default::default());
        let number = |number: f64| mask_bytes(&spec, &column(TypeClass::Float8, None), &number.to_be_bytes());
        let point = [59.9f64.to_be_bytes(), 10.7f64.to_be_bytes()].concat();
        assert_eq!(mask_bytes(&spec, &column(TypeClass::Point, None), &point), [number(59.9), number(10.7)].concat());
        let path = [vec![1, 0, 0, 0, 1], point].concat();
        let masked = mask_bytes(&spec, &column(TypeClass::Geometry, None), &path);
        assert_eq!(masked, [vec![1, 0, 0, 0, 1], number(59.9), number(10.7)].concat());
    }

    #[test]
    fn a_transform_of_names_takes_no_figure() {
        assert!(refusal(&Spec::Email(Default::default()), &column(TypeClass::Point, None)).what.contains("email"));
    }
}
