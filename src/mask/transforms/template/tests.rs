use std::sync::Arc;

use super::super::testing::{column, key};
use super::super::{Spec, Transform, build as build_one};
use super::*;
use crate::postgres::catalog::Column;
use crate::rules::transform::{Email, Locale};

fn template(text: &str) -> Spec {
    Spec::Template(Options { template: text.to_owned() })
}

fn named(name: &str, class: TypeClass) -> Column {
    Column { name: name.to_owned(), ..column(class, None) }
}

/// The columns of the table, each with what the rules say of it; of NULL nothing.
type Table<'a> = Vec<(&'a str, TypeClass, Option<Spec>)>;

fn people(of_note: &str) -> Table<'_> {
    vec![
        ("first_name", TypeClass::Text, Some(Spec::FirstName(Default::default()))),
        ("age", TypeClass::Int4, None),
        ("scan", TypeClass::Bytea, None),
        ("note", TypeClass::Text, Some(template(of_note))),
        ("gone", TypeClass::Text, Some(Spec::Null(Default::default()))),
    ]
}

/// Builds all and masks the column of this name in a row.
fn masked(table: &Table<'_>, name: &str, cells: &[Option<&[u8]>]) -> Result<String, String> {
    let columns: Vec<Column> = table.iter().map(|(name, class, _)| named(name, class.clone())).collect();
    let specs: Vec<Option<&Spec>> = table.iter().map(|(.., spec)| spec.as_ref()).collect();
    let (key, prescan) = (key(), Arc::default());
    let mut transforms = Vec::new();
    for (column, spec) in columns.iter().zip(&specs) {
        let site = Site {
            column,
            columns: &columns,
            specs: &specs,
            locale: Locale::NbNo,
            key: &key,
            domain: None,
            prescan: &prescan,
        };
        let made = spec.map(|spec| build_one(spec, &site)).transpose();
        transforms.push(made.map_err(|refusal| format!("{}; {}", refusal.what, refusal.help))?);
    }
    let position = columns.iter().position(|column| column.name == name).unwrap();
    let row = Row { cells, transforms: &transforms };
    let transform = &transforms[position].as_ref().unwrap().transform;
    let mut out = Vec::new();
    transform.mask(cells[position].unwrap(), &row, &mut out).map_err(|error| error.0)?;
    Ok(String::from_utf8(out).unwrap())
}

const AGE: &[u8] = &44i32.to_be_bytes();

fn note(text: &str) -> Result<String, String> {
    masked(&people(text), "note", &[Some(b"Kari"), Some(AGE), Some(b""), Some(b"Kari 42!"), Some(b"x")])
}

#[test]
fn it_sees_the_masked_row_and_the_shape_of_originals() {
    let fake = super::super::testing::mask(&Spec::FirstName(Default::default()), "Kari");
    assert_eq!(note("{{ row.first_name|upper }} is {{ row.age + 1 }}"), Ok(format!("{} is 45", fake.to_uppercase())));
    assert_eq!(note("{{ shape.note.pattern }} {{ shape.first_name.length }}"), Ok("Xxxx 99! 4".to_owned()));
    assert_eq!(note("[{{ row.gone }}]{{ row.gone or '-' }}"), Ok("[]-".to_owned()));
    assert_eq!(note("{% for n in range(3) %}{{ n }}{% endfor %}"), Ok("012".to_owned()));
    assert!(!note("{{ row.first_name }}{{ shape.note.pattern }}").unwrap().contains("Kari"));
}

#[test]
fn what_it_is_not_given_is_refused_before_a_row_moves() {
    for (text, expected) in [
        ("{{ row.frist_name }}", "did you mean `first_name`?"),
        ("{{ first_name }}", "write `row.first_name`"),
        ("{{ originals.note }}", "there are `row`"),
        ("{{ row }}", "as a whole"),
        ("{{ row['first_name'] ~ row }}", "as a whole"),
        ("{% for column in row %}{% endfor %}", "as a whole"),
        ("{% set r = row %}{{ r.age }}", "as a whole"),
        ("{{ shape.note }}", "`length`"),
        ("{{ shape.note.text }}", "has no `text`"),
        ("{{ shape.age.length }}", "only texts"),
        ("{{ row.scan }}", "can't show scan"),
        ("{{ row.age", "syntax error"),
        ("{{ row.age|nonsense }}", "unknown filter"),
        ("{% include 'x' %}", "syntax error"),
        ("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}", "fuel"),
    ] {
        let refusal = note(text).unwrap_err();
        assert!(refusal.contains(expected), "{text}: {refusal}");
    }
}

#[test]
fn what_goes_wrong_with_a_value_says_nothing_of_it() {
    let error = note("{% if row.age > 40 %}{{ row.first_name.nothing }}{% endif %}").unwrap_err();
    assert!(error.contains("its template failed on its line 1: undefined value"), "{error}");
    assert!(
        note("{% if row.age > 40 %}{{ row.first_name + row.age }}{% endif %}")
            .unwrap_err()
            .ends_with("invalid operation")
    );
}

#[test]
fn a_circle_of_templates_is_refused() {
    assert!(note("{{ row.note }}").unwrap_err().contains("note is made from note"));
    let from_email = |other: Spec| -> Table<'static> {
        vec![("a", TypeClass::Text, Some(template("{{ row.b }}"))), ("b", TypeClass::Text, Some(other))]
    };
    let cells: &[Option<&[u8]>] = &[Some(b"x"), Some(b"y")];
    let error = masked(&from_email(template("{{ row.a }}")), "a", cells).unwrap_err();
    assert!(error.contains("a is made from b is made from a"), "{error}");
    let email = Spec::Email(Email { from: vec!["a".to_owned()], ..Default::default() });
    assert!(masked(&from_email(email), "a", cells).unwrap_err().contains("circle"));
    assert!(masked(&from_email(template("x")), "a", cells).is_ok());
}

#[test]
fn a_circle_that_no_plan_saw_ends_at_a_depth() {
    struct Round;
    impl Transform for Round {
        fn mask(&self, _cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
            row.masked(0, out)
        }
    }
    let transform: Box<dyn Transform> = Box::new(Round);
    let transforms = [Some(Built { transform, facts: Facts::of(OriginalsOf::Text) })];
    let row = Row { cells: &[Some(b"x")], transforms: &transforms };
    for _ in 0..3 {
        assert!(row.masked(0, &mut Vec::new()).unwrap_err().0.contains("circle"));
    }
}
