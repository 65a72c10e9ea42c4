//! Fills what a connection string leaves open, in libpq's order: service file, environment, password file, defaults.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::address::{To, Via};
use super::connection_string::Parameters;
use super::endpoint::{Endpoint, Host, Place};
use super::tls::{Roots, TlsMode, is_rds};
use super::{os_account, password_file, service_file};
use crate::error::{Error, Result};

/// Where packaged servers and self-built ones put their sockets.
pub(super) const SOCKETS: [&str; 3] = ["/var/run/postgresql", "/run/postgresql", "/tmp"];

/// The variables of libpq (PostgreSQL manual, 34.15) and the parameters they stand for.
const VARIABLES: [(&str, &str); 14] = [
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGDATABASE", "dbname"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGPASSFILE", "passfile"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGOPTIONS", "options"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGCHANNELBINDING", "channel_binding"),
];

type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Makes an endpoint of what was given and what libpq would add.
///
/// # Errors
/// When a parameter has a value that it can't have, or the service isn't defined.
pub(super) fn complete(mut given: Parameters, environment: Environment<'_>) -> Result<Endpoint> {
    let home = environment("HOME").map(PathBuf::from);
    if let Some(service) = given.get("service").map(str::to_owned).or_else(|| environment("PGSERVICE")) {
        let files = service_files(given.get("servicefile"), home.as_deref(), environment);
        given.fill_from(service_file::read(&service, &files)?);
    }
    for (variable, keyword) in VARIABLES {
        if let Some(value) = environment(variable) {
            given.fill(keyword, &value)?;
        }
    }

    let user = match given.get("user") {
        Some(user) => user.to_owned(),
        None => os_account::current_name()
            .ok_or_else(|| Error::usage("no user is named, and the system has no name for ours"))?,
    };
    let database = given.get("dbname").unwrap_or(&user).to_owned();
    let hosts = hosts(&given)?;
    let first = hosts.first().cloned().ok_or_else(|| Error::usage("no host is named"))?;
    let mut endpoint = match &first.place {
        Place::Socket(directory) => Endpoint::on_socket(directory, first.port, &user, &database),
        Place::Tcp { name } => Endpoint::on_host(name, first.port, &user, given.password().cloned(), &database),
    };
    endpoint.password = given.password().cloned();
    endpoint.hosts = hosts;
    if let Some(text) = given.get("connect_timeout") {
        endpoint.connect_timeout = connect_timeout(text)?;
    }
    set_tls(&mut endpoint, &given, home.as_deref())?;
    endpoint.options = given.get("options").map(str::to_owned);
    endpoint.session_attributes =
        choice(&given, "target_session_attrs", &["any", "read-write", "read-only"])?.map(str::to_owned);
    endpoint.channel_binding = choice(&given, "channel_binding", &["disable", "prefer", "require"])?.map(str::to_owned);
    if endpoint.password.is_none() {
        let default = home.map(|home| home.join(".pgpass"));
        read_password_file(&mut endpoint, given.get("passfile").map(PathBuf::from).or(default));
    }
    Ok(endpoint)
}

fn service_files(given: Option<&str>, home: Option<&Path>, environment: Environment<'_>) -> Vec<PathBuf> {
    let own = given.map(PathBuf::from).or_else(|| environment("PGSERVICEFILE").map(PathBuf::from));
    let own = own.or_else(|| home.map(|home| home.join(".pg_service.conf")));
    let system = environment("PGSYSCONFDIR").map_or_else(|| PathBuf::from("/etc/postgresql-common"), PathBuf::from);
    own.into_iter().chain([system.join("pg_service.conf")]).collect()
}

fn read_password_file(endpoint: &mut Endpoint, path: Option<PathBuf>) {
    match path.map_or(password_file::Found::Nothing, |path| password_file::read(&path)) {
        password_file::Found::Nothing => {}
        password_file::Found::Ignored(why) => endpoint.notes.push(why),
        password_file::Found::File(file) => endpoint.password_file = Some(Arc::new(file)),
    }
}

