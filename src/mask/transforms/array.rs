//! A transform of a type, applied to each element of an array of it.

use super::wire::{Reader, put_value};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Spec, Transform, build as build_one};
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;

/// Rewrites the elements; dimensions, the element type and NULLs stay (`array_send`, `arrayfuncs.c`).
pub(super) struct EachElement(pub(super) Box<dyn Transform>);

impl Transform for EachElement {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let mut reader = Reader(cell);
        let dimensions = reader.i32()?;
        reader.take(8)?;
        let mut count: u64 = u64::from(dimensions > 0);
        for _ in 0..dimensions {
            let length = reader.i32()?;
            reader.take(4)?;
            count = count.saturating_mul(u64::try_from(length).unwrap_or(0));
        }
        let start = out.len();
        let header = cell.len() - reader.0.len();
        out.extend_from_slice(cell.get(..header).unwrap_or_default());
        for _ in 0..count {
            let masked = put_value(out, |out| match reader.value()? {
                Some(element) => self.0.mask(element, row, out),
                None => Ok(Masked::Null),
            })?;
            if masked == Masked::Null
                && let Some(has_nulls) = out.get_mut(start + 7)
            {
                *has_nulls = 1;
            }
        }
        if reader.0.is_empty() { Ok(Masked::Value) } else { Err(super::wire::short()) }
    }
}

pub(super) fn build(spec: &Spec, site: &Site<'_>, element: &TypeClass) -> Result<Built, Refusal> {
    let column = Column { class: element.clone(), ..site.column.clone() };
    let inner = build_one(spec, &site.of(&column))?;
    let facts = Facts { resolvable: false, ..inner.facts };
    Ok(Built { transform: Box::new(EachElement(inner.transform)), facts })
}

impl<'a> Site<'a> {
    /// The same place in the schema, seen as another column: an element, a field, a part of a document.
    pub(super) fn of<'b>(&self, column: &'b Column) -> Site<'b>
    where
        'a: 'b,
    {
        Site {
            column,
            columns: self.columns,
            specs: self.specs,
            locale: self.locale,
            key: self.key,
            domain: self.domain,
            prescan: self.prescan,
        }
    }
}
