//! A target's server whose disk is full, and tools that aren't there.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use stagemask::rules::load;
use stagemask::sandbox::{Options, Server};

use super::support::drop::{databases_like, production, refresh_of};
use super::support::{self, server};

/// Programs like those of the tests' server, but no file of this server grows past so many KiB. A write that fits only in
/// part is what PostgreSQL reports as a full disk (`mdextend` in `md.c`), so the limit lies in the middle of a page.
fn programs_on_a_small_disk(real: &Path, programs: &Path, kib: u32) {
    for entry in fs::read_dir(real).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "postgres" {
            symlink(entry.path(), programs.join(entry.file_name())).unwrap();
        }
    }
    let postgres = programs.join("postgres");
    // A POSIX shell counts in blocks of 512 bytes.
    let limit = kib * 2;
    fs::write(
        &postgres,
        format!("#!/bin/sh\nulimit -f {limit} || exit 1\nexec '{}' \"$@\"\n", real.join("postgres").display()),
    )
    .unwrap();
    fs::set_permissions(&postgres, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(programs, fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn a_full_disk_is_named_and_nothing_is_left() {
    let source = support::database("disk_source").await;
    source
        .execute(
            "CREATE TABLE wide (id int PRIMARY KEY, padding text);
            ALTER TABLE wide ALTER padding SET STORAGE PLAIN;
            INSERT INTO wide SELECT i, repeat('x', 3000) FROM generate_series(1, 10000) i",
        )
        .await;
    let programs = tempfile::tempdir().unwrap();
    programs_on_a_small_disk(server().await.bin_dir(), programs.path(), 20 * 1024 + 4);
    let bin = Some(programs.path().to_owned());
    let small = Server::start(&Options { bin, shared_buffers_mib: 16, ..Options::default() }).await.unwrap();
    let mut refresh = refresh_of(source.endpoint(), "disk_staging");
    refresh.refresh.target = small.endpoint("disk_staging").into();
    let rules = "version: 1\ntables:\n  wide: { columns: { padding: keep } }\n";
    refresh.refresh.rules =
        load::parse("disk.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    let error = refresh.run().await.map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("53100") && error.contains("table wide of the target") && error.contains("disk"), "{error}");
    assert!(!error.contains("xxx"), "{error}");
    let session = small.endpoint("postgres").connect("stagemask test").await.unwrap();
    let left = session.query("SELECT datname::text FROM pg_database WHERE datname LIKE 'disk%'", &[]).await.unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn a_missing_client_tool_is_named_and_nothing_is_left() {
    let source = production("tools_source").await;
    let nowhere = tempfile::tempdir().unwrap();
    let mut refresh = refresh_of(source.endpoint(), "tools_staging");
    refresh.refresh.settings.pg_bin = Some(nowhere.path().to_owned());
    let error = refresh.run().await.map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("pg_dump") && error.contains(&*nowhere.path().to_string_lossy()), "{error}");
    assert_eq!(databases_like("tools_").await, ["tools_source"]);
}
