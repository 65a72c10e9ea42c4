//! What a rules file can say about one column: the catalogue of transforms and their options.
//!
//! These are data. What a transform does is in `mask::transforms`, one file each, with the same stem.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::country::Country;

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
            Self::Json(_) | Self::Fields(_) => None,
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

/// For a transform that has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}

/// Options of `constant`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// The value, in PostgreSQL's text form for the column's type.
    #[schemars(extend("type" = ["string", "number", "boolean"]))]
    pub value: String,
}

/// Options of `email`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Email {
    /// Columns whose masked values make the part before the @. Without it, the names in the original address are masked
    /// as `first_name` and `last_name` would mask them, so that the same address has the same fake in every table.
    #[schemars(length(min = 1))]
    pub from: Vec<String>,
    /// Whether the address has to be unique; true by default.
    pub unique: Option<bool>,
    /// A domain that nobody receives mail at, or one that the shop owns and that drops all mail; `example.com` by default.
    #[schemars(regex(pattern = r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$"))]
    pub domain: Option<String>,
}

/// Options of `phone`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Phone {
    /// The country (ISO 3166 alpha-2) of numbers without a country code; the locale's by default.
    #[schemars(with = "Option<Country>")]
    pub country: Option<String>,
}

/// Options of `iban`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Iban {
    /// The country (ISO 3166 alpha-2) of the masked IBAN; the original's by default.
    #[schemars(with = "Option<Country>")]
    pub country: Option<String>,
}

/// Options of `national_id`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NationalId {
    /// The country (ISO 3166 alpha-2); the locale's by default. Norway is the one there is now.
    #[schemars(extend("enum" = ["NO"]))]
    pub country: Option<String>,
}

/// Options of `hex_digest`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HexDigest {
    /// How many digits; as many as the original by default.
    #[schemars(range(min = 1, max = 1024))]
    pub length: Option<usize>,
}

/// Options of `shift_date`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShiftDate {
    /// The most days by which a date moves, either way; 180 by default.
    #[schemars(range(min = 1, max = 36_500))]
    pub days: Option<u32>,
    /// The masked date is at least this many years ago, as long as the original is.
    #[schemars(range(max = 150))]
    pub min_age: Option<u32>,
}

/// Options of `noise`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Noise {
    /// The largest change, as a share of the value: 0.2 is ±20 %, the default.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1))]
    pub ratio: Option<f64>,
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
