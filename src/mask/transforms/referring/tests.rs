//! What refers is masked as what it refers to, in every form.

use super::super::testing::{column, key};
use super::*;
use crate::rules::transform::{Email, NoOptions};

/// The masked bytes of a cell in the column that is referred to, and of one that refers to it.
fn both(spec: &Spec, to: &Column, cell: &[u8], from: &Column, referring: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let key = key();
    let prescan = Arc::default();
    let equality = Equality { ignores_end: true, ignores_case: true };
    let locale = Locale::NbNo;
    let referred = Referred { spec, column: to, equality, locale, key: &key, domain: Some("shop"), prescan: &prescan };
    let columns = std::slice::from_ref(to);
    let site = Site { column: to, columns, specs: &[None], locale, key: &key, domain: Some("shop"), prescan: &prescan };
    let elements = matches!(from.class, TypeClass::Array(_));
    let mask = |built: Built, cell: &[u8]| {
        let mut out = Vec::new();
        assert_eq!(built.transform.mask(cell, &Row { cells: &[], transforms: &[] }, &mut out), Ok(Masked::Value));
        out
    };
    (
        mask(build_referred(spec, &site, equality).ok().unwrap(), cell),
        mask(build_referring(&referred, from, elements).ok().unwrap(), referring),
    )
}

fn refusal(spec: &Spec, to: &Column, from: &Column) -> Refusal {
    let (key, prescan, equality) = (key(), Arc::default(), Equality::default());
    let referred =
        Referred { spec, column: to, equality, locale: Locale::En, key: &key, domain: None, prescan: &prescan };
    build_referring(&referred, from, false).err().expect("a refusal")
}

fn noise() -> Spec {
    Spec::Noise(Default::default())
}

#[test]
fn an_integer_is_the_same_number_in_every_width_and_in_text() {
    let to = column(TypeClass::Int4, None);
    let number = 123_456i32;
    let (referred, wide) =
        both(&noise(), &to, &number.to_be_bytes(), &column(TypeClass::Int8, None), &i64::from(number).to_be_bytes());
    let masked = i32::from_be_bytes(referred.try_into().unwrap());
    assert_ne!(masked, number);
    assert_eq!(wide, i64::from(masked).to_be_bytes());
    let text = column(TypeClass::Text, Some(11));
    let (_, text) = both(&noise(), &to, &number.to_be_bytes(), &text, b"123456");
    assert_eq!(String::from_utf8(text).unwrap(), masked.to_string());
}

#[test]
fn a_uuid_in_text_keeps_its_capitals() {
    let spec = Spec::Token(NoOptions {});
    let (to, text) = (column(TypeClass::Uuid, None), column(TypeClass::Text, None));
    let original = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdefu128.to_be_bytes();
    let small = uuid_text(original);
    let (referred, masked) = both(&spec, &to, &original, &text, small.as_bytes());
    let expected = uuid_text(referred.try_into().unwrap());
    assert_eq!(String::from_utf8(masked).unwrap(), expected);
    let (_, masked) = both(&spec, &to, &original, &text, small.to_uppercase().as_bytes());
    assert_eq!(String::from_utf8(masked).unwrap(), expected.to_uppercase());
}

#[test]
fn what_is_no_id_goes_and_what_says_nothing_stays() {
    let (to, text) = (column(TypeClass::Int4, None), column(TypeClass::Text, None));
    for (stray, masked) in
        [("Kari Lie", "redacted"), ("007", "redacted"), ("99999999999", "redacted"), ("", ""), (" ", " ")]
    {
        let (_, out) = both(&noise(), &to, &[0, 0, 0, 7], &text, stray.as_bytes());
        assert_eq!(String::from_utf8(out).unwrap(), masked, "{stray}");
    }
}

#[test]
fn a_stray_text_in_a_unique_column_is_an_error_and_not_the_same_word_twice() {
    let (key, prescan, to) = (key(), Arc::default(), column(TypeClass::Uuid, None));
    let spec = Spec::Token(NoOptions {});
    let (equality, locale) = (Equality::default(), Locale::En);
    let referred = Referred { spec: &spec, column: &to, equality, locale, key: &key, domain: None, prescan: &prescan };
    let unique = Column { unique: true, ..column(TypeClass::Text, None) };
    let built = build_referring(&referred, &unique, false).ok().unwrap();
    assert!(built.facts.unique);
    let masked = built.transform.mask(b"nobody", &Row { cells: &[], transforms: &[] }, &mut Vec::new());
    assert!(!masked.unwrap_err().0.contains("nobody"));
}

#[test]
fn spaces_at_the_end_and_capitals_make_no_difference_where_the_type_says_so() {
    let (to, from) = (column(TypeClass::Text, Some(40)), column(TypeClass::Text, Some(40)));
    let spec = Spec::HexDigest(Default::default());
    let (referred, referring) = both(&spec, &to, b"Code-1  ", &from, "CODE-1".as_bytes());
    assert_eq!(referred, referring);
}

#[test]
fn the_elements_of_an_array_are_masked_as_what_they_refer_to() {
    let array = |values: &[i32]| {
        let mut cell = [1i32, 0, 23, values.len() as i32, 1].iter().flat_map(|i| i.to_be_bytes()).collect::<Vec<_>>();
        values.iter().for_each(|value| cell.extend([4i32.to_be_bytes(), value.to_be_bytes()].concat()));
        cell
    };
    let from = column(TypeClass::Array(Box::new(TypeClass::Int4)), None);
    let (one, many) =
        both(&noise(), &column(TypeClass::Int4, None), &5000i32.to_be_bytes(), &from, &array(&[5000, 5000]));
    let one = i32::from_be_bytes(one.try_into().unwrap());
    assert_eq!(many, array(&[one, one]));
}

#[test]
fn what_could_not_be_written_or_looks_at_its_row_is_refused() {
    let (int4, int8) = (column(TypeClass::Int4, None), column(TypeClass::Int8, None));
    assert!(refusal(&noise(), &int8, &int4).what.contains("may not fit"));
    assert!(refusal(&noise(), &int8, &column(TypeClass::Text, Some(19))).what.contains("may not fit"));
    assert!(refusal(&noise(), &column(TypeClass::Text, None), &int8).what.contains("may not fit"));
    let text = column(TypeClass::Text, None);
    let from_row = Spec::Email(Email { from: vec!["first_name".to_owned()], ..Email::default() });
    assert!(refusal(&from_row, &text, &text).what.contains("its own value alone"));
    assert!(refusal(&Spec::FreeText(NoOptions {}), &text, &text).what.contains("its own value alone"));
}
