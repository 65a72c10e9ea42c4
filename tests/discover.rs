//! `init` on the four example productions: its rules pass `check` and leave nothing for `verify` to find, and no column is
//! kept that the rules written by hand mask.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use stagemask::discover::{Looking, Starter};
use stagemask::pipeline;
use stagemask::rules::load;
use stagemask::rules::rule::Rules;
use stagemask::rules::transform::{Decision, Locale};
use support::TestDatabase;
use support::shops::{SHOPS, Shop, refresh_by};

async fn starter(source: &TestDatabase) -> Starter {
    let looking = Looking { rows: 2000, locale: Locale::NbNo };
    pipeline::discover(source.endpoint(), looking).await.unwrap_or_else(|error| panic!("{error}"))
}

fn parse(starter: &Starter) -> Rules {
    load::parse("starter.yaml", starter.text.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap()
}

/// Every column that rules name, and whether they mask it.
fn decided(rules: &Rules) -> BTreeMap<String, bool> {
    let columns = rules.tables.iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    columns
        .map(|(table, column)| (format!("{}.{}", table.name, column.name), column.decision != Decision::Keep))
        .collect()
}

fn masked(decided: &BTreeMap<String, bool>) -> BTreeSet<&String> {
    decided.iter().filter(|(_, masked)| **masked).map(|(column, _)| column).collect()
}

/// Proposes rules for a shop, refreshes by them, and says what they mask beyond what a person did.
async fn on(shop: Shop) -> String {
    let name = format!("init_{}", shop.rules);
    let source = shop.production(&name).await;
    let proposed = parse(&starter(&source).await);
    let outcome = refresh_by(proposed.clone(), &source, &format!("{name}_staging")).run().await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{}: {error}", shop.rules));
    assert!(outcome.proof.unwrap().passes());

    let (by_hand, proposed) = (decided(&shop.rules()), decided(&proposed));
    let missed: Vec<_> = masked(&by_hand).difference(&masked(&proposed)).map(|column| (*column).clone()).collect();
    assert_eq!(missed, Vec::<String>::new(), "{}: not masked", shop.rules);
    let alarms: Vec<_> = masked(&proposed).difference(&masked(&by_hand)).map(|column| (*column).clone()).collect();
    let kept = by_hand.values().filter(|masked| !**masked).count();
    let mut text = format!(
        "{}: {} columns to mask, all found; {} false alarms, {kept} columns kept by hand\n",
        shop.rules,
        masked(&by_hand).len(),
        alarms.len()
    );
    alarms.iter().for_each(|column| writeln!(text, "  {column}").unwrap());
    text
}

#[tokio::test]
async fn nothing_is_missed_and_nothing_is_found_afterwards() {
    let mut text = String::new();
    for shop in SHOPS {
        text.push_str(&on(shop).await);
    }
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
