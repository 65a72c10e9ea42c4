//! The transforms: pure functions of a cell, its row and a key. One file each.
//!
//! [`build`] makes the transform of a column from what the rules say, or refuses; the rest of this file is the contract
//! between the transforms and those who call them. Every transform is a function of the cell (in some normal form), its
//! options and the sub-key of its consistency domain: the same original has the same fake in every table. Nothing here
//! panics on any bytes, and no result is longer than its column.

mod account_number;
mod address;
mod amount;
mod api_key;
mod array;
mod base64;
mod bic;
mod birth_date;
mod bucket;
mod calendar;
mod card_number;
mod checksum;
mod choice;
mod city;
mod code;
mod collisions;
mod command;
mod company;
mod constant;
mod cookie;
mod currency;
mod decimal;
mod depth;
mod dictionary;
mod distinct;
mod domain_name;
mod draw;
mod drawn;
mod email;
mod embedding;
mod enum_value;
mod few;
mod fields;
mod first_name;
mod free_text;
mod full_name;
mod generalise;
mod geo;
mod hash;
mod hex_digest;
mod hstore;
mod iban;
mod ip;
mod json;
mod jwt;
mod key;
mod last_name;
mod literal;
mod lorem;
mod mac;
mod memo;
mod mrz;
mod national_id;
pub mod neighbours;
mod noise;
mod null;
mod numbers;
mod organisation_number;
mod partial;
mod parts;
mod passport;
mod password_hash;
mod pem;
mod permutation;
mod person;
mod phone;
mod placeholder;
mod postcode;
pub mod prescan;
mod random_bool;
mod random_date;
mod random_decimal;
mod random_float;
mod random_int;
mod random_interval;
mod random_timestamp;
mod range;
mod redact;
pub mod referring;
mod refusal;
mod regex_replace;
mod round;
mod seen_as;
mod shift_date;
pub mod shuffle;
mod siblings;
mod spelling;
mod street_address;
mod strip_exif;
mod template;
mod text_cell;
mod title;
mod token;
mod totp_seed;
mod truncate;
mod tsvector;
mod url;
mod user_agent;
mod username;
mod uuid;
mod vat;
mod wire;
mod words;
mod xml;

#[cfg(test)]
mod document_properties;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod spaces;
#[cfg(test)]
mod testing;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::originals::OriginalsOf;
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::json_path::JsonPath;
use crate::rules::transform::{Locale, PartDecision, Transform as Spec};
use crate::secret::{DomainKey, MaskingKey};
pub use collisions::CollisionKey;
use neighbours::Neighbours;
pub use password_hash::staging_password_hashes;
use prescan::Prescan;
use shuffle::Deck;

/// Masks the cells of one column. Built once for a column, then called for every cell that isn't NULL (NULL stays NULL).
pub trait Transform: Send + Sync {
    /// Appends the masked value of `cell` to `out`, in the column's binary form, or says that it becomes NULL.
    ///
    /// # Errors
    /// When the cell isn't what its type says, or is too large to be masked. What was appended is then ignored.
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError>;

    /// As [`Transform::mask`], for a cell that is this text: whoever knows that already spares another look at its bytes.
    ///
    /// # Errors
    /// As [`Transform::mask`].
    fn mask_str(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        self.mask(text.as_bytes(), row, out)
    }

    /// What tells an original apart where two can meet in a small synthetic space; `None` where they can't, or where
    /// nothing can be done about it.
    fn collision_key(&self, _cell: &[u8]) -> Option<CollisionKey> {
        None
    }

    /// What has to be counted of the whole column before any row is masked; `None` for most.
    fn deck(&self) -> Option<&Deck> {
        None
    }

    /// What has to be known of other rows; `None` for most.
    fn neighbours(&self) -> Option<&Neighbours> {
        None
    }

    /// An SQL expression over the masked row that the target computes where a cell isn't NULL; what [`Transform::mask`]
    /// makes of it is of no account then.
    fn computed(&self) -> Option<&str> {
        None
    }
}

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masked {
    /// The new value is what was appended.
    Value,
    /// The cell is NULL now.
    Null,
}

/// Why a cell can't be masked: words about its form, never a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError(pub String);

/// The other cells of the row, as they are in the source, and how they are masked.
pub struct Row<'a> {
    /// The originals in the order of `Site::columns`; `None` is NULL.
    pub cells: &'a [Option<&'a [u8]>],
    /// The transforms of the columns, in the same order; `None` for what is kept.
    pub transforms: &'a [Option<Built>],
}

