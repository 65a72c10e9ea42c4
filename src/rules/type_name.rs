//! The types that `defaults` can name.

use serde_json::{Value, json};

use crate::postgres::types::TypeClass;

/// A type of columns, by the word that rules have for it; one may stand for several types of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeName {
    /// As it is written in rules.
    pub word: &'static str,
    /// Which types it means.
    pub meaning: &'static str,
    /// Whether a value may be personal data, so that it can't be kept by type alone.
    pub personal: bool,
}

const fn personal(word: &'static str, meaning: &'static str) -> TypeName {
    TypeName { word, meaning, personal: true }
}

const fn other(word: &'static str, meaning: &'static str) -> TypeName {
    TypeName { word, meaning, personal: false }
}

/// All of them.
pub const TYPE_NAMES: [TypeName; 26] = [
    personal("text", "text, varchar, char, name, citext"),
    personal("bytea", "bytea"),
    personal("json", "json"),
    personal("jsonb", "jsonb"),
    personal("date", "date"),
    personal("inet", "inet, cidr"),
    personal("macaddr", "macaddr, macaddr8"),
    personal("hstore", "hstore"),
    personal("tsvector", "tsvector"),
    personal("xml", "xml"),
    personal("range", "ranges and multiranges"),
    personal("composite", "composite types"),
    personal("geometry", "points, lines, boxes, paths, polygons, circles"),
    personal("bit", "bit, varbit"),
    personal("vector", "vector, halfvec, sparsevec"),
    personal("other", "any type that has no word here"),
    other("uuid", "uuid"),
    other("boolean", "boolean"),
    other("integer", "smallint, integer, bigint"),
    other("float", "real, double precision"),
    other("numeric", "numeric"),
    other("timestamp", "timestamp, with and without time zone"),
    other("time", "time, with and without time zone, and interval"),
    other("money", "money"),
    other("oid", "oid and its relatives"),
    other("enum", "enums"),
];

impl TypeName {
    /// The type of this name.
    pub(super) fn parse(word: &str) -> Option<Self> {
        TYPE_NAMES.iter().find(|name| name.word == word).copied()
    }

    /// The type of a column; of an array, that of its elements.
    pub fn of(class: &TypeClass) -> Option<Self> {
        let word = match class {
            TypeClass::Array(element) => return Self::of(element),
            TypeClass::Text => "text",
            TypeClass::Bytea => "bytea",
            TypeClass::Json => "json",
            TypeClass::Jsonb => "jsonb",
            TypeClass::Uuid => "uuid",
            TypeClass::Bool => "boolean",
            TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8 => "integer",
            TypeClass::Float4 | TypeClass::Float8 => "float",
            TypeClass::Numeric => "numeric",
            TypeClass::Date => "date",
            TypeClass::Timestamp | TypeClass::TimestampTz => "timestamp",
            TypeClass::Time => "time",
            TypeClass::Oid => "oid",
            TypeClass::Inet => "inet",
            TypeClass::MacAddress => "macaddr",
            TypeClass::Enum => "enum",
            TypeClass::Composite(_) => "composite",
            TypeClass::Range(_) | TypeClass::Multirange(_) => "range",
            TypeClass::Hstore => "hstore",
            TypeClass::Tsvector => "tsvector",
            TypeClass::Xml => "xml",
            TypeClass::Money => "money",
            TypeClass::Bit => "bit",
            TypeClass::Point | TypeClass::Geometry => "geometry",
            TypeClass::Vector | TypeClass::HalfVector | TypeClass::SparseVector => "vector",
            TypeClass::Ltree | TypeClass::Other => "other",
        };
        Self::parse(word)
    }
}

/// The JSON Schema of `defaults`: each type with a decision.
pub(super) fn schema() -> Value {
    let property = |name: &TypeName| {
        let decision = if name.personal { "Masking" } else { "Decision" };
        let schema = json!({ "$ref": format!("#/definitions/{decision}") });
        (name.word.to_owned(), json!({ "description": name.meaning, "allOf": [schema] }))
    };
    json!({
        "description": "What happens to columns that nothing else decides, by type; of an array, by that of its elements.",
        "type": "object",
        "properties": TYPE_NAMES.iter().map(property).collect::<serde_json::Map<_, _>>(),
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_carry_personal_data_can_not_be_kept_by_type() {
        let text = || Box::new(TypeClass::Text);
        for class in [
            TypeClass::Text,
            TypeClass::Bytea,
            TypeClass::Json,
            TypeClass::Jsonb,
            TypeClass::Date,
            TypeClass::Inet,
            TypeClass::MacAddress,
            TypeClass::Hstore,
            TypeClass::Tsvector,
            TypeClass::Xml,
            TypeClass::Other,
            TypeClass::Array(text()),
            TypeClass::Range(Box::new(TypeClass::Date)),
            TypeClass::Composite(vec![("a".to_owned(), TypeClass::Text)]),
            TypeClass::Int4,
            TypeClass::Uuid,
            TypeClass::Enum,
            TypeClass::Time,
            TypeClass::Timestamp,
        ] {
            let name = TypeName::of(&class).unwrap();
            assert_eq!(name.personal, class.can_carry_personal_data(), "{class:?}");
        }
        assert!(TYPE_NAMES.iter().all(|name| TypeName::parse(name.word).is_some()));
    }
}
