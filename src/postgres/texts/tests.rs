//! What is found in cells of every type.

use proptest::prelude::*;

use super::*;
use crate::postgres::copy_binary::write_field;

fn texts(class: &TypeClass, cell: &[u8]) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    visit_texts(class, cell, &mut |text| found.push((text.text.to_owned(), text.key.map(str::to_owned))));
    found
}

fn words(class: &TypeClass, cell: &[u8]) -> Vec<String> {
    texts(class, cell).into_iter().map(|(text, _)| text).collect()
}

#[test]
fn json_gives_its_keys_and_leaves_with_the_key_they_stand_under() {
    let cell = br#"{"who": {"mail": "a@b.no", "n": [41234567, null, true]}, "\u00e5": "x\ny"}"#;
    let found = texts(&TypeClass::Json, cell);
    assert!(found.contains(&("a@b.no".into(), Some("mail".into()))));
    assert!(found.contains(&("41234567".into(), Some("n".into()))));
    assert!(found.contains(&("x\ny".into(), Some("å".into()))));
    assert!(found.contains(&("who".into(), None)));
}

#[test]
fn broken_json_is_looked_at_as_text() {
    let cell = r#"{"a": "b@c.no"#;
    assert!(words(&TypeClass::Json, cell.as_bytes()).iter().any(|text| text == cell));
}

#[test]
fn an_array_gives_each_element() {
    let mut cell = Vec::new();
    for number in [1, 0, 25, 2, 1] {
        cell.extend_from_slice(&i32::to_be_bytes(number));
    }
    write_field(&mut cell, Some(b"one"));
    write_field(&mut cell, None);
    write_field(&mut cell, Some(b"two"));
    assert_eq!(words(&TypeClass::Array(Box::new(TypeClass::Text)), &cell), ["one", "two"]);
}

#[test]
fn dates_are_spelled_as_people_do() {
    let date = |days: i32| words(&TypeClass::Date, &days.to_be_bytes());
    assert_eq!(date(0), ["2000-01-01"]);
    assert_eq!(date(59), ["2000-02-29"]);
    assert_eq!(date(-5_478), ["1985-01-01"]);
    assert_eq!(date(i32::MAX), [""; 0]);
}

#[test]
fn numerics_are_spelled_in_decimal() {
    let numeric = |words: &[i16]| numeric_text(&words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>());
    assert_eq!(numeric(&[2, 1, 0, 0, 4123, 4567]).as_deref(), Some("41234567"));
    assert_eq!(numeric(&[2, 0, 0x4000, 2, 12, 3400]).as_deref(), Some("-12.34"));
    assert_eq!(numeric(&[1, -1, 0, 3, 50]).as_deref(), Some("0.005"));
}

#[test]
fn addresses_are_spelled_as_people_do() {
    assert_eq!(words(&TypeClass::Inet, &[2, 32, 0, 4, 84, 208, 1, 2]), ["84.208.1.2"]);
    assert_eq!(words(&TypeClass::Inet, &[2, 24, 1, 4, 84, 208, 1, 0]), ["84.208.1.0/24"]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(cell in prop::collection::vec(any::<u8>(), 0..120), pick in 0usize..14) {
        let text = || Box::new(TypeClass::Text);
        let class = [
            TypeClass::Array(text()), TypeClass::Range(text()), TypeClass::Multirange(text()), TypeClass::Xml, TypeClass::Text, TypeClass::Ltree, TypeClass::MacAddress, TypeClass::Hstore, TypeClass::Tsvector, TypeClass::Inet,
            TypeClass::Numeric, TypeClass::Jsonb, TypeClass::Date,
            TypeClass::Composite(vec![("a".into(), TypeClass::Text), ("b".into(), TypeClass::Array(text()))]),
        ][pick].clone();
        texts(&class, &cell);
    }
}

#[test]
fn the_bounds_of_ranges_are_looked_at() {
    let mut range = vec![0x02];
    write_field(&mut range, Some(&0i32.to_be_bytes()));
    write_field(&mut range, Some(&59i32.to_be_bytes()));
    let mut multirange = 1i32.to_be_bytes().to_vec();
    write_field(&mut multirange, Some(&range));
    let date = || Box::new(TypeClass::Date);
    assert_eq!(words(&TypeClass::Range(date()), &range), ["2000-01-01", "2000-02-29"]);
    assert_eq!(words(&TypeClass::Multirange(date()), &multirange), ["2000-01-01", "2000-02-29"]);
}

#[test]
fn texts_and_attributes_of_xml_are_found_without_their_escapes() {
    let cell = br#"<?xml version="1.0"?><a x="K&#229;re"><name>Ol&amp;a</name><![CDATA[<b@c.no>]]><!-- Per --></a>"#;
    let found = texts(&TypeClass::Xml, cell);
    for (text, key) in [("K\u{e5}re", "x"), ("Ol&a", "name"), ("<b@c.no>", "a"), (" Per ", "a")] {
        assert!(found.contains(&(text.to_owned(), Some(key.to_owned()))), "{text}: {found:?}");
    }
    assert!(words(&TypeClass::Xml, b"<a>Ola</b>").contains(&"<a>Ola</b>".to_owned()));
}

#[test]
fn json_in_text_and_text_in_base64_are_looked_into() {
    let found = texts(&TypeClass::Text, br#" {"mail": "a@b.no"} "#);
    assert!(found.contains(&("a@b.no".into(), Some("mail".into()))), "{found:?}");
    assert!(words(&TypeClass::Text, b"aW5ncmlkQGZqb3JkcG9zdC5ubw==").contains(&"ingrid@fjordpost.no".to_owned()));
    assert!(words(&TypeClass::Text, b"aW5ncmlkQGZqb3JkcG9zdC5ubw").contains(&"ingrid@fjordpost.no".to_owned()));
    assert_eq!(words(&TypeClass::Text, b"0123456789abcdef0123456789abcdef").len(), 1);
}

#[test]
fn hardware_addresses_are_spelled_as_people_do() {
    assert_eq!(words(&TypeClass::MacAddress, &[8, 0, 0x2b, 1, 2, 3]), ["08:00:2b:01:02:03"]);
}
