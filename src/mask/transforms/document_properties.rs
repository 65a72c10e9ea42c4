//! What holds for documents of every shape: what is kept stays to the byte, and what isn't goes.

use proptest::prelude::*;

use super::Spec;
use super::testing::{column, mask_bytes};
use crate::postgres::types::TypeClass;
use crate::postgres::xml_tokens::Tokens;
use crate::rules::transform::PartDecision;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_document_of_which_everything_is_kept_is_the_same_to_the_byte(text in any_document()) {
        prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
        let keep = Spec::Json([("$.**".to_owned(), PartDecision::Name("keep".into()))].into());
        prop_assert_eq!(mask_bytes(&keep, &column(TypeClass::Json, None), text.as_bytes()), text.as_bytes());
    }

    #[test]
    fn whatever_the_paths_a_masked_document_is_one_and_has_as_many_members(text in any_document(), keys in any::<bool>()) {
        let part = |name: &str| PartDecision::Name(name.to_owned());
        let mut paths = vec![
            ("$..[?@.k].x", "email"), ("$..[?@ == true || @ < 0]", "phone"), ("$..[-1]", "keep"), ("$..[::2]", "full_name"),
        ];
        paths.extend(keys.then_some(("$..k~", "full_name")));
        let spec = Spec::Json(paths.iter().map(|(path, name)| ((*path).to_owned(), part(name))).collect());
        let out = String::from_utf8(mask_bytes(&spec, &column(TypeClass::Json, None), text.as_bytes())).unwrap();
        prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&out).is_ok(), "{}", out);
        prop_assert_eq!(out.matches(':').count(), text.matches(':').count());
        prop_assert!(!keys || !out.contains("\"k\""), "{}", out);
    }

    #[test]
    fn xml_of_which_everything_is_kept_is_the_same_and_none_else_has_its_texts(text in any_xml()) {
        let keep = Spec::Xml([("//*".to_owned(), PartDecision::Name("keep".into()))].into());
        prop_assert_eq!(mask_bytes(&keep, &column(TypeClass::Xml, None), text.as_bytes()), text.as_bytes());
        let other = Spec::Xml([("//nobody".to_owned(), PartDecision::Name("keep".into()))].into());
        let out = String::from_utf8(mask_bytes(&other, &column(TypeClass::Xml, None), text.as_bytes())).unwrap();
        prop_assert!(!out.contains("Ingrid") && !out.contains("&#216;"), "{}", out);
        prop_assert_eq!(out.matches("<b").count(), text.matches("<b").count());
        prop_assert!(Tokens::new(&out).all(|token| token.is_ok()), "{}", out);
    }

    #[test]
    fn a_masked_document_is_one_and_keeps_its_keys(text in any_document()) {
        let spec = Spec::Json([("$..k".to_owned(), PartDecision::Name("full_name".into()))].into());
        let out = String::from_utf8(mask_bytes(&spec, &column(TypeClass::Json, None), text.as_bytes())).unwrap();
        prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&out).is_ok(), "{}", out);
        prop_assert_eq!(out.matches(":").count(), text.matches(":").count());
        prop_assert!(!out.contains("Ingrid"));
    }
}

/// XML with the same name in every place where text can stand.
fn any_xml() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(" Ingrid &#216;deg&amp;rd\n".to_owned()),
        Just("<![CDATA[Ingrid <x> & co]]>".to_owned()),
        Just("<b a = 'Ingrid' c=\"\"/>".to_owned()),
        Just("\n  ".to_owned()),
        Just("&lt;".to_owned()),
    ];
    let inner = leaf.prop_recursive(4, 30, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(|all| format!("<b x=\"Ingrid '\" >{}</b >", all.concat()))
    });
    inner.prop_map(|inner| format!("<root>{inner}</root>"))
}

/// A document with odd spacing, escapes and keys that occur twice.
fn any_document() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just(" true".to_owned()),
        Just("-1.50E+3 ".to_owned()),
        Just(r#""Ingrid \u00d8deg\u00e5rd\n""#.to_owned()),
        Just(r#""a \"quoted\" \ud83d\ude00 \\ word""#.to_owned()),
        Just("\"\"".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..5).prop_map(|all| format!("[ {}]", all.join(" ,")));
        let object = prop::collection::vec(("[kx]", inner), 0..5).prop_map(|all| {
            let members: Vec<String> = all.iter().map(|(key, value)| format!("\"{key}\" : {value}")).collect();
            format!("{{{} }}", members.join(",\n"))
        });
        prop_oneof![list, object]
    })
}
