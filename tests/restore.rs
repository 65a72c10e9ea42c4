//! Archives are restored into a closed scratch database, whole or not at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "these are tests")]

mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use stagemask::database::{self, DatabaseProperties};
use stagemask::error::{Error, ErrorKind};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::progress::Silent;
use stagemask::restore::RestoredDatabase;
use stagemask::restore::archive::{ArchiveOptions, restore};
use stagemask::run_record::RunId;
use support::server;
use tokio::sync::OnceCell;

static DUMPS: OnceCell<tempfile::TempDir> = OnceCell::const_new();

/// A small production, dumped in each format, in a directory that the tests share.
async fn dumps() -> &'static Path {
    DUMPS
        .get_or_init(|| async {
            let production = support::database("production").await;
            let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/drop");
            let read = |name: &str| std::fs::read_to_string(example.join(name)).unwrap();
            production.execute(&read("schema.sql")).await;
            production.execute(&format!("SET drop.scale = '0.01'; {}", read("data.sql"))).await;
            let directory = tempfile::tempdir().unwrap();
            for (format, name) in [("custom", "custom"), ("directory", "directory"), ("tar", "tar"), ("plain", "plain")]
            {
                dump(production.endpoint(), &["--format", format], &directory.path().join(name));
            }
            for name in ["custom", "plain"] {
                let bytes = std::fs::read(directory.path().join(name)).unwrap();
                let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                gzip.write_all(&bytes).unwrap();
                std::fs::write(directory.path().join(format!("{name}.gz")), gzip.finish().unwrap()).unwrap();
                let level = ruzstd::encoding::CompressionLevel::Fastest;
                let zstd = ruzstd::encoding::compress_to_vec(bytes.as_slice(), level);
                std::fs::write(directory.path().join(format!("{name}.zst")), zstd).unwrap();
            }
            directory
        })
        .await
        .path()
}

fn dump(endpoint: &Endpoint, arguments: &[&str], file: &Path) {
    let program = stagemask::postgres::client_tools::ClientTools::find(None, 140_000).unwrap();
    let mut command = Command::new(program.path(stagemask::postgres::client_tools::Tool::PgDump));
    command.envs(endpoint.client_env()).args(arguments).arg("--file").arg(file);
    assert!(command.status().unwrap().success());
}

async fn restored(file: &Path, target: &str) -> (Result<RestoredDatabase, Error>, String) {
    let run = RunId::new().unwrap();
    let target = server().await.endpoint(target);
    let scratch = database::raw_name(target.database(), &run).unwrap();
    let options = ArchiveOptions { pg_bin: None, jobs: 2 };
    (restore(file, &target, &run, options, &Silent).await, scratch)
}

async fn exists(name: &str) -> bool {
    let admin = server().await.endpoint("postgres").connect("stagemask test").await.unwrap();
    database::exists(&admin, name).await.unwrap()
}

async fn count(endpoint: &Endpoint, sql: &str) -> i64 {
    let session = endpoint.connect("stagemask test").await.unwrap();
    session.query_one(sql, &[]).await.unwrap().get(0)
}

/// Rows, constraints, and who owns what: enough to tell a whole copy from half of one.
const SHAPE: &str = "SELECT (SELECT count(*) FROM public.users) * 1000000 + (SELECT count(*) FROM public.transactions) * 1000 \
    + (SELECT count(*) FROM pg_constraint) + (SELECT count(*) FROM pg_trigger) \
    + (SELECT count(*) FROM pg_class WHERE relowner = 'drop_owner'::regrole) \
    + (SELECT count(*) FROM pg_class c, aclexplode(c.relacl) a WHERE a.grantee = 'drop_app'::regrole) \
    + (SELECT count(*) FROM pg_largeobject_metadata)";

async fn is_restored_whole_and_closed(name: &str) {
    let archive = dumps().await.join(name);
    let (result, scratch) = restored(&archive, "staging").await;
    let source = result.unwrap();
    assert_eq!(source.scratch(), Some(scratch.as_str()), "{name}");
    assert!(source.taken() > SystemTime::now() - Duration::from_secs(600));
    assert!(source.taken() <= SystemTime::now());
    let production = server().await.endpoint("production");
    assert_eq!(count(source.endpoint(), SHAPE).await, count(&production, SHAPE).await, "{name}");
    is_closed(source.endpoint()).await;
    source.destroy().await.unwrap();
    assert!(!exists(&scratch).await);
}

