//! `hstore`: transforms by key; what no key names is redacted.

use std::collections::BTreeMap;

use super::parts::Action;
use super::wire::{Reader, put_value, short};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::texts::as_text;
use crate::postgres::types::TypeClass;
use crate::rules::transform::PartDecision;

/// Stands for all keys that have no entry of their own.
const OTHERS: &str = "*";

/// Stands for the keys themselves.
const KEYS: &str = "~";

/// What happens to each value, and to the keys.
struct Hstore {
    by_key: BTreeMap<String, Action>,
    others: Action,
    keys: Action,
}

/// `hstore_send` (`contrib/hstore/hstore_io.c`): a count, then keys and values. Of keys that meet when masked the server keeps
/// one.
impl Transform for Hstore {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let mut reader = Reader(cell);
        let count = reader.i32()?;
        out.extend_from_slice(&count.to_be_bytes());
        for _ in 0..count {
            let key = reader.value()?.ok_or_else(short)?;
            let action = self.by_key.get(as_text(key).as_ref()).unwrap_or(&self.others);
            put_value(out, |out| match self.keys.mask(key, row, out)? {
                // A key can't be NULL.
                Masked::Null => Action::Redact.mask(key, row, out),
                masked => Ok(masked),
            })?;
            put_value(out, |out| match reader.value()? {
                Some(value) => action.mask(value, row, out),
                None => Ok(Masked::Null),
            })?;
        }
        if reader.0.is_empty() { Ok(Masked::Value) } else { Err(short()) }
    }
}

pub(super) fn build(decisions: &BTreeMap<String, PartDecision>, site: &Site<'_>) -> Result<Built, Refusal> {
    if site.column.class != TypeClass::Hstore {
        return Err(site.wrong_type("hstore"));
    }
    site.forbid_unique("hstore")?;
    let action = |key: &str| decisions.get(key).map(|part| Action::new(part, key, site)).transpose();
    let others = action(OTHERS)?.unwrap_or(Action::Redact);
    let keys = action(KEYS)?.unwrap_or(Action::Keep);
    let by_key = decisions.iter().filter(|(key, _)| !matches!(key.as_str(), OTHERS | KEYS));
    let by_key =
        by_key.map(|(key, part)| Ok((key.clone(), Action::new(part, key, site)?))).collect::<Result<_, _>>()?;
    let transform = Box::new(Hstore { by_key, others, keys });
    Ok(Built { transform, facts: Facts::of(OriginalsOf::Text) })
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;

    fn spec(parts: &[(&str, &str)]) -> Spec {
        let part = |(key, name): &(&str, &str)| ((*key).to_owned(), PartDecision::Name((*name).to_owned()));
        Spec::Hstore(parts.iter().map(part).collect())
    }

    fn hstore(pairs: &[(&str, Option<&str>)]) -> Vec<u8> {
        let mut bytes = (pairs.len() as i32).to_be_bytes().to_vec();
        for (key, value) in pairs {
            for text in [Some(*key), *value] {
                bytes.extend_from_slice(&text.map_or(-1, |text| text.len() as i32).to_be_bytes());
                bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
            }
        }
        bytes
    }

    #[test]
    fn each_key_has_its_transform_and_what_none_names_is_redacted() {
        let column = column(TypeClass::Hstore, None);
        let cell = hstore(&[("email", Some("a@b.no")), ("plan", Some("gold")), ("x", Some("y")), ("z", None)]);
        let email = mask(&Spec::Email(Default::default()), "a@b.no");
        let rest = |x| [("email", Some(email.as_str())), ("plan", Some("gold")), ("x", x), ("z", None)];
        let masked = |parts: &[(&str, &str)]| mask_bytes(&spec(parts), &column, &cell);
        assert_eq!(masked(&[("email", "email"), ("plan", "keep")]), hstore(&rest(Some("redacted"))));
        assert_eq!(masked(&[("email", "email"), ("plan", "keep"), ("*", "null")]), hstore(&rest(None)));
    }

    #[test]
    fn keys_are_masked_where_the_rules_say_so() {
        let email = mask(&Spec::Email(Default::default()), "a@b.no");
        let masked = mask_bytes(
            &spec(&[("~", "email"), ("*", "keep")]),
            &column(TypeClass::Hstore, None),
            &hstore(&[("a@b.no", Some("1"))]),
        );
        assert_eq!(masked, hstore(&[(&email, Some("1"))]));
    }

    #[test]
    fn another_type_and_a_transform_that_takes_no_text_are_refused() {
        assert!(refusal(&spec(&[("*", "keep")]), &column(TypeClass::Text, None)).help.contains("free_text"));
        let fields =
            PartDecision::Transform(Box::new(Spec::Fields([("a".into(), PartDecision::Name("keep".into()))].into())));
        let nested = Spec::Hstore([("home".to_owned(), fields)].into());
        assert!(refusal(&nested, &column(TypeClass::Hstore, None)).what.starts_with("home: "));
    }
}
