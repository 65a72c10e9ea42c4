//! Amounts that change while their sums stay, on a real server.

use std::collections::BTreeMap;

use stagemask::mask::preview::Originals;
use stagemask::pipeline::{self, Previewed, SourceAgain};
use stagemask::postgres::identifier::TableName;
use stagemask::rules::load;

use super::support::drop::{TestRefresh, refresh_of, silent};
use super::support::{self, TestDatabase};

/// Twelve accounts of some 500 entries, and what is special: an account of one entry, one of none but zeros, NULLs, an
/// account that is NULL, NaN, amounts of other scales, and ends of types.
const LEDGER: &str = "
    CREATE TABLE entries (account int, number int, kind text NOT NULL, booked numeric(12,2), units smallint, cents bigint,
        price money, free numeric, note text, PRIMARY KEY (account, number)) PARTITION BY RANGE (account);
    CREATE TABLE entries_low PARTITION OF entries FOR VALUES FROM (0) TO (100);
    CREATE TABLE entries_high PARTITION OF entries DEFAULT;
    INSERT INTO entries SELECT i % 12, i, CASE WHEN i % 5 = 0 THEN 'fee' ELSE 'entry' END,
        (CASE WHEN i % 3 = 0 THEN -1 ELSE 1 END) * (50 + (i * 7919) % 100000 / 10.0), (i * 31) % 32000 - 16000, i::bigint * 1000003,
        ((i * 37) % 90000)::numeric::money, round((i * 17.123456)::numeric, i % 5), repeat('padding ', 12)
        FROM generate_series(1, 6000) i;
    INSERT INTO entries VALUES (50, 1, 'entry', 4200.10, 7, 7, 7, 7), (51, 1, 'entry', 0, 0, 0, 0, 0),
        (51, 2, 'entry', 0.00, 0, 0, 0, 'NaN'), (52, 1, 'entry', 700.00, 32767, 9223372036854775807, 12.5, 1e35),
        (52, 2, 'entry', NULL, NULL, NULL, NULL, NULL), (52, 3, 'entry', 800.00, -32768, -9223372036854775808, 13, 14.5),
        (150, 1, 'entry', 10.00, 1, 1, 1, 1), (150, 2, 'entry', 9999999999.99, 1, 1, 1, 1), (150, 3, 'entry', 20.00, 1, 1, 1, 1);
    ANALYZE entries;";

const RULES: &str = "
  entries:
    columns:
      kind: keep
      booked: { amount: { sum_within: account, ratio: 0.3 } }
      units: { amount: { sum_within: [account, kind] } }
      cents: { amount: { sum_within: account } }
      price: { amount: { sum_within: account } }
      free: { amount: { sum_within: [account] } }
      note: keep
";

const AMOUNTS: [&str; 5] = ["booked", "units", "cents", "price", "free"];

fn refresh(source: &TestDatabase, staging: &str, tables: &str) -> TestRefresh {
    let mut refresh = refresh_of(source.endpoint(), staging);
    let tables = if tables.is_empty() { " {}" } else { tables };
    let text = format!("version: 1\ntables:{tables}");
    refresh.refresh.rules = load::parse("sums.yaml", text.as_bytes()).unwrap_or_else(|invalid| panic!("{invalid:?}"));
    refresh
}

async fn all(database: &TestDatabase, sql: &str) -> Vec<String> {
    database.query(sql).await.into_iter().map(|line| line.unwrap_or_else(|| "NULL".to_owned())).collect()
}

/// The amounts of a column by primary key.
async fn amounts(database: &TestDatabase, table: &str, column: &str) -> BTreeMap<String, String> {
    let sql =
        format!("SELECT account || '/' || number || ' ' || coalesce({column}::numeric::text, 'NULL') FROM {table}");
    let pair = |line: String| line.split_once(' ').map(|(key, value)| (key.to_owned(), value.to_owned())).unwrap();
    all(database, &sql).await.into_iter().map(pair).collect()
}

