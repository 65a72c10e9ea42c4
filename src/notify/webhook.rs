//! A webhook that takes what Slack's incoming webhooks take: `{"text": "…"}`.
//!
//! Its URL is a credential. No error of the HTTP client is shown as it is, since some of them repeat the URL.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{Notice, Webhook};
use crate::error::{Context as _, Error, Result};
use crate::run_record::audit::AuditLog;
use crate::secret::Secret;

/// How long the whole call may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Posts the notice.
pub(super) async fn post(webhook: &Webhook, notice: &Notice, audit: &AuditLog) -> Result<()> {
    let url = match webhook {
        Webhook::Url(url) => url.clone(),
        Webhook::SecretsManager(arn) => url_of_secret(arn, audit).await?,
    };
    let body = json!({ "text": for_slack(&notice.text) }).to_string();
    // The client waits by blocking, and the runtime has threads for that.
    tokio::task::spawn_blocking(move || call(&url, &body)).await.context("the webhook was given up")?
}

/// Slack gives these three characters a meaning, and `<!channel>` wakes up everybody (Slack, "Formatting text").
fn for_slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn call(url: &Secret, body: &str) -> Result<()> {
    check(url)?;
    let found = rustls_native_certs::load_native_certs();
    let roots: Vec<_> = found.certs.iter().map(|root| Certificate::from_der(root.as_ref()).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    // A redirect would take the notice somewhere that nobody has named.
    let config = Agent::config_builder().timeout_global(Some(TIMEOUT)).max_redirects(0).tls_config(tls).build();
    let sent = Agent::new_with_config(config)
        .post(url.expose())
        .header("content-type", "application/json; charset=utf-8")
        .send(body);
    match sent {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(refused(answer.status().as_u16())),
        Err(error) => Err(explain(&error)),
    }
}

/// Everybody on the way could read the URL, unless it is on this machine.
fn check(url: &Secret) -> Result<()> {
    let uri: Uri = url.expose().trim().parse().map_err(|_| Error::failed("the URL of the webhook isn't one"))?;
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if here => Ok(()),
        _ => Err(Error::failed("the URL of the webhook doesn't begin with https://")
            .help("the URL is a credential, and without TLS everybody on the way can read it")),
    }
}

fn refused(status: u16) -> Error {
    let error = Error::failed(format!("the webhook answered with status {status}"));
    match status {
        401 | 403 | 404 | 410 => {
            error.help("the URL may have been revoked: make a new one and put it where it is read")
        }
        300..=399 => error.help("it sends us somewhere else, and redirects are not followed: name the new URL"),
        _ => error,
    }
}

fn explain(error: &ureq::Error) -> Error {
    let what = match error {
        ureq::Error::StatusCode(status) => return refused(*status),
        ureq::Error::Timeout(_) => "the webhook didn't answer in time".to_owned(),
        ureq::Error::HostNotFound => "the host of the webhook can't be found".to_owned(),
        ureq::Error::Io(cause) => format!("the webhook can't be reached: {}", cause.kind()),
        ureq::Error::ConnectionFailed => "the webhook can't be reached".to_owned(),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "the webhook's certificate isn't accepted".to_owned(),
        ureq::Error::InvalidProxyUrl => "the proxy in HTTPS_PROXY isn't one".to_owned(),
        _ => "the webhook doesn't speak HTTP as expected".to_owned(),
    };
    Error::failed(what)
}

#[cfg(feature = "aws")]
async fn url_of_secret(arn: &str, audit: &AuditLog) -> Result<Secret> {
    use crate::aws::{Account, Side, explain};
    let side = Side { region: super::region_of(arn), ..Side::default() };
    let secrets = Account::sign_in(&side, Some(audit)).await?.secrets();
    let answer = secrets.get_secret_value().secret_id(arn).send().await;
    let answer =
        answer.map_err(|error| explain(error, "reading the webhook's URL", "secretsmanager:GetSecretValue", arn))?;
    let text = answer.secret_string().ok_or_else(|| Error::failed(format!("the secret {arn} holds no text")))?;
    let in_json = serde_json::from_str::<serde_json::Value>(text).ok();
    let url = in_json.as_ref().and_then(|json| json.get("url")?.as_str()).unwrap_or(text);
    Ok(Secret::new(url.trim()))
}

#[cfg(not(feature = "aws"))]
async fn url_of_secret(_: &str, _: &AuditLog) -> Result<Secret> {
    Err(super::without_aws(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_tls_is_refused_and_not_shown() {
        for url in
            ["http://hooks.example.com/T0/hunter2", "ftp://127.0.0.1/hunter2", "hunter2", "http://10.0.0.1/hunter2"]
        {
            let error = check(&Secret::new(url)).unwrap_err();
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        for url in ["https://hooks.example.com/x", "http://127.0.0.1:9/x", "http://[::1]:9/x", "http://localhost/x"] {
            check(&Secret::new(url)).unwrap();
        }
    }

    #[test]
    fn no_name_wakes_up_a_channel() {
        assert_eq!(for_slack("<!channel> & co"), "&lt;!channel&gt; &amp; co");
    }
}
