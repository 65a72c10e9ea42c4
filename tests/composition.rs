//! Rules of several files, patterns, defaults and presets: what wins, what is a mistake, and which line is named.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "what fails here is a failing test")]

mod support;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use stagemask::error::{ErrorKind, Result};
use stagemask::mask::plan::{Plan, resolve};
use stagemask::pipeline;
use stagemask::postgres::catalog::Catalog;
use stagemask::postgres::identifier::TableName;
use stagemask::rules::load::{self, Invalid};
use stagemask::rules::resolve::{Explanation, spelled};
use stagemask::rules::rule::{LargeObjects, Rules};
use stagemask::rules::transform::Locale;
use stagemask::rules::{diagnostics, schema};
use stagemask::secret::MaskingKey;
use support::TestDatabase;

/// Reads the first file; the others are there for it to name.
fn files(all: &[(&str, &str)]) -> std::result::Result<Rules, Invalid> {
    let rest: BTreeMap<&Path, &str> = all.iter().map(|(name, text)| (Path::new(*name), *text)).collect();
    let read = |path: &Path| {
        let plain = path.strip_prefix("./").unwrap_or(path);
        rest.get(path)
            .or_else(|| rest.get(plain))
            .map(|text| text.as_bytes().to_vec())
            .ok_or_else(|| io::Error::other("there is no such file"))
    };
    load::parse_with(all[0].0, all[0].1.as_bytes(), read)
}

fn valid(all: &[(&str, &str)]) -> Rules {
    files(all).unwrap_or_else(|invalid| panic!("{}", shown(&invalid)))
}

fn shown(invalid: &Invalid) -> String {
    diagnostics::render(&invalid.files, &invalid.mistakes, false)
}

/// What is wrong, as `file:line what`.
fn wrong(all: &[(&str, &str)]) -> Vec<String> {
    let invalid = files(all).expect_err("this should not be valid");
    shown(&invalid);
    let spot = |mistake: &stagemask::rules::rule::Mistake| {
        let place = mistake.place.unwrap_or_default();
        format!("{}:{} {}", invalid.files[place.file].name, place.line, mistake.what)
    };
    invalid.mistakes.iter().map(spot).collect()
}

/// `column: decision` of a table that is named in full.
fn decisions(rules: &Rules, table: &str) -> BTreeMap<String, String> {
    let of = rules.tables.iter().find(|of| of.name == TableName::new("public", table)).unwrap();
    of.columns.iter().map(|column| (column.name.clone(), spelled(column))).collect()
}

#[test]
fn an_extending_file_overrides_column_by_column() {
    let base = "version: 1\nlocale: nb_NO\nlarge_objects: keep\ntables: { users: { columns: { id: keep, email: email, name: redact } } }\n";
    let rules = valid(&[
        (
            "shop/rules.yaml",
            "version: 1\nextends: ../base.yaml\ntables: { users: { columns: { name: full_name, phone: phone } } }\n",
        ),
        ("shop/../base.yaml", base),
    ]);
    assert_eq!((rules.locale, rules.large_objects), (Locale::NbNo, LargeObjects::Keep));
    let expected = [("email", "email"), ("id", "keep"), ("name", "full_name"), ("phone", "phone")];
    assert_eq!(decisions(&rules, "users"), expected.map(|(name, what)| (name.to_owned(), what.to_owned())).into());
    assert_eq!(spelled(&rules.overridden[0].rule), "redact");
    let names: Vec<&str> = rules.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["shop/rules.yaml", "shop/../base.yaml"]);
    let place = rules.tables[0].columns[0].place;
    let file = &rules.files[place.file];
    assert_eq!(&file.text[place.start..place.end], "id", "a place is in its own file");
}

#[test]
fn of_several_extended_files_the_later_wins_and_the_extending_one_over_all() {
    let one =
        |what: &str| format!("version: 1\ntables: {{ t: {{ columns: {{ a: {what}, b: {what}, c: {what} }} }} }}\n");
    let rules = valid(&[
        ("r.yaml", "version: 1\nextends: [one.yaml, two.yaml]\ntables: { t: { columns: { c: token } } }\n"),
        ("one.yaml", &one("redact")),
        ("two.yaml", "version: 1\nextends: one.yaml\ntables: { t: { columns: { b: email } } }\n"),
    ]);
    let found: Vec<String> = decisions(&rules, "t").into_values().collect();
    assert_eq!(found, ["redact", "email", "token"], "one.yaml is named twice and counts once, below two.yaml");
}

