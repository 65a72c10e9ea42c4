//! TLS as strict as `sslmode` says, against a server with a certificate of our own making.
#![allow(clippy::unwrap_used, reason = "clippy knows tests, but not what they share")]

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use stagemask::postgres::client_tools::{ClientTools, Tool};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::sandbox::{Options, Server};
use stagemask::secret::Secret;

/// A name as Amazon RDS gives it.
const RDS: &str = "drop.c1.eu-north-1.rds.amazonaws.com";

/// A server whose certificate is for `db.example`, and the files of two authorities; only the first one has signed it.
struct Secured {
    server: Server,
    files: tempfile::TempDir,
}

impl Secured {
    async fn start() -> Option<Self> {
        let server = Server::start(&Options { shared_buffers_mib: 16, ..Options::default() }).await.unwrap();
        let files = tempfile::tempdir().unwrap();
        let authority = authority();
        std::fs::write(files.path().join("ca.pem"), authority.pem()).unwrap();
        std::fs::write(files.path().join("other-ca.pem"), self::authority().pem()).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["db.example".to_owned(), RDS.to_owned()]).unwrap();
        // OpenSSL takes a certificate whose subject is its issuer for one that has signed itself.
        params.distinguished_name.push(DnType::CommonName, "server");
        let certificate = params.signed_by(&key, &authority).unwrap();
        for (name, text) in [("server.crt", certificate.pem()), ("server.key", key.serialize_pem())] {
            let path = server.directory().join("data").join(name);
            let owner = server.directory().metadata().unwrap();
            std::fs::write(&path, text).unwrap();
            set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
            chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let session = server.endpoint("postgres").connect("test").await.unwrap();
        // Only such a server can show anything here; the one that is installed when there is none has no TLS.
        if let Err(error) = session.batch_execute("ALTER SYSTEM SET ssl = on").await {
            let message = error.as_db_error().unwrap().message();
            assert!(message.contains("SSL is not supported by this build"), "{message}");
            return None;
        }
        session.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        session.close().await;
        Some(Self { server, files })
    }

    /// The server by this name, which leads to 127.0.0.1, and with these further parameters.
    fn endpoint(&self, name: &str, parameters: &str) -> Endpoint {
        let password = self.server.tcp_endpoint("postgres").client_env();
        let find = |variable: &str| {
            let found = password.iter().find(|(name, _)| variable == "PGPASSWORD" && name == variable);
            found.map(|(_, value)| value.to_str().unwrap().to_owned())
        };
        let port = self.server.port();
        let text = format!("host={name} hostaddr=127.0.0.1 port={port} user=stagemask dbname=postgres {parameters}");
        Endpoint::parse_with(&text, "the test", &find).unwrap()
    }

    fn password(&self) -> Option<Secret> {
        let variables = self.server.tcp_endpoint("postgres").client_env();
        let found = variables.into_iter().find(|(name, _)| name == "PGPASSWORD");
        found.map(|(_, value)| Secret::new(value.into_string().unwrap()))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    async fn is_encrypted(&self, name: &str, parameters: &str) -> Result<bool, String> {
        let session = self.endpoint(name, parameters).connect("test").await.map_err(|error| error.to_string())?;
        let row = session.query_one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[]).await.unwrap();
        Ok(row.get(0))
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

#[tokio::test]
async fn each_sslmode_checks_what_it_promises() {
    let Some(secured) = Secured::start().await else { return };
    let (ca, other) = (secured.file("ca.pem"), secured.file("other-ca.pem"));
    let (ca, other) = (format!("sslrootcert={}", ca.display()), format!("sslrootcert={}", other.display()));

    assert_eq!(secured.is_encrypted("db.example", "sslmode=disable").await, Ok(false));
    assert_eq!(secured.is_encrypted("wrong.example", "sslmode=prefer").await, Ok(true));
    assert_eq!(secured.is_encrypted("wrong.example", "sslmode=require").await, Ok(true));
    assert_eq!(secured.is_encrypted("wrong.example", &format!("sslmode=require {ca}")).await, Ok(true));
    assert_eq!(secured.is_encrypted("wrong.example", &format!("sslmode=verify-ca {ca}")).await, Ok(true));
    assert_eq!(secured.is_encrypted("db.example", &format!("sslmode=verify-full {ca}")).await, Ok(true));
    let channel_binding = "channel_binding=require sslmode=require";
    assert_eq!(secured.is_encrypted("db.example", channel_binding).await, Ok(true));

    let wrong_name = secured.is_encrypted("wrong.example", &format!("sslmode=verify-full {ca}")).await.unwrap_err();
    assert!(wrong_name.contains("is for another name"), "{wrong_name}");
    for mode in ["require", "verify-ca", "verify-full"] {
        let untrusted = secured.is_encrypted("db.example", &format!("sslmode={mode} {other}")).await.unwrap_err();
        assert!(untrusted.contains("leads to none of the trusted roots"), "{mode}: {untrusted}");
    }
    let missing = secured.is_encrypted("db.example", "sslmode=verify-full sslrootcert=/nowhere.pem").await.unwrap_err();
    assert!(missing.contains("/nowhere.pem"), "{missing}");
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_required() {
    let server = Server::start(&Options { shared_buffers_mib: 16, ..Options::default() }).await.unwrap();
    let text = format!("host=127.0.0.1 port={} user=stagemask password=x sslmode=require", server.port());
    let endpoint = Endpoint::parse_with(&text, "the test", &|_| None).unwrap();
    let error = endpoint.connect("test").await.err().unwrap().to_string();
    assert!(error.contains("doesn't offer TLS") && error.contains("sslmode=disable"), "{error}");
}

#[tokio::test]
async fn on_rds_the_name_is_checked_whatever_leads_there() {
    let Some(secured) = Secured::start().await else { return };
    // The name leads to ::1 too, where nothing listens.
    let detour = format!("localhost:{}", secured.server.port());
    let (ca, password) = (secured.file("ca.pem"), secured.password());
    let on_rds = |name: &str, ca: Option<&Path>| {
        Endpoint::on_rds(name, 5432, "stagemask", password.clone(), "postgres", Some(&detour), ca).unwrap()
    };
    let good = on_rds(RDS, Some(&ca));
    good.connect("test").await.unwrap();
    let server = &secured.server;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let dump = async |endpoint: &Endpoint| {
        let dump = tools.command(Tool::PgDump, Some(endpoint)).arg("--schema-only").run().await.unwrap();
        dump.require("dumping").map(|_| ()).map_err(|error| error.to_string())
    };
    dump(&good).await.unwrap();

    let wrong = on_rds("other.c1.eu-north-1.rds.amazonaws.com", Some(&ca));
    let error = wrong.connect("test").await.err().unwrap().to_string();
    assert!(error.contains("is for another name"), "{error}");
    assert!(dump(&wrong).await.is_err());
    // Our own authority is none of those that are built in, and they are taken by default.
    let text = format!("postgres://stagemask@{RDS}:{}/postgres?hostaddr=127.0.0.1", server.port());
    let by_name = Endpoint::parse_with(&text, "the test", &|_| None).unwrap().with_user("stagemask", password.clone());
    for built_in in [on_rds(RDS, None), by_name] {
        let error = built_in.connect("test").await.err().unwrap().to_string();
        assert!(error.contains("leads to none of the trusted roots"), "{error}");
        assert!(dump(&built_in).await.is_err());
    }
}
