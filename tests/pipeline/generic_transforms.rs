//! The transforms that know of no subject, all at once on a table with a column of each of their types.

use std::path::Path;

use stagemask::error::ErrorKind;
use stagemask::postgres::endpoint::Endpoint;
use stagemask::rules::load;
use stagemask::rules::rule::Rules;

use super::support::drop::{TestRefresh, refresh_of};
use super::support::{self, TestDatabase};

const WIDE: &str = "
CREATE TYPE mood AS ENUM ('glad', 'trist', 'unknown');
CREATE DOMAIN price AS numeric(7,2) CHECK (VALUE >= 0);
CREATE TABLE wide (
    id bigint PRIMARY KEY, pay text NOT NULL CHECK (pay IN ('card', 'cash', 'cheque')), product varchar(12), minutes int,
    city text, salary numeric(9,2), hired date, seen timestamptz, opens time, spent interval, age int, band varchar(6),
    postcode char(4), born date, address inet, county text, points int2, score float4, cost price, start date,
    logged timestamp, pause interval, wants bool, home point, lat numeric(8,6), lon numeric(9,6), place text, feeling mood,
    feelings mood[], note varchar(40), details jsonb, balance numeric);
INSERT INTO wide SELECT
    i, 'cheque', 'x' || i, i % 50, 'city ' || i % 7, i * 1000.55, date '2000-01-01' + i % 9000, timestamptz '2020-01-01' + i * interval '1 h 7 s',
    time '00:00' + i * interval '71 s', i * interval '1 d 3 h 7 s', i % 90, (i % 90)::text, lpad((i % 10000)::text, 4, '0'),
    date '1950-01-01' + i, inet '84.208.0.0' + i, CASE i % 3 WHEN 0 THEN 'Oslo' WHEN 1 THEN ' bergen' ELSE 'Vadsø' END, i, i,
    i + 0.37, date '1999-01-01', timestamp '1999-01-01', interval '99 h', i % 2 = 0, point(10 + i / 1000.0, 60), 59.9 + i / 10000.0,
    10.7 + i / 10000.0, (59 + i / 1000.0)::numeric(7,5) || ', 10.75000', CASE WHEN i % 2 = 0 THEN 'glad' ELSE 'trist' END::mood,
    '{glad,NULL,trist}', 'note ' || i, jsonb_build_object('n', i, 'kind', 'k' || i), i * 12345678901234567890.123456789
    FROM generate_series(1, 3000) i;
INSERT INTO wide (id, pay) VALUES (9000, 'cash');
UPDATE wide SET city = NULL WHERE id % 10 = 0;
";

const RULES: &str = r#"
version: 1
tables:
  wide:
    columns:
      pay: { choice: { values: [card, cash], weights: [9, 1] } }
      product: { dictionary: { file: products.csv, column: name } }
      minutes: shuffle
      city: shuffle
      salary: { round: { to: 10000 } }
      hired: { round: { to: month } }
      seen: { round: { to: day } }
      opens: { round: { to: hour } }
      spent: { round: { to: day } }
      age: { bucket: { edges: [0, 18, 67] } }
      band: { bucket: { edges: [0, 18, 67] } }
      postcode: { generalise: { chars: 2, fill: "0" } }
      born: generalise
      address: generalise
      county: { generalise: { map: { Oslo: east, Bergen: west } } }
      points: { random_int: { min: 1, max: 32767 } }
      score: { random_float: { min: 0, max: 1 } }
      cost: { random_decimal: { min: 0.50, max: 99999.99 } }
      start: { random_date: { min: 2020-01-01, max: 2020-12-31 } }
      logged: { random_timestamp: { min: 2020-01-01, max: 2020-12-31 } }
      pause: { random_interval: { min: 1s, max: 2days } }
      wants: { random_bool: { probability: 0.3 } }
      home: { geo: { metres: 500 } }
      lat: { geo: { axis: latitude, with: lon } }
      lon: { geo: { axis: longitude, with: lat } }
      place: { geo: { grid: 2000 } }
      feeling: { enum_value: { except: [unknown] } }
      feelings: { enum_value: {} }
      note: { command: { run: [./mask-notes, masked] } }
      details: { json: { "$.n": { round: { to: 100 } }, "$.kind": { choice: { values: [a] } } } }
      balance: { noise: { ratio: 0.1 } }
