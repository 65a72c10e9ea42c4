//! The texts of a JSON document, visited as it is read, without a tree.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{Found, plain};

/// Visits the strings, numbers and keys of a document; what isn't valid JSON is visited as one text.
pub(super) fn json(document: &[u8], key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) {
    match std::str::from_utf8(document) {
        Ok(document) => json_text(document, key, visit),
        Err(_) => plain(&String::from_utf8_lossy(document), key, visit),
    }
}

/// As [`json`], for a document that is known to be UTF-8.
pub(super) fn json_text(document: &str, key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) {
    within(document, key, DEEPEST, visit);
}

/// Documents in strings of documents, so many deep.
const DEEPEST: usize = 4;

fn within(document: &str, key: Option<&str>, depth: usize, visit: &mut dyn FnMut(Found<'_>)) {
    let mut deserializer = serde_json::Deserializer::from_str(document);
    let walked = Leaf { key, depth, visit }.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if walked.is_err() {
        plain(document, key, visit);
    }
}

/// Whether a text might hold a document.
pub(super) fn looks_like(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    matches!((text.first(), text.last()), (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')))
}

struct Leaf<'k, 'v> {
    key: Option<&'k str>,
    depth: usize,
    visit: &'v mut dyn FnMut(Found<'_>),
}

impl<'de> DeserializeSeed<'de> for Leaf<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Leaf<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        plain(itoa::Buffer::new().format(number), self.key, self.visit);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        plain(itoa::Buffer::new().format(number), self.key, self.visit);
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        plain(&number.to_string(), self.key, self.visit);
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if self.depth > 0 && looks_like(text.as_bytes()) {
            within(text, self.key, self.depth - 1, self.visit);
        } else {
            plain(text, self.key, self.visit);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element_seed(Leaf { key: self.key, depth: self.depth, visit: &mut *self.visit })?.is_some()
        {
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) = entries.next_key_seed(Name)? {
            (self.visit)(Found { text: &key, key: None, is_key: true });
            entries
                .next_value_seed(Leaf { key: Some(&key), depth: self.depth, visit: &mut *self.visit })
                .map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// The name of a member, borrowed unless it has an escape; `Cow` by itself is always a copy.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
