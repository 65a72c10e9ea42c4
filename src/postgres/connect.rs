//! Sessions: a connection that is set up so that what it reads means the same everywhere.

use std::ops::{Deref, DerefMut};

use tokio::net::UnixStream;
use tokio::task::JoinHandle;
use tokio_postgres::config::{ChannelBinding, SslMode, SslNegotiation, TargetSessionAttrs};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connect_error::{Failure, explain};
use super::endpoint::{Endpoint, Host, Place};
use super::error::ServerContext;
use super::joined_copy::{JoinedCopy, Joining};
use super::keepalive;
use super::patience::{Obstacle, Refusal};
use super::tls::{self, TlsMode};
use crate::error::{Error, Result};

/// The oldest server that accepts arrays and composites with the type oids of another database in binary COPY.
pub const OLDEST_MAJOR_VERSION: u32 = 14;

/// What each session needs, whatever the role, the database or the server has set. `row_security = off` makes a row
/// that a policy hides an error instead of a row that is silently left out.
const SETTINGS: &str = "SET search_path = pg_catalog; SET client_encoding = 'UTF8'; SET DateStyle = 'ISO, MDY'; \
    SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 3; SET bytea_output = 'hex'; \
    SET xmloption = 'content'; SET standard_conforming_strings = on; SET synchronize_seqscans = off; \
    SET row_security = off; SET statement_timeout = 0; SET lock_timeout = 0; \
    SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0; SET client_min_messages = 'warning'";

/// Without this, the server goes on with a long query after we are gone, until it has something to send.
const NOTICE_A_LOST_CLIENT: &str = "SET client_connection_check_interval = '5s'";

/// A session. It derefs to [`tokio_postgres::Client`], and its connection ends when it is dropped.
pub struct Session {
    client: Client,
    connection: Connection,
    server_version: String,
    server_version_num: u32,
}

impl Endpoint {
    /// Opens a session, which the server's views show under this application name. While the server takes nobody (it
    /// starts, or has no place left), it is tried again for a while; see [`Endpoint::with_patience`].
    ///
    /// # Errors
    /// When no host lets us in, within `connect_timeout` for each, or when the server is none that we know.
    pub async fn connect(&self, application_name: &str) -> Result<Session> {
        let connector = Joining(tls::connector(self.tls, &self.roots)?);
        let mut waiting = self.patience.begin();
        let session = loop {
            match self.try_hosts(application_name, &connector).await {
                Ok(session) => break session,
                Err(refusal) => waiting.after(refusal).await?,
            }
        };
        session.batch_execute(SETTINGS).await.server_context(|| format!("setting up a session on {self}"))?;
        // Not every system can do this, and a session without it works as well.
        let _ = session.batch_execute(NOTICE_A_LOST_CLIENT).await;
        Ok(session)
    }

    /// One try of each host. What the last one says counts, unless an earlier one may come back.
    async fn try_hosts(
        &self,
        application_name: &str,
        connector: &Joining<MakeRustlsConnect>,
    ) -> Result<Session, Refusal> {
        let resolved = self.resolved().await?;
        let mut last: Option<Refusal> = None;
        for host in &resolved.hosts {
            match resolved.connect_to(host, application_name, connector).await {
                Ok(session) => return Ok(session),
                Err(refusal) => {
                    let passing = last.as_ref().is_some_and(|last| last.obstacle != Obstacle::Lasting);
                    if !(passing && refusal.obstacle == Obstacle::Lasting) {
                        last = Some(refusal);
                    }
                }
            }
        }
        Err(last.unwrap_or_else(|| Error::failed("no host is named").into()))
    }

    async fn connect_to(
        &self,
        host: &Host,
        application: &str,
        connector: &Joining<MakeRustlsConnect>,
    ) -> Result<Session, Refusal> {
        let config = self.config(host, application)?;
        let connecting = self.open(host, &config, connector);
        // tokio-postgres has a limit for the TCP connection only; what is behind the port may never say a word.
        let connected = match self.connect_timeout {
            Some(limit) => tokio::time::timeout(limit, connecting).await.map_err(|_| Failure::Timeout(limit)),
            None => Ok(connecting.await),
        };
        let failure = match connected {
            Ok(Ok(Opened { client, connection, server_version })) => {
                let server_version_num = supported_version(self, &server_version)?;
                return Ok(Session { client, connection, server_version, server_version_num });
            }
            Ok(Err(error)) => Failure::Refused(error),
            Err(failure) => failure,
        };
        Err(Refusal { error: explain(self, host, &failure), obstacle: failure.obstacle() })
    }

