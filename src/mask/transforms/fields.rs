//! `fields`: transforms for the fields of a composite type, by name.

use std::collections::BTreeMap;

use super::wire::{Reader, put_value, short};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform, build as build_one};
use crate::originals::OriginalsOf;
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Decision, PartDecision};

/// One transform a field; `None` is keep.
struct Fields(Vec<Option<Box<dyn Transform>>>);

/// `record_send` (`rowtypes.c`): a count, then each field's type and value.
impl Transform for Fields {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let mut reader = Reader(cell);
        let count = reader.i32()?;
        if usize::try_from(count) != Ok(self.0.len()) {
            return Err(CellError("the value has another number of fields than its type".to_owned()));
        }
        out.extend_from_slice(&count.to_be_bytes());
        for transform in &self.0 {
            out.extend_from_slice(&reader.array::<4>()?);
            put_value(out, |out| match (reader.value()?, transform) {
                (None, _) => Ok(Masked::Null),
                (Some(value), Some(transform)) => transform.mask(value, row, out),
                (Some(value), None) => {
                    out.extend_from_slice(value);
                    Ok(Masked::Value)
                }
            })?;
        }
        if reader.0.is_empty() { Ok(Masked::Value) } else { Err(short()) }
    }
}

pub(super) fn build(decisions: &BTreeMap<String, PartDecision>, site: &Site<'_>) -> Result<Built, Refusal> {
    let TypeClass::Composite(fields) = &site.column.class else { return Err(site.wrong_type("fields")) };
    site.forbid_unique("fields")?;
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(unknown) = decisions.keys().find(|name| !names.contains(&name.as_str())) {
        return Err(site.bad_option(format!("the type has no field {unknown}"), format!("it has {}", names.join(", "))));
    }
    let undecided: Vec<&str> = fields
        .iter()
        .filter(|(name, class)| !decisions.contains_key(name) && class.can_carry_personal_data())
        .map(|(name, _)| name.as_str())
        .collect();
    if !undecided.is_empty() {
        return Err(site.bad_option(
            format!("nothing is said of {}", undecided.join(", ")),
            "these fields could carry personal data: give each a transform, or keep",
        ));
    }
    let transforms = fields.iter().map(|(name, class)| field(name, class, decisions.get(name), site));
    let transform = Box::new(Fields(transforms.collect::<Result<_, _>>()?));
    Ok(Built { transform, facts: Facts::of(OriginalsOf::Text) })
}

fn field(
    name: &str,
    class: &TypeClass,
    part: Option<&PartDecision>,
    site: &Site<'_>,
) -> Result<Option<Box<dyn Transform>>, Refusal> {
    let Some(part) = part else { return Ok(None) };
    let within = |refusal: Refusal| Refusal { what: format!("field {name}: {}", refusal.what), help: refusal.help };
    let unknown = || within(site.bad_option("no such transform", "give it options, or choose another"));
    let decision = part.decision().ok_or_else(unknown)?;
    let Decision::Mask(spec) = decision else { return Ok(None) };
    let column = Column {
        name: format!("{}.{name}", site.column.name),
        class: class.clone(),
        type_name: format!("{class:?}").to_lowercase(),
        max_chars: None,
        not_null: false,
        unique: false,
        ..site.column.clone()
    };
    build_one(&spec, &site.of(&column)).map(|built| Some(built.transform)).map_err(within)
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;

    fn person() -> TypeClass {
        TypeClass::Composite(vec![("name".into(), TypeClass::Text), ("age".into(), TypeClass::Int4)])
    }

    fn record(name: Option<&str>) -> Vec<u8> {
        let mut cell = 2i32.to_be_bytes().to_vec();
        cell.extend_from_slice(&25u32.to_be_bytes());
        cell.extend_from_slice(&name.map_or(-1, |name| name.len() as i32).to_be_bytes());
        cell.extend_from_slice(name.unwrap_or_default().as_bytes());
        cell.extend_from_slice(&23u32.to_be_bytes());
        cell.extend_from_slice(&4i32.to_be_bytes());
        cell.extend_from_slice(&44i32.to_be_bytes());
        cell
    }

    #[test]
    fn one_field_is_masked_and_the_others_stay() {
        let spec = Spec::Fields([("name".to_owned(), PartDecision::Name("first_name".into()))].into());
        let fake = mask(&Spec::FirstName(Default::default()), "Ingrid");
        assert_eq!(mask_bytes(&spec, &column(person(), None), &record(Some("Ingrid"))), record(Some(&fake)));
        assert_eq!(mask_bytes(&spec, &column(person(), None), &record(None)), record(None));
    }

    #[test]
    fn a_field_that_nothing_is_said_of_is_refused_if_it_could_name_somebody() {
        let spec = Spec::Fields([("age".to_owned(), PartDecision::Name("keep".into()))].into());
        assert!(refusal(&spec, &column(person(), None)).what.contains("nothing is said of name"));
        let unknown = Spec::Fields([("nickname".to_owned(), PartDecision::Name("keep".into()))].into());
        assert!(refusal(&unknown, &column(person(), None)).help.contains("name, age"));
    }
}
