//! Rules files: what is understood, and that everything wrong is found at once and shown where it is.

// Clippy takes only functions with #[test] for tests, not what they share.
#![allow(clippy::panic, clippy::expect_used)]

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use stagemask::error::ErrorKind;
use stagemask::postgres::identifier::TableName;
use stagemask::rules::load::{self, Invalid};
use stagemask::rules::rule::{LargeObjects, Mistake, Rules};
use stagemask::rules::transform::{Constant, Decision, Email, Locale, NoOptions, PartDecision, Transform};
use stagemask::rules::{diagnostics, schema};

fn rules(text: &str) -> Rules {
    load::parse("rules.yaml", text.as_bytes()).unwrap_or_else(|invalid| panic!("{}", shown(&invalid)))
}

fn invalid(bytes: impl AsRef<[u8]>) -> Invalid {
    load::parse("rules.yaml", bytes.as_ref()).expect_err("this should not be valid")
}

fn shown(invalid: &Invalid) -> String {
    diagnostics::render(&invalid.files, &invalid.mistakes, false)
}

/// The one mistake of a file.
fn only(bytes: impl AsRef<[u8]>) -> Mistake {
    let invalid = invalid(bytes);
    assert_eq!(invalid.mistakes.len(), 1, "{}", shown(&invalid));
    invalid.mistakes[0].clone()
}

/// A file in which one column is decided so.
fn column(decision: &str) -> String {
    format!("version: 1\ntables:\n  users:\n    columns:\n      phone: {decision}\n")
}

fn decision(text: &str) -> Decision {
    rules(&column(text)).tables[0].columns[0].decision.clone()
}

#[test]
fn a_whole_file_is_understood() {
    let text = include_str!("rules/valid.yaml");
    let rules = rules(text);
    assert_eq!((rules.locale, rules.large_objects), (Locale::NbNo, LargeObjects::Keep));
    assert_eq!(rules.digest.len(), 64);
    let names: Vec<&TableName> = rules.tables.iter().map(|table| &table.name).collect();
    let expected = [
        ("public", "users"),
        ("support", "tickets"),
        ("support", "archived_tickets"),
        ("public", "v1.users"),
        ("public", "User Notes"),
    ];
    assert_eq!(names, expected.map(|(schema, table)| TableName::new(schema, table)).iter().collect::<Vec<_>>());
    assert_eq!(rules.tables[1].columns, rules.tables[2].columns, "an alias repeats the columns");
    assert_eq!(rules.tables[1].columns[1].name, "Opened By");

    let decisions: Vec<&Decision> = rules.tables[0].columns.iter().map(|column| &column.decision).collect();
    let email = Email {
        from: vec!["first_name".into(), "last_name".into()],
        unique: Some(true),
        domain: Some("mask.drop.example".into()),
    };
    let null = Decision::Mask(Transform::Null(NoOptions {}));
    assert_eq!(decisions[1], &Decision::Mask(Transform::Email(email)));
    assert_eq!(decisions[3], &Decision::Keep);
    assert_eq!(decisions[4..7], [&null, &null, &null]);
    let constant = Constant { value: "0.10".into() };
    assert_eq!(decisions[7], &Decision::Mask(Transform::Constant(constant)), "as it is written, not as a float");

    let place = rules.tables[0].columns[1].place;
    assert_eq!(&text[place.start..place.end], "email", "a column's place is its key");
    assert_eq!((place.line, place.column), (9, 7));
}

#[test]
fn every_part_that_was_loaded_has_a_decision() {
    let rules = rules(include_str!("rules/valid.yaml"));
    for column in &rules.tables[4].columns {
        let Decision::Mask(Transform::Json(parts) | Transform::Fields(parts)) = &column.decision else { panic!() };
        assert_eq!(parts.len(), 3);
        assert!(parts.values().all(|part| part.decision().is_some()));
    }
    assert_eq!(PartDecision::Name("constant".into()).decision(), None);
    assert_eq!(PartDecision::Name("city".into()).decision(), Some(Decision::Mask(Transform::City(Default::default()))));
}

#[test]
fn all_mistakes_of_a_file_are_found_at_once() {
    let invalid = invalid(include_str!("rules/mistakes.yaml"));
    assert!(invalid.mistakes.len() >= 40, "{}", invalid.mistakes.len());
    insta::assert_snapshot!(shown(&invalid));
}

