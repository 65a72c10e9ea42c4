//! Every type and every kind of table arrives as it left.

use stagemask::rules::load;

use super::support::drop::refresh_of;
use super::support::{self, TestDatabase};

/// A column of each type with values at its edges, and tables of every kind.
const ODD: &str = r#"
CREATE TYPE mood AS ENUM ('glad', 'trist');
CREATE TYPE pair AS (one int, two text);
CREATE DOMAIN small AS int CHECK (VALUE < 100);
CREATE EXTENSION IF NOT EXISTS seg;
CREATE TABLE odd (
    id int PRIMARY KEY, i2 int2, i8 int8, n numeric, f4 float4, f8 float8, b bool, u uuid, d date, ts timestamp,
    tz timestamptz, ti time, iv interval, m money, bits bit varying, p point, box box, mac macaddr, ranges int4range[],
    multi datemultirange, moods mood[], pairs pair[], inner_pair pair, s small, lsn pg_lsn, class regclass, role regrole,
    segment seg, x xml, deep int[][], wide char(5), one "char", nothing text);
INSERT INTO odd (id, i2, i8, n, f4, f8, b, u, d, ts, tz, ti, iv, m, bits, p, box, mac, ranges, multi, moods, pairs,
    inner_pair, s, lsn, class, role, segment, deep, wide, one) VALUES
    (1, -32768, 9223372036854775807, 'NaN', 'Infinity', '-0', true, '00000000-0000-0000-0000-000000000000', 'infinity',
     '-infinity', '4713-01-01 00:00:00+00 BC', '24:00', '-1 mon +2 days -3.5 sec', '-1.23', B'10101', '(1,2)', '((0,0),(1,1))',
     '0a:00:2b:01:02:03', '{"[1,5)",empty}', '{[2020-01-01,2021-01-01)}', '{glad,NULL,trist}', '{"(1,\"a b\")",NULL}',
     '(7,)', 99, '16/B374D848', 'odd', 'stagemask', '1.5 .. 2.25', '{{1,2},{3,NULL}}', 'ab', 'z'),
    (2, 0, 0, 123456789012345678901234567890.000100, 1e-30, 1e300, false, gen_random_uuid(), '0044-03-15 BC', now(), now(),
     '12:00', '0', '0', B'', '(-1.5,1e10)', '((5,5),(2,2))', 'ff:ff:ff:ff:ff:ff', '{}', '{}', '{}', '{}', '(,)', -1, '0/0',
     'pg_class', 'pg_monitor', '5', '{}', '     ', '');
-- Some servers are built without XML.
DO $$ BEGIN UPDATE odd SET x = '<a>b</a>' WHERE id = 1; EXCEPTION WHEN feature_not_supported THEN NULL; END $$;
CREATE TABLE no_columns ();
INSERT INTO no_columns SELECT FROM generate_series(1, 7);
CREATE TABLE always (id int GENERATED ALWAYS AS IDENTITY, double int GENERATED ALWAYS AS (id * 2) STORED);
INSERT INTO always SELECT FROM generate_series(1, 5);
CREATE TABLE parent (id int); CREATE TABLE child (more int) INHERITS (parent);
INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
CREATE MATERIALIZED VIEW first_view AS SELECT id FROM odd;
CREATE MATERIALIZED VIEW second_view AS SELECT id FROM first_view;
CREATE SEQUENCE never_used START 5; CREATE SEQUENCE used START 7; SELECT nextval('used'), nextval('used');
"#;

const RULES: &str = "version: 1\ntables:\n  odd:\n    columns:\n      { d: keep, p: keep, box: keep, mac: keep, multi: keep, \
    pairs: keep, inner_pair: keep, segment: keep, x: keep, wide: keep, one: keep, nothing: keep, m: keep, bits: keep }\n";

async fn rows(database: &TestDatabase, table: &str) -> Vec<Option<String>> {
    database.query(&format!("SELECT t::text FROM ONLY public.{table} t ORDER BY 1")).await
}

#[tokio::test]
async fn values_at_the_edges_of_every_type_arrive() {
    let source = support::database("odd_source").await;
    source.execute(ODD).await;
    let staging = support::database("odd_staging").await;
    let mut refresh = refresh_of(source.endpoint(), "odd_staging");
    refresh.refresh.rules =
        load::parse("odd.yaml", RULES.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    refresh.run().await.unwrap();
    for table in ["odd", "always", "parent", "child", "first_view", "second_view"] {
        let before = rows(&source, table).await;
        assert!(!before.is_empty());
        assert_eq!(before, rows(&staging, table).await, "{table}");
    }
    assert_eq!(staging.query("SELECT count(*) FROM public.no_columns").await, [Some("7".to_owned())]);
    let next = "SELECT nextval('public.never_used') || ' ' || nextval('public.used') || ' ' || nextval('public.always_id_seq')";
    assert_eq!(staging.query(next).await, [Some("5 9 6".to_owned())]);
}

#[tokio::test]
async fn the_first_and_the_last_row_are_masked_like_all_others() {
    let source = support::database("rows_source").await;
    source
        .execute(
            "CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL, padding text);
            INSERT INTO people SELECT i, 'kari.' || i || '@fjordpost.no', repeat('x', 500) FROM generate_series(1, 5000) i",
        )
        .await;
    let staging = support::database("rows_staging").await;
    let mut refresh = refresh_of(source.endpoint(), "rows_staging");
    let rules = "version: 1\ntables:\n  people: { columns: { email: email, padding: keep } }\n";
    refresh.refresh.rules =
        load::parse("rows.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    refresh.run().await.unwrap();
    let facts = "SELECT count(*) || ' ' || count(DISTINCT email) || ' ' || count(*) FILTER (WHERE email LIKE '%@example.com') \
        FROM public.people";
    assert_eq!(staging.query(facts).await, [Some("5000 5000 5000".to_owned())]);
}
