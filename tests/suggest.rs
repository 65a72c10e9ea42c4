//! The block to paste for columns that no rule names: `check` accepts it as it is.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use stagemask::error::ErrorKind;
use stagemask::pipeline;
use stagemask::rules::load;

/// Columns of which the transform that the name asks for fits, and such of which it doesn't: too narrow, unique, NOT NULL, of
/// a type that has no binary form.
const SQL: &str = "
CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE, card_number varchar(19), card_last_four varchar(4), vat_number varchar(9),
    \"Organisasjonsnummer\" text, passport varchar(9), mrz varchar(30), mac_address macaddr, router_mac text, user_agent text UNIQUE, cookie text,
    id_token text, api_key text UNIQUE, totp_secret text, private_key text, home point, company text UNIQUE, username text UNIQUE,
    anrede varchar(10), bic varchar(11), website text UNIQUE, birth_date date NOT NULL, born_on text, contract bytea, token bytea,
    \"no\" text, reason text UNIQUE, notes text[], stay daterange, seen inet[], settings jsonb, area polygon, tags tsquery, \"odd \"\"name\" text,
    search tsvector);
CREATE SCHEMA \"Odd.Schema\";
CREATE TABLE \"Odd.Schema\".\"Odd Table\" (id int, nota text, vector bit(8));
";

#[tokio::test]
async fn what_is_proposed_can_be_pasted_as_it_is() {
    let source = support::database("pasted").await;
    source.execute(SQL).await;
    let rules = |text: &str| {
        load::parse("rules.yaml", text.as_bytes()).map_err(|invalid| format!("{invalid:?}\n{text}")).unwrap()
    };
    let error = pipeline::plan(source.endpoint(), &rules("version: 1\ntables: {}\n")).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Coverage);
    let advice = error.advice().unwrap();
    let (_, block) = advice.split_once('\n').unwrap();
    let pasted = rules(&format!("version: 1\ntables:\n{block}"));
    pipeline::plan(source.endpoint(), &pasted).await.unwrap_or_else(|error| panic!("{error}\n{block}"));
    insta::assert_snapshot!(block);
}