"#;

/// Answers with its argument and the id of the request.
const PROGRAM: &str = r#"#!/bin/sh
while read -r line; do
    id=${line#*:}; id=${id%%,*}
    printf '{"id":%s,"value":"%s %s"}\n' "$id" "$1" "$id"
done
"#;

/// The rules in a folder with the files that they name.
fn rules_in(folder: &Path) -> Rules {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(folder.join("products.csv"), "sku,name\n1,kettle\n2,lamp\n").unwrap();
    std::fs::write(folder.join("mask-notes"), PROGRAM).unwrap();
    std::fs::set_permissions(folder.join("mask-notes"), std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = folder.join("rules.yaml");
    std::fs::write(&path, RULES).unwrap();
    load::load(&path).unwrap()
}

fn refresh(source: &Endpoint, staging: &str, folder: &Path) -> TestRefresh {
    let mut refresh = refresh_of(source, staging);
    refresh.refresh.rules = rules_in(folder);
    refresh.refresh.rules.commands_allowed = true;
    refresh
}

/// What has to be true of each column afterwards.
const FACTS: &[(&str, &str)] = &[
    ("pay", "count(*) FILTER (WHERE pay = 'cheque') = 0"),
    ("product", "array_agg(DISTINCT product) FILTER (WHERE product IS NOT NULL) = '{kettle,lamp}'"),
    ("salary", "bool_and(salary % 10000 = 0)"),
    ("hired", "bool_and(hired = date_trunc('month', hired))"),
    ("seen", "bool_and(seen = date_trunc('day', seen, 'UTC'))"),
    ("opens", "bool_and(date_part('minute', opens) = 0 AND date_part('second', opens) = 0)"),
    ("spent", "bool_and(date_part('hour', spent) = 0 AND date_part('second', spent) = 0) AND max(spent) > '1 day'"),
    ("age", "array_agg(DISTINCT age) FILTER (WHERE age IS NOT NULL) = '{0,18,67}'"),
    ("band", "array_agg(DISTINCT band ORDER BY band) FILTER (WHERE band IS NOT NULL) = '{0-17,18-66,67+}'"),
    ("postcode", "bool_and(postcode LIKE '__00') AND count(DISTINCT postcode) = 31"),
    ("born", "bool_and(born = date_trunc('year', born))"),
    (
        "address",
        "bool_and(address <<= '198.18.0.0/15' OR address <<= '192.0.2.0/24' OR address <<= '198.51.100.0/24' \
        OR address <<= '203.0.113.0/24') AND count(DISTINCT address) <= 12",
    ),
    ("county", "array_agg(DISTINCT county ORDER BY county) FILTER (WHERE county IS NOT NULL) = '{east,other,west}'"),
    ("points", "min(points) >= 1 AND count(DISTINCT points) > 2000"),
    ("score", "min(score) >= 0 AND max(score) <= 1 AND count(DISTINCT score) > 2000"),
    ("cost", "min(cost) >= 0.50 AND count(DISTINCT cost) > 2000"),
    ("start", "min(start) >= '2020-01-01' AND max(start) <= '2020-12-31'"),
    ("logged", "min(logged) >= '2020-01-01' AND max(logged) <= '2020-12-31'"),
    ("pause", "min(pause) >= '1 second' AND max(pause) <= '2 days'"),
    ("wants", "count(*) FILTER (WHERE wants) BETWEEN 800 AND 1000"),
    ("home", "bool_and(home <> point(10 + id / 1000.0, 60) AND home <-> point(10 + id / 1000.0, 60) < 0.02)"),
    ("lat", "bool_and(lat <> 59.9 + id / 10000.0 AND abs(lat - 59.9 - id / 10000.0) < 0.01)"),
    ("lon", "bool_and(lon <> 10.7 + id / 10000.0 AND abs(lon - 10.7 - id / 10000.0) < 0.02)"),
    ("place", "count(DISTINCT place) < 200 AND count(place) = 3000"),
    ("feeling", "bool_and(feeling = CASE WHEN id % 2 = 0 THEN 'trist' ELSE 'glad' END::public.mood)"),
    ("feelings", "bool_and(feelings[1] <> 'glad' AND feelings[2] IS NULL AND feelings[3] <> 'trist')"),
    ("note", "bool_and(note LIKE 'masked %') AND count(DISTINCT note) = 3000"),
    (
        "details",
        "bool_and((details->>'n')::int % 100 = 0 AND details->>'kind' = 'a' AND jsonb_typeof(details->'n') = 'number')",
    ),
    ("balance", "bool_and(balance <> id * 12345678901234567890.123456789 AND scale(balance) = 9)"),
];

async fn one(database: &TestDatabase, sql: &str) -> Option<String> {
    database.query(sql).await.into_iter().next().flatten()
}

#[tokio::test]
async fn every_generic_transform_does_what_it_says_on_its_types() {
    let source = support::database("generic_source").await;
    source.execute(WIDE).await;
    let (staging, folder) = (support::database("generic_staging").await, tempfile::tempdir().unwrap());
    refresh(source.endpoint(), "generic_staging", folder.path()).run().await.unwrap();
    for (column, fact) in FACTS {
        let sql = format!("SELECT ({fact})::text FROM public.wide WHERE id < 9000 AND {column} IS NOT NULL");
        assert_eq!(one(&staging, &sql).await.as_deref(), Some("true"), "{column}");
    }
    for column in ["minutes", "city"] {
        let counts = format!("SELECT {column} || ' ' || count(*) FROM public.wide GROUP BY {column} ORDER BY {column}");
        assert_eq!(source.query(&counts).await, staging.query(&counts).await, "{column}");
    }
    let moved = "SELECT count(*) FROM public.wide WHERE minutes <> id % 50";
    assert!(one(&staging, moved).await.unwrap().parse::<u32>().unwrap() > 2800);

    // The same again, but for what the program makes.
    let content = "SELECT md5(string_agg((to_jsonb(w) - 'note')::text, ',' ORDER BY id)) FROM public.wide w";
    let first = one(&staging, content).await;
    let again = support::database("generic_again").await;
    let mut second = refresh(source.endpoint(), "generic_again", folder.path());
    second.refresh.settings.jobs = 4;
    second.refresh.settings.cut_from = 64 << 10;
    second.run().await.unwrap();
    assert_eq!(one(&again, content).await, first);
}

#[tokio::test]
async fn a_program_runs_only_where_it_is_allowed() {
    let source = support::database("programs_source").await;
    source.execute(WIDE).await;
    let folder = tempfile::tempdir().unwrap();
    let mut refused = refresh(source.endpoint(), "programs_staging", folder.path());
    refused.refresh.rules.commands_allowed = false;
    let error = refused.run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("wide.note wants to run a program"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_shuffled_is_refused_before_a_row_moves() {
    let source = support::database("shuffled_source").await;
    source
        .execute(
            "CREATE TABLE keyless (amount int);
            CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent, code text UNIQUE);",
        )
        .await;
    let mut refresh = refresh_of(source.endpoint(), "shuffled_staging");
    let rules = "version: 1\ntables:\n  keyless: { columns: { amount: shuffle } }\n  parent: { columns: { id: shuffle } }\n  \
        child: { columns: { parent: shuffle, code: shuffle } }\n";
    refresh.refresh.rules = load::parse("rules.yaml", rules.as_bytes()).unwrap_or_else(|invalid| panic!("{invalid:?}"));
    let error = refresh.run().await.unwrap_err().to_string();
    for what in [
        "keyless.amount: shuffle needs a primary key",
        "parent.id (integer): column id: shuffle works on whole columns only",
        "child.code: it has to be unique",
    ] {
        assert!(error.contains(what), "{error}");
    }
}
