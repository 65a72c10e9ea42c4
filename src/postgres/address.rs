//! Where a host is, when that isn't where its name leads: `hostaddr` of libpq, and tunnels with a port of their own.

use std::fmt;
use std::net::IpAddr;

use super::endpoint::{Host, Place};
use crate::error::{Error, Result};

/// Where to connect instead of to the host's name and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Via {
    pub(super) to: To,
    pub(super) port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum To {
    Address(IpAddr),
    /// A name that is looked up by us, when it is needed: libpq takes only addresses.
    Name(String),
}

impl Via {
    /// Reads `address`, `address:port`, `name`, `name:port`, `::1` or `[::1]:port`.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::usage("the address to connect to can't be read")
                .help("write it as 127.0.0.1:15432, [::1]:15432 or tunnel.example:15432")
        };
        let text = text.trim();
        if let Ok(address) = text.parse() {
            return Ok(Self { to: To::Address(address), port: None });
        }
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, rest) = rest.split_once(']').ok_or_else(wrong)?;
                (address, if rest.is_empty() { None } else { Some(rest.strip_prefix(':').ok_or_else(wrong)?) })
            }
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port = port.map(|port| port.parse().map_err(|_| wrong())).transpose()?;
        let to = match host.parse() {
            Ok(address) => To::Address(address),
            Err(_) if is_name(host) && !text.starts_with('[') => To::Name(host.to_owned()),
            Err(_) => return Err(wrong()),
        };
        Ok(Self { to, port })
    }
}

fn is_name(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

impl Host {
    /// The address to connect to, where it is known.
    pub(super) fn address(&self) -> Option<IpAddr> {
        match self.via.as_ref()?.to {
            To::Address(address) => Some(address),
            To::Name(_) => None,
        }
    }

    pub(super) fn connect_port(&self) -> u16 {
        self.via.as_ref().and_then(|via| via.port).unwrap_or(self.port)
    }

    /// The host with an address, once for each address that the name of a detour has.
    pub(super) async fn resolved(&self) -> Result<Vec<Self>> {
        let Some(Via { to: To::Name(name), port }) = &self.via else { return Ok(vec![self.clone()]) };
        let found = tokio::net::lookup_host((name.as_str(), self.connect_port())).await.map_err(|error| {
            Error::failed(format!("the host name {name}, through which {self} is reached, is not known"))
                .because(error)
                .help("check the spelling, and that this machine's DNS knows the name")
        })?;
        let at = |address: IpAddr| Self { via: Some(Via { to: To::Address(address), port: *port }), ..self.clone() };
        Ok(found.map(|found| at(found.ip())).collect())
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Tcp { name } if name.contains(':') => write!(f, "[{name}]:{}", self.port)?,
            place => write!(f, "{}:{}", place.name(), self.port)?,
        }
        match &self.via {
            Some(Via { to: To::Name(name), port: Some(port) }) => write!(f, " (through {name}:{port})"),
            Some(Via { to: To::Address(address), port: Some(port) }) => {
                write!(f, " (through {})", std::net::SocketAddr::new(*address, *port))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_address_is_read() {
        let name = |name: &str| To::Name(name.to_owned());
        let address = |text: &str| To::Address(text.parse().unwrap());
        for (text, to, port) in [
            ("127.0.0.1:15432", address("127.0.0.1"), Some(15432)),
            ("127.0.0.1", address("127.0.0.1"), None),
            ("::1", address("::1"), None),
            ("[::1]:15432", address("::1"), Some(15432)),
            ("[::1]", address("::1"), None),
            ("localhost:15432", name("localhost"), Some(15432)),
            ("tunnel.example", name("tunnel.example"), None),
        ] {
            assert_eq!(Via::parse(text).unwrap(), Via { to, port }, "{text}");
        }
        for text in ["", "a:b", "a:70000", "[::1", "[::1]15432", "a/b", "user@host", "[host]:1", ":5432"] {
            assert!(Via::parse(text).is_err(), "{text}");
        }
    }
}