async fn is_closed(endpoint: &Endpoint) {
    let admin = server().await.endpoint("postgres").connect("stagemask test").await.unwrap();
    // Another test may make the role at the same time.
    let make = "DO $$ BEGIN CREATE ROLE nosy LOGIN PASSWORD 'nosy'; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";
    admin.batch_execute(make).await.unwrap();
    let password = stagemask::secret::Secret::new("nosy");
    let nosy = server().await.tcp_endpoint(endpoint.database()).with_user("nosy", Some(password));
    assert!(nosy.with_database("postgres").connect("nosy").await.is_ok(), "the role could come in elsewhere");
    let error = nosy.connect("nosy").await.err().expect("nobody else may come in");
    assert!(error.to_string().contains("permission denied for database"), "{error}");
}

#[tokio::test]
async fn a_custom_archive_is_restored() {
    is_restored_whole_and_closed("custom").await;
}

#[tokio::test]
async fn a_directory_is_restored() {
    is_restored_whole_and_closed("directory").await;
}

#[tokio::test]
async fn a_tar_archive_is_restored() {
    is_restored_whole_and_closed("tar").await;
}

#[tokio::test]
async fn a_plain_script_is_restored() {
    is_restored_whole_and_closed("plain").await;
}

#[tokio::test]
async fn compressed_archives_are_restored_as_they_are_read() {
    for name in ["custom.gz", "custom.zst", "plain.gz", "plain.zst"] {
        is_restored_whole_and_closed(name).await;
    }
}

#[tokio::test]
async fn an_archive_that_is_cut_short_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["custom", "tar", "plain", "custom.gz", "custom.zst", "plain.gz", "plain.zst"] {
        let whole = std::fs::read(dumps().await.join(name)).unwrap();
        // The last member of a tar archive is a script for people, and zeros: without them nothing is missing.
        let shortest_cut = if name == "tar" { whole.len() / 10 } else { 100 };
        for length in [whole.len() / 3, whole.len() * 9 / 10, whole.len() - shortest_cut] {
            let cut = folder.path().join(format!("{name}-{length}"));
            std::fs::write(&cut, &whole[..length]).unwrap();
            let (result, scratch) = restored(&cut, "staging").await;
            let error = result.err().unwrap_or_else(|| panic!("{name} was cut to {length} of {}", whole.len()));
            assert_eq!(error.kind(), ErrorKind::Restore, "{name}: {error}");
            assert!(!exists(&scratch).await, "{name}");
        }
    }
}

#[tokio::test]
async fn a_directory_with_a_file_that_is_cut_short_or_gone_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    for (case, cut) in [("cut", true), ("gone", false)] {
        let copy = folder.path().join(case);
        std::fs::create_dir(&copy).unwrap();
        let mut largest: (u64, PathBuf) = (0, PathBuf::new());
        for entry in std::fs::read_dir(dumps().await.join("directory")).unwrap() {
            let entry = entry.unwrap();
            let to = copy.join(entry.file_name());
            std::fs::copy(entry.path(), &to).unwrap();
            if to.extension().is_some_and(|extension| extension == "gz") {
                largest = largest.max((entry.metadata().unwrap().len(), to));
            }
        }
        if cut {
            std::fs::OpenOptions::new().write(true).open(&largest.1).unwrap().set_len(largest.0 / 2).unwrap();
        } else {
            std::fs::remove_file(&largest.1).unwrap();
        }
        let (result, scratch) = restored(&copy, "staging").await;
        let error = result.expect_err(case);
        assert_eq!(error.kind(), ErrorKind::Restore, "{error}");
        assert!(!exists(&scratch).await);
    }
}

#[tokio::test]
async fn what_is_no_archive_is_refused_with_what_would_be() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.dump");
    for (bytes, words) in [(&b""[..], "is empty"), (b"PK\x03\x04", "is no archive"), (b"hello", "is no archive")] {
        std::fs::write(&file, bytes).unwrap();
        let (result, scratch) = restored(&file, "staging").await;
        let error = result.unwrap_err();
        assert!(error.what().contains(words) && error.advice().unwrap().contains("-Fc"), "{error}");
        assert_eq!(error.kind(), ErrorKind::Restore);
        assert!(!exists(&scratch).await);
    }
    let (missing, _) = restored(&folder.path().join("nothing"), "staging").await;
    assert!(missing.unwrap_err().advice().unwrap().contains("no such file"));
}

