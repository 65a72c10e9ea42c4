//! A column of every type, masked on a real server and read back with SQL.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use stagemask::error::ErrorKind;
use stagemask::pipeline;
use stagemask::rules::load;
use stagemask::rules::rule::Rules;
use support::TestDatabase;
use support::drop::refresh_of;

const TABLE: &str = r#"
CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION ltree;
CREATE TYPE mood AS ENUM ('glad', 'trist');
CREATE TYPE home AS (street text, zip varchar(10), floors int4range, mails text[]);
CREATE DOMAIN born AS date CHECK (VALUE > '1900-01-01');
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TABLE every (
    id int PRIMARY KEY, i2 int2, i4 int4, i8 int8, n numeric, n2 numeric(10,2), f4 float4, f8 float8, b bool, m money,
    t text, v varchar(60), c char(60), ci citext, by bytea, j json, jb jsonb, u uuid, d date, ti time, tz timetz,
    ts timestamp, tstz timestamptz, iv interval, ip inet, net cidr, mac macaddr, mac8 macaddr8, e mood, dom born,
    mails text[], grid int[][], nested jsonb[], home home, homes home[], hs hstore, x xml, p point, seg lseg, box box, pth path,
    poly polygon, circ circle, ln line, bits bit(5), vbits varbit, lt ltree, dr daterange, ir int4range, br int8range, nr numrange,
    tr tsrange, zr tstzrange, sr span, dm datemultirange, nm nummultirange, drs daterange[], vec real[], xid xid8, tid tid,
    title text, body text, search tsvector, gone tsvector);