impl Row<'_> {
    /// The original of a column; `None` if it is NULL.
    pub fn original(&self, column: usize) -> Option<&[u8]> {
        self.cells.get(column).copied().flatten()
    }

    /// Appends what a column of this row is after masking, which is its original if it is kept.
    ///
    /// # Errors
    /// As [`Transform::mask`].
    pub fn masked(&self, column: usize, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let Some(cell) = self.original(column) else { return Ok(Masked::Null) };
        match self.transforms.get(column).and_then(Option::as_ref) {
            Some(built) => depth::within(|| built.transform.mask(cell, self, out)),
            None => {
                out.extend_from_slice(cell);
                Ok(Masked::Value)
            }
        }
    }
}

/// The column that a transform is built for.
pub struct Site<'a> {
    /// The column.
    pub column: &'a Column,
    /// All columns that are streamed, in the order of `Row::cells`.
    pub columns: &'a [Column],
    /// What the rules say of each of `columns`; `None` is keep.
    pub specs: &'a [Option<&'a Spec>],
    /// Whose names are made up.
    pub locale: Locale,
    /// The run's key. Transforms take theirs from `Site::sub_key`.
    pub key: &'a MaskingKey,
    /// The consistency domain of the column, if it isn't that of its values' kind.
    pub domain: Option<&'a str>,
    /// What is known of the originals before any row is masked.
    pub prescan: &'a Arc<Prescan>,
}

impl Site<'_> {
    /// The key of one kind of value in the column's consistency domain: equal originals of a kind are equal after
    /// masking in all columns of a domain, and show no relation between two domains.
    pub(super) fn sub_key(&self, kind: &str) -> DomainKey {
        match self.domain {
            None => self.key.domain(kind),
            // No kind has a zero byte.
            Some(domain) => self.key.domain(&format!("{kind}\0{domain}")),
        }
    }
}

/// A transform that is ready for its column, and what the engine and the proof need to know of it.
pub struct Built {
    /// The function.
    pub transform: Box<dyn Transform>,
    /// What it promises.
    pub facts: Facts,
}

/// What a transform promises of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Distinct originals have distinct results.
    pub unique: bool,
    /// Originals that differ in more than the case of letters have results that do: what `lower(…)` and `citext` need.
    pub unique_ignoring_case: bool,
    /// Distinct originals can be given distinct results once all are known: [`Transform::collision_key`].
    pub resolvable: bool,
    /// Some result is NULL though its original isn't.
    pub makes_null: bool,
    /// No result equals its original. Empty text, the number zero, NaN and infinite dates aside: they name nobody and
    /// stay.
    pub always_changes: bool,
    /// Some results may equal their originals, so many that people should be told how many did.
    pub may_stay: bool,
    /// How its originals are recognised if they survive.
    pub originals: OriginalsOf,
}

/// Why a transform can't be used for a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, in one sentence.
    pub what: String,
    /// What to write instead.
    pub help: String,
}

/// Makes the transform of a column of documents in which paths refer to other columns: each with the transform of what it
/// refers to, as [`referring::build_referring`] makes it for text, or `None` where that is kept.
///
/// # Errors
/// As [`build`].
pub fn build_documents(
    paths: &BTreeMap<String, PartDecision>,
    references: Vec<(JsonPath, Option<Built>)>,
    site: &Site<'_>,
) -> Result<Built, Refusal> {
    json::build_with(paths, references, site)
}

/// Makes the transform of a column. A transform of some type is applied to each element of an array of it, and to the
/// bounds of a range over it.
///
/// # Errors
/// When the transform can't be used for the column: the wrong type, too narrow, options that don't fit.
pub fn build(spec: &Spec, site: &Site<'_>) -> Result<Built, Refusal> {
    if let TypeClass::Array(element) = &site.column.class
        && !matches!(spec, Spec::Null(_) | Spec::Shuffle(_))
        && !(matches!(spec, Spec::Embedding(_)) && embedding::takes_array_of(element))
    {
        return array::build(spec, site, element);
    }
    // What takes a range or a point as it is, does so; the others see its parts.
    build_whole(spec, site).or_else(|refusal| seen_as::build(spec, site).and_then(Result::ok).ok_or(refusal))
}

