//! A server that is there for as long as its value is.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::binaries::Binaries;
use super::cluster::{self, SUPERUSER};
use super::directory;
use super::guard::Guard;
use super::kept::Kept;
use crate::error::{Context, Result};
use crate::postgres::client_tools::display_version;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::{quote_identifier, quote_literal};
use crate::progress::{Progress, Silent};
use crate::secret::{Secret, random_bytes};

/// How to start a server.
#[derive(Debug, Clone)]
pub struct Options {
    /// The directory of the server's programs; else the one that `STAGEMASK_PG_BIN` names, else the latest version found.
    pub bin: Option<PathBuf>,
    /// Memory for the server's cache of pages.
    pub shared_buffers_mib: u32,
    /// A library that the server loads when it starts (`shared_preload_libraries`).
    pub preload: Option<String>,
    /// Use only what this tool has installed into its cache, as on a machine without PostgreSQL.
    pub ignore_installed: bool,
    /// The cache; else `stagemask` in the user's cache directory, or `/var/cache/stagemask` for root.
    pub cache: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { bin: None, shared_buffers_mib: 256, preload: None, ignore_installed: false, cache: None }
    }
}

/// A throw-away server, gone with everything in it when this is dropped and also when the process ends without that.
#[derive(Debug)]
pub struct Server {
    // The order of the fields is the order in which they are dropped: the directory stays locked until it is gone.
    guard: Guard,
    lock: File,
    directory: PathBuf,
    port: u16,
    password: Secret,
    binaries: Binaries,
}

impl Server {
    /// Starts a server, without a word about it.
    ///
    /// # Errors
    /// As [`Server::start_with`].
    pub async fn start(options: &Options) -> Result<Self> {
        Self::start_with(options, &Silent).await
    }

    /// Starts a server. If PostgreSQL has to be installed for that, the progress gets a warning that says so.
    ///
    /// # Errors
    /// When there are no server programs and none can be installed, or the server doesn't start.
    pub async fn start_with(options: &Options, progress: &dyn Progress) -> Result<Self> {
        directory::reap();
        let account = directory::server_account();
        let binaries = Binaries::find(options, account.as_ref(), progress)?;
        let (directory, lock) = directory::create(account.as_ref())?;
        // From here on the guard removes the directory, also when one of the next steps fails.
        let mut guard = Guard::spawn(&directory, &binaries.directory, account.as_ref())?;
        cluster::create(&binaries, &directory, account.as_ref()).await?;
        cluster::configure(&directory, account.as_ref(), options)?;
        let port = cluster::start(&mut guard, &directory).await?;
        let password = Secret::new(random_bytes::<24>()?.map(|byte| format!("{byte:02x}")).concat());
        let server = Self { guard, lock, directory, port, password, binaries };
        server.set_password().await?;
        Ok(server)
    }

    /// The server learns only what is needed to check the password (RFC 5802), never the password.
    async fn set_password(&self) -> Result<()> {
        let verifier = postgres_protocol::password::scram_sha_256(self.password.expose().as_bytes());
        let session = self.endpoint("postgres").connect("stagemask sandbox").await?;
        let sql = format!("ALTER ROLE {SUPERUSER} PASSWORD {}", quote_literal(&verifier));
        session.batch_execute(&sql).await.server_context(|| "setting the sandbox server's password")?;
        session.close().await;
        Ok(())
    }

    /// A database, as the superuser, by the socket in the private directory.
    pub fn endpoint(&self, database: &str) -> Endpoint {
        Endpoint::on_socket(&self.directory, self.port, SUPERUSER, database)
    }

    /// A database, as the superuser, at 127.0.0.1 with a password.
    pub fn tcp_endpoint(&self, database: &str) -> Endpoint {
        Endpoint::on_host("127.0.0.1", self.port, SUPERUSER, Some(self.password.clone()), database)
    }

    /// Creates an empty database.
    ///
    /// # Errors
    /// When the name is taken.
    pub async fn create_database(&self, name: &str) -> Result<Endpoint> {
        let session = self.endpoint("postgres").connect("stagemask sandbox").await?;
        let sql = format!("CREATE DATABASE {} TEMPLATE template0", quote_identifier(name));
        session.batch_execute(&sql).await.server_context(|| format!("creating the sandbox database {name}"))?;
        session.close().await;
        Ok(self.endpoint(name))
    }

    /// The version, such as `15.18`.
    pub fn version(&self) -> String {
        display_version(self.binaries.version_num)
    }

    /// The version as a number, such as 150018.
    pub fn version_num(&self) -> u32 {
        self.binaries.version_num
    }

    /// Where its programs are; the client programs among them suit it.
    pub fn bin_dir(&self) -> &Path {
        &self.binaries.directory
    }

    /// The private directory with all it has.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The port on 127.0.0.1, which is also in the name of the socket.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Leaves the server running when this process ends. It is stopped by [`super::stop_kept`] or by PostgreSQL's own
    /// `pg_ctl -D <directory>/data stop`, and its directory is removed then.
    ///
    /// # Errors
    /// When the directory can't be marked, or the guard is gone; then the server is stopped.
    pub fn keep(self) -> Result<Kept> {
        let marker = self.directory.join(directory::KEPT);
        std::fs::write(&marker, "").context(format!("writing {} failed", marker.display()))?;
        let kept = Kept {
            socket: self.endpoint("postgres"),
            tcp: self.tcp_endpoint("postgres"),
            password: self.password.clone(),
            directory: self.directory,
            port: self.port,
            user: SUPERUSER.to_owned(),
        };
        self.guard.keep()?;
        drop(self.lock);
        Ok(kept)
    }
}
