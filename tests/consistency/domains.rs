//! Equal originals are equal in all columns of a domain, and show no relation between two.

use super::{one, refreshed};

const SQL: &str = "
CREATE TABLE people (id int PRIMARY KEY, first_name text, full_name text, email text, note text, account text);
INSERT INTO people SELECT i, name, name || ' Ødegård', lower(name) || '.odegard' || i || '@fjordpost.no',
    'Skriv til ' || lower(name) || '.odegard' || i || '@fjordpost.no', (86010000000 + i * 7)::text
    FROM generate_series(1, 60) i, LATERAL (SELECT (ARRAY['Ingrid', 'Kari', 'Ola', 'Nils', 'Anne'])[i % 5 + 1] AS name) n;
CREATE TABLE partners (LIKE people INCLUDING ALL); INSERT INTO partners TABLE people;
CREATE TABLE strangers (LIKE people INCLUDING ALL); INSERT INTO strangers TABLE people;
";

fn table(name: &str, domain: &str) -> String {
    let column = |column: &str, transform: &str| format!("      {column}: {{ {transform}: {{}}{domain} }}\n");
    format!(
        "  {name}:\n    columns:\n{}{}{}{}      note: {{ free_text: {{}}{domain} }}\n",
        column("first_name", "first_name"),
        column("full_name", "full_name"),
        column("email", "email"),
        column("account", "account_number"),
    )
}

#[tokio::test]
async fn one_domain_agrees_and_two_show_no_relation() {
    let rules = format!(
        "tables:\n{}{}{}",
        table("people", ", domain: customers"),
        table("partners", ", domain: customers"),
        table("strangers", "")
    );
    let (_, staging, ..) = refreshed("domains", SQL, &rules).await;
    for column in ["first_name", "full_name", "email", "account", "note"] {
        let same = |other: &str| {
            format!(
                "SELECT count(*) FROM public.people p JOIN public.{other} o USING (id) WHERE p.{column} = o.{column}"
            )
        };
        assert_eq!(one(&staging, &same("partners")).await, "60", "{column}");
        // Of five given names one may well be the same by chance.
        let most = if column == "first_name" { 24 } else { 6 };
        let strangers: u32 = one(&staging, &same("strangers")).await.parse().unwrap();
        assert!(strangers <= most, "{strangers} of {column}");
    }
    // Within a domain the given name is the same in all that is made of it, and so is the e-mail in the text.
    for other in ["people", "strangers"] {
        let agreeing = format!(
            "SELECT count(*) FROM public.{other} WHERE full_name LIKE first_name || ' %' \
            AND email LIKE lower(translate(first_name, 'æøåÆØÅéÉ', 'aoaaoaee')) || '.%' AND note LIKE '%' || email || '%'"
        );
        let agreeing: u32 = one(&staging, &agreeing).await.parse().unwrap();
        assert!(agreeing >= 48, "{agreeing} of 60 in {other}");
    }
}

#[tokio::test]
async fn text_is_of_no_domain_unless_it_says_so() {
    let sql = "
        CREATE TABLE users (id int PRIMARY KEY, email text);
        INSERT INTO users VALUES (1, 'ingrid.odegard@fjordpost.no');
        CREATE TABLE complaints (id int PRIMARY KEY, body text, body_of_customer text);
        INSERT INTO complaints SELECT id, 'Skriv til ' || email, 'Skriv til ' || email FROM users;";
    let rules = "tables:
  users: { columns: { email: { email: {}, domain: customers } } }
  complaints: { columns: { body: free_text, body_of_customer: { free_text: {}, domain: customers } } }
";
    let (_, staging, ..) = refreshed("texts", sql, rules).await;
    let email = one(&staging, "SELECT email FROM public.users").await;
    assert_ne!(one(&staging, "SELECT body FROM public.complaints").await, format!("Skriv til {email}"));
    assert_eq!(one(&staging, "SELECT body_of_customer FROM public.complaints").await, format!("Skriv til {email}"));
}

#[tokio::test]
async fn what_refers_is_of_the_domain_of_what_it_refers_to() {
    let sql = "
        CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);
        INSERT INTO users SELECT i, 'ingrid.odegard' || i || '@fjordpost.no' FROM generate_series(1, 9) i;
        CREATE TABLE letters (sender varchar(70) REFERENCES users (email), details json);
        INSERT INTO letters SELECT email, json_build_object('to', email) FROM users;";
    let rules = "tables:
  users: { columns: { email: { email: {}, domain: customers } } }
  letters: { columns: { details: { json: { $.x: keep } } } }
references:
  - { from: letters.details, path: $.to, to: users.email }
";
    let (_, staging, ..) = refreshed("inherited", sql, rules).await;
    let agreeing =
        "SELECT count(*) FROM public.users JOIN public.letters ON email = sender AND email = details ->> 'to'";
    assert_eq!(one(&staging, agreeing).await, "9");
}
