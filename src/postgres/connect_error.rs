//! Why a connection failed, and what to do next.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use super::endpoint::{Endpoint, Host, Place};
use super::error::describe;
use super::patience::Obstacle;
use crate::error::Error;

/// How a connection failed.
pub(super) enum Failure {
    /// Nothing complete came back in this time.
    Timeout(Duration),
    /// It was refused, somewhere on the way.
    Refused(tokio_postgres::Error),
}

impl Failure {
    /// Whether it may pass by waiting.
    pub(super) fn obstacle(&self) -> Obstacle {
        let Self::Refused(error) = self else { return Obstacle::Unreachable };
        match error.code().map(tokio_postgres::error::SqlState::code) {
            // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
            Some("57P01" | "57P02" | "57P03" | "53300") => Obstacle::Busy,
            Some(_) => Obstacle::Lasting,
            None if cause::<rustls::Error>(error).is_some() => Obstacle::Lasting,
            None if error.is_closed() => Obstacle::Unreachable,
            None if cause::<io::Error>(error).is_some_and(is_queue_full) => Obstacle::Busy,
            // A name that isn't known may be one that isn't known yet, as that of an instance just made.
            None if cause::<io::Error>(error).is_some_and(is_passing) => Obstacle::Unreachable,
            None => Obstacle::Lasting,
        }
    }
}

/// Whether a socket's queue of connections that the server has yet to accept has no place left (connect(2), `EAGAIN`).
fn is_queue_full(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

fn is_passing(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    let kinds = [
        Kind::ConnectionRefused,
        Kind::ConnectionReset,
        Kind::ConnectionAborted,
        Kind::BrokenPipe,
        Kind::UnexpectedEof,
        Kind::TimedOut,
        Kind::HostUnreachable,
        Kind::NetworkUnreachable,
    ];
    kinds.contains(&error.kind()) || error.to_string().contains("lookup address")
}

/// Says it in words, without a password.
pub(super) fn explain(endpoint: &Endpoint, host: &Host, failure: &Failure) -> Error {
    match failure {
        Failure::Timeout(limit) => {
            Error::failed(format!("no answer from {host} as from a PostgreSQL server within {} s", limit.as_secs()))
                .help("check host and port, and that no firewall is between; `connect_timeout` allows more time")
        }
        Failure::Refused(error) => {
            let (what, help) = refused(endpoint, host, error);
            Error::failed(what).because(describe(error)).help(help)
        }
    }
}

fn refused(endpoint: &Endpoint, host: &Host, error: &tokio_postgres::Error) -> (String, String) {
    if let Some(code) = error.code() {
        return by_server(endpoint, host, code.code());
    }
    if let Some(tls) = cause::<rustls::Error>(error) {
        return by_tls(host, tls);
    }
    let chain = chain(error);
    if chain.contains("password missing") {
        return (
            format!("{host} asks for a password for user \"{}\", and none is given", endpoint.user()),
            "set PGPASSWORD, or add a line to ~/.pgpass (mode 0600)".to_owned(),
        );
    }
    if chain.contains("does not support TLS") {
        return (
            format!("{host} doesn't offer TLS, and sslmode is {}", endpoint.tls.word()),
            "switch TLS on in the server, or connect with sslmode=disable over a network you trust".to_owned(),
        );
    }
    if error.to_string().contains("connecting to server") {
        return by_network(host, error, &chain);
    }
    if chain.contains("authentication") {
        return (
            format!("{host} asks for a way to sign in that is not supported"),
            "supported are password, md5 and scram-sha-256; Kerberos and client certificates are not".to_owned(),
        );
    }
    (
        format!("{host} doesn't answer as a PostgreSQL server does"),
        "check host and port: something else may be listening there".to_owned(),
    )
}

fn by_server(endpoint: &Endpoint, host: &Host, code: &str) -> (String, String) {
    let user = endpoint.user();
    match code {
        "28P01" => (
            format!("{host} refused the password of user \"{user}\""),
            "check the password in the URL, PGPASSWORD or ~/.pgpass".to_owned(),
        ),
        "28000" => (
            format!("{host} doesn't let user \"{user}\" in"),
            "check that the role exists and may log in, and what pg_hba.conf allows (on RDS: TLS may be required)"
                .to_owned(),
        ),
        "3D000" => (
            format!("there is no database \"{}\" on {host}", endpoint.database()),
            format!("list the databases with: psql -l, or create it with: createdb {}", endpoint.database()),
        ),
        code => (
            format!("{host} refused the connection to database \"{}\"", endpoint.database()),
            super::sqlstate::advice(code).unwrap_or("see the server's log for the reason").to_owned(),
        ),
    }
}

fn by_network(host: &Host, error: &tokio_postgres::Error, chain: &str) -> (String, String) {
    let kind = cause::<io::Error>(error).map(io::Error::kind);
    match (&host.place, kind) {
        (Place::Socket(directory), Some(io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)) => (
            format!("no server has its socket for port {} in {}", host.port, directory.display()),
            "is the server running? Another directory is given with host=/directory".to_owned(),
        ),
        (Place::Tcp { name }, _) if chain.contains("lookup address") || chain.contains("resolve") => (
            format!("the host name {name} is not known"),
            "check the spelling, and that this machine's DNS knows the name (a private name needs its network)"
                .to_owned(),
        ),
        (_, Some(io::ErrorKind::WouldBlock)) => {
            (format!("too many connect to {host} at once"), "try again when fewer do".to_owned())
        }
        (_, Some(io::ErrorKind::ConnectionRefused)) => (
            format!("nothing listens at {host}"),
            "is the server running, and does listen_addresses include this address?".to_owned(),
        ),
        _ => (format!("{host} can't be reached"), "check host, port and network".to_owned()),
    }
}

fn by_tls(host: &Host, error: &rustls::Error) -> (String, String) {
    use rustls::CertificateError::{BadSignature, NotValidForName, NotValidForNameContext, UnknownIssuer};
    let rustls::Error::InvalidCertificate(reason) = error else {
        return (format!("TLS with {host} failed"), "check that the port is PostgreSQL's, without a proxy".to_owned());
    };
    match reason {
        // A signature is bad when a root has the issuer's name and another key.
        UnknownIssuer | BadSignature => (
            format!("the certificate of {host} leads to none of the trusted roots"),
            "name the authority's PEM file with sslrootcert=… or PGSSLROOTCERT".to_owned(),
        ),
        NotValidForName | NotValidForNameContext { .. } => (
            format!("the certificate of {host} is for another name"),
            "connect by the name in the certificate, with hostaddr=… if that leads elsewhere".to_owned(),
        ),
        _ => (format!("the certificate of {host} is not valid"), "renew it on the server".to_owned()),
    }
}

/// The first error of this type among the causes; an `io::Error` may hide another inside.
fn cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = inner.and_then(|inner| inner.downcast_ref::<T>()) {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        text.push_str(&error.to_string());
        text.push('\n');
        next = error.source();
    }
    text
}
