//! `null`: NULL in every row.

use super::refusal::originals_by_class;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};

/// Forgets the cell.
struct Null;

impl Transform for Null {
    fn mask(&self, _cell: &[u8], _row: &Row<'_>, _out: &mut Vec<u8>) -> Result<Masked, CellError> {
        Ok(Masked::Null)
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    if site.column.not_null {
        return Err(Refusal {
            what: format!("null can't mask column {}, which is NOT NULL", site.column.name),
            help: "use redact or constant".to_owned(),
        });
    }
    let facts = Facts { makes_null: true, ..Facts::of(originals_by_class(&site.column.class)) };
    Ok(Built { transform: Box::new(Null), facts })
}
