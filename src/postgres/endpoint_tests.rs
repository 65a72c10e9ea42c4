use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::postgres::password_source::{PasswordFuture, PasswordSource};
use crate::secret::Secret;

/// An endpoint as it comes out with only these variables set.
fn endpoint(text: &str, variables: &[(&str, &str)]) -> Result<Endpoint> {
    let find =
        |name: &str| variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned());
    Endpoint::parse_with(text, "the source", &find)
}

fn password(endpoint: &Endpoint) -> Option<String> {
    let variables = endpoint.client_env();
    variables.into_iter().find(|(name, _)| name == "PGPASSWORD").map(|(_, value)| value.into_string().unwrap())
}

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_string_wins_over_the_service_and_that_over_the_environment() {
    let home = tempfile::tempdir().unwrap();
    write(&home.path().join(".pg_service.conf"), "[shop]\nhost=from-service\nport=7000\nuser=service\n", 0o644);
    let variables = [
        ("HOME", home.path().to_str().unwrap()),
        ("PGHOST", "from-environment"),
        ("PGUSER", "environment"),
        ("PGDATABASE", "environment"),
    ];
    let found = endpoint("postgres://me@/?service=shop", &variables).unwrap();
    assert_eq!(found.to_string(), "from-service:7000/environment");
    assert_eq!(found.user(), "me");
    let unknown = endpoint("postgres:///?service=other", &variables).unwrap_err().to_string();
    assert!(unknown.contains("`other`"), "{unknown}");
}

#[test]
fn the_password_file_is_used_unless_others_can_read_it() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".pgpass");
    let variables = [("HOME", home.path().to_str().unwrap())];
    write(&file, "db:5432:shop:me:one\ndb:5432:*:me:two\n", 0o600);
    let found = endpoint("postgres://me@db/shop", &variables).unwrap();
    assert_eq!(password(&found).as_deref(), Some("one"));
    assert_eq!(password(&found.with_database("other")).as_deref(), Some("two"));
    assert!(found.notes().is_empty());

    write(&file, "*:*:*:*:one\n", 0o640);
    let found = endpoint("postgres://me@db/shop", &variables).unwrap();
    assert_eq!(password(&found), None);
    assert!(found.notes()[0].contains("chmod 600"), "{:?}", found.notes());
}

#[test]
fn a_named_password_wins_over_the_password_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("pass");
    write(&file, "*:*:*:*:from-file\n", 0o600);
    let variables = [("PGPASSFILE", file.to_str().unwrap()), ("PGPASSWORD", "from-variable")];
    assert_eq!(password(&endpoint("postgres://me@db/x", &variables[..1]).unwrap()).as_deref(), Some("from-file"));
    assert_eq!(password(&endpoint("postgres://me@db/x", &variables).unwrap()).as_deref(), Some("from-variable"));
    assert_eq!(password(&endpoint("postgres://me:url@db/x", &variables).unwrap()).as_deref(), Some("url"));
}

#[test]
fn every_sslmode_of_libpq_is_understood() {
    for mode in TlsMode::ALL {
        let found = endpoint(&format!("postgres://me@db/x?sslmode={}", mode.word()), &[]).unwrap();
        assert_eq!(found.tls, mode);
    }
    assert_eq!(endpoint("host=db sslrootcert=system", &[]).unwrap().tls, TlsMode::VerifyFull);
    assert!(endpoint("host=db sslrootcert=system sslmode=require", &[]).is_err());
    assert!(endpoint("host=db sslmode=verify_full", &[]).is_err());
}

#[test]
fn several_hosts_and_addresses_belong_together() {
    let found = endpoint("host=a,b hostaddr=10.0.0.1,::1 port=1,2 dbname=x user=me", &[]).unwrap();
    assert_eq!(found.to_string(), "a:1,b:2/x");
    let variables = found.client_env();
    assert!(variables.contains(&("PGHOSTADDR".into(), "10.0.0.1,::1".into())));
    assert!(endpoint("host=a,b port=1,2,3", &[]).is_err());
    assert!(endpoint("host=a port=70000", &[]).is_err());
}

