use std::collections::HashSet;

use super::super::testing::{column, mask, mask_bytes, mask_with, refusal};
use super::*;
use crate::postgres::catalog::Column;
use crate::rules::transform::Transform as Spec;

fn spec() -> Spec {
    Spec::Key(Options::default())
}

fn int2(value: i16) -> i64 {
    let masked = mask_bytes(&spec(), &column(TypeClass::Int2, None), &value.to_be_bytes());
    i16::from_be_bytes(masked.try_into().unwrap()).into()
}

fn int4(value: i32) -> i64 {
    let masked = mask_bytes(&spec(), &column(TypeClass::Int4, None), &value.to_be_bytes());
    i32::from_be_bytes(masked.try_into().unwrap()).into()
}

fn int8(value: i64) -> i64 {
    i64::from_be_bytes(mask_bytes(&spec(), &column(TypeClass::Int8, None), &value.to_be_bytes()).try_into().unwrap())
}

#[test]
fn every_smallint_has_a_fake_of_its_own_and_of_its_sign() {
    let built = super::super::testing::built(&spec(), &column(TypeClass::Int2, None));
    let mut seen = HashSet::new();
    for value in i16::MIN..=i16::MAX {
        let mut out = Vec::new();
        built.transform.mask(&value.to_be_bytes(), &Row { cells: &[], transforms: &[] }, &mut out).unwrap();
        let masked = i16::from_be_bytes(out.try_into().unwrap());
        assert_eq!(masked.signum(), value.signum());
        assert!(masked != value || value == 0, "{value} stays");
        seen.insert(masked);
    }
    assert_eq!(seen.len(), 1 << 16);
}

#[test]
fn a_key_has_the_same_fake_in_every_type() {
    for value in [1i16, 2, 42, 999, 16_383, 16_384, i16::MAX, -1, -42, i16::MIN] {
        assert_eq!(int2(value), int4(value.into()), "{value}");
    }
    for value in [1i32, 32_768, 1_000_000, (1 << 30) - 1, 1 << 30, i32::MAX, -1, i32::MIN] {
        assert_eq!(int4(value), int8(value.into()), "{value}");
        assert_eq!(mask(&spec(), &value.to_string()), int8(value.into()).to_string());
    }
    for value in [1i64, -7, 5_000_000_000, (1 << 53) - 1, 1 << 53, i64::MAX, i64::MIN] {
        let mut cell = Vec::new();
        numeric::write(value < 0, value.unsigned_abs().into(), &mut cell);
        let numeric = Column { type_name: "numeric".to_owned(), ..column(TypeClass::Numeric, None) };
        let (negative, size) = numeric::read(&mask_bytes(&spec(), &numeric, &cell)).unwrap();
        let masked = int8(value);
        assert_eq!((negative, size), (masked < 0, masked.unsigned_abs().into()));
    }
}

#[test]
fn a_key_that_javascript_can_count_stays_one() {
    for value in [1i64, 40_000, 3_000_000_000, (1 << 53) - 1] {
        assert!((1..1 << 53).contains(&int8(value)));
    }
}

#[test]
fn a_range_is_kept_to_inside_and_outside_of_it() {
    let spec = Spec::Key(Options { min: Some(1000), max: Some(9999) });
    let mut seen = HashSet::new();
    for value in 1..=20_000i32 {
        let masked = mask_bytes(&spec, &column(TypeClass::Int4, None), &value.to_be_bytes());
        let masked = i32::from_be_bytes(masked.try_into().unwrap());
        assert_eq!((1000..=9999).contains(&value), (1000..=9999).contains(&masked), "{value} {masked}");
        seen.insert(masked);
    }
    assert_eq!(seen.len(), 20_000);
    let half = Spec::Key(Options { min: Some(5), max: None });
    assert!(refusal(&half, &column(TypeClass::Int4, None)).help.contains("max"));
    let wide = Spec::Key(Options { min: Some(1), max: Some(100_000) });
    assert!(refusal(&wide, &column(TypeClass::Int2, None)).help.contains("32767"));
}

#[test]
fn text_that_is_no_plain_number_keeps_its_form_and_meets_none_that_is() {
    for text in ["0042", "+5", "7a", "12 34", "-012"] {
        let masked = mask(&spec(), text);
        assert_eq!(masked.len(), text.len());
        assert!(masked != text && written(&masked).is_none(), "{masked}");
    }
    let narrow = column(TypeClass::Text, Some(3));
    let all: HashSet<String> = (1..=999).map(|n| mask_with(&spec(), &narrow, &n.to_string())).collect();
    assert!(all.len() == 999 && all.iter().all(|text| text.len() <= 3));
}

#[test]
fn a_numeric_keeps_to_its_precision_and_has_no_decimals() {
    let narrow = Column { type_name: "numeric(3,0)".to_owned(), ..column(TypeClass::Numeric, None) };
    let mut seen = HashSet::new();
    for value in 1..=999u32 {
        let mut cell = Vec::new();
        numeric::write(false, value.into(), &mut cell);
        let (_, size) = numeric::read(&mask_bytes(&spec(), &narrow, &cell)).unwrap();
        assert!((1..=999).contains(&size));
        seen.insert(size);
    }
    assert_eq!(seen.len(), 999);
    let decimals = Column { type_name: "numeric(10,2)".to_owned(), ..column(TypeClass::Numeric, None) };
    assert!(refusal(&spec(), &decimals).what.contains("decimals"));
}
