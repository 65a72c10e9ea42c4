//! Masked keys: joins give the same number of rows before and after.

use stagemask::pipeline;

use super::{one, refreshed, rules};
use crate::support::{self, TestDatabase};

/// A kind of key, and how it is masked.
struct Key {
    /// For the names of databases.
    name: &'static str,
    /// The type of the key, and of columns that refer to it in a type of their own.
    column: &'static str,
    referring: &'static str,
    /// SQL that makes a key of the number `i`.
    value: &'static str,
    transform: &'static str,
}

const KEYS: &[Key] = &[
    Key { name: "int", column: "int", referring: "bigint", value: "i * (1000000 + 3)", transform: "key" },
    Key { name: "uuid", column: "uuid", referring: "uuid", value: "md5(i::text)::uuid", transform: "token" },
    Key { name: "hex", column: "varchar(40)", referring: "text", value: "md5(i::text)", transform: "hex_digest" },
    Key { name: "code", column: "text", referring: "varchar(24)", value: "'usr_' || i", transform: "token" },
    Key {
        name: "mail",
        column: "citext",
        referring: "citext",
        value: "i || '.Lie' || chr(64) || 'fjordpost.no'",
        transform: "email",
    },
    Key { name: "char", column: "char(30)", referring: "varchar(30)", value: "'K' || i", transform: "hex_digest" },
];

