//! Where a database is, and how to sign in to it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::address::Via;
use super::connection_string;
use super::password_file::PasswordFile;
use super::password_source::PasswordSource;
use super::patience::Patience;
use super::tls::{Roots, TlsMode};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::secret::Secret;

/// How long to wait for a connection when nobody says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A database and how to sign in to it. Shown as `host:port/database`, without user and password.
#[derive(Clone)]
pub struct Endpoint {
    pub(super) hosts: Vec<Host>,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) password: Option<Secret>,
    pub(super) password_file: Option<Arc<PasswordFile>>,
    pub(super) password_source: Option<Arc<dyn PasswordSource>>,
    pub(super) patience: Patience,
    pub(super) tls: TlsMode,
    pub(super) roots: Roots,
    pub(super) direct_tls: bool,
    pub(super) options: Option<String>,
    pub(super) channel_binding: Option<String>,
    pub(super) session_attributes: Option<String>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) notes: Vec<String>,
}

/// One of the places where the server may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) place: Place,
    pub(super) port: u16,
    /// Where to connect instead, when the server isn't where its name and port lead.
    pub(super) via: Option<Via>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The directory of a Unix-domain socket.
    Socket(PathBuf),
    /// A name or an address.
    Tcp { name: String },
}

impl Endpoint {
    /// Reads a URL (`postgres://…`), a keyword list (`host=… dbname=…`) or a bare database name, and fills the gaps as
    /// libpq does: service file, `PG*` variables, password file, defaults (PostgreSQL manual, 34.1, 34.15 to 34.17).
    ///
    /// `what_for` names the connection in an error, such as "the source".
    ///
    /// # Errors
    /// When the text can't be read or contradicts itself. The text is never repeated.
    pub fn parse(text: &str, what_for: &str) -> Result<Self> {
        Self::parse_with(text, what_for, &|name| std::env::var(name).ok())
    }

    /// As [`Endpoint::parse`], with an environment of the caller's choice.
    ///
    /// # Errors
    /// As `parse`.
    pub fn parse_with(text: &str, what_for: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        connection_string::parse(text)
            .and_then(|parameters| super::endpoint_defaults::complete(parameters, environment))
            .map_err(|error| {
                let advice = error.advice().unwrap_or("write it as postgres://user@host:5432/database").to_owned();
                Error::usage(format!("the connection to {what_for} is not valid: {}", error.what())).help(advice)
            })
    }

    /// Whether a text that [`Endpoint::parse`] reads has a password in it. One that can't be read has none.
    pub fn text_has_password(text: &str) -> bool {
        connection_string::parse(text).is_ok_and(|parameters| parameters.password().is_some())
    }

    /// A database on a Unix-domain socket, signed in by the operating system's user.
    pub fn on_socket(directory: &Path, port: u16, user: &str, database: &str) -> Self {
        Self::at(Host { place: Place::Socket(directory.to_owned()), port, via: None }, user, database)
    }

    /// A database at a host name or address, without TLS unless the server offers it.
    pub fn on_host(name: &str, port: u16, user: &str, password: Option<Secret>, database: &str) -> Self {
        let place = Place::Tcp { name: name.to_owned() };
        Self { password, ..Self::at(Host { place, port, via: None }, user, database) }
    }

    /// A database on Amazon RDS, over TLS that is verified to the last step: the chain against the root certificates of
    /// RDS that are built in, or those in `ca_file`, and the name against `name`, also where `connect_address` (a host
    /// name or an address, with a port if it isn't the same) leads elsewhere, such as into a tunnel.
    ///
    /// # Errors
    /// When `connect_address` can't be read.
    pub fn on_rds(
        name: &str,
        port: u16,
        user: &str,
        password: Option<Secret>,
        database: &str,
        connect_address: Option<&str>,
        ca_file: Option<&Path>,
    ) -> Result<Self> {
        let place = Place::Tcp { name: name.to_owned() };
        let via = connect_address.map(Via::parse).transpose()?;
        let roots = ca_file.map_or(Roots::Rds, |file| Roots::File(file.to_owned()));
        let tls = TlsMode::VerifyFull;
        Ok(Self { password, tls, roots, ..Self::at(Host { place, port, via }, user, database) })
    }

