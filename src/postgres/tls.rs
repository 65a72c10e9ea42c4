//! TLS to a server, as strict as `sslmode` says (PostgreSQL manual, 34.19).

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tempfile::TempPath;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{Context, Error, Result};

/// How much of the server's identity is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TlsMode {
    /// Never encrypted.
    Disable,
    /// Encrypted if the server can.
    Prefer,
    /// Encrypted; the chain is checked only if roots were named.
    Require,
    /// Encrypted, and the certificate leads to a root.
    VerifyCa,
    /// Encrypted, the certificate leads to a root and is for this host.
    VerifyFull,
}

impl TlsMode {
    pub(super) const ALL: [Self; 5] = [Self::Disable, Self::Prefer, Self::Require, Self::VerifyCa, Self::VerifyFull];

    /// As `sslmode` has it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// Which root certificates are trusted.
#[derive(Debug, Clone, Default)]
pub(super) enum Roots {
    /// Nobody named any: those of the system, where a certificate is verified at all.
    #[default]
    Unnamed,
    /// Those of the system, asked for by name.
    System,
    /// Those of Amazon RDS, which are built in.
    Rds,
    /// The same in a file, for programs that can't take them from us. It goes with the last clone.
    Written(Arc<TempPath>),
    /// Those in a PEM file.
    File(PathBuf),
}

/// The authorities behind Amazon RDS; its header says where they come from.
const RDS: &str = include_str!("rds_roots.pem");

/// Whether a host is one of Amazon RDS, Aurora or RDS Proxy, by its name.
pub(super) fn is_rds(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    [".rds.amazonaws.com", ".rds.amazonaws.com.cn"].iter().any(|end| name.ends_with(end))
}

/// Where systems keep their roots in one file.
const SYSTEM_FILES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
];

impl Roots {
    /// The file to name to libpq, which before version 16 can't find the system's roots itself.
    pub(super) fn file_for_libpq(&self, mode: TlsMode) -> Option<PathBuf> {
        match self {
            Self::File(file) => Some(file.clone()),
            Self::Written(file) => Some(file.to_path_buf()),
            // `written` comes before.
            Self::Rds => None,
            Self::Unnamed if !matches!(mode, TlsMode::VerifyCa | TlsMode::VerifyFull) => None,
            Self::Unnamed | Self::System => {
                let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
                named.into_iter().chain(SYSTEM_FILES.map(PathBuf::from)).find(|file| file.exists())
            }
        }
    }

    /// In a form that can be named to a program.
    pub(super) fn written(&self) -> Result<Self> {
        let Self::Rds = self else { return Ok(self.clone()) };
        let write = || {
            let mut file = tempfile::Builder::new().prefix("rds-roots-").suffix(".pem").tempfile()?;
            file.write_all(RDS.as_bytes())?;
            std::io::Result::Ok(file.into_temp_path())
        };
        Ok(Self::Written(Arc::new(write().context("writing a file with the root certificates of RDS failed")?)))
    }

    fn load(&self) -> Result<RootCertStore> {
        let mut store = RootCertStore::empty();
        match self {
            Self::Rds | Self::Written(_) => {
                let failed = || Error::failed("the built-in root certificates of RDS can't be read");
                for certificate in CertificateDer::pem_slice_iter(RDS.as_bytes()) {
                    let certificate = certificate.map_err(|error| failed().because(error))?;
                    store.add(certificate).map_err(|error| failed().because(error))?;
                }
            }
            Self::File(file) => {
                let failed = || Error::failed(format!("reading root certificates from {} failed", file.display()));
                for certificate in CertificateDer::pem_file_iter(file).map_err(|error| failed().because(error))? {
                    let certificate = certificate.map_err(|error| failed().because(error))?;
                    store.add(certificate).map_err(|error| failed().because(error))?;
                }
                if store.is_empty() {
                    return Err(failed().help("the file holds no certificate in PEM format"));
                }
            }
            Self::Unnamed | Self::System => {
                let found = rustls_native_certs::load_native_certs();
                store.add_parsable_certificates(found.certs);
                if store.is_empty() {
                    return Err(Error::failed("the system has no root certificates")
                        .help("name a PEM file with sslrootcert=… or PGSSLROOTCERT"));
                }
            }
        }
        Ok(store)
    }
}

/// Makes the connector.
///
/// # Errors
/// When root certificates are needed and can't be read.
pub(super) fn connector(mode: TlsMode, roots: &Roots) -> Result<MakeRustlsConnect> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::failed("setting up TLS failed").because(error))?;
    let chain_only = |roots| Arc::new(ChainVerifier { roots, provider: Arc::clone(&provider) });
    let builder = match mode {
        TlsMode::VerifyFull => builder.with_root_certificates(roots.load()?),
        TlsMode::VerifyCa => builder.dangerous().with_custom_certificate_verifier(chain_only(Some(roots.load()?))),
        TlsMode::Require if matches!(roots, Roots::File(_)) => {
            builder.dangerous().with_custom_certificate_verifier(chain_only(Some(roots.load()?)))
        }
        TlsMode::Disable | TlsMode::Prefer | TlsMode::Require => {
            builder.dangerous().with_custom_certificate_verifier(chain_only(None))
        }
    };
    let mut config = builder.with_no_client_auth();
    // Direct negotiation demands it (PostgreSQL manual, 54.2.11); otherwise servers don't look.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

/// Checks that the certificate leads to a root, whatever its name; without roots only that the server holds its key.
#[derive(Debug)]
struct ChainVerifier {
    roots: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for ChainVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tests;
