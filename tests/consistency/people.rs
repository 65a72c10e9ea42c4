//! One person, whose e-mail, name, number and account stand in several tables, in a document and in a text.

use stagemask::error::ErrorKind;

use super::{one, refreshed};

const SQL: &str = r#"
CREATE TABLE users (id int PRIMARY KEY, full_name text, email varchar(80) UNIQUE, phone text, iban text);
INSERT INTO users VALUES
    (1, 'Ingrid Ødegård', 'ingrid.odegard@fjordpost.no', '+47 412 34 567', 'NO9386011117947'),
    (2, 'Ola Nordby', 'ola.nordby@fjordpost.no', '+47 922 34 567', 'NO8330001234567');
CREATE TABLE audit_log (id int PRIMARY KEY, actor text, details jsonb);
INSERT INTO audit_log SELECT id, email, jsonb_build_object('action', 'login', 'user', jsonb_build_object(
    'email', email, 'name', full_name, 'phone', phone, 'iban', iban)) FROM users;
CREATE TABLE complaints (id int PRIMARY KEY, body text);
INSERT INTO complaints SELECT id, 'Hei, jeg heter ' || full_name || ' og vil klage. Skriv til ' || email || ' eller ring '
    || phone || '. Pengene skal til ' || iban || '. Takk!' FROM users;
"#;

const RULES: &str = "
tables:
  users: { columns: { full_name: full_name, email: email, phone: phone, iban: iban } }
  audit_log: { columns: { details: { json: { $.action: keep } } } }
  complaints: { columns: { body: free_text } }
references:
  - audit_log.actor -> users.email
  - { from: audit_log.details, path: $.user.email, to: users.email }
  - { from: audit_log.details, path: $.user.name, to: users.full_name }
  - { from: audit_log.details, path: $.user.phone, to: users.phone }
  - { from: audit_log.details, path: $.user.iban, to: users.iban }
";

#[tokio::test]
async fn the_same_person_is_the_same_in_a_table_in_a_document_and_in_a_text() {
    let (source, staging, outcome, _) = refreshed("person", SQL, RULES).await;
    for (column, key) in [("email", "email"), ("full_name", "name"), ("phone", "phone"), ("iban", "iban")] {
        let masked = format!("SELECT {column} FROM public.users ORDER BY id LIMIT 1");
        assert_ne!(one(&source, &masked).await, one(&staging, &masked).await, "{column}");
        let agreeing = format!(
            "SELECT count(*) FROM public.users u JOIN public.audit_log a USING (id) JOIN public.complaints c USING (id) \
            WHERE a.details #>> '{{user,{key}}}' = u.{column} AND c.body LIKE '%' || u.{column} || '%'"
        );
        assert_eq!(one(&source, &agreeing).await, "2", "{column}");
        assert_eq!(one(&staging, &agreeing).await, "2", "{column}");
    }
    let agreeing = "SELECT count(*) FROM public.users u JOIN public.audit_log a USING (id) WHERE a.actor = u.email";
    assert_eq!(one(&staging, agreeing).await, "2");
    assert_eq!(one(&staging, "SELECT details ->> 'action' FROM public.audit_log WHERE id = 1").await, "login");
    let proof = outcome.proof.unwrap();
    assert_eq!(proof.joins.len(), 5);
    assert!(proof.joins.iter().all(|join| join.before == 2 && join.after == 2), "{:?}", proof.joins);
}

#[tokio::test]
async fn what_follows_is_named_with_what_it_follows() {
    let (_, _, outcome, refresh) = refreshed("named", SQL, RULES).await;
    let run = refresh.state.path().join("runs").join(outcome.record.run.to_string());
    let report = std::fs::read_to_string(run.join("report.md")).unwrap();
    assert!(report.contains("| `audit_log` | `actor` | `text` | `email`, as `users.email` |"), "{report}");
    let proof = std::fs::read_to_string(run.join("proof.json")).unwrap();
    assert!(proof.contains("\"follows\": \"users.email\""), "{proof}");
    assert!(proof.contains("\"from\": \"audit_log.details $.user.iban\""), "{proof}");
}

/// In one row there is an array where the path has a name: what is below it is redacted, and joins nothing any more.
#[tokio::test]
async fn a_reference_that_passes_over_some_values_closes_the_gate() {
    let source = crate::support::database("passing_source").await;
    source.execute(SQL).await;
    source
        .execute("INSERT INTO audit_log VALUES (3, 'x', '{\"people\": [{\"email\": \"ola.nordby@fjordpost.no\"}]}')")
        .await;
    let mut refresh = crate::support::drop::refresh_of(source.endpoint(), "passing_staging");
    refresh.refresh.rules = super::rules(&RULES.replace("path: $.user.email", "path: '$.*.email'"));
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let what = "audit_log.details $.*.email joins 2 rows of users.email instead of 3";
    assert!(error.to_string().contains(what), "{error}");
}
