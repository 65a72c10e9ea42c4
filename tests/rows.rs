//! Which rows are carried, and which of them are masked: on a real server, from rules to the released database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use serde_json::Value;
use stagemask::error::{Error, ErrorKind};
use stagemask::pipeline;
use stagemask::rules::load;
use stagemask::rules::rule::Rules;
use stagemask::run_record::RunState;
use support::TestDatabase;
use support::drop::{TestRefresh, databases_like, refresh_of, silent};

fn rules(tables: &str) -> Rules {
    let text = format!("version: 1\ntables:\n{tables}");
    load::parse("rows.yaml", text.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap()
}

/// A source with these tables, and a refresh of it into `<name>_staging` by these rules.
async fn refresh(name: &str, sql: &str, tables: &str) -> (TestDatabase, TestRefresh) {
    let source = support::database(&format!("{name}_source")).await;
    source.execute(sql).await;
    let mut refresh = refresh_of(source.endpoint(), &format!("{name}_staging"));
    refresh.refresh.rules = rules(tables);
    (source, refresh)
}

/// Runs it, and gives a session's answers from staging.
async fn staging(name: &str, sql: &str, tables: &str) -> (Staging, TestRefresh) {
    let (source, refresh) = refresh(name, sql, tables).await;
    refresh.run().await.unwrap_or_else(|error| panic!("{error}\n{:?}", error.advice()));
    (Staging(source, format!("{name}_staging")), refresh)
}

struct Staging(TestDatabase, String);

impl Staging {
    /// One line for all rows of a query.
    async fn query(&self, sql: &str) -> String {
        let session = self.0.endpoint().with_database(&self.1).connect("stagemask test").await.unwrap();
        let rows = session.simple_query(sql).await.unwrap();
        let lines: Vec<String> = rows
            .iter()
            .filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("NULL").to_owned()),
                _ => None,
            })
            .collect();
        lines.join(" ")
    }
}

/// What a refusal says, without running anything.
async fn refused(name: &str, sql: &str, tables: &str) -> Error {
    let source = support::database(&format!("{name}_source")).await;
    source.execute(sql).await;
    pipeline::plan(source.endpoint(), &rules(tables)).await.map(|_| ()).unwrap_err()
}

fn written(refresh: &TestRefresh, file: &str) -> String {
    let run = std::fs::read_dir(refresh.state.path().join("runs")).unwrap().next().unwrap().unwrap();
    std::fs::read_to_string(run.path().join(file)).unwrap()
}

fn report(refresh: &TestRefresh) -> Value {
    serde_json::from_str(&written(refresh, "report.json")).unwrap()
}

const SHOP: &str = "
    CREATE TABLE customers (id int PRIMARY KEY, kind text NOT NULL, name text);
    CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers, gift_of int REFERENCES customers);
    CREATE TABLE lines (order_id int REFERENCES orders, number int, PRIMARY KEY (order_id, number));
    CREATE TABLE shipments (id int PRIMARY KEY, order_id int, line int,
        FOREIGN KEY (order_id, line) REFERENCES lines (order_id, number));
    CREATE TABLE notices (id int PRIMARY KEY, body text);
    INSERT INTO customers SELECT i, CASE WHEN i % 2 = 0 THEN 'shop' ELSE 'person' END, 'n' FROM generate_series(1, 10) i;
    INSERT INTO orders SELECT i, 1 + i % 10, NULLIF(1 + i % 4, 4) FROM generate_series(1, 40) i;
    INSERT INTO lines SELECT i, n FROM generate_series(1, 40) i, generate_series(1, 2) n;
    INSERT INTO shipments SELECT i, i, CASE WHEN i % 3 > 0 THEN 1 + i % 2 END FROM generate_series(1, 40) i;
    INSERT INTO notices SELECT i, 'hi' FROM generate_series(1, 5) i;";

