//! What stops a refresh before a row moves, or at the gate. Staging is then as it was, and nothing is left behind.

use stagemask::error::{Error, ErrorKind};
use stagemask::pipeline;
use stagemask::postgres::endpoint::Endpoint;
use stagemask::rules::load;

use super::support::drop::{TestRefresh, databases_like, production, refresh_of};
use super::support::{self, TestDatabase};

/// Runs a refresh that has to fail, and looks whether the staging before is as it was and alone.
async fn refused(refresh: &TestRefresh, source: &TestDatabase, prefix: &str) -> Error {
    let before = databases_like(prefix).await;
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(databases_like(prefix).await, before, "{error}");
    let staging = source.endpoint().with_database(&format!("{prefix}staging"));
    let session = staging.connect("stagemask test").await.unwrap();
    session.batch_execute("SELECT id FROM public.the_one_before").await.unwrap();
    error
}

async fn with_staging(prefix: &str) -> TestDatabase {
    let source = production(&format!("{prefix}source")).await;
    support::database(&format!("{prefix}staging")).await.execute("CREATE TABLE the_one_before (id int)").await;
    source
}

#[tokio::test]
async fn a_column_that_no_rule_names_stops_the_run_with_rules_to_paste() {
    let source = with_staging("undecided_").await;
    let refresh = refresh_of(source.endpoint(), "undecided_staging")
        .with_rules(|rules| rules.replacen("      email: email                        #", "      #", 1));
    let error = refused(&refresh, &source, "undecided_").await;
    assert_eq!(error.kind(), ErrorKind::Coverage);
    let help = error.advice().unwrap();
    assert!(help.contains("  users:\n    columns:\n      email: email"), "{help}");
    // What is proposed is valid, and decides.
    let pasted = format!("version: 1\ntables:\n{}", &help[help.find("  users:").unwrap()..]);
    assert!(load::parse("pasted.yaml", pasted.as_bytes()).is_ok(), "{pasted}");
}

#[tokio::test]
async fn personal_data_that_is_kept_closes_the_gate_and_is_named_by_place_alone() {
    let source = with_staging("kept_").await;
    let refresh = refresh_of(source.endpoint(), "kept_staging")
        .with_rules(|rules| rules.replacen("      contact_email: email", "      contact_email: keep", 1));
    let addresses = source.query("SELECT contact_email FROM public.merchants WHERE contact_email IS NOT NULL").await;
    let error = refused(&refresh, &source, "kept_").await;
    assert_eq!(error.kind(), ErrorKind::Findings);
    let text = error.to_string();
    assert!(text.contains("merchants.contact_email"), "{text}");
    assert!(!addresses.is_empty());
    for run in std::fs::read_dir(refresh.state.path().join("runs")).unwrap() {
        for file in ["report.md", "report.json", "proof.json", "record.json"] {
            let written = std::fs::read_to_string(run.as_ref().unwrap().path().join(file)).unwrap();
            assert!(addresses.iter().flatten().all(|address| !written.contains(address)), "{file} shows a value");
            assert!(file == "record.json" || written.contains("contact_email"), "{file} names no place");
        }
    }
    assert!(addresses.iter().flatten().all(|address| !text.contains(address)));
}