#[test]
fn what_is_not_yaml_is_one_mistake_with_its_place() {
    let mut report = String::new();
    for text in [
        "version: 1\ntables:\n\tusers:\n",
        "version: 1\ntables: { users: { columns: { a: keep }\n",
        "version: 1\ntables: [a}\n",
        "version: 1\ntables:\n  users:\n    columns:\n      a: 'keep\n",
        "version: 1\ntables:\n  users:\n   columns: {}\n  b: c: d\n",
        "version: 1\n  tables: {}\n",
        "version: 1\ntables\n",
        "version: 1\ntables: { a: \"\\q\" }\n",
        "version: 1\ntables: @users\n",
        "version: 1\ntables: {a: keep b}}\n",
        "version: 1\u{0}\n",
    ] {
        let mistake = only(text);
        assert!(mistake.place.is_some() && mistake.help.is_some(), "{text}");
        writeln!(report, "{}\n", shown(&invalid(text))).unwrap();
    }
    insta::assert_snapshot!(report);
}

#[test]
fn what_is_no_rules_file_at_all_is_refused() {
    for (text, what) in [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("---\n", "the file is empty"),
        ("- version: 1\n", "a rules file must be a mapping"),
        ("version", "a rules file must be a mapping"),
        ("version: 1\ntables: {}\n---\nversion: 1\n", "a second document begins here"),
        ("tables: {}\n", "`version` is missing"),
        ("version: 1\n", "`tables` is missing"),
        ("version: '1'\ntables: {}\n", "`version` has to be a number, without quotes"),
        ("version: 1\ntables:\n", "`tables` names no tables"),
        ("version: 1\ntables: { <<: {} }\n", "mappings can't be merged with `<<`"),
        ("version: 1\ntables: {}\n? [a]\n: b\n", "a key must be a text, in a rules file"),
    ] {
        assert_eq!(only(text).what, what, "{text}");
    }
    assert!(load::parse("", b"---\nversion: 1\ntables: {}\n...\n").is_ok());
    assert!(load::parse("", "\u{feff}version: 1\r\ntables: {}\r\n".as_bytes()).is_ok());
}

#[test]
fn null_has_to_be_written_out() {
    assert_eq!(decision("null"), Decision::Mask(Transform::Null(NoOptions {})));
    for (text, what) in [
        ("", "nothing is said of `phone`"),
        ("# later", "nothing is said of `phone`"),
        ("~", "`~` is too easily overlooked"),
        ("{ phone: }", "nothing is said of `phone`"),
        ("{ json: { $.a: } }", "nothing is said of `$.a`"),
        ("{ constant: { value: } }", "`value` has no value"),
        ("{ constant: { value: null } }", "`value` has to be a text"),
    ] {
        assert_eq!(only(column(text)).what, what, "{text}");
    }
    assert_eq!(
        decision("{ constant: { value: 'null' } }"),
        Decision::Mask(Transform::Constant(Constant { value: "null".into() }))
    );
}

#[test]
fn a_country_is_a_text_and_never_a_truth_value() {
    let Decision::Mask(Transform::Phone(phone)) = decision("{ phone: { country: NO } }") else { panic!() };
    assert_eq!(phone.country.as_deref(), Some("NO"));
    let mistake = only(column("{ phone: { country: no } }"));
    assert_eq!(mistake.help.as_deref(), Some("did you mean `NO`?"));
}