/// How many amounts differ, after it has been looked at that each keeps its sign, its decimals and its share.
fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>, ratio: f64) -> usize {
    assert_eq!(before.len(), after.len());
    let places = |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    for (key, before) in before {
        let after = &after[key];
        let (Ok(was), Ok(is)) = (before.parse::<f64>(), after.parse::<f64>()) else {
            assert_eq!(before, after, "{key}");
            continue;
        };
        assert!(was.is_nan() == is.is_nan() && (was.is_nan() || was == 0.0 || was.signum() == is.signum()), "{key}");
        assert_eq!(places(before), places(after), "{key}");
        assert!(was.is_nan() || (was - is).abs() <= was.abs() * ratio * (1.0 + 1e-9), "{key}: {before} {after}");
    }
    before.iter().filter(|(key, before)| after[*key] != **before).count()
}

const CONTENT: &str = "SELECT md5(string_agg(e::text, ',' ORDER BY account, number)) FROM public.entries e";

#[tokio::test]
async fn sums_stay_in_every_group_while_amounts_change_the_same_way_each_time() {
    let source = support::database("sums_source").await;
    source.execute(LEDGER).await;
    let staging = support::database("sums_staging").await;
    let first = refresh(&source, "sums_staging", RULES);
    first.run().await.unwrap_or_else(|error| panic!("{error}\n{:?}", error.advice()));
    for column in AMOUNTS {
        let sums = format!(
            "SELECT account || ' ' || kind || ' ' || coalesce(sum({column}::numeric)::text, 'NULL') || ' ' || count({column}) \
            FROM public.entries GROUP BY account, kind ORDER BY account, kind"
        );
        let sums = if column == "units" { sums } else { sums.replace("kind || ' ' || ", "").replace(", kind", "") };
        assert_eq!(all(&source, &sums).await, all(&staging, &sums).await, "{column}");
        let before = amounts(&source, "public.entries", column).await;
        let after = amounts(&staging, "public.entries", column).await;
        let ratio = if column == "booked" { 0.3 } else { 0.2 };
        let changed = changed(&before, &after, ratio);
        assert!(changed > 5800, "{column}: {changed}");
        // The only amounts of their groups, zeros, and what can't be reckoned with.
        for key in ["50/1", "51/1", "51/2", "52/2"] {
            assert_eq!(before[key], after[key], "{column} {key}");
        }
    }
    assert_eq!(
        all(&staging, "SELECT free FROM public.entries WHERE account = 52 AND number = 1").await,
        [format!("1{}", "0".repeat(35))]
    );
    let moved = all(&staging, "SELECT booked <> 700 FROM public.entries WHERE account = 52 AND number = 1").await;
    assert_eq!(moved, ["t"]);

    // Nor does the order in which rows are written tell how large the originals are.
    let order = "SELECT md5(string_agg(account || '/' || number, ',' ORDER BY ctid)) FROM public.entries_low";
    assert_eq!(all(&source, order).await, all(&staging, order).await);

    // Cut into ranges of pages, with more streams, and by another key.
    let again = support::database("sums_again").await;
    let mut second = refresh(&source, "sums_again", RULES);
    second.refresh.settings.jobs = 4;
    second.refresh.settings.cut_from = 64 << 10;
    second.run().await.unwrap();
    assert_eq!(all(&again, CONTENT).await, all(&staging, CONTENT).await);
    second.refresh.settings.key = Some(stagemask::secret::MaskingKey::parse(&"ba5e".repeat(16)).unwrap());
    second.run().await.unwrap();
    assert_ne!(all(&again, CONTENT).await, all(&staging, CONTENT).await);
}