#[test]
fn parts_add_up_and_none_overrides_another() {
    let part = "version: 1\ntables: { users: { columns: { email: email } } }\n";
    let root = "version: 1\ninclude: [a.yaml, b.yaml]\ntables: { users: { columns: { id: keep } }, orders: { columns: { note: redact } } }\n";
    let rules = valid(&[("r.yaml", root), ("a.yaml", part), ("b.yaml", "version: 1\ninclude: a.yaml\n")]);
    assert_eq!(decisions(&rules, "users").len(), 2);

    let again = "version: 1\ntables:\n  users:\n    columns:\n      email: redact\n";
    let found = wrong(&[("r.yaml", root), ("a.yaml", part), ("b.yaml", again)]);
    assert_eq!(found, ["b.yaml:5 `email` of the table `users` is decided in two files of equal rank"]);
    let invalid = files(&[("r.yaml", root), ("a.yaml", part), ("b.yaml", again)]).unwrap_err();
    assert!(invalid.mistakes[0].help.as_ref().unwrap().contains("a.yaml, line 2"), "both places are named");
    assert!(shown(&invalid).contains("--> b.yaml:5:7"), "{}", shown(&invalid));
    let error: stagemask::error::Error = invalid.into();
    assert!(error.what().starts_with("there is a mistake in b.yaml"), "{error}");
    assert_eq!((error.spots()[0].file.as_str(), error.spots()[0].at), ("b.yaml", Some((5, 7))));

    let other = "version: 1\nlocale: nb_NO\nlarge_objects: keep\npatterns: { '*.ip': ip }\ndefaults: { inet: ip }\n";
    let found = wrong(&[
        ("r.yaml", &format!("{}include: x.yaml\n", other.replace("nb_NO", "en").replace("keep", "drop"))),
        ("x.yaml", other),
    ]);
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn mistakes_of_all_files_are_found_at_once_each_in_its_own_file() {
    let found = wrong(&[
        (
            "r.yaml",
            "version: 1\nextends: base.yaml\ninclude: [part.yaml, gone.yaml]\ntables: { t: { columns: { a: emial } } }\n",
        ),
        ("base.yaml", "version: 1\ntables:\n  u: { columns: { b: frist_name } }\n"),
        ("part.yaml", "version: 1\n\nextends: base.yaml\ntables: {}\n"),
    ]);
    assert_eq!(
        found,
        [
            "r.yaml:3 `gone.yaml` can't be read: there is no such file",
            "r.yaml:4 unknown transform `emial`",
            "base.yaml:3 unknown transform `frist_name`",
            "part.yaml:3 a file that is included can't extend another",
        ]
    );
    let invalid =
        files(&[("r.yaml", "version: 1\nextends: e.yaml\ninclude: f.yaml\n"), ("e.yaml", ""), ("f.yaml", "\u{0}")]);
    let error: stagemask::error::Error = invalid.unwrap_err().into();
    assert!(error.what().starts_with("there are 2 mistakes in 2 files"), "{error}");
}

#[test]
fn circles_and_endless_rows_of_files_end_in_a_mistake() {
    let found = wrong(&[
        ("a.yaml", "version: 1\nextends: b.yaml\n"),
        ("b.yaml", "version: 1\ninclude: ./c.yaml\n"),
        ("c.yaml", "version: 1\ninclude: a.yaml\n"),
    ]);
    assert_eq!(found, ["./c.yaml:2 these files name one another in a circle"]);

    let names: Vec<String> = (0..20).map(|n| format!("{n}.yaml")).collect();
    let texts: Vec<String> = (1..21).map(|n| format!("version: 1\nextends: {n}.yaml\n")).collect();
    let row: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    assert_eq!(wrong(&row), ["7.yaml:2 more than 8 files name one another in a row"]);

    let many: Vec<String> = (0..300).map(|n| format!("{n}.yaml")).collect();
    let root = format!("version: 1\ninclude: [{}]\n", many.join(", "));
    let mut all = vec![("r.yaml", root.as_str())];
    all.extend(many.iter().map(|name| (name.as_str(), "version: 1\ntables: {}\n")));
    assert!(wrong(&all)[0].ends_with("these are more than 200 files"));
}

#[test]
fn the_digest_covers_all_files_and_presets() {
    let root = "version: 1\nextends: b.yaml\n";
    let digest = |base: &str| valid(&[("r.yaml", root), ("b.yaml", base)]).digest;
    let base = "version: 1\ntables: { t: { columns: { a: keep } } }\n";
    assert_eq!(digest(base), digest(base));
    assert_ne!(digest(base), digest(&format!("{base}# a comment\n")));
    let alone = "version: 1\ntables: {}\n";
    let with_preset = valid(&[("r.yaml", "version: 1\npresets: [django-auth]\n")]);
    assert_ne!(with_preset.digest, valid(&[("r.yaml", alone)]).digest);
    assert_eq!(valid(&[("r.yaml", alone)]).digest, valid(&[("other.yaml", alone)]).digest, "names are no rules");
}

#[test]
fn careless_patterns_and_defaults_are_refused() {
    for (text, what) in [
        ("patterns: { '*.*': keep }", "keeps columns that nobody has looked at"),
        ("patterns: { 'users.*': keep }", "keeps columns that nobody has looked at"),
        ("patterns: { '*.*e*': keep }", "keeps columns that nobody has looked at"),
        ("patterns: { '*': email }", "names no table"),
        ("patterns: { 'a.b.c.d': email }", "has more than a schema, a table and a column"),
        ("patterns: {}", "`patterns` has no patterns"),
        ("patterns: { 'a.b': email, '\"a\".b': email }", "is there twice"),
        ("defaults: { text: keep }", "`text` can't be kept by default"),
        ("defaults: { jsonb: keep }", "`jsonb` can't be kept by default"),
        ("defaults: { txt: redact }", "unknown type `txt`"),
        ("defaults: {}", "`defaults` names no types"),
        ("presets: [djnago-auth]", "unknown preset `djnago-auth`"),
        ("presets: []", "`presets` names nothing"),
        ("presets: [laravel, laravel]", "is named twice"),
        ("extends: { a: b }", "has to be a list of texts"),
        ("include: [[a]]", "has to be a text"),
        ("extends: preset:laravel", "a preset is no file"),
        ("extends: base.yaml", "can't be read"),
    ] {
        let found = wrong(&[("r.yaml", &format!("version: 1\n{text}\n"))]);
        assert!(found.len() == 1 && found[0].contains(what), "{text}: {found:?}");
    }
    for text in ["patterns: { '*.*': redact, '*.*_id': keep, '*.id': keep }", "defaults: { uuid: keep, text: redact }"]
    {
        valid(&[("r.yaml", &format!("version: 1\n{text}\n"))]);
    }
}

#[test]
fn files_are_read_from_the_folder_of_the_file_that_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir(folder.path().join("parts")).unwrap();
    write("rules.yaml", "version: 1\ninclude: [parts/users.yaml]\npresets: [laravel]\n");
    write("parts/users.yaml", "version: 1\ninclude: more.yaml\n");
    write("parts/more.yaml", "version: 1\ntables: { users: { columns: { name: full_name } } }\n");
    let rules = load::load(&folder.path().join("rules.yaml")).unwrap();
    assert_eq!((rules.files.len(), rules.tables.len()), (4, 1));
    assert!(rules.files[2].name.ends_with("parts/more.yaml"), "{}", rules.files[2].name);

    write("parts/more.yaml", "version: 1\ninclude: ../rules.yaml\n");
    let error = load::load(&folder.path().join("rules.yaml")).unwrap_err();
    assert!(error.what().contains("in a circle"), "{error}");
    assert_eq!(load::load(Path::new("preset:keycloak")).unwrap().presets[0].name, "keycloak");
    assert!(load::load(Path::new("preset:kecloak")).unwrap_err().to_string().contains("did you mean `keycloak`?"));
}