const SHOP_RULES: &str = "
  customers: { columns: { kind: keep, name: keep }, where: \"kind = 'person' -- no shops\" }
  notices: { truncate: true }
";

#[tokio::test]
async fn rows_that_would_refer_to_one_that_stays_behind_stay_behind_too() {
    let (staging, refresh) = staging("closure", SHOP, SHOP_RULES).await;
    assert_eq!(staging.query("SELECT id FROM public.customers ORDER BY id").await, "1 3 5 7 9");
    let kept = "customer % 2 = 1 AND (gift_of IS NULL OR gift_of % 2 = 1)";
    let expected = format!("SELECT string_agg(id::text, ' ' ORDER BY id) FROM public.orders WHERE {kept}");
    let expected = staging.0.query(&expected).await.remove(0).unwrap();
    assert!(expected.contains(' '));
    assert_eq!(staging.query("SELECT id FROM public.orders ORDER BY id").await, expected);
    let carried: Vec<&str> = expected.split(' ').collect();
    let lines = format!("{}", carried.len() * 2);
    assert_eq!(staging.query("SELECT count(*) FROM public.lines").await, lines);
    let shipments = format!(
        "SELECT string_agg(id::text, ' ' ORDER BY id) FROM public.shipments \
        WHERE line IS NULL OR order_id IN ({})",
        carried.join(",")
    );
    let shipments = staging.0.query(&shipments).await.remove(0).unwrap();
    assert_eq!(staging.query("SELECT id FROM public.shipments ORDER BY id").await, shipments);
    assert_eq!(staging.query("SELECT count(*) FROM public.notices").await, "0");
    // What stays behind is counted, and why is said.
    let text = written(&refresh, "report.md");
    assert!(text.contains("| `customers` | 10 | 5 | 5 | where |"), "{text}");
    assert!(text.contains("| `notices` | 5 | 0 | 5 | truncate |"), "{text}");
    assert!(text.contains("its customers stays behind"), "{text}");
    assert_eq!(report(&refresh)["gate"], "open");
    let plan = pipeline::plan(staging.0.endpoint(), &rules(SHOP_RULES)).await.unwrap();
    assert!(plan.row_lines.contains(&"customers  rows: where".to_owned()), "{:?}", plan.row_lines);
    assert!(plan.row_lines.contains(&"orders  rows: its customers stays behind".to_owned()), "{:?}", plan.row_lines);
}

#[tokio::test]
async fn a_limit_takes_the_lowest_keys_of_what_can_be_carried_and_the_same_each_time() {
    let rules = "
  customers: { columns: { kind: keep, name: keep }, where: \"kind = 'person'\", limit: 3 }
  orders: { limit: 2 }
  notices: { columns: { body: keep }, limit: 100 }
";
    let (staging, refresh) = staging("limit", SHOP, rules).await;
    assert_eq!(staging.query("SELECT id FROM public.customers ORDER BY id").await, "1 3 5");
    let orders = "SELECT id FROM public.orders WHERE customer IN (1, 3, 5) AND (gift_of IS NULL OR gift_of IN (1, 3, 5)) \
        ORDER BY id LIMIT 2";
    let expected: Vec<String> = staging.0.query(orders).await.into_iter().flatten().collect();
    assert_eq!(expected.len(), 2);
    assert_eq!(staging.query("SELECT id FROM public.orders ORDER BY id").await, expected.join(" "));
    assert_eq!(staging.query("SELECT count(*) FROM public.notices").await, "5");
    refresh.run().await.unwrap();
    assert_eq!(staging.query("SELECT id FROM public.orders ORDER BY id").await, expected.join(" "));
}

#[tokio::test]
async fn a_table_that_refers_to_itself_loses_whole_branches_and_keeps_circles() {
    let sql = "
        CREATE TABLE r (\"b \"\"o\" int PRIMARY KEY, area text NOT NULL, boss int REFERENCES r, mentor int REFERENCES r);
        INSERT INTO r VALUES (1, 'a', NULL, NULL), (2, 'a', 1, NULL), (3, 'b', 1, NULL), (4, 'a', 3, NULL),
            (5, 'a', 4, NULL), (6, 'a', 2, NULL), (7, 'a', 7, NULL), (8, 'a', 9, NULL), (9, 'a', 8, NULL), (10, 'a', 2, 5);
        CREATE TABLE desks (id int PRIMARY KEY, owner int NOT NULL REFERENCES r);
        INSERT INTO desks SELECT i, i FROM generate_series(1, 10) i;";
    let rules = "\n  r: { columns: { area: keep }, where: \"area = 'a'\" }\n";
    let (staging, _) = staging("branches", sql, rules).await;
    assert_eq!(staging.query("SELECT \"b \"\"o\" FROM public.r ORDER BY 1").await, "1 2 6 7 8 9");
    assert_eq!(staging.query("SELECT id FROM public.desks ORDER BY id").await, "1 2 6 7 8 9");
}

#[tokio::test]
async fn partitions_share_the_rules_and_the_limit_of_their_table() {
    let sql = "
        CREATE TABLE events (id int PRIMARY KEY, kind text NOT NULL) PARTITION BY RANGE (id);
        CREATE TABLE events_low PARTITION OF events FOR VALUES FROM (0) TO (10);
        CREATE TABLE events_high PARTITION OF events FOR VALUES FROM (10) TO (100);
        INSERT INTO events SELECT i, CASE WHEN i % 2 = 0 THEN 'log' ELSE 'person' END FROM generate_series(1, 40) i;
        CREATE TABLE seen (id int PRIMARY KEY, event int NOT NULL REFERENCES events);
        INSERT INTO seen SELECT i, i FROM generate_series(1, 40) i;";
    let rules = "\n  events: { columns: { kind: keep }, where: \"events.kind = 'log'\", limit: 7 }\n";
    let (staging, _) = staging("partitions", sql, rules).await;
    assert_eq!(staging.query("SELECT id FROM public.events ORDER BY id").await, "2 4 6 8 10 12 14");
    assert_eq!(staging.query("SELECT id FROM public.seen ORDER BY id").await, "2 4 6 8 10 12 14");
}

#[tokio::test]
async fn a_large_table_is_read_in_ranges_with_its_condition_and_whole_where_it_follows_another() {
    let sql = "
        CREATE TABLE groups (id int PRIMARY KEY, kind text NOT NULL);
        INSERT INTO groups SELECT i, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END FROM generate_series(1, 10) i;
        CREATE TABLE big (id int PRIMARY KEY, padding text);
        INSERT INTO big SELECT i, repeat('x', 200) FROM generate_series(1, 20000) i;
        CREATE TABLE follows (id int PRIMARY KEY, owner int NOT NULL REFERENCES groups, padding text);
        INSERT INTO follows SELECT i, 1 + i % 10, repeat('x', 200) FROM generate_series(1, 20000) i; ANALYZE;";
    let rules = "
  groups: { columns: { kind: keep }, where: \"kind = 'a'\" }
  big: { columns: { padding: keep }, where: id % 4 = 0 }
  follows: { columns: { padding: keep } }
";
    let (source, mut refresh) = refresh("ranges", sql, rules).await;
    refresh.refresh.settings.cut_from = 1 << 16;
    refresh.run().await.unwrap();
    let staging = Staging(source, "ranges_staging".to_owned());
    assert_eq!(staging.query("SELECT count(*) || ' ' || sum(id) FROM public.big").await, "5000 50010000");
    assert_eq!(staging.query("SELECT count(*) FROM public.follows").await, "10000");
}

#[tokio::test]
async fn what_can_not_be_followed_is_refused_with_what_to_write() {
    let error = refused("none_left", SHOP, "  customers: { truncate: true }\n").await;
    let text = error.to_string();
    assert!(text.contains("every row of orders refers to customers (orders_customer_fkey), of which none"), "{text}");
    assert!(text.contains("write `truncate: true` for orders too"), "{text}");

    let error = refused("no_key", "CREATE TABLE t (id int)", "  t: { limit: 5 }\n").await;
    assert!(error.to_string().contains("t has no primary key, whose lowest values `limit` takes"), "{error}");
}

#[tokio::test]
async fn a_truncated_table_needs_no_rules_and_what_may_refer_to_nothing_stays() {
    let sql = "
        CREATE TABLE logs (id int PRIMARY KEY, message text);
        CREATE TABLE marks (id int PRIMARY KEY, log int REFERENCES logs);
        INSERT INTO logs VALUES (1, 'kari.lie@fjordpost.no'); INSERT INTO marks VALUES (1, 1), (2, NULL);";
    let (staging, _) = staging("truncated", sql, "  logs: { truncate: true }\n").await;
    assert_eq!(staging.query("SELECT count(*) FROM public.logs").await, "0");
    assert_eq!(staging.query("SELECT id FROM public.marks").await, "2");
}

#[tokio::test]
async fn the_first_case_that_is_true_of_a_row_decides() {
    let sql = "
        CREATE TABLE notes (id int PRIMARY KEY, kind text, name text, note text NOT NULL, born date);
        INSERT INTO notes VALUES
            (1, 'person', 'Xyrille Bårdsen', 'Xyrille Bårdsen ringte, xyrille@fjordpost.no', '1990-05-01'),
            (2, 'log', 'cron', 'cron finished', NULL), (3, NULL, 'Wenche Qvam', 'Wenche Qvam klaget', '1980-02-03'),
            (4, 'company', 'Fjordpost AS', 'an order of Fjordpost AS', '2000-01-01');";
    let rules = "
  notes:
    columns:
      kind: keep
      name:
        - { when: \"kind IN ('log', 'company')\", then: keep }
        - full_name
      note:
        - when: \"kind = 'person'\"
          then: free_text
        - { when: \"kind IN ('log', 'company')\", then: keep }
        - { when: id > 0, then: redact }
        - keep
      born: [ { when: \"kind = 'company'\", then: keep }, { when: id = 3, then: null }, { shift_date: { days: 30 } } ]
";
    let (staging, refresh) = staging("cases", sql, rules).await;
    assert_eq!(staging.query("SELECT note FROM public.notes WHERE id = 2").await, "cron finished");
    assert_eq!(
        staging.query("SELECT name || note FROM public.notes WHERE id = 4").await,
        "Fjordpost ASan order of Fjordpost AS"
    );
    let person = staging.query("SELECT name || ': ' || note FROM public.notes WHERE id = 1").await;
    let (name, note) = person.split_once(": ").unwrap();
    assert!(note.starts_with(&format!("{name} ringte, ")) && note.ends_with("@example.com"), "{person}");
    assert!(!person.contains("Xyrille"), "{person}");
    let other = staging.query("SELECT name || note FROM public.notes WHERE id = 3").await;
    assert!(!other.contains("Wenche") && !other.contains("klaget"), "{other}");
    assert_eq!(
        staging.query("SELECT coalesce(born::text, '-') FROM public.notes WHERE id > 1 ORDER BY id").await,
        "- - 2000-01-01"
    );
    assert!(staging.query("SELECT born <> '1990-05-01' FROM public.notes WHERE id = 1").await.contains('t'));
    let text = written(&refresh, "report.md");
    assert!(text.contains("`free_text or keep or redact`"), "{text}");
    // The same key gives the same rows.
    let all = "SELECT string_agg(n::text, ',' ORDER BY id) FROM public.notes n";
    let before = staging.query(all).await;
    refresh.run().await.unwrap();
    assert_eq!(staging.query(all).await, before);
}

#[tokio::test]
async fn what_a_case_would_keep_by_mistake_is_found() {
    let sql = "
        CREATE TABLE notes (id int PRIMARY KEY, kind text, note text);
        INSERT INTO notes VALUES (1, 'log', 'ring kari.lie@fjordpost.no'), (2, 'person', 'ola.dahl@fjordpost.no');";
    let rules = "  notes: { columns: { kind: keep, note: [{ when: \"kind = 'log'\", then: keep }, free_text] } }\n";
    let (_, refresh) = refresh("kept_case", sql, rules).await;
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings);
    assert!(error.to_string().contains("notes.note: e-mail address in 1 cell"), "{error}");
}

#[tokio::test]
async fn a_unique_column_or_one_that_is_referred_to_takes_no_cases() {
    let sql = "
        CREATE TABLE users (id int PRIMARY KEY, kind text, email text UNIQUE);
        CREATE TABLE logins (id int PRIMARY KEY, email text REFERENCES users (email));";
    let cases = "[{ when: \"kind = 'test'\", then: keep }, email]";
    let rules = format!(
        "  users: {{ columns: {{ kind: keep, email: {cases} }} }}\n  logins: {{ columns: {{ email: email }} }}\n"
    );
    let text = refused("cased_key", sql, &rules).await.to_string();
    assert!(text.contains("users.email has to be unique (users_email_key), and two cases could give"), "{text}");
    assert!(
        text.contains("whether users.email is masked depends on the row, and logins refers to users by it"),
        "{text}"
    );
    assert!(text.contains("hold the same values, and users.email is masked in some rows in another way"), "{text}");
    assert_eq!(text.matches("error:").count(), 3, "{text}");
}

const TESTERS: &str = "
    CREATE TABLE users (id int PRIMARY KEY, first_name text, last_name text, email text UNIQUE, is_tester bool NOT NULL);
    CREATE TABLE mails (id int PRIMARY KEY, subject text);
    INSERT INTO users SELECT i, 'Ingrid', 'Ødegård', 'ingrid.' || i || '@fjordpost.no', false FROM generate_series(1, 50) i;
    INSERT INTO users VALUES (900, 'Qaspar', 'Testersen', 'qa.one@fjordpost.no', true),
        (901, NULL, NULL, 'qa.two@fjordpost.no', true);
    INSERT INTO mails VALUES (1, 'nothing');";

const TESTERS_RULES: &str = "
  users:
    unless: is_tester
    columns: { first_name: first_name, last_name: last_name, email: { email: { from: [first_name, last_name] } } }
  mails: { columns: { subject: keep } }
";

#[tokio::test]
async fn rows_that_stay_unmasked_arrive_as_they_were_and_are_listed() {
    let (staging, refresh) = staging("testers", TESTERS, TESTERS_RULES).await;
    let testers = "SELECT string_agg(u::text, ' ' ORDER BY id) FROM public.users u WHERE is_tester";
    assert_eq!(staging.query(testers).await, staging.0.query(testers).await.remove(0).unwrap());
    let masked = "SELECT count(*) FROM public.users WHERE NOT is_tester AND email LIKE '%@example.com'";
    assert_eq!(staging.query(masked).await, "50");
    let report = report(&refresh);
    let findings = report["proof"]["findings"].as_array().unwrap();
    let listed = findings.iter().find(|finding| finding["kind"] == "rows left unmasked by `unless`").unwrap();
    assert_eq!((&listed["count"], &listed["severity"]), (&Value::from(2), &Value::from("warning")));
    let mut keys: Vec<&str> = listed["keys"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["id=900", "id=901"]);
    let text = written(&refresh, "report.md");
    assert!(text.contains("left unmasked") && !text.contains("fjordpost"), "{text}");
    for file in ["record.json", "proof.json", "report.json"] {
        assert!(!written(&refresh, file).contains("fjordpost"), "{file}");
    }
}

#[tokio::test]
async fn a_later_process_knows_the_unmasked_rows_and_that_they_arrived_as_they_were() {
    let (source, refresh) = refresh("later", TESTERS, TESTERS_RULES).await;
    let target = &refresh.refresh.target;
    let outcome = pipeline::mask(&refresh.refresh, &silent()).await.unwrap();
    let verified = pipeline::verify(&outcome.record.run, target, &refresh.refresh.settings, &silent()).await.unwrap();
    assert_eq!(verified.record.state, RunState::Verified);

    let outcome = pipeline::mask(&refresh.refresh, &silent()).await.unwrap();
    let incoming = source.endpoint().with_database(&outcome.record.target.incoming);
    let session = incoming.connect("stagemask test").await.unwrap();
    // Another address in a column that is masked: nothing but the checksum can tell.
    session.batch_execute("UPDATE public.users SET email = 'qa.tow@fjordpost.no' WHERE id = 901").await.unwrap();
    session.close().await;
    let verifying = pipeline::verify(&outcome.record.run, target, &refresh.refresh.settings, &silent()).await;
    let error = verifying.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
}

#[tokio::test]
async fn an_unmasked_row_is_told_by_its_table_too() {
    let (source, refresh) = refresh("same_key", TESTERS, TESTERS_RULES).await;
    source.execute("INSERT INTO mails VALUES (900, 'ola.dahl@fjordpost.no')").await;
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings, "{error}");
    assert!(error.to_string().contains("mails.subject: e-mail address in 1 cell"), "{error}");
}

#[tokio::test]
async fn a_materialized_view_of_unmasked_rows_closes_the_gate() {
    let view = format!("{TESTERS} CREATE MATERIALIZED VIEW everybody AS SELECT email FROM users");
    let (_, refresh) = refresh("shown_in_view", &view, TESTERS_RULES).await;
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings, "{error}");
    assert!(error.to_string().contains("everybody.email"), "{error}");
}

#[tokio::test]
async fn the_same_value_in_any_other_row_still_closes_the_gate() {
    for (name, subject) in [("mail_leak", "qa.one@fjordpost.no"), ("name_leak", "from Testersen, Qaspar")] {
        let (source, refresh) = refresh(name, TESTERS, TESTERS_RULES).await;
        source.execute(&format!("UPDATE mails SET subject = '{subject}'")).await;
        let error = refresh.run().await.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Findings, "{error}");
        let text = error.to_string();
        assert!(text.contains("mails.subject") && text.contains("original of users."), "{text}");
        assert!(!text.contains("users.email: ") && !text.contains("users.last_name: "), "{text}");
        assert_eq!(databases_like(&format!("{name}_staging")).await.len(), 0);
    }
}

#[tokio::test]
async fn a_masked_row_never_gets_the_value_of_one_that_stays_unmasked() {
    let (staging, refresh) = staging("meeting", TESTERS, TESTERS_RULES).await;
    let taken = staging.query("SELECT email FROM public.users WHERE id = 7").await;
    assert!(taken.ends_with("@example.com"));
    staging.0.execute(&format!("UPDATE users SET email = '{taken}' WHERE id = 900")).await;
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("a masked row would have the email of one that stays unmasked"), "{error}");
    assert!(!error.to_string().contains(&taken), "{error}");
}

#[tokio::test]
async fn unless_is_refused_where_rows_could_not_be_told_apart_or_would_refer_to_nobody() {
    let sql = "
        CREATE TABLE users (email text PRIMARY KEY, name text, is_tester bool);
        CREATE TABLE logins (id int PRIMARY KEY, email text REFERENCES users);
        CREATE TABLE plain (id int PRIMARY KEY);";
    let rules = "
  users: { unless: is_tester, columns: { email: email, name: full_name } }
  logins: { columns: { email: email } }
  plain: { unless: id > 3 }
";
    let text = refused("apart", sql, rules).await.to_string();
    assert!(text.contains("rows of users can't be told apart after masking"), "{text}");
    assert!(text.contains("whether users.email is masked depends on the row"), "{text}");
    assert!(text.contains("no column of plain is masked"), "{text}");
}

#[tokio::test]
async fn conditions_that_postgres_refuses_are_shown_at_their_lines_all_at_once() {
    let sql = "CREATE TABLE t (id int PRIMARY KEY, kind text, note text);
        CREATE FUNCTION odd(int) RETURNS bool LANGUAGE sql AS 'SELECT $1 > 1'";
    let rules = "
  t:
    where: knd = 'person'
    unless: id + 1
    columns:
      kind: keep
      note:
        - { when: count(*) > 1, then: keep }
        - { when: note SIMILAR TO, then: keep }
        - { when: random() < 0.5, then: keep }
        - { when: public.odd(id), then: keep }
        - { when: now() > '2020-01-01', then: keep }
        - { when: id IN (SELECT x FROM nowhere), then: keep }
        - { when: \"true, true\", then: keep }
        - redact
";
    let error = refused("refused_conditions", sql, rules).await;
    assert_eq!(error.kind(), ErrorKind::Usage);
    let text = error.to_string();
    for (line, what) in [
        (5, "column \"knd\" does not exist"),
        (6, "must be type boolean, not type integer"),
        (10, "aggregate functions are not allowed in WHERE"),
        (11, "syntax error"),
        (12, "calls random, which is volatile"),
        (13, "calls odd, which is volatile"),
        (14, "asks for now, which isn't the same in all streams"),
        (15, "relation \"nowhere\" does not exist"),
        (16, "must be type boolean, not type record"),
    ] {
        assert!(text.contains(&format!("rows.yaml:{line}")) && text.contains(what), "{line} {what}: {text}");
    }
    assert_eq!(text.matches("error:").count(), 9, "{text}");
}

#[tokio::test]
async fn a_condition_may_ask_other_tables_and_end_in_a_comment() {
    let sql = "
        CREATE TABLE accounts (id int PRIMARY KEY, closed bool NOT NULL);
        CREATE TABLE people (id int PRIMARY KEY, account int, note text);
        INSERT INTO accounts SELECT i, i % 2 = 0 FROM generate_series(1, 6) i;
        INSERT INTO people SELECT i, i, 'Stein Qvist' FROM generate_series(1, 6) i;";
    let rules = "
  people:
    where: |
      account IN (SELECT a.id FROM public.accounts AS a WHERE NOT a.closed) -- only open ones
    columns:
      note: [{ when: 'EXISTS (SELECT FROM public.accounts a WHERE a.id = people.account AND a.id > 3) -- late', then: null }, full_name]
";
    let (staging, _) = staging("asking", sql, rules).await;
    assert_eq!(staging.query("SELECT id FROM public.people ORDER BY id").await, "1 3 5");
    assert_eq!(staging.query("SELECT note IS NULL FROM public.people ORDER BY id").await, "f f t");
}

/// The same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A schema with rows, the rules for it, and what these mean.
struct Any {
    sql: String,
    rules: String,
    /// A table, its column, and the table that it refers to.
    edges: Vec<(u64, String, u64)>,
    /// A table, and of which number its keys may not be multiples.
    conditions: Vec<(u64, u64)>,
}

/// Five tables with rows that refer to each other and to themselves in any way, and rules with conditions on some.
fn schema(dice: &mut Dice) -> Any {
    const TABLES: u64 = 5;
    const ROWS: u64 = 60;
    let (mut sql, mut keys, mut rules) = (String::new(), String::new(), String::new());
    let (mut edges, mut conditions) = (Vec::new(), Vec::new());
    for table in 0..TABLES {
        let (mut columns, mut values) = (String::new(), String::new());
        for number in 0..1 + dice.below(2) {
            let to = dice.below(TABLES);
            let is_nullable = dice.below(5) > 0;
            let column = format!("r{number}");
            columns.push_str(&format!(", {column} int {}", if is_nullable { "" } else { "NOT NULL" }));
            // References to rows nearby make long chains, and circles now and then.
            let value = format!("1 + (i * {} + {}) % {ROWS}", 1 + dice.below(3), dice.below(ROWS));
            let chance = 2 + dice.below(3);
            let value = if is_nullable { format!("CASE WHEN i % {chance} = 0 THEN {value} END") } else { value };
            values.push_str(&format!(", {value}"));
            keys.push_str(&format!("ALTER TABLE t{table} ADD FOREIGN KEY ({column}) REFERENCES t{to};"));
            edges.push((table, column, to));
        }
        sql.push_str(&format!(
            "CREATE TABLE t{table} (id int PRIMARY KEY{columns});
            INSERT INTO t{table} SELECT i{values} FROM generate_series(1, {ROWS}) i;"
        ));
        if dice.below(2) == 0 || table == 0 {
            let modulus = 8 + dice.below(30);
            rules.push_str(&format!("  t{table}: {{ where: id % {modulus} > 0 }}\n"));
            conditions.push((table, modulus));
        }
    }
    Any { sql: sql + &keys, rules, edges, conditions }
}

#[tokio::test]
async fn in_any_schema_exactly_the_rows_stay_behind_that_have_to() {
    let mut partly = 0;
    for seed in 0..12 {
        let Any { sql, rules, edges, conditions } = schema(&mut Dice(seed));
        let name = format!("any_{seed}");
        let (staging, _) = staging(&name, &sql, &rules).await;
        // The same by hand: delete what is left out, then what refers to it, until nothing is left to delete.
        let copy = support::database(&format!("{name}_by_hand")).await;
        copy.execute(&sql).await;
        let mut steps: String = conditions
            .iter()
            .map(|(table, modulus)| format!("DELETE FROM t{table} WHERE id % {modulus} = 0;"))
            .collect();
        let refers: String = edges
            .iter()
            .map(|(table, column, to)| {
                format!("DELETE FROM t{table} a WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT FROM t{to} b WHERE b.id = a.{column});")
            })
            .collect();
        steps.push_str(&refers.repeat(80));
        copy.execute(&format!("SET session_replication_role = replica; {steps}")).await;
        for table in 0..5 {
            let ids = format!("SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), '') FROM public.t{table}");
            let expected = copy.query(&ids).await.remove(0).unwrap();
            let own = conditions.iter().find(|one| one.0 == table).map_or(60, |(_, modulus)| 60 - 60 / modulus);
            partly += u32::from((1..own as usize).contains(&expected.split_whitespace().count()));
            assert_eq!(staging.query(&ids).await, expected, "seed {seed}, t{table}\n{sql}\n{rules}");
        }
    }
    assert!(partly > 15, "only {partly} tables lose rows by what they refer to");
}