#[test]
fn numbers_are_numbers_as_every_reader_of_yaml_would_read_them() {
    for text in ["010", "0x10", "1_000", "+1", "1.0", "'64'", "64 digits", "[64]", "99999999999999999999"] {
        assert_eq!(
            only(column(&format!("{{ hex_digest: {{ length: {text} }} }}"))).what,
            "`length` has to be a whole number, without quotes",
            "{text}"
        );
    }
    for text in [".inf", "nan", "infinity", "20%", "'0.2'"] {
        assert_eq!(
            only(column(&format!("{{ noise: {{ ratio: {text} }} }}"))).what,
            "`ratio` has to be a number, without quotes",
            "{text}"
        );
    }
    for text in ["0", "-0.5", "1.01", "1e9"] {
        assert_eq!(
            only(column(&format!("{{ noise: {{ ratio: {text} }} }}"))).what,
            "`ratio` has to be more than 0 and at most 1",
            "{text}"
        );
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_shown_where_it_stops_being_so() {
    let mistake = only(b"version: 1\ntables: { bl\xe5 }\n");
    let place = mistake.place.unwrap();
    assert_eq!((mistake.what.as_str(), place.line, place.column), ("this isn't UTF-8", 2, 13));
}

#[test]
fn aliases_that_would_fill_the_memory_are_refused() {
    let mut bomb = String::from("version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let previous = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [{}]", [previous.as_str(); 9].join(", ")).unwrap();
    }
    assert_eq!(only(bomb).what, "the rules have more than 200000 parts, aliases followed");
}

#[test]
fn nesting_that_would_fill_the_stack_is_refused() {
    let mut chain = String::from("version: 1\na0: &a0 [x]\n");
    for level in 1..30_000 {
        writeln!(chain, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    assert_eq!(only(chain).what, "this is nested more than 64 levels deep");
    for opening in ["[", "{a: ", "? ", "- "] {
        let what = only(format!("version:\n  {}", opening.repeat(100_000))).what;
        assert!(what.starts_with("this is nested"), "{opening} {what}");
    }
    for text in [
        "&t { a: *t }",
        "{ a: &t { columns: *t } }",
        "{ a: { columns: &t { b: *t } } }",
        "{ a: { columns: { b: &t { json: { $.c: *t } } } } }",
    ] {
        let what = only(format!("version: 1\ntables: {text}\n")).what;
        assert_eq!(what, "this alias stands inside of what it stands for", "{text}");
    }
}

#[test]
fn a_mistake_behind_an_alias_is_reported_once() {
    let text = "version: 1\ntables:\n  a: &t\n    columns: { b: frist_name }\n  c: *t\n  d: *t\n";
    assert_eq!(only(text).what, "unknown transform `frist_name`");
}

#[test]
fn a_huge_file_is_refused_without_being_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.yaml");
    // Sparse: it takes no room on the disk, but reading it would.
    std::fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let error = load::load(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.what().contains("the file is larger than 1 MiB"), "{error}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = load::load(Path::new("no/such/rules.yaml")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.what().contains("no/such/rules.yaml"), "{error}");
}

#[test]
fn the_error_counts_the_mistakes_and_shows_them() {
    let error: stagemask::error::Error = invalid(column("frist_name")).into();
    assert_eq!(error.kind(), ErrorKind::Usage);
    insta::assert_snapshot!(error.to_string());
}

#[test]
fn colours_are_only_there_when_asked_for() {
    let invalid = invalid(column("frist_name"));
    assert!(!shown(&invalid).contains('\u{1b}'));
    assert!(diagnostics::render(&invalid.files, &invalid.mistakes, true).contains('\u{1b}'));
}

#[test]
fn the_shipped_schema_is_the_one_of_this_version() {
    let shipped = include_str!("../masking-rules/schema.json");
    assert!(
        shipped == schema::json_schema_text(),
        "masking-rules/schema.json is stale; write it again with: stagemask schema > masking-rules/schema.json"
    );
}

#[test]
fn what_an_editor_offers_alone_is_what_is_accepted_alone() {
    let schema = schema::json_schema();
    let choices = schema["definitions"]["Decision"]["anyOf"].as_array().unwrap();
    let offered: Vec<&str> = choices.iter().filter_map(|choice| choice["const"].as_str()).collect();
    let transforms = schema["definitions"]["Transform"]["properties"].as_object().unwrap();
    for name in transforms.keys().map(String::as_str).chain(["keep"]) {
        let accepted = load::parse("", column(name).as_bytes()).is_ok();
        assert_eq!(accepted, offered.contains(&name), "{name}");
    }
}

/// Pieces of rules files, right and wrong, so that the walk is reached as often as the parser's errors.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "version: 1\n", "locale: nb_NO\n", "tables:\n", "  users:\n", "    columns:\n", "      a: ", "      é: ", "keep\n",
            "references:\n", "  - a.b[*] -> c.d\n", "  - { from: a.b, path: $.c, to: d.e }\n", "->", "[*]", "\"", "domain: x\n",
            "{ email: { from: [a] } }\n", "{ json: { $.a: keep, $['a']: } }\n", "null\n", "\n", "\r\n", "\r", "\t", "&a ", "*a", "!t ", "- ",
            "? ", ": ", "'", "\"", "|\n", ">\n", "#", "---\n", "...\n", "<<: ", "[", "]", "{", "}", ",", "\u{feff}", "\u{85}", "\u{2028}",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => ".{0,3}",
    ]
}

fn check_places(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Err(invalid) = load::parse("rules.yaml", bytes) else { return Ok(()) };
    prop_assert!(!invalid.mistakes.is_empty());
    let text = &invalid.files[0].text;
    for place in invalid.mistakes.iter().filter_map(|mistake| mistake.place) {
        prop_assert!(text.get(place.start..place.end).is_some(), "{place:?} is outside of {text:?}");
        prop_assert!(place.line >= 1 && place.column >= 1, "{place:?}");
        prop_assert!(
            place.line <= text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count(),
            "{place:?} in {text:?}"
        );
    }
    shown(&invalid);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_make_it_panic_or_point_outside_the_file(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_places(&bytes)?;
    }

    #[test]
    fn no_text_makes_it_panic_or_point_outside_the_file(pieces in prop::collection::vec(piece(), 0..30)) {
        check_places(pieces.concat().as_bytes())?;
    }
}

#[test]
fn what_is_said_of_rows_is_understood() {
    let text = "version: 1\ntables:\n  users:\n    where: a > 1\n    unless: \"b = ')'\"\n    limit: 20\n    columns:\n      \
        note: [{ when: c, then: { constant: { value: x } } }, keep]\n  logs: { truncate: true }\n";
    let rules = rules(text);
    let [users, logs] = rules.tables.as_slice() else { panic!("two tables") };
    let sql = |condition: &Option<stagemask::rules::rule::Condition>| condition.as_ref().map(|one| one.sql.clone());
    assert_eq!(sql(&users.rows.only).as_deref(), Some("a > 1"));
    assert_eq!(sql(&users.rows.unless).as_deref(), Some("b = ')'"));
    assert_eq!((users.rows.limit, users.rows.truncate, logs.rows.truncate), (Some(20), false, true));
    let note = &users.columns[0];
    assert_eq!((note.cases.len(), &note.decision), (1, &Decision::Keep));
    assert_eq!((note.cases[0].when.sql.as_str(), note.cases[0].when.place.line), ("c", 8));
    assert!(matches!(&note.cases[0].decision, Decision::Mask(Transform::Constant(_))));
}

#[test]
fn mistakes_about_rows_are_told_with_what_to_write() {
    let table = |keys: &str| format!("version: 1\ntables:\n  users: {{ {keys}, columns: {{ a: keep }} }}\n");
    for (keys, what) in [
        ("where: \"a) OR (true\"", "the condition closes a parenthesis that it doesn't open"),
        ("where: \"a; DROP TABLE users\"", "the condition has a semicolon: it has to be one expression"),
        ("unless: \"a = 'x\"", "the condition has a text without an end"),
        ("unless: [a]", "`unless` has to be a text"),
        ("where: ", "`where` has no condition"),
        ("limit: 0", "`limit` has to be a whole number above 0, without quotes"),
        ("limit: \"5\"", "`limit` has to be a whole number above 0, without quotes"),
        ("limit: -5", "`limit` has to be a whole number above 0, without quotes"),
        ("truncate: yes", "`truncate` has to be `true` or `false`"),
        ("truncate: true, where: a", "`where` says which rows, and `truncate` that there are none"),
        ("truncated: true", "unknown key `truncated` in the table `users`"),
    ] {
        assert_eq!(only(table(keys)).what, what, "{keys}");
    }
    let note = |list: &str| only(column(list)).what;
    assert_eq!(note("[{ when: a, then: keep }]"), "nothing is said of `phone` in rows of which no case is true");
    assert_eq!(note("[phone, { when: a, then: keep }]"), "what happens in all other rows has to stand last");
    assert_eq!(note("[{ when: a }, phone]"), "a case needs `then`");
    assert_eq!(note("[{ then: keep }, phone]"), "a case needs `when`");
    assert_eq!(note("[{ when: a, then: keep, unless: b }, phone]"), "unknown key `unless` in a case");
    assert_eq!(note("[phone]"), "`phone` can have only one transform");
    assert_eq!(note("{ json: { $.a: [{ when: a, then: keep }, redact] } }"), "`$.a` can have only one transform");
}
