use std::collections::HashSet;

use proptest::prelude::*;

use super::super::testing::{column, mask, refusal};
use super::*;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Transform as Spec;

fn spec() -> Spec {
    Spec::Code(Options::default())
}

fn with_prefix(prefix: &str) -> Spec {
    Spec::Code(Options { prefix: Some(prefix.to_owned()), format: None })
}

fn with_format(format: &str) -> Spec {
    Spec::Code(Options { prefix: None, format: Some(format.to_owned()) })
}

#[test]
fn prefix_separators_digits_and_letters_stay_where_they_are() {
    let masked = mask(&spec(), "TX-0042");
    assert!(masked.starts_with("TX-") && masked != "TX-0042", "{masked}");
    assert!(masked[3..].bytes().all(|byte| byte.is_ascii_digit()) && masked.len() == 7);
    let masked = mask(&spec(), "usr_8f3ac01d7b22e9f4");
    assert!(masked.starts_with("usr_") && masked[4..].bytes().all(|b| b.is_ascii_hexdigit()), "{masked}");
    let masked = mask(&spec(), "Ab12-Cd.34");
    let form: String = masked
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                '9'
            } else if c.is_ascii_uppercase() {
                'A'
            } else if c.is_ascii_lowercase() {
                'a'
            } else {
                c
            }
        })
        .collect();
    assert_eq!(form, "Aa99-Aa.99");
}

#[test]
fn every_code_of_a_shape_has_a_fake_of_its_own() {
    for (spec, codes) in [
        (spec(), (0..2_000).map(|n| format!("TX-{n:04}")).collect::<Vec<_>>()),
        (with_format("TX-####"), (0..2_000).map(|n| format!("TX-{n:04}")).collect()),
        (
            with_prefix(""),
            (0..26 * 26 * 10).map(|n| format!("{}{}{}", letter(n / 260), letter(n / 10 % 26), n % 10)).collect(),
        ),
        (with_prefix("A"), (0..26 * 100).map(|n| format!("{}{:02}", letter(n / 100), n % 100)).collect()),
        (with_format("A-#"), (0..260).map(|n| format!("{}-{}", letter(n / 10), n % 10)).collect()),
        (spec(), (0..6_000).map(|n| format!("{:08x}", n * 107)).collect()),
    ] {
        let masked: HashSet<String> = codes.iter().map(|code| mask(&spec, code)).collect();
        assert_eq!(masked.len(), codes.len(), "{spec:?}");
        assert!(codes.iter().all(|code| mask(&spec, code) != *code));
    }
}

fn letter(n: u32) -> char {
    char::from(b'A' + n as u8)
}

#[test]
fn case_does_not_change_the_fake_but_for_its_own_case() {
    let masked = mask(&with_prefix(""), "AB12cd");
    assert_eq!(mask(&with_prefix(""), "ab12CD").to_lowercase(), masked.to_lowercase());
    assert_eq!(mask(&spec(), "TX-00AB").to_lowercase(), mask(&spec(), "tx-00ab"));
}

#[test]
fn a_given_prefix_or_format_is_what_stays() {
    assert!(mask(&with_prefix("INV"), "INV0042").starts_with("INV"));
    assert!(!mask(&with_prefix(""), "usr_0042").starts_with("usr_"));
    let masked = mask(&with_format("2024-??-####"), "2024-AB-0001");
    assert!(masked.starts_with("2024-"), "{masked}");
    // What hasn't the form is encrypted from its first character on.
    assert_ne!(mask(&with_format("2024-##"), "2023-01")[..4], *"2023");
    assert!(refusal(&with_format("TX"), &column(TypeClass::Text, None)).what.contains("nothing is masked"));
    let both = Spec::Code(Options { prefix: Some("A".into()), format: Some("A#".into()) });
    assert!(refusal(&both, &column(TypeClass::Text, None)).what.contains("a prefix and a format"));
}

#[test]
fn a_short_code_may_be_anywhere_and_a_long_one_may_not() {
    let facts = |spec: &Spec| super::super::testing::built(spec, &column(TypeClass::Text, None)).facts;
    assert_eq!(facts(&with_format("TX-####")).originals, OriginalsOf::Shared);
    assert_eq!(facts(&with_format("usr_****************")).originals, OriginalsOf::Identifier);
}

proptest! {
    #[test]
    fn codes_that_differ_have_fakes_that_differ_whether_case_counts_or_not(
        pairs in prop::collection::hash_set("[A-Ca-c0-1_-]{1,4}|[A-Fa-f0-9]{40,60}|[ØÆæø1a]{1,3}", 2..60),
        prefix in prop::option::of("[a-b]{0,2}"),
    ) {
        let spec = Spec::Code(Options { prefix, format: None });
        let masked: Vec<(String, String)> = pairs.iter().map(|code| (code.clone(), mask(&spec, code))).collect();
        let exactly: HashSet<&String> = masked.iter().map(|(_, masked)| masked).collect();
        prop_assert_eq!(exactly.len(), masked.len());
        let before: HashSet<String> = masked.iter().map(|(code, _)| code.to_ascii_lowercase()).collect();
        let after: HashSet<String> = masked.iter().map(|(_, masked)| masked.to_ascii_lowercase()).collect();
        prop_assert_eq!(before.len(), after.len());
    }
}
