//! What personal data looks like outside its synthetic space. One file a kind.
//!
//! A [`Detector`] is data: what wakes it, a function that looks closer, and examples that prove it. To add a kind, write
//! such a file and name it in [`CATALOGUE`]. [`Detectors`] walks over a text once and wakes a detector only where its
//! trigger is met, so most of a text costs a table look-up a byte.
//!
//! Nothing here knows how values are masked: every synthetic space is stated a second time, on its own grounds.

use std::ops::Range;

mod account_number;
mod bic;
mod birth_date;
mod cell;
mod certificate;
mod checks;
mod coordinates;
mod countries;
mod cpr;
pub mod custom;
mod decoded;
mod email;
mod email_disguised;
mod engine;
mod hetu;
mod high_entropy;
mod hits;
mod iban;
mod ipv4;
mod ipv6;
mod jwt;
mod kind;
mod mac;
mod mrz;
mod national_id;
mod nino;
mod organisation_number;
mod pan;
mod password_hash;
mod person_name;
mod personnummer;
mod phone;
mod phone_plans;
mod secret;
mod secret_forms;
pub mod self_test;
mod street_address;
mod topic_words;
mod topics;
mod url_credentials;
mod us_ssn;
mod vat;
mod vat_forms;
pub mod verdict;

pub use engine::{Allowed, Detectors};
pub use hits::{Hit, Hits};
pub use kind::{Certainty, CustomKind, Kind};
pub use topics::Context;

use cell::Cell;
use topics::Topics;

/// All detectors. Where two wake at the same place the earlier one looks first, and what it claims the later one never
/// sees: a phone number with its `+` isn't an account number, a national identity number isn't either, though each of
/// them passes the check digit of account numbers.
pub const CATALOGUE: &[Detector] = &[
    iban::DETECTOR,
    mrz::DETECTOR,
    ipv4::DETECTOR,
    mac::DETECTOR,
    vat::DETECTOR,
    phone::DETECTOR,
    national_id::DETECTOR,
    hetu::DETECTOR,
    personnummer::DETECTOR,
    cpr::DETECTOR,
    nino::DETECTOR,
    us_ssn::DETECTOR,
    account_number::DETECTOR,
    organisation_number::DETECTOR,
    pan::DETECTOR,
    birth_date::DETECTOR,
    coordinates::DETECTOR,
    street_address::DETECTOR,
    email::DETECTOR,
    email_disguised::DETECTOR,
    ipv6::DETECTOR,
    jwt::DETECTOR,
    password_hash::DETECTOR,
    secret::DETECTOR,
    certificate::DETECTOR,
    url_credentials::DETECTOR,
    person_name::DETECTOR,
    bic::DETECTOR,
    high_entropy::DETECTOR,
];

/// One way to recognise personal data or a secret.
pub struct Detector {
    /// Its name, the same as its file's.
    pub name: &'static str,
    /// What it can report.
    pub kinds: &'static [Kind],
    /// What it has to find.
    pub examples: &'static [Example],
    /// What it has to pass over: values of the synthetic space, and look-alikes.
    pub counter_examples: &'static [Example],
    trigger: Trigger,
    find: Find,
}

/// A made-up cell.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The name of the column that it stands in; empty where the name says nothing.
    pub column: &'static str,
    /// The cell.
    pub text: &'static str,
}

/// A made-up cell whose column's name says nothing.
const fn bare(text: &'static str) -> Example {
    Example { column: "", text }
}

/// A made-up cell in a column of that name.
const fn within(column: &'static str, text: &'static str) -> Example {
    Example { column, text }
}

/// Looks closer at a place where the trigger is met. Gives the end of what it recognised, hit or not: nobody looks at
/// that part again.
type Find = fn(&Cell<'_>, Range<usize>, &mut Hits) -> Option<usize>;

/// What has to be in a text before a detector looks at it.
enum Trigger {
    /// This byte.
    Byte(u8),
    /// A run of digits, of one of these lengths, that no letter, digit or underscore of ASCII stands right before.
    Digits(RunLengths),
    /// A run of digits, of one of these lengths, right after one.
    DigitsAfterLetters(RunLengths),
    /// One of these texts.
    Prefixes(fn() -> Vec<&'static str>),
    /// Nothing, but the column's or key's name has to be about one of these. The place that is looked at is empty then.
    WholeCell(Topics),
    /// Any of these.
    AnyOf(&'static [Trigger]),
}

/// A set of lengths of digit runs; 31 stands for every length from 31.
#[derive(Clone, Copy)]
struct RunLengths(u32);

impl RunLengths {
    const LONGEST: usize = 31;

    const fn between(from: u32, to: u32) -> Self {
        let mut bits = 0;
        let mut length = from;
        while length <= to {
            bits |= 1 << length;
            length += 1;
        }
        Self(bits)
    }

    const fn or(self, length: u32) -> Self {
        Self(self.0 | 1 << length)
    }

    const fn holds(self, length: usize) -> bool {
        length <= Self::LONGEST && self.0 >> length & 1 == 1
    }
}
