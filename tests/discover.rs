//! `init` on the four example productions: its rules pass `check` and leave nothing for `verify` to find, and no column is
//! kept that the rules written by hand mask.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use stagemask::discover::{Looking, Starter};
use stagemask::mask::plan::{ColumnDecision, Plan};
use stagemask::pipeline;
use stagemask::postgres::catalog::Catalog;
use stagemask::rules::load;
use stagemask::rules::presets::PRESETS;
use stagemask::rules::rule::Rules;
use stagemask::rules::transform::Locale;
use stagemask::secret::MaskingKey;
use support::TestDatabase;
use support::shops::{SHOPS, Shop, refresh_by};

async fn starter(source: &TestDatabase) -> Starter {
    let looking = Looking { rows: 2000, locale: Locale::NbNo };
    pipeline::discover(source.endpoint(), looking).await.unwrap_or_else(|error| panic!("{error}"))
}

fn parse(starter: &Starter) -> Rules {
    load::parse("starter.yaml", starter.text.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap()
}

/// Every column of a database on which rules decide, by themselves or by a preset, and whether it is masked.
async fn decided(rules: &Rules, source: &TestDatabase) -> BTreeMap<String, bool> {
    let session = source.session().await;
    let catalog = Catalog::load(&session).await.unwrap();
    session.close().await;
    let plan = Plan::make(rules, &catalog, &MaskingKey::random().unwrap()).unwrap_or_else(|error| panic!("{error}"));
    let mut decided = BTreeMap::new();
    for table in &plan.tables {
        for (column, decision) in table.columns.iter().zip(&table.decisions) {
            if *decision != ColumnDecision::KeptByType {
                decided.insert(format!("{}.{}", table.table.root, column.name), decision.transform().is_some());
            }
        }
    }
    decided
}

fn masked(decided: &BTreeMap<String, bool>) -> BTreeSet<&String> {
    decided.iter().filter(|(_, masked)| **masked).map(|(column, _)| column).collect()
}

/// Of all shops together.
#[derive(Default)]
struct Total {
    to_mask: usize,
    alarms: usize,
    kept: usize,
}

/// Proposes rules for a shop, refreshes by them, and says what they mask beyond what a person did.
async fn on(shop: Shop, total: &mut Total) -> String {
    let name = format!("init_{}", shop.rules);
    let source = shop.production(&name).await;
    let starter = starter(&source).await;
    let proposed = parse(&starter);
    let outcome = refresh_by(proposed.clone(), &source, &format!("{name}_staging")).run().await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{}: {error}\n{}", shop.rules, starter.text));
    assert!(outcome.proof.unwrap().passes());

    let (by_hand, proposed) = (decided(&shop.rules(), &source).await, decided(&proposed, &source).await);
    let missed: Vec<_> = masked(&by_hand).difference(&masked(&proposed)).map(|column| (*column).clone()).collect();
    assert_eq!(missed, Vec::<String>::new(), "{}: not masked", shop.rules);
    let alarms: Vec<_> = masked(&proposed).difference(&masked(&by_hand)).map(|column| (*column).clone()).collect();
    let kept = by_hand.values().filter(|masked| !**masked).count();
    total.to_mask += masked(&by_hand).len();
    total.alarms += alarms.len();
    total.kept += kept;
    let presets: Vec<String> =
        starter.presets.iter().map(|preset| format!("{} decides {}", preset.name, preset.columns)).collect();
    let mut text = format!(
        "{}: {} columns to mask, all found; {} false alarms, {kept} columns kept by hand{}{}\n",
        shop.rules,
        masked(&by_hand).len(),
        alarms.len(),
        if presets.is_empty() { "" } else { "; " },
        presets.join(", ")
    );
    alarms.iter().for_each(|column| writeln!(text, "  {column}").unwrap());
    text
}

#[tokio::test]
async fn nothing_is_missed_and_nothing_is_found_afterwards() {
    let (mut text, mut total) = (String::new(), Total::default());
    for shop in SHOPS {
        text.push_str(&on(shop, &mut total).await);
    }
    let Total { to_mask, alarms, kept } = total;
    let figure = format!("all {to_mask} columns that a person masks, and {alarms} of the {kept} that one keeps");
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md")).unwrap();
    assert!(docs.split_whitespace().collect::<Vec<_>>().join(" ").contains(&figure), "docs/rules.md: {figure}");
    insta::assert_snapshot!("false_alarms", text);
}

#[tokio::test]
async fn every_line_says_how_sure_it_is_and_no_line_shows_a_value() {
    let source = support::database("init_values").await;
    source
        .execute(
            "CREATE TABLE people (id int PRIMARY KEY, email text, xyz text, doc jsonb, \"Odd \"\"Name\" text);
             INSERT INTO people SELECT n, 'kari' || n || '@fjordpost.no', 'Kari Nordby ' || n,
                 jsonb_build_object('tlf', '+47 412 34 ' || 100 + n, 'kari' || n || '@fjordpost.no', 1), 'x y z' FROM generate_series(1, 50) n",
        )
        .await;
    let starter = starter(&source).await;
    let columns = starter.text.lines().filter(|line| line.starts_with("      "));
    assert!(
        columns.clone().count() == 4
            && columns.clone().all(|line| ["# sure:", "# likely:", "# guess:"].iter().any(|word| line.contains(word)))
    );
    for value in ["kari", "Nordby", "412", "fjordpost", "x y z"] {
        assert!(!starter.text.contains(value), "{value} is shown:\n{}", starter.text);
    }
    let decisions: Vec<(&str, &str)> =
        starter.columns.iter().map(|column| (column.column.as_str(), column.decision.as_str())).collect();
    assert_eq!(decisions, [("email", "email"), ("xyz", "free_text"), ("doc", "redact"), ("Odd \"Name", "redact")]);
}

#[tokio::test]
async fn an_empty_database_has_rules_without_tables() {
    let source = support::database("init_empty").await;
    assert!(parse(&starter(&source).await).tables.is_empty());
}

async fn framework(name: &str, prefix: &str) -> TestDatabase {
    let schema = std::fs::read_to_string(format!("{}/tests/presets/{name}.sql", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let database = support::database(&format!("{prefix}_{}", name.replace('-', "_"))).await;
    database.execute(&schema).await;
    database
}

/// Proposes rules for the tables of a framework and one of the shop's own.
async fn is_recognised(name: &str) {
    let source = framework(name, "init_of").await;
    let of_shop = "CREATE TABLE shop_parcels (id int PRIMARY KEY, consignee_email text, shelf text)";
    source.execute(of_shop).await;
    let starter = starter(&source).await;
    let presets: Vec<&str> = starter.presets.iter().map(|preset| preset.name).collect();
    assert_eq!(presets, [name], "{}", starter.text);
    // The plan is made only if no column is undecided.
    let decided = decided(&parse(&starter), &source).await;
    assert!(decided["shop_parcels.consignee_email"], "{}", starter.text);
    let own: Vec<String> = starter.columns.iter().map(|one| format!("{}.{}", one.table, one.column)).collect();
    assert_eq!(own, ["shop_parcels.consignee_email", "shop_parcels.shelf"], "{}", starter.text);
    assert!(starter.text.contains(&format!("\n  - {name} ")), "{}", starter.text);
}

#[tokio::test]
async fn the_tables_of_each_framework_are_left_to_its_preset() {
    for preset in PRESETS {
        is_recognised(preset.name).await;
    }
}

#[tokio::test]
async fn tables_that_only_have_the_names_of_a_framework_are_not_taken_for_it() {
    let source = support::database("init_namesakes").await;
    source
        .execute(
            "CREATE TABLE users (id int PRIMARY KEY, email text, password text);
             CREATE TABLE accounts (id int PRIMARY KEY, provider text);
             CREATE TABLE credential (id int, user_id int, type text);
             CREATE TABLE migrations (migration text, at timestamp);
             CREATE TABLE auth_permission (codename text);
             CREATE SCHEMA auth; CREATE TABLE auth.users (email text);
             CREATE TABLE admin_users (email text, document_id text)",
        )
        .await;
    let starter = starter(&source).await;
    assert_eq!(starter.presets, [], "{}", starter.text);
    assert!(!starter.text.contains("presets:"));
}

#[tokio::test]
async fn a_preset_has_no_say_where_the_data_speak_against_it_nor_over_columns_that_it_does_not_know() {
    let source = framework("devise", "init_against").await;
    source
        .execute(
            "ALTER TABLE users ADD favourite_colour text, ADD kontonummer text;
             INSERT INTO users (email, jti, uid, created_at, updated_at)
             SELECT 'kari' || n || '@fjordpost.no', n, n, now(), now() FROM generate_series(1, 30) n;
             INSERT INTO oauth_applications (name, uid, secret, redirect_uri, confidential, created_at)
             SELECT 'ola' || n || '@fjordpost.no', n, n, '', true, now() FROM generate_series(1, 30) n;
             CREATE TABLE subscribers (id int PRIMARY KEY, email varchar);
             CREATE TABLE logins (id int PRIMARY KEY, session varchar REFERENCES sessions (session_id))",
        )
        .await;
    let starter = starter(&source).await;
    let decisions: Vec<(String, &str)> =
        starter.columns.iter().map(|one| (format!("{}.{}", one.table, one.column), one.decision.as_str())).collect();
    let decisions: Vec<(&str, &str)> =
        decisions.iter().map(|(column, decision)| (column.as_str(), *decision)).collect();
    let expected = [
        ("oauth_applications.name", "email"),
        ("subscribers.email", "email"),
        ("users.favourite_colour", "redact"),
        ("users.kontonummer", "account_number"),
    ];
    let mut sorted = decisions.clone();
    sorted.sort();
    assert_eq!(sorted, expected, "{}", starter.text);
    assert!(starter.text.contains("the preset devise would keep it"), "{}", starter.text);
    decided(&parse(&starter), &source).await;
}
