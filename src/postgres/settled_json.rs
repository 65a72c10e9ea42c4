//! What a JSON document says, however it is written: one hash for what `jsonb` takes for the same.
//!
//! The order of members makes no difference, and of members with one name the last counts (PostgreSQL manual, 8.14). Numbers
//! are counted and not compared, since `jsonb` spells them as it likes.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The hash of a document; `None` if it isn't one, or nested too deeply.
pub(super) fn hash(document: &[u8]) -> Option<u64> {
    let mut deserializer = serde_json::Deserializer::from_str(std::str::from_utf8(document).ok()?);
    let hash = Part.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok().map(|()| hash)
}

const NULL: u64 = 1;
const FALSE: u64 = 2;
const TRUE: u64 = 3;
const NUMBER: u64 = 4;
const ARRAY: u64 = 5;
const OBJECT: u64 = 6;

/// The hash of a part with one more of what is in it.
fn joined(hash: u64, part: u64) -> u64 {
    xxh3_64_with_seed(&part.to_le_bytes(), hash)
}

struct Part;

impl<'de> DeserializeSeed<'de> for Part {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part {
    type Value = u64;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<u64, E> {
        Ok(NULL)
    }

    fn visit_bool<E>(self, is: bool) -> Result<u64, E> {
        Ok(if is { TRUE } else { FALSE })
    }

    fn visit_i64<E>(self, _: i64) -> Result<u64, E> {
        Ok(NUMBER)
    }

    fn visit_u64<E>(self, _: u64) -> Result<u64, E> {
        Ok(NUMBER)
    }

    fn visit_f64<E>(self, _: f64) -> Result<u64, E> {
        Ok(NUMBER)
    }

    fn visit_str<E>(self, text: &str) -> Result<u64, E> {
        Ok(xxh3_64(text.as_bytes()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<u64, A::Error> {
        let mut hash = ARRAY;
        while let Some(element) = elements.next_element_seed(Self)? {
            hash = joined(hash, element);
        }
        Ok(hash)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<u64, A::Error> {
        let mut members: Vec<(u64, usize, u64)> = Vec::with_capacity(16);
        while let Some(name) = entries.next_key_seed(Self)? {
            let value = entries.next_value_seed(Self)?;
            members.push((name, usize::MAX - members.len(), value));
        }
        // Of one name the last comes first then.
        members.sort_unstable();
        members.dedup_by_key(|(name, ..)| *name);
        Ok(members.iter().fold(OBJECT, |hash, (name, _, value)| joined(joined(hash, *name), *value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(document: &str) -> Option<u64> {
        hash(document.as_bytes())
    }

    #[test]
    fn what_jsonb_takes_for_the_same_has_one_hash() {
        for (one, other) in [
            (r#"{"b": [1, "x"], "a": null}"#, r#"{"a":null,"b":[1,"x"]}"#),
            (r#"{"a": 1e3, "b": 1.50}"#, r#"{"a": 1000, "b": 1.5}"#),
            (r#"{"a": "x", "a": "y"}"#, r#"{"a": "y"}"#),
            (r#""K\u00e5re \/ \"x\"""#, r#""Kåre / \"x\"""#),
        ] {
            assert_eq!(of(one), of(other), "{one}");
            assert!(of(one).is_some(), "{one}");
        }
    }

    #[test]
    fn another_text_place_or_name_has_another_hash() {
        let documents = [
            r#"{"a": "x"}"#,
            r#"{"a": "y"}"#,
            r#"{"b": "x"}"#,
            r#"["a", "x"]"#,
            r#"["x", "a"]"#,
            r#"{"a": {"a": "x"}}"#,
            r#"{"a": true}"#,
            r#""x""#,
            "[]",
            "{}",
        ];
        let hashes: std::collections::HashSet<Option<u64>> = documents.iter().map(|document| of(document)).collect();
        assert_eq!(hashes.len(), documents.len());
        assert_eq!(of("{"), None);
        assert_eq!(of(&"[".repeat(500)), None);
    }
}
