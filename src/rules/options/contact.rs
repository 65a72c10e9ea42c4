//! Options of the transforms of what people are reached by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::country::Country;

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

/// Options of `street_address`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StreetAddress {
    /// The column that holds the row's country, as a code (ISO 3166) or by name; the locale's by default.
    pub country_from: Option<String>,
}

/// Options of `city`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct City {
    /// The column of the row's postal code: the town is that of the masked code.
    #[serde(rename = "with")]
    pub beside: Option<String>,
    /// The column that holds the row's country, as a code (ISO 3166) or by name; the locale's by default.
    pub country_from: Option<String>,
}

/// Options of `postcode`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Postcode {
    /// The column of the row's town: the code is that of the masked town.
    #[serde(rename = "with")]
    pub beside: Option<String>,
    /// The column that holds the row's country, as a code (ISO 3166) or by name; the locale's by default.
    pub country_from: Option<String>,
}

/// Options of `address`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Address {
    /// The column that holds the row's country, as a code (ISO 3166) or by name. Without it, a country in the address
    /// itself decides, and then the locale.
    pub country_from: Option<String>,
}

/// Options of `url`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Url {
    /// Whether the URL has to be unique; where its column is, by default.
    pub unique: Option<bool>,
}

/// Options of `domain_name`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DomainName {
    /// Whether the domain has to be unique; where its column is, by default.
    pub unique: Option<bool>,
}