    async fn open(
        &self,
        host: &Host,
        config: &Config,
        connector: &Joining<MakeRustlsConnect>,
    ) -> std::result::Result<Opened, tokio_postgres::Error> {
        // tokio-postgres checks the session's attributes only where it opens the socket, and has better words for a
        // socket that can't be opened.
        if let (Place::Socket(directory), None) = (&host.place, &self.session_attributes) {
            let socket = directory.join(format!(".s.PGSQL.{}", host.port));
            if let Ok(stream) = UnixStream::connect(&socket).await {
                let connected = config.connect_raw(JoinedCopy::new(stream), NoTls).await?;
                return Ok(Opened::new(connected));
            }
        }
        Ok(Opened::new(config.connect(connector.clone()).await?))
    }

    fn config(&self, host: &Host, application: &str) -> Result<Config> {
        let mut config = Config::new();
        config.user(&self.user).dbname(&self.database).application_name(application).port(host.connect_port());
        config.keepalives(true).keepalives_idle(keepalive::IDLE).keepalives_interval(keepalive::INTERVAL);
        config.keepalives_retries(keepalive::PROBES).tcp_user_timeout(keepalive::UNANSWERED);
        if let Some(password) = self.password_at(host) {
            config.password(password.expose());
        }
        if let Some(options) = &self.options {
            config.options(options);
        }
        if let Some(limit) = self.connect_timeout {
            config.connect_timeout(limit);
        }
        config.ssl_mode(match (&host.place, self.tls) {
            (Place::Socket(_), _) | (_, TlsMode::Disable) => SslMode::Disable,
            (_, TlsMode::Prefer) => SslMode::Prefer,
            _ => SslMode::Require,
        });
        match &host.place {
            Place::Socket(directory) => config.host_path(directory),
            Place::Tcp { name } => config.host(name),
        };
        if let Some(address) = host.address() {
            config.hostaddr(address);
        }
        if self.direct_tls {
            config.ssl_negotiation(SslNegotiation::Direct);
        }
        config.channel_binding(match self.channel_binding.as_deref() {
            Some("require") => ChannelBinding::Require,
            Some("disable") => ChannelBinding::Disable,
            _ => ChannelBinding::Prefer,
        });
        config.target_session_attrs(match self.session_attributes.as_deref() {
            Some("read-write") => TargetSessionAttrs::ReadWrite,
            Some("read-only") => TargetSessionAttrs::ReadOnly,
            _ => TargetSessionAttrs::Any,
        });
        Ok(config)
    }
}

/// A connection that was just made.
struct Opened {
    client: Client,
    connection: Connection,
    server_version: String,
}

impl Opened {
    fn new<S, T>((client, connection): (Client, tokio_postgres::Connection<S, T>)) -> Self
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let server_version = connection.parameter("server_version").unwrap_or_default().to_owned();
        let connection = Connection(tokio::spawn(discard_messages(connection)));
        Self { client, connection, server_version }
    }
}

/// Drives the connection. Notices are dropped: they may quote cells, and nobody reads them.
async fn discard_messages<S, T>(mut connection: tokio_postgres::Connection<S, T>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    while let Some(Ok(_)) = std::future::poll_fn(|context| connection.poll_message(context)).await {}
}

/// Turns `15.18 (Debian …)` or `18beta1` into 150018 or 180000, as `server_version_num` has it.
fn supported_version(endpoint: &Endpoint, text: &str) -> Result<u32> {
    let number = super::installations::version_number(text);
    match number {
        Some(number) if number >= OLDEST_MAJOR_VERSION * 10_000 => Ok(number),
        Some(_) => Err(Error::failed(format!("the server of {endpoint} is PostgreSQL {text}, which is too old"))
            .help(format!("supported are PostgreSQL {OLDEST_MAJOR_VERSION} and later"))),
        None => Err(Error::failed(format!("the server of {endpoint} doesn't say which version of PostgreSQL it is"))
            .help("is it PostgreSQL? Servers that only speak its protocol are not supported")),
    }
}

impl Session {
    /// The server's version as a number, such as 150018 for 15.18.
    pub fn server_version_num(&self) -> u32 {
        self.server_version_num
    }

    /// The server's version as it prints itself, such as `15.18 (Debian 15.18-0+deb12u1)`.
    pub fn server_version(&self) -> &str {
        &self.server_version
    }

    /// Ends the session and waits until the connection is closed. Dropping closes it too, but a moment later, which is
    /// too late before `DROP DATABASE`.
    pub async fn close(self) {
        let Self { client, mut connection, .. } = self;
        drop(client);
        // Both outcomes, closed and broken, leave no connection.
        let _ = (&mut connection.0).await;
    }
}

/// The task that drives the connection. Without the abort, a query that nobody awaits any more would keep it open.
struct Connection(JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Deref for Session {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}
