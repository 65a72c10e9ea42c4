//! `constant`: the same value in every row.

use super::literal;
use super::refusal::originals_by_class;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::rules::transform::Constant as Options;

/// The value in binary form.
struct Constant(Vec<u8>);

impl Transform for Constant {
    fn mask(&self, _cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        out.extend_from_slice(&self.0);
        Ok(Masked::Value)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.forbid_unique("constant")?;
    site.require_room("constant", options.value.chars().count())?;
    let class = &site.column.class;
    if !literal::can_be_written(class) {
        return Err(site.wrong_type("constant"));
    }
    let value = literal::binary(site.column, &options.value).ok_or_else(|| {
        let type_name = &site.column.type_name;
        site.bad_option(
            format!("the constant isn't a value of type {type_name}"),
            "write it as PostgreSQL shows it, such as 2000-01-01 or 12.50",
        )
    })?;
    Ok(Built { transform: Box::new(Constant(value)), facts: Facts::of(originals_by_class(class)) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask_bytes, refusal};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn spec(value: &str) -> Spec {
        Spec::Constant(Options { value: value.to_owned() })
    }

    #[test]
    fn a_value_is_written_in_the_form_of_its_type() {
        let masked = |class, value: &str| mask_bytes(&spec(value), &column(class, None), b"whatever");
        assert_eq!(masked(TypeClass::Int4, "-7"), (-7i32).to_be_bytes());
        assert_eq!(masked(TypeClass::Date, "2000-01-02"), 1i32.to_be_bytes());
        assert_eq!(masked(TypeClass::Timestamp, "2000-01-01 00:01:00"), 60_000_000i64.to_be_bytes());
        assert_eq!(masked(TypeClass::Jsonb, r#"{"a": 1}"#), b"\x01{\"a\": 1}");
        assert_eq!(masked(TypeClass::Numeric, "12345.6"), [0, 3, 0, 1, 0, 0, 0, 1, 0, 1, 9, 41, 23, 112]);
        assert_eq!(masked(TypeClass::Inet, "192.0.2.0/24"), [2, 24, 0, 4, 192, 0, 2, 0]);
    }

    #[test]
    fn what_is_no_value_of_the_type_is_refused() {
        for (class, value) in [
            (TypeClass::Int2, "70000"),
            (TypeClass::Date, "2023-02-29"),
            (TypeClass::Jsonb, "{"),
            (TypeClass::Uuid, "abc"),
            (TypeClass::Numeric, "1e5"),
        ] {
            assert!(refusal(&spec(value), &column(class, None)).what.contains("isn't a value"), "{value}");
        }
        assert!(refusal(&spec("too long"), &column(TypeClass::Text, Some(3))).what.contains("too long"));
    }
}
