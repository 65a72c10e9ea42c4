//! Why a transform can't be used for a column, in the same words for all of them.

use super::{Facts, Refusal, Site};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;

impl Site<'_> {
    /// The most characters that fit the column.
    pub(super) fn room(&self) -> usize {
        self.column.max_chars.unwrap_or(usize::MAX)
    }

    /// The transform can't take this type.
    pub(super) fn wrong_type(&self, transform: &str) -> Refusal {
        let column = self.column;
        Refusal {
            what: format!("{transform} can't mask column {} of type {}", column.name, column.type_name),
            help: format!("these can: {}", fitting(&column.class)),
        }
    }

    /// Some value of the transform wouldn't fit.
    pub(super) fn require_room(&self, transform: &str, minimum: usize) -> Result<(), Refusal> {
        if self.room() >= minimum {
            return Ok(());
        }
        let (name, room) = (&self.column.name, self.room());
        Err(Refusal {
            what: format!("{transform} makes a value too long for column {name}, which holds {room} characters"),
            help: format!("{transform} needs at least {minimum} characters; use redact or token here"),
        })
    }

    /// The transform is for text alone.
    pub(super) fn require_text(&self, transform: &str) -> Result<(), Refusal> {
        if self.column.class == TypeClass::Text { Ok(()) } else { Err(self.wrong_type(transform)) }
    }

    /// The transform gives many rows the same value.
    pub(super) fn forbid_unique(&self, transform: &str) -> Result<(), Refusal> {
        if !self.column.unique {
            return Ok(());
        }
        Err(Refusal {
            what: format!(
                "{transform} gives every row the same value, and column {} has to be unique",
                self.column.name
            ),
            help: "use one that keeps values distinct: key, code, uuid, email, token, hex_digest".to_owned(),
        })
    }

    /// A refusal of an option.
    pub(super) fn bad_option(&self, what: impl Into<String>, help: impl Into<String>) -> Refusal {
        Refusal { what: format!("column {}: {}", self.column.name, what.into()), help: help.into() }
    }
}

/// The transforms that take a class.
fn fitting(class: &TypeClass) -> &'static str {
    match class {
        TypeClass::Text => "redact, token, code, free_text, and those for names, addresses and numbers of people",
        TypeClass::Bytea => "redact, hex_digest, null",
        TypeClass::Json | TypeClass::Jsonb => "json, redact, free_text",
        TypeClass::Uuid => "uuid, hex_digest, token, redact, null, choice",
        TypeClass::Int8 => "key, noise, amount, round, bucket, random_int, national_id, choice, redact, constant",
        TypeClass::Int2 | TypeClass::Int4 => "key, noise, amount, round, bucket, random_int, choice, redact, constant",
        TypeClass::Float4 | TypeClass::Float8 => {
            "noise, amount, round, bucket, random_float, geo, choice, redact, constant"
        }
        TypeClass::Numeric => "key, noise, amount, round, bucket, random_decimal, geo, choice, redact, constant",
        TypeClass::Date | TypeClass::Timestamp | TypeClass::TimestampTz => {
            "shift_date, birth_date, round, generalise, random_date, redact, constant"
        }
        TypeClass::Inet => "ip, generalise, redact, constant",
        TypeClass::Composite(_) => "fields, redact",
        TypeClass::Array(element) => fitting(element),
        TypeClass::Bool => "random_bool, choice, shuffle, redact, null",
        TypeClass::Time => "round, shuffle, choice, constant, redact, null; random_interval for intervals",
        TypeClass::MacAddress => "mac, redact, constant",
        TypeClass::Range(bound) | TypeClass::Multirange(bound) => match &**bound {
            TypeClass::Date | TypeClass::Timestamp | TypeClass::TimestampTz => "shift_date, redact, null",
            TypeClass::Int4 | TypeClass::Int8 | TypeClass::Numeric | TypeClass::Float8 => "noise, redact, null",
            _ => "redact, null",
        },
        TypeClass::Hstore => "hstore, redact, free_text, null",
        TypeClass::Xml => "xml, redact, free_text, null",
        TypeClass::Tsvector => "tsvector, redact, null",
        TypeClass::Point => "geo, noise, redact, null",
        TypeClass::Money | TypeClass::Geometry => "noise, redact, null",
        TypeClass::Vector | TypeClass::HalfVector | TypeClass::SparseVector => "embedding, redact, null",
        TypeClass::Oid | TypeClass::Bit | TypeClass::Ltree => "redact, null",
        TypeClass::Enum => "enum_value, choice, constant, null",
        TypeClass::Other => "null, shuffle",
    }
}

/// How the originals of a column are recognised when its transform says nothing of their kind.
pub(super) fn originals_by_class(class: &TypeClass) -> OriginalsOf {
    match class {
        TypeClass::Inet | TypeClass::MacAddress | TypeClass::Uuid => OriginalsOf::Identifier,
        TypeClass::Bytea => OriginalsOf::Document,
        TypeClass::Json
        | TypeClass::Jsonb
        | TypeClass::Hstore
        | TypeClass::Xml
        | TypeClass::Composite(_)
        | TypeClass::Tsvector
        | TypeClass::Ltree
        // What is said in such a column (`rent`, `iPhone 16`) may well be said elsewhere; identifiers in it may not.
        | TypeClass::Text => OriginalsOf::Text,
        TypeClass::Array(element) => originals_by_class(element),
        _ => OriginalsOf::Shared,
    }
}

impl Facts {
    /// Of a transform that never gives back its original.
    pub(super) fn changing(originals: OriginalsOf) -> Self {
        Self {
            unique: false,
            unique_ignoring_case: false,
            resolvable: false,
            makes_null: false,
            always_changes: true,
            may_stay: false,
            originals,
        }
    }

    /// Of a transform that may.
    pub(super) fn of(originals: OriginalsOf) -> Self {
        Self { always_changes: false, ..Self::changing(originals) }
    }

    /// Says whether distinct originals have distinct results.
    pub(super) fn unique(self, unique: bool) -> Self {
        Self { unique, ..self }
    }

    /// Says that what holds of distinct originals holds of those that differ in more than case too.
    pub(super) fn ignoring_case(self) -> Self {
        Self { unique_ignoring_case: self.unique, ..self }
    }
}
