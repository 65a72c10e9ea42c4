//! The originals of masked columns, as keyed hashes: written while masking, looked up while verifying.
//!
//! A [`Store`] takes 64-bit hashes from many [`Recorder`]s and ends as one sorted file; [`Originals`] opens that file,
//! and its [`Seeker`]s look up all that could be an original in the texts of the target. Both sides bring texts into
//! one form (`normalize`), so that case, Unicode form, spacing and the grouping of digits make no difference.
//!
//! A hash is SipHash-2-4 under a key that is made from the masking key: whoever has the file and not the key can't try
//! out addresses or phone numbers. With 100 million originals and 10 billion look-ups, a chance match of 64 bits is
//! expected once in some twenty runs; a match by equal *text* is far more likely for short numbers, see [`Hit::length`].
//!
//! **What is not recorded**, since its match would mean nothing: values of fewer than four characters, single words of
//! fewer than eight letters, numbers of fewer than six digits, pairs of names with fewer than five letters in all,
//! documents of fewer than 16 bytes, and placeholders such as `unknown`. Such originals are covered in their own cell
//! alone ([`Recorder::record_row_cell`]).

mod atoms;
mod beside;
mod candidates;
mod digits;
mod file;
mod filter;
mod forms;
mod key;
mod lookup;
mod merge;
mod names;
mod normalize;
mod numbers;
mod recorder;
mod seek;
mod sort;
mod stems;
mod store;
mod values;

pub use beside::{Part, RowNames};
pub use candidates::{Candidate, Scanner};
pub use key::{Class, OriginalsKey};
pub use lookup::Originals;
pub use normalize::fold;
pub use numbers::{Form, FormCounts};
pub use recorder::Recorder;
pub use seek::{Hit, PartOfRow, Seeker};
pub use store::{Store, Summary};

/// A masked column: its place in the list of names that [`Store::create`] was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId(pub u16);

/// How the originals of a masked column are recognised in the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OriginalsOf {
    /// Each names a person or opens a door (an e-mail, an IBAN, a token): anywhere at all is a leak.
    Identifier,
    /// A name of two words or more: the words side by side are a leak.
    FullName,
    /// A given name: a leak beside the family name of the same row, or unchanged in its own cell.
    FirstName,
    /// A family name, likewise.
    LastName,
    /// Many people share it (a city, a date, an amount): a leak only in its own cell.
    Shared,
    /// Text or JSON with identifiers inside: each identifier that masking removed is a leak anywhere.
    Text,
    /// A document: its bytes anywhere are a leak.
    Document,
}