/// A chain of three, a tree, a circle, a key of two columns, partitions on either side, and one that isn't validated. Only
/// every third row is referred to, and some refer to nothing.
const SCHEMA: &str = "
CREATE EXTENSION IF NOT EXISTS citext;
CREATE FUNCTION k(i int) RETURNS @key LANGUAGE sql AS $$ SELECT (@value)::@key $$;
-- The spaces at the end of char(n) are a part of it in JSON, where they don't count in a column.
CREATE FUNCTION json_id(id @key) RETURNS jsonb LANGUAGE sql AS $$ SELECT CASE WHEN '@key' LIKE 'char%' THEN to_jsonb(id::text) ELSE to_jsonb(id) END $$;
CREATE TABLE users (id @key PRIMARY KEY, boss @key REFERENCES users ON UPDATE CASCADE, region int);
INSERT INTO users SELECT k(i), CASE WHEN i > 3 THEN k(i / 3) END, i % 4 FROM generate_series(1, 300) i;
CREATE TABLE accounts (owner @refers PRIMARY KEY REFERENCES users ON UPDATE CASCADE);
INSERT INTO accounts SELECT k(i * 3) FROM generate_series(1, 100) i;
CREATE TABLE payments (id int PRIMARY KEY, payer @refers REFERENCES accounts);
INSERT INTO payments SELECT i, CASE WHEN i % 5 > 0 THEN k(i % 100 * 3 + 3) END FROM generate_series(1, 500) i;
CREATE TABLE husbands (id @key PRIMARY KEY);
CREATE TABLE wives (id @key PRIMARY KEY REFERENCES husbands DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE husbands ADD FOREIGN KEY (id) REFERENCES wives DEFERRABLE INITIALLY DEFERRED;
BEGIN; INSERT INTO husbands SELECT k(i) FROM generate_series(1, 50) i; INSERT INTO wives TABLE husbands; COMMIT;
CREATE TABLE regions (region int, leader @key, PRIMARY KEY (region, leader)) PARTITION BY LIST (region);
CREATE TABLE regions_0 PARTITION OF regions FOR VALUES IN (0, 1);
CREATE TABLE regions_2 PARTITION OF regions DEFAULT;
INSERT INTO regions SELECT i % 4, k(i) FROM generate_series(1, 40) i;
CREATE TABLE visits (id int, region int, leader @refers, FOREIGN KEY (region, leader) REFERENCES regions)
    PARTITION BY HASH (id);
CREATE TABLE visits_0 PARTITION OF visits FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO visits SELECT i, i % 4, k(i) FROM generate_series(1, 40) i;
CREATE TABLE old_payments (payer @refers);
INSERT INTO old_payments SELECT k(i) FROM generate_series(250, 350) i;
ALTER TABLE old_payments ADD FOREIGN KEY (payer) REFERENCES users NOT VALID;
CREATE TABLE log (line jsonb, who text, seen @refers[]);
INSERT INTO log SELECT jsonb_build_object('user', jsonb_build_object('id', json_id(k(i))), 'also', jsonb_build_array(k(i + 1)::text)),
    k(i)::text, ARRAY[k(i), NULL, k(i + 200)] FROM generate_series(1, 200) i;
";

const REFERENCES: &str = "
references:
  - log.who -> users.id
  - log.seen[*] -> users.id
  - { from: log.line, path: $.user.id, to: users.id }
  - { from: log.line, path: '$.also[*]', to: users.id }
";

/// What every foreign key of the schema joins, composite ones by all their columns.
const JOINS: &[&str] = &[
    "users f JOIN users t ON f.boss = t.id",
    "accounts f JOIN users t ON f.owner = t.id",
    "payments f JOIN accounts t ON f.payer = t.owner",
    "wives f JOIN husbands t ON f.id = t.id",
    "visits f JOIN regions t ON (f.region, f.leader) = (t.region, t.leader)",
    "old_payments f JOIN users t ON f.payer = t.id",
];

async fn joined(database: &TestDatabase) -> Vec<String> {
    let mut counts = Vec::new();
    for join in JOINS {
        counts.push(one(database, &format!("SET search_path = public, pg_catalog; SELECT count(*) FROM {join}")).await);
    }
    counts
}

async fn joins_stay(key: &Key) {
    let fill =
        |text: &str| text.replace("@refers", key.referring).replace("@value", key.value).replace("@key", key.column);
    let sql = fill(SCHEMA);
    let transform = key.transform;
    let rules = format!(
        "tables:\n  users: {{ columns: {{ id: {transform} }} }}\n  husbands: {{ columns: {{ id: {transform} }} }}\n  \
        regions: {{ columns: {{ leader: {transform} }} }}\n  log: {{ columns: {{ line: {{ json: {{ $.none: keep }} }} }} }}{REFERENCES}"
    );
    let (source, staging, outcome, _) = refreshed(&format!("keys_{}", key.name), &sql, &rules).await;
    let before = joined(&source).await;
    assert!(before.iter().all(|count| count != "0"), "{before:?}");
    assert_eq!(before, joined(&staging).await, "{}", key.name);
    let kept = "SELECT count(*) FROM public.users WHERE id IN (SELECT id FROM public.husbands)";
    assert_eq!(one(&source, kept).await, one(&staging, kept).await);
    let proof = outcome.proof.unwrap();
    let joins: Vec<(&str, u64, u64)> =
        proof.joins.iter().map(|join| (join.from.as_str(), join.before, join.after)).collect();
    // Of 200 numbers all are users; of those 200 higher, half.
    assert_eq!(
        joins,
        [
            ("log.who", 200, 200),
            ("log.seen[*]", 300, 300),
            ("log.line $.user.id", 200, 200),
            ("log.line $.also[*]", 200, 200),
        ],
        "{}",
        key.name
    );
    let originals =
        fill("SELECT count(*) FROM public.users WHERE id IN (SELECT (@value)::@key FROM generate_series(1, 300) i)");
    let same = one(&staging, &format!("SET search_path = public, pg_catalog; {originals}")).await;
    // Masked integers may well be some of the others' originals.
    assert!(same.parse::<u32>().unwrap() < 150, "{} keeps its originals", key.name);
}

#[tokio::test]
async fn every_foreign_key_and_every_reference_joins_as_many_rows_as_before() {
    for key in KEYS {
        joins_stay(key).await;
    }
}

/// Of 30,000 accounts in a space of 87 million some meet, and take another choice: wherever they are referred to.
#[tokio::test]
async fn accounts_that_would_meet_are_told_apart_wherever_they_stand() {
    let sql = "
        CREATE TABLE accounts (number text PRIMARY KEY);
        INSERT INTO accounts SELECT (86010000000 + i * 7)::text FROM generate_series(1, 30000) i;
        CREATE TABLE holders (account text PRIMARY KEY REFERENCES accounts, holder int);
        INSERT INTO holders SELECT number, 1 FROM accounts;
        CREATE TABLE closed (account text UNIQUE);
        INSERT INTO closed SELECT (86010000000 + i * 7)::text FROM generate_series(20000, 50000) i;";
    let rules = "tables:\n  accounts: { columns: { number: account_number } }\nreferences:\n  - closed.account -> accounts.number\n";
    let (_, staging, outcome, _) = refreshed("meeting", sql, rules).await;
    let joins = &outcome.proof.unwrap().joins;
    assert_eq!((joins[0].before, joins[0].after), (10_001, 10_001));
    let joined = "SELECT count(*) FROM public.accounts JOIN public.holders ON number = account";
    assert_eq!(one(&staging, joined).await, "30000");
}

#[tokio::test]
async fn what_is_equal_to_citext_in_other_letters_is_equal_after_masking() {
    let sql = "
        CREATE EXTENSION IF NOT EXISTS citext;
        CREATE TABLE users (code citext PRIMARY KEY);
        INSERT INTO users SELECT 'Code-of-user-' || i FROM generate_series(1, 30) i;
        CREATE TABLE orders (code citext REFERENCES users, note text);
        INSERT INTO orders SELECT upper(code::text), code FROM users;";
    let rules = "tables:\n  users: { columns: { code: token } }\nreferences:\n  - orders.note -> users.code\n";
    let (_, staging, outcome, _) = refreshed("letters", sql, rules).await;
    let joined = "SET search_path = public, pg_catalog; SELECT count(*) FROM users u JOIN orders o ON u.code = o.code \
        AND o.note = u.code";
    assert_eq!(one(&staging, joined).await, "30");
    assert_eq!(outcome.proof.unwrap().joins[0].after, 30);
}

#[tokio::test]
async fn what_refers_to_a_computed_column_has_a_rule_of_its_own() {
    let sql = "
        CREATE TABLE users (email text, lower_email text UNIQUE GENERATED ALWAYS AS (lower(email)) STORED);
        INSERT INTO users SELECT 'Kari.' || i || '@fjordpost.no' FROM generate_series(1, 20) i;
        CREATE TABLE letters (recipient text REFERENCES users (lower_email));
        INSERT INTO letters SELECT lower_email FROM users;";
    let source = support::database("computed_source").await;
    source.execute(sql).await;
    let undecided = rules("tables:\n  users: { columns: { email: email } }\n");
    let error = pipeline::plan(source.endpoint(), &undecided).await.map(|_| ()).unwrap_err();
    assert!(error.advice().unwrap().contains("  letters:\n    columns:\n      recipient:"), "{error}");
    let decided = "tables:\n  users: { columns: { email: email } }\n  letters: { columns: { recipient: email } }\n";
    let (_, staging, ..) = refreshed("computing", sql, decided).await;
    let joined = "SELECT count(*) FROM public.users JOIN public.letters ON lower_email = recipient";
    assert_eq!(one(&staging, joined).await, "20");
}
