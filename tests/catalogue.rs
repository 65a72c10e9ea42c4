//! Every transform of the catalogue at once, on one wide table with constraints on it: all of them hold, the same key makes
//! the same rows, and the gate opens.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use stagemask::rules::{catalogue, load};
use support::TestDatabase;
use support::drop::{TestRefresh, refresh_of};

/// Of each transform: its name, the type of a column for it, what the rules say, and an original as an SQL expression over
/// `n`, the number of the row.
const COLUMNS: &[(&str, &str, &str, &str)] = &[
    ("null", "text", "null", "'Kari Lie ' || n"),
    ("constant", "text", "{ constant: { value: \"-\" } }", "'Kari Lie ' || n"),
    ("redact", "bytea", "redact", "convert_to('%PDF-1.4 Kari Lie ' || n, 'UTF8')"),
    (
        "strip_exif",
        "bytea",
        "strip_exif",
        "'\\xffd8ffe1'::bytea || '\\x000a'::bytea || convert_to('Exif', 'UTF8') || '\\x0000'::bytea || convert_to('no', 'UTF8') || '\\xffd9'::bytea",
    ),
    ("first_name", "text NOT NULL", "first_name", "(ARRAY['Ingrid', 'Ola', 'Sølve', 'Anne-Marie'])[1 + n % 4]"),
    (
        "last_name",
        "varchar(40) NOT NULL",
        "last_name",
        "(ARRAY['Ødegård', 'Nordby', 'O''Brien', 'von der Lippe'])[1 + n % 4]",
    ),
    ("full_name", "text", "full_name", "(ARRAY['Ingrid Ødegård', 'Nordby, Ola', 'Sølve Åsen'])[1 + n % 3]"),
    ("title", "text", "title", "(ARRAY['Dr.', 'fru', 'Herr'])[1 + n % 3]"),
    ("username", "text UNIQUE", "username", "'ingrid.odegard' || n"),
    ("birth_date", "date CHECK (v < '2008-11-01')", "birth_date", "date '1950-01-01' + n * 7"),
    ("email", "text NOT NULL UNIQUE CHECK (v LIKE '%@%')", "email", "'ingrid.' || n || '@fjordpost.no'"),
    ("phone", "varchar(20) CHECK (v ~ '^[+]47')", "phone", "'+47 412 ' || 10 + n % 80 || ' ' || 100 + n % 800"),
    ("street_address", "text", "street_address", "'Storgata ' || n"),
    ("city", "text", "city", "(ARRAY['Bergen', 'Oslo', 'Tromsø'])[1 + n % 3]"),
    ("postcode", "char(4) CHECK (v ~ '^[0-9]{4}$')", "postcode", "lpad((1000 + n)::text, 4, '0')"),
    ("address", "text", "address", "'Storgata ' || n || E'\\n5003 Bergen'"),
    ("company", "text", "company", "'Nordby & Sønn ' || n || ' AS'"),
    ("url", "text", "url", "'https://kunde' || n || '.fjordpost.no/profil/ingrid?id=' || n"),
    ("domain_name", "text", "domain_name", "'kunde' || n || '.fjordpost.no'"),
    ("iban", "varchar(34)", "iban", "'NO9386011117947'"),
    ("account_number", "text", "account_number", "'86011117947'"),
    ("bic", "text CHECK (length(v) IN (8, 11))", "bic", "'DNBANOKKXXX'"),
    ("card_number", "text", "card_number", "'4539578763621486'"),
    ("amount", "numeric(12, 2) CHECK (v > 0)", "amount", "100 + n + 0.25"),
    ("currency", "char(3)", "currency", "(ARRAY['NOK', 'SEK', 'EUR'])[1 + n % 3]"),
    ("national_id", "text", "{ national_id: { country: \"NO\" } }", "'01018012029'"),
    ("organisation_number", "text", "organisation_number", "'974760673'"),
    ("vat", "text", "vat", "'NO974760673MVA'"),
    ("passport", "text", "passport", "'CA' || 1234567 + n"),
    (
        "mrz",
        "text",
        "mrz",
        "'P<NORLIE<<INGRID<MARIE<<<<<<<<<<<<<<<<<<<<<<' || E'\\n' || 'CCC0123453NOR8505150F3001017<<<<<<<<<<<<<<02'",
    ),
    ("uuid", "uuid UNIQUE", "uuid", "md5('u' || n)::uuid"),
    ("key", "integer UNIQUE", "key", "n * 3"),
    ("code", "text UNIQUE", "code", "'TX-' || lpad(n::text, 8, '0')"),
    (
        "hex_digest",
        "char(64) UNIQUE CHECK (v ~ '^[0-9a-f]{64}$')",
        "hex_digest",
        "encode(sha256(convert_to('h' || n, 'UTF8')), 'hex')",
    ),
    ("token", "text UNIQUE", "token", "'sess_' || md5('t' || n)"),
    ("password_hash", "text", "password_hash", "'$2b$12$abcdefghijklmnopqrstuuK3a5r1v9Xy0Z2b4c6d8e0f2g4h6i8jK'"),
    ("jwt", "text", "jwt", "'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxNTA1ODYifQ.c2lnbmF0dXJlLWhlcmU'"),
    ("api_key", "text", "api_key", "'sk_live_' || md5('k' || n)"),
    ("totp_seed", "text", "totp_seed", "'JBSWY3DPEHPK3PXP'"),
    (
        "pem",
        "text",
        "pem",
        "E'-----BEGIN PRIVATE KEY-----\\n' || encode(convert_to(md5('p' || n), 'UTF8'), 'base64') || E'\\n-----END PRIVATE KEY-----\\n'",
    ),
    ("hash", "text", "hash", "'Kari Lie ' || n"),
    ("ip", "inet", "ip", "inet '84.208.0.0' + n"),
    (
        "mac",
        "macaddr",
        "mac",
        "('00:1b:63:00:' || lpad(to_hex(n / 256 % 256), 2, '0') || ':' || lpad(to_hex(n % 256), 2, '0'))::macaddr",
    ),
    (
        "user_agent",
        "text",
        "user_agent",
        "'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1' || n % 30 || '.0.0.0 Safari/537.36'",
    ),
    ("cookie", "text", "cookie", "'sid=' || md5('c' || n) || '; theme=dark'"),
    ("shift_date", "timestamptz", "shift_date", "timestamptz '2020-01-01' + n * interval '7 h'"),
    ("noise", "double precision", "noise", "n + 0.5"),
    ("choice", "text CHECK (v IN ('card', 'cash'))", "{ choice: { values: [card, cash] } }", "'cash'"),
    ("dictionary", "text", "{ dictionary: { file: words.txt } }", "'word ' || n"),
    ("shuffle", "integer", "shuffle", "n % 90"),
    ("round", "numeric", "{ round: { to: 1000 } }", "n * 17.5"),
    ("bucket", "integer", "{ bucket: { edges: [0, 18, 67] } }", "n % 90"),
    ("generalise", "date", "generalise", "date '1950-01-01' + n"),
    ("random_int", "smallint CHECK (v BETWEEN 1 AND 9)", "{ random_int: { min: 1, max: 9 } }", "1 + n % 9"),
    ("random_float", "real", "{ random_float: { min: 0, max: 1 } }", "n % 2"),
    ("random_decimal", "numeric(4, 2)", "{ random_decimal: { min: 0.5, max: 99 } }", "n % 90"),
    ("random_date", "date", "{ random_date: { min: 2020-01-01, max: 2020-12-31 } }", "date '1999-01-01' + n"),
    (
        "random_timestamp",
        "timestamp",
        "{ random_timestamp: { min: 2020-01-01, max: 2020-12-31 } }",
        "timestamp '1999-01-01'",
    ),
    ("random_interval", "interval", "{ random_interval: { min: 1s, max: 2days } }", "interval '99 h'"),
    ("random_bool", "boolean", "random_bool", "n % 2 = 0"),
    ("geo", "point", "{ geo: { metres: 5000 } }", "point(10 + n / 1000.0, 60)"),
    ("enum_value", "mood", "enum_value", "(ARRAY['glad', 'trist']::mood[])[1 + n % 2]"),
    ("command", "text", "{ command: { run: [./program] } }", "'note ' || n"),
    (
        "json",
        "jsonb",
        "{ json: { \"$.name\": full_name, \"$.status\": keep } }",
        "jsonb_build_object('name', 'Ingrid Ødegård', 'status', 'open', 'n', n)",
    ),
    ("fields", "place", "{ fields: { street: street_address, town: city } }", "ROW('Storgata ' || n, 'Bergen')::place"),
    (
        "hstore",
        "hstore",
        "{ hstore: { email: email, \"*\": redact } }",
        "hstore(ARRAY['email', 'kari' || n || '@fjordpost.no', 'note', 'ring'])",
    ),
    ("xml", "xml", "{ xml: { \"//name\": full_name } }", "('<a><name>Ingrid Ødegård</name><b>x</b></a>')::xml"),
    ("base64", "text", "{ base64: { of: redact } }", "encode(convert_to('Kari Lie ' || n, 'UTF8'), 'base64')"),
    ("tsvector", "tsvector", "{ tsvector: { from: [c_full_name] } }", "to_tsvector('simple', 'Ingrid Ødegård')"),
    (
        "free_text",
        "text",
        "free_text",
        "'Ring Ingrid Ødegård på +47 412 34 567 eller skriv til ingrid.' || n || '@fjordpost.no.'",
    ),
    ("lorem", "text", "lorem", "'Kari bor i Bergen. Hun har en katt.'"),
    ("partial", "text", "{ partial: { keep_last: 4 } }", "'ABCD-EFGH-IJKL-' || 1000 + n"),
    ("regex_replace", "text", "{ regex_replace: { pattern: \"[0-9]+\", replacement: \"0\" } }", "'sak ' || n"),
    ("template", "text", "{ template: { template: \"{{ row.c_first_name }}!\" } }", "'Hei, Ingrid'"),
    ("truncate", "text", "{ truncate: { length: 3, of: first_name } }", "'Ingrid'"),
];

