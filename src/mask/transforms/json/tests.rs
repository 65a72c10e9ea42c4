//! What happens to the parts of documents.

use super::super::testing::{built, column, mask, mask_bytes, refusal};
use super::*;

fn spec(paths: &[(&str, &str)]) -> Spec {
    let part = |name: &str| PartDecision::Name(name.to_owned());
    Spec::Json(paths.iter().map(|(path, name)| ((*path).to_owned(), part(name))).collect())
}

fn masked(paths: &[(&str, &str)], document: &str) -> String {
    let out = mask_bytes(&spec(paths), &column(TypeClass::Json, None), document.as_bytes());
    String::from_utf8(out).unwrap()
}

#[test]
fn what_no_path_names_is_redacted_and_everything_else_stays_byte_for_byte() {
    assert_eq!(
        masked(
            &[("$.keep", "keep")],
            "{ \"b\" : \"x\",\"keep\":{\"n\":1.50e2 ,\"s\":\"\\u00e5\"}, \"b\":[1, true,null,\"\"]}"
        ),
        "{ \"b\" : \"redacted\",\"keep\":{\"n\":1.50e2 ,\"s\":\"\\u00e5\"}, \"b\":[0, true,null,\"\"]}"
    );
}

#[test]
fn the_closest_path_wins() {
    let paths = [("$.**", "redact"), ("$.user", "keep"), ("$.user.name", "full_name"), ("$.user.old", "null")];
    let name = mask(&Spec::FullName(Default::default()), "Ingrid Ødegård");
    assert_eq!(
        masked(&paths, r#"{"user":{"name":"Ingrid \u00d8deg\u00e5rd","old":[1,"a"],"id":7},"x":"y"}"#),
        format!(r#"{{"user":{{"name":"{name}","old":[null,null],"id":7}},"x":"redacted"}}"#)
    );
}

#[test]
fn a_number_stays_one_unless_its_fake_is_none() {
    let paths = [("$.a", "noise"), ("$.b", "phone"), ("$.c", "email"), ("$.d", "national_id")];
    let out = masked(&paths, r#"{"a":1000.00,"b":91234567,"c":123,"d":1018012029}"#);
    let phone = mask(&Spec::Phone(Default::default()), "91234567");
    assert!(!out.contains("1000.00") && out.starts_with("{\"a\":"), "{out}");
    assert!(out.contains(&format!(",\"b\":{phone},")), "{out}");
    assert!(out.contains(",\"c\":\"") && out.contains("@example.com\""), "{out}");
    assert!(serde_json::from_str::<serde_json::Value>(&out).unwrap()["d"].is_number(), "{out}");
}

#[test]
fn truth_is_masked_where_a_path_says_so() {
    let out =
        masked(&[("$.a", "redact"), ("$.b", "null"), ("$.c", "full_name")], r#"{"a":true,"b":true,"c":true,"d":true}"#);
    assert_eq!(out, r#"{"a":false,"b":null,"c":true,"d":true}"#);
    let constant = Spec::Json([("$.**".to_owned(), PartDecision::Transform(Box::new(constant("false"))))].into());
    let out = mask_bytes(&constant, &column(TypeClass::Json, None), br#"[true, "x", 1]"#);
    assert_eq!(String::from_utf8(out).unwrap(), r#"[false, "false", "false"]"#);
}

fn constant(value: &str) -> Spec {
    Spec::Constant(crate::rules::transform::Constant { value: value.to_owned() })
}

#[test]
fn names_of_members_are_masked_where_a_path_ends_in_a_tilde() {
    let paths = [("$.by_email.*~", "email"), ("$.by_email.**", "keep"), ("$.by_email.secret~", "redact")];
    let email = mask(&Spec::Email(Default::default()), "a@b.no");
    assert_eq!(
        masked(&paths, r#"{"by_email" : {"a@b.no" :{"n": 1}, "\u0061@b.no":2 , "secret":3}}"#),
        format!(r#"{{"by_email" : {{"{email}" :{{"n": 1}}, "{email}":2 , "redacted":3}}}}"#)
    );
}

#[test]
fn filters_slices_and_indices_from_the_end_choose_what_is_masked() {
    let paths = [
        ("$.c[?@.kind == \"email\"].value", "email"),
        ("$.c[?@.kind != 'email'].value", "phone"),
        ("$.c[*].kind", "keep"),
        ("$.list[-1]", "keep"),
        ("$.list[0:1]", "keep"),
    ];
    let (email, phone) =
        (mask(&Spec::Email(Default::default()), "a@b.no"), mask(&Spec::Phone(Default::default()), "+47 912 34 567"));
    assert_eq!(
        masked(
            &paths,
            r#"{"c":[{"value":"a@b.no","kind":"email"},{"kind":"tlf","value":"+47 912 34 567"}],"list":["a","b",["c"]]}"#
        ),
        format!(
            r#"{{"c":[{{"value":"{email}","kind":"email"}},{{"kind":"tlf","value":"{phone}"}}],"list":["a","redacted",["c"]]}}"#
        )
    );
}

#[test]
fn a_document_in_a_string_is_masked_by_paths_of_its_own() {
    let inner = spec(&[("$.name", "full_name"), ("$.n", "keep")]);
    let outer = Spec::Json([("$.payload".to_owned(), PartDecision::Transform(Box::new(inner)))].into());
    let out = mask_bytes(
        &outer,
        &column(TypeClass::Json, None),
        br#"{"payload":"{\"name\": \"Ingrid Lie\", \"n\":1.0}","x":"{"}"#,
    );
    let name = mask(&Spec::FullName(Default::default()), "Ingrid Lie");
    assert_eq!(
        String::from_utf8(out).unwrap(),
        format!(r#"{{"payload":"{{\"name\": \"{name}\", \"n\":1.0}}","x":"redacted"}}"#)
    );
}

#[test]
fn a_transform_that_takes_no_text_is_refused_with_its_path() {
    let composite = Spec::Json(
        [(
            "$.a".to_owned(),
            PartDecision::Transform(Box::new(Spec::Fields([("b".into(), PartDecision::Name("keep".into()))].into()))),
        )]
        .into(),
    );
    assert!(refusal(&composite, &column(TypeClass::Json, None)).what.starts_with("$.a: "));
}

#[test]
fn a_document_in_text_that_is_none_is_redacted_whole() {
    let text = column(TypeClass::Text, None);
    assert_eq!(mask_bytes(&spec(&[("$.**", "keep")]), &text, b"{broken, Ingrid"), b"\"redacted\"");
}

#[test]
fn a_document_too_deep_is_an_error_and_no_overflow() {
    let deep = "[".repeat(100_000);
    let built = built(&spec(&[]), &column(TypeClass::Json, None));
    let row = Row { cells: &[], transforms: &[] };
    assert!(built.transform.mask(deep.as_bytes(), &row, &mut Vec::new()).unwrap_err().0.contains("nested"));
}

#[test]
fn the_version_of_a_jsonb_stays() {
    assert_eq!(mask_bytes(&spec(&[]), &column(TypeClass::Jsonb, None), b"\x01\"Ingrid\""), b"\x01\"redacted\"");
}
