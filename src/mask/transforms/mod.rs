//! The transforms: pure functions of a cell, its row and a key. One file each.
//!
//! [`build`] makes the transform of a column from what the rules say, or refuses; the rest of this file is the contract
//! between the transforms and those who call them. Every transform is a function of the cell (in some normal form), its
//! options and the sub-key of its consistency domain: the same original has the same fake in every table. Nothing here
//! panics on any bytes, and no result is longer than its column.

mod account_number;
mod array;
mod base64;
mod checksum;
mod city;
mod collisions;
mod constant;
mod draw;
mod email;
mod embedding;
mod fields;
mod first_name;
mod free_text;
mod full_name;
mod hex_digest;
mod hstore;
mod iban;
mod ip;
mod json;
mod last_name;
mod memo;
mod national_id;
mod noise;
mod null;
mod parts;
mod password_hash;
mod permutation;
mod person;
mod phone;
mod postcode;
pub mod prescan;
mod range;
mod redact;
mod refusal;
mod seen_as;
mod shift_date;
mod spelling;
mod street_address;
mod text_cell;
mod token;
mod tsvector;
mod wire;
mod words;
mod xml;

#[cfg(test)]
mod document_properties;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod spaces;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use crate::originals::OriginalsOf;
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Locale, Transform as Spec};
use crate::secret::{DomainKey, MaskingKey};
pub use collisions::CollisionKey;
pub use password_hash::staging_password_hashes;
use prescan::Prescan;

/// Masks the cells of one column. Built once for a column, then called for every cell that isn't NULL (NULL stays NULL).
pub trait Transform: Send + Sync {
    /// Appends the masked value of `cell` to `out`, in the column's binary form, or says that it becomes NULL.
    ///
    /// # Errors
    /// When the cell isn't what its type says, or is too large to be masked. What was appended is then ignored.
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError>;

    /// What tells an original apart where two can meet in a small synthetic space; `None` where they can't, or where
    /// nothing can be done about it.
    fn collision_key(&self, _cell: &[u8]) -> Option<CollisionKey> {
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
            Some(built) => built.transform.mask(cell, self, out),
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
    /// The run's key. Transforms take theirs from [`Site::sub_key`].
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
    /// Distinct originals can be given distinct results once all are known: [`Transform::collision_key`].
    pub resolvable: bool,
    /// Some result is NULL though its original isn't.
    pub makes_null: bool,
    /// No result equals its original. Empty text, the number zero, NaN and infinite dates aside: they name nobody and
    /// stay.
    pub always_changes: bool,
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

/// Makes the transform of a column. A transform of some type is applied to each element of an array of it, and to the
/// bounds of a range over it.
///
/// # Errors
/// When the transform can't be used for the column: the wrong type, too narrow, options that don't fit.
pub fn build(spec: &Spec, site: &Site<'_>) -> Result<Built, Refusal> {
    if let TypeClass::Array(element) = &site.column.class
        && !matches!(spec, Spec::Null(_))
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
        Spec::FirstName(_) => first_name::build(site),
        Spec::LastName(_) => last_name::build(site),
        Spec::FullName(_) => full_name::build(site),
        Spec::Email(options) => email::build(options, site),
        Spec::Phone(options) => phone::build(options, site),
        Spec::StreetAddress(_) => street_address::build(site),
        Spec::City(_) => city::build(site),
        Spec::Postcode(_) => postcode::build(site),
        Spec::Iban(options) => iban::build(options, site),
        Spec::AccountNumber(_) => account_number::build(site),
        Spec::NationalId(options) => national_id::build(options, site),
        Spec::HexDigest(options) => hex_digest::build(options, site),
        Spec::Token(_) => token::build(site),
        Spec::PasswordHash(_) => password_hash::build(site),
        Spec::Ip(_) => ip::build(site),
        Spec::ShiftDate(options) => shift_date::build(options, site),
        Spec::Noise(options) => noise::build(options, site),
        Spec::Json(paths) => json::build(paths, site),
        Spec::Fields(decisions) => fields::build(decisions, site),
        Spec::Hstore(decisions) => hstore::build(decisions, site),
        Spec::Xml(paths) => xml::build(paths, site),
        Spec::Base64(options) => base64::build(options, site),
        Spec::Embedding(_) => embedding::build(site),
        Spec::Tsvector(options) => tsvector::build(options, site),
        Spec::FreeText(_) => free_text::build(site),
    }
}
