//! What was equal in production is equal in staging: along foreign keys, along the references of the rules, and within a
//! consistency domain.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

#[path = "consistency/domains.rs"]
mod domains;
#[path = "consistency/keys.rs"]
mod keys;
#[path = "consistency/people.rs"]
mod people;
#[path = "consistency/polymorphic.rs"]
mod polymorphic;
#[path = "consistency/refused.rs"]
mod refused;

use stagemask::pipeline::Outcome;
use stagemask::rules::load;
use stagemask::rules::rule::Rules;
use support::TestDatabase;
use support::drop::{TestRefresh, refresh_of};

/// Rules of version 1.
fn rules(text: &str) -> Rules {
    let text = format!("version: 1\nlocale: nb_NO\n{text}");
    load::parse("rules.yaml", text.as_bytes()).unwrap_or_else(|invalid| panic!("{:?}", invalid.mistakes))
}

/// A source filled by SQL, and the staging that a refresh by these rules makes of it.
async fn refreshed(name: &str, sql: &str, text: &str) -> (TestDatabase, TestDatabase, Outcome, TestRefresh) {
    let source = support::database(&format!("{name}_source")).await;
    source.execute(sql).await;
    let staging = support::database(&format!("{name}_staging")).await;
    let mut refresh = refresh_of(source.endpoint(), &format!("{name}_staging"));
    refresh.refresh.rules = rules(text);
    let outcome = refresh.run().await.unwrap_or_else(|error| panic!("{error:#}\n{:?}", error.advice()));
    (source, staging, outcome, refresh)
}

/// The one value that a query gives.
async fn one(database: &TestDatabase, sql: &str) -> String {
    let mut values = database.query(sql).await;
    assert_eq!(values.len(), 1, "{sql}");
    values.pop().flatten().unwrap_or_default()
}
