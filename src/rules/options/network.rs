//! Options of the transforms of addresses in networks, and of what browsers send.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `ip`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ip {
    /// IPv4 addresses that share so many first bits share them after masking too, and distinct ones among them stay
    /// distinct: 24 keeps neighbours in one /24. Without it, nothing tells that two addresses were neighbours.
    #[schemars(range(min = 16, max = 31))]
    pub keep_prefix: Option<u8>,
    /// The same for IPv6: 64 keeps the addresses of one network in one network.
    #[schemars(range(min = 33, max = 64))]
    pub keep_prefix_v6: Option<u8>,
}