#[test]
fn the_schema_for_editors_knows_all_keys_and_presets() {
    let schema = schema::json_schema();
    for key in ["extends", "include", "presets", "patterns", "defaults"] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
    let presets = schema["properties"]["presets"]["items"]["oneOf"].as_array().unwrap();
    assert_eq!(presets.len(), 8);
    assert!(schema["properties"]["defaults"]["properties"]["inet"].is_object());
}

const SCHEMA: &str = "
    CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, name text, code text, note text, born date, last_ip inet,
        created_at timestamp, data jsonb, shout text GENERATED ALWAYS AS (upper(name)) STORED);
    CREATE SCHEMA tenant_1; CREATE TABLE tenant_1.users (id int PRIMARY KEY, email text, name text);
    CREATE SCHEMA tenant_2; CREATE TABLE tenant_2.users (id int PRIMARY KEY, email text, name text, extra text);
    CREATE TABLE counts (id int PRIMARY KEY, email int);
    CREATE TABLE audit (id int, at date, payload text, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE audit_2025 PARTITION OF audit FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE audit_2026 PARTITION OF audit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE MATERIALIZED VIEW emails AS SELECT email FROM users;";

async fn shop(name: &str) -> TestDatabase {
    let database = support::database(name).await;
    database.execute(SCHEMA).await;
    database
}

fn key() -> MaskingKey {
    MaskingKey::parse(&"5eed".repeat(16)).unwrap()
}

async fn plan(database: &TestDatabase, rules: &Rules) -> Result<Plan> {
    let session = database.session().await;
    let catalog = Catalog::load(&session).await?;
    session.close().await;
    Plan::make(rules, &catalog, &key())
}

async fn explain(database: &TestDatabase, rules: &Rules, table: TableName, column: &str) -> Explanation {
    let of = [(table, column.to_owned())];
    pipeline::explain(database.endpoint(), rules, &of).await.unwrap().remove(0)
}

const ALL: &str = "version: 1
defaults:
  text: redact
  date: shift_date
  jsonb: redact
patterns:
  '*.email': email
  'users.*': free_text
  '*.*_ip': ip
  '*.code': keep
  '*.created_at': keep
tables:
  audit: { columns: { at: keep } }
  users: { columns: { id: keep, name: full_name } }
  'tenant_*.users': { columns: { name: last_name, extra: token } }
  '*.users': { columns: { name: first_name } }
";

#[tokio::test]
async fn the_more_specific_rule_wins_and_is_named() {
    let database = shop("specific").await;
    let rules = valid(&[("all.yaml", ALL)]);
    plan(&database, &rules).await.unwrap();
    let users = || TableName::new("public", "users");
    let tenant = || TableName::new("tenant_1", "users");
    for (table, column, decision, kind, line, instead_of) in [
        (users(), "name", "full_name", "table", 14, vec!["table_pattern", "pattern", "default"]),
        (tenant(), "name", "last_name", "table_pattern", 15, vec!["table_pattern", "pattern", "default"]),
        (tenant(), "email", "free_text", "pattern", 8, vec!["pattern", "default"]),
        (users(), "email", "email", "pattern", 7, vec!["default"]),
        (users(), "note", "free_text", "pattern", 8, vec!["default"]),
        (users(), "code", "free_text", "pattern", 8, vec!["pattern", "default"]),
        (users(), "last_ip", "ip", "pattern", 9, vec![]),
        (users(), "born", "shift_date", "default", 4, vec![]),
        (TableName::new("public", "audit"), "kind", "redact", "default", 3, vec![]),
    ] {
        let explained = explain(&database, &rules, table, column).await;
        let by = explained.decided_by.as_ref().unwrap_or_else(|| panic!("{explained:?}"));
        assert_eq!(explained.decision.as_deref(), Some(decision), "{explained:?}");
        assert_eq!((by.kind, by.line, by.file.as_str()), (kind, line, "all.yaml"), "{explained:?}");
        let others: Vec<&str> = explained.instead_of.iter().map(|reason| reason.kind).collect();
        assert_eq!(others, instead_of, "{explained:?}");
    }
    let email = explain(&database, &rules, users(), "email").await;
    assert_eq!(email.passed_over.len(), 1, "free_text doesn't keep it unique: {email:?}");
    assert!(email.passed_over[0].why.as_ref().unwrap().contains("(users_email_key), and free_text can repeat a value"));
    let generated = explain(&database, &rules, users(), "shout").await;
    assert!(generated.note.unwrap().contains("generated") && generated.decided_by.is_none());
}

#[tokio::test]
async fn a_pattern_that_does_not_fit_the_type_is_passed_over_with_a_reason() {
    let database = shop("misfit").await;
    let rules = valid(&[(
        "r.yaml",
        "version: 1\ntables: {}\npatterns:\n  '*.email': email\n  '*.note': ip\n  '*.data': iban\n",
    )]);
    let counts = explain(&database, &rules, TableName::new("public", "counts"), "email").await;
    assert_eq!(counts.decision.as_deref(), Some("keep"), "its type can't carry personal data");
    assert!(counts.passed_over[0].why.as_ref().unwrap().contains("email can't mask column email of type integer"));
    let data = explain(&database, &rules, TableName::new("public", "users"), "data").await;
    assert_eq!((data.decision, data.passed_over.len()), (None, 1));
    let Err(error) = plan(&database, &rules).await else { panic!("what nothing decides has to be refused") };
    assert_eq!(error.kind(), ErrorKind::Coverage);
    assert!(error.to_string().contains("data: free_text  # jsonb"), "{error}");
    assert!(
        error.to_string().contains("the pattern `*.data` is passed over: users.data (jsonb): iban can't mask"),
        "{error}"
    );
}

#[tokio::test]
async fn a_pattern_can_not_keep_what_a_preset_masks_but_a_table_can() {
    let database = shop("preset_and_pattern").await;
    let users = || TableName::new("public", "users");
    let keeping = "version: 1\npresets: [laravel]\npatterns: { '*.name': keep, '*.email': token }\n";
    let rules = valid(&[("r.yaml", keeping)]);
    let name = explain(&database, &rules, users(), "name").await;
    assert_eq!((name.decision.as_deref(), name.decided_by.unwrap().kind), (Some("full_name"), "preset"));
    assert!(name.passed_over[0].why.as_ref().unwrap().contains("a pattern can't keep what the preset laravel masks"));
    let email = explain(&database, &rules, users(), "email").await;
    assert_eq!(email.decision.as_deref(), Some("token"), "a pattern that masks goes before a preset");
    let rules = valid(&[("r.yaml", &format!("{keeping}tables: {{ users: {{ columns: {{ name: keep }} }} }}\n"))]);
    let name = explain(&database, &rules, users(), "name").await;
    assert_eq!((name.decision.as_deref(), name.decided_by.unwrap().kind), (Some("keep"), "table"));
}

#[tokio::test]
async fn an_extended_file_is_named_as_what_was_overridden() {
    let database = shop("extended").await;
    let rules = valid(&[
        (
            "top.yaml",
            "version: 1\nextends: base.yaml\ntables: { users: { columns: { note: redact } } }\npatterns: { '*.name': first_name }\n",
        ),
        (
            "base.yaml",
            "version: 1\ntables: { users: { columns: { note: keep } } }\npatterns: { '*.name': last_name }\n",
        ),
    ]);
    let note = explain(&database, &rules, TableName::new("public", "users"), "note").await;
    let before = &note.instead_of[0];
    assert_eq!((before.kind, before.file.as_str(), before.line), ("extended", "base.yaml", 2));
    assert_eq!(before.decision, "keep");
    let name = explain(&database, &rules, TableName::new("public", "users"), "name").await;
    assert_eq!(name.decision.as_deref(), Some("first_name"), "of equally specific patterns the extending file's");
}

#[tokio::test]
async fn a_partition_can_only_be_masked_more() {
    let database = shop("partitions").await;
    let with = |of_root: &str, of_partition: &str| {
        let text = format!(
            "version: 1\ndefaults: {{ text: redact, jsonb: redact, inet: ip, date: shift_date }}\ntables:\n  \
             users: {{ columns: {{ email: email }} }}\n  audit: {{ columns: {{ payload: {of_root}, kind: keep, at: keep }} }}\n  audit_2025: {{ columns: {{ payload: {of_partition} }} }}\n"
        );
        valid(&[("r.yaml", &text)])
    };
    for (of_root, of_partition) in
        [("keep", "redact"), ("keep", "free_text"), ("free_text", "redact"), ("token", "token")]
    {
        let plan = plan(&database, &with(of_root, of_partition)).await.unwrap();
        let decision = |name: &str| {
            let table = plan.tables.iter().find(|table| table.table.name.table == name).unwrap();
            let position = table.columns.iter().position(|column| column.name == "payload").unwrap();
            table.transforms[position].is_some()
        };
        assert!(decision("audit_2025"));
        assert_eq!(decision("audit_2026"), of_root != "keep");
    }
    for (of_root, of_partition) in [("free_text", "keep"), ("redact", "free_text")] {
        let Err(error) = plan(&database, &with(of_root, of_partition)).await else { panic!("{of_partition}") };
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(
            error.to_string().contains("audit_2025.payload is a partition's, and can only be masked more"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_names_a_table_or_column_that_is_not_there_is_drift_but_patterns_may_fit_nothing() {
    let database = shop("drift").await;
    let rest = "defaults: { text: redact, jsonb: redact, inet: ip, date: shift_date }\n\
        patterns: { '*.users.email': email, '*.at': keep, 'nowhere.*.email': email }\n";
    let fits_nothing = valid(&[("r.yaml", &format!("version: 1\n{rest}presets: [keycloak]\n"))]);
    plan(&database, &fits_nothing).await.unwrap();
    for (tables, what) in [
        ("'client_*.users': { columns: { name: redact } }", "no table fits `client_*.users`"),
        ("'tenant_*.users': { columns: { nmae: redact } }", "has a column nmae"),
        ("'audit_*': { columns: { payload: redact } }", "it fits only partitions"),
        ("user: { columns: { name: redact } }", "there is no table user"),
    ] {
        let rules = valid(&[("r.yaml", &format!("version: 1\n{rest}tables: {{ {tables} }}\n"))]);
        let Err(error) = plan(&database, &rules).await else { panic!("{tables}") };
        assert_eq!(error.kind(), ErrorKind::Coverage);
        assert!(error.to_string().contains(what), "{tables}: {error}");
    }
}

#[tokio::test]
async fn a_mistake_between_rules_and_schema_is_shown_in_the_file_that_made_it() {
    let database = shop("spots").await;
    let rules = valid(&[
        (
            "r.yaml",
            "version: 1\ninclude: part.yaml\ndefaults: { text: redact, jsonb: redact, inet: ip, date: shift_date }\npatterns: { '*.at': keep }\n",
        ),
        ("part.yaml", "version: 1\ntables:\n  users: { columns: { email: redact } }\n"),
    ]);
    let Err(error) = plan(&database, &rules).await else { panic!("redact repeats a value") };
    assert_eq!((error.spots()[0].file.as_str(), error.spots()[0].at), ("part.yaml", Some((3, 23))));
    assert!(error.to_string().contains("--> part.yaml:3:23"), "{error}");
}

#[tokio::test]
async fn every_column_that_is_masked_has_a_rule_in_the_resolution() {
    let database = shop("resolution").await;
    let rules = valid(&[("all.yaml", ALL)]);
    let session = database.session().await;
    let catalog = Catalog::load(&session).await.unwrap();
    let resolution = resolve(&rules, &catalog, &key());
    assert!(resolution.mistakes.is_empty() && !resolution.drift);
    for table in catalog.tables.iter().filter(|table| table.name.table.starts_with("audit_")) {
        assert_eq!(resolution.of(table).unwrap().name.table, "audit", "a partition has the rules of its root");
    }
    assert!(!resolution.tables.contains_key(&TableName::new("public", "emails")), "views are filled from masked rows");
}