const CASES: &str = "
  entries:
    unless: account = 3
    where: account < 8 AND number % 7 > 0
    columns:
      kind: keep
      booked:
        - { when: \"kind = 'fee'\", then: keep }
        - { when: account = 5, then: { constant: { value: 1.00 } } }
        - { amount: { sum_within: account } }
      units: { amount: { sum_within: kind } }
      cents: [{ when: \"kind = 'fee' -- all of it\", then: shuffle }, { when: account = 4, then: keep }, shuffle]
      note: keep
";

#[tokio::test]
async fn rows_that_stay_behind_or_unmasked_and_other_cases_have_no_part_in_a_sum() {
    let source = support::database("sums_cases_source").await;
    source.execute(LEDGER).await;
    let staging = support::database("sums_cases_staging").await;
    let refresh = refresh(&source, "sums_cases_staging", CASES);
    refresh.run().await.unwrap_or_else(|error| panic!("{error}\n{:?}", error.advice()));
    source
        .execute("CREATE VIEW public.carried AS SELECT * FROM public.entries WHERE account < 8 AND number % 7 > 0")
        .await;
    // Of each case by itself, of the rows that stay unmasked, and of all together.
    for (column, group) in [("booked", "account, kind"), ("units", "kind"), ("units", "(account = 3), kind")] {
        let sums = |table: &str| {
            let concat = group.replace(", ", " || ' ' || ");
            format!(
                "SELECT {concat} || ' ' || sum({column}) FROM {table} WHERE account <> 5 OR kind = 'fee' OR '{column}' <> 'booked' \
                GROUP BY {group} ORDER BY {group}"
            )
        };
        assert_eq!(
            all(&source, &sums("public.carried")).await,
            all(&staging, &sums("public.entries")).await,
            "{column} {group}"
        );
    }
    let stays = |column: &str, rows: &str| {
        format!("SELECT md5(string_agg({column}::text, ',' ORDER BY account, number)) FROM TABLE WHERE {rows}")
    };
    let same = async |column: &str, rows: &str| {
        let sql = stays(column, rows);
        all(&source, &sql.replace("TABLE", "public.carried")).await
            == all(&staging, &sql.replace("TABLE", "public.entries")).await
    };
    for column in ["booked", "units", "cents"] {
        assert!(same(column, "account = 3").await, "{column}");
        assert!(!same(column, "account = 2 AND kind <> 'fee'").await, "{column}");
    }
    assert!(same("booked", "kind = 'fee'").await);
    assert!(same("cents", "account = 4 AND kind <> 'fee'").await);
    // Each case is shuffled by itself, and each partition.
    for rows in ["kind = 'fee' AND account <> 3", "kind <> 'fee' AND account NOT IN (3, 4)"] {
        assert!(!same("cents", rows).await);
        let values = format!("SELECT md5(string_agg(cents::text, ',' ORDER BY cents)) FROM TABLE WHERE {rows}");
        let before = all(&source, &values.replace("TABLE", "public.carried")).await;
        assert_eq!(before, all(&staging, &values.replace("TABLE", "public.entries")).await, "{rows}");
    }
}

#[tokio::test]
async fn amounts_that_cannot_change_are_counted_in_the_proof_and_close_no_gate() {
    let source = support::database("sums_alone_source").await;
    let rows = "INSERT INTO pay SELECT i, i / 2 * 2, 30000 + i FROM generate_series(1, 9) i";
    source
        .execute(&format!("CREATE TABLE pay (id int PRIMARY KEY, person int NOT NULL, amount numeric(9,2)); {rows}"))
        .await;
    let rules =
        "\n  pay: { columns: { person: keep } }\npatterns: { '*.amount': { amount: { sum_within: person } } }\n";
    let staging = support::database("sums_alone_staging").await;
    let refresh = refresh(&source, "sums_alone_staging", rules);
    refresh.run().await.unwrap_or_else(|error| panic!("{error}\n{:?}", error.advice()));
    assert_eq!(all(&staging, "SELECT count(*) FROM public.pay WHERE amount = 30000 + id").await, ["1"]);
    let findings = findings(&refresh);
    let found =
        findings.iter().find(|finding| finding["kind"].as_str().unwrap().contains("so that sums stay")).unwrap();
    assert_eq!((&found["count"], &found["severity"]), (&1.into(), &"note".into()));
}

fn findings(refresh: &TestRefresh) -> Vec<serde_json::Value> {
    let run = std::fs::read_dir(refresh.state.path().join("runs")).unwrap().next().unwrap().unwrap();
    let report = std::fs::read_to_string(run.path().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    report["proof"]["findings"].as_array().unwrap_or_else(|| panic!("{report}")).clone()
}

#[tokio::test]
async fn what_can_keep_no_sum_is_refused_before_a_row_moves() {
    let source = support::database("sums_refused").await;
    source
        .execute(
            "CREATE TABLE keyless (owner int, amount numeric);
            CREATE TABLE pays (id int PRIMARY KEY, owner int, twice int GENERATED ALWAYS AS (owner * 2) STORED, \"where\" point,
                a numeric, b numeric, c numeric, d numeric, e float8, f text, g numeric[], h jsonb, i numeric UNIQUE);",
        )
        .await;
    let rules = "
  keyless: { columns: { amount: { amount: { sum_within: owner } } } }
  pays:
    columns:
      where: keep
      a: { amount: { sum_within: nobody } }
      b: { amount: { sum_within: twice } }
      c: { amount: { sum_within: [owner, where] } }
      d: { amount: { sum_within: d } }
      e: { amount: { sum_within: owner } }
      f: { amount: { sum_within: owner } }
      g: { amount: { sum_within: owner } }
      h: { json: { \"$.amount\": { amount: { sum_within: owner } } } }
      i: { amount: { sum_within: owner } }
";
    let error = refresh(&source, "sums_refused_staging", rules).run().await.unwrap_err().to_string();
    for what in [
        "keyless.amount: amount needs a primary key",
        "column a: amount has `sum_within: nobody`, a column that the table doesn't have",
        "column b: amount has `sum_within: twice`",
        "column c: amount has `sum_within: where`, and values of type point can't be told to be equal",
        "column d: amount has `sum_within: d`, which is the column itself",
        "column e: amount can't keep the sums of floating-point numbers",
        "column f: amount can't keep the sums of amounts in text",
        "column g: amount keeps the sums of whole columns only",
        "pays.h (jsonb)",
        "pays.i: it has to be unique",
    ] {
        assert!(error.contains(what), "{what}\n{error}");
    }
}

#[tokio::test]
async fn a_preview_and_originals_that_are_read_again_see_the_neighbours_too() {
    let source = support::database("sums_again_source").await;
    source.execute(LEDGER).await;
    let mut refresh = refresh(&source, "sums_again_staging", "");
    let file = refresh.state.path().join("sums.yaml");
    std::fs::write(&file, format!("version: 1\ntables:{CASES}")).unwrap();
    refresh.refresh.rules = load::load(&file).unwrap();
    let masked = pipeline::mask(&refresh.refresh, &silent()).await.unwrap();
    std::fs::remove_dir_all(masked.folder.join("originals")).unwrap();
    let settings = &refresh.refresh.settings;
    let what = Previewed { table: TableName::new("public", "entries"), rows: 2500, originals: Originals::Shown };
    let key = settings.key.as_ref().unwrap();
    let preview = pipeline::preview(source.endpoint(), &refresh.refresh.rules, key, &what).await.unwrap();
    let incoming = source.endpoint().with_database(&masked.record.target.incoming).connect("sums").await.unwrap();
    let position = |name: &str| preview.columns.iter().position(|column| column.name == name).unwrap();
    let (account, number) = (position("account"), position("number"));
    for column in ["booked", "units", "cents"] {
        let sql = format!("SELECT account || '/' || number, {column}::text FROM public.entries");
        let rows = incoming.query(&sql, &[]).await.unwrap();
        let there: BTreeMap<String, Option<String>> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        for row in &preview.rows {
            let of = |position: usize| row[position].masked.clone();
            let key = format!("{}/{}", of(account).unwrap(), of(number).unwrap());
            assert_eq!(of(position(column)), there[&key], "{column} {key}");
        }
    }
    assert_eq!(preview.rows.len(), 2500);
    assert!(preview.rows.iter().any(|row| row[position("booked")].masked != row[position("booked")].original));
    assert!(preview.rows.iter().any(|row| row[account].masked.as_deref() == Some("3")));
    incoming.close().await;
    let again = SourceAgain { source: source.endpoint().clone(), rules: None, allow_commands: false };
    let run = &masked.record.run;
    pipeline::verify_again(run, &refresh.refresh.target, Some(&again), settings, &silent()).await.unwrap();
}
