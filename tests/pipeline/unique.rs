//! What has to be distinct stays so, or is refused before a row moves; and what refers to a masked key still does.

use stagemask::pipeline;
use stagemask::rules::load;
use stagemask::rules::rule::Rules;

use super::support::drop::refresh_of;
use super::support::{self, TestDatabase};

fn rules(columns: &str) -> Rules {
    let text = format!("version: 1\nlocale: nb_NO\ntables:\n{columns}");
    load::parse("rules.yaml", text.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap()
}

/// Plans for a table `t`, and gives what stands against it.
async fn against(database: &TestDatabase, table: &str, columns: &str) -> Option<String> {
    let rules = rules(&format!("  t: {{ columns: {{ {columns} }} }}\n"));
    database
        .execute(&format!("DROP TABLE IF EXISTS t; CREATE TABLE t (a text, b text, n int, at date); {table}"))
        .await;
    pipeline::plan(database.endpoint(), &rules).await.err().map(|error| error.to_string())
}

#[tokio::test]
async fn an_index_is_satisfied_by_what_its_expressions_keep_distinct_and_by_nothing_less() {
    let database = support::database("unique_plans").await;
    database.execute("CREATE EXTENSION IF NOT EXISTS citext; CREATE EXTENSION IF NOT EXISTS btree_gist").await;
    let fine = [
        ("CREATE UNIQUE INDEX ON t (a)", "a: code, b: keep, at: keep"),
        ("CREATE UNIQUE INDEX ON t (lower(a))", "a: code, b: keep, at: keep"),
        ("CREATE UNIQUE INDEX ON t (upper(a), n)", "a: email, n: key, b: keep, at: keep"),
        ("ALTER TABLE t ALTER a TYPE citext; CREATE UNIQUE INDEX ON t (a)", "a: email, b: keep, at: keep"),
        ("ALTER TABLE t ALTER a TYPE varchar(40); CREATE UNIQUE INDEX ON t (lower(a))", "a: email, b: keep, at: keep"),
        // What another key tells apart, this one does too.
        ("CREATE UNIQUE INDEX ON t (n); CREATE UNIQUE INDEX ON t (n, a)", "a: city, n: key, b: keep, at: keep"),
        ("CREATE UNIQUE INDEX ON t (n); CREATE UNIQUE INDEX ON t (n, a)", "a: city, b: keep, at: keep"),
        ("CREATE UNIQUE INDEX ON t (a) WHERE b IS NOT NULL", "a: code, b: city, at: keep"),
        ("CREATE UNIQUE INDEX ON t (left(a, 3))", "a: keep, b: city, at: keep"),
        ("CREATE UNIQUE INDEX ON t (a)", "a: \"null\", b: keep, at: keep"),
        ("ALTER TABLE t ADD EXCLUDE USING gist (n WITH =, at WITH =)", "n: key, a: keep, b: keep, at: keep"),
    ];
    for (table, columns) in fine {
        assert_eq!(against(&database, table, columns).await, None, "{table}: {columns}");
    }
    let wrong = [
        ("CREATE UNIQUE INDEX ON t (a, n)", "a: city, n: key, b: keep, at: keep", "t.a: it has to be unique"),
        ("CREATE UNIQUE INDEX ON t (lower(a))", "a: city, b: keep, at: keep", "in any case of its letters"),
        (
            "CREATE UNIQUE INDEX ON t (left(a, 3))",
            "a: code, b: keep, at: keep",
            "needs distinct values of \"left\"(a, 3)",
        ),
        (
            "CREATE UNIQUE INDEX ON t (lower(btrim(a)))",
            "a: code, b: keep, at: keep",
            "needs distinct values of lower(btrim(a))",
        ),
        (
            "CREATE UNIQUE INDEX ON t (a) WHERE b = 'x'",
            "a: code, b: city, at: keep",
            "is true of other rows after city",
        ),
        (
            "CREATE UNIQUE INDEX ON t (a) WHERE b IS NULL",
            "a: code, b: \"null\", at: keep",
            "is true of other rows after null",
        ),
        // A partial index makes nothing distinct for others.
        (
            "CREATE UNIQUE INDEX ON t (n) WHERE n > 5; CREATE UNIQUE INDEX ON t (n, a)",
            "a: city, b: keep, at: keep",
            "t.a: it has to be unique",
        ),
        (
            "CREATE UNIQUE INDEX ON t (lower(b)); CREATE UNIQUE INDEX ON t (n, a)",
            "a: city, b: keep, at: keep",
            "t.a: it has to be unique",
        ),
        (
            "ALTER TABLE t ADD EXCLUDE USING gist (n WITH =, at WITH <>)",
            "n: keep, at: shift_date, a: keep, b: keep",
            "at WITH <>",
        ),
    ];
    for (table, columns, expected) in wrong {
        let error = against(&database, table, columns).await.unwrap_or_else(|| panic!("{table}: {columns} is planned"));
        assert!(error.contains(expected), "{table}: {error}");
    }
}

#[tokio::test]
async fn nulls_that_are_not_distinct_are_refused_for_a_unique_column() {
    let database = support::database("unique_nulls").await;
    let columns = "a: \"null\", b: keep, at: keep";
    let table = "DO $$ BEGIN EXECUTE 'CREATE UNIQUE INDEX ON t (a) NULLS NOT DISTINCT'; EXCEPTION WHEN syntax_error THEN NULL; END $$";
    let refused = against(&database, table, columns).await;
    let version: i32 =
        database.query("SELECT current_setting('server_version_num')").await[0].as_ref().unwrap().parse().unwrap();
    assert_eq!(refused.is_some_and(|error| error.contains("t.a: it has to be unique")), version >= 150_000);
}

const SHOP: &str = "
CREATE TABLE customers (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, code text NOT NULL, account uuid UNIQUE);
CREATE UNIQUE INDEX ON customers (lower(code));
CREATE TABLE orders (id bigserial PRIMARY KEY, customer bigint REFERENCES customers, customer_code text, account uuid REFERENCES customers (account),
    parent bigint REFERENCES orders);
CREATE TABLE notes (customer text);
INSERT INTO customers (code, account) SELECT 'CU-' || lpad(n::text, 6, '0'), gen_random_uuid() FROM generate_series(1, 2000) n;
INSERT INTO orders (customer, customer_code, account, parent)
    SELECT c.id, c.code, c.account, nullif(n - 1, 0) FROM generate_series(1, 5000) n JOIN customers c ON c.id = n % 1500 + 1 ORDER BY n;
INSERT INTO notes SELECT id::text FROM customers WHERE id % 3 = 0;
";

const SHOP_RULES: &str = "  customers: { columns: { id: key, code: code, account: uuid } }
  orders: { columns: { id: key, customer: key, customer_code: code, account: uuid, parent: key } }
  notes: { columns: { customer: key } }
";

#[tokio::test]
async fn masked_keys_join_as_before_in_every_type_and_sequences_go_on_behind_them() {
    let source = support::database("masked_keys_source").await;
    source.execute(SHOP).await;
    let staging = support::database("masked_keys_staging").await;
    let mut refresh = refresh_of(source.endpoint(), "masked_keys_staging");
    refresh.refresh.rules = rules(SHOP_RULES);
    refresh.run().await.unwrap();
    for join in [
        "public.orders o JOIN public.customers c ON c.id = o.customer",
        "public.orders o JOIN public.customers c ON c.code = o.customer_code",
        "public.orders o JOIN public.customers c ON c.account = o.account AND c.id = o.customer",
        "public.orders o JOIN public.orders p ON p.id = o.parent",
        "public.notes n JOIN public.customers c ON c.id::text = n.customer",
        "public.customers",
    ] {
        let count = format!("SELECT count(*) FROM {join}");
        assert_eq!(source.query(&count).await, staging.query(&count).await, "{join}");
    }
    let moved = "SELECT count(*) FROM public.customers WHERE code ~ '^CU-[0-9]{6}$' AND id BETWEEN 1 AND 16383";
    assert_eq!(staging.query(moved).await, [Some("2000".to_owned())]);
    let ids = "SELECT id || ' ' || code FROM public.customers ORDER BY id";
    let (before, after) = (source.query(ids).await, staging.query(ids).await);
    assert!(after.iter().all(|row| !before.contains(row)));
    // Without it, one insert in eight would meet a key that is there.
    staging.execute("INSERT INTO customers (code) SELECT 'new' || n FROM generate_series(1, 500) n").await;
    staging.execute("INSERT INTO orders (customer) SELECT NULL FROM generate_series(1, 500) n").await;
}
