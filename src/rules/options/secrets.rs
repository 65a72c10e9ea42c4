//! Options of the transforms of secrets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `hex_digest`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HexDigest {
    /// How many digits; as many as the original by default.
    #[schemars(range(min = 1, max = 1024))]
    pub length: Option<usize>,
}

/// Options of `hash`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Hash {
    /// `blake3`, the default, or `hmac_sha256`; both under the key of the run.
    #[schemars(with = "Option<String>", extend("enum" = ["blake3", "hmac_sha256"]))]
    pub algorithm: Option<HashAlgorithm>,
    /// How the 32 bytes are written: `hex`, the default, `base64` (of URLs, without padding) or `base32`.
    #[schemars(with = "Option<String>", extend("enum" = ["hex", "base64", "base32"]))]
    pub encoding: Option<HashEncoding>,
    /// How many characters of it; all by default (64, 43 or 52). In bytea, how many bytes (32).
    #[schemars(range(min = 1, max = 64))]
    pub length: Option<usize>,
}

/// What makes a hash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HashAlgorithm {
    /// BLAKE3 in its keyed mode.
    #[default]
    Blake3,
    /// HMAC with SHA-256 (RFC 2104).
    HmacSha256,
}

/// How the bytes of a hash are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HashEncoding {
    /// Hexadecimal digits in small letters.
    #[default]
    Hex,
    /// Base64 of URLs, without padding (RFC 4648, 5).
    Base64,
    /// Base32 without padding (RFC 4648, 6).
    Base32,
}

/// Options of `jwt`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Jwt {
    /// Claims whose values stay, such as `scope`. The times `exp`, `nbf`, `iat` and `auth_time` always stay.
    #[schemars(length(min = 1))]
    pub keep: Vec<String>,
}
