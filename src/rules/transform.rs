//! What a rules file can say about one column: the catalogue of transforms and their options.
//!
//! These are data. What a transform does is in `mask::transforms`, one file each, with the same stem.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::options::*;

/// A transform and its options, as `name` or `{ name: { option: value } }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Transform {
    /// NULL in every row.
    Null(NoOptions),
    /// The same value in every row.
    Constant(Constant),
    /// A placeholder that is valid for the type: a word, `{}` in JSON, a one-page PDF or a 1×1 PNG in bytea.
    Redact(NoOptions),
    /// A given name of the locale.
    FirstName(NoOptions),
    /// A made-up family name of the locale.
    LastName(NoOptions),
    /// A given name and a made-up family name.
    FullName(NoOptions),
    /// An address at a reserved domain, made from the masked name, unique.
    Email(Email),
    /// A number from a range that is reserved or not allocated, in the form of the original.
    Phone(Phone),
    /// A street and a number.
    StreetAddress(NoOptions),
    /// A city.
    City(NoOptions),
    /// A postal code.
    Postcode(NoOptions),
    /// A valid IBAN of a bank that doesn't exist.
    Iban(Iban),
    /// A valid Norwegian account number of a bank that doesn't exist.
    AccountNumber(NoOptions),
    /// A national identity number from the range for synthetic people.
    NationalId(NationalId),
    /// Hexadecimal digits of a keyed hash.
    HexDigest(HexDigest),
    /// A token of the same length and alphabet, marked as masked.
    Token(NoOptions),
    /// A hash of a staging password that testers know, in the scheme of the original.
    PasswordHash(NoOptions),
    /// An address from a range that is reserved for documentation or testing, in text too.
    Ip(NoOptions),
    /// The date, moved by some days.
    ShiftDate(ShiftDate),
    /// The number, changed by some share of itself.
    Noise(Noise),
    /// Transforms for parts of a JSON document, by path; what no path names is redacted.
    Json(BTreeMap<String, PartDecision>),
    /// Transforms for the fields of a composite type, by name.
    Fields(BTreeMap<String, PartDecision>),
    /// Transforms for the values of an hstore, by key, `*` for all others; what no key names is redacted.
    Hstore(BTreeMap<String, PartDecision>),
    /// Transforms for parts of an XML document, by path; what no path names is redacted.
    Xml(BTreeMap<String, PartDecision>),
    /// Another transform, of what a text in base64 carries.
    Base64(Base64),
    /// A vector of the same length that points somewhere else.
    Embedding(NoOptions),
    /// The search vector of the masked texts, computed by the target.
    Tsvector(Tsvector),
    /// The text, with everything that looks like personal data replaced.
    FreeText(NoOptions),
}

impl Transform {
    /// The name by which rules call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Null(_) => "null",
            Self::Constant(_) => "constant",
            Self::Redact(_) => "redact",
            Self::FirstName(_) => "first_name",
            Self::LastName(_) => "last_name",
            Self::FullName(_) => "full_name",
            Self::Email(_) => "email",
            Self::Phone(_) => "phone",
            Self::StreetAddress(_) => "street_address",
            Self::City(_) => "city",
            Self::Postcode(_) => "postcode",
            Self::Iban(_) => "iban",
            Self::AccountNumber(_) => "account_number",
            Self::NationalId(_) => "national_id",
            Self::HexDigest(_) => "hex_digest",
            Self::Token(_) => "token",
            Self::PasswordHash(_) => "password_hash",
            Self::Ip(_) => "ip",
            Self::ShiftDate(_) => "shift_date",
            Self::Noise(_) => "noise",
            Self::Json(_) => "json",
            Self::Fields(_) => "fields",
            Self::Hstore(_) => "hstore",
            Self::Xml(_) => "xml",
            Self::Base64(_) => "base64",
            Self::Embedding(_) => "embedding",
            Self::Tsvector(_) => "tsvector",
            Self::FreeText(_) => "free_text",
        }
    }
}

/// What happens to a column, or to a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// The value stays as it is.
    Keep,
    /// The value is masked.
    Mask(Transform),
}

/// What happens to a part of a column; in YAML the same as for a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", untagged)]
pub enum PartDecision {
    /// `keep`, or a transform without options.
    Name(String),
    /// A transform with options.
    Transform(Box<Transform>),
}

impl Transform {
    /// The transform of this name without options, if there is one that works without.
    pub fn named(name: &str) -> Option<Self> {
        let written = serde_json::Value::Object([(name.to_owned(), serde_json::json!({}))].into_iter().collect());
        match Self::deserialize(written).ok()? {
            // Without a part they would say nothing.
            Self::Json(_) | Self::Fields(_) | Self::Hstore(_) | Self::Xml(_) => None,
            transform => Some(transform),
        }
    }
}

impl PartDecision {
    /// What happens to the part; `None` if the name is neither `keep` nor a transform that works without options, which
    /// rules that were loaded don't contain.
    pub fn decision(&self) -> Option<Decision> {
        match self {
            Self::Name(name) if name == "keep" => Some(Decision::Keep),
            Self::Name(name) => Transform::named(name).map(Decision::Mask),
            Self::Transform(transform) => Some(Decision::Mask(transform.as_ref().clone())),
        }
    }
}

/// The language and country of made-up people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Locale {
    /// Norwegian bokmål, Norway.
    #[serde(rename = "nb_NO")]
    NbNo,
    /// English, country of no account.
    #[default]
    #[serde(rename = "en")]
    En,
}