#[test]
fn nothing_that_is_printed_shows_the_password() {
    let found = endpoint("postgres://me:hunter2@db:6000/shop", &[]).unwrap();
    assert_eq!(format!("{found} {found:?}"), "db:6000/shop db:6000/shop");
    for text in ["postgres://me:hunter2@db:hunter2/x", "postgres://me:hun%ter2@db/x", "me:hunter2@db://x"] {
        let error = endpoint(text, &[]).unwrap_err().to_string();
        assert!(error.contains("the source") && !error.contains("hunter2") && !error.contains("hun%"), "{error}");
    }
}

#[test]
fn the_same_server_is_recognised_whatever_the_database() {
    let at = |text| endpoint(text, &[]).unwrap();
    assert!(at("postgres://me@DB.example/one").same_server(&at("host=db.example. dbname=two user=you")));
    assert!(!at("postgres://me@db/one").same_server(&at("postgres://me@db:5433/one")));
}

#[test]
fn a_host_of_rds_is_verified_unless_somebody_asks_for_less() {
    let host = "drop.c1.eu-north-1.rds.amazonaws.com";
    let found = endpoint(&format!("postgres://me@{host}/x"), &[]).unwrap();
    assert!(found.tls == TlsMode::VerifyFull && matches!(found.roots, Roots::Rds), "{:?} {:?}", found.tls, found.roots);
    let found = endpoint(&format!("postgres://me@{host}/x?sslmode=require"), &[]).unwrap();
    assert_eq!(found.tls, TlsMode::Require);
    let found = endpoint(&format!("postgres://me@{host}/x?sslrootcert=/own.pem"), &[]).unwrap();
    assert!(found.tls == TlsMode::VerifyFull && matches!(found.roots, Roots::File(_)));
    let found = endpoint(&format!("postgres://me@{host},elsewhere.example/x"), &[]).unwrap();
    assert!(found.tls == TlsMode::Prefer && matches!(found.roots, Roots::Unnamed));
}

#[tokio::test]
async fn programs_go_the_same_detour_and_check_the_same_name() {
    let name = "drop.c1.eu-north-1.rds.amazonaws.com";
    let found = Endpoint::on_rds(name, 5432, "me", None, "shop", Some("localhost:15432"), None).unwrap();
    assert_eq!(found.to_string(), format!("{name}:5432 (through localhost:15432)/shop"));
    let found = found.for_programs().await.unwrap();
    let variables = found.client_env();
    let of = |name: &str| {
        let value = variables.iter().find(|(variable, _)| variable == name).map(|(_, value)| value.to_str().unwrap());
        value.unwrap_or_default().to_owned()
    };
    assert!(of("PGHOST").split(',').all(|host| host == name));
    assert!(of("PGHOSTADDR").split(',').any(|address| address == "127.0.0.1"), "{}", of("PGHOSTADDR"));
    assert!(of("PGPORT").split(',').all(|port| port == "15432"));
    assert_eq!(of("PGSSLMODE"), "verify-full");
    assert!(std::fs::read_to_string(of("PGSSLROOTCERT")).unwrap().contains("BEGIN CERTIFICATE"));
    assert!(Endpoint::on_rds(name, 5432, "me", None, "shop", Some("http://x"), None).is_err());
}

/// Counts how often it is asked.
#[derive(Debug, Default)]
struct Counted(std::sync::atomic::AtomicU32);

impl PasswordSource for Counted {
    fn password<'a>(&'a self, host: &'a str, port: u16, user: &'a str) -> PasswordFuture<'a> {
        let count = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Box::pin(async move { Ok(Secret::new(format!("{host} {port} {user} {count}"))) })
    }
}

#[tokio::test]
async fn a_token_is_made_for_the_real_name_and_anew_each_time_and_never_goes_unencrypted() {
    let source: Arc<dyn PasswordSource> = Arc::new(Counted::default());
    let found = Endpoint::on_rds("db.example", 5432, "me", None, "shop", Some("127.0.0.1:15432"), None).unwrap();
    let found = found.with_password_source(Arc::clone(&source));
    for count in 0..2 {
        let asked = password(&found.for_programs().await.unwrap());
        assert_eq!(asked, Some(format!("db.example 5432 me {count}")));
    }
    for mode in ["disable", "prefer"] {
        let open = endpoint(&format!("postgres://me@db/x?sslmode={mode}"), &[]).unwrap();
        let error = open.with_password_source(Arc::clone(&source)).resolved().await.unwrap_err().to_string();
        assert!(error.contains("unencrypted"), "{error}");
    }
}