/// What can't be tried here, and why.
const NOT_TRIED: &[(&str, &str)] = &[("embedding", "pgvector is no part of PostgreSQL")];

const ROWS: u32 = 1500;

/// Answers each request with the same value.
const PROGRAM: &str = r#"#!/bin/sh
while read -r line; do
    id=${line#*:}; id=${id%%,*}
    printf '{"id":%s,"value":"from outside"}\n' "$id"
done
"#;

fn table() -> String {
    let columns: Vec<String> = COLUMNS
        .iter()
        .map(|(name, class, ..)| {
            format!("c_{name} {}", class.replace("(v ", &format!("(c_{name} ")).replace("(v)", &format!("(c_{name})")))
        })
        .collect();
    let values: Vec<&str> = COLUMNS.iter().map(|(.., value)| *value).collect();
    format!(
        "CREATE EXTENSION hstore; CREATE TYPE mood AS ENUM ('glad', 'trist', 'unknown'); CREATE TYPE place AS (street text, town text);
         CREATE TABLE wide (id integer PRIMARY KEY, {}); INSERT INTO wide SELECT n, {} FROM generate_series(1, {ROWS}) n;
         INSERT INTO wide (id, c_first_name, c_last_name, c_email) VALUES (9000, 'Ingrid', 'Lie', 'alene@fjordpost.no'); ANALYZE",
        columns.join(", "),
        values.join(", ")
    )
}

fn rules() -> String {
    let mut text = "version: 1\nlocale: nb_NO\ntables:\n  wide:\n    columns:\n".to_owned();
    for (name, _, decision, _) in COLUMNS {
        writeln!(text, "      c_{name}: {decision}").unwrap();
    }
    text
}

fn refresh(source: &TestDatabase, staging: &str, folder: &std::path::Path) -> TestRefresh {
    let mut refresh = refresh_of(source.endpoint(), staging);
    refresh.refresh.rules = load::load(&folder.join("rules.yaml")).unwrap_or_else(|error| panic!("{error}"));
    refresh.refresh.rules.commands_allowed = true;
    refresh
}

#[test]
fn every_transform_is_among_them() {
    let tried: BTreeSet<String> = COLUMNS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let not_tried = NOT_TRIED.iter().map(|(name, _)| (*name).to_owned());
    let all: BTreeSet<String> = catalogue::describe().into_iter().map(|known| known.name).collect();
    assert_eq!(tried.into_iter().chain(not_tried).collect::<BTreeSet<_>>(), all);
}

#[tokio::test]
async fn all_transforms_at_once_keep_all_constraints_and_leave_nothing_behind() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.yaml"), rules()).unwrap();
    std::fs::write(folder.path().join("words.txt"), "alpha\nbeta\ngamma\n").unwrap();
    std::fs::write(folder.path().join("program"), PROGRAM).unwrap();
    std::fs::set_permissions(folder.path().join("program"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let source = support::database("wide_source").await;
    source.execute(&table()).await;
    let fingerprint = "SELECT md5(string_agg(w::text, '|' ORDER BY id)) FROM public.wide w";
    let mut seen = Vec::new();
    for staging in ["wide_one", "wide_two"] {
        let outcome = refresh(&source, staging, folder.path()).run().await;
        let outcome = outcome.unwrap_or_else(|error| panic!("{error}\n{}", error.advice().unwrap_or_default()));
        let proof = outcome.proof.unwrap();
        assert!(proof.passes());
        let collapsed: Vec<&String> = proof.findings.iter().map(|finding| &finding.kind).collect();
        assert!(!collapsed.iter().any(|kind| kind.contains("distinct values")), "{collapsed:#?}");
        let session = source.endpoint().with_database(staging).connect("stagemask test").await.unwrap();
        let row = session.query_one(fingerprint, &[]).await.unwrap();
        seen.push(row.get::<_, String>(0));
        let invalid =
            session.query_one("SELECT count(*) FROM pg_constraint WHERE NOT convalidated", &[]).await.unwrap();
        assert_eq!(invalid.get::<_, i64>(0), 0);
        let rows = session.query_one("SELECT count(*) FROM public.wide", &[]).await.unwrap();
        assert_eq!(rows.get::<_, i64>(0), i64::from(ROWS) + 1);
    }
    assert_eq!(seen[0], seen[1], "the same key makes the same rows");
}