#[tokio::test]
async fn neither_a_row_key_nor_a_member_name_shows_a_value() {
    let source = support::database("shown_source").await;
    source
        .execute(
            "CREATE TABLE t (email text PRIMARY KEY, note text, doc jsonb);
            INSERT INTO t VALUES ('kari.lie@fjordpost.no', 'ring +47 41234567', '{\"ola.dahl@fjordpost.no\": \"+4792345678\"}')",
        )
        .await;
    let mut refresh = refresh_of(source.endpoint(), "shown_staging");
    let rules = "version: 1\ntables:\n  t: { columns: { email: keep, note: keep, doc: keep } }\n";
    refresh.refresh.rules =
        load::parse("shown.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings);
    let mut written = error.to_string();
    for run in std::fs::read_dir(refresh.state.path().join("runs")).unwrap() {
        for file in ["report.md", "report.json", "proof.json"] {
            written.push_str(&std::fs::read_to_string(run.as_ref().unwrap().path().join(file)).unwrap());
        }
    }
    for place in ["email", "note", "doc"] {
        assert!(written.contains(&format!("t.{place}")), "{written}");
    }
    for value in ["kari", "ola", "fjordpost", "41234567", "92345678"] {
        assert!(!written.contains(value), "{value}: {written}");
    }
}

#[tokio::test]
async fn an_original_that_survives_elsewhere_closes_the_gate() {
    let source = with_staging("elsewhere_").await;
    source
        .execute(
            "ALTER TABLE exchange_rates DISABLE RULE exchange_rates_keep; \
            UPDATE exchange_rates SET source = (SELECT upper(replace(full_name, ' ', ', ')) FROM users ORDER BY id LIMIT 1) \
            WHERE (base, quote, valid_on) = (SELECT base, quote, valid_on FROM exchange_rates LIMIT 1)",
        )
        .await;
    let error = refused(&refresh_of(source.endpoint(), "elsewhere_staging"), &source, "elsewhere_").await;
    assert_eq!(error.kind(), ErrorKind::Findings);
    assert!(error.to_string().contains("exchange_rates.source"), "{error}");
}

#[tokio::test]
async fn personal_data_in_the_schema_itself_stops_the_run() {
    let source = with_staging("comment_").await;
    source.execute("COMMENT ON TABLE merchants IS 'ask ola.hansen@fjordpost.no'").await;
    let error = refused(&refresh_of(source.endpoint(), "comment_staging"), &source, "comment_").await;
    assert_eq!(error.kind(), ErrorKind::Findings);
    assert!(error.to_string().contains("merchants") && !error.to_string().contains("fjordpost"), "{error}");
}

#[tokio::test]
async fn an_assertion_that_does_not_hold_closes_the_gate() {
    let source = with_staging("assertion_").await;
    let mut refresh = refresh_of(source.endpoint(), "assertion_staging");
    let (name, sql) = ("nobody", "SELECT count(*) = 0 FROM users");
    refresh.refresh.assertions.insert(name.to_owned(), sql.to_owned());
    let error = refused(&refresh, &source, "assertion_").await;
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.to_string().contains("nobody"), "{error}");
}

#[tokio::test]
async fn the_source_is_no_target() {
    let source = production("itself_source").await;
    let error = refresh_of(source.endpoint(), "itself_source").run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("same database"), "{error}");
    assert_eq!(databases_like("itself_").await, ["itself_source"]);
}

/// What the plan says against rules for one small table.
async fn against(name: &str, columns: &str, rules: &str) -> Error {
    let database = support::database(name).await;
    database.execute(&format!("CREATE TABLE people ({columns})")).await;
    let rules = format!("version: 1\nlocale: nb_NO\ntables:\n  people:\n    columns: {{ {rules} }}\n");
    let rules = load::parse("rules.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    pipeline::plan(database.endpoint(), &rules).await.map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn a_rule_for_a_column_that_is_not_there_is_refused_with_the_one_that_is() {
    let error = against("plan_unknown", "id int, email text", "email: email, emial: email").await;
    assert_eq!(error.kind(), ErrorKind::Coverage);
    assert!(error.to_string().contains("did you mean email?") && error.to_string().contains("rules.yaml:5"), "{error}");
}

#[tokio::test]
async fn a_transform_that_cannot_take_the_type_is_refused() {
    let error = against("plan_type", "id int, born date", "born: email").await;
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("people.born (date)"), "{error}");
}

#[tokio::test]
async fn null_into_not_null_is_refused() {
    let error = against("plan_null", "id int, email text NOT NULL", "email: \"null\"").await;
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("NOT NULL"), "{error}");
}

#[tokio::test]
async fn a_transform_that_repeats_values_is_refused_for_a_unique_column() {
    let error = against("plan_unique", "id int, name text UNIQUE", "name: first_name").await;
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("unique"), "{error}");
    let error = against("plan_expression", "id int, name text, EXCLUDE ((lower(name)) WITH =)", "name: city").await;
    assert!(error.to_string().contains("unique"), "{error}");
}

#[tokio::test]
async fn a_value_that_is_too_long_by_construction_is_refused() {
    let error = against("plan_length", "id int, email varchar(10)", "email: email").await;
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("varying(10)"), "{error}");
}

#[tokio::test]
async fn both_ends_of_a_foreign_key_are_masked_alike() {
    let database = support::database("plan_reference").await;
    database.execute("CREATE TABLE a (code text PRIMARY KEY); CREATE TABLE b (code text REFERENCES a)").await;
    let rules = "version: 1\ntables:\n  a: { columns: { code: hex_digest } }\n  b: { columns: { code: keep } }\n";
    let rules = load::parse("rules.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    let error = pipeline::plan(database.endpoint(), &rules).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("b.code refers to a.code"), "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_named_and_not_shown() {
    let source = production("password_source").await;
    let server = support::server().await;
    let wrong = Endpoint::parse(
        &format!("postgres://stagemask:not-the-password@127.0.0.1:{}/password_source", server.port()),
        "the source",
    )
    .unwrap();
    let error = refresh_of(&wrong, "password_staging").run().await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("password") && !error.to_string().contains("not-the-password"), "{error}");
    assert_eq!(databases_like("password_").await, ["password_source"]);
    drop(source);
}
