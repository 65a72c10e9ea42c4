//! Shorthand for the tests of transforms.

use super::{Built, Masked, Refusal, Row, Site, Spec, build};
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Locale;
use crate::secret::MaskingKey;

/// The key of all tests.
pub(super) fn key() -> MaskingKey {
    MaskingKey::parse(&"5eed".repeat(16)).unwrap()
}

/// A column by itself.
pub(super) fn column(class: TypeClass, max_chars: Option<usize>) -> Column {
    Column {
        name: "col".to_owned(),
        type_name: "some type".to_owned(),
        class,
        max_chars,
        not_null: false,
        generated: false,
        unique: false,
        binary: true,
        labels: Vec::new(),
    }
}

/// Builds for a column by itself, in Norwegian.
pub(super) fn try_build(spec: &Spec, column: &Column) -> Result<Built, Refusal> {
    let key = key();
    let columns = std::slice::from_ref(column);
    let prescan = Default::default();
    let site =
        Site { column, columns, specs: &[None], locale: Locale::NbNo, key: &key, domain: None, prescan: &prescan };
    build(spec, &site)
}

/// As [`try_build`], where it must work.
pub(super) fn built(spec: &Spec, column: &Column) -> Built {
    try_build(spec, column).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

/// Why a transform can't be built.
pub(super) fn refusal(spec: &Spec, column: &Column) -> Refusal {
    try_build(spec, column).err().expect("a refusal")
}

/// The masked bytes of a cell.
pub(super) fn mask_bytes(spec: &Spec, column: &Column, cell: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let masked = built(spec, column).transform.mask(cell, &Row { cells: &[], transforms: &[] }, &mut out);
    assert_eq!(masked, Ok(Masked::Value));
    out
}

/// The masked text of a text.
pub(super) fn mask_with(spec: &Spec, column: &Column, text: &str) -> String {
    String::from_utf8(mask_bytes(spec, column, text.as_bytes())).unwrap()
}

/// The masked text of a text in a column without limits.
pub(super) fn mask(spec: &Spec, text: &str) -> String {
    mask_with(spec, &column(TypeClass::Text, None), text)
}
