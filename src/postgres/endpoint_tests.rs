use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;

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