    fn at(host: Host, user: &str, database: &str) -> Self {
        Self {
            hosts: vec![host],
            user: user.to_owned(),
            database: database.to_owned(),
            password: None,
            password_file: None,
            password_source: None,
            patience: Patience::default(),
            tls: TlsMode::Prefer,
            roots: Roots::default(),
            direct_tls: false,
            options: None,
            channel_binding: None,
            session_attributes: None,
            connect_timeout: Some(CONNECT_TIMEOUT),
            notes: Vec::new(),
        }
    }

    /// The database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The role to sign in as.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What a person should know about how this was put together, such as a password file that was ignored.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Another database of the same server.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        Self { database: database.to_owned(), ..self.clone() }
    }

    /// The same database, signed in as somebody else, or with another password.
    #[must_use]
    pub fn with_user(&self, user: &str, password: Option<Secret>) -> Self {
        Self { user: user.to_owned(), password, password_source: None, ..self.clone() }
    }

    /// The same database, with a password that is asked for anew before each connection and each client program, such as
    /// an IAM token, which is good for fifteen minutes.
    #[must_use]
    pub fn with_password_source(&self, source: Arc<dyn PasswordSource>) -> Self {
        Self { password: None, password_file: None, password_source: Some(source), ..self.clone() }
    }

    /// The same database, tried again for this long while it can't be reached, as an instance that restarts. The
    /// progress, if there is one, hears of it.
    #[must_use]
    pub fn with_patience(&self, limit: Duration, progress: Option<Arc<dyn Progress>>) -> Self {
        Self { patience: Patience { limit, unreachable: true, progress }, ..self.clone() }
    }

    /// The same database, with a setting for its sessions (`-c name=value`), such as `synchronous_commit`.
    #[must_use]
    pub fn with_setting(&self, name: &str, value: &str) -> Self {
        let before = self.options.as_ref().map(|options| format!("{options} ")).unwrap_or_default();
        let value = value.replace('\\', "\\\\").replace(' ', "\\ ");
        Self { options: Some(format!("{before}-c {name}={value}")), ..self.clone() }
    }

    /// The same database over TLS, with the server's certificate and name verified against the roots in this PEM file.
    #[must_use]
    pub fn with_root_certificates(&self, file: &Path) -> Self {
        Self { tls: TlsMode::VerifyFull, roots: Roots::File(file.to_owned()), ..self.clone() }
    }

    /// Whether both name the same server. Only a hint, from the text: two names may lead to one server.
    pub fn same_server(&self, other: &Self) -> bool {
        let same = |(one, other): (&Host, &Host)| {
            one.port == other.port && one.via == other.via && one.place.same(&other.place)
        };
        self.hosts.len() == other.hosts.len() && self.hosts.iter().zip(&other.hosts).all(same)
    }

    /// The password for this host: what was given, else what the password file says about it.
    pub(super) fn password_at(&self, host: &Host) -> Option<&Secret> {
        let listed = || {
            let file = self.password_file.as_ref()?;
            file.find(&host.place.name_in_password_file(), host.port, &self.database, &self.user)
        };
        self.password.as_ref().or_else(listed)
    }
}

impl Place {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Socket(one), Self::Socket(other)) => one == other,
            (Self::Tcp { name }, Self::Tcp { name: other }) => {
                name.trim_end_matches('.').eq_ignore_ascii_case(other.trim_end_matches('.'))
            }
            _ => false,
        }
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::Socket(directory) => directory.display().to_string(),
            Self::Tcp { name } => name.clone(),
        }
    }

    /// libpq looks the default socket directory up as `localhost`.
    fn name_in_password_file(&self) -> String {
        match self {
            Self::Socket(directory)
                if super::endpoint_defaults::SOCKETS.iter().any(|known| directory == Path::new(known)) =>
            {
                "localhost".to_owned()
            }
            other => other.name(),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, host) in self.hosts.iter().enumerate() {
            write!(f, "{}{host}", if position == 0 { "" } else { "," })?;
        }
        write!(f, "/{}", self.database)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