INSERT INTO every (id, i2, i4, i8, n, n2, f4, f8, b, m, t, v, c, ci, by, j, jb, u, d, ti, tz, ts, tstz, iv, ip, net, mac, mac8, e, dom,
    mails, grid, nested, home, homes, hs, p, seg, box, pth, poly, circ, ln, bits, vbits, lt, dr, ir, br, nr, tr, zr, sr, dm, nm, drs,
    vec, xid, tid, title, body, search, gone) VALUES
   (1, 1200, 120000, 41234567, 123456789012345678901234567890.5, 1250.50, 1.5, 2.5, true, 1250.50,
    'kari.lie@fjordpost.no', 'kari.lie@fjordpost.no', 'kari.lie@fjordpost.no', 'Kari.Lie@fjordpost.no', '%PDF-1.7 Kari Lie',
    '{ "mail" : "kari.lie@fjordpost.no", "n": 1.50e1, "a":[1, {"kind":"email","value":"kari.lie@fjordpost.no"}], "a": 2 }',
    '{"by": {"kari.lie@fjordpost.no": 7}, "payload": "{\"name\": \"Kari Lie\"}", "blob": "S2FyaSBMaWU=", "phone": 41234567, "ok": true}',
    '6c1f9a52-8f0e-4f6e-9f7e-0d5f4a6d2c11', '1986-05-15', '10:11:12', '10:11:12+02', '1986-05-15 10:11:12', '1986-05-15 10:11:12+00',
    '3 days', '84.208.1.2', '84.208.1.0/24', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', 'glad', '1986-05-15',
    '{kari.lie@fjordpost.no,NULL,ola.nordby@fjordpost.no}', '{{120000,2},{3,NULL}}', ARRAY['{"mail": "kari.lie@fjordpost.no"}'::jsonb],
    ROW('Storgata 1', '0155', '[1,4)', ARRAY['kari.lie@fjordpost.no']), ARRAY[ROW('Storgata 1', '0155', '[1,4)', '{}')::home, NULL],
    'mail=>kari.lie@fjordpost.no, plan=>gold, other=>secret, none=>NULL', '(10.7,59.9)', '((10.7,59.9),(10.8,60))', '((10.7,59.9),(10.8,60))',
    '((10.7,59.9),(10.8,60))', '((10.7,59.9),(10.8,60),(11,61))', '((10.7,59.9),5)', '{1,2,3}', B'10101', B'1010101', 'top.kari_lie',
    '[1986-05-15,1986-06-20)', '[120000,120010)', '(,5000]', '[100.50,200.75]', '[1986-05-15 10:00,1986-05-15 12:00)',
    '[1986-05-15 10:00+00,)', '[1.5,2.5]', '{[1986-05-15,1986-05-20),[1986-06-01,1986-06-03)}', '{(1.5,2.25),(3,4)}',
    ARRAY['[1986-05-15,1986-05-20)'::daterange, 'empty'], '{3,4}', '123', '(1,2)', 'Klage fra Kari Lie', 'Kari Lie er misfornøyd',
    to_tsvector('norwegian', 'Klage fra Kari Lie Kari Lie er misfornøyd'), to_tsvector('simple', 'Kari Lie')),
   (2, 0, 0, 0, 0, 0, 0, 0, false, 0, '', '', '', '', '', '{}', '[]', '00000000-0000-0000-0000-000000000000', 'infinity', '24:00', '00:00+00',
    'infinity', '-infinity', '0', '::1', '::/0', '00:00:00:00:00:00', '00:00:00:00:00:00:00:00', 'trist', '1986-05-15', '{}', '{}', '{}', ROW(NULL, NULL, 'empty', NULL), '{}', '', '(0,0)',
    '((0,0),(0,0))', '((0,0),(0,0))', '[(0,0)]', '((0,0))', '((0,0),0)', '{1,0,0}', B'00000', B'', '', 'empty', '(,)', 'empty', 'empty', 'empty',
    'empty', 'empty', '{}', '{}', '{}', '{}', '0', '(0,0)', NULL, NULL, '', ''),
   (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
-- Some servers are built without XML.
DO $$ BEGIN
    UPDATE every SET x = '<person id="7"><name>Kari Lie</name><status>ny &amp; god</status></person>' WHERE id = 1;
EXCEPTION WHEN feature_not_supported THEN NULL; END $$;
"#;

const RULES: &str = r#"
version: 1
locale: nb_NO
tables:
  every:
    columns:
      i2: noise
      i4: noise
      i8: noise
      n: noise
      n2: noise
      f4: noise
      f8: noise
      b: redact
      m: noise
      t: email
      v: email
      c: email
      ci: email
      by: redact
      j: { json: { $.mail: email, '$.a[?@.kind == "email"].value': email, $..kind: keep, $.n: keep } }
      jb: { json: { $.by.*~: email, $.by.*: keep, $.payload: { json: { $.name: full_name } }, $.blob: { base64: { of: full_name } }, $.phone: phone, $.ok: keep } }
      u: token
      d: shift_date
      ti: redact
      tz: redact
      ts: shift_date
      tstz: shift_date
      iv: redact
      ip: ip
      net: ip
      mac: redact
      mac8: redact
      e: { constant: { value: trist } }
      dom: shift_date
      mails: email
      grid: noise
      nested: { json: { $.mail: email } }
      home: { fields: { street: street_address, zip: postcode, floors: noise, mails: email } }
      homes: { fields: { street: street_address, zip: postcode, floors: noise, mails: email } }
      hs: { hstore: { mail: email, plan: keep } }
      x: { xml: { //name: full_name, //@id: keep } }
      p: noise
      seg: redact
      box: redact
      pth: redact
      poly: redact
      circ: redact
      ln: redact
      bits: redact
      vbits: redact
      lt: redact
      dr: shift_date
      ir: noise
      br: noise
      nr: noise
      tr: shift_date
      zr: shift_date
      sr: noise
      dm: shift_date
      nm: noise
      drs: shift_date
      vec: embedding
      xid: redact
      tid: redact
      title: free_text
      body: free_text
      search: { tsvector: { from: [title, body], config: norwegian, weights: [A, D] } }
      gone: redact
"#;

fn rules(text: &str) -> Rules {
    load::parse("types.yaml", text.as_bytes()).map_err(|invalid| format!("{:?}", invalid.mistakes)).unwrap()
}

async fn one(database: &TestDatabase, sql: &str) -> String {
    database.query(sql).await.first().cloned().flatten().unwrap_or_else(|| "NULL".to_owned())
}

/// What has to hold of the masked first row, `s`. Given `t`, the masked mail of Kari Lie.
const HOLDS: &[&str] = &[
    "i2 BETWEEN 900 AND 1500 AND i2 <> 1200 AND i4 <> 120000 AND i8 <> 41234567",
    "n <> 123456789012345678901234567890.5 AND scale(n) = 1 AND n2 <> 1250.50",
    "f4 <> 1.5 AND f8 <> 2.5 AND NOT b",
    "m <> 1250.50::money AND m BETWEEN 900::money AND 1600::money",
    "t LIKE '%@example.com' AND v = t AND rtrim(c) = t AND ci = t",
    "encode(by, 'escape') LIKE '%PDF-1.4%'",
    r#"j::text = '{ "mail" : "' || t || '", "n": 1.50e1, "a":[0, {"kind":"email","value":"' || t || '"}], "a": 0 }'"#,
    "jb -> 'by' = jsonb_build_object(t, 7) AND jb -> 'ok' = 'true'",
    "(jb ->> 'payload')::jsonb ->> 'name' NOT LIKE '%Kari%' AND (jb ->> 'payload')::jsonb ->> 'name' <> 'redacted'",
    "convert_from(decode(jb ->> 'blob', 'base64'), 'UTF8') = (jb ->> 'payload')::jsonb ->> 'name'",
    "jsonb_typeof(jb -> 'phone') = 'number' AND jb ->> 'phone' <> '41234567' AND length(jb ->> 'phone') = 8",
    "u <> '6c1f9a52-8f0e-4f6e-9f7e-0d5f4a6d2c11' AND substr(u::text, 15, 1) = '8'",
    "d <> '1986-05-15' AND abs(d - '1986-05-15') <= 180 AND dom = d AND ti = '00:00' AND tz = '00:00+00' AND iv = '0'",
    "ts <> '1986-05-15 10:11:12' AND ts::time = '10:11:12' AND tstz <> '1986-05-15 10:11:12+00'",
    "ip <<= '192.0.2.0/24' OR ip <<= '198.18.0.0/15' OR ip <<= '198.51.100.0/24' OR ip <<= '203.0.113.0/24'",
    "net <> '84.208.1.0/24' AND masklen(net) = 24",
    "mac = '00:00:5e:00:53:00' AND mac8 <> '08:00:2b:01:02:03:04:05' AND e = 'trist'",
    "mails[1] = t AND mails[2] IS NULL AND mails[3] LIKE '%@example.com' AND mails[3] <> t",
    "grid[1][1] = i4 AND grid[2][1] <> 3 AND grid[2][2] IS NULL AND array_dims(grid) = '[1:2][1:2]'",
    "nested[1] ->> 'mail' = t",
    "(home).street <> 'Storgata 1' AND (home).mails[1] = t AND upper((home).floors) - lower((home).floors) = 3",
    "(homes[1]).street = (home).street AND homes[2] IS NULL",
    "hs -> 'mail' = t AND hs -> 'plan' = 'gold' AND hs -> 'other' = 'redacted' AND hs ? 'none' AND hs -> 'none' IS NULL",
    "x IS NULL OR x::text LIKE '<person id=\"7\"><name>%</name><status>redacted</status></person>' AND x::text NOT LIKE '%Kari%'",
    "p[0] <> 10.7 AND p[1] <> 59.9",
    "seg::text = '[(0,0),(0,0)]' AND box::text = '(0,0),(0,0)' AND pth::text = '((0,0),(0,0))' AND npoints(poly) = 3",
    "circ::text = '<(1,0),0>' AND ln::text = '{1,0,0}' AND bits = B'00000' AND vbits = B'0000000' AND lt = 'redacted'",
    "lower(dr) = d AND upper(dr) - lower(dr) = 36",
    "lower(ir) = i4 AND upper(ir) - lower(ir) = 10 AND lower_inf(br) AND upper(br) <> 5001",
    "lower(nr) <> 100.50 AND upper(nr) - lower(nr) = 100.25 AND lower_inc(nr) AND upper_inc(nr)",
    "lower(tr) <> '1986-05-15 10:00' AND upper(tr) - lower(tr) = '2 hours' AND upper_inf(zr)",
    "lower(sr) <> 1.5 AND abs(upper(sr) - lower(sr) - 1) < 1e-9",
    "lower(dm) = d AND upper(dm) - lower(dm) = 19 AND (SELECT count(*) FROM unnest(dm)) = 2",
    "(SELECT count(*) FROM unnest(nm)) = 2 AND upper(nm) - lower(nm) = 2.5 AND lower(nm) <> 1.5",
    "lower(drs[1]) = d AND isempty(drs[2])",
    "vec <> '{3,4}' AND abs(vec[1] * vec[1] + vec[2] * vec[2] - 25) < 0.001 AND xid = '0' AND tid = '(0,0)'",
    "title NOT LIKE '%Kari%' AND body LIKE '% er misfornøyd'",
    "search = setweight(to_tsvector('pg_catalog.norwegian', title), 'A') || to_tsvector('pg_catalog.norwegian', body)",
    "search @@ to_tsquery('pg_catalog.norwegian', 'misfornøyd') AND NOT search @@ to_tsquery('pg_catalog.norwegian', 'kari')",
    "gone = ''",
];

#[tokio::test]
async fn every_type_is_masked_as_its_rule_says() {
    let source = support::database("every_source").await;
    source.execute(TABLE).await;
    let staging = support::database("every_staging").await;
    let mut refresh = refresh_of(source.endpoint(), "every_staging");
    refresh.refresh.rules = rules(RULES);
    refresh.run().await.unwrap_or_else(|error| panic!("{error}"));
    let mut wrong = Vec::new();
    for condition in HOLDS {
        let condition = condition.replace("::home", "::public.home");
        let session = staging.session().await;
        session.batch_execute("SET search_path = public, pg_catalog").await.unwrap();
        let sql = format!("SELECT ({condition}) IS TRUE FROM every WHERE id = 1");
        match session.query_one(&sql, &[]).await {
            Ok(row) if row.get::<_, bool>(0) => {}
            Ok(_) => wrong.push(condition),
            Err(error) => wrong.push(format!("{condition}: {error:?}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "these don't hold:\n{}\nof {}",
        wrong.join("\n"),
        one(&staging, "SELECT r::text FROM public.every r WHERE id = 1").await
    );
    // What is empty or infinite stays what it is, and NULL stays NULL.
    let empty = "SELECT d || ' ' || ts || ' ' || dr || ' ' || ir || ' ' || dm || ' ' || mails::text || ' ' || n || ' ' || j FROM public.every WHERE id = 2";
    assert_eq!(one(&source, empty).await, one(&staging, empty).await);
    let nulls = "SELECT num_nonnulls(VARIADIC ARRAY(SELECT v.value FROM jsonb_each_text(to_jsonb(r)) v)) FROM public.every r WHERE id = 3";
    assert_eq!(one(&staging, nulls).await, "1");
}

#[tokio::test]
async fn kept_values_of_every_type_arrive_as_they_left() {
    let source = support::database("kept_every_source").await;
    let harmless =
        TABLE.replace("kari.lie@fjordpost.no", "kari@example.com").replace("Kari.Lie@fjordpost.no", "kari@example.com");
    let harmless = harmless
        .replace("ola.nordby@fjordpost.no", "ola@example.com")
        .replace("84.208.1", "192.0.2")
        .replace("08:00:2b", "0a:00:2b")
        .replace("Kari Lie", "Some text")
        .replace("41234567", "1234");
    source.execute(&harmless).await;
    let staging = support::database("kept_every_staging").await;
    let mut refresh = refresh_of(source.endpoint(), "kept_every_staging");
    let columns: Vec<String> = RULES
        .lines()
        .filter_map(|line| line.strip_prefix("      "))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| format!("{name}: keep"))
        .collect();
    refresh.refresh.rules =
        rules(&format!("version: 1\ntables:\n  every: {{ columns: {{ {} }} }}\n", columns.join(", ")));
    refresh.run().await.unwrap_or_else(|error| panic!("{error}"));
    let rows = "SELECT r::text FROM public.every r ORDER BY id";
    assert_eq!(source.query(rows).await, staging.query(rows).await);
}

#[tokio::test]
async fn what_no_transform_can_do_for_a_type_is_refused_with_what_can() {
    let database = support::database("every_refused").await;
    database
        .execute(
            "CREATE EXTENSION hstore; CREATE TABLE t (dr daterange, p point, hs hstore, bits bit(3), v real[], s tsvector, x int4range);",
        )
        .await;
    let wrong = "version: 1\ntables:\n  t:\n    columns:\n      dr: email\n      p: full_name\n      hs: json_path\n";
    assert!(load::parse("t.yaml", wrong.as_bytes()).is_err());
    let rules = rules(
        "version: 1\ntables:\n  t:\n    columns: { dr: email, p: full_name, hs: { json: { $.a: keep } }, bits: noise, v: token, \
        s: { tsvector: { from: [nothing] } }, x: shift_date }\n",
    );
    let error = pipeline::plan(database.endpoint(), &rules).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let text = error.to_string();
    for column in ["t.dr (daterange)", "t.p (point)", "t.hs", "t.bits", "t.v", "t.s", "t.x"] {
        assert!(text.contains(column), "{column}: {text}");
    }
    for help in ["shift_date", "hstore, redact", "which the table doesn't have"] {
        assert!(text.contains(help), "{help}: {text}");
    }
}

#[tokio::test]
async fn personal_data_in_any_type_is_seen_by_the_verifier() {
    let source = support::database("seen_source").await;
    source
        .execute(
            "CREATE EXTENSION hstore; CREATE EXTENSION ltree; CREATE TYPE pair AS (one int, two text);
            CREATE TYPE texts AS RANGE (subtype = text);
            CREATE TABLE t (id int PRIMARY KEY, hs hstore, r texts, mr texts_multirange, inner_json text, carried text, nested jsonb, ps pair[], s tsvector, ip inet[]);
            INSERT INTO t VALUES (1, 'mail=>kari.lie@fjordpost.no', '[kari.lie@fjordpost.no,z)', '{[kari.lie@fjordpost.no,z)}',
                '{\"mail\": \"kari.lie\\u0040fjordpost.no\"}', encode('kari.lie@fjordpost.no', 'base64'),
                '{\"payload\": \"{\\\"mail\\\": \\\"kari.lie\\\\u0040fjordpost.no\\\"}\"}',
                ARRAY[ROW(1, 'kari.lie@fjordpost.no')::pair], to_tsvector('simple', 'kari.lie@fjordpost.no'), ARRAY['84.208.1.2'::inet])",
        )
        .await;
    let mut refresh = refresh_of(source.endpoint(), "seen_staging");
    refresh.refresh.rules = rules(
        "version: 1\ntables:\n  t: { columns: { hs: keep, r: keep, mr: keep, inner_json: keep, carried: keep, nested: keep, ps: keep, s: keep, ip: keep } }\n",
    );
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings);
    let text = error.to_string();
    for column in ["hs", "r", "mr", "inner_json", "carried", "nested", "ps", "s", "ip"] {
        assert!(text.contains(&format!("t.{column}")), "{column}: {text}");
    }
}
