//! Makes a cluster's files and starts its server.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::binaries::Binaries;
use super::directory;
use super::guard::Guard;
use super::server::Options;
use crate::error::{Context, Error, Result};
use crate::postgres::identifier::quote_literal;
use crate::postgres::os_account::{self, Account};

/// The superuser.
pub(super) const SUPERUSER: &str = "stagemask";

/// How long a server may take to start: it is a matter of tenths of seconds, unless the machine is overloaded.
const START_LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);

/// Runs `initdb`. Not every system knows a UTF-8 locale without a language; with `C` only letters beyond ASCII sort and
/// fold differently.
pub(super) async fn create(binaries: &Binaries, directory: &Path, account: Option<&Account>) -> Result<()> {
    let mut reason = String::new();
    for locale in ["C.UTF-8", "C"] {
        let mut command = Command::new(binaries.directory.join("initdb"));
        command.arg("--pgdata").arg(directory.join("data")).args(["--username", SUPERUSER, "--encoding", "UTF8"]);
        command.args(["--locale", locale, "--auth-local", "peer", "--auth-host", "scram-sha-256"]);
        command.args(["--no-sync", "--no-instructions"]);
        command.stdin(Stdio::null()).current_dir("/").kill_on_drop(true);
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
        if let Some(account) = account {
            command.uid(account.uid).gid(account.gid);
        }
        let output = command.output().await.context("starting initdb failed")?;
        if output.status.success() {
            return Ok(());
        }
        reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    }
    Err(Error::failed(format!("creating a sandbox cluster with {} failed", binaries.directory.display()))
        .because(reason)
        .help("is there space in the temporary directory, and does the user have an entry in /etc/passwd?"))
}

/// Writes who may connect and how the server behaves.
pub(super) fn configure(directory: &Path, account: Option<&Account>, options: &Options) -> Result<()> {
    let data = directory.join("data");
    let person = os_account::current_name().unwrap_or_default();
    let write = |name: &str, text: String| {
        let path = data.join(name);
        fs::write(&path, text).context(format!("writing {} failed", path.display()))?;
        account.map_or(Ok(()), |account| directory::give(&path, account))
    };
    write("pg_hba.conf", "local all all peer map=owner\nhost all all 127.0.0.1/32 scram-sha-256\n".to_owned())?;
    write("pg_ident.conf", format!("owner \"{person}\" {SUPERUSER}\n"))?;
    write("postgresql.conf", settings(directory, options))
}

/// Nothing survives the server, so nothing is made durable; and nothing that could quote a cell is logged.
fn settings(directory: &Path, options: &Options) -> String {
    let Options { shared_buffers_mib, preload, .. } = options;
    let preload = quote_literal(preload.as_deref().unwrap_or_default());
    let sockets = quote_literal(&directory.display().to_string());
    format!(
        "listen_addresses = '127.0.0.1'\n\
         unix_socket_directories = {}\n\
         max_connections = 100\n\
         shared_buffers = {shared_buffers_mib}MB\n\
         shared_preload_libraries = {}\n\
         maintenance_work_mem = 256MB\n\
         max_locks_per_transaction = 256\n\
         fsync = off\n\
         full_page_writes = off\n\
         synchronous_commit = off\n\
         wal_level = minimal\n\
         max_wal_senders = 0\n\
         max_wal_size = 4GB\n\
         checkpoint_timeout = 30min\n\
         max_prepared_transactions = 4\n\
         jit = off\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n\
         lc_messages = 'C'\n\
         log_min_messages = fatal\n\
         log_min_error_statement = panic\n\
         log_error_verbosity = terse\n\
         log_statement = none\n\
         log_parameter_max_length = 0\n\
         log_parameter_max_length_on_error = 0\n\
         log_checkpoints = off\n",
        sockets.trim(),
        preload.trim()
    )
}

/// Starts the server on a free port and returns that.
pub(super) async fn start(guard: &mut Guard, directory: &Path) -> Result<u16> {
    for _ in 0..5 {
        let port = free_port()?;
        let log = directory.join("server.log");
        let seen = fs::metadata(&log).map_or(0, |metadata| metadata.len());
        guard.start_server(port)?;
        match tokio::time::timeout(START_LIMIT, until_ready(directory, seen)).await {
            Ok(Ok(())) => return Ok(port),
            // Somebody took the port in the moment since it was free.
            Ok(Err(log)) if log.contains("could not bind") || log.contains("could not create any TCP/IP") => {}
            Ok(Err(log)) => {
                return Err(Error::failed("the sandbox server doesn't start").because(log.trim().to_owned()));
            }
            Err(_) => return Err(Error::failed("the sandbox server is not ready after 60 s")),
        }
    }
    Err(Error::failed("the sandbox server finds no free port on 127.0.0.1"))
}

/// Waits until the eighth line of `postmaster.pid` says so, as `pg_ctl` does; or gives what the log says since `seen`.
async fn until_ready(directory: &Path, seen: u64) -> std::result::Result<(), String> {
    let state = directory.join("data/postmaster.pid");
    loop {
        if fs::read_to_string(&state).is_ok_and(|text| text.lines().nth(7).is_some_and(|line| line.trim() == "ready")) {
            return Ok(());
        }
        let log = fs::read(directory.join("server.log")).unwrap_or_default();
        let new = usize::try_from(seen).ok().and_then(|seen| log.get(seen..)).unwrap_or_default();
        let new = String::from_utf8_lossy(new);
        if new.contains("FATAL:") || new.contains("not found") || new.contains("ermission denied") {
            return Err(new.into_owned());
        }
        tokio::time::sleep(POLL).await;
    }
}

fn free_port() -> Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .context("no port of 127.0.0.1 can be opened")
}
