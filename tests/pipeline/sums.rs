//! Amounts that change while their sums stay, on a real server.

use std::collections::BTreeMap;

use stagemask::postgres::chunks::CUT_FROM;
use stagemask::rules::load;

use super::support::drop::{TestRefresh, refresh_of};
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

    // Cut into ranges of pages, with more streams, and by another key.
    let again = support::database("sums_again").await;
    let mut second = refresh(&source, "sums_again", RULES);
    second.refresh.settings.jobs = 4;
    second.refresh.settings.cut_from = 64 << 10;
    assert!(CUT_FROM > 64 << 10);
    second.run().await.unwrap();
    assert_eq!(all(&again, CONTENT).await, all(&staging, CONTENT).await);
    second.refresh.settings.key = Some(stagemask::secret::MaskingKey::parse(&"ba5e".repeat(16)).unwrap());
    second.run().await.unwrap();
    assert_ne!(all(&again, CONTENT).await, all(&staging, CONTENT).await);
}
