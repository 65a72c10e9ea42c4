use super::super::testing::{column, mask, mask_with, refusal};
use super::*;

fn plain() -> Spec {
    Spec::Email(Options::default())
}

#[test]
fn the_address_carries_the_masked_names_of_the_row() {
    let given = mask(&Spec::FirstName(Default::default()), "Ingrid").to_lowercase();
    let family = fold(&mask(&Spec::LastName(Default::default()), "Ødegård")).as_bytes().to_vec();
    let given = String::from_utf8(fold(&given).as_bytes().to_vec()).unwrap();
    let address = mask(&plain(), "ingrid.odegard@posten.no");
    assert!(address.starts_with(&format!("{given}.{}.", String::from_utf8(family).unwrap())), "{address}");
    assert!(address.ends_with("@example.com"));
}

#[test]
fn capitals_in_an_address_make_no_difference() {
    assert_eq!(mask(&plain(), "A.Berg@x.no"), mask(&plain(), " a.berg@X.NO "));
    assert_ne!(mask(&plain(), "a.berg@x.no"), mask(&plain(), "a.berg@x.se"));
}

#[test]
fn a_narrow_column_shortens_the_name_and_a_narrower_one_is_refused() {
    let narrow = column(TypeClass::Text, Some(30));
    assert_eq!(mask_with(&plain(), &narrow, "ingrid.odegard@posten.no").chars().count(), 30);
    let help = refusal(&plain(), &column(TypeClass::Text, Some(10))).help;
    assert!(help.contains("at least 24 characters"), "{help}");
}

#[test]
fn a_domain_with_people_behind_it_is_refused() {
    let options = |domain: &str| Spec::Email(Options { domain: Some(domain.to_owned()), ..Options::default() });
    let text = column(TypeClass::Text, None);
    assert!(refusal(&options("gmail.com"), &text).what.contains("people"));
    assert!(refusal(&options("not a domain"), &text).what.contains("isn't one"));
    assert!(mask(&options("staging.drop.example"), "a@b.no").ends_with("@staging.drop.example"));
}

#[test]
fn quoted_names_tags_and_domains_in_any_script_become_plain_addresses() {
    let is_plain = |address: &str| {
        let (name, domain) = address.split_once('@').unwrap();
        domain == "example.com" && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    };
    let odd = [
        r#""ingrid lie"@posten.no"#,
        r#""a@b"@posten.no"#,
        "ingrid+nyhetsbrev@posten.no",
        "ingrid@bl\u{e5}b\u{e6}r.no",
        "ingrid@xn--blbr-roah.no",
        "用户@例子.广告",
        "o'brien@x.ie",
        "a%b@x.no",
        "<ingrid@x.no>",
        "@x.no",
        "ingrid@[192.168.0.1]",
    ];
    for address in odd {
        let masked = mask(&plain(), address);
        assert!(is_plain(&masked), "{address} became {masked}");
        let unsuffixed = Spec::Email(Options { unique: Some(false), ..Options::default() });
        let masked = mask(&unsuffixed, address);
        assert!(is_plain(&masked) && !masked.starts_with('@'), "{address} became {masked}");
    }
}

#[test]
fn addresses_with_different_tags_stay_different_and_have_the_same_name() {
    let (plus, other) = (mask(&plain(), "ingrid.lie+a@x.no"), mask(&plain(), "ingrid.lie+b@x.no"));
    assert_ne!(plus, other);
    assert_eq!(plus.rsplit_once('.').unwrap().0.split('.').next(), other.split('.').next());
}

#[test]
fn a_letter_with_a_mark_is_one_however_it_is_written() {
    assert_eq!(mask(&plain(), "ren\u{e9}@x.fr"), mask(&plain(), "rene\u{301}@x.fr"));
}

#[test]
fn a_locale_in_another_script_leaves_the_suffix() {
    let masked = super::super::testing::mask_in(crate::rules::transform::Locale::JaJp, &plain(), "taro@x.jp");
    assert!(masked.is_ascii() && masked.len() == "0123456789ab@example.com".len(), "{masked}");
}