#[tokio::test]
async fn a_script_that_would_lead_elsewhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evil.sql");
    let end = "-- PostgreSQL database dump complete\n";
    for (statement, words) in [
        ("\\connect postgres\nCREATE TABLE public.t (a int);\n", "\\connect"),
        ("\\! touch /tmp/stagemask-was-here\n", "\\!"),
        ("CREATE DATABASE elsewhere;\n", "CREATE DATABASE ELSEWHERE"),
        ("ALTER ROLE postgres PASSWORD 'x';\n", "ALTER ROLE POSTGRES"),
    ] {
        std::fs::write(&file, format!("--\n-- PostgreSQL database dump\n--\n{statement}{end}")).unwrap();
        let (result, scratch) = restored(&file, "staging").await;
        let error = result.expect_err(words);
        assert!(error.what().contains(words), "{error}");
        assert!(!exists(&scratch).await);
    }
    assert!(!exists("elsewhere").await);
}

#[tokio::test]
async fn what_leads_to_other_servers_is_left_out_and_said() {
    let production = support::database("connected").await;
    production
        .execute(
            "CREATE EXTENSION postgres_fdw; CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'other'); \
             CREATE USER MAPPING FOR PUBLIC SERVER other OPTIONS (user 'me', password 'hunter2'); \
             CREATE FOREIGN TABLE far (a int) SERVER other; CREATE TABLE near (a int); INSERT INTO near VALUES (1)",
        )
        .await;
    let folder = tempfile::tempdir().unwrap();
    for format in ["custom", "plain"] {
        let file = folder.path().join(format);
        dump(production.endpoint(), &["--format", format], &file);
        let (result, _) = restored(&file, "staging").await;
        let source = result.unwrap();
        assert!(source.warnings().iter().any(|warning| warning.contains("USER MAPPING")), "{:?}", source.warnings());
        assert_eq!(count(source.endpoint(), "SELECT count(*) FROM pg_foreign_server").await, 0);
        assert_eq!(count(source.endpoint(), "SELECT count(*) FROM public.near").await, 1);
        source.destroy().await.unwrap();
    }
}

#[tokio::test]
async fn inserts_and_statements_with_any_quoting_survive_a_script() {
    let production = support::database("quoting").await;
    production
        .execute(
            "CREATE TABLE t (a text, b int); INSERT INTO t VALUES ('it''s; \\. $$ -- /*', 1), (E'line\\n\\\\.\\n', 2); \
             CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END; \
             CREATE RULE r AS ON DELETE TO t DO INSTEAD (SELECT 1; SELECT 2)",
        )
        .await;
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["--format=plain"][..], &["--format=plain", "--inserts"]] {
        let file = folder.path().join(format!("{}.sql", arguments.len()));
        dump(production.endpoint(), arguments, &file);
        let source = restored(&file, "staging").await.0.unwrap();
        let checksum = "SELECT sum(hashtext(a)::bigint * b)::bigint + public.f() FROM public.t";
        assert_eq!(count(source.endpoint(), checksum).await, count(production.endpoint(), checksum).await);
        source.destroy().await.unwrap();
    }
}

#[tokio::test]
async fn a_database_is_created_as_its_source_was_and_a_locale_that_is_not_there_is_named() {
    let admin = server().await.endpoint("postgres").connect("stagemask test").await.unwrap();
    admin.batch_execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'").await.unwrap();
    let latin = server().await.endpoint("latin").connect("stagemask test").await.unwrap();
    let like = DatabaseProperties::of(&latin).await.unwrap();
    database::create_closed(&admin, "like_latin", &like).await.unwrap();
    let copy = server().await.endpoint("like_latin").connect("stagemask test").await.unwrap();
    assert_eq!(DatabaseProperties::of(&copy).await.unwrap(), like);
    is_closed(&server().await.endpoint("like_latin")).await;

    let strange = DatabaseProperties { collate: Some("xx_XX".to_owned()), ..like };
    let error = database::create_closed(&admin, "strange", &strange).await.unwrap_err();
    assert!(error.advice().unwrap().contains("xx_XX"), "{error}");
    assert!(!exists("strange").await);
}
