//! The originals of masked columns, as keyed hashes: written while masking, looked up while verifying.

/// How the originals of a masked column are recognised in the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
