//! Values of which nothing but the keyed hash of their original decides.

use super::draw::Draw;
use super::{CellError, Masked, Row, Site, Transform};
use crate::postgres::types::TypeClass;
use crate::secret::DomainKey;

/// Makes a value from the choices that an original's keyed hash gives.
pub(super) struct Drawn<F> {
    key: DomainKey,
    is_text: bool,
    put: F,
}

impl<F: Fn(&mut Draw, &mut Vec<u8>) + Send + Sync> Drawn<F> {
    /// `put` appends a value; `kind` names the sub-key.
    pub(super) fn new(site: &Site<'_>, kind: &str, put: F) -> Self {
        Self { key: site.sub_key(kind), is_text: site.column.class == TypeClass::Text, put }
    }
}

impl<F: Fn(&mut Draw, &mut Vec<u8>) + Send + Sync> Transform for Drawn<F> {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if self.is_text && cell.iter().all(u8::is_ascii_whitespace) {
            // It names nobody and stays, as in every transform of text.
            out.extend_from_slice(cell);
        } else {
            (self.put)(&mut Draw::new(&self.key, cell), out);
        }
        Ok(Masked::Value)
    }
}
