//! An endpoint as it is when a connection is made, and how client programs are told of it.

use std::ffi::OsString;

use super::endpoint::{Endpoint, Host, Place};
use super::password_source::PasswordSource;
use super::tls::TlsMode;
use crate::error::{Error, Result};
use crate::secret::Secret;

impl Endpoint {
    /// The endpoint as it is at this moment: addresses are looked up, and a password that is fresh for each connection is
    /// asked for.
    ///
    /// # Errors
    /// When a name isn't known, the source gives no password, or it would travel unencrypted.
    pub async fn resolved(&self) -> Result<Self> {
        let mut hosts = Vec::new();
        for host in &self.hosts {
            hosts.extend(host.resolved().await?);
        }
        let mut resolved = Self { hosts, ..self.clone() };
        if let Some(source) = &self.password_source {
            resolved.password = Some(self.fresh_password(source.as_ref()).await?);
        }
        Ok(resolved)
    }

    async fn fresh_password(&self, source: &dyn PasswordSource) -> Result<Secret> {
        let [Host { place: Place::Tcp { name }, port, .. }] = self.hosts.as_slice() else {
            return Err(Error::usage("a password that is made for one server needs one host, not a socket or several"));
        };
        if source.needs_tls() && matches!(self.tls, TlsMode::Disable | TlsMode::Prefer) {
            return Err(Error::usage(format!("a sign-in token would go to {self} unencrypted"))
                .help("set sslmode=verify-full, and name the authority's PEM file if it isn't one of RDS"));
        }
        source.password(name, *port, &self.user).await
    }

    /// The variables that lead a child such as `pg_dump` to the database, so that nothing stands on its command line.
    /// An endpoint with a fresh password, a name to look up or the built-in roots has to be [`Self::for_programs`] first.
    pub fn client_env(&self) -> Vec<(OsString, OsString)> {
        let mut variables: Vec<(OsString, OsString)> = Vec::new();
        let mut set = |name: &str, value: OsString| variables.push((name.into(), value));
        let join = |parts: Vec<String>| parts.join(",").into();
        set("PGHOST", join(self.hosts.iter().map(|host| host.place.name()).collect()));
        if self.hosts.iter().any(|host| host.address().is_some()) {
            let address = |host: &Host| host.address().map(|address| address.to_string()).unwrap_or_default();
            set("PGHOSTADDR", join(self.hosts.iter().map(address).collect()));
        }
        set("PGPORT", join(self.hosts.iter().map(|host| host.connect_port().to_string()).collect()));
        set("PGUSER", self.user.clone().into());
        set("PGDATABASE", self.database.clone().into());
        if let Some(password) = self.hosts.iter().find_map(|host| self.password_at(host)) {
            set("PGPASSWORD", password.expose().into());
        }
        set("PGSSLMODE", self.tls.word().into());
        if let Some(file) = self.roots.file_for_libpq(self.tls) {
            set("PGSSLROOTCERT", file.into());
        }
        if let Some(timeout) = self.connect_timeout {
            set("PGCONNECT_TIMEOUT", timeout.as_secs().to_string().into());
        }
        for (name, value) in [
            ("PGOPTIONS", &self.options),
            ("PGCHANNELBINDING", &self.channel_binding),
            ("PGTARGETSESSIONATTRS", &self.session_attributes),
        ] {
            if let Some(value) = value {
                set(name, value.into());
            }
        }
        if self.direct_tls {
            set("PGSSLNEGOTIATION", "direct".into());
        }
        variables
    }

    /// As [`Self::resolved`], with the built-in root certificates in a file, for as long as this endpoint lives.
    ///
    /// # Errors
    /// As `resolved`; also when the file can't be written.
    pub async fn for_programs(&self) -> Result<Self> {
        let resolved = self.resolved().await?;
        Ok(Self { roots: resolved.roots.written()?, ..resolved })
    }
}
