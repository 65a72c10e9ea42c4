//! Shorthand for the tests of transforms.

use super::{Built, CellError, Masked, Refusal, Row, Site, Spec, build};
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

/// A column of text by this name.
pub(super) fn text_column(name: &str) -> Column {
    Column { name: name.to_owned(), ..column(TypeClass::Text, None) }
}

/// A table of columns whose transforms read one another.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) specs: Vec<Option<Spec>>,
    pub(super) locale: Locale,
}

impl Table {
    /// Columns of text; those without a transform are kept.
    pub(super) fn new<const N: usize>(columns: [(&str, Option<Spec>); N]) -> Self {
        let (names, specs): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        Self { columns: names.into_iter().map(text_column).collect(), specs, locale: Locale::NbNo }
    }

    /// Builds the transform of a column.
    pub(super) fn try_build(&self, place: usize) -> Result<Built, Refusal> {
        let (key, prescan) = (key(), Default::default());
        let specs: Vec<Option<&Spec>> = self.specs.iter().map(Option::as_ref).collect();
        let site = Site {
            column: &self.columns[place],
            columns: &self.columns,
            specs: &specs,
            locale: self.locale,
            key: &key,
            domain: None,
            prescan: &prescan,
        };
        build(self.specs[place].as_ref().expect("a transform"), &site)
    }

    /// The masked text of a column in a row.
    pub(super) fn mask(&self, place: usize, row: &[&str]) -> String {
        let transforms: Vec<Option<Built>> = (0..self.specs.len())
            .map(|place| {
                let spec = self.specs[place].as_ref()?;
                Some(self.try_build(place).unwrap_or_else(|refusal| panic!("{spec:?} {refusal:?}")))
            })
            .collect();
        let cells: Vec<Option<&[u8]>> = row.iter().map(|cell| Some(cell.as_bytes())).collect();
        let mut out = Vec::new();
        let masked: Result<Masked, CellError> = Row { cells: &cells, transforms: &transforms }.masked(place, &mut out);
        assert_eq!(masked, Ok(Masked::Value));
        String::from_utf8(out).unwrap()
    }
}

/// The masked text of a text in a locale.
pub(super) fn mask_in(locale: Locale, spec: &Spec, text: &str) -> String {
    Table { locale, ..Table::new([("col", Some(spec.clone()))]) }.mask(0, &[text])
}