fn build_whole(spec: &Spec, site: &Site<'_>) -> Result<Built, Refusal> {
    match spec {
        Spec::Null(_) => null::build(site),
        Spec::Constant(options) => constant::build(options, site),
        Spec::Redact(_) => redact::build(site),
        Spec::FirstName(options) => first_name::build(options, site),
        Spec::StripExif(_) => strip_exif::build(site),
        Spec::LastName(_) => last_name::build(site),
        Spec::FullName(options) => full_name::build(options, site),
        Spec::Title(_) => title::build(site),
        Spec::Username(options) => username::build(options, site),
        Spec::BirthDate(options) => birth_date::build(options, site),
        Spec::Email(options) => email::build(options, site),
        Spec::Phone(options) => phone::build(options, site),
        Spec::StreetAddress(options) => street_address::build(options, site),
        Spec::City(options) => city::build(options, site),
        Spec::Postcode(options) => postcode::build(options, site),
        Spec::Address(options) => address::build(options, site),
        Spec::Company(_) => company::build(site),
        Spec::Url(options) => url::build(options, site),
        Spec::DomainName(options) => domain_name::build(options, site),
        Spec::Iban(options) => iban::build(options, site),
        Spec::AccountNumber(options) => account_number::build(options, site),
        Spec::Bic(_) => bic::build(site),
        Spec::CardNumber(options) => card_number::build(options, site),
        Spec::Amount(options) => amount::build(options, site),
        Spec::Currency(options) => currency::build(options, site),
        Spec::NationalId(options) => national_id::build(options, site),
        Spec::OrganisationNumber(options) => organisation_number::build(options, site),
        Spec::Vat(_) => vat::build(site),
        Spec::Passport(_) => passport::build(site),
        Spec::Mrz(_) => mrz::build(site),
        Spec::Uuid(options) => uuid::build(options, site),
        Spec::Key(options) => key::build(options, site),
        Spec::Code(options) => code::build(options, site),
        Spec::HexDigest(options) => hex_digest::build(options, site),
        Spec::Token(_) => token::build(site),
        Spec::PasswordHash(_) => password_hash::build(site),
        Spec::Jwt(options) => jwt::build(options, site),
        Spec::ApiKey(_) => api_key::build(site),
        Spec::TotpSeed(_) => totp_seed::build(site),
        Spec::Pem(_) => pem::build(site),
        Spec::Hash(options) => hash::build(options, site),
        Spec::Ip(options) => ip::build(options, site),
        Spec::Mac(_) => mac::build(site),
        Spec::UserAgent(_) => user_agent::build(site),
        Spec::Cookie(_) => cookie::build(site),
        Spec::ShiftDate(options) => shift_date::build(options, site),
        Spec::Noise(options) => noise::build(options, site),
        Spec::Choice(options) => choice::build(options, site),
        Spec::Dictionary(options) => dictionary::build(options, site),
        Spec::Shuffle(_) => shuffle::build(site),
        Spec::Round(options) => round::build(options, site),
        Spec::Bucket(options) => bucket::build(options, site),
        Spec::Generalise(options) => generalise::build(options, site),
        Spec::RandomInt(options) => random_int::build(options, site),
        Spec::RandomFloat(options) => random_float::build(options, site),
        Spec::RandomDecimal(options) => random_decimal::build(options, site),
        Spec::RandomDate(options) => random_date::build(options, site),
        Spec::RandomTimestamp(options) => random_timestamp::build(options, site),
        Spec::RandomInterval(options) => random_interval::build(options, site),
        Spec::RandomBool(options) => random_bool::build(options, site),
        Spec::Geo(options) => geo::build(options, site),
        Spec::EnumValue(options) => enum_value::build(options, site),
        Spec::Command(options) => command::build(options, site),
        Spec::Json(paths) => json::build(paths, site),
        Spec::Fields(decisions) => fields::build(decisions, site),
        Spec::Hstore(decisions) => hstore::build(decisions, site),
        Spec::Xml(paths) => xml::build(paths, site),
        Spec::Base64(options) => base64::build(options, site),
        Spec::Embedding(_) => embedding::build(site),
        Spec::Tsvector(options) => tsvector::build(options, site),
        Spec::FreeText(_) => free_text::build(site),
        Spec::Lorem(_) => lorem::build(site),
        Spec::Partial(options) => partial::build(options, site),
        Spec::RegexReplace(options) => regex_replace::build(options, site),
        Spec::Template(options) => template::build(options, site),
        Spec::Truncate(options) => truncate::build(options, site),
    }
}
