//! What can't be made consistent is refused before a row moves, all of it at once.

use stagemask::error::Error;
use stagemask::pipeline;
use stagemask::rules::rule::{Case, Condition};
use stagemask::rules::transform::Decision;

use super::rules;
use crate::support;

const SQL: &str = "
CREATE TABLE users (id bigint PRIMARY KEY, first_name text, email text UNIQUE, code text UNIQUE, tag varchar(60) UNIQUE);
CREATE TABLE orders (id int PRIMARY KEY, user_id bigint REFERENCES users, user_email text REFERENCES users (email),
    user_code varchar(12) REFERENCES users (code), subject_type text, subject_id int, details jsonb, refs text[]);
CREATE TABLE carts (user_id int REFERENCES users, user_email text REFERENCES users (email));
CREATE TABLE twice (email text PRIMARY KEY REFERENCES users (email) REFERENCES other_users (email));
";

async fn refusal(name: &str, text: &str) -> Error {
    let source = support::database(name).await;
    let sql = SQL.replace("CREATE TABLE twice", "CREATE TABLE other_users (email text UNIQUE); CREATE TABLE twice");
    source.execute(&sql).await;
    pipeline::plan(source.endpoint(), &rules(text)).await.map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn rules_that_contradict_each_other_are_found_at_both_ends() {
    let error = refusal(
        "contradicting",
        "tables:
  users: { columns: { first_name: keep, email: email, code: token, tag: keep } }
  other_users: { columns: { email: keep } }
  orders:
    columns:
      user_email: { email: { domain: other.example } }
      user_code: { token: {}, domain: elsewhere }
      subject_type: keep
      details: keep
      refs: keep
  carts: { columns: { user_id: noise } }
references:
  - { from: orders.details, path: $.email, to: users.email }
",
    )
    .await;
    insta::assert_snapshot!(error.to_string());
}

#[tokio::test]
async fn references_to_what_is_not_there_or_does_not_fit_are_found() {
    let error = refusal(
        "unfitting",
        "tables:
  users: { columns: { first_name: first_name, email: { email: { from: [first_name] } }, code: hex_digest, tag: keep } }
  other_users: { columns: { email: email } }
  orders:
    columns: { subject_type: keep, refs: keep, details: { json: { $.email: redact, $.code: keep } } }
references:
  - orders.user_mail -> users.email
  - oders.user_email -> users.email
  - orders.user_id -> users.id
  - orders.details -> users.email
  - orders.subject_type[*] -> users.email
  - { from: orders.details, path: $.email, to: users.email }
  - { from: orders.details, path: $.code, to: users.code }
  - { from: orders.details, path: $.code, to: users.tag }
  - { from: orders.subject_id, to: users.id, when: \"subject_type = 'User'\" }
",
    )
    .await;
    insta::assert_snapshot!(error.to_string());
}

#[tokio::test]
async fn what_refers_and_cannot_be_masked_alike_is_found_where_it_refers() {
    let error = refusal(
        "not_alike",
        "tables:
  users:
    columns:
      first_name: first_name
      email: { email: { from: [first_name] } }
      id: noise
      code: free_text
      tag: { email: {}, domain: customers }
  other_users: { columns: { email: { email: { from: [first_name] } } } }
  orders: { columns: { subject_type: keep, details: { json: { $.a: keep } } } }
references:
  - orders.refs[*] -> users.tag
  - { from: orders.details, path: '$.code', to: users.code }
  - { from: orders.details, path: '$.tag', to: users.tag }
  - { from: orders.subject_type, to: users.tag, when: true }
",
    )
    .await;
    insta::assert_snapshot!(error.to_string());
}

#[tokio::test]
async fn a_column_that_others_refer_to_has_the_same_decision_in_all_rows() {
    let source = support::database("in_some_rows").await;
    source.execute(PLAIN).await;
    let mut rules = rules("tables:\n  users: { columns: { email: email } }\n");
    let column = &mut rules.tables[0].columns[0];
    let when = Condition { sql: "id < 9".to_owned(), place: column.place };
    column.cases.push(Case { when, decision: Decision::Keep });
    let error = pipeline::plan(source.endpoint(), &rules).await.map(|_| ()).unwrap_err();
    let what =
        "users.email and letters.sender hold the same values, and users.email is masked in some rows in another way";
    assert!(error.to_string().contains(what), "{error}");
}

/// One table refers to another, and needs no rule.
const PLAIN: &str = "
CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);
CREATE TABLE letters (id int, reader text, sender text REFERENCES users (email), users int[]);
";

#[tokio::test]
async fn the_plan_says_what_follows_what() {
    let source = support::database("following").await;
    source.execute(PLAIN).await;
    let rules = rules(
        "tables:\n  users: { columns: { email: email } }\nreferences:\n  - letters.reader -> users.id\n  - letters.users[*] -> users.id\n",
    );
    let plan = pipeline::plan(source.endpoint(), &rules).await.unwrap();
    assert_eq!(
        plan.lines,
        [
            "letters.id  (kept: integer)",
            "letters.reader  keep, follows users.id",
            "letters.sender  email, follows users.email",
            "letters.users  keep, follows users.id",
            "users.id  (kept: integer)",
            "users.email  email",
        ]
    );
    assert_eq!((plan.masked, plan.kept), (2, 4));
}