fn hosts(given: &Parameters) -> Result<Vec<Host>> {
    let list = |keyword: &str| given.get(keyword).map(|text| text.split(',').collect::<Vec<_>>()).unwrap_or_default();
    let (names, addresses, ports) = (list("host"), list("hostaddr"), list("port"));
    let count = names.len().max(addresses.len()).max(1);
    let fits = |list: &[&str]| list.is_empty() || list.len() == count;
    if !fits(&names) || !fits(&addresses) || (ports.len() > 1 && !fits(&ports)) {
        return Err(Error::usage("there are not as many hosts as addresses or ports"));
    }
    (0..count)
        .map(|position| {
            let at = |list: &[&str]| list.get(position).copied().filter(|text| !text.is_empty()).map(str::to_owned);
            let port = match at(&ports).or_else(|| ports.first().filter(|_| ports.len() == 1).map(ToString::to_string))
            {
                None => 5432,
                Some(text) => text.trim().parse().map_err(|_| Error::usage("the port is not a number up to 65535"))?,
            };
            let address = at(&addresses)
                .map(|text| text.parse::<IpAddr>().map_err(|_| Error::usage("`hostaddr` is not an IP address")))
                .transpose()?;
            let via = address.map(|address| Via { to: To::Address(address), port: None });
            Ok(Host { place: place(at(&names), address, port), port, via })
        })
        .collect()
}

fn place(name: Option<String>, address: Option<IpAddr>, port: u16) -> Place {
    match (name, address) {
        (Some(name), None) if name.starts_with('/') || name.starts_with('@') => Place::Socket(name.into()),
        (Some(name), _) => Place::Tcp { name },
        (None, Some(address)) => Place::Tcp { name: address.to_string() },
        (None, None) => Place::Socket(default_socket_directory(port)),
    }
}

/// libpq has one directory compiled in; we look where a socket for this port is.
fn default_socket_directory(port: u16) -> PathBuf {
    let file = format!(".s.PGSQL.{port}");
    let in_use = SOCKETS.iter().find(|directory| Path::new(directory).join(&file).exists());
    let present = || SOCKETS.iter().find(|directory| Path::new(directory).exists());
    PathBuf::from(in_use.or_else(present).unwrap_or(&"/tmp"))
}

/// In seconds; 0 or less waits without end, and libpq never waits less than two.
fn connect_timeout(text: &str) -> Result<Option<Duration>> {
    let seconds: i64 = text.trim().parse().map_err(|_| Error::usage("`connect_timeout` is not a number of seconds"))?;
    Ok(u64::try_from(seconds).ok().filter(|&seconds| seconds > 0).map(|seconds| Duration::from_secs(seconds.max(2))))
}

/// As libpq, except for hosts of Amazon RDS: their authorities are known, so a connection is verified unless somebody asks
/// for less.
fn set_tls(endpoint: &mut Endpoint, given: &Parameters, home: Option<&Path>) -> Result<()> {
    let on_rds = endpoint.hosts.iter().all(|host| matches!(&host.place, Place::Tcp { name } if is_rds(name)));
    endpoint.roots = match given.get("sslrootcert") {
        Some("system") => Roots::System,
        Some(file) => Roots::File(file.into()),
        None if on_rds => Roots::Rds,
        None => home
            .map(|home| home.join(".postgresql/root.crt"))
            .filter(|file| file.exists())
            .map_or_else(Roots::default, Roots::File),
    };
    let words: Vec<_> = TlsMode::ALL.iter().map(|mode| mode.word()).chain(["allow"]).collect();
    endpoint.tls = match choice(given, "sslmode", &words)? {
        None if on_rds || matches!(endpoint.roots, Roots::System) => TlsMode::VerifyFull,
        // `allow` would try without TLS first; there is no reason to.
        None | Some("allow") => TlsMode::Prefer,
        Some(word) => TlsMode::ALL.into_iter().find(|mode| mode.word() == word).unwrap_or(TlsMode::VerifyFull),
    };
    if matches!(endpoint.roots, Roots::System) && endpoint.tls != TlsMode::VerifyFull {
        return Err(Error::usage("`sslrootcert=system` goes only with `sslmode=verify-full`"));
    }
    endpoint.direct_tls = choice(given, "sslnegotiation", &["postgres", "direct"])? == Some("direct");
    if endpoint.direct_tls && matches!(endpoint.tls, TlsMode::Disable | TlsMode::Prefer) {
        return Err(Error::usage("`sslnegotiation=direct` needs `sslmode=require` or stronger"));
    }
    Ok(())
}

fn choice<'a>(given: &'a Parameters, keyword: &str, known: &[&str]) -> Result<Option<&'a str>> {
    match given.get(keyword) {
        Some(value) if !known.contains(&value) => {
            Err(Error::usage(format!("`{keyword}` has a value that is not known"))
                .help(format!("known are: {}", known.join(", "))))
        }
        value => Ok(value),
    }
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
